"""The ratios that this project sets itself."""

from typing import NamedTuple

from .cases import BOTH_STRIDED, IN_PLACE, NORMAL, OUT_OF_PLACE, STRIDED, Group
from .optional import Numba, Torch
from .rivals import COPY, EXPIT, MATH_EXP, SCIPY, SCIPY_OUT, SIGMOID, SIGMOID_OUT


class Target(NamedTuple):
    """The most that a call may cost beside a reference that takes turns with it in the group."""

    case: str
    group: Group
    label: str
    reference: str
    at_most: float
    stretch: float

    def verdict(self, ratio):
        if ratio > self.at_most:
            return "MISSED"
        return "reached" if ratio > self.stretch else "stretch reached"


IN_CACHE = 16_384
LARGE = 1 << 24  # far beyond any cache

PORTABLE = (("FASTSIGMOID_ISA", "portable"),)
AVX2 = (("FASTSIGMOID_ISA", "avx2"), ("ATEN_CPU_CAPABILITY", "avx2"))
# LLVM prefers 256 bits on many a CPU that has more; not on a generic one with these features.
WIDE_NUMBA = (
    ("FASTSIGMOID_ISA", "avx512"),
    ("NUMBA_CPU_NAME", "generic"),
    ("NUMBA_CPU_FEATURES", "+avx512f,+avx512dq,+avx512vl,+avx512bw,+avx512cd,+avx2,+fma"),
)

SCALAR = Group("scalar", (0.25,))
NUMPY_SCALAR = Group("np.float64", (0.25,))
FOUR, TEN, SIXTEEN = (Group("array", ("float64", n)) for n in (4, 10, 16))
LIST = Group("list", (100,))


def beside(rival, dtype, at_most, stretch, n=IN_CACHE, how="", settings=()):
    """Results in a given array, ours beside a rival's."""
    group = Group("beside", (rival, dtype, n), settings)
    return Target(f"{dtype}, {n:,} / {rival}{how}", group, SIGMOID_OUT, rival, at_most, stretch)


def on_data(dtype, limits):
    """Data and layouts that might be slow, beside data that are not."""
    group = Group("data", (dtype, IN_CACHE))
    return [
        Target(f"{dtype}, {data} / {reference}", group, data, reference, at_most, stretch)
        for data, reference, at_most, stretch in limits
    ]


TARGETS = [
    Target("sigmoid(0.25) / math.exp(0.25)", SCALAR, SIGMOID, MATH_EXP, 1.1, 0.9),
    Target("sigmoid(0.25) / SciPy", SCALAR, SIGMOID, SCIPY, 0.4, 0.3),
    beside(Torch.OUT, "float64", 0.8, 0.6),
    beside(Numba.OUT, "float64", 0.9, 0.7, how=", as shipped"),
    beside(Numba.OUT, "float64", 1.2, 1.0, how=", made to use 512 bits", settings=WIDE_NUMBA),
    beside(COPY, "float64", 1.1, 0.85, n=LARGE),
    beside(Torch.OUT, "float64", 0.85, 0.7, how=", both AVX2", settings=AVX2),
    beside(SCIPY_OUT, "float64", 1.7, 1.0, how=", portable", settings=PORTABLE),
    *on_data(
        "float64",
        [
            (STRIDED, NORMAL, 2.0, 1.3),
            (BOTH_STRIDED, NORMAL, 2.0, 1.3),
            ("saturated", NORMAL, 1.2, 1.0),
            ("inf", NORMAL, 1.2, 1.0),
            ("NaN", NORMAL, 1.2, 1.0),
            ("uniform(-700, 0)", NORMAL, 1.5, 1.2),
            ("subnormal results", NORMAL, 8, 4),
            ("exact ties", NORMAL, 4, 2),
            (IN_PLACE, OUT_OF_PLACE, 1.05, 1.0),
        ],
    ),
    Target("expit(0.25) / SciPy", SCALAR, EXPIT, SCIPY, 0.5, 0.4),
    Target("sigmoid(np.float64(0.25)) / SciPy", NUMPY_SCALAR, SIGMOID, SCIPY, 1.0, 0.5),
    Target("4 float64, expit(a) / SciPy", FOUR, EXPIT, SCIPY, 0.5, 0.35),
    Target("16 float64, expit(a) / SciPy", SIXTEEN, EXPIT, SCIPY, 0.5, 0.35),
    Target("10 float64, sigmoid(a) / SciPy", TEN, SIGMOID, SCIPY, 0.5, 0.3),
    Target("10 float64, sigmoid(a, out=o) / SciPy", TEN, SIGMOID_OUT, SCIPY_OUT, 0.35, 0.15),
    Target("list of 100 floats, sigmoid(l) / SciPy", LIST, SIGMOID, SCIPY, 0.5, 0.25),
    beside(Torch.OUT, "float32", 0.85, 0.7),
    beside(COPY, "float32", 1.05, 0.95, n=LARGE),
    beside(Torch.OUT, "float32", 0.85, 0.65, how=", both AVX2", settings=AVX2),
    beside(Torch.OUT, "float16", 0.5, 0.35),
    beside(Torch.OUT, "bfloat16", 0.5, 0.35),
    beside(SCIPY_OUT, "float32", 1.5, 0.9, how=", portable", settings=PORTABLE),
    *on_data(
        "float32",
        [
            ("saturated", NORMAL, 1.2, 1.0),
            ("inf", NORMAL, 1.2, 1.0),
            ("NaN", NORMAL, 1.2, 1.0),
            ("subnormal results", NORMAL, 3, 1.5),
            ("exact ties", NORMAL, 3, 1.5),
            ("uniform(-80, -20)", NORMAL, 3, 1.5),
        ],
    ),
]
