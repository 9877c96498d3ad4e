"""Sub-interpreters: all but a new array, for which NumPy cannot be loaded there."""

import sys

import pytest

# Runs a text in a new interpreter of its own; exits with the error if that fails.
RUNNER = """
import sys

def run(code):
    if sys.version_info >= (3, 14):
        from concurrent import interpreters
        interpreter = interpreters.create()
        interpreter.exec(code)
        interpreter.close()
    elif sys.version_info >= (3, 13):
        import _interpreters
        interpreter = _interpreters.create("isolated")
        failure = _interpreters.exec(interpreter, code)
        assert failure is None, failure.formatted
        _interpreters.destroy(interpreter)
    else:
        import _xxsubinterpreters
        interpreter = _xxsubinterpreters.create()
        _xxsubinterpreters.run_string(interpreter, code)
        _xxsubinterpreters.destroy(interpreter)
"""

NUMBERS_AND_OUT = """
from array import array
from fastsigmoid import log_sigmoid, logit, sigmoid, softplus

class Number:
    def __float__(self):
        return 0.25

assert repr(sigmoid(0.25)) == "0.5621765008857981"
assert (sigmoid(3), sigmoid(10**400)) == (sigmoid(3.0), 1.0)
assert sigmoid(Number()) == sigmoid(0.25)
assert repr((logit(0.75), log_sigmoid(745), softplus(-745))) == "(1.0986122886681098, -5e-324, 5e-324)"
x = array("d", [0.25, -745.0])
assert sigmoid(x, out=x) is x and x.tolist() == [0.5621765008857981, 5e-324]
sigmoid([0.0, -1e3], out=x)
assert x.tolist() == [0.5, 0.0]
assert logit(x, out=x) is x and x.tolist() == [0.0, float("-inf")]
try:
    sigmoid("text")
except TypeError:
    pass
else:
    raise AssertionError("no TypeError")
"""

NEW_ARRAY = """
from fastsigmoid import logit, sigmoid
forms = [0.25], [[0.25]], range(3), memoryview(b"8 bytes.").cast("d")
for function, x in [(function, x) for function in (sigmoid, logit) for x in forms]:
    try:
        function(x)
    except ImportError as error:
        assert "NumPy" in str(error) and "out=" in str(error), error
    else:
        raise AssertionError("no ImportError")
"""


@pytest.fixture
def run_in(run_code):
    if sys.version_info < (3, 13):
        pytest.importorskip("_xxsubinterpreters")
    return lambda code: run_code(RUNNER + code)


def test_numbers_and_out(run_in):
    run_in(f"run({NUMBERS_AND_OUT!r})")


@pytest.mark.slow
def test_one_after_the_other(run_in):
    run_in(f"for _ in range(30): run({NUMBERS_AND_OUT!r})")


@pytest.mark.slow
def test_beside_the_main_interpreter(run_in):
    """Each has a module of its own, and outlives the other's end."""
    pytest.importorskip("numpy")
    run_in(f"""
import fastsigmoid
import numpy
first = fastsigmoid.sigmoid([0.25])
run({NUMBERS_AND_OUT!r})
assert fastsigmoid.sigmoid([0.25]) == first
assert fastsigmoid.sigmoid(numpy.float16(0.25)) == numpy.float16(0.25).__class__(first[0])
""")


@pytest.mark.skipif(
    sys.version_info < (3, 12), reason="before Python 3.12 NumPy loads, once, in any interpreter"
)
def test_new_array(run_in):
    run_in(f"for _ in range(10): run({NEW_ARRAY!r})")


@pytest.mark.skipif(
    sys.version_info < (3, 12), reason="before Python 3.12 all interpreters share one lock"
)
def test_at_the_same_time(run_in):
    run_in(f"""
from threading import Thread
failures = []

def work():
    try:
        for _ in range(3):
            run({NUMBERS_AND_OUT!r})
    except BaseException as error:
        failures.append(error)

threads = [Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert not failures, failures
""")


LONG = """
from array import array
from fastsigmoid import get_num_threads, set_num_threads, sigmoid

x = array("d", [0.25]) * 300_000
for threads in (None, 3, 1, 3):
    set_num_threads(threads)
    assert get_num_threads() == threads or threads is None
    out = array("d", bytes(8 * len(x)))
    assert set(sigmoid(x, out=out)) == {0.5621765008857981}
"""


@pytest.mark.slow
def test_threads(run_in):
    """One pool for all interpreters."""
    run_in(f"{LONG}\nfor _ in range(5): run({LONG!r})\n{LONG}")
