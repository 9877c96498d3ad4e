"""No call reads or writes a byte beyond its elements, whatever their number, place and layout.

The memory ends at pages that may not be touched, and what lies between the elements is compared
afterwards.
"""

import signal
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fastsigmoid import _core, _ufunc, cpu_info
from fastsigmoid.special import expit, logit

from .data import pool
from .support import guarded
from .support.floats import FLOAT16, FLOAT32, FLOAT64, FORMATS
from .support.guarded import Guarded, check, check_in_place, check_places
from .support.parameters import slow

pytestmark = pytest.mark.skipif(not guarded.available, reason=guarded.reason)

SIZES = [*range(131), 191, 255, 257, 1023, 1024, 1025, 1088, 1151, 2047, 2049]
# In elements, of x and of out.
STRIDES = [(1, 1), (-1, 1), (1, -1), (-1, -1), (2, 1), (1, 3), (-3, -2), (0, 1), (0, -2)]
LARGEST = max(SIZES) * 8 * 3
ISA = cpu_info()["isa"]

each_format = pytest.mark.parametrize("f", FORMATS, ids=str)
each_family = pytest.mark.parametrize("family", ["every regime", *slow("narrow")])


@pytest.fixture(scope="module")
def places():
    """For x and for out."""
    return Guarded(LARGEST), Guarded(LARGEST)


@cache
def columns(f):
    return [np.array(column, f.name) for column in zip(*pool(f), strict=True)]


def answers(f, family, member=None):
    """Known inputs and their results, more than the largest size; of another function, what it gives elsewhere."""
    x, y = columns(f)
    if family == "narrow":
        # All lanes take the shortest way.
        x, y = x[abs(x) < 4], y[abs(x) < 4]
    if member is not None:
        x = member.arguments(x)
        y = member.own(x)
    order = np.random.default_rng(0).permutation(x.size)
    return np.resize(x[order], max(SIZES)), np.resize(y[order], max(SIZES))


def core(x, out):
    """Past the short way of plain arrays."""
    return _core._call_on(ISA, x, out)


def core_of(member):
    return lambda x, out: _core._call_on(ISA, x, out, member.name)


@pytest.mark.slow
def test_a_guard_is_felt(run):
    """Which shows that the tests below can fail."""
    code = f"""
import ctypes, sys
sys.path.insert(0, {str(Path(guarded.__file__).parent)!r})
from guarded import Guarded
place = Guarded(1000)
end = place.array("f8", (9,)).ctypes.data + 72
start = place.array("f8", (9,), at_end=False).ctypes.data
"""
    for beyond, inside in (("end", "end - 1"), ("start - 1", "start")):
        for touch in ("ctypes.memmove({}, b'x', 1)", "ctypes.string_at({}, 1)"):
            touches = f"{touch.format(inside)}; print('felt', flush=True); {touch.format(beyond)}"
            result = run("-c", code + touches)
            assert (result.stdout, result.returncode) == ("felt\n", -signal.SIGSEGV), result.stderr


@pytest.mark.parametrize("strides", [STRIDES[::4], *slow(STRIDES)], ids=["some", "all"])
@each_family
@each_format
def test_sizes_and_strides(places, f, family, strides):
    values, expected = answers(f, family)
    size = f.size // 8
    for n in SIZES:
        for x_stride, out_stride in strides:
            x, y = values[:n], expected[:n]
            if x_stride == 0:
                x, y = np.broadcast_to(x[:1], n), np.broadcast_to(y[:1], n)
            steps = (x_stride * size,), (out_stride * size,)
            check_places(places, core, f.name, (n,), steps, x, y)
        for stride in (1, -1, 2, -3):
            check_in_place(places, core, f.name, (n,), (stride * size,), values[:n], expected[:n])


@each_family
@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
def test_sizes_of_the_others(places, f, family, member):
    values, expected = answers(f, family, member)
    size = f.size // 8
    for n in [*range(70), 127, 128, 129, 1025, 2049]:
        for x_stride, out_stride in ((1, 1), (-1, 2)):
            steps = (x_stride * size,), (out_stride * size,)
            check_places(places, core_of(member), f.name, (n,), steps, values[:n], expected[:n])
        check_in_place(places, core_of(member), f.name, (n,), (size,), values[:n], expected[:n])


@pytest.mark.parametrize("form", ["swapped and misaligned", *slow("misaligned", "swapped")])
@each_format
def test_through_a_block(places, f, form):
    """What no kernel takes as it is."""
    values, expected = answers(f, "every regime")
    dtype = np.dtype(f.name)
    if "swapped" in form:
        dtype = dtype.newbyteorder()
    # Elements that are not all misaligned reach the guards; those that are stay a byte away.
    odd = int("misaligned" in form)
    for n in (*range(40), 127, 511, 512, 513, 1025, 2047):
        for x_step, out_step in ((1, 1), (-1, 1), (2, -1), (1, 3)):
            steps = tuple((step * dtype.itemsize,) for step in (x_step, out_step))
            check_places(places, core, dtype, (n,), steps, values[:n], expected[:n], gap=odd)
            if odd:
                steps = tuple((step[0] + np.sign(step[0]),) for step in steps)
                check_places(places, core, dtype, (n,), steps, values[:n], expected[:n])
        check_in_place(
            places, core, dtype, (n,), (dtype.itemsize,), values[:n], expected[:n], gap=odd
        )


@each_format
def test_more_dimensions(places, f):
    values, expected = answers(f, "every regime")
    for shape in ((), (1,), (1, 1, 1), (3, 5), (7, 33), (2, 3, 65), (33, 2), (0, 4), (5, 1, 17)):
        n = int(np.prod(shape))
        x, y = values[:n].reshape(shape), expected[:n].reshape(shape)
        dense = np.zeros(shape, f.name).strides
        fortran = np.zeros(shape, f.name, order="F").strides
        apart = tuple(np.multiply(dense, 2))
        reversed_rows = tuple(np.multiply(dense, [-1, *[1] * (len(shape) - 1)])) if shape else ()
        ways = [dense, fortran, apart, reversed_rows]
        for steps in [(a, b) for a in ways for b in ways]:
            check_places(places, core, f.name, shape, steps, x, y)
        for steps in ways:
            check_in_place(places, core, f.name, shape, steps, x, y)
        # One value for all elements of out.
        scalar = places[0].array(f.name, ())
        for steps in ways:
            out = places[1].array(f.name, shape, steps=steps)
            check(places, core, scalar, out, values[:1].reshape(()), expected[0])


def new(function):
    """The way that makes a new array, which nothing guards; x is."""

    def call(x, out):
        out[...] = function(x)

    return call


@pytest.mark.slow
@each_family
@each_format
def test_every_door(places, f, family, member):
    """The short way, the ufuncs' loops and buffers of other exporters, with the kernels in use."""
    values, expected = answers(f, family, member)
    own, private, ufunc = member.own, member.private, member.ufunc
    doors = [own, lambda x, out: private(x, out, where=True), new(own)]
    doors += [lambda x, out: own(memoryview(x), memoryview(out)), new(private)]
    if f is not FLOAT16:  # which SciPy's make another type
        doors += [ufunc, lambda x, out: ufunc(x, out=out, where=True), new(ufunc)]
    for n in SIZES:
        for x_stride, out_stride in ((1, 1), (-1, 2), (3, -1)):
            steps = (x_stride * f.size // 8,), (out_stride * f.size // 8,)
            for door in doors:
                check_places(places, door, f.name, (n,), steps, values[:n], expected[:n])
        for door in doors:
            check_in_place(places, door, f.name, (n,), (f.size // 8,), values[:n], expected[:n])


@each_format
def test_scalars(places, f, member):
    """A NumPy scalar is not in guarded memory, but an array without dimensions is."""
    values, expected = answers(f, "every regime", member)
    function = member.own
    for at_end in (True, False):
        x = places[0].array(f.name, (), at_end=at_end)
        for value, result in zip(values[:300], expected[:300], strict=True):
            x[...] = value
            assert function(x).tobytes() == function(memoryview(x)).tobytes() == result.tobytes()


@pytest.mark.parametrize("dtype", ["?", "b", "B", "h", "H", "i", "q", "e", "g"])
@pytest.mark.parametrize(
    "function",
    [
        pytest.param(_ufunc._sigmoid, id="sigmoid"),
        pytest.param(expit, id="expit", marks=pytest.mark.slow),
        pytest.param(logit, id="logit", marks=pytest.mark.slow),
    ],
)
def test_loops_that_convert(places, function, dtype):
    dtype = np.dtype(dtype)
    result_type = function(np.zeros(1, dtype)).dtype
    values = np.resize(np.arange(-9, 99), max(SIZES)).astype(dtype)
    expected = function(values)
    for n in (*range(70), 511, 512, 513, 1025):
        for x_step, out_step in ((1, 1), (-1, 1), (2, -3)):
            for x_at_end in (True, False):
                steps = (x_step * dtype.itemsize,)
                x = places[0].array(dtype, (n,), steps=steps, at_end=x_at_end)
                for out_at_end in (True, False):
                    steps = (out_step * result_type.itemsize,)
                    out = places[1].array(result_type, (n,), steps=steps, at_end=out_at_end)
                    # A longdouble has bytes that mean nothing, and may hold anything.
                    if dtype.kind == "f" and dtype.itemsize > 8:
                        x[...] = values[:n]
                        function(x, out=out)
                        assert np.array_equal(out, expected[:n], equal_nan=True)
                    else:
                        check(places, function, x, out, values[:n], expected[:n])


@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
def test_counting_reads_no_further(places, f):
    values, _ = answers(f, "every regime")
    for n in SIZES:
        for at_end in (True, False):
            x = places[0].array(f.name, (n,), at_end=at_end)
            x[...] = values[:n]
            assert _core._count_open(ISA, x) == _core._count_open(ISA, values[:n])
