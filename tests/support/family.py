"""The functions there are, and what the tests have to know of each."""

import math
from typing import NamedTuple

import numpy as np

import fastsigmoid
from fastsigmoid import _ufunc, sigmoid, special

INF, NAN = math.inf, math.nan


class Member(NamedTuple):
    own: object  # fastsigmoid.sigmoid
    ufunc: np.ufunc  # that of fastsigmoid.special
    private: np.ufunc  # the one behind `own`
    first: str  # the type of SciPy's first loop: what its bools, float16 and integers of 8 and 16 bits become
    edges: list  # pairs that hold in every format
    printed: list  # in float64

    @property
    def name(self):
        return self.own.__name__

    @property
    def alias(self):
        return self.ufunc.__name__

    def __str__(self):
        return self.name

    def arguments(self, values):
        """Numbers that the function is meant for, as many and of the type as these: a probability for each, if
        it takes those."""
        return sigmoid(values) if self.name == "logit" else values


def member(name, alias, first, edges, printed):
    own, ufunc = getattr(fastsigmoid, name), getattr(special, alias)
    return Member(own, ufunc, getattr(_ufunc, f"_{name}"), first, edges, printed)


LN2 = "0.6931471805599453"
HUGE = 10**400
FAMILY = {
    f.name: f
    for f in (
        member(
            "sigmoid",
            "expit",
            "f",
            [(0.0, 0.5), (-0.0, 0.5), (INF, 1.0), (-INF, 0.0), (HUGE, 1.0), (-HUGE, 0.0)],
            [(0.25, "0.5621765008857981"), (-745.0, "5e-324"), (-745.2, "0.0"), (37.43, "1.0")],
        ),
        member(
            "logit",
            "logit",
            "d",
            [(0.0, -INF), (-0.0, -INF), (0.5, 0.0), (1.0, INF), (2.0, NAN), (-1.0, NAN), (INF, NAN)]
            + [(-INF, NAN), (HUGE, NAN), (-HUGE, NAN)],
            [(0.25, "-1.0986122886681098"), (5e-324, "-744.4400719213812"), (1 - 2.0**-53, "36.7368005696771")],
        ),
        member(
            "log_sigmoid",
            "log_expit",
            "f",
            [(INF, -0.0), (-INF, -INF), (-1000.0, -1000.0), (800.0, -0.0), (HUGE, -0.0), (-HUGE, -INF)],
            [(0.0, f"-{LN2}"), (-0.0, f"-{LN2}"), (0.25, "-0.5759394198788436"), (745.0, "-5e-324")]
            + [(-1e300, "-1e+300"), (-(2**70), "-1.1805916207174113e+21")],
        ),
        member(
            "softplus",
            "softplus",
            "f",
            [(INF, INF), (-INF, 0.0), (1000.0, 1000.0), (-800.0, 0.0), (HUGE, INF), (-HUGE, 0.0)],
            [(0.0, LN2), (-0.0, LN2), (0.25, "0.8259394198788436"), (-745.0, "5e-324")]
            + [(2**70, "1.1805916207174113e+21"), (2**64 + 1, "1.8446744073709552e+19")],
        ),
    )
}  # fmt: skip

OWN = [f.own for f in FAMILY.values()]


def same(result, expected):
    """Equal numbers, -0.0 and 0.0 told apart; or both NaN."""
    return np.array_equal(result, expected, equal_nan=True) and np.array_equal(
        np.signbit(result) & ~np.isnan(result), np.signbit(expected) & ~np.isnan(expected)
    )
