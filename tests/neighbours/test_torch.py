import warnings

import numpy as np
import pytest

from fastsigmoid import expit, sigmoid

from .rules import VALUES, assert_same_bits, odd_float32

torch = pytest.importorskip("torch")


@pytest.fixture
def function(member):
    return member.own


DTYPES = [
    (torch.float64, torch.float64), (torch.float32, torch.float32), (torch.float16, torch.float16),
    (torch.int64, torch.float64), (torch.int8, torch.float64), (torch.bool, torch.float64),
]  # fmt: skip


@pytest.mark.parametrize(("dtype", "result_dtype"), DTYPES, ids=str)
def test_sigmoid_gives_a_tensor(dtype, result_dtype):
    x = torch.tensor([1, 0, 1]).to(dtype)
    result = sigmoid(x)
    assert type(result) is torch.Tensor
    assert result.dtype == result_dtype
    result = result.numpy()
    assert_same_bits(result, [1, 0, 1], result.dtype)


def test_layouts():
    x = torch.tensor(VALUES, dtype=torch.float64).reshape(2, 4)
    for layout in (x, x.T, x[:, ::2], x[:0], x[0], x.expand(3, 2, 4), x[0, 0]):
        result = sigmoid(layout)
        assert type(result) is torch.Tensor
        assert result.shape == layout.shape
        assert_same_bits(result.numpy(), layout.numpy(), "float64")
    assert x.flatten().tolist() == VALUES


def test_result_is_memory_of_its_own(function):
    x = torch.tensor(VALUES, dtype=torch.float64)
    result = function(x)
    result += 1
    assert x.tolist() == VALUES


def test_into_a_tensor_by_its_array():
    x = torch.tensor(VALUES, dtype=torch.float64)
    sigmoid(x.numpy(), out=x.numpy())
    assert_same_bits(x.numpy(), VALUES, "float64")
    assert np.allclose(torch.sigmoid(torch.tensor(VALUES)).numpy(), x.numpy(), rtol=1e-6)


def outcome(function, x):
    """What comes back, as far as it is the same for every ufunc, and the warnings on the way."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function(x)
        except (RuntimeError, TypeError, ValueError) as error:
            answer = type(error), str(error)
        else:
            answer = type(result), result.shape, result.dtype
    return answer, [(warning.category, str(warning.message)) for warning in caught]


@pytest.mark.parametrize(
    "x",
    [
        torch.zeros(3), torch.zeros(2, 2, dtype=torch.float64), torch.zeros(3, dtype=torch.int64),
        torch.zeros(()), torch.zeros(3, requires_grad=True), torch.zeros(3, dtype=torch.bfloat16),
        torch.zeros(3, device="meta"),
    ],
    ids=repr,
)  # fmt: skip
def test_expit_is_as_any_ufunc(x):
    assert outcome(expit, x) == outcome(np.exp, x)


@pytest.mark.parametrize(
    ("x", "error"),
    [
        (torch.zeros(3, requires_grad=True), RuntimeError),
        (torch.zeros(3, device="meta"), TypeError),
        (torch.zeros(3).to_sparse(), TypeError),
    ],
    ids=repr,
)
def test_what_torch_makes_no_array_of(x, error, function):
    """torch's own error, as it says best what to do."""
    with pytest.raises(error) as expected:
        np.asarray(x)
    with pytest.raises(error) as caught:
        function(x)
    assert str(caught.value) == str(expected.value)


BITS = torch.arange(2**16).to(torch.int16)


def test_every_bfloat16_is_correctly_rounded(function):
    """By way of float64, whose results never lie halfway between two of them."""
    x = BITS.view(torch.bfloat16)
    result = function(x)
    assert type(result) is torch.Tensor
    assert result.dtype == torch.bfloat16
    expected = torch.from_numpy(odd_float32(function(x.double().numpy()))).to(torch.bfloat16)
    is_nan, is_number = x.isnan(), ~expected.isnan()
    assert torch.equal(result[is_number].view(torch.int16), expected[is_number].view(torch.int16))
    assert torch.equal(result.isnan(), expected.isnan())
    assert torch.equal(result[is_nan].view(torch.int16), BITS[is_nan] | 0x40)
    assert torch.equal(x.view(torch.int16), BITS)


def test_layouts_of_bfloat16(member):
    function = member.own
    x = torch.tensor(member.arguments(np.array(VALUES, "f4"))).reshape(2, 4).to(torch.bfloat16)
    expected = function(x.float()).to(torch.bfloat16)
    for part in (np.s_[:], np.s_[:, ::2], np.s_[:0], np.s_[0], np.s_[0, 0]):
        assert torch.equal(function(x[part]), expected[part])
    assert torch.equal(function(x.T), expected.T)
    assert torch.equal(function(x.expand(3, 2, 4)), expected.expand(3, 2, 4))
    out = np.empty((2, 4), "f4")
    assert function(x, out=out) is out
    assert np.array_equal(out, function(x.float().numpy()))


@pytest.mark.parametrize("options", [{"requires_grad": True}, {"device": "meta"}], ids=str)
def test_bfloat16_that_torch_makes_no_array_of(options, function):
    """torch's own error, as for other types."""
    with pytest.raises((RuntimeError, TypeError)) as expected:
        np.asarray(torch.zeros(3, **options))
    with pytest.raises(expected.type) as caught:
        function(torch.zeros(3, dtype=torch.bfloat16, **options))
    assert str(caught.value) == str(expected.value)


@pytest.mark.filterwarnings("ignore:Dynamo does not know how to trace")
@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning")
@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64], ids=str
)
@pytest.mark.parametrize("door", ["own", "ufunc"])
def test_in_a_compiled_function(member, door, dtype):
    function = getattr(member, door)
    if door == "ufunc" and dtype == torch.bfloat16:
        pytest.skip("NumPy's ufuncs do not take it")
    x = torch.tensor([1, 0, 3]).to(dtype)
    compiled = torch.compile(lambda t: function(t + 1) * 2, backend="eager")
    result = compiled(x)
    assert type(result) is torch.Tensor
    assert torch.equal(result.nan_to_num(7), (function(x + 1) * 2).nan_to_num(7))
