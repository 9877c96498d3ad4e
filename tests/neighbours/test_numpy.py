"""Kinds of arrays that NumPy has besides the plain one, and those that others derive."""

import warnings

import numpy as np
import pytest

from .rules import RULES, VALUES, assert_same_bits, inputs, one_by_one

MASK = [False, True, False, False, True, False, False, False]


def matrix(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # of np.matrix itself
        return np.matrix(values)


@pytest.mark.parametrize(("function", "dtype", "result_dtype"), RULES)
def test_masked_array(function, dtype, result_dtype):
    x = np.ma.array(inputs(dtype), mask=MASK)
    result = function(x)
    assert type(result) is np.ma.MaskedArray
    assert result.dtype == result_dtype
    assert result.mask.tolist() == MASK
    assert_same_bits(result.compressed(), x.compressed(), result_dtype)
    assert x.tolist() == np.ma.array(inputs(dtype), mask=MASK).tolist()


def test_masked_array_keeps_its_fill_value(function):
    x = np.ma.array(VALUES, mask=MASK, fill_value=7.0)
    assert function(x).fill_value == 7.0


def test_masked_array_without_a_mask(function):
    result = function(np.ma.array(VALUES))
    assert type(result) is np.ma.MaskedArray
    assert not np.ma.is_masked(result)
    assert_same_bits(result.data, VALUES, "float64")


def test_hard_mask_and_two_dimensions(function):
    x = np.ma.array(np.reshape(VALUES, (2, 4)), mask=np.reshape(MASK, (2, 4)), hard_mask=True)
    result = function(x.T)
    assert result.mask.tolist() == x.T.mask.tolist()
    assert_same_bits(result.compressed(), x.T.compressed(), "float64")


def test_masked_output(function):
    out = np.ma.zeros(len(VALUES))
    assert function(np.ma.array(VALUES, mask=MASK), out=out) is out
    assert out.mask.tolist() == MASK
    assert_same_bits(out.compressed(), np.array(VALUES)[~np.array(MASK)], "float64")


def test_masked_constant(function):
    assert function(np.ma.masked) is np.ma.masked


@pytest.mark.parametrize(("function", "dtype", "result_dtype"), RULES)
def test_matrix(function, dtype, result_dtype):
    x = matrix(inputs(dtype).reshape(2, 4))
    result = function(x)
    assert type(result) is np.matrix
    assert_same_bits(result, x, result_dtype)
    assert type(function(x, subok=False)) is np.ndarray


def test_record_array(function):
    records = np.rec.fromarrays([VALUES, range(8)], names=["score", "number"])
    assert_same_bits(function(records.score), VALUES, "float64")
    assert not records.score.flags.c_contiguous
    with pytest.raises(TypeError):
        function(records)

    plain = np.array(VALUES).view(np.recarray)
    result = function(plain)
    assert type(result) is np.recarray
    assert_same_bits(result, VALUES, "float64")


# NumPy 2.5 gives the class up.
@pytest.mark.filterwarnings("ignore:The chararray class:DeprecationWarning")
def test_character_array_is_refused(function):
    with pytest.raises(TypeError):
        function(np.array(["0.25"]).view(np.char.chararray))


class WithUnit(np.ndarray):
    """Carries an attribute along."""

    def __array_finalize__(self, source):
        self.unit = getattr(source, "unit", None)


def test_attributes_of_a_subclass(function):
    x = np.array(VALUES).view(WithUnit)
    x.unit = "1"
    for result in (function(x), function(x[::2])):
        assert type(result) is WithUnit
        assert result.unit == "1"
    assert_same_bits(function(x), VALUES, "float64")
    assert type(function(x[0])) is type(np.exp(x[0]))

    out = np.empty(len(VALUES)).view(WithUnit)
    assert function(np.array(VALUES), out=out) is out
    assert_same_bits(out, VALUES, "float64")


class Wrapped(np.ndarray):
    """Is told which ufunc it comes from."""

    def __array_wrap__(self, array, context=None, return_scalar=False):
        result = array.view(Wrapped)
        result.ufunc = context[0].__name__
        return result


def test_array_wrap_of_a_subclass(function):
    result = function(np.array(VALUES).view(Wrapped))
    assert type(result) is Wrapped
    assert result.ufunc == "expit"  # the name that libraries know, for both
    assert_same_bits(result, VALUES, "float64")


class Counted(np.ndarray):
    """Takes part in ufuncs, by the recipe of NumPy's documentation."""

    calls = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **keywords):
        Counted.calls += 1
        if out is not None:
            keywords["out"] = tuple(array.view(np.ndarray) for array in out)
        plain = [value.view(np.ndarray) for value in inputs]
        result = getattr(ufunc, method)(*plain, **keywords)
        return result.view(Counted) if out is None else out[0]


def test_array_ufunc_of_a_subclass(function):
    x, out = np.array(VALUES).view(Counted), np.empty(len(VALUES)).view(Counted)
    before = Counted.calls
    result = function(x)
    assert type(result) is Counted
    assert function(x, out=out) is out
    assert function(x, out) is out
    assert Counted.calls == before + 3
    for array in (result, out):
        assert_same_bits(array, VALUES, "float64")
    positive = np.zeros(len(VALUES)).view(Counted)
    assert function(x, out=positive, where=np.array(VALUES) > 0) is positive
    expected = np.where(np.array(VALUES) > 0, one_by_one(VALUES, "float64"), 0.0)
    assert positive.tobytes() == expected.tobytes()


class Labelled(np.lib.mixins.NDArrayOperatorsMixin):
    """No array, but takes part in ufuncs."""

    def __init__(self, values, label):
        self.values, self.label = np.asarray(values), label

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        values = [value.values if isinstance(value, Labelled) else value for value in inputs]
        return Labelled(getattr(ufunc, method)(*values, **keywords), self.label)


def test_array_ufunc_of_another_class(function):
    result = function(Labelled(VALUES, "score"))
    assert type(result) is Labelled
    assert result.label == "score"
    assert_same_bits(result.values, VALUES, "float64")
    assert function(Labelled(VALUES, "score"), dtype="f4").values.dtype == "float32"


def test_vectorize(function):
    result = np.vectorize(function)(VALUES)
    assert_same_bits(result, VALUES, "float64")
    assert_same_bits(np.apply_along_axis(function, 0, np.array(VALUES)), VALUES, "float64")


def test_from_pyfunc(function):
    result = np.frompyfunc(function, 1, 1)(np.array(VALUES))
    assert_same_bits(result.astype("float64"), VALUES, "float64")
