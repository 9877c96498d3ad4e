"""The groups of calls that take turns."""

from typing import NamedTuple

import numpy as np

import fastsigmoid

from . import rivals
from .rivals import EXPIT, SCIPY, SIGMOID, SIGMOID_OUT, Unavailable
from .timing import Case

# Nobody computes more numbers than this by a list comprehension.
LONGEST_LIST = 1000

# Where each format has its special inputs: (low, high) of x, and what makes x an exact tie.
SATURATED = {"float64": ((-1000, -750), (40, 1000)), "float32": ((-1000, -110), (20, 1000))}
SUBNORMAL = {"float64": (-745.1, -708.4), "float32": (-103.9, -87.4)}
SLOPE = {"float64": (-700, 0), "float32": (-80, -20)}
TIES = {"float64": (2.0**-52, 1 << 19), "float32": (2.0**-23, 1 << 9)}

NORMAL = "normal data"
STRIDED = "every 2nd element of x"
BOTH_STRIDED = "every 2nd element of x and of out"
OUT_OF_PLACE = "out of place"
IN_PLACE = "in place"


class Group(NamedTuple):
    """Calls that take turns in one process, which starts with these environment variables."""

    kind: str
    arguments: tuple
    settings: tuple = ()

    def __str__(self):
        arguments = (f"{value:,}" if isinstance(value, int) else value for value in self.arguments)
        settings = (f"{name}={value}" for name, value in self.settings)
        return " ".join(map(str, (self.kind, *arguments, *settings)))

    def cases(self):
        return KINDS[self.kind](*self.arguments)


def scalar(x):
    return rivals.cases_of(rivals.SCALAR_CALLS, x=x)


def numpy_scalar(x):
    return scalar(np.float64(x))


def list_of(n):
    calls = [call for call in rivals.NEW_ARRAY_CALLS if call[0] in (SIGMOID, EXPIT, SCIPY)]
    return rivals.cases_of(calls, x=normal("float64", n).tolist())


def array(dtype, n):
    x = normal(dtype, n)
    cases = rivals.cases_of(rivals.NEW_ARRAY_CALLS, x=x)
    cases += rivals.cases_of(rivals.OUT_CALLS, x=x, out=np.empty_like(x))
    if dtype == "float64" and n <= LONGEST_LIST:
        cases += rivals.cases_of(rivals.LIST_CALLS, x=x.tolist())
    return cases


def beside(rival, dtype, n):
    """Results in a given array: ours and a rival's."""
    x = normal(dtype, n)
    calls = [call for call in rivals.OUT_CALLS if call[0] in (SIGMOID_OUT, rival)]
    cases = rivals.cases_of(calls, x=x, out=np.empty_like(x))
    if rival in rivals.LOADED:
        cases.append(rivals.LOADED[rival](x))
    return cases


def data(dtype, n):
    """Our own call on data and layouts that might be slow."""
    random = np.random.default_rng(0)
    low, high = SATURATED[dtype]
    saturated = np.concatenate([random.uniform(*low, n // 2), random.uniform(*high, n // 2)])
    unit, most = TIES[dtype]
    inputs = {
        NORMAL: normal(dtype, n),
        "saturated": random.permutation(saturated),
        "inf": random.choice([-np.inf, np.inf], n),
        "NaN": np.full(n, np.nan),
        f"uniform{SLOPE[dtype]}": random.uniform(*SLOPE[dtype], n),
        "subnormal results": random.uniform(*SUBNORMAL[dtype], n),
        # 1/2 + x/4 lies halfway between two results; for x < 0 these lie half as far apart.
        "exact ties": (2 * random.integers(most, size=n) + 1) * random.choice([unit, -unit / 2], n),
    }
    cases = [_given(label, x.astype(dtype), np.empty(n, dtype)) for label, x in inputs.items()]

    apart = np.repeat(inputs[NORMAL], 2)
    cases.append(_given(STRIDED, apart[::2], np.empty(n, dtype)))
    cases.append(_given(BOTH_STRIDED, apart[::2], np.empty(2 * n, dtype)[::2]))

    # Calls in place work on their own results, which end at the fixed point: start there.
    settled = np.full(n, fixed_point(dtype))
    cases.append(_given(OUT_OF_PLACE, settled, np.empty(n, dtype)))
    cases.append(_given(IN_PLACE, settled, settled))
    return cases


KINDS = {
    "scalar": scalar,
    "np.float64": numpy_scalar,
    "list": list_of,
    "array": array,
    "beside": beside,
    "data": data,
}


def normal(dtype, n):
    if dtype == "bfloat16":
        try:
            import ml_dtypes  # noqa: F401  (tells NumPy the name)
        except ImportError:
            raise Unavailable("ml_dtypes is not installed") from None
    return np.random.default_rng(0).normal(scale=4, size=n).astype(dtype)


def fixed_point(dtype):
    x = np.dtype(dtype).type(0.5)
    while (y := fastsigmoid.sigmoid(x)) != x:
        x = y
    return x


def _given(label, x, out):
    return Case(label, "f(x, out=out)", {"f": fastsigmoid.sigmoid, "x": x, "out": out})
