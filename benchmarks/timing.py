"""What a call costs: rivals take turns, in a new order every round, in one process on one core.

Clock and neighbours change from one second to the next, so a ratio is taken between two samples of
the same round, and the median of these ratios is what is reported: not the ratio of two medians.
"""

import os
import random
import statistics
from timeit import Timer
from typing import NamedTuple

# Calls written out in the body of the loop: its own cost would dilute the ratios of short calls.
UNROLLED = 20


class Case(NamedTuple):
    """A call to time: the statement, and the names that it uses."""

    label: str
    statement: str
    names: dict


class Timings:
    """The samples of the calls that took turns: seconds per call, one a round, by label."""

    def __init__(self, samples):
        self.samples = samples

    def __contains__(self, label):
        return label in self.samples

    def median(self, label):
        return statistics.median(self.samples[label])

    def least(self, label):
        return min(self.samples[label])

    def quartiles(self, label):
        return quartiles(self.samples[label])

    def ratios(self, label, reference):
        """One a round; none where one of the two was not measured."""
        if label not in self.samples or reference not in self.samples:
            return []
        pairs = zip(self.samples[label], self.samples[reference], strict=True)
        return [own / other for own, other in pairs]

    def ratio(self, label, reference):
        """None where one of the two was not measured."""
        ratios = self.ratios(label, reference)
        return statistics.median(ratios) if ratios else None


def quartiles(samples):
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return low, high


def pin():
    """Keep this process on one core; False where the system offers no way."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def measure(cases, rounds, seconds):
    """Time all cases in turns, each sample about so many seconds long."""
    samplers = {case.label: _sampler(case, seconds) for case in cases}
    samples = {case.label: [] for case in cases}
    order = list(samplers)
    shuffle = random.Random(0).shuffle
    for _ in range(rounds):
        shuffle(order)
        for label in order:
            samples[label].append(samplers[label]())
    return Timings(samples)


def _sampler(case, seconds):
    calls = max(1, round(seconds / _estimate(case)))
    unrolled = min(calls, UNROLLED)
    loops = round(calls / unrolled)
    timer = _timer(case, unrolled)
    return lambda: timer.timeit(loops) / (loops * unrolled)


def _estimate(case):
    """Seconds per call, roughly; warms up on the way."""
    timer = _timer(case, 1)
    loops = 1
    while (seconds := timer.timeit(loops)) < 5e-4:
        loops *= 4
    return seconds / loops


def _timer(case, unrolled):
    # The setup makes the names local to the timed loop: no dictionary is searched in it.
    return Timer(
        stmt="\n".join([f"result = {case.statement}"] * unrolled),
        setup="\n".join(f"{name} = given_{name}" for name in case.names),
        globals={f"given_{name}": value for name, value in case.names.items()},
    )
