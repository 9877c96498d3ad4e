"""Memory that runs out at any one allocation of a call, or at all from there on.

The call gives its usual answer or MemoryError, `out` is filled or untouched, nothing is lost, and the
next call works.  Each case has a process of its own, as NumPy and CPython do not always survive this
themselves.
"""

import sys

import pytest

pytestmark = pytest.mark.slow
pytest.importorskip("_testcapi", reason="this Python has no _testcapi to make allocations fail")

CODE = """
import array, gc, sys
from _testcapi import remove_mem_hooks, set_nomemory
from decimal import Decimal
import numpy as np
from fastsigmoid import expit, logit, sigmoid, softplus, special

class Number:
    def __float__(self):
        return 0.25

# What the calls take, made beforehand.
ROW = np.linspace(-5.0, 5.0, 50)
LIST = ROW.tolist()
SWAPPED = ROW.astype(ROW.dtype.newbyteorder())
FLOATS = array.array("d", LIST)
SMALL = array.array("b", [1, 2, 3])
DECIMAL, NUMBER, FLOAT64, FLOAT32 = Decimal("0.25"), Number(), np.float64(0.25), np.float32(0.25)
NARROW, ZERO_D, INTEGERS = ROW.astype("f4"), np.array(0.25), np.arange(50)
OUT, WRONG, NARROW_OUT = np.empty(50), np.empty(3), np.empty(50, "f4")
MEMORY = bytearray(400)
VIEW = memoryview(MEMORY).cast("d")
POSITIVE = ROW > 0
POSITIVE_ROW = sigmoid(ROW)

# Everything is imported, and every cache filled, before memory runs out: an import that fails on
# the way may leave locks behind it.
call = lambda: {call}
allowed = (MemoryError, {allowed})
out = {out}

def attempt(start, stop):
    "Lets allocations fail, all from start on where stop is 0; returns whether it went as usual."
    if out is not None:
        out[...] = 7.0
    before = None if out is None else out.tobytes()
    outcome, message, result = type(None), None, None
    try:
        set_nomemory(start, stop)
        try:
            result = call()
        finally:
            remove_mem_hooks()
    except BaseException as error:
        outcome, message = type(error), repr(error)
    assert outcome is usual or issubclass(outcome, allowed), (start, stop, message)
    if out is not None:
        after = out.tobytes()
        assert after in (before, filled), (start, stop)
        assert message or after == filled, (start, stop)
    elif not message:
        assert np.array_equal(result, expected), (start, stop)
    return outcome is usual

def sweep(single, repeats):
    "Returns how many attempts went otherwise."
    failures, last, start = 0, 0, 0
    while start <= last + 25:
        for _ in range(repeats):
            if not attempt(start, start + 1 if single else 0):
                failures += 1
                last = start
        start += 1
    return failures

usual, expected, filled = type(None), None, None
for _ in range(3):
    try:
        expected = call()
    except Exception as error:
        usual = type(error)
        assert isinstance(error, allowed), repr(error)
if out is not None:
    filled = out.tobytes() if usual is type(None) else None
sys.unraisablehook = lambda unraisable: None  # where CPython has nobody else to tell

REPEATS = 10
failures = 0
for single in {singles}:
    sweep(single, 1)
    for _ in range(40):
        gc.collect()
        before = sys.getallocatedblocks()
        failures += sweep(single, REPEATS)
        gc.collect()
        lost = sys.getallocatedblocks() - before
        # The interpreter's own caches grow for a while; a block lost at any one place would be lost
        # so many times in each round.
        if lost < REPEATS:
            break
    else:
        raise AssertionError(lost)
assert failures or not {allocates}, "no allocation has failed"
assert attempt(2**30, 0)
VIEW.release()
MEMORY.append(0)  # which nobody may hold any longer
print(failures)
"""

# Calls that the C code answers by itself.
CALLS = {
    "float": "sigmoid(0.25)",
    "int": "sigmoid(3000)",
    "large int": "sigmoid(10**400)",
    "float64": "sigmoid(FLOAT64)",
    "float32": "sigmoid(FLOAT32)",
    "array": "sigmoid(ROW)",
    "float32 array": "sigmoid(NARROW)",
    "strided": "sigmoid(ROW[::-2])",
    "grid": "sigmoid(ROW.reshape(5, 10).T)",
    "swapped": "sigmoid(SWAPPED)",
    "no dimensions": "sigmoid(ZERO_D)",
    "memoryview": "sigmoid(VIEW)",
    "array.array": "sigmoid(FLOATS)",
    "list": "sigmoid(LIST)",
    "expit of a float": "expit(0.25)",
    "expit of an array": "expit(ROW)",
    "softplus of a large int": "softplus(2**1000)",
    "logit of an array": "logit(POSITIVE_ROW)",
    "special.logit of an array": "special.logit(POSITIVE_ROW)",
}
INTO_OUT = {
    "array": "sigmoid(ROW, out=OUT)",
    "strided": "sigmoid(ROW[::-1], out=OUT)",
    "swapped": "sigmoid(SWAPPED, out=OUT)",
    "list": "sigmoid(LIST, out=OUT)",
    "memoryviews": "sigmoid(memoryview(ROW), out=memoryview(OUT))",
    "broadcast": "sigmoid(0.25, out=OUT)",
    "tuple": "sigmoid(ROW, (OUT,))",
    "expit": "expit(ROW, out=OUT)",
}
# Calls that go through Python code and NumPy's ufuncs.
BY_WRAPPER = {
    "Decimal": "sigmoid(DECIMAL)",
    "number": "sigmoid(NUMBER)",
    "list of ints": "sigmoid([1, 2, 3])",
    "range": "sigmoid(range(20))",
    "integers": "sigmoid(INTEGERS)",
    "Decimal of softplus": "softplus(DECIMAL)",
    "array.array of bytes": "sigmoid(SMALL)",
}
BY_WRAPPER_INTO_OUT = {
    "other type": "sigmoid(NARROW, out=OUT)",
    "where": "sigmoid(ROW, out=OUT, where=True)",
    "integers": "sigmoid(INTEGERS, out=OUT)",
}
REFUSED = {
    "bytes": ("sigmoid(b'bytes')", "TypeError"),
    "unknown keyword": ("sigmoid(0.25, axis=0)", "TypeError"),
    "out that is a list": ("sigmoid(ROW, out=LIST)", "TypeError"),
    "broadcast down": ("sigmoid(LIST, out=WRONG)", "ValueError"),
    "str": ("sigmoid('text')", "TypeError"),
}


@pytest.fixture
def check(run_code):
    def check(call, allowed="", out=None, allocates=True, singles=(True, False)):
        code = CODE.format(
            call=call, allowed=allowed, out=out, allocates=allocates, singles=singles
        )
        return int(run_code(code))

    return check


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_new_result(check, call):
    check(call)


@pytest.mark.parametrize("call", INTO_OUT.values(), ids=INTO_OUT)
def test_out(check, call):
    check(call, out="OUT", allocates=False)


# NumPy's ufuncs, and CPython when it formats a message, now and then fail without an exception,
# which the interpreter reports as a SystemError.


@pytest.mark.parametrize("call", BY_WRAPPER.values(), ids=BY_WRAPPER)
def test_new_result_by_the_wrapper(check, call):
    check(call, "SystemError")


@pytest.mark.parametrize("call", BY_WRAPPER_INTO_OUT.values(), ids=BY_WRAPPER_INTO_OUT)
def test_out_by_the_wrapper(check, call):
    check(call, "SystemError", out="OUT")


@pytest.mark.parametrize(("call", "error"), REFUSED.values(), ids=REFUSED)
def test_refused(check, call, error):
    # With no memory at all, CPython itself gives up where it has to make an exception.
    check(call, f"{error}, SystemError", singles=(True,))


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit that malloc respects")
def test_no_room_for_a_table(run_code):
    """The results of float16 are then computed one by one, and the next call tries again."""
    run_code("""
import ctypes, resource
import numpy as np
from fastsigmoid import sigmoid

malloc = ctypes.CDLL(None).malloc
malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
x = np.arange(65536, dtype="u2").view("f2")
out, again = np.zeros_like(x), np.zeros_like(x)
sigmoid(np.zeros(3), out=np.zeros(3))

used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
before = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (used, before[1]))
while malloc(2 * 65536):
    pass
sigmoid(x, out=out)
assert not malloc(2 * 65536)
resource.setrlimit(resource.RLIMIT_AS, before)
sigmoid(x, out=again)
assert out.tobytes() == again.tobytes() and out[0] == 0.5 and np.ptp(out[:0x7c01]) == 0.5
""")
