"""The ways of computing a sigmoid, as people write them, and the calls to time.

The five usual ones are always measured.  torch and numba are loaded when they are asked for.
"""

import math
import re

import numpy as np

import fastsigmoid

from .timing import Case

SKIPPED = []  # why rivals are not measured
VERSIONS = {}  # of the rivals that have been loaded


class Unavailable(Exception):
    """Says why something cannot be measured here."""


try:
    from scipy.special import expit as scipy_expit
except ImportError:
    scipy_expit = None
    SKIPPED.append("scipy is not installed")


def math_naive(x):
    return 1 / (1 + math.exp(-x))


def math_stable(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    z = math.exp(x)
    return z / (1 + z)


def numpy_naive(x):
    return 1 / (1 + np.exp(-x))


def numpy_stable(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


SIGMOID = "fastsigmoid.sigmoid(x)"
SIGMOID_OUT = "fastsigmoid.sigmoid(x, out=out)"
EXPIT = "fastsigmoid.expit(x)"
EXPIT_OUT = "fastsigmoid.expit(x, out)"
SCIPY = "scipy.special.expit(x)"
SCIPY_OUT = "scipy.special.expit(x, out)"
NUMPY_NAIVE = "1 / (1 + np.exp(-x))"
NUMPY_STABLE = "np.where, two branches"
MATH_NAIVE = "1 / (1 + math.exp(-x))"
MATH_STABLE = "math.exp, two branches"
MATH_EXP = "math.exp(x)"
COPY = "np.copyto(out, x)"
TORCH = "torch.sigmoid(x, out=out)"
NUMBA = "numba with SVML"

OURS = [SIGMOID, SIGMOID_OUT, EXPIT, EXPIT_OUT]
FLOORS = [MATH_EXP, COPY]  # no sigmoid, but the least that one can hope to pay

# The calls to time: label, statement, function.
NEW_ARRAY_CALLS = [
    (SIGMOID, "f(x)", fastsigmoid.sigmoid),
    (EXPIT, "f(x)", fastsigmoid.expit),
    (SCIPY, "f(x)", scipy_expit),
    (NUMPY_NAIVE, "f(x)", numpy_naive),
    (NUMPY_STABLE, "f(x)", numpy_stable),
]
SCALAR_CALLS = [
    *NEW_ARRAY_CALLS,
    (MATH_NAIVE, "f(x)", math_naive),
    (MATH_STABLE, "f(x)", math_stable),
    (MATH_EXP, "f(x)", math.exp),
]
LIST_CALLS = [
    (f"{MATH_NAIVE}, list", "[f(value) for value in x]", math_naive),
    (f"{MATH_STABLE}, list", "[f(value) for value in x]", math_stable),
]
OUT_CALLS = [
    (SIGMOID_OUT, "f(x, out=out)", fastsigmoid.sigmoid),
    (EXPIT_OUT, "f(x, out)", fastsigmoid.expit),
    (SCIPY_OUT, "f(x, out)", scipy_expit),
    (COPY, "f(out, x)", np.copyto),
]


def cases_of(calls, **names):
    return [
        Case(label, statement, {"f": function, **names})
        for label, statement, function in calls
        if function is not None
    ]


def torch_case(x):
    try:
        import torch
    except ImportError:
        raise Unavailable("torch is not installed") from None
    VERSIONS["torch"] = torch.__version__
    torch.set_num_threads(1)
    # By way of integers, since torch does not read NumPy's bfloat16; and a copy, since torch
    # aligns its own memory better than NumPy does.
    bits = torch.from_numpy(x.view(f"i{x.itemsize}"))
    tensor = bits.view(getattr(torch, x.dtype.name)).clone()
    names = {"f": torch.sigmoid, "x": tensor, "out": torch.empty_like(tensor)}
    return Case(TORCH, "f(x, out=out)", names)


def numba_case(x):
    try:
        import numba
    except ImportError:
        raise Unavailable("numba is not installed") from None

    # As NumPy divides: a check for zero would keep the loop from being vectorized.
    @numba.njit(fastmath=True, error_model="numpy")
    def kernel(x, out):
        for i in range(x.size):
            out[i] = 1 / (1 + math.exp(-x[i]))

    out = np.empty_like(x)
    kernel(x, out)
    (assembly,) = kernel.inspect_asm().values()
    svml = re.search(r"__svml_exp(f?)(\d+)", assembly)
    if svml is None:
        raise Unavailable(f"numba {numba.__version__} does not find SVML")
    bits = int(svml[2]) * (32 if svml[1] else 64)
    VERSIONS["numba"] = f"{numba.__version__}, SVML of {bits} bits"
    return Case(NUMBA, "f(x, out)", {"f": kernel, "x": x, "out": out})


# These may be missing, and take seconds to load.
LOADED = {TORCH: torch_case, NUMBA: numba_case}


def functions_of(dtype):
    """The functions over arrays whose results are compared with the truth, by label."""
    functions = {label: function for label, _, function in NEW_ARRAY_CALLS if function is not None}
    if dtype == np.float64:
        for label, function in [(MATH_NAIVE, math_naive), (MATH_STABLE, math_stable)]:
            functions[label] = np.vectorize(function, otypes=[dtype])
    return functions
