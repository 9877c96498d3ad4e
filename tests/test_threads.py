"""Many threads at once; and large arrays are computed without the interpreter's lock."""

import array
import sys
import sysconfig
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fastsigmoid import _core, cpu_info, sigmoid

from .data import pool
from .support.floats import FLOAT32, FLOAT64, FORMATS


def test_many_threads(member):
    function, jobs = member.own, []
    for f in FORMATS:
        x = np.array([x for x, _ in pool(f)], f.name)
        x = member.arguments(np.resize(x, 30_000))
        y = function(x)
        for start in range(0, 3000, 200 if member.name == "sigmoid" else 800):
            cut = slice(start, start * 10 + 100)
            jobs.append((lambda x=x[cut]: function(x), y[cut]))
            jobs.append((lambda x=x[cut]: function(x[::-1])[::-1], y[cut]))
        jobs.append((lambda x=x: [function(value) for value in x[:500]], y[:500]))
    x = member.arguments(np.array([x for x, _ in pool(FLOAT64)]))
    jobs.append((lambda: function(x.tolist()), function(x)))
    jobs.append((lambda: function(list(map(int, x[50:60]))), function(np.trunc(x[50:60]))))

    barrier = threading.Barrier(8)

    def work(which):
        barrier.wait()
        for compute, expected in jobs[which:] + jobs[:which]:
            result = np.asarray(compute(), expected.dtype)
            assert result.tobytes() == expected.tobytes()

    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(work, 7 * i) for i in range(8)]:
            future.result()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "call", "part"),
    [
        ("sigmoid", "function(x)", ":"),
        ("logit", "function(x[3])", "3:4"),
        ("log_sigmoid", "function(x, out=x.copy())", ":"),
        ("softplus", "function(x, dtype='f2')", ":"),
    ],
)
def test_first_float16_raced(run_code, name, call, part):
    """The table behind float16 is made on the first use."""
    run_code(f"""
import threading
import numpy as np
from fastsigmoid import {name} as function

x = np.array([0.0, 0.125, 0.25, 0.375, 1.0], "f2")
barrier = threading.Barrier(16)
results = []

def work():
    barrier.wait()
    results.append(np.ravel({call}).tolist())

threads = [threading.Thread(target=work) for i in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
expected = function(x.astype("f8")).astype("f2")[{part}].tolist()
assert results == [expected] * 16, results
""")


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("f", FORMATS, ids=str)
@pytest.mark.parametrize("isa", cpu_info()["available"])
def test_an_array_that_is_written_to_meanwhile(isa, f):
    """Each result is that of some value that was there: no element is read twice."""
    inputs, outputs = (np.array(column, f.name) for column in zip(*pool(f), strict=True))
    random = np.random.default_rng(0)
    before, after = random.integers(0, inputs.size, (2, 20_000))
    x = inputs[before].copy()
    done = threading.Event()

    def write():
        # Every other element: NumPy stores these one by one, where a whole row may be copied byte by byte.
        while not done.is_set():
            for values in (inputs[after], inputs[before]):
                for start in (0, 1):
                    x[start::2] = values[start::2]

    def read():
        mixed = reads = 0
        while mixed < 10 and reads < 100_000:
            reads += 1
            result = _core._call_on(isa, x).view(f.integer)
            is_before = result == outputs[before].view(f.integer)
            is_after = result == outputs[after].view(f.integer)
            assert np.all(is_before | is_after)
            mixed += not is_before.all() and not is_after.all()
        return mixed

    with ThreadPoolExecutor(4) as threads:
        writer = threads.submit(write)
        readers = [threads.submit(read) for _ in range(3)]
        try:
            mixed = [reader.result() for reader in readers]
        finally:
            done.set()
        writer.result()
    assert mixed == [10] * 3, "nobody wrote while another read"


@pytest.mark.slow
def test_a_list_that_is_changed_meanwhile():
    values = [0.25, -3.0]
    x = [values[0]] * 20_000
    expected = set(map(sigmoid, values))
    done = threading.Event()

    def write():
        while not done.is_set():
            for value in values:
                for i in range(0, len(x), 7):
                    x[i] = value * 1.0  # a new object, so that the old one dies

    with ThreadPoolExecutor(4) as threads:
        writer = threads.submit(write)
        readers = [
            threads.submit(lambda: [set(sigmoid(x).tolist()) for _ in range(50)]) for _ in range(3)
        ]
        try:
            results = [result for reader in readers for result in reader.result()]
        finally:
            done.set()
        writer.result()
    assert set().union(*results) == expected


@pytest.mark.slow
def test_first_import_raced(run_code):
    """The choice of the kernels, and of the name that stands for a ufunc."""
    run_code("""
import threading

barrier = threading.Barrier(16)
results, isas = [], set()

def work(i):
    barrier.wait()
    import fastsigmoid
    if i % 2:
        results.append(float(fastsigmoid.expit(0.25)))
        assert fastsigmoid.special.logit(0.5) == fastsigmoid.logit(0.5) == 0
    results.append(fastsigmoid.sigmoid(0.25))
    isas.add(fastsigmoid.cpu_info()["isa"])

threads = [threading.Thread(target=work, args=[i]) for i in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert results == [0.5621765008857981] * 24, results
assert len(isas) == 1
""")


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python has an interpreter lock"
)
def test_the_lock_stays_off(run_code):
    run_code("""
import sys
import fastsigmoid
assert not sys._is_gil_enabled()
fastsigmoid.sigmoid([0.25])
fastsigmoid.expit(fastsigmoid.sigmoid([[0.25]]).astype("f2"))
assert not sys._is_gil_enabled()
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
