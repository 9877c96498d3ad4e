"""fastsigmoid.special beside scipy.special: the same call to both, and what comes back compared.

SciPy's softplus is no ufunc, and comes only with 1.18: ours has the contract of log_expit, but for the digits.

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

import fastsigmoid
from fastsigmoid import special
from fastsigmoid.__main__ import FUNCTIONS
from fastsigmoid.special import expit, logit

from .support.family import FAMILY, same
from .support.floats import FLOAT32, FLOAT64
from .support.regimes import regimes_of

try:
    import scipy
    import scipy.special
except ImportError:
    scipy = None

needs_scipy = pytest.mark.skipif(scipy is None, reason="SciPy is not installed")
# What narrow types become changed in SciPy 1.18, but for logit.
PROMOTES_AS_WE_DO = scipy is not None and tuple(map(int, scipy.__version__.split(".")[:2])) >= (
    1,
    18,
)


def table(dtype="f8"):
    return np.linspace(-3, 3, 12).astype(dtype).reshape(3, 4)


def described(value, with_digits=True):
    """All of a result that has to be equal, as something that can be compared."""
    if isinstance(value, (list, tuple)):
        return [described(item, with_digits) for item in value]
    if not isinstance(value, (np.ndarray, np.generic)):
        return type(value) if isinstance(value, float) and not with_digits else value
    digits = np.asarray(value).astype(complex)  # complex ones are among the results
    digits = np.round(digits, 5) if with_digits else np.isnan(digits)
    mask = np.ma.getmaskarray(value).tolist() if isinstance(value, np.ma.MaskedArray) else None
    flags = (value.flags.c_contiguous, value.flags.f_contiguous, value.flags.writeable)
    return type(value), value.dtype, value.shape, value.strides, flags, mask, repr(digits.tolist())


def outcome(call, function, with_digits=True):
    try:
        return described(call(function), with_digits)
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


# On Windows long double is what double is: NumPy has loops for it all the same, and so have we.
WITHOUT_LONG_DOUBLES = scipy is not None and "g->g" not in scipy.special.expit.types
needs_long_doubles = pytest.mark.skipif(
    WITHOUT_LONG_DOUBLES, reason="SciPy has no long doubles here"
)


@needs_scipy
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=name,
            marks=needs_long_doubles if name in ("scalar: longdouble", "call: dtype g") else (),
        )
        for name, case in CASES.items()
    ],
)
def test_as_with_scipy(case):
    for member in FAMILY.values():
        has_digits = member.name != "softplus"
        expected = outcome(case, scipys(member), has_digits)
        if not has_digits and expected == "log_expit":
            expected = "softplus"  # the name
        if not has_digits and isinstance(expected, list):
            expected = ["softplus" if item == "log_expit" else item for item in expected]
        assert outcome(case, member.ufunc, has_digits) == expected


def scipys(member):
    return (
        scipy.special.log_expit
        if member.name == "softplus"
        else getattr(scipy.special, member.alias)
    )


@needs_scipy
def test_sparse_is_refused_as_by_scipy(member):
    import scipy.sparse

    def case(f):
        return f(scipy.sparse.eye_array(3).tocsr())

    assert outcome(case, member.ufunc) == outcome(case, scipys(member)) == TypeError


@needs_scipy
def test_the_digits_of_softplus_are_those_of_logaddexp():
    """Which is what SciPy's softplus calls."""
    for dtype in ("f4", "f8", "g"):
        x = np.linspace(-80, 80, 1001).astype(dtype)
        np.testing.assert_allclose(
            special.softplus(x),
            np.logaddexp(x.dtype.type(0), x),
            rtol=8 * np.finfo(dtype).eps,
            atol=0,
        )


# What has no loop of its own.
NARROW, WIDE = "ebBhH?", "iIlLqQ"


def test_promotion(member):
    """That of SciPy >= 1.18; before, narrow inputs became float64, as logit's do still."""
    f = member.ufunc
    promotion = {"f": "f", "d": "d", "g": "g"} | dict.fromkeys(NARROW, member.first)
    for code, expected in (promotion | dict.fromkeys(WIDE, "d")).items():
        x = np.array([0, 1], dtype=code)
        assert f(x).dtype == expected, code
        assert f(x[1]).dtype == expected, code
        assert f(x).tolist() == f(x.astype(expected)).tolist()
        assert f(x[::-1]).dtype == f(x.reshape(1, 2).T).dtype == expected
    # Bytes that can be written to are uint8, and Python's bool is one of NumPy.
    assert f(bytearray(b"\0\1")).dtype == f(True).dtype == member.first


@needs_scipy
def test_promotion_as_with_scipy(member):
    f, other = member.ufunc, scipys(member)
    if not (PROMOTES_AS_WE_DO or f is logit):
        pytest.skip("SciPy >= 1.18 is not installed")
    for code in NARROW + WIDE + "fdg":
        x = np.array([0, 1], dtype=code)
        assert f(x).dtype == other(x).dtype, code
        assert f(x[1]).dtype == other(x[1]).dtype, code
    assert f(True).dtype == other(True).dtype
    assert f.types[:2] == other.types[:2]
    assert f.types[2] == "g->g"
    assert WITHOUT_LONG_DOUBLES or other.types[2] == "g->g"


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


def test_the_object(member):
    f = member.ufunc
    assert type(f) is np.ufunc
    assert f.__name__ == member.alias
    assert repr(f) == f"<ufunc '{member.alias}'>"
    assert getattr(special, member.alias) is f
    assert (f.nin, f.nout, f.nargs) == (1, 1, 2)
    assert (f.signature, f.identity) == (None, None)
    # In this order: who takes the first loop that an input can be cast to has to find SciPy's first.
    others = {"f": ["d->d", "g->g"], "d": ["f->f", "g->g"]}
    assert f.types == [f"{member.first}->{member.first}", *others[member.first]]
    assert pickle.loads(pickle.dumps(f)) is copy.copy(f) is copy.deepcopy(f) is f


def test_the_aliases_at_the_top():
    assert fastsigmoid.expit is special.expit
    assert fastsigmoid.log_expit is special.log_expit
    assert {f.alias for f in FAMILY.values()} == set(special.__all__)
    assert list(FAMILY) == list(FUNCTIONS)  # which other tests go by


def test_the_loops_behind_our_own(member):
    first = ["f->f", "d->d", "g->g", "e->e", "?->d", "b->d", "B->d", "h->d", "H->d"]
    assert member.private.types[: len(first)] == first


@pytest.mark.parametrize("dtype", ["f4", "f8", "g"])
def test_special_values_without_a_warning(dtype, member):
    f = member.ufunc
    # In a longdouble e**-800 is not nothing.
    edges = [(x, y) for x, y in member.edges if isinstance(x, float) and abs(x) != 800]
    x, y = zip(*edges, strict=True)
    extremes = [1e-36, -1e30, 1e30, -100.0, 100.0, -720.0, 720.0, -12e3, 12e3, 1e-300, 1 - 2.0**-53]
    with np.errstate(over="ignore", under="ignore"):
        x = np.array([*x, math.nan, *extremes], dtype)
    with np.errstate(all="raise"):
        result = f(x)
        singly = [f(value) for value in x]
        assert same(f(x[::-1]), result[::-1])
        assert same(f(x, out=x.copy()), result)
        f(np.array([0, 1, 2, -100]))
        f(np.array([0, 1, 2, 100], "i1"))
    assert same(result[: len(y)], np.array(y, dtype))
    assert np.isnan(result[len(y)])
    assert [type(value) for value in singly] == [x.dtype.type] * len(x)
    assert same(result, np.array(singly, dtype))


def test_longdouble(member):
    """As good as libm is: within a few units in the last place."""
    gmpy2 = pytest.importorskip("gmpy2")
    from random import Random

    from .support.oracle import ENCLOSURES, contexts

    random, eps = Random(0), float(np.finfo("g").eps)
    tiny = gmpy2.mpfr(gmpy2.mpq(*np.finfo("g").tiny.as_integer_ratio()))
    regimes = regimes_of(member.name).values()
    x = np.array([regime(random, FLOAT64) for regime in regimes for _ in range(60)], "g")
    # With bits that no double has.
    x = np.concatenate([x, x * (1 + 3 * np.finfo("g").eps)])
    results = member.ufunc(x)
    assert results.dtype == "g"
    with gmpy2.context(precision=200):
        for value, result in zip(x, results, strict=True):
            exact = gmpy2.mpfr(gmpy2.mpq(*value.as_integer_ratio()))
            low, high = ENCLOSURES[member.name](exact, *contexts(200))
            if gmpy2.is_nan(low):
                assert np.isnan(result)
            elif abs(result) < np.finfo("g").tiny:
                assert abs(high) < 2 * tiny
            elif not np.isinf(result):
                got = gmpy2.mpfr(gmpy2.mpq(*result.as_integer_ratio()))
                assert abs(got / high - 1) < 4 * eps, (value, result)


def test_near_1_and_near_0():
    largest_below_1 = 0.9999999999999999
    assert expit([36.7, 37.0, 37.4, 37.43, 40.0]).tolist() == [largest_below_1] * 3 + [1.0] * 2
    assert expit([-745.1332, -745.1333]).tolist() == [5e-324, 0.0]


def test_the_same_bits_as_our_own(member):
    for dtype in ("f4", "f8"):
        x = member.arguments(np.linspace(-120, 40, 1001).astype(dtype))
        assert member.ufunc(x).tobytes() == member.own(x).tobytes()
        assert [member.ufunc(value) for value in x] == [member.own(value) for value in x]


def test_numbers_beyond_those_of_numpy_are_refused(member):
    """As by SciPy; our own functions take them."""
    for x in (2**64, -(2**63) - 1, 10**400):
        with pytest.raises(TypeError, match=f"ufunc '{member.alias}' not supported"):
            member.ufunc(x)
    for x in (2**64 - 1, -(2**63)):
        assert same(member.ufunc(x), member.ufunc(float(x)))


# The inputs of SciPy's own tests, with what they check: the value and the dtype.
SCIPYS = {
    "sigmoid": [*np.linspace(-4, 4, 10), *(s * n for n in (88, 89, 709, 710, 11356, 11357) for s in (1, -1))],
    "logit": [*np.linspace(0, 1, 10), 0.0001, 0.49999, 0.50001, 1e-8, 0.4999999999999, 0.50000000001]
    + [-3.0, -2.0, 2.0, 3.0],
    "log_sigmoid": [-10000.0, -750.0, -500.0, -35.0, 750.0, 1000.0, 10000.0, -32, -20, -10, -3, -1, -0.1]
    + [-1e-9, 0, 1e-9, 0.1, 1, 10, 100, 500, 710, 725, 735],
    "softplus": [-99.5, -92.7, -79.1, -40, -37, -16.4, 0.0, 1.67, 18, 27.7, 31.25, 33.3, 37.8, 73.3, -10, -1e-9],
}  # fmt: skip


@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
def test_scipys_own_cases(f, member):
    """SciPy allows for 16 units in the last place and more; here they are the nearest numbers."""
    pytest.importorskip("gmpy2")
    from .support.oracle import answer

    x = np.array(SCIPYS[member.name], f.name)
    expected = np.array([answer(member.name, value, f) for value in x.tolist()], f.name)
    result = member.ufunc(x)
    assert result.dtype == f.name
    assert same(result, expected)
    for value, y in zip(x, expected, strict=True):
        scalar = member.ufunc(value)
        assert scalar.dtype == f.name
        assert same(scalar, y)


def test_scipys_own_case_with_keywords(member):
    x, where = np.linspace(0, 1, 5), np.array([True, False, True, False, True])
    out, expected = np.full(5, 7.0), np.full(5, 7.0)
    member.ufunc(x, out=out, where=where)
    expected[where] = member.ufunc(x[where])
    assert same(out, expected)


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
