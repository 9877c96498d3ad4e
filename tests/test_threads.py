"""Many threads at once; and large arrays are computed without the interpreter's lock."""

import array
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fastsigmoid import sigmoid

from .data import pool
from .floats import FLOAT32, FLOAT64, FORMATS


def test_many_threads():
    jobs = []
    for f in FORMATS:
        x, y = (np.array(column, f.name) for column in zip(*pool(f), strict=True))
        x, y = np.resize(x, 30_000), np.resize(y, 30_000)
        for start in range(0, 3000, 200):
            cut = slice(start, start * 10 + 100)
            jobs.append((lambda x=x[cut]: sigmoid(x), y[cut]))
            jobs.append((lambda x=x[cut]: sigmoid(x[::-1])[::-1], y[cut]))
        jobs.append((lambda x=x: [sigmoid(value) for value in x[:500]], y[:500]))
    x, y = zip(*pool(FLOAT64), strict=True)
    jobs.append((lambda: sigmoid(list(x)), np.array(y)))
    jobs.append((lambda: sigmoid(list(map(int, x[50:60]))), sigmoid(np.trunc(x[50:60]))))

    barrier = threading.Barrier(8)

    def work(which):
        barrier.wait()
        for compute, expected in jobs[which:] + jobs[:which]:
            result = np.asarray(compute(), expected.dtype)
            assert result.tobytes() == expected.tobytes()

    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(work, 7 * i) for i in range(8)]:
            future.result()


@pytest.mark.parametrize(
    "call", ["sigmoid(x)", "sigmoid(x[3])", "sigmoid(x, out=x.copy())", "sigmoid(x, dtype='f2')"]
)
def test_first_float16_raced(run_code, call):
    """The table behind float16 is made on the first use."""
    run_code(f"""
import threading
import numpy as np
from fastsigmoid import sigmoid

x = np.array([-10.0, -3.0, 0.0, 0.25, 3.0], "f2")
barrier = threading.Barrier(16)
results = []

def work():
    barrier.wait()
    results.append(np.ravel({call}).tolist())

threads = [threading.Thread(target=work) for i in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert results == [np.ravel({call}).tolist()] * 16, results
assert sigmoid(x)[2:4].tolist() == [0.5, 0.56201171875]
""")


def test_first_array_raced(run_code):
    """NumPy, and the wrapper, are loaded on the first need."""
    run_code("""
import threading
from array import array
from fastsigmoid import sigmoid

forms = [[0.25], (0.25,), array("d", [0.25]), [[0.25]], memoryview(array("d", [0.25]))]
barrier = threading.Barrier(16)
results = []

def work(i):
    barrier.wait()
    results.append(float(sigmoid(forms[i % 5]).ravel()[0]))

threads = [threading.Thread(target=work, args=[i]) for i in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert results == [0.5621765008857981] * 16, results
""")


@pytest.fixture
def lock_given_only_freely():
    """The interpreter's lock changes hands only where its holder lets go of it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    yield
    sys.setswitchinterval(before)


def seen_by_another_thread(call, observe, seconds=20.0):
    """What another thread observes in the midst of calls repeated for so long: [] if it cannot."""
    gate = threading.Lock()
    gate.acquire()
    seen = []

    def work():
        gate.acquire()
        try:
            seen.append(observe())
        except Exception as error:  # noqa: BLE001 - for the caller to see
            seen.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    gate.release()
    end = time.monotonic() + seconds
    while not seen and time.monotonic() < end:
        call()
    during = list(seen)
    thread.join()
    return during


def locked_build():
    return getattr(sys, "_is_gil_enabled", lambda: True)()


needs_lock = pytest.mark.skipif(not locked_build(), reason="this Python has no interpreter lock")


@needs_lock
@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
@pytest.mark.parametrize("form", ["contiguous", "strided", "swapped", "list"])
def test_others_run_during_a_large_call(lock_given_only_freely, f, form):
    x = np.linspace(-30.0, 30.0, 200_000).astype(f.name)
    out = np.zeros_like(x)
    x, out = {
        "contiguous": lambda: (x, out),
        "strided": lambda: (x[::-1], out),
        "swapped": lambda: (x.astype(x.dtype.newbyteorder()), out),
        "list": lambda: (x.tolist(), out.astype("f8")),
    }[form]()
    assert seen_by_another_thread(lambda: sigmoid(x, out=out), int) == [0]


@needs_lock
def test_a_small_call_keeps_the_lock(lock_given_only_freely):
    """Which shows that the test above can fail."""
    x, out = np.zeros(10), np.zeros(10)
    assert seen_by_another_thread(lambda: sigmoid(x, out=out), int, seconds=0.1) == []


@needs_lock
def test_buffers_are_held_meanwhile(lock_given_only_freely):
    x, out = (array.array("d", bytes(8 * 200_000)) for _ in range(2))
    for resized in (x, out):
        (error,) = seen_by_another_thread(
            lambda: sigmoid(x, out=out), lambda resized=resized: resized.append(7.0)
        )
        assert type(error) is BufferError
    assert out == array.array("d", [0.5]) * 200_000
