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

DIGITS = decimal.Context(prec=40)

# Where results of each format reach from 0 to 1.
TAILS = {"float64": (-745, 40), "float32": (-104, 20)}


class Truth(NamedTuple):
    """sigmoid(x) = nearest + residual * ulp: the correctly rounded result, |residual| <= 1/2."""

    nearest: np.ndarray
    residual: np.ndarray
    ulp: np.ndarray


class Accuracy(NamedTuple):
    """What one way of computing made of one set of inputs; shares are of all inputs."""

    label: str
    most_ulp: float  # of the results that are not lost
    misrounded: float
    lost: float  # 0 in place of a number, NaN, or an exception
    complaint: str


def input_sets(dtype, n):
    """The inputs by name; a seed a set, so that none depends on another."""
    low, high = TAILS[dtype]
    normal = np.random.default_rng(1).normal(scale=4, size=n)
    tails = np.random.default_rng(2).uniform(low, high, size=n)
    return {
        f"{n:,} of normal * 4": normal.astype(dtype),
        f"{n:,} of uniform({low}, {high})": tails.astype(dtype),
    }


def true_sigmoid(x):
    """The ulp is that of the true value's binade: correct rounding is off by at most 1/2."""
    limits = np.finfo(x.dtype)
    digits_of_result = limits.nmant + 1
    least_exponent = int(limits.minexp) - limits.nmant
    nearest, residual, ulp = (np.empty(x.size) for _ in range(3))
    with decimal.localcontext(DIGITS):
        for i, value in enumerate(x.tolist()):
            truth = 1 / (1 + (-decimal.Decimal(value)).exp())
            exponent = max(math.frexp(float(truth))[1] - digits_of_result, least_exponent)
            scaled = truth / decimal.Decimal(2) ** exponent
            integer = scaled.to_integral_value(decimal.ROUND_HALF_EVEN)
            nearest[i] = math.ldexp(int(integer), exponent)
            residual[i] = scaled - integer
            ulp[i] = math.ldexp(1.0, exponent)
    return Truth(nearest, residual, ulp)


def compare(x):
    """An Accuracy for each way of computing."""
    truth = true_sigmoid(x)
    functions = rivals.functions_of(x.dtype)
    return [_accuracy(label, function, x, truth) for label, function in functions.items()]


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
        most_ulp=float(error[~lost].max()),
        misrounded=float((result != truth.nearest).mean()),
        lost=float(lost.mean()),
        complaint="; ".join(sorted({str(warning.message) for warning in caught})),
    )
