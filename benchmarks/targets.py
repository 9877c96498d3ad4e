"""The ratios that this project sets itself."""

from typing import NamedTuple

from .rivals import MATH_EXP, SIGMOID


class Target(NamedTuple):
    """The most that a call may cost beside a reference that took turns with it in the group."""

    case: str
    group: tuple
    label: str
    reference: str
    at_most: float


TARGETS = [
    Target("scalar sigmoid(0.25) / math.exp(0.25)", ("scalar", 0.25), SIGMOID, MATH_EXP, 1.6),
]


def measured(target, groups):
    """The ratio, or None where it was not measured."""
    timings = groups.get(target.group)
    return timings and timings.ratio(target.label, target.reference)
