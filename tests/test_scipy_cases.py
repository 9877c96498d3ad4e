"""What SciPy's own tests of `expit` check, checked of this one.

They were derived anew from what those tests are about (values at ten points, saturation far out, types,
`out`, `order` and `casting` of its ufuncs); the expected values come from long double.
"""

import numpy as np
import pytest

from fastsigmoid import expit

TYPES = ["f4", "f8", "g"]


def reference(x):
    e = np.exp(-np.abs(x.astype("g")))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


@pytest.mark.parametrize("dtype", TYPES)
def test_ten_points(dtype):
    x = np.linspace(-10, 10, 10).astype(dtype)
    result = expit(x)
    assert result.dtype == dtype
    np.testing.assert_allclose(result.astype("g"), reference(x), rtol=2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("n", [88, 89, 709, 710, 11356, 11357])
def test_far_out(dtype, n):
    n = np.array(n, dtype)
    above, below = expit(n), expit(-n)
    assert above.dtype == below.dtype == dtype
    assert above == 1
    np.testing.assert_allclose(float(below), 0, atol=1e-20)


@pytest.mark.parametrize("dtype", TYPES)
def test_each_loop_takes_and_gives_its_type(dtype):
    code = np.dtype(dtype).char
    assert f"{code}->{code}" in expit.types
    assert expit.resolve_dtypes((np.dtype(dtype), None)) == (np.dtype(dtype),) * 2


def test_no_loop_of_integers():
    # An int and a long loop that behave differently were a bug once.
    assert not [loop for loop in expit.types if loop[0] in "bBhHiIlLqQ"]
    assert {expit(np.arange(3, dtype=code)).dtype.char for code in "ilq"} == {"d"}


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 4), (2, 0, 3)])
def test_out_is_filled_and_returned(dtype, shape):
    x = np.full(shape, 0.25, dtype)
    by_keyword, by_position = np.zeros(shape, dtype), np.zeros(shape, dtype)
    assert expit(x, out=by_keyword) is by_keyword
    assert expit(x, by_position) is by_position
    assert by_keyword.tolist() == by_position.tolist() == expit(x).tolist()


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
