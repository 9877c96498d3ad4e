"""Anything in: what is taken, and what comes back for it."""

import array
import enum
import math
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastsigmoid import sigmoid
from fastsigmoid.__main__ import FUNCTIONS

from .support.family import OWN, same
from .support.floats import FLOAT16, FLOAT32, FLOAT64, step

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")


def check(function, values, x, dtype="float64"):
    """That function(x) is what each of the values gives."""
    result = function(x)
    expected = np.array([function(float(value)) for value in np.ravel(values)])
    assert type(result) is np.ndarray
    assert (result.dtype, result.shape) == (np.dtype(dtype), np.shape(values))
    assert result.tobytes() == expected.tobytes()


# Numbers.


class FloatSubclass(float):
    pass


class IntSubclass(int):
    pass


class WithFloat:
    def __float__(self):
        return 3.0


class WithIndex:
    def __init__(self, value=3):
        self.value = value

    def __index__(self):
        return self.value


class Three(enum.IntEnum):
    THREE = 3


@pytest.mark.parametrize(
    "x",
    [
        3.0, 3, FloatSubclass(3.0), IntSubclass(3), Three.THREE, Decimal(3), Decimal("3.00"),
        Fraction(3), Fraction(9, 3), WithFloat(), WithIndex(),
    ],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_numbers_give_a_float(x):
    for function in OWN:
        result = function(x)
        assert type(result) is float
        assert same(result, function(3.0))


def test_bools_and_other_numbers():
    assert (sigmoid(True), sigmoid(False)) == (sigmoid(1.0), 0.5)
    assert type(sigmoid(True)) is float
    assert sigmoid(Decimal("0.25")) == sigmoid(Fraction(1, 4)) == sigmoid(0.25)
    assert math.isnan(sigmoid(Decimal("nan")))
    assert (sigmoid(Decimal("inf")), sigmoid(Decimal("-inf"))) == (1.0, 0.0)


@pytest.mark.parametrize("power", [62, 63, 64, 65, 1023, 1024, 1025, 10_000])
def test_large_integers_saturate(power):
    for x in (2**power - 1, 2**power, 2**power + 1):
        assert (sigmoid(x), sigmoid(-x)) == (1.0, 0.0)
        assert (sigmoid(IntSubclass(x)), sigmoid(IntSubclass(-x))) == (1.0, 0.0)
        assert (sigmoid(WithIndex(x)), sigmoid(WithIndex(-x))) == (1.0, 0.0)


def test_large_integers_are_the_nearest_floats(function):
    """Python converts them exactly; beyond all floats they are infinite."""
    for power in (53, 62, 63, 64, 65, 100, 1023):
        for x in (2**power - 1, 2**power, 2**power + 1, 3 * 2 ** (power - 1) + 1):
            for value in (x, -x):
                expected = function(float(value))
                for form in (value, IntSubclass(value), WithIndex(value)):
                    assert same(function(form), expected), value
                assert same(function([value, 0.25])[0], expected)


def test_every_small_integer():
    for x in range(-800, 50):
        assert sigmoid(x) == sigmoid(float(x))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
def test_numpy_floats_keep_their_type(dtype):
    scalar = np.dtype(dtype).type
    for function in OWN:
        for x in (scalar(3), np.array(3, dtype)):
            result = function(x)
            assert type(result) is scalar
            assert same(result, function(np.array([3], dtype))[0])


@pytest.mark.parametrize("code", np.typecodes["AllInteger"] + "?")
def test_integers_become_float64(code):
    scalar = np.dtype(code).type
    row = np.array([[0, 1, 1], [1, 0, 100]]).astype(code)
    swapped = row.astype(row.dtype.newbyteorder())
    for function in OWN:
        for x in (scalar(1), np.array(1, code)):
            result = function(x)
            assert type(result) is np.float64
            assert result == function(1.0)
        check(function, row, row)
        check(function, row.T, row.T)
        check(function, row, row.tolist())
        if code != "?":
            info = np.iinfo(code)
            check(function, [info.min, info.max], np.array([info.min, info.max], code))
            check(function, row, swapped)


def test_longdouble_is_not_narrowed():
    x = np.array([40.0, -0.5, 3.0, -800.0, np.nan, np.inf, -np.inf], "longdouble")
    result = sigmoid(x)
    assert result.dtype == "longdouble"
    expected = sigmoid(x.astype("float64"))
    assert np.array_equal(result.astype("float64"), expected, equal_nan=True)
    # musl's functions of 128-bit numbers have the range and the digits of float64.
    if np.finfo("longdouble").nmant > 60 and np.exp(np.longdouble(-800)) > 0:
        # Between 1 and its neighbour in float64, and below the least float64.
        assert 0 < 1 - result[0] < 1e-17
        assert np.longdouble("3.6e-348") < result[3] < np.longdouble("3.7e-348")


# Sequences.


@pytest.mark.parametrize("form", [list, tuple])
def test_sequences(form, function):
    check(function, [0.25, -1.5], form([0.25, -1.5]))
    check(function, [3], form([3]))
    check(function, [1, 2.5, True], form([1, 2.5, True]))
    check(function, [[0.25, 3.0], [1, -800]], form([form([0.25, 3.0]), form([1, -800])]))
    check(function, [[0.25], [3.0]], form([[0.25], (3.0,)]))
    check(function, [0.25, 3.0], form([np.float64(0.25), 3.0]))
    check(function, [0.25, 3.0], form([FloatSubclass(0.25), 3.0]))
    check(function, [], form([]))
    check(function, [[], []], form([form([]), form([])]))


def test_lists_of_numpy_values(function):
    assert function([np.float32(0.25), np.float32(3.0)]).dtype == "float32"
    check(function, [[0.25, 3.0], [1.0, 2.0]], [np.array([0.25, 3.0]), np.array([1.0, 2.0])])
    check(function, [[0.25, 3.0]], [array.array("d", [0.25, 3.0])])


def test_ranges(function):
    check(function, range(-3, 5), range(-3, 5))
    assert function(range(0)).shape == (0,)


def test_a_list_is_not_changed(function):
    x = [0.25, 3.0, -1.5]
    function(x)
    assert x == [0.25, 3.0, -1.5]


# Arrays of a type of their own.


def test_masked_arrays_keep_their_mask(function):
    for dtype, result_dtype in (("f4", "f4"), ("f8", "f8"), ("f2", "f2"), ("i4", "f8")):
        x = np.ma.array([0, 1, 3], dtype=dtype, mask=[False, True, False])
        result = function(x)
        assert type(result) is np.ma.MaskedArray
        assert result.dtype == result_dtype
        assert result.mask.tolist() == [False, True, False]
        assert same(result.compressed(), function(x.compressed()))
    assert function(np.ma.masked) is np.ma.masked


def test_subclasses_are_preserved(function):
    class Subclass(np.ndarray):
        pass

    x = np.array([[0.25, 3.0]]).view(Subclass)
    assert type(function(x)) is Subclass
    assert type(function(x, subok=False)) is np.ndarray
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        matrix = np.matrix([[0.25, 3.0]])
    assert type(function(matrix)) is np.matrix
    assert same(np.asarray(function(matrix)), np.asarray(function(x)))


def test_memmap(tmp_path, function):
    x = np.memmap(tmp_path / "values", "f8", "w+", shape=3)
    x[:] = [0.25, 3.0, -800.0]
    result = function(x)
    assert same(result, function(np.array(x)))
    assert function(x, out=x) is x
    assert same(x, result)


class WithArray:
    def __init__(self, values, dtype="float64"):
        self.values = np.array(values, dtype)

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


def test_objects_that_make_an_array(function):
    check(function, [0.25, 3.0], WithArray([0.25, 3.0]))
    check(function, [0, 3], WithArray([0, 3], "i2"))
    assert function(WithArray([0.25], "f2")).dtype == "float16"

    class WithBoth(WithArray):
        def __float__(self):
            raise AssertionError("an array comes first")

    check(function, [0.25], WithBoth([0.25]))


def test_objects_of_other_array_protocols(function):
    x = np.array([0.25, 3.0])

    class WithInterface:
        __array_interface__ = x.__array_interface__

    class WithStruct:
        __array_struct__ = x.__array_struct__

    class WithDLPack:
        def __dlpack__(self, **keywords):
            return x.__dlpack__(**keywords)

        def __dlpack_device__(self):
            return x.__dlpack_device__()

    for source in (WithInterface(), WithStruct(), WithDLPack()):
        check(function, [0.25, 3.0], source)


class Dispatching:
    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        assert isinstance(ufunc, np.ufunc)
        assert method == "__call__"
        return ("taken", inputs, keywords)


def test_objects_that_take_part_in_ufuncs(function):
    x = Dispatching()
    assert function(x) == ("taken", (x,), {})
    assert function(x, where=False) == ("taken", (x,), {"where": False})

    class Both(Dispatching, WithArray):
        pass

    x = Both([0.25])
    assert function(x) == ("taken", (x,), {})

    class FloatToo(Dispatching, float):
        pass

    x = FloatToo(0.25)
    assert function(x) == ("taken", (x,), {})

    class ArrayToo(np.ndarray):
        __array_ufunc__ = Dispatching.__array_ufunc__

    x = np.zeros(3).view(ArrayToo)
    assert function(x)[0] == "taken"


def test_objects_that_refuse_ufuncs(function):
    class Refusing(WithArray):
        __array_ufunc__ = None

    with pytest.raises(TypeError):
        function(Refusing([0.25]))
    with pytest.raises(TypeError):
        function(np.array([0.25]), out=Refusing([0.25]))


# Properties.

any_function = st.sampled_from(list(FUNCTIONS.values()))  # which have the way to a float in common

any_float = st.floats(width=64)
any_floats = st.lists(any_float, max_size=40)


@given(any_function, any_floats)
def test_forms_agree(function, values):
    array_form = np.array(values)
    result = function(array_form).tobytes()
    for form in (values, tuple(values), memoryview(array_form), array.array("d", values)):
        assert function(form).tobytes() == result
    assert array.array("d", map(function, values)).tobytes() == result
    out = np.zeros(len(values))
    function(values, out=out)
    assert out.tobytes() == result


@given(st.floats(allow_nan=False))
def test_within_0_and_1(x):
    assert 0.0 <= sigmoid(x) <= 1.0
    # Beyond the range of a narrower type that is infinity, and rightly so.
    with np.errstate(over="ignore", under="ignore"):
        assert 0.0 <= sigmoid(np.float32(x)) <= 1.0
        assert 0.0 <= sigmoid(np.float16(x)) <= 1.0


@pytest.mark.parametrize("f", [FLOAT64, FLOAT32, FLOAT16], ids=str)
def test_monotone(f):
    @given(st.floats(allow_nan=False, allow_infinity=False, width=f.size))
    def check_neighbours(x):
        row = [step(x, n, f) for n in range(-20, 21)]
        row = np.array([value for value in row if math.isfinite(value)], f.name)
        assert (np.diff(sigmoid(row)) >= 0).all()

    check_neighbours()


@given(st.floats(min_value=-745, max_value=745))
def test_symmetric(x):
    """sigmoid(x) + sigmoid(-x) is 1, to the rounding of both."""
    assert abs(sigmoid(x) + sigmoid(-x) - 1.0) <= 2.0**-53


@given(any_function, st.integers(min_value=-(2**70), max_value=2**70))
def test_integers_are_floats(function, x):
    assert same(function(x), function(float(x)))


@given(any_function, st.fractions(min_value=-800, max_value=800))
def test_fractions_are_rounded_to_a_float_first(function, x):
    assert same(function(x), function(float(x)))


def test_keywords_go_with_what_counts_alone():
    result = sigmoid(Fraction(1, 2), dtype="f4")
    assert (type(result), result) == (np.float32, sigmoid(np.float32(0.5)))
