import numpy as np
import pytest

from .rules import RULES, VALUES, assert_same_bits, inputs

xr = pytest.importorskip("xarray")


def data_array(values):
    return xr.DataArray(
        np.reshape(values, (2, 4)),
        dims=("time", "place"),
        coords={"time": [10, 20], "place": list("abcd"), "height": ("place", [1.0, 2.0, 3.0, 4.0])},
        attrs={"units": "1"},
        name="score",
    )


def assert_labels_kept(result, x):
    assert type(result) is xr.DataArray
    assert result.dims == x.dims
    assert result.coords.equals(x.coords)
    assert result.name == x.name
    assert result.attrs == np.cbrt(x).attrs


@pytest.mark.parametrize(("function", "dtype", "result_dtype"), RULES)
def test_data_array(function, dtype, result_dtype):
    x = data_array(inputs(dtype))
    for result in (function(x), xr.apply_ufunc(function, x, keep_attrs=True)):
        assert_labels_kept(result, x)
        assert_same_bits(result.to_numpy(), x.to_numpy(), result_dtype)


@pytest.mark.parametrize("keep", [True, False, "default"])
def test_attributes(function, keep):
    x = data_array(VALUES)
    with xr.set_options(keep_attrs=keep):
        assert_labels_kept(function(x), x)


def test_transposed(function):
    x = data_array(VALUES).transpose()
    result = function(x)
    assert_labels_kept(result, x)
    assert_same_bits(result.to_numpy(), x.to_numpy(), "float64")


def test_dataset(function):
    x = xr.Dataset({"a": data_array(VALUES), "b": ("time", np.array([0.25, 3.0], "f4"))})
    result = function(x)
    assert type(result) is xr.Dataset
    assert result.coords.equals(x.coords)
    for name in x:
        assert_same_bits(result[name].to_numpy(), x[name].to_numpy(), x[name].dtype)


@pytest.mark.parametrize(("function", "dtype", "result_dtype"), RULES)
def test_backed_by_dask(function, dtype, result_dtype):
    array = pytest.importorskip("dask.array")
    x = data_array(inputs(dtype)).chunk({"place": 2})
    for result in (
        function(x),
        xr.apply_ufunc(function, x, dask="parallelized", output_dtypes=[result_dtype]),
    ):
        assert type(result.data) is array.Array
        assert result.chunks == x.chunks
        assert result.dtype == result_dtype
        assert_labels_kept(result, x)
        assert_same_bits(result.to_numpy(), x.to_numpy(), result_dtype)
