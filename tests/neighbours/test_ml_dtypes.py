import re

import numpy as np
import pytest

from fastsigmoid import expit

from ..support import guarded
from .rules import VALUES, assert_same_bits, odd_float32

ml_dtypes = pytest.importorskip("ml_dtypes")

bfloat16 = np.dtype(ml_dtypes.bfloat16)


@pytest.fixture
def function(member):
    return member.own


BITS = np.arange(2**16, dtype="uint16")
IS_NAN = BITS & 0x7FFF > 0x7F80


def test_every_bfloat16_is_correctly_rounded(function):
    """By way of float64, whose results never lie halfway between two of them."""
    x = BITS[~IS_NAN].view(bfloat16)
    result = function(x)
    expected = odd_float32(function(x.astype("float64"))).astype(bfloat16)
    assert result.dtype == bfloat16
    same = (result.view("uint16") == expected.view("uint16")) | np.isnan(expected)
    assert same.all()
    assert np.array_equal(np.isnan(result), np.isnan(expected))


def test_nans_are_quieted_and_kept(function):
    x = BITS[IS_NAN]
    assert np.array_equal(function(x.view(bfloat16)).view("uint16"), x | 0x40)


def test_layouts(function):
    x = BITS[: 2**14].reshape(64, 256).view(bfloat16)
    expected = function(np.ravel(x)).reshape(x.shape)
    for layout in (x, x.T, x[::-1, ::3], np.asfortranarray(x), x[:0], x[0]):
        result = function(layout)
        assert result.dtype == bfloat16
        assert result.shape == layout.shape
    assert np.array_equal(function(x.T).view("uint16"), expected.view("uint16").T)
    assert np.array_equal(function(x[::-1, ::3]).view("uint16"), expected.view("uint16")[::-1, ::3])
    assert np.array_equal(function(x[5]).view("uint16"), expected.view("uint16")[5])


def test_scalars(function):
    result = function(bfloat16.type(0.25))
    assert type(result) is bfloat16.type
    assert result == bfloat16.type(function(0.25))
    assert function(np.array(0.25, bfloat16)) == result


def test_out(function):
    x = np.array(VALUES, bfloat16)
    expected = function(x)
    out = np.empty_like(x)
    assert function(x, out=out) is out
    assert out.tobytes() == expected.tobytes()
    assert function(x, out=x) is x
    assert x.tobytes() == expected.tobytes()


def test_expit_gives_float32():
    x = np.array(VALUES, bfloat16)
    assert_same_bits(expit(x), x.astype("float32"), "float32")


SMALL = [
    name
    for name in dir(ml_dtypes)
    if re.fullmatch(r"float[468]_\w+|u?int[1-7]", name)
    and isinstance(getattr(ml_dtypes, name), type)
]


def test_there_are_small_types():
    assert {"float8_e4m3fn", "float8_e5m2", "int4", "uint4"} <= set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_small_floats_give_float32_and_small_integers_float64(name, function):
    scalar = getattr(ml_dtypes, name)
    result_dtype = "float32" if name.startswith("float") else "float64"
    bits = 8 if name.startswith("float8") else int(re.search(r"\d", name)[0])
    x = np.arange(2**bits, dtype="u1")
    x = (x.view(scalar) if bits == 8 else x.astype("f4").astype(scalar)).reshape(-1, 2)
    expected = function(x.astype(result_dtype))
    for a, y in (
        (x, expected),
        (x.T, expected.T),
        (x[::-1], expected[::-1]),
        (x[:0], expected[:0]),
    ):
        result = function(a)
        assert result.dtype == result_dtype
        np.testing.assert_array_equal(result, y)
    assert type(function(x[0, 0])) is np.dtype(result_dtype).type
    out = np.empty(x.shape)
    assert function(x, out=out) is out
    np.testing.assert_array_equal(out, expected)


@pytest.mark.skipif(not guarded.available, reason=guarded.reason)
@pytest.mark.parametrize("steps", [(2, 2), (-2, 2), (4, -6), (3, 2), (2, 5)])
def test_nothing_beyond_the_elements_is_touched(steps, function):
    places = guarded.Guarded(20_000), guarded.Guarded(20_000)
    steps = [(step,) for step in steps]
    for n in (*range(131), 511, 512, 513, 1025, 2049):
        x = np.arange(31 * n, step=31).astype("uint16").view(bfloat16)
        y = function(x)
        guarded.check_places(places, function, bfloat16, (n,), steps, x, y)
        guarded.check_in_place(places, function, bfloat16, (n,), steps[0], x, y)
