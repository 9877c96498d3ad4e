"""The family in functions that numba compiles: as in Python, for the same arguments."""

import importlib.metadata
import os

import numpy as np
import pytest

import fastsigmoid
from fastsigmoid import sigmoid, special

from ..support import environment
from ..support.family import FAMILY, same
from ..support.floats import FLOAT32, FLOAT64
from ..test_pointers import answers

numba = pytest.importorskip("numba")

BOTH = [f for member in FAMILY.values() for f in (member.own, member.ufunc)]
IDS = [f"{kind}.{f.__name__}" for f, kind in zip(BOTH, ["own", "special"] * 4, strict=True)]
each = pytest.mark.parametrize("function", BOTH, ids=IDS)
# One text compiles calls of all of them: what does not depend on the function is asked of one with each rule of types.
some = pytest.mark.parametrize(
    "function", [sigmoid, special.expit, special.logit], ids=["sigmoid", "expit", "logit"]
)
X = np.random.default_rng(5).random((24, 30))  # probabilities: numbers that each of them takes


@pytest.fixture(scope="module")
def compiled():
    """The function called in compiled code, with and without out."""
    known = {}

    def compiled(function):
        if function not in known:
            known[function] = (
                numba.njit(lambda x: function(x)),
                numba.njit(lambda x, out: function(x, out)),
                numba.njit(lambda x, out: function(x, out=out)),
            )
        return known[function]

    return compiled


def test_numba_finds_us():
    points = importlib.metadata.entry_points(group="numba_extensions", name="init")
    assert [point.value for point in points].count("fastsigmoid._numba:init") == 1


def test_it_is_not_loaded_without_numba(run_code):
    assert run_code("import fastsigmoid, sys; print('numba' in sys.modules)").strip() == "False"


@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
def test_bits(member, f, compiled):
    x, y = answers(member, f)
    for function in (member.own, member.ufunc):
        assert compiled(function)[0](x).tobytes() == y.tobytes()
    own = member.own
    one_by_one = numba.njit(lambda x: [own(value) for value in x])
    assert np.array(one_by_one(x), f.name).tobytes() == y.tobytes()


@some
@pytest.mark.parametrize(
    "dtype", ["f8", "f4", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "bool"]
)
def test_types(function, dtype, compiled):
    x = (3 * X[0] - 1).astype(dtype)
    result, expected = compiled(function)[0](x), function(x)
    assert result.dtype == expected.dtype
    assert same(result, expected)
    # A number is boxed as a Python float.
    assert same([compiled(function)[0](value) for value in x[:9]], expected[:9])


LAYOUTS = {
    "C": X,
    "F": np.asfortranarray(X),
    "transposed": X.T,
    "a column": X[:, 3],
    "backwards": X[0, ::-1],
    "every other": X[1, ::2],
    "part": X[2:9, 5:11],
    "three": X.reshape(4, 6, 30)[:, ::-2],
    "repeated": np.broadcast_to(X[0], (3, 30)),
    "scalar": np.array(0.25),
    "empty": X[:0],
    "unaligned": np.frombuffer(b"\0" + X.tobytes(), np.uint8)[1:].view("f8"),
    "read only": np.frombuffer(X.tobytes()),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout, compiled):
    x = LAYOUTS[layout]
    result, expected = compiled(sigmoid)[0](x), sigmoid(x)
    assert same(result, expected)
    assert np.shape(result) == np.shape(expected)
    assert isinstance(result, np.ndarray) == isinstance(expected, np.ndarray)


@pytest.mark.parametrize("layout", ["C", "F", "a column", "backwards", "three", "scalar", "empty"])
@pytest.mark.parametrize(
    ("out_type", "order", "more"),
    [("f8", "C", ()), ("f8", "F", ()), ("f4", "C", ()), ("f8", "C", (2,))],
    ids=["same", "F", "float32", "larger"],
)
def test_out(layout, out_type, order, more, compiled):
    x = LAYOUTS[layout]
    out, expected = (np.full((*more, *x.shape), 7, out_type, order) for _ in range(2))
    sigmoid(x, out=expected)
    result = compiled(sigmoid)[1](x, out)
    assert np.shares_memory(result, out) or out.size == 0
    assert same(out, expected)


def test_out_of_a_number(compiled):
    out = np.zeros(3)
    compiled(sigmoid)[1](0.25, out)
    assert out.tolist() == [sigmoid(0.25)] * 3


@pytest.mark.parametrize(
    ("x", "out"),
    [
        (slice(0, -1), slice(1, None)),
        (slice(1, None), slice(0, -1)),
        (slice(None), slice(None)),
        (slice(None), slice(None, None, -1)),
        (slice(0, 300), slice(300, 600)),
        (slice(0, -100), slice(100, None)),
        (slice(100, None), slice(0, -100)),
        (slice(0, None, 2), slice(1, None, 2)),
        (slice(None, None, -1), slice(None, None, -1)),
        (slice(0, 300, 3), slice(300, 600, 3)),
    ],
    ids=str,
)
def test_out_shares_memory_with_x(x, out, compiled):
    expected, memory = X.ravel().copy(), X.ravel().copy()
    sigmoid(expected[x], out=expected[out])
    compiled(sigmoid)[2](memory[x], memory[out])
    assert same(memory, expected)


def test_a_shape_that_does_not_fit(compiled):
    out = np.full(3, 7.0)
    with pytest.raises(ValueError, match="shape"):
        compiled(sigmoid)[1](X[0], out)
    assert out.tolist() == [7] * 3


@pytest.mark.parametrize(
    "x",
    [[0.25], (0.25, 0.5), 1j, "a", np.zeros(2, complex), np.zeros(2, "M8[s]"), None],
    ids=repr,
)
def test_other_arguments(x, compiled):
    with pytest.raises(numba.TypingError, match=r"sigmoid\(\) in compiled code takes real numbers"):
        compiled(sigmoid)[0](x)


@pytest.mark.parametrize(
    "out",
    [np.zeros(3, int), 1.0, [1.0], np.frombuffer(bytes(24)), np.zeros(3, complex)],
    ids=repr,
)
def test_other_outs(out, compiled):
    with pytest.raises(numba.TypingError, match=r"sigmoid\(\) in compiled code takes .* as out"):
        compiled(sigmoid)[1](np.zeros(3), out)


def test_out_none():
    call = numba.njit(lambda x: sigmoid(x, out=None))
    assert same(call(X), sigmoid(X))


@some
def test_in_the_functions_of_numba(function):
    expected = function(X)

    @numba.njit(parallel=True)
    def rows(x):
        y = np.empty_like(x)
        for i in numba.prange(x.shape[0]):
            y[i] = function(x[i])
        return y

    @numba.njit(parallel=True)
    def whole(x):
        return function(2 * x / 2) + 0

    @numba.guvectorize(["(f8[:], f8[:])"], "(n)->(n)")
    def in_rows(x, y):
        function(x, y)

    @numba.vectorize(["f8(f8)"])
    def one(x):
        return function(x)

    for call in (rows, whole, in_rows, one):
        assert same(call(X), expected)


def test_names_are_found_in_modules():
    assert numba.njit(lambda x: fastsigmoid.softplus(x))(0.5) == fastsigmoid.softplus(0.5)
    assert numba.njit(lambda x: fastsigmoid.expit(x))(0.5) == fastsigmoid.expit(0.5)
    assert numba.njit(lambda x: special.softplus(x))(0.5) == special.softplus(0.5)


def test_what_is_compiled_is_kept(run, tmp_path):
    """In a file, and works in the next process, where all addresses are others."""
    tmp_path.joinpath("kept.py").write_text(
        """
import numba, numpy as np
from fastsigmoid import logit, sigmoid
from fastsigmoid.special import expit

@numba.njit(cache=True)
def f(x, y):
    return logit(sigmoid(x[0])) + expit(x).sum() + sigmoid(y)

x = np.linspace(-3, 3, 1000)
assert f(x, 2) == logit(sigmoid(x[0])) + numba.njit(lambda x: x.sum())(sigmoid(x)) + sigmoid(2)
print(len(f.stats.cache_hits), len(f.stats.cache_misses))
""",
        encoding="utf-8",
    )
    assert [run("kept.py").stdout.split() for _ in range(2)] == [["0", "1"], ["1", "0"]]


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="where Linux lists threads")
def test_a_long_array_has_all_threads(run_code, monkeypatch):
    monkeypatch.setenv("FASTSIGMOID_NUM_THREADS", "2")
    output = run_code("""
import os
import numba, numpy as np
from fastsigmoid import sigmoid

call = numba.njit(lambda x: sigmoid(x))
x = np.random.default_rng(7).normal(0, 4, 300_000)
call(x[:3])
before = set(os.listdir("/proc/self/task"))
y = call(x)
print(len(set(os.listdir("/proc/self/task")) - before))
assert np.array_equal(y, sigmoid(x))
""")
    assert output.split() == ["1"]


@pytest.mark.skipif(not environment.available, reason=environment.reason)
@pytest.mark.parametrize("mode", [m for m in environment.MODES if "trapped" not in m])
def test_modes(member, mode, compiled):
    call = compiled(member.own)[0]
    expected, value = member.own(X), member.own(0.3)
    call(X), call(0.3)
    with environment.mode(mode):
        results = call(X), call(0.3)
    assert same(results[0], expected)
    assert results[1] == value
