import numpy as np
import pytest

from fastsigmoid import _ufunc, expit

from .rules import RULES, VALUES, assert_same_bits, inputs

pd = pytest.importorskip("pandas")

INDEX = [f"row {i}" for i in range(len(VALUES))]
NULLABLE = {
    "bool": "boolean",
    "float32": "Float32",
    "float64": "Float64",
    "int8": "Int8",
    "uint8": "UInt8",
    "int16": "Int16",
    "uint16": "UInt16",
    "int32": "Int32",
    "uint32": "UInt32",
    "int64": "Int64",
}


def series(values, dtype=None):
    return pd.Series(values, index=INDEX[: len(values)], name="score", dtype=dtype)


def assert_labels_kept(result, x):
    assert type(result) is pd.Series
    assert result.name == x.name
    assert result.index.equals(x.index)


@pytest.mark.parametrize(("function", "dtype", "result_dtype"), RULES)
def test_series(function, dtype, result_dtype):
    x = series(inputs(dtype))
    result = function(x)
    assert_labels_kept(result, x)
    assert_same_bits(result.to_numpy(), x.to_numpy(), result_dtype)


@pytest.mark.parametrize("name", ["apply", "map", "transform", "agg", "pipe"])
def test_methods_that_take_a_function(function, name):
    x = series(VALUES)
    result = getattr(x, name)(function)
    assert_labels_kept(result, x)
    assert_same_bits(result.to_numpy(), VALUES, "float64")


def test_views_of_a_series(function):
    x = series(np.repeat(VALUES, 2)[::2])
    for part in (x[::2], x[::-1], x[x > 0], x[:0]):
        result = function(part)
        assert_labels_kept(result, part)
        assert_same_bits(result.to_numpy(), part.to_numpy(), "float64")


@pytest.mark.parametrize(
    ("function", "dtype", "result_dtype"),
    [rule for rule in RULES if rule[1] in NULLABLE],
)
def test_nullable(function, dtype, result_dtype):
    x = series([1, None, 0, 1], NULLABLE[dtype])
    result = function(x)
    assert_labels_kept(result, x)
    assert result.dtype == NULLABLE[result_dtype]
    assert result.isna().tolist() == [False, True, False, False]
    assert_same_bits(result.dropna().to_numpy(), [1, 0, 1], result_dtype)


@pytest.mark.parametrize("arrow", ["double", "float"])
def test_arrow_backed(function, arrow):
    pytest.importorskip("pyarrow")
    x = series([0.25, None, -1.5, 3.0], f"{arrow}[pyarrow]")
    result = function(x)
    assert_labels_kept(result, x)
    assert result.dtype == x.dtype
    assert result.isna().tolist() == [False, True, False, False]
    numpy_dtype = {"double": "float64", "float": "float32"}[arrow]
    assert_same_bits(result.dropna().to_numpy(numpy_dtype), [0.25, -1.5, 3.0], numpy_dtype)


def test_arrow_backed_without_holes(function):
    pytest.importorskip("pyarrow")
    x = series(VALUES, "double[pyarrow]")
    result = function(x)
    assert_labels_kept(result, x)
    assert result.dtype == x.dtype
    assert_same_bits(result.to_numpy(), VALUES, "float64")


def test_sparse(function):
    x = series([0.25, np.nan, np.nan, 3.0], pd.SparseDtype("float64"))
    result = function(x)
    assert_labels_kept(result, x)
    assert result.dtype == x.dtype
    assert result.isna().tolist() == [False, True, True, False]
    assert_same_bits(result.dropna().to_numpy("float64"), [0.25, 3.0], "float64")


def test_index(function):
    result = function(pd.Index(VALUES, name="x"))
    assert type(result) is pd.Index
    assert result.name == "x"
    assert_same_bits(result.to_numpy(), VALUES, "float64")


def test_frame(function):
    x = pd.DataFrame({"a": VALUES, "b": np.array(VALUES, "f4"), "c": range(8)}, index=INDEX)
    for result in (function(x), x.apply(function)):
        assert type(result) is pd.DataFrame
        assert result.index.equals(x.index)
        assert result.columns.equals(x.columns)
        for column, dtype in {"a": "float64", "b": "float32", "c": "float64"}.items():
            assert_same_bits(result[column].to_numpy(), x[column], dtype)


def test_frame_of_one_dtype(function):
    x = pd.DataFrame(np.reshape(VALUES, (4, 2)), index=INDEX[:4], columns=["a", "b"])
    result = function(x)
    assert type(result) is pd.DataFrame
    assert result.index.equals(x.index)
    assert result.columns.equals(x.columns)
    assert_same_bits(result.to_numpy(), x, "float64")


def test_groups(function):
    x = series(VALUES)
    result = x.groupby([0, 1] * 4).transform(function)
    assert_labels_kept(result, x)
    assert_same_bits(result.to_numpy(), VALUES, "float64")


def test_out(function):
    x = series(VALUES)
    function(x, out=x)
    assert_same_bits(x.to_numpy(), VALUES, "float64")

    array = np.empty(len(VALUES))
    function(series(VALUES), out=array)
    assert_same_bits(array, VALUES, "float64")


@pytest.mark.parametrize("dtype", ["string", "category", "datetime64[ns]", "complex128", "object"])
def test_what_is_no_number_is_refused(function, dtype):
    x = pd.Series([1, 2]).astype(dtype)
    with pytest.raises(TypeError):
        function(x)


@pytest.mark.parametrize(
    "make", [pd.Series, lambda v: pd.DataFrame({"a": v, "b": v})], ids=["Series", "DataFrame"]
)
def test_objects_name_the_remedy(function, make):
    x = make(np.array(VALUES, dtype=object))
    named = _ufunc._fast_entry or function is expit
    with pytest.raises(TypeError, match=r"\.astype\(float\)" if named else None):
        function(x)
    assert type(function(x.astype(float))) is type(x)
