"""One input, one answer: in whatever form, place and layout, and whatever the machine's mode."""

import array
import math
from random import Random

import numpy as np
import pytest

from fastsigmoid import _ufunc, sigmoid

from .data import known, pool
from .evidence import hashes
from .support import environment
from .support.family import FAMILY
from .support.floats import BFLOAT16, FLOAT16, FLOAT64, FORMATS

each_format = pytest.mark.parametrize("f", FORMATS, ids=str)
LENGTHS = range(34)


def sample(f, count, seed=0):
    """Known inputs of all regimes in a row, and their results."""
    pairs = Random(f"{f} {seed}").choices(pool(f), k=count)
    return (np.array([pair[i] for pair in pairs], f.name) for i in (0, 1))


def same(a, b):
    """Equal bits, dtype and shape."""
    return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())


@each_format
def test_scalar_is_array_element(f):
    x, y = sample(f, 500)
    assert same(np.array([sigmoid(value) for value in x], f.name), y)
    assert [sigmoid(value).tobytes() for value in x] == [value.tobytes() for value in y]


@each_format
def test_length_and_offset(f):
    for length in LENGTHS:
        x, y = sample(f, 40, length)
        for offset in range(7):
            cut = slice(offset, offset + length)
            assert same(sigmoid(x[cut]), y[cut]), (length, offset)


@each_format
def test_lengths_around_blocks(f):
    x, y = sample(f, 2500)
    x, y = np.resize(x, 70_000), np.resize(y, 70_000)
    for length in (255, 256, 257, 511, 512, 1023, 1025, 2047, 2049, 4097, 8191, 8192, 8193, 70_000):
        assert same(sigmoid(x[:length]), y[:length]), length


@each_format
def test_a_long_row_is_its_pieces(f):
    """Of ordinary inputs few are left open; they wait until there are enough of them from several blocks."""
    x = np.random.default_rng(1).normal(scale=4, size=20_000).astype(f.name)
    y = sigmoid(x)
    pieces = np.array_split(x, 200)
    assert same(y, np.concatenate([sigmoid(piece) for piece in pieces]))
    assert same(sigmoid(x, out=x.copy()), y)
    out = x.copy()
    assert same(sigmoid(out, out=out), y)


@each_format
@pytest.mark.parametrize("stride", [-3, -2, -1, 1, 2, 3])
def test_strides(f, stride):
    x, y = sample(f, 2400)
    for length in [*LENGTHS, 700]:
        source, expected = x[::stride][:length], y[::stride][:length]
        assert same(sigmoid(source), expected)
        for out_stride in (-2, -1, 1, 3):
            memory = np.full(3 * length + 1, 7, f.name)
            out = memory[::out_stride][:length]
            assert sigmoid(source, out=out) is out
            assert same(out, expected), (length, out_stride)
            assert np.count_nonzero(memory == 7) == memory.size - length


@each_format
def test_zero_stride(f):
    x, y = sample(f, 20)
    for i in range(20):
        for length in LENGTHS:
            row = np.broadcast_to(x[i], (length,))
            assert same(sigmoid(row), np.full(length, y[i], f.name))
        grid = np.lib.stride_tricks.as_strided(x[i:], (3, 5), (0, 0))
        assert same(sigmoid(grid), np.full((3, 5), y[i], f.name))


def layouts(a):
    """Views of a, an array of shape (6, 8, 10), in many memory orders."""
    yield a
    yield a.T
    yield a.transpose(1, 0, 2)
    yield a.transpose(2, 0, 1)
    yield a[::-1, ::2, ::-3]
    yield a[:, 3, :].T
    yield a[2, :, 4]
    yield a[..., ::5].swapaxes(0, 2)[::-1]
    yield a[:, :1, :]
    yield a[:, :, 1:2].T
    yield a.reshape(12, 40)[1:, 3:-2]
    yield a.reshape(2, 3, 2, 4, 5, 2)[:, ::-1, 1, ..., 1]
    yield a[:, None, :, None]
    yield a[3:3]
    yield a[2, 4, 5:6].reshape(())
    yield np.broadcast_to(a[0], (3, 8, 10))
    yield np.broadcast_to(a[:, :1, :1], (6, 8, 10))


@each_format
def test_dimensions(f):
    grids = (a.reshape(6, 8, 10) for a in sample(f, 480))
    for x, y in zip(*map(layouts, grids), strict=True):
        result = sigmoid(x)
        assert (result.dtype, result.shape) == (y.dtype, y.shape)
        assert result.tobytes() == y.tobytes(), x.strides
        # The result's own layout may be any, too.
        for out in (np.zeros(y.shape, f.name), np.zeros(y.shape[::-1], f.name).T):
            assert sigmoid(x, out=out) is out
            assert out.tobytes() == y.tobytes(), (x.strides, out.strides)


@each_format
def test_byte_swapped(f):
    for length in (0, 1, 5, 33, 1000):
        x, y = sample(f, length)
        swapped = x.astype(x.dtype.newbyteorder())
        result = sigmoid(swapped)
        assert result.dtype.isnative
        assert same(result, y), length
        for source in (x, swapped, swapped[::-1][::-1]):
            out = np.zeros(length, swapped.dtype)
            assert sigmoid(source, out=out) is out
            assert same(out.astype(f.name), y), length


def misaligned(a):
    memory = np.zeros(a.nbytes + 1, "u1")
    view = memory[1:].view(a.dtype)
    view[...] = a
    assert not view.size or not view.flags.aligned
    return view


@each_format
def test_misaligned(f):
    for length in (0, 1, 5, 33, 1000):
        x, y = sample(f, length)
        assert same(sigmoid(misaligned(x)), y), length
        assert same(sigmoid(misaligned(x)[::-1]), y[::-1]), length
        assert same(sigmoid(misaligned(x.astype(x.dtype.newbyteorder()))), y), length
        out = misaligned(np.zeros(length, f.name))
        assert sigmoid(x, out=out) is out
        assert same(out, y), length
        place = misaligned(x)
        sigmoid(place, out=place)
        assert same(place, y), length


@each_format
@pytest.mark.parametrize("step", [-2, -1, 1, 2])
def test_in_place(f, step):
    for length in (1, 2, 7, 33, 1500):
        x, y = sample(f, length)
        memory = np.zeros(2 * length + 1, f.name)
        place = memory[::step][:length]
        place[...] = x
        assert sigmoid(place, out=place) is place
        assert same(place, y), length


@each_format
@pytest.mark.parametrize("length", [2, 7, 33, 1500])
def test_shifted_overlap(f, length):
    x, y = sample(f, length)
    for shift in (-40, -9, -3, -1, 1, 2, 8, 31):
        memory = np.zeros(length + 80, f.name)
        source = memory[40 : 40 + length]
        out = memory[40 + shift :][:length]
        source[...] = x
        sigmoid(source, out=out)
        assert same(out, y), shift


def overlaps(memory):
    """Pairs of views of equal shape that share memory."""
    n = memory.size // 4
    grid = memory[: 4 * (n // 4) * 4].reshape(-1, 4)[:4]
    yield memory[: 2 * n], memory[2 * n - 1 :: -1][: 2 * n]
    yield memory[: 2 * n], memory[::2][: 2 * n]
    yield memory[::2][: 2 * n], memory[: 2 * n]
    yield memory[n : 2 * n], memory[::3][:n]
    yield memory[::3][:n], memory[n - 1 : 2 * n - 1]
    yield grid, grid.T
    yield grid.T, grid
    yield grid[1:], grid[:-1]
    yield grid[:, :-1], grid[:, 1:]


@each_format
@pytest.mark.parametrize("count", [64, 4000])
def test_other_overlap(f, count):
    x, y = sample(f, count)
    memory = x.copy()
    for (source, out), (expected, _) in zip(overlaps(memory), overlaps(y), strict=True):
        memory[...] = x
        assert sigmoid(source, out=out) is out
        assert same(out, expected), (source.strides, out.strides)


def test_overlap_at_odd_distances():
    """Less than an element apart."""
    for distance in (1, 3, 4, 9, 15, 257):
        x, y = sample(FLOAT64, 600)
        memory = np.zeros(600 * 8 + 300, "u1")
        source = memory[: 600 * 8].view("f8")
        out = memory[distance : distance + 600 * 8].view("f8")
        for a, b in ((source, out), (out, source)):
            a[...] = x
            sigmoid(a, out=b)
            assert same(b, y)


def test_overlap_at_odd_distances_with_gaps():
    """The same where an element of one lies across the edge of one of the other, further on."""
    for distance in (-172, -20, 4, 23, 28, 124, 24 * 50 + 2):
        x, y = sample(FLOAT64, 600)
        first, second = max(0, -distance), max(0, distance)
        memory = np.zeros(600 * 24 + abs(distance), "u1")
        source = memory[first : first + 600 * 24].view("f8")[::3]
        out = memory[second : second + 600 * 24].view("f8")[::3]
        source[...] = x
        assert sigmoid(source, out=out) is out
        assert same(out.copy(), y), distance


@each_format
def test_other_forms(f):
    x, y = sample(f, 333)
    assert same(sigmoid(memoryview(x)), y)
    assert same(sigmoid(memoryview(x)[::-2]), y[::-2])
    if f is not FLOAT16:  # which neither knows
        assert same(sigmoid(memoryview(x.tobytes()).cast(f.code)), y)
        assert same(sigmoid(array.array(f.code, x.tobytes())), y)
        out = array.array(f.code, bytes(x.nbytes))
        assert sigmoid(x, out=out) is out
        assert out.tobytes() == y.tobytes()


def test_lists():
    x, y = sample(FLOAT64, 333)
    for length in [*LENGTHS, 333]:
        for form in (list, tuple):
            assert same(sigmoid(form(x[:length].tolist())), y[:length])
        out = array.array("d", bytes(8 * length))
        assert sigmoid(x[:length].tolist(), out=out) is out
        assert out.tobytes() == y[:length].tobytes()


@pytest.mark.parametrize("f", [FLOAT16, BFLOAT16], ids=str)
def test_hash_of_all(f, member):
    """Which evidence/builds.py asks of every build, too; test_alone.py has that of the wider formats."""
    bits = np.fromiter(hashes.inputs(f), "u2")
    if f is FLOAT16:
        with np.errstate(invalid="ignore"):
            results = member.own(bits.view("f2")).view("u2")
    else:
        results = getattr(_ufunc, f"_{member.name}_of_bfloat16_bits")(bits)
    octets = results.astype("<u2").tobytes()
    assert (len(bits), hashes.fnv1a(octets)) == hashes.known()[member.name, f.name]


# The caller's floating-point environment.

needs_environment = pytest.mark.skipif(not environment.available, reason=environment.reason)


each_call = pytest.mark.parametrize(
    ("f", "name"),
    [(f, name) for name in FAMILY for f in FORMATS if name == "sigmoid" or f is not FLOAT16],
    ids=str,
)


def calls(f, name):
    """Calls of the C path, and the bits that each must give: [(call, bits), ...]."""
    function, ufunc = FAMILY[name].own, FAMILY[name].ufunc
    pairs = []
    for values in known(f, name).values() if f is not FLOAT16 else [pool(f)[::50]]:
        x, y = (np.array(column, f.name) for column in zip(*values, strict=True))
        swapped = x.astype(x.dtype.newbyteorder())
        out = np.zeros_like(y)
        pairs += [
            (lambda x=x: function(x), y.tobytes()),
            (lambda x=x: function(x[::-1]), y[::-1].tobytes()),
            (lambda x=x, out=out: function(x, out=out), y.tobytes()),
            (lambda x=swapped: function(x), y.tobytes()),
        ]
        for value, result in list(zip(x, y, strict=True))[::10]:
            pairs.append((lambda x=value: function(x), result.tobytes()))
            if f is not FLOAT16 and _ufunc._fast_entry:  # NumPy's own way clears flags
                pairs.append((lambda x=value: ufunc(x), result.tobytes()))
        if f is FLOAT64:
            numbers = x.tolist()
            pairs.append((lambda x=numbers: function(x), y.tobytes()))
            for value, result in list(zip(numbers, y, strict=True))[::10]:
                pairs.append((lambda x=value: np.float64(function(x)), result.tobytes()))
                if _ufunc._fast_entry:
                    pairs.append((lambda x=value: ufunc(x), result.tobytes()))
    return pairs


@needs_environment
@each_call
def test_modes_change_no_bit(f, name):
    for call, expected in calls(f, name):
        for mode in environment.MODES:
            with environment.mode(mode):
                result = call()
            assert result.tobytes() == expected, mode


@needs_environment
@each_call
def test_flags_stay_as_they_were(f, name):
    for call, expected in calls(f, name):
        for raised in ([], environment.FLAGS, environment.FLAGS[:1]):
            with environment.flags(raised):
                result = call()
            assert result.tobytes() == expected, raised


@needs_environment
def test_flags_of_nan_and_infinity(member):
    signalling = np.array([0x7FF0000000000001, 0xFFF7FFFFFFFFFFFF], "u8").view("f8")
    arrays = [signalling, signalling.view("f4")]
    for x in (math.nan, math.inf, -math.inf, *arrays, *arrays[0], *arrays[1], 10**400):
        with environment.flags([]):
            member.own(x)


@each_format
def test_arrays_raise_no_floating_point_error(f):
    x, y = sample(f, 2000)
    with np.errstate(all="raise"):
        assert same(sigmoid(x), y)
        assert same(sigmoid(x[::-3]), y[::-3])
        assert same(np.array([sigmoid(value) for value in x[:300]]), y[:300])


@pytest.mark.parametrize(
    "x",
    [
        -1000,
        10**400,
        [[-1e4, 1e4], [-745.0, math.nan]],
        [-(10**18), True, 0.5],
        np.array([-128, 127], "i1"),
        np.array([True, False]),
        np.array([-1e4, 1e4, -11355.5, 11355.5, -1e300], "longdouble"),
        np.ma.array([-1e4, 1e4, -745.0], mask=[0, 1, 0]),
    ],
    ids=repr,
)
def test_the_slow_lane_raises_no_floating_point_error(x):
    with np.errstate(all="raise"):
        result = sigmoid(x)
    assert np.array_equal(result, sigmoid(x), equal_nan=True)
