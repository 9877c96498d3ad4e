"""From the import to the interpreter's end: Ctrl-C, fork, reload, and calls when all else has gone."""

import os
import signal
import sys
import sysconfig

import numpy as np
import pytest

from fastsigmoid import sigmoid

pytestmark = pytest.mark.slow

# Every lane of sigmoid and expit, and the answers that they must give.
LANES = """
import fastsigmoid
import numpy as np

def lanes():
    from array import array
    import numpy as np

    row = np.linspace(-30.0, 30.0, 999)
    numbers = array("d", row)
    return {
        "float": lambda f: f.sigmoid(0.25),
        "out": lambda f: f.sigmoid(numbers, out=array("d", numbers)),
        "array": lambda f: f.sigmoid(row),
        "float32": lambda f: f.sigmoid(row.astype("f4")),
        "float16": lambda f: f.sigmoid(row.astype("f2")),
        "strided": lambda f: f.sigmoid(row[::-2]),
        "list": lambda f: f.sigmoid([0.25, -1.0]),
        "integers": lambda f: f.sigmoid([1, 2, 3]),
        "large": lambda f: f.sigmoid(np.resize(row, 100_000)),  # for the pool
        "expit": lambda f: f.expit(row),
        "expit of integers": lambda f: f.expit([1, 2, 3]),
    }

calls = lanes()

def answers(f=fastsigmoid):
    return {name: np.asarray(call(f)).tobytes() for name, call in calls.items()}
"""


# Ctrl-C.


@pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(),
    reason="this Python has no interpreter lock",
)
@pytest.mark.parametrize("x", ["x", "x[::-1]", "x.astype(x.dtype.newbyteorder())", "x.tolist()"])
def test_ctrl_c_during_a_large_call(run_code, x):
    """It is seen when the call is done: out is whole, and the next call works."""
    run_code(f"""
import signal, sys, threading, time
import numpy as np
from fastsigmoid import sigmoid

x = np.linspace(-30.0, 30.0, 1_000_000)
x = {x}
expected, out = sigmoid(x), np.zeros(1_000_000)
gate = threading.Lock()
gate.acquire()

def interrupt():
    gate.acquire()
    signal.raise_signal(signal.SIGINT)

thread = threading.Thread(target=interrupt)
thread.start()
# From now on the other thread runs only where a call lets go of the lock.
sys.setswitchinterval(1000.0)
gate.release()
end = time.monotonic() + 60
try:
    while time.monotonic() < end:
        sigmoid(x, out=out)
except KeyboardInterrupt:
    pass
else:
    raise AssertionError("no KeyboardInterrupt")
sys.setswitchinterval(0.005)
thread.join()
assert np.array_equal(out, expected)
assert np.array_equal(sigmoid(x), expected)
""")


class Interrupted:
    """Python 3.12 and later have __buffer__."""

    def __init__(self, *names):
        self.names = names
        self.asked = []

    def interrupt(self, name):
        self.asked.append(name)
        raise KeyboardInterrupt


def interrupted(*names):
    methods = {name: lambda self, *_, _name=name, **__: self.interrupt(_name) for name in names}
    return type("Interrupted", (Interrupted,), methods)(*names)


@pytest.mark.parametrize(
    "names",
    [
        ["__float__"],
        ["__index__"],
        ["__array__"],
        ["__array_ufunc__"],
        ["__float__", "__array__"],
        pytest.param(
            ["__buffer__", "__array__"],
            marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="new in Python 3.12"),
        ),
    ],
    ids="-".join,
)
def test_ctrl_c_in_the_users_own_methods(names):
    x = interrupted(*names)
    out = np.full(3, 7.0)
    for call in (lambda: sigmoid(x), lambda: sigmoid(x, out=out), lambda: sigmoid(x, order="C")):
        with pytest.raises(KeyboardInterrupt):
            call()
    assert x.asked
    assert set(out) == {7.0}


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "MemoryError"])
def test_ctrl_c_during_the_first_array(run_code, error):
    """Which loads the short way: without it all works, but slower, for good."""
    run_code(f"""
import sys
import numpy as np
from fastsigmoid import sigmoid

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "fastsigmoid._ufunc":
            raise {error}

finder = Interrupting()
sys.meta_path.insert(0, finder)
for x in (np.zeros(3), np.zeros(3, "f2"), np.float32(0.0)):
    try:
        sigmoid(x)
    except {error}:
        pass
    else:
        raise AssertionError("no {error}")
sys.meta_path.remove(finder)
assert sigmoid(np.zeros(3)).tolist() == [0.5] * 3
assert "fastsigmoid._ufunc" in sys.modules
""")


# fork.

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@needs_fork
def test_fork_after_use(run_code):
    run_code(f"""
import os, threading, time, warnings
{LANES}
# Python warns of forks beside threads, which libraries of NumPy may have started.
warnings.simplefilter("ignore", DeprecationWarning)
expected = answers()
stop = threading.Event()
done = [0] * 3

def work(which):
    while not stop.is_set():
        calls['large'](fastsigmoid)
        done[which] += 1

def fork_and_compare():
    child = os.fork()
    if child == 0:
        os._exit(0 if answers() == expected else 3)
    assert os.waitpid(child, 0)[1] == 0

fork_and_compare()
threads = [threading.Thread(target=work, args=[which]) for which in range(3)]
[thread.start() for thread in threads]
for _ in range(10):
    before = list(done)
    while any(a == b for a, b in zip(before, done)):
        time.sleep(0)  # until each has computed something since the last fork
    fork_and_compare()
stop.set()
[thread.join() for thread in threads]
assert answers() == expected
""")


@needs_fork
def test_fork_before_the_first_use(run_code):
    """The child loads NumPy, the tables and all else by itself."""
    run_code(f"""
import hashlib, os
import fastsigmoid
read, write = os.pipe()
child = os.fork()
{LANES}
digest = hashlib.sha256(repr(answers()).encode()).digest()
if child == 0:
    os.write(write, digest)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert os.read(read, 100) == digest
""")


@needs_fork
def test_fork_while_another_thread_makes_a_table(run_code):
    """The one behind float16: the child, in which nobody goes on with it, makes its own."""
    run_code("""
import os, sys, threading, time, warnings
import numpy as np
from fastsigmoid import _core, sigmoid

warnings.simplefilter("ignore", DeprecationWarning)
x = np.full(100_000, 0.25, "f2")
sigmoid(np.zeros(1))

def seconds(call):
    call()
    start = time.process_time()
    call()
    return time.process_time() - start

def compare():
    # Results of a table come some forty times as fast as those computed one by one.
    one_by_one = seconds(lambda: _core._call_on("portable", x.astype("f8")))
    return 0 if seconds(lambda: sigmoid(x)) < one_by_one / 4 else 3

def race(delay):
    # The other thread lets go of the interpreter's lock only when it is about to compute.
    sys.setswitchinterval(1000.0)
    thread = threading.Thread(target=sigmoid, args=[x])
    thread.start()
    time.sleep(delay)
    status = in_child(compare)
    thread.join()
    return status

def in_child(work, *arguments):
    child = os.fork()
    if child == 0:
        os._exit(work(*arguments))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

# Here the table is never made.
for i in range(20):
    assert in_child(race, i * 1e-4) == 0, i
""")


# Reload.


def test_reload(run_code):
    run_code(f"""
import importlib, sys
{LANES}
expected = answers()
for _ in range(3):
    names = [name for name in sys.modules if name.partition(".")[0] == "fastsigmoid"]
    assert len(names) == 5, names
    for name in reversed(names):
        importlib.reload(sys.modules[name])
        assert answers() == expected, name
""")


def test_imported_again(run_code):
    """The modules are new ones, and those who hold the old functions can go on."""
    run_code(f"""
import gc, sys, types
{LANES}
expected = answers()

def forget():
    for name in [name for name in sys.modules if name.partition(".")[0] == "fastsigmoid"]:
        del sys.modules[name]

held = [fastsigmoid]
for _ in range(20):
    forget()
    assert all(answers(old) == expected for old in held)
    forget()
    import fastsigmoid
    assert fastsigmoid not in held
    assert answers(fastsigmoid) == expected
    held.append(fastsigmoid)

# The function keeps what it needs.
functions = types.SimpleNamespace(sigmoid=fastsigmoid.sigmoid, expit=fastsigmoid.expit)
del fastsigmoid
forget()
held.clear()
gc.collect()
assert answers(functions) == expected
""")


# The interpreter's end.

# They hold all that they need, as everything else may be gone by then.
AT_THE_END = f"""
import atexit, builtins, os, sys, types
{LANES}
functions = types.SimpleNamespace(sigmoid=fastsigmoid.sigmoid, expit=fastsigmoid.expit)

def try_all(where, calls=calls, functions=functions, Exception=Exception, write=os.write):
    done = []
    for name, call in calls.items():
        try:
            call(functions)
        except Exception:
            pass
        else:
            done.append(name)
    write(1, f"{{where}}: {{done}}\\n".encode())

class Dying:
    def __init__(self, where):
        self.where = where

    def __del__(self, try_all=try_all):
        try_all(self.where)
"""

each_use = pytest.mark.parametrize("use", ["answers()", ""], ids=["used before", "not used before"])


@each_use
def test_calls_at_exit(run_code, use):
    """When all is still there."""
    written = run_code(f"{AT_THE_END}\n{use}\natexit.register(try_all, 'at exit')\nnames = [*calls]\n"
                       "print(f'at exit: {names}')")  # fmt: skip
    printed, at_exit = written.splitlines()
    assert printed == at_exit


@each_use
def test_calls_of_what_dies_last(run, use):
    """When modules are gone, what needs neither NumPy nor an import still works."""
    result = run(
        "-c",
        f"{AT_THE_END}\n{use}\n"
        "at_hand = Dying('a global')\n"
        "in_a_cycle = Dying('a cycle')\n"
        "in_a_cycle.itself = in_a_cycle\n"
        "sys.at_hand = Dying('of sys')\n"
        "builtins.at_hand = Dying('of builtins')\n",
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 4
    for line in result.stdout.splitlines():
        assert "'float', 'out'" in line


# Without a lock CPython reads the state of daemon threads after finalization has freed it: gh-124878, of which plain
# Python dies as well, mended in 3.14 (PR 130649).
UNMENDED = bool(sysconfig.get_config_var("Py_GIL_DISABLED")) and sys.version_info < (3, 14)
reads_freed_states = pytest.mark.skipif(UNMENDED, reason="gh-124878 of this free-threaded CPython")


@pytest.mark.parametrize("daemon", [pytest.param(True, marks=reads_freed_states), False])
def test_calls_of_threads_at_the_end(run, daemon):
    code = f"""
import threading, time
{LANES}
started = threading.Semaphore(0)

def work():
    end = time.monotonic() + 0.3
    answers()
    started.release()
    while {daemon} or time.monotonic() < end:
        for call in calls.values():
            call(fastsigmoid)

for _ in range(4):
    threading.Thread(target=work, daemon={daemon}).start()
for _ in range(4):
    started.acquire()
"""
    for _ in range(3):
        result = run("-c", code)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_ended_by_ctrl_c(run):
    """An interrupt that nobody catches ends the process as such, not with a crash."""
    result = run("-c", f"{LANES}\nimport signal\nanswers()\nsignal.raise_signal(signal.SIGINT)\n"
                       "while True: answers()\n")  # fmt: skip
    assert result.returncode == (0xC000013A if sys.platform == "win32" else -signal.SIGINT)
    assert "KeyboardInterrupt" in result.stderr
