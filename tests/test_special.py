"""`expit` beside SciPy's: the same call to both, and what comes back compared.

Digits are compared to five places only: the correct ones are what test_accuracy.py is about.  Without SciPy
there is nothing to ask, and these tests are skipped; what has to hold by itself stands at the end.
"""

import array
import collections
import copy
import datetime
import math
import pickle

import numpy as np
import pytest

from fastsigmoid import _ufunc, expit, sigmoid

try:
    import scipy
    from scipy.special import expit as scipy_expit
except ImportError:
    scipy = None

needs_scipy = pytest.mark.skipif(scipy is None, reason="SciPy is not installed")
# What narrow types become changed in SciPy 1.18.
PROMOTES_AS_WE_DO = scipy is not None and tuple(map(int, scipy.__version__.split(".")[:2])) >= (
    1,
    18,
)


def table(dtype="f8"):
    return np.linspace(-3, 3, 12).astype(dtype).reshape(3, 4)


def described(value):
    """All of a result that has to be equal, as something that can be compared."""
    if isinstance(value, (list, tuple)):
        return [described(item) for item in value]
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    digits = np.round(np.asarray(value).astype(complex), 5)  # complex ones are among the results
    mask = np.ma.getmaskarray(value).tolist() if isinstance(value, np.ma.MaskedArray) else None
    flags = (value.flags.c_contiguous, value.flags.f_contiguous, value.flags.writeable)
    return type(value), value.dtype, value.shape, value.strides, flags, mask, repr(digits.tolist())


def outcome(call, function):
    try:
        return described(call(function))
    except Exception as error:  # noqa: BLE001 (whichever it is, it is compared)
        return type(error)


class Subclass(np.ndarray):
    pass


class WithArray:
    def __array__(self, dtype=None, copy=None):
        return table()


class Overriding:
    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return "overridden", ufunc.__name__, method, len(inputs), sorted(keywords)


class Refusing:
    __array_ufunc__ = None


def read_only(a):
    a.flags.writeable = False
    return a


def unaligned(a):
    room = np.zeros(a.nbytes + 1, "u1")
    view = room[1:].view(a.dtype)
    view[...] = a.ravel()
    return view


def written(f, x, out, *arguments, **keywords):
    """The result, whether it is `out`, and what `out` then holds."""
    result = f(x, *arguments, out=out, **keywords)
    return result, result is out, out


def kept(f, out, *arguments, **keywords):
    """The error of a call that is refused, and `out`, which has to be as it was."""
    try:
        f(*arguments, out=out, **keywords)
    except Exception as error:  # noqa: BLE001 (whichever it is, it is compared)
        return type(error), out
    return "not refused", out


def overlapping(f, window_in, window_out, dtype="f8"):
    room = np.linspace(-4, 4, 40).astype(dtype)
    f(room[window_in], out=room[window_out])
    return room


def at(f, indices):
    x = np.linspace(-2, 2, 5)
    f.at(x, indices)
    return x


SCALARS = {
    "float": lambda f: f(0.25),
    "int": lambda f: f(3),
    "largest int": lambda f: f(2**63 - 1),
    "unsigned int": lambda f: f(2**64 - 1),
    "negative int": lambda f: f(-(2**63)),
    "too large an int": lambda f: f(2**64),
    "too small an int": lambda f: f(-(2**63) - 1),
    "float64": lambda f: f(np.float64(0.25)),
    "float32": lambda f: f(np.float32(0.25)),
    "longdouble": lambda f: f(np.longdouble("0.25")),
    "int64": lambda f: f(np.int64(3)),
    "no dimensions": lambda f: f(np.array(0.25)),
    "no dimensions, float32": lambda f: f(np.array(0.25, "f4")),
    "no dimensions, out": lambda f: written(f, 0.25, np.empty(())),
    "no dimensions, Ellipsis": lambda f: f(np.array(0.25), out=...),
}

INPUTS = {
    "list": lambda f: f([0.25, 3]),
    "tuple": lambda f: f((0.25, 3.0)),
    "nested": lambda f: f([[1.0, 2.0], (3, 4)]),
    "range": lambda f: f(range(4)),
    "array.array": lambda f: f(array.array("d", [0.25, 3.0])),
    "array.array of float": lambda f: f(array.array("f", [0.25, 3.0])),
    "memoryview": lambda f: f(memoryview(table())),
    "object with __array__": lambda f: f(WithArray()),
    "deque": lambda f: f(collections.deque([0.25, 3.0])),
    "empty list": lambda f: f([]),
    "empty": lambda f: f(np.empty((0, 3))),
    "ragged": lambda f: f([[1.0], [1.0, 2.0]]),
    "None": lambda f: f(None),
    "str": lambda f: f("0.25"),
    "bytes": lambda f: f(b"0.25"),
    "complex": lambda f: f(1j),
    "complex array": lambda f: f(table("c16")),
    "object array": lambda f: f(np.array([0.25, None])),
    "object array of floats": lambda f: f(np.array([0.25, 3.0], dtype=object)),
    "object": lambda f: f(object()),
    "generator": lambda f: f(i for i in range(3)),
    "set": lambda f: f({0.25}),
    "dict": lambda f: f({0.25: 1}),
    "datetime": lambda f: f(datetime.datetime(2000, 1, 1)),
    "datetime64": lambda f: f(np.array(["2000-01-01"], "M8[D]")),
    "timedelta64": lambda f: f(np.array([1], "m8[s]")),
    "structured": lambda f: f(np.zeros(2, [("a", "f8")])),
    "strings": lambda f: f(np.array(["0.25"])),
    "matrix": lambda f: f(table().view(np.matrix)),
    "recarray": lambda f: f(table().view(np.recarray)),
    "subclass": lambda f: f(table().view(Subclass)),
    "subclass, subok=False": lambda f: f(table().view(Subclass), subok=False),
    "masked": lambda f: f(np.ma.array([0.25, 3.0, -1.0], mask=[0, 1, 0])),
    "masked, no mask": lambda f: f(np.ma.array([0.25, 3.0])),
    "overriding": lambda f: f(Overriding()),
    "overriding, with keywords": lambda f: f(Overriding(), where=True, dtype="f4"),
    "overriding out": lambda f: f(table(), out=Overriding()),
    "refusing": lambda f: f(Refusing()),
    "refusing out": lambda f: f(table(), out=Refusing()),
    "int64": lambda f: f(np.arange(-3, 4)),
    "int32": lambda f: f(np.arange(-3, 4, dtype="i4")),
    "uint32": lambda f: f(np.arange(4, dtype="u4")),
    "uint64": lambda f: f(np.arange(4, dtype="u8")),
    "longdouble": lambda f: f(table("g")),
    "negative strides": lambda f: f(table()[::-1, ::-1]),
    "strided": lambda f: f(table()[:, ::2]),
    "strides of zero": lambda f: f(np.broadcast_to(np.float64(0.25), (2, 3))),
    "unaligned": lambda f: f(unaligned(table())),
    "byte-swapped": lambda f: f(table(np.dtype("f8").newbyteorder())),
    "byte-swapped float32": lambda f: f(table(np.dtype("f4").newbyteorder())),
    "read-only": lambda f: f(read_only(table())),
    "columns first": lambda f: f(np.asfortranarray(table())),
    "transposed": lambda f: f(np.zeros((2, 3, 4)).transpose(1, 2, 0)),
    "specials": lambda f: f([0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1.7e308]),
}

KEYWORDS = {
    "out": lambda f: written(f, table(), np.empty((3, 4))),
    "out by position": lambda f: f(table(), np.empty((3, 4))),
    "out in a tuple": lambda f: written(f, table(), (np.empty((3, 4)),))[0],
    "out None": lambda f: f(table(), out=None),
    "out None by position": lambda f: f(table(), None),
    "out twice": lambda f: f(table(), np.empty((3, 4)), out=np.empty((3, 4))),
    "out of two": lambda f: f(table(), out=(np.empty((3, 4)), np.empty((3, 4)))),
    "out broadcasts up": lambda f: written(f, np.arange(4.0), np.empty((3, 4))),
    "out too small": lambda f: kept(f, np.full(4, 7.0), table()),
    "out of a wrong shape": lambda f: kept(f, np.full((4, 3), 7.0), table()),
    "out with one row": lambda f: kept(f, np.full((1, 4), 7.0), table()),
    "out read-only": lambda f: kept(f, read_only(np.full((3, 4), 7.0)), table()),
    "out a list": lambda f: kept(f, [0.0] * 4, np.arange(4.0)),
    "out float32": lambda f: written(f, table(), np.empty((3, 4), "f4")),
    "out float16": lambda f: written(f, table(), np.empty((3, 4), "f2")),
    "out complex": lambda f: written(f, table(), np.empty((3, 4), "c16")),
    "out object": lambda f: written(f, np.arange(2.0), np.empty(2, object))[1],
    "out float64 of float32": lambda f: written(f, table("f4"), np.empty((3, 4))),
    "out int": lambda f: kept(f, np.full((3, 4), 7), table()),
    "out int, unsafe": lambda f: written(f, table(), np.empty((3, 4), "i8"), casting="unsafe"),
    "out float32, safe": lambda f: kept(f, np.full((3, 4), 7.0, "f4"), table(), casting="safe"),
    "out a subclass": lambda f: written(f, table(), np.empty((3, 4)).view(Subclass)),
    "out strided": lambda f: written(f, table(), np.zeros((3, 8))[:, ::2]),
    "out byte-swapped": lambda f: written(
        f, table(), np.empty((3, 4), np.dtype("f8").newbyteorder())
    ),
    "no such casting": lambda f: f(table(), casting="kindly"),
    "dtype f4": lambda f: f(table(), dtype="f4"),
    "dtype g": lambda f: f(table(), dtype="g"),
    "dtype f2": lambda f: f(table(), dtype="f2"),
    "dtype i8": lambda f: f(table(), dtype="i8"),
    "dtype D": lambda f: f(table(), dtype="D"),
    "dtype O": lambda f: f(table(), dtype="O"),
    "dtype d of float32": lambda f: f(table("f4"), dtype="d"),
    "signature f->f": lambda f: f(table(), signature="f->f"),
    "signature d->d of float32": lambda f: f(table("f4"), signature="d->d"),
    "signature of dtypes": lambda f: f(table(), signature=(np.dtype("f4"), None)),
    "no such signature": lambda f: f(table(), signature="i->i"),
    "order K": lambda f: f(np.asfortranarray(table()), order="K"),
    "order A": lambda f: f(np.asfortranarray(table()), order="A"),
    "order C": lambda f: f(np.asfortranarray(table()), order="C"),
    "order F": lambda f: f(table(), order="F"),
    "no such order": lambda f: f(table(), order="Q"),
    "x by keyword": lambda f: f(x=table()),
    "no argument": lambda f: f(),
    "three arguments": lambda f: f(table(), np.empty((3, 4)), 1),
    "axis": lambda f: f(table(), axis=0),
    "keepdims": lambda f: f(table(), keepdims=True),
    "in place": lambda f: overlapping(f, slice(0, 40), slice(0, 40)),
    "shifted up": lambda f: overlapping(f, slice(0, 39), slice(1, 40)),
    "shifted down": lambda f: overlapping(f, slice(1, 40), slice(0, 39)),
    "reversed in place": lambda f: overlapping(f, slice(None, None, -1), slice(None)),
    "half over half": lambda f: overlapping(f, slice(None, None, 2), slice(0, 20)),
    "shifted float32": lambda f: overlapping(f, slice(0, 39), slice(1, 40), "f4"),
    "at": lambda f: at(f, [0, 2]),
    "at, twice the same": lambda f: at(f, [0, 0, 4]),
    "at, out of bounds": lambda f: at(f, [9]),
    "reduce": lambda f: f.reduce(np.arange(3.0)),
    "accumulate": lambda f: f.accumulate(np.arange(3.0)),
    "reduceat": lambda f: f.reduceat(np.arange(3.0), [0]),
    "outer": lambda f: f.outer(np.arange(3.0), np.arange(3.0)),
    "types resolved": lambda f: f.resolve_dtypes((np.dtype("f4"), None)),
    "vectorize": lambda f: np.vectorize(f)(table()),
    "float of it": lambda f: float(f(0.0)),
    "apply_along_axis": lambda f: np.apply_along_axis(f, 0, table()),
}

OBJECT = {
    name: lambda f, name=name: getattr(f, name)
    for name in ("nin", "nout", "nargs", "ntypes", "signature", "identity", "__name__")
} | {
    "class": type,
    "pickle": lambda f: pickle.loads(pickle.dumps(f)) is f,
    "copy": lambda f: copy.copy(f) is f,
    "deepcopy": lambda f: copy.deepcopy(f) is f,
}

CASES = {
    f"{title}: {name}": case
    for title, cases in (
        ("scalar", SCALARS),
        ("input", INPUTS),
        ("call", KEYWORDS),
        ("object", OBJECT),
    )
    for name, case in cases.items()
}


@needs_scipy
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_as_with_scipy(case):
    assert outcome(case, expit) == outcome(case, scipy_expit)


@needs_scipy
def test_sparse_is_refused_as_by_scipy():
    import scipy.sparse

    def case(f):
        return f(scipy.sparse.eye_array(3).tocsr())

    assert outcome(case, expit) == outcome(case, scipy_expit) == TypeError


# The promotion of SciPy >= 1.18; before, narrow inputs became float64.
PROMOTION = dict.fromkeys("ebBhH?f", "f") | dict.fromkeys("iIlLqQd", "d") | {"g": "g"}


def test_promotion():
    for code, expected in PROMOTION.items():
        x = np.array([0, 1], dtype=code)
        assert expit(x).dtype == expected, code
        assert expit(x[1]).dtype == expected, code
        assert expit(x).tolist() == expit(x.astype(expected)).tolist()
    # Bytes that can be written to are uint8, and Python's bool is one of NumPy.
    assert expit(bytearray(b"\0\1")).dtype == expit(True).dtype == "f4"


@pytest.mark.skipif(not PROMOTES_AS_WE_DO, reason="SciPy >= 1.18 is not installed")
def test_promotion_as_with_scipy():
    for code in PROMOTION:
        x = np.array([0, 1], dtype=code)
        assert described(expit(x)) == described(scipy_expit(x)), code
        assert described(expit(x[1])) == described(scipy_expit(x[1])), code
    assert expit(True).dtype == scipy_expit(True).dtype
    assert expit.types[:3] == scipy_expit.types[:3]


# What needs nobody to ask.


@pytest.mark.parametrize(
    ("order", "rows_first"), [("C", True), ("F", False), ("A", False), ("K", False)]
)
def test_order(order, rows_first):
    result = expit(np.asfortranarray(np.ones((2, 3))), order=order)
    assert (result.flags.c_contiguous, result.flags.f_contiguous) == (rows_first, not rows_first)


@pytest.mark.parametrize(
    ("casting", "allowed"),
    [("no", False), ("equiv", False), ("safe", False), ("same_kind", True), ("unsafe", True)],
)
def test_casting(casting, allowed):
    x, out = np.ones(3), np.full(3, 7, "f4")
    if allowed:
        assert expit(x, out=out, casting=casting) is out
        assert out.tolist() == expit(x).astype("f4").tolist()
    else:
        with pytest.raises(TypeError, match="Cannot cast"):
            expit(x, out=out, casting=casting)
        assert out.tolist() == [7, 7, 7]


def test_the_object():
    assert type(expit) is np.ufunc
    assert expit.__name__ == "expit"
    assert (expit.nin, expit.nout, expit.nargs) == (1, 1, 2)
    assert (expit.signature, expit.identity) == (None, None)
    # In this order: who takes the first loop that an input can be cast to has to find float32 first.
    assert expit.types == ["f->f", "d->d", "g->g"]
    assert pickle.loads(pickle.dumps(expit)) is copy.copy(expit) is copy.deepcopy(expit) is expit


def test_the_loops_behind_sigmoid():
    behind = _ufunc._sigmoid
    first = ["f->f", "d->d", "g->g", "e->e", "?->d", "b->d", "B->d", "h->d", "H->d"]
    assert behind.types[: len(first)] == first


@pytest.mark.parametrize("dtype", ["f4", "f8", "g"])
def test_special_values_without_a_warning(dtype):
    x = np.array(
        [0.0, -0.0, math.inf, -math.inf, math.nan, 1e-36, -1e30, 1e30, -100.0, -720.0], dtype
    )
    with np.errstate(all="raise"):
        result = expit(x)
        singly = [expit(value) for value in x]
    assert result[:4].tolist() == [0.5, 0.5, 1.0, 0.0]
    assert np.isnan(result[4])
    assert result[5:8].tolist() == [0.5, 0.0, 1.0]
    assert [type(value) for value in singly] == [x.dtype.type] * len(x)
    assert np.array_equal(result, np.array(singly, dtype), equal_nan=True)


@pytest.mark.parametrize("dtype", ["f4", "f8", "g"])
def test_against_the_longest_type(dtype):
    """Which is all that longdouble is compared with."""
    x = np.linspace(-10, 10, 1001).astype(dtype)
    e = np.exp(-np.abs(x.astype("g")))
    expected = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
    result = expit(x)
    assert result.dtype == dtype
    np.testing.assert_allclose(result.astype("g"), expected, rtol=2 * np.finfo(dtype).eps, atol=0)


def test_near_1_and_near_0():
    largest_below_1 = 0.9999999999999999
    assert expit([36.7, 37.0, 37.4, 37.43, 40.0]).tolist() == [largest_below_1] * 3 + [1.0] * 2
    assert expit([-745.1332, -745.1333]).tolist() == [5e-324, 0.0]


def test_the_same_bits_as_sigmoid():
    for dtype in ("f4", "f8"):
        x = np.linspace(-120, 40, 1001).astype(dtype)
        assert expit(x).tobytes() == sigmoid(x).tobytes()
        assert [expit(value) for value in x] == [sigmoid(value) for value in x]


# SciPy cannot be asked: its loops go astray when NumPy calls them for parts of a row.
@pytest.mark.parametrize(
    "where",
    [
        True,
        False,
        [True, False, False, True],
        [[True], [False], [True]],
        table() > 0,
        np.array([True, False, True, True]),
        np.ones((5, 3, 1), bool) ^ (np.arange(4) == 2),
    ],
    ids=lambda where: str(np.shape(where)) if np.ndim(where) else str(where),
)
@pytest.mark.parametrize("dtype", ["f4", "f8", "g"])
def test_where(where, dtype):
    shape = np.broadcast_shapes((3, 4), np.shape(where))
    out = np.full(shape, 7, dtype)
    assert expit(table(dtype), out=out, where=where) is out
    assert out.tolist() == np.where(where, expit(table(dtype)), out.dtype.type(7)).tolist()


def test_where_of_ints_is_refused():
    out = np.full(3, 7.0)
    with pytest.raises(TypeError):
        expit(np.arange(3.0), out=out, where=np.ones(3, int))
    assert out.tolist() == [7.0] * 3


def test_out_is_untouched_where_it_is_refused():
    out = np.full(3, 7.0)
    for arguments in (([0.25, None, 1.0],), ([1j],), (["a"],), ([[1.0], [1.0, 2.0]],)):
        with pytest.raises((TypeError, ValueError)):
            expit(*arguments, out=out)
    assert out.tolist() == [7.0] * 3
