"""The short way of plain calls past NumPy's dispatch: the same answers, with it and without."""

import os
import sys
import warnings

import numpy as np
import pytest

from fastsigmoid import _ufunc

from .support.family import FAMILY

SWITCH = "FASTSIGMOID_FAST_ENTRY"

# Some a plain call, some not plain in one respect each.
CALLS = """
import numpy as np
from fastsigmoid import expit, log_sigmoid, logit, sigmoid, special

a = np.linspace(-800.0, 40.0, 37)
f = a.astype("f4")
swapped = a.astype(a.dtype.newbyteorder())
misaligned = np.frombuffer(b"\\0" + a.tobytes(), "f8", offset=1)
tagged = a.astype(np.dtype("f8", metadata={"unit": "volt"}))
read_only = a.copy()
read_only.flags.writeable = False

class Array(np.ndarray):
    pass

INPUTS = [
    0.25, -745.0, 3, -(2**62), 2**63, True, np.float64(0.3), np.float32(-100.0), np.float16(0.5),
    np.longdouble(0.5), np.int8(3), a, f, a.reshape(1, 37, 1), np.array(0.25), np.zeros((0, 3)),
    a[::2], a[::-1], np.asfortranarray(np.outer(a, a)), a.astype("f2"), swapped, misaligned, tagged,
    read_only, a.view(Array), np.ma.array(a, mask=a < 0), a.astype(int), a.tolist(),
]
OUTPUTS = [
    lambda: np.empty(37), lambda: np.empty(37, "f4"), lambda: np.empty(37, "f2"),
    lambda: np.empty(37, a.dtype.newbyteorder()),
    lambda: np.empty((2, 37)), lambda: np.empty(74)[::2], lambda: np.empty(36), lambda: [],
    lambda: np.empty(37).view(Array), lambda: (np.empty(37),), lambda: None, lambda: np.array(0.0),
]

def outcome(call, *args, **kwargs):
    try:
        y = call(*args, **kwargs)
    except Exception as error:
        return type(error).__name__
    metadata = getattr(getattr(y, "dtype", None), "metadata", None)
    return repr((type(y), getattr(y, "dtype", None), metadata, np.shape(y), np.asarray(y).tolist(),
                 getattr(y, "strides", None)))

for function in (expit, sigmoid, logit, special.logit, log_sigmoid, special.softplus):
    for x in INPUTS:
        print(outcome(function, x))
        for make in OUTPUTS:
            print(outcome(function, x, make()))
            print(outcome(function, x, out=make()))
    print(outcome(function), outcome(function, a, a, a), outcome(function, x=a))
    print(outcome(function, a, read_only), outcome(function, a, where=a > 0, out=np.zeros(37)))
    for x, y in [(0, 0), (0, 1), (1, 0), (3, 5)]:
        row = np.linspace(-9.0, 9.0, 50)
        function(row[x : x + 40], row[y : y + 40])
        print(row.tobytes().hex())
"""


@pytest.mark.skipif(os.environ.get(SWITCH) == "0", reason="it is switched off")
def test_it_is_open():
    # Where this fails, NumPy has changed the way that it calls its ufuncs: nothing is wrong but slower.
    assert _ufunc._fast_entry


@pytest.mark.slow
def test_sigmoid_takes_it_though_nobody_has_touched_expit(run_code):
    # _ufunc holds the short way: it has to be there after the first array.
    code = """
import sys, numpy, fastsigmoid
fastsigmoid.sigmoid(numpy.zeros(3))
print("fastsigmoid._ufunc" in sys.modules)
"""
    assert run_code(code) == "True\n"


@pytest.mark.slow
def test_the_answers_are_the_same_without_it(run_code, monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)
    with_it = run_code(CALLS)
    monkeypatch.setenv(SWITCH, "0")
    assert with_it == run_code(CALLS)
    assert run_code("from fastsigmoid import _ufunc; print(_ufunc._fast_entry)") == "False\n"


def warnings_of(function):
    # NumPy marks what broadcast_arrays returns, which may be contiguous all the same.
    x, _ = np.broadcast_arrays(np.zeros(4), np.zeros((1, 1)))
    assert x.flags.c_contiguous
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(np.zeros((1, 4)), x)
    return [warning.category for warning in caught]


EITHER_DOOR = [door for f in FAMILY.values() for door in (f.own, f.ufunc)]


@pytest.mark.parametrize("function", EITHER_DOOR)
def test_an_array_that_warns_of_being_written_to_still_warns(function):
    assert warnings_of(function) == warnings_of(np.exp) != []


@pytest.mark.parametrize("function", EITHER_DOOR)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_call_keeps_no_reference(function, dtype):
    x, out = np.linspace(-3, 3, 9, dtype=dtype), np.empty(9, dtype)
    scalar = x[0]
    objects = [x, out, x.dtype, scalar, type(scalar), None]
    for call in (
        lambda: function(x),
        lambda: function(x, out),
        lambda: function(x, out=out),
        lambda: function(scalar),
        lambda: function(0.25),
    ):
        call()
        before = [sys.getrefcount(item) for item in objects]
        for _ in range(1000):
            call()
        after = [sys.getrefcount(item) for item in objects]
        assert all(abs(late - early) < 100 for early, late in zip(before, after, strict=True))


@pytest.mark.parametrize("function", EITHER_DOOR)
def test_a_keyword_by_another_string_is_the_same_keyword(function):
    x, out = np.zeros(3), np.empty(3)
    keyword = str(b"out", "ascii")
    assert function(x, **{keyword: out}) is out


@pytest.mark.filterwarnings("ignore:'where' used without 'out'")
def test_one_keyword_that_is_not_out():
    for f in FAMILY.values():
        where = np.array([0.0, 1.0])
        with pytest.raises(TypeError):
            f.ufunc(np.array([0.25, 0.5]), where=where)
        assert where.tolist() == [0.0, 1.0]
