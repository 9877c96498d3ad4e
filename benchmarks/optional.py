"""The rivals that may be missing, and take seconds to load: one class each.

``scalar`` and ``arrays`` give the calls to time with a float and with an array; ``compute`` is the
function over arrays whose results are compared with the truth.  All keep to one thread, but for jax, which
only the one core of the process makes do so.
"""

import importlib
import math
import re

import numpy as np

from .timing import Case


class Unavailable(Exception):
    """Says why something cannot be measured here."""


def load(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise Unavailable(f"{name} is not installed") from None
    except (ImportError, OSError, RuntimeError) as error:
        # It does not suit this machine.
        raise Unavailable(f"{name} cannot be loaded: {error}") from None


class Torch:
    ONE, NEW, OUT = "torch.sigmoid, 0-d tensor", "torch.sigmoid(x)", "torch.sigmoid(x, out=out)"

    def __init__(self):
        self.torch = load("torch")
        self.version = self.torch.__version__
        self.label = self.NEW

    def scalar(self, x):
        self.torch.set_num_threads(1)
        tensor = self.torch.tensor(x, dtype=self.torch.float64)
        return [Case(self.ONE, "f(x)", {"f": self.torch.sigmoid, "x": tensor})]

    def arrays(self, x):
        self.torch.set_num_threads(1)
        # A copy, since torch aligns its own memory better than NumPy does.
        tensor = self._tensor(x).clone()
        names = {"f": self.torch.sigmoid, "x": tensor, "out": self.torch.empty_like(tensor)}
        return [Case(self.NEW, "f(x)", names), Case(self.OUT, "f(x, out=out)", names)]

    def compute(self, x):
        result = self.torch.sigmoid(self._tensor(x))
        return result.view(getattr(self.torch, f"int{8 * x.itemsize}")).numpy().view(x.dtype)

    def _tensor(self, x):
        # By way of integers, since torch does not read NumPy's bfloat16.
        bits = self.torch.from_numpy(x.view(f"i{x.itemsize}"))
        return bits.view(getattr(self.torch, x.dtype.name))


class Jax:
    NEW = "jax.jit(jax.nn.sigmoid)(x)"

    def __init__(self):
        self.jax = load("jax")
        self.version = self.jax.__version__
        self.jax.config.update("jax_enable_x64", True)
        self.jax.config.update("jax_platforms", "cpu")
        self.function = self.jax.jit(self.jax.nn.sigmoid)
        self.label = self.NEW

    def scalar(self, x):
        return []

    def arrays(self, x):
        names = {"f": self.function, "x": self.jax.numpy.asarray(x)}
        return [Case(self.NEW, "f(x).block_until_ready()", names)]

    def compute(self, x):
        return np.asarray(self.function(x))


class Numba:
    """With Intel's vector library, where numba finds it; else with the loop as LLVM leaves it.

    fastmath costs digits, but it is what makes a rival of it: without it numba takes other functions of that library.
    """

    SVML = "numba with SVML"
    PLAIN = "numba without SVML"
    ONE, NEW, OUT = f"{SVML}, one float", f"{SVML}, f(x)", f"{SVML}, f(x, out)"
    HUGE_PAGES = 1 << 22  # bytes from which on NumPy asks for them

    def __init__(self):
        numba = load("numba")

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
        self.new_large = numba.vectorize(signatures, fastmath=True)(one.py_func)

        self.one, self.new, self.given = one, new, given
        given(np.zeros(1), np.zeros(1))
        (assembly,) = given.inspect_asm().values()
        svml = re.search(r"__svml_exp(?:f?)(\d+)", assembly)
        self.has_svml = svml is not None
        of_bits = f"SVML of {64 * int(svml[1])} bits" if svml else "without SVML"
        self.version = f"{numba.__version__}, {of_bits}"
        self.label = self._label(self.NEW)

    def scalar(self, x):
        return [Case(self._label(self.ONE), "f(x)", {"f": self.one, "x": x})]

    def arrays(self, x):
        self._check(x)
        return [
            Case(self._label(self.NEW), "f(x)", {"f": self._new(x), "x": x}),
            Case(self._label(self.OUT), "f(x, out)", {"f": self.given, "x": x, "out": x.copy()}),
        ]

    def compute(self, x):
        self._check(x)
        return self._new(x)(x)

    def _new(self, x):
        return self.new if x.nbytes < self.HUGE_PAGES else self.new_large

    def _label(self, label):
        return label if self.has_svml else label.replace(self.SVML, self.PLAIN)

    def _check(self, x):
        if x.dtype not in (np.float64, np.float32):
            raise Unavailable(f"numba has no {x.dtype} on the CPU")


class NumExpr:
    NEW, OUT = "numexpr.evaluate(...)", "numexpr.evaluate(..., out=out)"
    EXPRESSION = "1 / (1 + exp(-x))"

    def __init__(self):
        self.numexpr = load("numexpr")
        self.version = self.numexpr.__version__
        self.numexpr.set_num_threads(1)
        self.label = self.NEW

    def scalar(self, x):
        return []

    def arrays(self, x):
        self._check(x)
        names = {"f": self.numexpr.evaluate, "given": {"x": x}, "out": np.empty_like(x)}
        call = f"f({self.EXPRESSION!r}, given"
        return [Case(self.NEW, f"{call})", names), Case(self.OUT, f"{call}, out=out)", names)]

    def compute(self, x):
        self._check(x)
        return self.numexpr.evaluate(self.EXPRESSION, {"x": x})

    def _check(self, x):
        if x.dtype not in (np.float64, np.float32):
            raise Unavailable(f"numexpr has no {x.dtype}")


class OnnxRuntime:
    NEW, OUT = "onnxruntime, run", "onnxruntime, bound to out"

    def __init__(self):
        self.onnxruntime = load("onnxruntime")
        self.onnx = load("onnx")  # makes the model
        self.version = self.onnxruntime.__version__
        self.label = self.NEW

    def scalar(self, x):
        return []

    def arrays(self, x):
        session = self._session(x.dtype)
        binding = session.io_binding()
        out = np.empty_like(x)
        shape = (x.size,)
        binding.bind_input("x", "cpu", 0, x.dtype.type, shape, x.ctypes.data)
        binding.bind_output("y", "cpu", 0, x.dtype.type, shape, out.ctypes.data)
        kept = {"x": x, "out": out}  # the binding has their addresses only
        return [
            Case(self.NEW, "f(None, given)", {"f": session.run, "given": {"x": x}}),
            Case(self.OUT, "f(given)", {"f": session.run_with_iobinding, "given": binding, **kept}),
        ]

    def compute(self, x):
        return self._session(x.dtype).run(None, {"x": x})[0]

    def _session(self, dtype):
        if dtype not in (np.float64, np.float32, np.float16):
            raise Unavailable(f"onnxruntime takes no {dtype} of NumPy")
        helper = self.onnx.helper
        of_type = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        x, y = (helper.make_tensor_value_info(name, of_type, ["n"]) for name in "xy")
        graph = helper.make_graph([helper.make_node("Sigmoid", ["x"], ["y"])], "sigmoid", [x], [y])
        # As old as the operator allows, for any runtime to read it.
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        options = self.onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        return self.onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )


class LongDouble:
    """SciPy's expit by way of a wider format: nearly correctly rounded."""

    NEW = "expit(x.astype(longdouble))"
    LARGEST = 1_000_000  # at a hundred times our cost

    def __init__(self):
        self.expit = load("scipy.special").expit
        self.version = f"{np.finfo(np.longdouble).nmant + 1} bits"
        if np.finfo(np.longdouble).nmant == np.finfo(np.float64).nmant:
            raise Unavailable("long double is no wider than double here")
        self.label = self.NEW

    def scalar(self, x):
        return []

    def arrays(self, x):
        if x.size > self.LARGEST:
            return []
        names = {"f": self.expit, "x": x, "wide": np.longdouble, "dtype": x.dtype}
        return [Case(self.NEW, "f(x.astype(wide)).astype(dtype)", names)]

    def compute(self, x):
        return self.expit(x.astype(np.longdouble)).astype(x.dtype)


OPTIONAL = {
    "torch": Torch,
    "jax": Jax,
    "numba": Numba,
    "numexpr": NumExpr,
    "onnxruntime": OnnxRuntime,
    "longdouble": LongDouble,
}

# The rival of each call with a given array, and all these calls.
RIVAL_OF = {Torch.OUT: "torch", Numba.OUT: "numba"}
OUT_LABELS = {
    Torch.OUT,
    Numba.OUT,
    Numba.OUT.replace(Numba.SVML, Numba.PLAIN),
    NumExpr.OUT,
    OnnxRuntime.OUT,
}
