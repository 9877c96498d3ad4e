"""The groups of calls that take turns."""

import functools
from typing import NamedTuple

import numpy as np

import fastsigmoid

from . import rivals, shared
from .optional import OPTIONAL, RIVAL_OF, Unavailable, load
from .rivals import EXPIT, REFERENCES, SCIPY, SIGMOID, SIGMOID_OUT, USUAL
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
        settings = (f"{name}={value}" for name, value in self.settings if len(value) < 20)
        return " ".join(map(str, (self.kind, *arguments, *settings)))

    @property
    def timed(self):
        """Or are results compared, by accuracy.py or bits.py?"""
        return self.kind in KINDS

    def rivals(self, names):
        """Which of these optional rivals take part."""
        if self.kind in ("scalar", "array", "accuracy", "bits"):
            return names
        if self.kind == "threads":
            return [name for name in names if name == "torch"]
        return [RIVAL_OF[name] for name in self.arguments if name in RIVAL_OF]

    def cases(self, wanted, alone):
        """alone: of the usual ways only those that the wanted rivals are compared with."""
        cases = KINDS[self.kind](wanted, *self.arguments)
        left_out = {*USUAL} - {*REFERENCES} if alone else ()
        return [case for case in cases if case.label not in left_out]


class Wanted:
    """Optional rivals: those that are there, and why the others are not."""

    def __init__(self, names):
        self.there, self.versions, self.absent = {}, {}, {}
        for name in names:
            try:
                self.there[name] = _made(name)
            except Unavailable as reason:
                self.absent[name] = str(reason)
            else:
                self.versions[name] = self.there[name].version

    def collect(self, make):
        """What make returns for each of them, in one list."""
        collected = []
        for name, rival in self.there.items():
            try:
                collected += make(rival)
            except Unavailable as reason:
                self.absent[name] = str(reason)
        return collected


@functools.cache
def _made(name):
    return OPTIONAL[name]()


def scalar(wanted, x):
    cases = rivals.cases_of(rivals.SCALAR_CALLS, x=x)
    return cases + wanted.collect(lambda rival: rival.scalar(x))


def numpy_scalar(wanted, x):
    return rivals.cases_of(rivals.SCALAR_CALLS, x=np.float64(x))


def list_of(wanted, n):
    calls = [call for call in rivals.NEW_ARRAY_CALLS if call[0] in (SIGMOID, EXPIT, SCIPY)]
    return rivals.cases_of(calls, x=normal("float64", n).tolist())


def array(wanted, dtype, n):
    x = normal(dtype, n)
    cases = rivals.cases_of(rivals.NEW_ARRAY_CALLS, x=x)
    cases += rivals.cases_of(rivals.OUT_CALLS, x=x, out=np.empty_like(x))
    if dtype == "float64" and n <= LONGEST_LIST:
        cases += rivals.cases_of(rivals.LIST_CALLS, x=x.tolist())
    return cases + wanted.collect(lambda rival: rival.arrays(x))


def beside(wanted, label, dtype, n):
    """Results in a given array: ours and a rival's."""
    x = normal(dtype, n)
    cases = rivals.cases_of(rivals.OUT_CALLS, x=x, out=np.empty_like(x))
    cases += wanted.collect(lambda rival: rival.arrays(x))
    if label in RIVAL_OF and label not in [case.label for case in cases]:
        raise Unavailable(wanted.absent.get(RIVAL_OF[label], f"no {label}"))
    return [case for case in cases if case.label in (SIGMOID_OUT, label)]


def data(wanted, dtype, n):
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


def threads(wanted, dtype, n):
    return shared.cases(wanted, normal(dtype, n))


KINDS = {
    "scalar": scalar,
    "np.float64": numpy_scalar,
    "list": list_of,
    "array": array,
    "beside": beside,
    "data": data,
    "threads": threads,
}


def normal(dtype, n):
    if dtype == "bfloat16":
        load("ml_dtypes")  # tells NumPy the name
    return np.random.default_rng(0).normal(scale=4, size=n).astype(dtype)


def fixed_point(dtype):
    x = np.dtype(dtype).type(0.5)
    while (y := fastsigmoid.sigmoid(x)) != x:
        x = y
    return x


def _given(label, x, out):
    return Case(label, "f(x, out=out)", {"f": fastsigmoid.sigmoid, "x": x, "out": out})
