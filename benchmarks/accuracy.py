"""How far results are from the true sigmoid, on fixed inputs.

The truth comes from the standard library's decimal arithmetic, whose exp is correctly rounded: it
shares no code with anything measured here and is there on every machine.
"""

import decimal
import math
import warnings
from typing import NamedTuple

import numpy as np

from . import rivals
from .optional import load

DIGITS = decimal.Context(prec=40)


class Format(NamedTuple):
    precision: int
    least_exponent: int  # of the smallest number, a power of 2
    tail: tuple  # where results reach from 0 to 1
    subnormal: tuple  # where they are subnormal


FORMATS = {
    "float64": Format(53, -1074, (-745, 40), (-745.1, -708.4)),
    "float32": Format(24, -149, (-104, 20), (-103.9, -87.4)),
    "float16": Format(11, -24, (-18, 10), (-17.3, -9.8)),
    "bfloat16": Format(8, -133, (-93, 8), (-92.8, -87.5)),
}
NORMAL = "normal * 4"


class Truth(NamedTuple):
    """sigmoid(x) = nearest + residual * ulp: the correctly rounded result, |residual| <= 1/2."""

    nearest: np.ndarray
    residual: np.ndarray
    ulp: np.ndarray


class Accuracy(NamedTuple):
    """What one way of computing made of one set of inputs; shares are of all inputs."""

    label: str
    most_ulp: float  # of the results that are not lost
    mean_ulp: float
    misrounded: float
    lost: float  # 0 in place of a number, NaN, or an exception
    complaint: str


def names_of_sets(dtype):
    f = FORMATS[dtype]
    return [NORMAL, f"uniform{f.tail}", f"subnormal results, uniform{f.subnormal}"]


def input_set(dtype, name, n):
    """A seed a set, so that none depends on another."""
    seed = names_of_sets(dtype).index(name)
    random = np.random.default_rng(seed + 1)
    if dtype == "bfloat16":
        load("ml_dtypes")  # tells NumPy the name
    if name == NORMAL:
        return random.normal(scale=4, size=n).astype(dtype)
    f = FORMATS[dtype]
    return random.uniform(*(f.tail if seed == 1 else f.subnormal), size=n).astype(dtype)


def true_sigmoid(x):
    """The ulp is that of the true value's binade: correct rounding is off by at most 1/2."""
    precision, least_exponent, *_ = FORMATS[x.dtype.name]
    nearest, residual, ulp = (np.empty(x.size) for _ in range(3))
    with decimal.localcontext(DIGITS):
        for i, value in enumerate(x.tolist()):
            truth = 1 / (1 + (-decimal.Decimal(value)).exp())
            exponent = max(math.frexp(float(truth))[1] - precision, least_exponent)
            scaled = truth / decimal.Decimal(2) ** exponent
            integer = scaled.to_integral_value(decimal.ROUND_HALF_EVEN)
            nearest[i] = math.ldexp(int(integer), exponent)
            residual[i] = scaled - integer
            ulp[i] = math.ldexp(1.0, exponent)
    return Truth(nearest, residual, ulp)


def compare(wanted, alone, dtype, name, n):
    """An Accuracy for each way of computing; alone: only for the wanted ones."""
    x = input_set(dtype, name, n)
    truth = true_sigmoid(x)
    return [
        _accuracy(label, function, x, truth)._asdict()
        for label, function in functions_of(wanted, alone, x.dtype).items()
    ]


def functions_of(wanted, alone, dtype):
    """The functions over arrays that take this dtype, by label."""
    functions = {} if alone else rivals.functions_of(dtype)
    trial = np.zeros(1, dtype)

    def tried(rival):
        rival.compute(trial)
        return [(rival.label, rival.compute)]

    return functions | dict(wanted.collect(tried))


def _accuracy(label, function, x, truth):
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = function(x)
    except OverflowError as error:
        # One input that math.exp refuses ends the call: judge the others without it.
        possible = -x < math.log(np.finfo(np.float64).max)
        share = float(possible.mean())
        rest = _accuracy(label, function, x[possible], Truth(*(part[possible] for part in truth)))
        return rest._replace(
            misrounded=rest.misrounded * share + (1 - share),
            lost=rest.lost * share + (1 - share),
            complaint=f"OverflowError: {error}",
        )

    result = result.astype(np.float64)
    lost = np.isnan(result) | ((result == 0) & (truth.nearest != 0))
    error = np.abs((result - truth.nearest) / truth.ulp - truth.residual)
    return Accuracy(
        label,
        most_ulp=float(error[~lost].max(initial=0)),
        mean_ulp=float(error[~lost].mean()) if not lost.all() else 0.0,
        misrounded=float((result != truth.nearest).mean()),
        lost=float(lost.mean()),
        complaint="; ".join(sorted({str(warning.message) for warning in caught})),
    )
