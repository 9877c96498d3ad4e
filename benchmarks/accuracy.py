"""How far results are from the true ones, of sigmoid and its family, on fixed inputs, and whether one input has one answer.

The truth comes from the standard library's decimal arithmetic, whose exp is correctly rounded: it shares no code
with anything measured here and is there on every machine.
"""

import decimal
import math
import warnings
from typing import NamedTuple

import numpy as np

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

N = 1003  # no multiple of any vector: there is a tail
SHIFTS = range(1, 17)
SPECIAL = {"inf": math.inf, "-inf": -math.inf, "NaN": math.nan}
POINTS = 200  # of a curve


class Truth(NamedTuple):
    """f(x) = nearest + residual * ulp: the correctly rounded result, |residual| <= 1/2."""

    nearest: np.ndarray
    residual: np.ndarray
    ulp: np.ndarray

    def at(self, where):
        return Truth(*(part[where] for part in self))

    def error(self, result):
        """In ulps."""
        return np.abs((result.astype(np.float64) - self.nearest) / self.ulp - self.residual)


def names_of_sets(dtype):
    f = FORMATS[dtype]
    return [NORMAL, f"uniform{f.tail}", f"subnormal results, uniform{f.subnormal}"]


def input_set(dtype, name, n):
    """A seed a set, so that none depends on another."""
    seed = names_of_sets(dtype).index(name)
    random = np.random.default_rng(seed + 1)
    if name == NORMAL:
        return random.normal(scale=4, size=n).astype(dtype)
    f = FORMATS[dtype]
    return random.uniform(*(f.tail if seed == 1 else f.subnormal), size=n).astype(dtype)


def sigmoid(x):
    return 1 / (1 + (-x).exp())


def logit(x):
    return (x / (1 - x)).ln()


def log_sigmoid(x):
    return -_log_of_1_plus_exp(-x)


def _log_of_1_plus_exp(x):
    """log(1 + e^x); of a small e^x the sum would lose the digits."""
    if x > 0:
        return x + _log_of_1_plus_exp(-x)
    power = x.exp()
    return (
        (1 + power).ln()
        if power > decimal.Decimal("1e-12")
        else power - power**2 / 2 + power**3 / 3
    )


FUNCTIONS = {
    "sigmoid": sigmoid,
    "logit": logit,
    "log_sigmoid": log_sigmoid,
    "softplus": _log_of_1_plus_exp,
}


def true_sigmoid(x):
    return true_value("sigmoid", x)


def true_value(name, x):
    """The ulp is that of the true value's binade: correct rounding is off by at most 1/2."""
    precision, least_exponent, *_ = FORMATS[x.dtype.name]
    nearest, residual, ulp = (np.empty(x.size) for _ in range(3))
    with decimal.localcontext(DIGITS):
        for i, value in enumerate(x.tolist()):
            truth = FUNCTIONS[name](decimal.Decimal(value))
            exponent = max(math.frexp(float(truth))[1] - precision, least_exponent)
            scaled = truth / decimal.Decimal(2) ** exponent
            integer = scaled.to_integral_value(decimal.ROUND_HALF_EVEN)
            nearest[i] = math.ldexp(int(integer), exponent)
            residual[i] = scaled - integer
            ulp[i] = math.ldexp(1.0, exponent)
    return Truth(nearest, residual, ulp)


def errors(functions, dtype, name, n):
    """For each function what it makes of a set of inputs."""
    x = input_set(dtype, name, n)
    truth = true_sigmoid(x)
    return [{"label": label} | errors_of(f, x, truth) for label, f in functions.items()]


def errors_of(function, x, truth):
    """Shares are of all inputs; lost: 0 in place of a number, NaN, or an exception; the others have an error."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = function(x)
    except OverflowError as error:
        # One input that math.exp refuses ends the call: judge the others without it.
        possible = -x < math.log(np.finfo(np.float64).max)
        share = float(possible.mean())
        rest = errors_of(function, x[possible], truth.at(possible))
        refused = {key: rest[key] * share + (1 - share) for key in ("misrounded", "lost")}
        return rest | refused | {"complaint": f"OverflowError: {error}"}

    error = truth.error(result)
    lost = np.isnan(error) | ((result == 0) & (truth.nearest != 0))
    return {
        "most_ulp": float(error[~lost].max(initial=0)),
        "mean_ulp": float(error[~lost].mean()) if not lost.all() else 0.0,
        "misrounded": float((result.astype(np.float64) != truth.nearest).mean()),
        "lost": float(lost.mean()),
        "complaint": "; ".join(sorted({str(warning.message) for warning in caught})),
    }


def curve(functions, dtype, n):
    """The greatest error near each of some points, in the tail and in the middle; None where one is NaN."""
    low, high = FORMATS[dtype].tail
    rows = []
    for ends in [(low, -high), (-high, high)]:
        x = np.sort(np.random.default_rng(0).uniform(*ends, n // 2)).astype(dtype)
        truth = true_sigmoid(x)
        starts = np.searchsorted(x.astype(np.float64), np.linspace(*ends, POINTS, endpoint=False))
        for label, f in functions.items():
            try:
                with np.errstate(all="ignore"):
                    error = truth.error(f(x))
            except OverflowError:
                continue
            most = np.maximum.reduceat(error, np.minimum(starts, x.size - 1))
            points = [None if np.isnan(value) else float(f"{value:.4g}") for value in most]
            rows.append({"label": label, "ends": ends, "most_ulp": points})
    return rows


def bits(functions, dtype):
    """Whether one input has one answer, wherever it stands, and what special inputs give."""
    x = input_set(dtype, NORMAL, N)
    return [
        {"label": label} | _bits(f, x) | _specials(f, x.dtype) for label, f in functions.items()
    ]


def _bits(function, x):
    """How many of the N results depend on where the element stands."""
    whole = function(x)
    apart = np.repeat(x, 2)[::2]
    one_by_one = np.concatenate([function(x[i : i + 1]) for i in range(x.size)])
    shifted = np.zeros(x.size, bool)
    for shift in SHIFTS:
        shifted[shift:] |= _differ(function(x[shift:]), whole[shift:])
    return {
        "strided": int(_differ(function(apart), whole).sum()),
        "one by one": int(_differ(one_by_one, whole).sum()),
        "shifted": int(shifted.sum()),
    }


def _differ(a, b):
    return a.view(f"u{a.itemsize}") != b.view(f"u{b.itemsize}")


def _specials(function, dtype):
    results = {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for name, x in SPECIAL.items():
            try:
                results[name] = f"{float(function(np.array([x], dtype))[0]):g}"
            except OverflowError:
                results[name] = "OverflowError"
    return results | {"raised": "; ".join(sorted({str(warning.message) for warning in caught}))}
