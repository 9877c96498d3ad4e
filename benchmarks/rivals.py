"""The usual ways of computing a sigmoid, as people write them, and the calls to time.

These are always measured; optional.py has the libraries that not everybody has.
"""

import math

import numpy as np

import fastsigmoid

from .timing import Case

SKIPPED = []  # why rivals are not measured

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

OURS = [SIGMOID, SIGMOID_OUT, EXPIT, EXPIT_OUT]
FLOORS = [MATH_EXP, COPY]  # no sigmoid, but the least that one can hope to pay
# What stands beside a rival that is measured in an environment of its own.
REFERENCES = [*OURS, *FLOORS, SCIPY, SCIPY_OUT]

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
USUAL = [label for label, _, _ in [*SCALAR_CALLS, *LIST_CALLS, *OUT_CALLS]]


def cases_of(calls, **names):
    return [
        Case(label, statement, {"f": function, **names})
        for label, statement, function in calls
        if function is not None
    ]


def functions_of(dtype):
    """The functions over arrays whose results are compared with the truth, by label."""
    functions = {label: function for label, _, function in NEW_ARRAY_CALLS if function is not None}
    if dtype == np.float64:
        for label, function in [(MATH_NAIVE, math_naive), (MATH_STABLE, math_stable)]:
            functions[label] = np.vectorize(function, otypes=[dtype])
    return functions
