"""The threads that share a long array: how many there are, that nobody notices but by the clock, and what becomes of them."""

import contextlib
import os
import pathlib
import sys
import sysconfig

import numpy as np
import pytest

import fastsigmoid
from fastsigmoid import _core, _ufunc, get_num_threads, set_num_threads

from .support import environment
from .support.family import FAMILY
from .support.parameters import slow

CALLABLES = [
    *(pytest.param(f.own, id=name) for name, f in FAMILY.items()),
    *(pytest.param(f.ufunc, id=f"ufunc {f.alias}") for f in FAMILY.values()),
]

TWO = [CALLABLES[0], CALLABLES[len(FAMILY)]]  # of each kind one

# How some programs begin: x, what the function gives, and three threads.
EXPECTED = """\
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
x = np.random.default_rng(0).normal(0, 20, 300_000)
set_num_threads(1)
expected = function(x)
set_num_threads(3)
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc and affinity are Linux's")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits are POSIX's")

MANY = 5

# So many results pay for the last of them; no whole number of cache lines, parts or blocks.
BYTES = MANY * 256 * 1024 + 1224


@pytest.fixture(autouse=True)
def no_choice():
    yield
    set_num_threads(None)


# The results.


def bits(call, threads):
    set_num_threads(threads)
    result = np.asarray(call())
    if result.dtype.char != "g":
        return result.tobytes()
    upper = result.astype("f8")  # there are unused bytes in a longdouble
    return upper.tobytes() + (result - upper).astype("f8").tobytes()


def assert_same_bits(call):
    alone = bits(call, 1)
    for threads in (2, MANY, 1000):
        assert bits(call, threads) == alone, f"{threads} threads"


def numbers(dtype, size=None):
    size = size or BYTES // np.dtype(dtype).itemsize
    x = np.random.default_rng(size).normal(0, 20, size)
    x[::1001] = np.linspace(-800, 800, x[::1001].size)
    with np.errstate(over="ignore", invalid="ignore"):
        return x.astype(dtype)


DTYPES = ["f4", "f8", "i8", *slow("g", "?", "i1", "u1", "i2", "u2", "i4", "u4", "u8")]


@pytest.mark.parametrize("name", FAMILY)
def test_same_bits_of_each_function(name):
    function = FAMILY[name].own
    x = numbers("f8")
    assert_same_bits(lambda: function(x, out=np.zeros_like(x)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", TWO)
def test_same_bits_for_any_number(function, dtype):
    x = numbers(dtype, BYTES // 4)  # as float32 and, twice what is needed, as float64
    out = np.zeros_like(function(x[:1]), shape=x.shape)  # new memory might hold the results already
    assert_same_bits(lambda: function(x))
    assert_same_bits(lambda: function(x, out=out.copy()))


@pytest.mark.parametrize("name", FAMILY)
def test_same_bits_of_bfloat16(name):
    function = getattr(_ufunc, f"_{name}_of_bfloat16_bits")
    x = np.arange(BYTES // 2, dtype="u2")
    assert_same_bits(lambda: function(x))


@pytest.mark.skipif(not environment.available, reason=environment.reason)
@pytest.mark.parametrize(
    "mode", [m for m in ("upward", "x87 of 53 bits") if m in environment.MODES]
)
def test_long_doubles_are_rounded_as_the_caller_has_it(mode):
    """Whatever was in force where the helpers were started."""
    x = numbers("g")

    def call():
        with environment.mode(mode):
            return fastsigmoid.sigmoid(x)

    def usual_call():
        return fastsigmoid.sigmoid(x)

    usual = bits(usual_call, 1)
    assert bits(call, 3) == bits(call, 1)
    assert bits(usual_call, 3) == usual
    assert bits(call, 2) == bits(call, 1)


def interleaved(x):
    both = np.zeros((x.size, 2), x.dtype)
    both[:, 0] = x
    return both[:, 0], both[:, 1]


def misaligned(x):
    memory = np.zeros(x.nbytes + 1, "u1")
    result = memory[1:].view(x.dtype)
    result[:] = x
    return result


# x and out by the numbers and a new array; the layouts of a row, of many rows, and of rows of all lengths.
LAYOUTS = {
    "contiguous": lambda x, y: (x, y),
    "beside a cache line": lambda x, y: (x[1:-2], y[3:]),
    "in place": lambda x, y: (x, x),
    "backwards": lambda x, y: (x[::-1], y),
    "backwards into": lambda x, y: (x, y[::-1]),
    "every other": lambda x, y: (np.repeat(x, 2)[::2], np.repeat(y, 2)[1::2]),
    "interleaved": lambda x, y: interleaved(x),
    "a little ahead": lambda x, y: (x[1:], x[:-1]),
    "a little behind": lambda x, y: (x[:-1], x[1:]),
    "against itself": lambda x, y: (x, x[::-1]),
    "misaligned": lambda x, y: (misaligned(x), misaligned(y)),
    "swapped": lambda x, y: (x.astype(x.dtype.newbyteorder()), y),
    "into swapped": lambda x, y: (x, y.astype(y.dtype.newbyteorder())),
    "transposed": lambda x, y: (x[: x.size // 7 * 7].reshape(7, -1).T, y[: x.size // 7 * 7].reshape(-1, 7)),
    "short rows": lambda x, y: (np.resize(x, (x.size // 8, 9))[:, :8], y[: x.size // 8 * 8].reshape(-1, 8)),
    "long rows": lambda x, y: (np.resize(x, (3, x.size // 3 + 1))[:, :-1], y[: x.size // 3 * 3].reshape(3, -1)),
    "three axes": lambda x, y: (np.resize(x, (30, 50, x.size // 1200))[::2, ::-1, 3:], None),
    "repeated": lambda x, y: (np.broadcast_to(x[: x.size // 64], (64, x.size // 64)), None),
    "repeated elements": lambda x, y: (np.broadcast_to(x[0], x.shape), None),
}  # fmt: skip


# Each layout with float64 and one type more, and both kinds of callables, in turn.
@pytest.mark.parametrize(
    ("layout", "dtype", "function"),
    [
        pytest.param(layout, dtype, TWO[(i + j) % 2].values[0], id=f"{layout}-{dtype}", marks=marks)
        for i, layout in enumerate(LAYOUTS)
        for j, (dtype, marks) in enumerate(
            [("f8", []), (["f2", "f4", "g"][i % 3], pytest.mark.slow)]
        )
    ],
)
def test_same_bits_in_any_layout(function, dtype, layout):
    given = numbers(dtype)

    def call():
        x = given.copy()
        x, out = LAYOUTS[layout](x, np.zeros_like(x))
        return function(x, out=np.zeros(x.shape, x.dtype) if out is None else out)

    assert_same_bits(call)
    assert_same_bits(lambda: function(LAYOUTS[layout](given.copy(), np.zeros_like(given))[0]))


@pytest.mark.parametrize("function", TWO)
def test_elements_of_out_that_share_memory(function):
    """The last one wins, as it does alone."""
    x = numbers("f8")
    out = np.lib.stride_tricks.as_strided(np.zeros(1), x.shape, (0,))
    assert_same_bits(lambda: function(x, out=out)[:1])
    shape = (4, x.size // 4)
    rows = np.zeros(x.size)
    rows = np.lib.stride_tricks.as_strided(rows, shape, (x.size // 8 // 8 * 8, 8))
    assert_same_bits(lambda: function(x[: x.size // 4 * 4].reshape(shape), out=rows))


@pytest.mark.parametrize("function", TWO)
def test_where_and_casts(function):
    """What NumPy leads through its buffers, or leaves out."""
    x = numbers("f4")
    mask = np.arange(x.size) % 300_000 < 200_000
    assert_same_bits(lambda: function(x, out=np.zeros_like(x), where=mask))
    assert_same_bits(lambda: function(x, out=np.zeros(x.size)))
    assert_same_bits(lambda: function(x, dtype="f8"))


# Who takes part.


def threads_of_this_process():
    return {int(name) for name in os.listdir("/proc/self/task")}


@linux
@pytest.mark.parametrize("threads", [3, *slow(1, 2)])
def test_helpers_start_on_the_first_need(run_code, threads):
    started, after = run_code(f"""
import os
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
set_num_threads({threads})
count = lambda: len(os.listdir("/proc/self/task"))
before = count()
function(np.zeros(60_000))
function(0.5)
assert count() == before, "for a small array"
function(np.zeros(1_000_000))
print(count() - before)
set_num_threads(1)
function(np.zeros(1_000_000))
print(count() - before)
""").split()  # fmt: skip
    assert (int(started), int(after)) == (threads - 1, threads - 1)


@pytest.mark.slow
@linux
@pytest.mark.parametrize("threads", [5, 10**30])
def test_no_more_than_there_is_work_for(run_code, threads):
    assert run_code(f"""
import os
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
set_num_threads({threads})
before = len(os.listdir("/proc/self/task"))
for n in (60_000, 70_000, 140_000, 140_000):
    function(np.zeros(n))
    print(len(os.listdir("/proc/self/task")) - before)
""").split() == ["0", "1", "3", "3"]  # fmt: skip


WORKING_HELPER = """
import os, threading, time
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
set_num_threads(2)
x, out = np.zeros(500_000), np.empty(500_000)
before = set(os.listdir("/proc/self/task"))
function(x, out)
(helper,) = set(os.listdir("/proc/self/task")) - before
"""


@pytest.mark.slow
@linux
def test_a_helper_works_and_sleeps(run_code):
    """It gets done a part of what there is, and has no processor's time when there is nothing."""
    run_code(f"""{WORKING_HELPER}
def ticks():
    with open(f"/proc/self/task/{{helper}}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[11])

end = time.monotonic() + 60
while ticks() < 5:
    function(x, out)
    assert time.monotonic() < end, "the helper does nothing"
before = ticks()
time.sleep(0.3)
assert ticks() <= before + 1, "the helper does not sleep"
""")


@pytest.mark.slow
@linux
def test_signals_are_left_to_the_threads_of_the_program(run_code):
    run_code(f"""{WORKING_HELPER}
import signal

def is_blocked(number):
    with open(f"/proc/self/task/{{helper}}/status") as file:
        return int(file.read().partition("SigBlk:")[2].split()[0], 16) >> number - 1 & 1

end = time.monotonic() + 60
while is_blocked(signal.SIGSEGV):  # until the helper has begun to run; faulthandler tells of those
    time.sleep(0.01)
    assert time.monotonic() < end
faults = {{signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}}
never = {{signal.SIGKILL, signal.SIGSTOP}}
named = {{number for number in signal.Signals if number < signal.SIGRTMIN}}
assert {{number for number in named if not is_blocked(number)}} == faults | never
""")


@pytest.mark.slow
@linux
def test_helpers_have_small_stacks(run_code):
    run_code("""
import resource
import numpy as np
from fastsigmoid import set_num_threads, sigmoid as function
def size():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
x, out = np.zeros(2_000_000), np.empty(2_000_000)
set_num_threads(1)
function(x, out)
before = size()
set_num_threads(9)
function(x, out)
assert size() - before < 8 << 20, size() - before
""")


@pytest.mark.slow
@posix
def test_ctrl_c_wakes_the_main_thread(run_code):
    """A process that has helpers, and waits."""
    run_code("""
import os, signal, threading, time
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
set_num_threads(3)
function(np.zeros(1_000_000))
threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
try:
    time.sleep(60)
except KeyboardInterrupt:
    pass
else:
    raise AssertionError("no KeyboardInterrupt")
""")


@pytest.mark.slow
def test_two_callers_at_once(run_code):
    """One of them has the pool, whichever; both are right."""
    run_code(f"""
import threading
{EXPECTED}
barrier = threading.Barrier(4)
wrong = []

def work(dtype):
    own, right = x.astype(dtype), function(x.astype(dtype))
    barrier.wait()
    for _ in range(30):
        if function(own).tobytes() != right.tobytes():
            wrong.append(dtype)

threads = [threading.Thread(target=work, args=[dtype]) for dtype in ("f8", "f8", "f4", "f8")]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert not wrong, wrong
assert function(x).tobytes() == expected.tobytes()
""")


# How many.


def test_set_and_get():
    by_default = get_num_threads()
    assert by_default >= 1
    for n in (1, 2, 77, np.int8(3), 2**31 - 1):
        assert set_num_threads(n) is None
        assert get_num_threads() == n
    set_num_threads(10**30)
    assert get_num_threads() == 2**31 - 1
    set_num_threads(None)
    assert get_num_threads() == by_default


@pytest.mark.parametrize(
    ("n", "error", "message"),
    [
        (0, ValueError, "at least 1 thread, not 0"),
        (-3, ValueError, "at least 1 thread, not -3"),
        (-(10**30), ValueError, f"at least 1 thread, not -{10**30}"),
        (True, TypeError, "takes an int or None, not bool"),
        (False, TypeError, "takes an int or None, not bool"),
        (2.0, TypeError, "takes an int or None, not float"),
        ("2", TypeError, "takes an int or None, not str"),
        (np.True_, (TypeError, DeprecationWarning), "bool"),  # NumPy 1 warns of it as an index
    ],
)
def test_bad_numbers(n, error, message):
    set_num_threads(2)
    with pytest.raises(error, match=message):
        set_num_threads(n)
    assert get_num_threads() == 2


@pytest.mark.parametrize("n", [2**31, 2**32, 2**32 + 3, 2**63, 10**30])
def test_more_than_an_int_holds(n):
    set_num_threads(n)
    assert get_num_threads() == 2**31 - 1


def test_an_index_that_is_interrupted():
    class Index:
        def __index__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        set_num_threads(Index())


def test_arguments():
    for call in (set_num_threads, lambda: set_num_threads(1, 2), lambda: get_num_threads(1)):
        with pytest.raises(TypeError):
            call()
    assert {"get_num_threads", "set_num_threads"} <= set(fastsigmoid.__all__)


@pytest.fixture
def threads_of(run):
    """What get_num_threads() says in a process of its own, and what is written to its standard error."""

    def threads_of(code="", warnings="always", **variables):
        environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
        code = f"from fastsigmoid import get_num_threads\n{code}\nprint(get_num_threads())"
        result = run(f"-W{warnings}", "-c", code, env=environment | variables)
        assert result.returncode == 0, result.stderr
        return int(result.stdout), result.stderr

    return threads_of


OWN, COMMON = "FASTSIGMOID_NUM_THREADS", "OMP_NUM_THREADS"


@pytest.mark.parametrize(
    ("variables", "threads"),
    [
        ({OWN: "7"}, 7),
        ({COMMON: "7"}, 7),
        ({OWN: "7", COMMON: "5"}, 7),
        ({OWN: "", COMMON: "5"}, 5),
        ({COMMON: "5,3,2"}, 5),
        ({COMMON: " 5 , 3"}, 5),
        ({COMMON: "5 "}, 5),
        ({OWN: "\t5\n"}, 5),
        ({OWN: "99999999999999999999"}, 2**31 - 1),
    ],
)
def test_variables(threads_of, variables, threads):
    assert threads_of(**variables) == (threads, "")


@pytest.mark.parametrize("value", ["0", "two", *slow("-1", "2.5", "2x", ",", "4,2", " ")])
def test_bad_variable(threads_of, value):
    """It is told of, once, and the next one applies."""
    code = "import fastsigmoid\nassert fastsigmoid.get_num_threads() == 7"
    threads, said = threads_of(code, **{OWN: value, COMMON: "7"})
    assert threads == 7
    assert said.count("RuntimeWarning") == 1
    assert f"{OWN} is '{value}', which is not a number of threads" in said


def test_both_variables_bad(threads_of):
    threads, said = threads_of(**{OWN: "x", COMMON: "y"})
    assert threads == threads_of()[0]
    assert said.count("RuntimeWarning") == 2


@pytest.mark.slow
def test_nothing_is_read_after_a_choice(threads_of):
    code = "import fastsigmoid, numpy\nfastsigmoid.set_num_threads(3)\nfastsigmoid.sigmoid(numpy.zeros(10**6))"
    assert threads_of(code, **{OWN: "x"}) == (3, "")


def test_after_a_warning_that_is_an_error_the_next_one_applies(threads_of):
    code = """
try:
    get_num_threads()
except RuntimeWarning:
    pass
else:
    raise AssertionError("no warning")
"""
    assert threads_of(code, "error", **{OWN: "x", COMMON: "7"}) == (7, "")


@pytest.mark.slow
def test_a_warning_that_is_an_error(run):
    """Ends one call, and no more; out is as it was."""
    code = f"""
import numpy as np
from fastsigmoid import sigmoid as function
x, out = np.zeros(300_000), np.full(300_000, 7.0)
for call in CALLS:
    try:
        call()
    except RuntimeWarning as error:
        assert "{OWN}" in str(error)
        assert set(out) == {{7.0}}
    else:
        raise AssertionError("no warning")
    call()
    assert (out == function(0.0)).all() or "out" not in TEXT
"""
    for call in ("function(x, out)", "function(x[::-1], out)", "function(x)", "function(x[:, None][::-1])"):  # fmt: skip
        text = code.replace("CALLS", f"[lambda: {call}]").replace("TEXT", repr(call))
        result = run("-c", text, env=os.environ | {OWN: "many"})
        assert result.returncode == 0, result.stderr


def test_a_variable_is_read_when_it_is_needed(threads_of):
    code = f"import os\nfrom fastsigmoid import sigmoid as f\nf(0.5)\nos.environ['{OWN}'] = '7'"
    assert threads_of(code) == (7, "")
    after = f"import os\nget_num_threads()\nos.environ['{OWN}'] = '7'"
    assert threads_of(after) == threads_of()


@pytest.mark.slow
@linux
def test_a_loop_of_numpy_finds_out_as_well(run):
    """The one that NumPy calls by itself, without the interpreter's lock."""
    code = """
import os
import numpy as np
from fastsigmoid._ufunc import expit as ufunc
count = lambda: len(os.listdir("/proc/self/task"))
before = count()
ufunc(np.zeros(1_000_000), np.zeros(1_000_000), where=True)
print(count() - before)
"""
    for variables, helpers in (({OWN: "3"}, 2), ({OWN: "1"}, 0), ({OWN: "x", COMMON: "3"}, 2)):
        result = run("-Wignore", "-c", code, env=os.environ | variables)
        assert (result.stdout.strip(), result.returncode) == (str(helpers), 0), result.stderr
    result = run("-c", code, env=os.environ | {OWN: "x", COMMON: "3"})
    assert "RuntimeWarning" in result.stderr  # nobody is there to be raised to
    assert result.returncode == 0


CHILD = """
import multiprocessing
import sys
from fastsigmoid import get_num_threads, set_num_threads

at_once = get_num_threads() if "at once" in sys.argv else 1

def ask(queue):
    queue.put(max(at_once, get_num_threads()))

def main(method):
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=ask, args=[queue])
    process.start()
    answer = queue.get()
    process.join()
    return answer

if __name__ == "__main__":
    at_once = 1
    if "ask first" in sys.argv:
        get_num_threads()
    if "choose" in sys.argv:
        set_num_threads(3)
    print(main(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "method",
    [
        "spawn",
        pytest.param("fork", marks=needs_fork),
        pytest.param("forkserver", marks=needs_fork),
    ],
)
def test_a_process_of_multiprocessing(run, tmp_path, method):
    """It is one of many.  What has been chosen before a fork still holds after it."""
    (tmp_path / "script.py").write_text(CHILD)
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}

    def answer(*arguments, **variables):
        result = run("script.py", method, *arguments, env=environment | variables)
        assert result.returncode == 0, result.stderr
        return int(result.stdout)

    assert answer() == 1
    assert answer("ask first") == 1
    assert answer("at once") == 1  # while it imports the program's module
    assert answer(**{OWN: "5"}) == 5
    assert answer("choose") == (3 if method == "fork" else 1)


@pytest.mark.slow
def test_a_multiprocessing_that_does_not_tell(threads_of):
    code = "import multiprocessing.process as p\ndef f():\n    raise ValueError\np.{} = f"
    assert threads_of(code.format("parent_process")) == threads_of()
    assert threads_of(code.format("current_process")) == threads_of()


@pytest.mark.slow
@linux
def test_affinity(threads_of):
    """By default as many as the calling thread may use at the time; what is said by number holds."""
    cpus = len(os.sched_getaffinity(0))
    one = "import os\nall = os.sched_getaffinity(0)\nos.sched_setaffinity(0, {min(all)})\n"
    quota = _core._cpu_quota("") or cpus
    assert threads_of() == (min(cpus, quota), "")
    assert threads_of(one) == (1, "")
    assert threads_of("get_num_threads()\n" + one) == (1, "")
    assert threads_of(one + "get_num_threads()\nos.sched_setaffinity(0, all)") == threads_of()
    assert threads_of(one, **{OWN: "2"}) == (2, "")
    of_a_thread = """
import os, threading
of_this, get_num_threads = get_num_threads, lambda: found[0]
found = []
def work():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found.append(of_this())
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    assert threads_of(of_a_thread) == (1, "")


@pytest.mark.skipif(sys.platform != "win32", reason="the affinity of Windows")
def test_affinity_on_windows(threads_of):
    one = (
        "from ctypes import c_size_t, c_void_p, windll\n"
        "assert windll.kernel32.SetProcessAffinityMask(c_void_p(-1), c_size_t(1))\n"
    )
    assert threads_of() == (os.cpu_count(), "")
    assert threads_of(one) == threads_of("get_num_threads()\n" + one) == (1, "")
    assert threads_of(one, **{OWN: "2"}) == (2, "")


@pytest.mark.slow
@linux
def test_affinity_that_changes_between_calls(run_code):
    run_code(f"""
import os, threading
{EXPECTED}
all = os.sched_getaffinity(0)

def work():
    for cpu in [*all] * 20:
        os.sched_setaffinity(0, {{cpu}})
        assert function(x).tobytes() == expected.tobytes()
        os.sched_setaffinity(0, all)
        assert function(x).tobytes() == expected.tobytes()

work()
thread = threading.Thread(target=work)
thread.start()
work()
thread.join()
""")


# Quotas.


class Tree:
    """A fake of what Linux tells of control groups."""

    def __init__(self, root):
        self.root = root
        (root / "proc/self").mkdir(parents=True)

    def write(self, path, text):
        path = self.root / path.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return self

    def groups(self, text):
        return self.write("/proc/self/cgroup", text)

    def mounts(self, *lines):
        own = "22 1 0:20 / /proc rw,relatime shared:5 - proc proc rw\n"
        return self.write("/proc/self/mountinfo", own + "".join(f"{line}\n" for line in lines))

    @property
    def quota(self):
        return _core._cpu_quota(str(self.root))


SECOND = "41 31 0:30 {} /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"
FIRST = "32 31 0:29 {} /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct"


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


@linux
@pytest.mark.parametrize(
    ("written", "cpus"),
    [
        ("200000 100000\n", 2),
        ("250000 100000\n", 2),
        ("50000 100000\n", 1),
        ("max 100000\n", None),
        ("", None),
        ("text", None),
        ("-1 100000", None),
        ("100000 0", None),
        ("999999999999999999 1", 2**31 - 1),
    ],
)
def test_quota(tree, written, cpus):
    tree.groups("0::/app.slice/a\n").mounts(SECOND.format("/"))
    tree.write("/sys/fs/cgroup/app.slice/a/cpu.max", written)
    assert tree.quota == (None if cpus == 2**31 - 1 else cpus)


@linux
def test_quota_of_the_groups_above(tree):
    """The least holds, wherever it stands."""
    tree.groups("0::/a/b/c\n").mounts(SECOND.format("/"))
    assert tree.quota is None
    for path, quota, least in (("a/b/c", 5, 5), ("a", 3, 3), ("a/b", 4, 3), ("", 2, 2)):
        tree.write(f"/sys/fs/cgroup/{path}/cpu.max", f"{quota}00000 100000\n")
        assert tree.quota == least


@linux
def test_quota_of_a_container(tree):
    """Its own group, or one above it, is where the tree that it sees begins."""
    tree.groups("0::/docker/abc/sub\n").mounts(SECOND.format("/docker/abc"))
    tree.write("/sys/fs/cgroup/sub/cpu.max", "300000 100000\n")
    assert tree.quota == 3
    tree.write("/sys/fs/cgroup/cpu.max", "200000 100000\n")
    assert tree.quota == 2
    # A name space of its own: the path is not the one that the host sees, and may even lead out of it.
    tree.groups("0::/\n")
    assert tree.quota == 2
    tree.groups("0::/../other\n")
    assert tree.quota == 2
    # A name that begins alike is another group's.
    tree.groups("0::/docker/abc/sub\n").mounts(SECOND.format("/docker/ab"))
    tree.write("/sys/fs/cgroup/c/sub/cpu.max", "100000 100000\n")
    assert tree.quota == 2


@linux
def test_quota_of_the_first_version(tree):
    """With the second one mounted beside it, without a controller, as systemd has it."""
    tree.groups("9:name=systemd:/x\n4:cpu,cpuacct:/docker/abc\n3:cpuset:/y\n0::/z\n")
    mounts = (
        FIRST.format("/docker/abc"),
        SECOND.format("/").replace("cgroup ", "cgroup/unified ", 1),
    )
    tree.mounts(*mounts)
    assert tree.quota is None
    folder = "/sys/fs/cgroup/cpu,cpuacct"
    tree.write(f"{folder}/cpu.cfs_period_us", "100000\n")
    assert tree.quota is None
    for written, cpus in (("-1", None), ("400000", 4), ("90000", 1)):
        tree.write(f"{folder}/cpu.cfs_quota_us", f"{written}\n")
        assert tree.quota == cpus
    # cpuset is another controller.
    tree.mounts(FIRST.format("/"))
    tree.write(f"{folder}/cpu.cfs_quota_us", "-1\n")
    tree.write(f"{folder}/y/cpu.cfs_quota_us", "100000\n")
    tree.write(f"{folder}/y/cpu.cfs_period_us", "100000\n")
    assert tree.quota is None


@linux
def test_reading_a_quota_leaves_no_file_open(tree):
    tree.groups("0::/a\n").mounts(SECOND.format("/"))
    tree.write("/sys/fs/cgroup/a/cpu.max", "200000 100000\n")
    before = len(os.listdir("/proc/self/fd"))
    assert tree.quota == 2
    assert len(os.listdir("/proc/self/fd")) == before


@linux
def test_no_quota(tree):
    assert tree.quota is None
    tree.groups("0::/a\n")
    assert tree.quota is None
    tree.mounts(SECOND.format("/"))
    assert tree.quota is None
    for text in ("", "\n", "::\n", "0:", "x\n0::\n", "1:cpu\n", "\0" * 10, "0::/" + "a" * 10_000):
        tree.groups(text)
        assert tree.quota is None, text
    tree.groups("0::/a\n")
    for line in ("", " - ", "- cgroup2", "1 2 3 - cgroup2 x rw", "a" * 9000 + " - cgroup2 x rw"):
        tree.mounts(line)
        assert tree.quota is None, line


@contextlib.contextmanager
def real_group(cpus):
    """A control group with that quota, and the file that takes processes in."""
    for mount, controllers in (("/sys/fs/cgroup/cpu", None), ("/sys/fs/cgroup", "cgroup.subtree_control")):  # fmt: skip
        group = pathlib.Path(mount, f"fastsigmoid-test-{os.getpid()}")
        try:
            if controllers is not None and "cpu" not in group.with_name(controllers).read_text():
                continue
            group.mkdir()
        except OSError:
            continue
        try:
            if controllers is None:
                (group / "cpu.cfs_quota_us").write_text(str(cpus * 100_000))
            else:
                (group / "cpu.max").write_text(f"{cpus}00000 100000")
            yield group / "cgroup.procs"
        finally:
            group.rmdir()
        return
    pytest.skip("no control group can be made here")


@pytest.mark.slow
@linux
def test_quota_of_a_real_group(run, threads_of):
    with real_group(1) as members:
        enter = f"import os, pathlib\npathlib.Path({str(members)!r}).write_text(str(os.getpid()))"
        assert threads_of(enter) == (1, "")
        assert threads_of(enter, **{OWN: "2"}) == (2, "")


# Fork.

FORK = f"""
import os
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # NumPy's own helpers are not those that count
import sys, threading, time, warnings
{EXPECTED}
def is_right():
    return function(x).tobytes() == expected.tobytes()

def threads():
    return len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else None

def fork(*checks):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if all(check() for check in checks) else 2
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0

alone = threads()
"""


@pytest.mark.slow
@needs_fork
def test_helpers_end_before_a_fork(run_code):
    """Python 3.12 and later warn of forks beside threads: as errors, here."""
    run_code(f"""{FORK}
for _ in range(5):
    assert is_right()
    assert threads() in (None, alone + 2)
    fork(lambda: threads() in (None, 1), is_right, lambda: threads() in (None, 3), is_right)
    assert threads() == alone
""")


@pytest.mark.slow
@needs_fork
def test_fork_in_a_child(run_code):
    run_code(f"""{FORK}
assert is_right()
fork(is_right, lambda: fork(is_right, lambda: fork(is_right) is None) is None, is_right)
fork(lambda: fork(is_right) is None, is_right)
assert is_right()
""")


@pytest.mark.slow
@needs_fork
def test_fork_during_a_job(run_code):
    """Of which a warning is deserved."""
    run_code(f"""{FORK}
warnings.simplefilter("ignore", DeprecationWarning)
stop = threading.Event()
done = [0, 0]

def work(which):
    large, out = np.resize(x, 1_000_000), np.empty(1_000_000)
    while not stop.is_set():
        function(large, out)
        done[which] += 1

workers = [threading.Thread(target=work, args=[which]) for which in range(2)]
[worker.start() for worker in workers]
for i in range(15):
    time.sleep(i * 2e-4)
    fork(is_right, is_right)
end = time.monotonic() + 60
while min(done) < 3 and time.monotonic() < end:
    time.sleep(0.01)
stop.set()
[worker.join() for worker in workers]
assert min(done) >= 3, done
assert is_right()
""")


@pytest.mark.slow
@needs_fork
def test_forks_at_once(run_code):
    """By threads that call, too."""
    run_code(f"""{FORK}
warnings.simplefilter("ignore", DeprecationWarning)
failed = []

def work():
    try:
        for _ in range(8):
            assert is_right()
            fork(is_right)
    except BaseException as error:
        failed.append(error)

workers = [threading.Thread(target=work) for _ in range(4)]
[worker.start() for worker in workers]
[worker.join() for worker in workers]
assert not failed, failed
assert is_right()
""")


# Where threads cannot be had, and where all ends.


@pytest.mark.slow
@linux
def test_refused_threads(run_code):
    """By RLIMIT_NPROC, which root is not subject to; when there is room again, they start after a while."""
    run_code("""
import os, resource
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
x = np.random.default_rng(0).normal(0, 20, 70_000)
set_num_threads(1)
expected = function(x)
count = lambda: len(os.listdir("/proc/self/task"))
before = count()
if os.getuid() == 0:
    os.setuid(65534)
soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
resource.setrlimit(resource.RLIMIT_NPROC, (0, hard))
set_num_threads(2)
for _ in range(3):
    assert function(x).tobytes() == expected.tobytes()
assert count() == before, "the limit does not work"
resource.setrlimit(resource.RLIMIT_NPROC, (soft, hard))
calls = 0
while count() == before:
    assert function(x).tobytes() == expected.tobytes()
    calls += 1
    assert calls < 3000
assert calls > 100
""")


@pytest.mark.slow
@linux
def test_no_memory_for_threads(run_code):
    """For their stacks."""
    run_code("""
import resource
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
x, out = np.zeros(2_000_000), np.empty(2_000_000)
set_num_threads(9)
expected = function(0.0)
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
soft, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (used + 200_000, hard))
function(x, out)
resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
assert (out == expected).all()
""")


# As in test_lifecycle.py: mended in 3.14.
UNMENDED = bool(sysconfig.get_config_var("Py_GIL_DISABLED")) and sys.version_info < (3, 14)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "os._exit(0)", "sys.exit()", "raise SystemExit(0)"])
@pytest.mark.parametrize("during", [False, True])
def test_the_end(run, end, during):
    """With helpers asleep, and in the midst of a job."""
    if during and not end and UNMENDED:
        pytest.skip("gh-124878 of this free-threaded CPython")
    code = f"""
import os, sys, threading, time
import numpy as np
from fastsigmoid import sigmoid as function, set_num_threads
set_num_threads(3)
x, out = np.zeros(1_000_000), np.empty(1_000_000)
function(x, out)
started = threading.Event()

def work():
    while True:
        function(x, out)
        started.set()

if {during}:
    threading.Thread(target=work, daemon=True).start()
    started.wait()
{end}
"""
    result = run("-c", code)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.slow
@linux
def test_reload(run_code):
    """There is one pool in a process, and one choice, for all copies of the module."""
    run_code("""
import os, sys
import numpy as np
import fastsigmoid
x, out = np.zeros(1_000_000), np.empty(1_000_000)
fastsigmoid.set_num_threads(3)
old = fastsigmoid.sigmoid
old(x, out)
count = len(os.listdir("/proc/self/task"))
for name in [name for name in sys.modules if name.partition(".")[0] == "fastsigmoid"]:
    del sys.modules[name]
import fastsigmoid
assert fastsigmoid.get_num_threads() == 3
assert (fastsigmoid.sigmoid(x, out) == old(0.0)).all()
old(x, out)
assert len(os.listdir("/proc/self/task")) == count
""")
