"""What every neighbour is held to: the dtype rules of both functions, and each value by itself."""

import numpy as np

from fastsigmoid import expit, sigmoid

# (function, dtype of the input, dtype of the result)
RULES = [
    *((f, dtype, dtype) for f in (expit, sigmoid) for dtype in ("float32", "float64")),
    (expit, "float16", "float32"),
    (sigmoid, "float16", "float16"),
    *((expit, dtype, "float32") for dtype in ("bool", "int8", "uint8", "int16", "uint16")),
    *((sigmoid, dtype, "float64") for dtype in ("bool", "int8", "uint8", "int16", "uint16")),
    *((f, dtype, "float64") for f in (expit, sigmoid) for dtype in ("int32", "uint32", "int64")),
]

VALUES = [0.25, -1.5, 0.0, 3.0, 37.0, -87.5, 1.0, -5.0]


def inputs(dtype):
    """VALUES as far as the dtype can tell them apart."""
    low = 0 if np.dtype(dtype).kind in "bu" else -np.inf
    return np.clip(VALUES, low, None).astype(dtype)


def one_by_one(values, dtype):
    """The sigmoid of each value alone, as a scalar of the dtype."""
    values = np.asarray(values, dtype)
    results = np.array([sigmoid(value) for value in values.flat], dtype)
    return results.reshape(values.shape)


def assert_same_bits(result, values, dtype):
    """result, an array, is what each of the values gives by itself."""
    expected = one_by_one(values, dtype)
    assert (result.dtype, result.shape) == (expected.dtype, expected.shape)
    assert result.tobytes() == expected.tobytes()


def odd_float32(y):
    """float64 cut to float32, the last bit set where something was lost: rounded from there to a bfloat16 it is
    as if rounded once."""
    narrow = y.astype("float32")
    bits, lost = narrow.view("uint32"), narrow.astype("float64") != y
    bits -= np.abs(narrow) > np.abs(y)
    bits |= lost
    return narrow
