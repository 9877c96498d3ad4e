"""Whether one input has one answer, wherever it stands, and what special inputs give."""

import math
import warnings

import numpy as np

from .accuracy import NORMAL, functions_of, input_set

N = 1003  # no multiple of any vector: there is a tail
SHIFTS = range(1, 17)
SPECIAL = {"inf": math.inf, "-inf": -math.inf, "NaN": math.nan}


def compare(wanted, alone, dtype):
    x = input_set(dtype, NORMAL, N)
    return [
        {"label": label} | _bits(function, x) | _specials(function, x.dtype)
        for label, function in functions_of(wanted, alone, x.dtype).items()
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
