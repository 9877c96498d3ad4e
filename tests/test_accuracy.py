"""Each result is the float nearest to the true value, in every regime of the input."""

import math
from random import Random

import numpy as np
import pytest

from fastsigmoid import _core, _ufunc, sigmoid
from fastsigmoid.__main__ import FUNCTIONS

from .data import hard, known, known_half, pool
from .support import regimes
from .support.family import same
from .support.floats import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    FORMATS,
    NANS,
    from_bits,
    quieted,
    to_bits,
)

NARROW = [FLOAT64, FLOAT32]


def assert_same_floats(x, got, expected, f):
    """Equal bits; on failure the first few inputs that went wrong."""
    got, expected = (np.asarray(a, f.name).view(f"u{f.size // 8}") for a in (got, expected))
    wrong = np.flatnonzero(got != expected)
    shown = [f"{float(x[i]).hex()}: {got[i]:x}, not {expected[i]:x}" for i in wrong[:5]]
    assert not wrong.size, f"{wrong.size} of {got.size} wrong: {'; '.join(shown)}"


# Every regime of every function.
each_regime = pytest.mark.parametrize(
    ("name", "regime"),
    [(name, regime) for name in FUNCTIONS for regime in regimes.regimes_of(name)],
)


def known_regimes(f, name):
    """Inputs and results of each regime."""
    for regime in ("special", *regimes.regimes_of(name)):
        yield zip(*known(f, name)[regime], strict=True)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("f", NARROW, ids=str)
def test_known_answers(f, name):
    for x, y in known_regimes(f, name):
        result = FUNCTIONS[name](np.array(x, f.name))
        assert result.dtype == f.name
        assert_same_floats(x, result, y, f)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("f", NARROW, ids=str)
def test_known_answers_one_by_one(f, name):
    scalar = float if f is FLOAT64 else np.dtype(f.name).type
    for x, y in known_regimes(f, name):
        results = [FUNCTIONS[name](scalar(value)) for value in x]
        assert {type(result) for result in results} == {scalar}
        assert_same_floats(x, results, y, f)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("f", NARROW, ids=str)
def test_hard_inputs(f, name):
    """Those of sigmoid in float64 are more, in test_worst.py."""
    pairs = known(f, name)["close"] if f is FLOAT32 else hard(name) or known(f, name)["halfway"]
    x, y = (np.array(column, f.name) for column in zip(*pairs, strict=True))
    assert_same_floats(x, [FUNCTIONS[name](value) for value in x], y, f)
    # A row of nothing else, with each in turn in each lane; and each in a row of easy ones.
    x, y = np.resize(x, max(x.size, 256)), np.resize(y, max(x.size, 256))
    for shift in range(8):
        assert_same_floats(x[shift:], FUNCTIONS[name](x[shift:]), y[shift:], f)
    easy = FUNCTIONS[name](np.full(1, 0.25, f.name))
    for value, result in pairs:
        row, expected = np.full(128, 0.25, f.name), np.repeat(easy, 128)
        row[77], expected[77] = value, result
        assert_same_floats(row, FUNCTIONS[name](row), expected, f)


@pytest.mark.parametrize("f", NARROW, ids=str)
def test_rows_of_like_inputs(f):
    """What form a group of elements takes depends on its range: each range by itself, and one by one."""
    random = np.random.default_rng(20)
    scalar = float if f is FLOAT64 else np.dtype(f.name).type
    for low in range(int(regimes.lowest(f)) - 2, int(regimes.highest(f)) + 3):
        x = random.uniform(low, low + 1, 100).astype(f.name)
        y = [_core._phase(value, "exact128", f.name) for value in x.tolist()]
        assert_same_floats(x, sigmoid(x), y, f)
        assert_same_floats(x, [sigmoid(scalar(value)) for value in x], y, f)


@pytest.mark.slow
def test_every_float16():
    x, y = zip(*pool(FLOAT16), strict=True)
    assert len(x) == 2 * 0x7C01
    array = np.array(x, "float16")
    result = sigmoid(array)
    assert result.dtype == "float16"
    assert_same_floats(x, result, y, FLOAT16)
    assert_same_floats(x, [sigmoid(value) for value in array], y, FLOAT16)


def test_every_float16_nan(function):
    bits = np.array([b for b in range(1 << 16) if b & 0x7FFF > 0x7C00], "uint16")
    result = function(bits.view("float16")).view("uint16")
    assert np.array_equal(result, bits | 0x0200)


@pytest.mark.parametrize("f", FORMATS, ids=str)
def test_nan_keeps_sign_and_payload(f, member):
    function, word = member.own, f"u{f.size // 8}"
    # A row of its own each, and in one row with numbers of every kind.
    for bits in NANS[f]:
        row = np.full(19, 0.25, f.name)
        row[7] = member.arguments(-1000.0)
        row.view(word)[[0, 8, 18]] = bits
        result = function(row)
        assert result.view(word)[[0, 8, 18]].tolist() == [quieted(bits, f)] * 3
        assert not np.isnan(np.delete(result, [0, 8, 18])).any()
    every = np.array(NANS[f], word).view(f.name)
    assert function(every).view(word).tolist() == [quieted(bits, f) for bits in NANS[f]]


@pytest.mark.parametrize("scalar", [float, np.float64, np.float32, np.float16])
def test_nan_scalar(scalar, function):
    result = function(scalar("nan"))
    assert type(result) is scalar
    assert math.isnan(result)


@pytest.mark.slow
@each_regime
@pytest.mark.parametrize("f", NARROW, ids=str)
def test_fresh_answers(f, name, regime):
    """More inputs than the committed ones, against MPFR itself; evidence has others, and more, each time."""
    pytest.importorskip("gmpy2")
    from .support import oracle

    random = Random(f"{regime} of {f}")
    x = [regimes.regimes_of(name)[regime](random, f) for _ in range(FRESH[name])]
    y = [oracle.answer(name, value, f) for value in x]
    assert_same_floats(x, FUNCTIONS[name](np.array(x, f.name)), y, f)
    # And one by one.
    scalar = float if f is FLOAT64 else np.dtype(f.name).type
    assert_same_floats(x, [FUNCTIONS[name](scalar(value)) for value in x], y, f)


# Of those that have no committed answers a row is long enough for every form to be taken.
FRESH = dict.fromkeys(FUNCTIONS, 600) | {"sigmoid": 4000}


@pytest.mark.parametrize("f", FORMATS, ids=str)
def test_edges(f, member):
    """In a row of their own, in one with others, and one by one."""
    x, y = zip(*((x, y) for x, y in member.edges if isinstance(x, float)), strict=True)
    x, y = np.array(x, f.name), np.array(y, f.name)
    assert same(member.own(x), y)
    assert same(member.own(np.resize(x, 1000)), np.resize(y, 1000))
    others = np.full((50, len(x)), 0.25, f.name)
    others[::3] = x
    assert same(member.own(others)[::3], np.resize(y, (17, len(y))))
    for value, result in zip(x, y, strict=True):
        assert same(member.own(value), result)
        assert same(member.own(float(value)), float(result))


def test_numbers_beyond_all_floats(member):
    for x, y in member.edges:
        if isinstance(x, int):
            assert same(member.own(x), y)
            assert same(member.own([x, 0.25])[0], y)


@pytest.mark.slow
@pytest.mark.parametrize("f", [FLOAT16, BFLOAT16], ids=str)
def test_every_half(f, member):
    """Against MPFR, one by one; test_bits.py asks for their hash."""
    pytest.importorskip("gmpy2")
    from .support import oracle

    bits = np.arange(1 << 16, dtype="u2")
    x = [from_bits(b, f) for b in bits.tolist()]
    numbers = [i for i, value in enumerate(x) if not math.isnan(value)]
    if f is FLOAT16:
        results = member.own(bits.view("f2")).view("u2")
    else:
        results = getattr(_ufunc, f"_{member.name}_of_bfloat16_bits")(bits)
    for i in numbers:
        y = oracle.answer(member.name, x[i], f)
        if math.isnan(y):
            assert math.isnan(from_bits(int(results[i]), f)), x[i].hex()
        else:
            assert to_bits(y, f) == results[i], x[i].hex()


@pytest.mark.slow
def test_the_committed_answers_are_those_of_mpfr():
    pytest.importorskip("gmpy2")
    from .support.oracle import answer

    for name in FUNCTIONS:
        for f in NARROW:
            pairs = pool(f, name) + (hard(name) if f is FLOAT64 and name != "sigmoid" else [])
            x, y = zip(*pairs, strict=True)
            assert_same_floats(x, [answer(name, value, f) for value in x], y, f)
    for x, y in known_half().items():
        assert to_bits(answer("sigmoid", from_bits(x, FLOAT16), FLOAT16), FLOAT16) == y, hex(x)


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (0.25, "0.5621765008857981"),
        (0.5, "0.6224593312018546"),
        (0.6, "0.6456563062257954"),
        (0.7, "0.668187772168166"),
        (0.4, "0.598687660112452"),
        (-745.0, "5e-324"),
        (-745.2, "0.0"),
        (-1000.0, "0.0"),
        (36.7, "0.9999999999999999"),
        (37.4, "0.9999999999999999"),
        (37.43, "1.0"),
        (10**400, "1.0"),
        (-(10**400), "0.0"),
        (-math.inf, "0.0"),
        (-0.0, "0.5"),
    ],
)
def test_printed(x, shown):
    assert repr(sigmoid(x)) == shown


def test_printed_of_the_family(member):
    for x, shown in member.printed:
        assert repr(member.own(x)) == shown
        if isinstance(x, float):
            assert str(member.own([x])[0]) == str(member.ufunc(x)) == shown


def test_printed_list():
    result = sigmoid([0.25, 0.5, 0.6, 0.7, 0.4])
    assert str(result) == "[0.5621765  0.62245933 0.64565631 0.66818777 0.59868766]"


def test_subnormal_results():
    """Where 1/(1+exp(-x)) overflows and gives 0."""
    assert sigmoid(-709.9) == float.fromhex("0x0.38eac7a36430fp-1022")
    assert sigmoid(np.float32(-100.0)) == np.float32(float.fromhex("0x1.bp-145"))
