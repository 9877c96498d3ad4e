"""Whatever reaches sigmoid and expit: what NumPy reads, what counts alone counts in lists, and each type of array
by its short way as by NumPy's own."""

import array
import collections
import decimal
import fractions
import inspect
import itertools
import multiprocessing
import platform
import sys

import numpy as np
import pytest

from fastsigmoid import _ufunc, expit, sigmoid

from .support.family import FAMILY, OWN

# Short ways: each against NumPy's own way into the same ufunc, which a keyword takes.

TYPES = ["?", *"bBhHiIlLqQ", "e", "f", "d", "g"]
ALL = np.linspace(0, 90, 4 * 6 * 5).reshape(4, 6, 5)

LAYOUTS = {
    "contiguous": lambda a: a,
    "row": lambda a: a.ravel()[:7],
    "strided": lambda a: a.ravel()[::3],
    "reversed": lambda a: a.ravel()[::-1],
    "transposed": lambda a: a.T,
    "axes": lambda a: a.transpose(1, 2, 0),
    "parts": lambda a: a[::2, 1:, ::-1],
    "column": lambda a: a[:, :1, 0],
    "broadcast": lambda a: np.broadcast_to(a[0, 0], (3, 5)),
    "repeated": lambda a: np.broadcast_to(a.ravel()[:1], (6,)),
    "empty": lambda a: a[:, :0],
    "one": lambda a: a[:1, :1, :1],
    "no dimensions": lambda a: a[1, 2, 3, ...],
    "swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "swapped parts": lambda a: a.astype(a.dtype.newbyteorder())[:, ::2],
    "misaligned": lambda a: np.frombuffer(b"\0" + a.tobytes(), a.dtype, offset=1).reshape(a.shape),
    "field": lambda a: np.rec.fromarrays([a, a], names="x, y")["y"],
    "read-only": lambda a: np.broadcast_to(a, a.shape),
    "large": lambda a: np.resize(a, 20_000)[::-1],
}


def signed(dtype, member):
    a = ALL if np.dtype(dtype).kind in "u?" else ALL - 45
    return member.arguments(a).astype(dtype)


def assert_same(result, expected):
    assert type(result) is type(expected)
    assert result.dtype == expected.dtype
    assert result.dtype.isnative
    assert result.strides == expected.strides
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_of_each_type(layout):
    for dtype, member in itertools.product(TYPES, FAMILY.values()):
        x = LAYOUTS[layout](signed(dtype, member))
        before = x.copy()
        assert_same(member.own(x), member.private(x, where=True))
        assert_same(member.ufunc(x), member.ufunc(x, where=True))
        np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("dtype", ["l", "L", "q", "Q", "i", "I"])
def test_integers_of_every_size(dtype):
    """Below 2^51 they take a shorter way to float64."""
    limits = np.iinfo(dtype)
    edges = {2**k + d for k in range(64) for d in (-1, 0, 1)} | {
        limits.min,
        limits.min + 1,
        limits.max,
    }
    edges |= {-edge for edge in edges}
    values = sorted(edge for edge in edges if limits.min <= edge <= limits.max)
    for x in (
        values,
        values[::-1],
        [-5 % 2**limits.bits if limits.min == 0 else -5, 3],
        [7] * 2000 + values,
    ):
        array = np.array(x, dtype)
        floats = np.array([float(v) for v in x])
        for function in OWN:
            expected = np.array([function(v) for v in floats.tolist()])
            np.testing.assert_array_equal(function(array), expected)
            for size in (1, 2, 3, 7):
                for start in range(0, len(x) - size, 11):
                    part = slice(start, start + size)
                    assert np.array_equal(function(array[part]), expected[part], equal_nan=True)


@pytest.mark.parametrize("dtype", TYPES)
def test_scalars_of_each_type(dtype):
    for member in FAMILY.values():
        for x in signed(dtype, member).ravel()[:30]:
            assert_same(member.own(x), member.private(x, where=True))
            assert_same(member.ufunc(x), member.ufunc(x, where=True))


@pytest.mark.parametrize("dtype", TYPES)
def test_out_of_each_type(dtype):
    for member in FAMILY.values():
        x = signed(dtype, member)
        for to in "efdg":
            out, expected = np.zeros((2, *x.shape), to), np.zeros((2, *x.shape), to)
            try:
                member.private(x, out=expected, where=True)
            except TypeError as error:
                with pytest.raises(type(error)):
                    member.own(x, out=out)
            else:
                assert member.own(x, out=out) is out
            np.testing.assert_array_equal(out, expected)


class Plain(np.ndarray):
    def __array_finalize__(self, other):
        self.note = getattr(other, "note", None)


class Wraps(np.ndarray):
    def __array_wrap__(self, array, context=None, return_scalar=False):
        return "wrapped", array.tolist(), context[0].__name__, return_scalar


class OldWraps(np.ndarray):
    def __array_wrap__(self, array):
        return "wrapped", array.tolist()


class Overrides(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return "overridden", ufunc.__name__, method


@pytest.mark.parametrize("dtype", ["f", "d", "l", "e"])
@pytest.mark.parametrize(
    "subclass", [Plain, Wraps, Overrides, np.matrix, np.recarray, np.ma.MaskedArray]
)
def test_subclasses(subclass, dtype):
    for member in FAMILY.values():
        x = np.array([[-1, 0], [2, 3]], dtype).view(subclass)
        x.note = "a note"
        if subclass is np.ma.MaskedArray:
            x[1, 1] = np.ma.masked
        for a in (x, x.T, x[:1]):
            result, expected = member.own(a), member.private(a, where=True)
            assert type(result) is type(expected)
            assert getattr(result, "note", None) == getattr(expected, "note", None)
            if isinstance(expected, tuple):
                assert repr(result) == repr(expected)
            else:
                assert result.dtype == expected.dtype
                np.testing.assert_array_equal(result, expected)
                np.testing.assert_array_equal(np.ma.getmask(result), np.ma.getmask(expected))


@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning")
def test_a_subclass_of_the_old_manner():
    x = np.array([-1.0, 0.0]).view(OldWraps)
    assert sigmoid(x) == ("wrapped", [0.2689414213699951, 0.5])


# What NumPy reads


class Row:
    def __len__(self):
        return 3

    def __getitem__(self, i):
        return [0.25, 2, -1.5][i]


THREE = [sigmoid(v) for v in (0.25, 2, -1.5)]


@pytest.mark.parametrize(
    "x",
    [
        multiprocessing.Array("d", [0.25, 2, -1.5]),
        multiprocessing.RawArray("d", [0.25, 2, -1.5]),
        Row(),
        collections.deque([0.25, 2, -1.5]),
        collections.UserList([0.25, 2, -1.5]),
        (0.25, 2, np.float64(-1.5)),
        [np.float64(0.25), True + 1, -1.5],
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_has_a_length_and_items(x):
    result = sigmoid(x)
    assert type(result) is np.ndarray
    assert result.dtype == "f8"
    assert result.tolist() == THREE
    out = array.array("d", bytes(24))
    assert sigmoid(x, out=out).tolist() == THREE


@pytest.mark.slow
def test_the_list_of_a_manager():
    with multiprocessing.get_context("spawn").Manager() as manager:
        assert sigmoid(manager.list([0.25, 2, -1.5])).tolist() == THREE


@pytest.mark.parametrize(
    "x", [{0: 0.25}, {}, collections.ChainMap({0: 1.0}), {0.25}, (v for v in [0.25]), "12", ["12"]]
)
def test_what_has_no_numbers_in_order(x):
    with pytest.raises(TypeError, match=r"^sigmoid\(\) takes"):
        sigmoid(x)


# What counts alone counts in a list.


class WithFloat:
    def __float__(self):
        return -1.5


class WithIndex:
    def __index__(self):
        return 10**400


class TooLarge:
    def __float__(self):
        raise OverflowError

    def __gt__(self, other):
        return False


NUMBERS = [
    decimal.Decimal("0.1"), decimal.Decimal("1e400"), fractions.Fraction(1, 3), fractions.Fraction(-(10**400)),
    WithFloat(), WithIndex(), TooLarge(), 2**64, -(2**64), 10**400, -(10**400), 2**63, True, 0.25,
]  # fmt: skip


@pytest.mark.parametrize("x", NUMBERS, ids=lambda x: type(x).__name__)
def test_each_number_in_a_list(x):
    for function in OWN:
        alone = function(x)
        assert type(alone) is float
        for numbers in ([x], (x,), [x, 1], [0.5, x], [[x], [2]], [[[x]]], [x, decimal.Decimal(1)]):
            result = function(numbers)
            assert result.dtype == "f8"
            assert result.shape == np.shape(np.array(numbers, dtype=object))
            expected = [function(v) for v in np.array(numbers, dtype=object).flat]
            np.testing.assert_array_equal(result.ravel(), expected)
            assert repr(alone) in map(repr, result.ravel().tolist())


def test_numbers_of_gmpy2():
    gmpy2 = pytest.importorskip("gmpy2")
    for x, same in (
        (gmpy2.mpz(3), 3.0),
        (gmpy2.mpz(10) ** 400, float("inf")),
        (gmpy2.mpq(-1, 3), -1 / 3),
        (gmpy2.mpq(-(10**400), 3), float("-inf")),
        (gmpy2.mpfr("0.25"), 0.25),
        (gmpy2.mpfr("-1e400"), float("-inf")),
    ):
        assert sigmoid(x) == sigmoid(same)
        assert sigmoid([x, 0.5, [1][0]]).tolist() == sigmoid([same, 0.5, 1.0]).tolist()
        assert sigmoid([[x], [x]]).tolist() == [[sigmoid(same)]] * 2


@pytest.mark.parametrize(
    "x",
    [
        [decimal.Decimal(1), None], [decimal.Decimal(1), "1"], [2**64, 1j], [decimal.Decimal(1), object()],
        [decimal.Decimal(1), {}],
    ],
)  # fmt: skip
def test_a_list_with_what_is_refused_alone(x):
    with pytest.raises(TypeError, match=rf"^sigmoid\(\) takes .*{type(x[1]).__name__}"):
        sigmoid(x)


@pytest.mark.parametrize("depth", [1, 2, 5, 31])
def test_nested_lists(depth):
    for items in ([0.25, 2], (True, False), [-1.5], []):
        x = items
        for level in range(depth - 1):
            x = [x] if level % 2 else (x, x)
        expected = _ufunc._sigmoid(np.asarray(x, dtype=float))
        assert_same(sigmoid(x), expected)


@pytest.mark.parametrize(
    "x", [[[1.0], [2.0, 3.0]], [[1.0], 2.0], [1.0, [2.0]], ([1], []), [[[1]], [1]]]
)
def test_ragged_lists(x):
    with pytest.raises(ValueError, match="inhomogeneous"):
        sigmoid(x)


def test_lists_of_numpys_scalars_keep_their_type():
    for dtype in ("f2", "f4", "f8", "g"):
        assert sigmoid(list(np.array([0.25, 2], dtype))).dtype == dtype
    assert sigmoid([np.float32(0.25), np.float64(2)]).dtype == "f8"


# Arrays of objects


@pytest.mark.parametrize("kind", [np.ndarray, np.matrix])
def test_arrays_of_objects_name_the_remedy(kind):
    x = np.array([[1.0, 2.0]], dtype=object).view(kind)
    with pytest.raises(TypeError, match=r"\.astype\(float\)"):
        sigmoid(x)
    with pytest.raises(TypeError, match=r"\.astype\(float\)" if _ufunc._fast_entry else None):
        expit(x)
    for out in (np.zeros((1, 2)), np.zeros((1, 2), object)):
        before = out.copy()
        with pytest.raises(TypeError):
            sigmoid(x, out=out)
        np.testing.assert_array_equal(out, before)
    assert sigmoid(x.astype(float)).shape == (1, 2)


# The name, and NumPy's Ellipsis


class Device:
    """As CuPy's arrays: a ufunc's name is looked up among functions of its own, which are SciPy's."""

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return f"{ufunc.__name__} on the device", *inputs


def test_who_dispatches_on_the_name(member):
    device = Device()
    expected = (f"{member.alias} on the device", device)
    assert member.own(device) == member.ufunc(device) == expected


def test_ellipsis_for_out():
    try:
        np.exp(1.0, out=...)
    except TypeError:
        pytest.skip("this NumPy does not know out=...")
    for x, dtype in itertools.product((1.0, 1, [1.0], np.float32(1), np.array(1.0)), (None, "f4")):
        keywords = {} if dtype is None else {"dtype": dtype}
        assert_same(sigmoid(x, out=..., **keywords), _ufunc._sigmoid(x, out=..., **keywords))
    assert type(sigmoid(1.0, out=...)) is np.ndarray
    result = sigmoid([decimal.Decimal("0.25")], out=...)  # which counts alone
    assert (type(result), result.shape) == (np.ndarray, (1,))


def test_trapped_exceptions(run_code):
    """A caller may have any floating-point exception end the process: none is raised here."""
    if (platform.machine(), sys.maxsize) != ("x86_64", 2**63 - 1) or platform.libc_ver()[
        0
    ] != "glibc":
        pytest.skip("promised on x86-64, tried by glibc's way")
    code = """
import ctypes
import numpy as np
import sys
import warnings
import fastsigmoid
from fastsigmoid import _ufunc, special

warnings.simplefilter("ignore")
values = [0.25, 1.5, -745.0, -800.0, 1e-310, 5e-324, 700.0, float("inf"), float("nan"), 36.9, -1e-20, 0.0, 1.0, 2.0, 1 - 2.0**-53, 0.5 + 2.0**-40, 2**62 + 1, -(2**62) - 1, 3, True]
arrays = [np.array(values[:16], t) for t in ("f8", "f4", "f2", "g")] + [np.arange(-(2**62), 2**62, 2**58 + 1)]
inputs = values + [v for a in arrays for v in a] + arrays + [a[::2] for a in arrays] + [values, [values, values]]
libm = ctypes.CDLL("libm.so.6")
for name, alias in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    own, ufunc = getattr(fastsigmoid, name), getattr(special, alias)
    expected = [(own(x), ufunc(x)) for x in inputs if not isinstance(x, list)] + [(own(x), None) for x in inputs[-2:]]
    results = []
    for trapped in (0x20, 0x10, 0x08, 0x04, 0x01, 0x3D):  # inexact, underflow, overflow, by zero, invalid, all
        for x in inputs:
            by_numpy = isinstance(x, list) or not _ufunc._fast_entry  # whose own way raises what it likes
            libm.feclearexcept(0x3D)
            libm.feenableexcept(trapped)
            a = own(x)
            b = None if by_numpy else ufunc(x)
            libm.fedisableexcept(0x3D)
            results.append((a, b))
    for (a, b), (c, d) in zip(results, expected * 6, strict=True):
        assert np.array_equal(a, c, equal_nan=True), (name, a, c)
        assert b is None or np.array_equal(b, d, equal_nan=True), (name, b, d)
"""
    run_code(code, *(name for member in FAMILY.values() for name in (member.name, member.alias)))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="__buffer__ is new in Python 3.12")
def test_ctrl_c_while_a_read_only_out_is_asked_again():
    class Out:
        def __buffer__(self, flags):
            raise BufferError if flags & inspect.BufferFlags.WRITABLE else KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sigmoid([1.0], out=Out())


def test_a_masked_number_is_what_numpy_makes_of_it(function):
    x = np.ma.array(0.25, mask=False)
    assert type(function(x)) is type(np.exp(x))


def test_the_context_of_a_wrapped_result(member):
    class Recording(np.ndarray):
        def __array_wrap__(self, array, context=None, *arguments):
            Recording.context = context
            return array

    member.ufunc(np.full(3, 0.25).view(Recording))
    assert Recording.context[2] == 0


def test_metadata_of_a_dtype_goes_as_with_numpy(function):
    x = np.full(3, 0.25, np.dtype("f8", metadata={"unit": 1}))
    assert function(x).dtype.metadata == np.exp(x).dtype.metadata


def test_an_array_ufunc_of_ones_own_fills_a_buffer(function):
    class Own:
        def __array_ufunc__(self, ufunc, method, *inputs, out=None, **keywords):
            out[0][...] = 7.0
            return out[0]

    out = array.array("d", [0.0])
    assert function(Own(), out=out) is out
    assert out[0] == 7.0


def test_numpys_numbers_beside_what_counts_alone(function):
    one, half = decimal.Decimal("0.75"), function(0.5)
    assert function([np.float32(0.5), one]).tolist() == [half, function(0.75)]
    assert function([np.float64(0.5), fractions.Fraction(3, 4)]).tolist() == [half, function(0.75)]
    assert sigmoid([np.float64(0.5), 10**400]).tolist() == [sigmoid(0.5), 1.0]
