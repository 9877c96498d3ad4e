"""The ways of computing a sigmoid, ours among them, and the groups of calls that take turns.

All keep to one thread, but for jax, which only the one core of the process makes do so.
"""

import functools
import importlib
import importlib.metadata
import importlib.util
import math
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fastsigmoid import expit, set_num_threads, sigmoid

from . import accuracy
from .measure import Blocks, Case, Unavailable

SIGMOID, SIGMOID_OUT = "fastsigmoid.sigmoid(x)", "fastsigmoid.sigmoid(x, out=out)"
EXPIT, EXPIT_OUT = "fastsigmoid.expit(x)", "fastsigmoid.expit(x, out)"
SCIPY, SCIPY_OUT = "scipy.special.expit(x)", "scipy.special.expit(x, out)"
NAIVE, BRANCHES = "1 / (1 + np.exp(-x))", "np.where, two branches"
MATH, MATH_BRANCHES = "1 / (1 + math.exp(-x))", "math.exp, two branches"
TORCH_ONE = "torch.sigmoid, 0-d tensor"
TORCH, TORCH_OUT = "torch.sigmoid(x)", "torch.sigmoid(x, out=out)"
JAX = "jax.jit(jax.nn.sigmoid)(x)"
NUMBA_ONE, SVML_ONE = "numba, one float", "numba with SVML, one float"
NUMBA, NUMBA_OUT = "numba, f(x)", "numba, f(x, out)"
SVML, SVML_OUT = "numba with SVML, f(x)", "numba with SVML, f(x, out)"
NUMEXPR, NUMEXPR_OUT = "numexpr.evaluate(...)", "numexpr.evaluate(..., out=out)"
ONNX, ONNX_OUT = "onnxruntime, run", "onnxruntime, bound to out"
WIDE = "expit(x.astype(longdouble))"
COMPILED, COMPILED_LOOP = "expit(x) in @njit", "expit(v) in a loop of @njit"
COMPILED_MATH = "1 / (1 + math.exp(-v)) in a loop of @njit"
MATH_EXP, COPY = "math.exp(x)", "np.copyto(out, x)"
SIGMOID_AGAIN = f"{SIGMOID_OUT}, the same x again"
HUGE_PAGES = 1 << 22  # bytes from which on NumPy asks for them

OURS = {SIGMOID, SIGMOID_OUT, SIGMOID_AGAIN, EXPIT, EXPIT_OUT}
OUT = {SIGMOID_OUT, SIGMOID_AGAIN, EXPIT_OUT, SCIPY_OUT, TORCH_OUT, NUMBA_OUT, SVML_OUT}
OUT |= {NUMEXPR_OUT, ONNX_OUT, COPY}
# No sigmoid, but the least that one can hope to pay.
FLOORS = {MATH_EXP, COPY}


def ours_beside(label):
    return SIGMOID_OUT if label in OUT else SIGMOID


def _load(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise Unavailable(f"{name.partition('.')[0]} is not installed") from None
    except (ImportError, OSError, RuntimeError) as error:
        # It does not suit this machine.
        raise Unavailable(f"{name} cannot be loaded: {error}") from None


@dataclass
class Way:
    """The calls of one way of computing: of one float, into a new array, into a given one; x is what it prepares."""

    one: str = ""  # labels, where there is such a call
    new: str = ""
    out: str = ""
    call: str = "f(x)"
    call_out: str = "f(x, out)"
    names: dict = field(default_factory=dict)
    prepare: Callable = lambda x: x
    prepare_out: Callable | None = None  # where it is another
    view: Callable | None = None  # where results must not be those of a copy
    back: Callable = lambda y: y  # to an array of NumPy
    dtypes: tuple = ("float64", "float32", "float16", "bfloat16")
    largest: float = math.inf

    def floats(self, x):
        x = Blocks(map(self.prepare, x)) if isinstance(x, Blocks) else self.prepare(x)
        return [Case(self.one, self.call, self.names | {"x": x})] if self.one else []

    def arrays(self, blocks):
        self.check(blocks[0].dtype)
        if blocks[0].size > self.largest:
            return []
        out = (self.prepare_out or self.prepare)(np.empty_like(blocks[0]))
        names = {"blocks": blocks, "x": Blocks(map(self.prepare, blocks)), "out": out}
        calls = [(self.new, self.call), (self.out, self.call_out)]
        return [Case(label, call, self.names | names) for label, call in calls if label]

    def functions(self, dtype):
        self.check(dtype)
        if not self.new:
            return {}
        code = compile(self.call, self.new, "eval")
        view = self.view or self.prepare
        return {self.new: lambda x: self.back(eval(code, self.names | {"x": view(x)}))}

    def check(self, dtype):
        if dtype.name not in self.dtypes:
            raise Unavailable(f"no {dtype}: {self.new}")


class Again(Way):
    """One of the blocks, again and again."""

    def arrays(self, blocks):
        return super().arrays(blocks[:1]) if len(blocks) > 1 else []


def fastsigmoid():
    given = {"call_out": "f(x, out=out)", "names": {"f": sigmoid}}
    return "", [
        Way(SIGMOID, SIGMOID, SIGMOID_OUT, **given),
        Way(EXPIT, EXPIT, EXPIT_OUT, names={"f": expit}),
        Again(out=SIGMOID_AGAIN, **given),
    ]


def floor():
    return "", [
        Way(one=MATH_EXP, names={"f": math.exp}),
        Way(out=COPY, call_out="f(out, x)", names={"f": np.copyto}),
    ]


def scipy():
    return "", [Way(SCIPY, SCIPY, SCIPY_OUT, names={"f": _load("scipy.special").expit})]


def naive(x):
    return 1 / (1 + np.exp(-x))


def branches(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def math_naive(x):
    return 1 / (1 + math.exp(-x))


def math_branches(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    z = math.exp(x)
    return z / (1 + z)


class OneByOne(Way):
    def arrays(self, blocks):
        # Nobody computes more numbers than this one by one.
        if blocks[0].dtype != np.float64 or blocks[0].size > 1000:
            return []
        names = self.names | {"x": Blocks(x.tolist() for x in blocks)}
        return [Case(f"{self.one}, list", "[f(value) for value in x]", names)]

    def functions(self, dtype):
        one_by_one = np.vectorize(self.names["f"], otypes=[dtype])
        return {self.one: one_by_one} if dtype == np.float64 else {}


def written():
    """As people write it."""
    by_numpy = {NAIVE: naive, BRANCHES: branches}
    by_math = {MATH: math_naive, MATH_BRANCHES: math_branches}
    ways = [Way(label, label, names={"f": f}) for label, f in by_numpy.items()]
    return "", ways + [OneByOne(label, names={"f": f}) for label, f in by_math.items()]


def torch():
    torch = _load("torch")
    torch.set_num_threads(1)

    def tensor(x):
        if isinstance(x, float):
            return torch.tensor(x, dtype=torch.float64)
        # By way of integers, since torch does not read NumPy's bfloat16.
        bits = torch.from_numpy(x.view(f"i{x.itemsize}"))
        return bits.view(getattr(torch, x.dtype.name))

    def array(y):
        bits = y.view(getattr(torch, f"int{8 * y.element_size()}")).numpy()
        return bits.view(str(y.dtype).removeprefix("torch."))

    way = Way(
        TORCH_ONE,
        TORCH,
        TORCH_OUT,
        call_out="f(x, out=out)",
        names={"f": torch.sigmoid, "torch": torch},
        prepare=lambda x: tensor(x).clone(),  # which torch aligns better than NumPy
        view=tensor,
        back=array,
    )
    return torch.__version__, [way]


def jax():
    jax = _load("jax")
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    names = {"f": jax.jit(jax.nn.sigmoid)}
    call = "f(x).block_until_ready()"
    way = Way(new=JAX, call=call, names=names, prepare=jax.numpy.asarray, back=np.asarray)
    return jax.__version__, [way]


def numba(*labels):
    """fastmath costs digits, but it is what makes a rival of it: without it, it takes slower functions of SVML."""
    numba = _load("numba")
    # As NumPy divides: a check for zero would keep the loops from being vectorized.
    compiled = numba.njit(fastmath=True, error_model="numpy")

    @compiled
    def one(x):
        return 1 / (1 + math.exp(-x))

    @compiled
    def given(x, out):
        for i in range(x.size):
            out[i] = one(x[i])

    # A third off what a numba.vectorize'd function takes for a short array.
    @compiled
    def new(x):
        out = np.empty_like(x)
        given(x, out)
        return out

    # But that one has its results from NumPy, in huge pages if they are large: a third for 10 million.
    signatures = ["float64(float64)", "float32(float32)"]
    large = numba.vectorize(signatures, fastmath=True)(one.py_func)

    class Numba(Way):
        def arrays(self, blocks):
            self.names["f"] = large if blocks[0].nbytes >= HUGE_PAGES else new
            return super().arrays(blocks)

    given(np.zeros(1), np.zeros(1))
    (assembly,) = given.inspect_asm().values()
    svml = re.search(r"__svml_exp(?:f?)(\d+)", assembly)
    version = f"{numba.__version__}, " + (
        f"SVML of {64 * int(svml[1])} bits" if svml else "without SVML"
    )
    dtypes = "float64", "float32"
    one_float, *of_arrays = labels or (NUMBA_ONE, NUMBA, NUMBA_OUT)
    ways = [
        Way(one_float, names={"f": one}),
        Numba("", *of_arrays, "f(x)", "given(x, out)", {"f": new, "given": given}, dtypes=dtypes),
    ]
    return version, ways


def svml():
    """With Intel's vector library, in an environment where numba finds it."""
    version, ways = numba(SVML_ONE, SVML, SVML_OUT)
    if "without" in version:
        raise Unavailable("numba finds no SVML")
    return version, ways


def numexpr():
    numexpr = _load("numexpr")
    numexpr.set_num_threads(1)
    way = Way(
        new=NUMEXPR,
        out=NUMEXPR_OUT,
        call="f(expression, x)",
        call_out="f(expression, x, out=out)",
        names={"f": numexpr.evaluate, "expression": "1 / (1 + exp(-x))"},
        prepare=lambda x: {"x": x},
        prepare_out=lambda x: x,
        dtypes=("float64", "float32"),
    )
    return numexpr.__version__, [way]


def onnxruntime():
    onnxruntime, onnx = _load("onnxruntime"), _load("onnx")  # which makes the model

    @functools.cache
    def session(dtype):
        of_type = onnx.helper.np_dtype_to_tensor_dtype(dtype)
        x, y = (onnx.helper.make_tensor_value_info(name, of_type, ["n"]) for name in "xy")
        node = onnx.helper.make_node("Sigmoid", ["x"], ["y"])
        graph = onnx.helper.make_graph([node], "sigmoid", [x], [y])
        # As old as the operator allows, for any runtime to read it.
        opset = onnx.helper.make_opsetid("", 13)
        model = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        return onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def bound(x, out):
        binding = session(x.dtype).io_binding()
        binding.bind_input("x", "cpu", 0, x.dtype.type, x.shape, x.ctypes.data)
        binding.bind_output("y", "cpu", 0, x.dtype.type, x.shape, out.ctypes.data)
        return binding

    class OnnxRuntime(Way):
        def arrays(self, blocks):
            self.check(blocks[0].dtype)
            run, out = session(blocks[0].dtype), np.empty_like(blocks[0])
            given = Blocks({"x": x} for x in blocks)
            # A binding has the addresses only.
            names = {"f": run.run_with_iobinding, "blocks": blocks, "out": out}
            names["bound"] = Blocks(bound(x, out) for x in blocks)
            return [
                Case(ONNX, "f(None, given)", {"f": run.run, "given": given}),
                Case(ONNX_OUT, "f(bound)", names),
            ]

        def functions(self, dtype):
            self.check(dtype)
            return {ONNX: lambda x: session(x.dtype).run(None, {"x": x})[0]}

    return onnxruntime.__version__, [
        OnnxRuntime(new=ONNX, dtypes=("float64", "float32", "float16"))
    ]


def longdouble():
    """SciPy's expit by way of a wider format: nearly correctly rounded, at a hundred times our cost."""
    if np.finfo(np.longdouble).nmant == np.finfo(np.float64).nmant:
        raise Unavailable("long double is no wider than double here")
    names = {"f": _load("scipy.special").expit, "wide": np.longdouble}
    call = "f(x.astype(wide)).astype(x.dtype)"
    version = f"{np.finfo(np.longdouble).nmant + 1} bits"
    return version, [Way(new=WIDE, call=call, names=names, largest=100_000)]


ALL = [fastsigmoid, floor, scipy, written, torch, jax, numba, svml, numexpr, onnxruntime]
WAYS = {way.__name__: way for way in [*ALL, longdouble]}
# What is measured beside a rival that has an environment of its own; what is always measured; the others.
BESIDE = ["fastsigmoid", "floor", "scipy"]
USUAL = [*BESIDE, "written"]
OPTIONAL = [name for name in WAYS if name not in USUAL]


def collect(make, ways):
    """What make returns for each of them, in one list, and why some can do nothing of it."""
    found, reasons = [], []
    for way in ways:
        try:
            found += make(way)
        except Unavailable as reason:
            reasons.append(str(reason))
    return found, reasons


class Ways:
    """Those that are there, and why the others are not."""

    def __init__(self, names):
        self.there, self.versions, self.absent = {}, {}, {}
        for name in names:
            try:
                self.versions[name], self.there[name] = _made(name)
            except Unavailable as reason:
                self.absent[name] = str(reason)

    def collect(self, make):
        """What make returns for each of them, in one list; who can do nothing of it is absent."""
        collected = []
        for name, ways in self.there.items():
            found, reasons = collect(make, ways)
            collected += found
            if reasons and not found:
                self.absent[name] = f"{name} has {reasons[0]}"
        return collected


@functools.cache
def _made(name):
    return WAYS[name]()


# A predictor that has seen some ten thousand branches again and again foresees them: blocks of a million elements,
# but no more of them than fit a core's first cache with the code that calls them.
SET = 1 << 20
TURNS = 256
FRESH = "normal data"

# Where each format has its special inputs: (low, high) of x, and what makes x an exact tie.
SATURATED = {"float64": ((-1000, -750), (40, 1000)), "float32": ((-1000, -110), (20, 1000))}
SUBNORMAL = {"float64": (-745.1, -708.4), "float32": (-103.9, -87.4)}
SLOPE = {"float64": (-700, 0), "float32": (-80, -20)}
TIES = {"float64": (2.0**-52, 1 << 19), "float32": (2.0**-23, 1 << 9)}

STRIDED = "every 2nd element of x"
BOTH_STRIDED = "every 2nd element of x and of out"
OUT_OF_PLACE, IN_PLACE = "out of place", "in place"


def normal(dtype, n):
    """Blocks of n elements."""
    if dtype == "bfloat16":
        _load("ml_dtypes")  # tells NumPy the name
    turns = min(TURNS, max(1, SET // n))
    random = np.random.default_rng(0)
    x = random.standard_normal(turns * n, "f4" if n > SET else "f8") * 4
    return Blocks(x.astype(dtype).reshape(turns, n))


def floats(ways, x, effort):
    if x == FRESH:
        x = Blocks(value.item() for value in normal("float64", 1))
    return ways.collect(lambda way: way.floats(x))


def numpy_floats(ways, effort):
    x = Blocks(value[0] for value in normal("float64", 1))
    return ways.collect(lambda way: way.floats(x))


def array(ways, dtype, n, effort):
    return ways.collect(lambda way: way.arrays(normal(dtype, n)))


def beside(ways, label, dtype, n, effort):
    """Results in a given array: ours and a rival's."""
    cases = [case for case in array(ways, dtype, n, effort) if case.label in (SIGMOID_OUT, label)]
    if label not in [case.label for case in cases]:
        raise Unavailable(ways.absent.get(RIVAL_OF.get(label), f"no {label}"))
    return cases


def data(ways, dtype, n, effort):
    """Our own call on data and layouts that might be slow."""
    random = np.random.default_rng(0)
    shape = TURNS // 4, n
    low, high = SATURATED[dtype]
    unit, most = TIES[dtype]
    ties = (2 * random.integers(most, size=shape) + 1) * random.choice([unit, -unit / 2], shape)
    inputs = {
        FRESH: random.normal(scale=4, size=shape),
        "saturated": np.where(
            random.random(shape) < 0.5, random.uniform(*low, shape), random.uniform(*high, shape)
        ),
        "inf": random.choice([-np.inf, np.inf], shape),
        "NaN": np.full(shape, np.nan),
        f"uniform{SLOPE[dtype]}": random.uniform(*SLOPE[dtype], shape),
        "subnormal results": random.uniform(*SUBNORMAL[dtype], shape),
        # 1/2 + x/4 lies halfway between two results; for x < 0 these lie half as far apart.
        "exact ties": ties,
    }
    cases = [_given(label, x.astype(dtype), np.empty(n, dtype)) for label, x in inputs.items()]
    apart = np.repeat(inputs[FRESH].astype(dtype), 2, axis=1)[:, ::2]
    cases.append(_given(STRIDED, apart, np.empty(n, dtype)))
    cases.append(_given(BOTH_STRIDED, apart, np.empty(2 * n, dtype)[::2]))

    # Calls in place work on their own results, which end at the fixed point: start there.
    settled = np.full(n, _fixed_point(dtype))
    cases.append(_given(OUT_OF_PLACE, [settled], np.empty(n, dtype)))
    cases.append(_given(IN_PLACE, [settled], settled))
    return cases


def _given(label, blocks, out):
    return Case(label, "f(x, out=out)", {"f": sigmoid, "x": Blocks(blocks), "out": out})


def _fixed_point(dtype):
    x = np.dtype(dtype).type(0.5)
    while (y := sigmoid(x)) != x:
        x = y
    return x


# Whatever users pass: how one is made from random numbers, and what the call is where it is not f(x).
INPUTS = {
    "int array of 3": lambda r: r.integers(-9, 9, 3),
    "list of 3 ints": lambda r: r.integers(-9, 9, 3).tolist(),
    "[1.0, 2]": lambda r: [r.normal(), 2],
    "[[1.0]]": lambda r: [[r.normal()]],
    "np.int64": lambda r: r.integers(-9, 9),
    "bool array of 3": lambda r: r.random(3) < 0.5,
    "5 strided float64": lambda r: r.normal(size=10)[::2],
    "transposed 3x4": lambda r: r.normal(size=(4, 3)).T,
    "0-d float64": lambda r: np.array(r.normal()),
    "np.longdouble": lambda r: np.longdouble(r.normal()),
    "ndarray subclass": lambda r: r.normal(size=10).view(_Subclass),
    "masked array": lambda r: np.ma.array(r.normal(size=10), mask=r.random(10) < 0.5),
    "int array of 16,384": lambda r: r.integers(-9, 9, 16_384),
    "bool array of 16,384": lambda r: r.random(16_384) < 0.5,
    "float32 array of 16,384": lambda r: r.standard_normal(16_384, "f4"),
    "list 100 x 100": lambda r: r.normal(size=(100, 100)).tolist(),
    "list of 100 floats": lambda r: r.normal(size=100).tolist(),
    "list of 10,000 ints": lambda r: r.integers(-9, 9, 10_000).tolist(),
    "list of 1,000 np.float64": lambda r: list(r.normal(size=1000)),
    "tuple of 100 floats": lambda r: tuple(r.normal(size=100).tolist()),
    "Series of 1,000": lambda r: _load("pandas").Series(r.normal(size=1000)),
    "DataFrame of 1,000": lambda r: _load("pandas").DataFrame(r.normal(size=(250, 4))),
    "Series.map": lambda r: _load("pandas").Series(r.normal(size=1000)),
}
INPUT_CALLS = {"Series.map": "x.map(f)"}


class _Subclass(np.ndarray):
    pass


def inputs(ways, effort):
    """sigmoid(v) beside SciPy's expit(v)."""
    functions = {SIGMOID: sigmoid, SCIPY: _load("scipy.special").expit}
    cases = []
    for name, make in INPUTS.items():
        random = np.random.default_rng(0)
        try:
            x = Blocks(make(random) for _ in range(16))
        except Unavailable as reason:
            ways.absent["pandas"] = str(reason)
            continue
        call = INPUT_CALLS.get(name, "f(x)")
        for label, f in functions.items():
            cases.append(Case(f"{name}: {label}", call, {"f": f, "x": x}))
    return cases


def compiled(ways, dtype, n, effort):
    """Ours in functions that numba compiles, beside the same from Python, and what people write there."""
    njit = _load("numba").njit

    @njit
    def whole(x):
        return expit(x)

    @njit
    def loop(x):
        y = np.empty_like(x)
        for i in range(x.size):
            y[i] = expit(x[i])
        return y

    @njit
    def loop_of_math(x):
        y = np.empty_like(x)
        for i in range(x.size):
            y[i] = 1 / (1 + math.exp(-x[i]))
        return y

    functions = {EXPIT: expit, COMPILED: whole, COMPILED_LOOP: loop, COMPILED_MATH: loop_of_math}
    x = normal(dtype, n)
    return [Case(label, "f(x)", {"f": f, "x": x}) for label, f in functions.items()]


WORKERS = (1, 2)
CHUNK = 1 << 20
THREADED = [SIGMOID_OUT, SCIPY_OUT, COPY, TORCH_OUT]
BUSY = "while True: pass"


def threads(ways, dtype, n, effort):
    """One array by one thread or two: of the library's own where it has some, of Python's for the others."""
    return _by_threads(ways, normal(dtype, n))


def _by_threads(ways, blocks):
    cases, n = [], blocks[0].size
    for workers in WORKERS:
        for library, switch in (("fastsigmoid", set_num_threads), ("torch", _switch_of_torch)):
            for way in ways.there.get(library, []):
                for case in way.arrays(blocks):
                    if case.label in THREADED:
                        names = case.names | {"switch": switch, "workers": workers}
                        call = f"(switch(workers), {case.statement})"
                        cases.append(Case(by(case.label, workers), call, names))
        if n > CHUNK:
            cases += _by_threads_of_python(ways, blocks[0], workers)
    return cases


def _switch_of_torch(workers):
    _load("torch").set_num_threads(workers)


def _by_threads_of_python(ways, x, workers):
    out = np.empty_like(x)
    chunks = [(x[i : i + CHUNK], out[i : i + CHUNK]) for i in range(0, x.size, CHUNK)]
    functions = {COPY: lambda pair: np.copyto(pair[1], pair[0])}
    if "scipy" in ways.there:
        scipy_expit = _load("scipy.special").expit
        functions[SCIPY_OUT] = lambda pair: scipy_expit(*pair)
    run = ThreadPoolExecutor(workers).map
    return [
        Case(by(label, workers), "list(run(f, chunks))", {"run": run, "f": f, "chunks": chunks})
        for label, f in functions.items()
    ]


class _Neighbour:
    """A process that keeps a core busy as long as this lives."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-c", BUSY])

    def __del__(self):
        self.process.kill()
        self.process.wait()


def switched(ways, dtype, n, effort):
    """Ours alone by one thread or two: those of torch would keep the other core busy for a while after a call."""
    return _ours_by_threads(ways, normal(dtype, n))


def crowded(ways, dtype, n, effort):
    """The same, beside a process that wants a core, and of one block: each call is a sample."""
    neighbour = _Neighbour()
    return [
        case._replace(names=case.names | {"neighbour": neighbour})
        for case in _ours_by_threads(ways, Blocks(normal(dtype, n)[:1]))
    ]


def _ours_by_threads(ways, blocks):
    return [case for case in _by_threads(ways, blocks) if case.label.startswith(SIGMOID_OUT)]


def by(label, workers):
    return f"{label}, {workers} at work"


# A package, and what a user writes.
IMPORTS = [
    ("fastsigmoid", "import fastsigmoid"),
    ("fastsigmoid", "from fastsigmoid import expit"),
    ("numpy", "import numpy"),
    ("scipy", "from scipy.special import expit"),
    ("torch", "import torch"),
    ("numba", "import numba"),
    ("jax", "import jax"),
]
TIMED = """
import time
start = time.perf_counter()
{}
print(time.perf_counter() - start)
"""


def footprint(ways, effort):
    """What it costs to have a package: the time of its import in a new process, and its bytes on disk."""
    there = [item for item in IMPORTS if importlib.util.find_spec(item[0])]
    seconds = {line: [] for _, line in there}
    for _ in range(1 + effort.rounds // 2):  # the first one warms up the files
        for line, times in seconds.items():
            command = [sys.executable, "-c", TIMED.format(line)]
            times.append(float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))
    return [
        {"label": line, "seconds": sorted(seconds[line][1:]), "bytes": _bytes_of(name)}
        for name, line in there
    ]


def _bytes_of(distribution):
    files = importlib.metadata.files(distribution) or []
    paths = [Path(file.locate()) for file in files if file.suffix != ".pyc"]
    return sum(path.stat().st_size for path in paths if path.is_file())


def errors(ways, dtype, name, n, effort):
    return accuracy.errors(_functions(ways, dtype), dtype, name, n)


def bits(ways, dtype, effort):
    return accuracy.bits(_functions(ways, dtype), dtype)


def curve(ways, dtype, effort):
    return accuracy.curve(_functions(ways, dtype), dtype, effort.inputs)


def _functions(ways, dtype):
    """Those that take this dtype, by label."""
    if dtype == "bfloat16":
        _load("ml_dtypes")
    trial = np.zeros(1, dtype)

    def tried(way):
        functions = way.functions(trial.dtype)
        for f in functions.values():
            f(trial)
        return functions.items()

    return dict(ways.collect(tried))


KINDS = {
    "float": floats,
    "np.float64": numpy_floats,
    "array": array,
    "beside": beside,
    "data": data,
    "inputs": inputs,
    "compiled": compiled,
    "threads": threads,
    "switched": switched,
    "crowded": crowded,
    "footprint": footprint,
    "accuracy": errors,
    "bits": bits,
    "curve": curve,
}
RIVAL_OF = {
    TORCH_OUT: "torch",
    by(TORCH_OUT, 2): "torch",
    SVML_OUT: "svml",
    SCIPY: "scipy",
    SCIPY_OUT: "scipy",
}


def taking_part(group, names):
    """Which of these optional rivals do."""
    if group.kind in ("float", "array", "accuracy", "bits", "curve"):
        return names
    is_by_torch = group.kind == "threads" or group.kind.startswith("family")
    wanted = ["torch"] if is_by_torch else [*map(RIVAL_OF.get, group.arguments)]
    return [name for name in names if name in wanted]
