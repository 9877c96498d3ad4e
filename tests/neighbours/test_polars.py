import numpy as np
import pytest

from .rules import VALUES, assert_same_bits

pl = pytest.importorskip("polars")

# polars takes the first loop of a ufunc to which it may cast, and in both that is the one of float32.
DTYPES = [
    (pl.Float64, pl.Float64), (pl.Float32, pl.Float32), (pl.Int64, pl.Float64),
    (pl.UInt64, pl.Float64), (pl.Int32, pl.Float64), (pl.UInt32, pl.Float64),
    (pl.Int16, pl.Float32), (pl.UInt8, pl.Float32),
]  # fmt: skip
NUMPY_DTYPES = {pl.Float64: "float64", pl.Float32: "float32"}
every_dtype = pytest.mark.parametrize(("dtype", "result_dtype"), DTYPES, ids=str)


def assert_series(result, values, dtype):
    assert type(result) is pl.Series
    assert (result.name, result.dtype) == ("score", dtype)
    assert result.is_null().to_list() == [value is None for value in values]
    values = [value for value in values if value is not None]
    assert_same_bits(result.drop_nulls().to_numpy(), values, NUMPY_DTYPES[dtype])


@every_dtype
@pytest.mark.parametrize("values", [[0, 1, 3], [0, None, 3], [None, None], []], ids=repr)
def test_series(function, dtype, result_dtype, values):
    assert_series(function(pl.Series("score", values, dtype)), values, result_dtype)


def test_sliced_and_chunked_series(function):
    x = pl.Series("score", VALUES)
    assert_series(function(x[1:5]), VALUES[1:5], pl.Float64)
    assert_series(function(x.gather_every(3)), VALUES[::3], pl.Float64)
    chunked = x.append(pl.Series([None, 0.25]))
    assert chunked.n_chunks() == 2
    assert_series(function(chunked), [*VALUES, None, 0.25], pl.Float64)


@every_dtype
def test_lazy_frame(function, dtype, result_dtype):
    values = [0, None, 3]
    column = pl.col("score")
    frame = pl.LazyFrame(
        {"score": values, "other": ["a", "b", "c"]}, {"score": dtype, "other": str}
    )
    for expression in (
        column.map_batches(function),
        column.map_batches(function, return_dtype=result_dtype),
        function(column),
    ):
        lazy = frame.with_columns(expression)
        assert type(lazy) is pl.LazyFrame
        result = lazy.collect()
        assert result["other"].to_list() == ["a", "b", "c"]
        assert_series(result["score"], values, result_dtype)


def test_groups(function):
    frame = pl.DataFrame({"score": VALUES, "group": [0, 1] * 4})
    result = frame.with_columns(pl.col("score").map_batches(function).over("group"))
    assert_series(result["score"], VALUES, pl.Float64)


def test_arrays_of_a_series(function):
    x = pl.Series("score", VALUES).to_numpy()
    assert not x.flags.writeable
    assert_same_bits(function(x), VALUES, "float64")
    assert_same_bits(function(np.asarray(pl.Series(VALUES, dtype=pl.Float32))), VALUES, "float32")
