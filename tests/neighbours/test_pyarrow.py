import numpy as np
import pytest

from .rules import RULES, VALUES, assert_same_bits, inputs

pa = pytest.importorskip("pyarrow")


@pytest.mark.parametrize(("function", "dtype", "result_dtype"), RULES)
def test_array(function, dtype, result_dtype):
    x = inputs(dtype)
    for arrow in (pa.array(x), pa.chunked_array([x[:3], x[3:]])):
        for source in (arrow, arrow.to_numpy(zero_copy_only=False)):
            result = function(source)
            assert type(result) is np.ndarray
            assert_same_bits(result, x, result_dtype)


def test_without_a_copy(function):
    arrow = pa.array(VALUES)
    x = arrow.to_numpy()
    assert not x.flags.writeable
    assert x.ctypes.data == arrow.buffers()[1].address
    result = function(x)
    assert_same_bits(result, VALUES, "float64")
    assert_same_bits(pa.array(result).to_numpy(), VALUES, "float64")


def test_nulls_are_nan(function):
    result = function(pa.array([0.25, None, -1.5]))
    assert np.isnan(result).tolist() == [False, True, False]
    assert_same_bits(result[[0, 2]], [0.25, -1.5], "float64")


def test_table(function):
    table = pa.table({"score": VALUES})
    result = table.append_column("probability", pa.array(function(table["score"])))
    assert_same_bits(result["probability"].to_numpy(), VALUES, "float64")


def test_what_is_no_number_is_refused(function):
    with pytest.raises(TypeError):
        function(pa.array(["text"]))
