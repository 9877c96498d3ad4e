"""What a call costs: rivals take turns, in a new order every round, in one process on one core.

Clock and neighbours change from one second to the next, so a ratio is taken between two samples of
the same round, and the median of these ratios is what is reported: not the ratio of two medians.
A round in which other processes had the core is repeated.

Where things happen to lie in memory differs from process to process, and a machine from one minute to
the next, each by more than the rounds of a process differ.  So there are several passes over all groups
of calls, with new processes, and the spread of a figure is that of the medians of these.
"""

import os
import random
import statistics
import time
from timeit import Timer
from typing import NamedTuple

# Calls written out in the body of the loop: its own cost would dilute the ratios of short calls.
UNROLLED = 20

# A round is noisy where this process did not have the core for so much of the time.
QUIET = 0.98


class Effort(NamedTuple):
    """How much to measure of each group."""

    passes: int
    rounds: int  # a pass
    fewest_rounds: int  # a pass, however long they take
    seconds: float  # a pass: fewer rounds where these are over
    seconds_per_sample: float
    inputs: int  # to compare with the truth
    shared: bool  # do the groups of a pass share their processes?


class Case(NamedTuple):
    """A call to time: the statement, and the names that it uses."""

    label: str
    statement: str
    names: dict


class Timings:
    """The samples of the calls that took turns: seconds per call, one a round, by label and process."""

    def __init__(self, by_process):
        self.by_process = by_process

    def __iter__(self):
        return iter(self.by_process)

    def __contains__(self, label):
        return label in self.by_process

    def __add__(self, others):
        """Of the same calls, in other processes."""
        return Timings(
            {label: own + others.by_process[label] for label, own in self.by_process.items()}
        )

    @property
    def rounds(self):
        return len(self.samples(next(iter(self)))) if self.by_process else 0

    def samples(self, label):
        return [sample for process in self.by_process[label] for sample in process]

    def median(self, label):
        return statistics.median(self.samples(label))

    def least(self, label):
        return min(self.samples(label))

    def spread(self, label):
        """Least and greatest of the processes' medians; of one process the quartiles."""
        processes = self.by_process[label]
        if len(processes) == 1:
            return quartiles(*processes)
        medians = [statistics.median(process) for process in processes]
        return min(medians), max(medians)

    def ratios(self, label, reference):
        """One a round; none where one of the two was not measured."""
        if label not in self or reference not in self:
            return []
        pairs = zip(self.samples(label), self.samples(reference), strict=True)
        return [own / other for own, other in pairs]

    def ratio(self, label, reference):
        """None where one of the two was not measured."""
        ratios = self.ratios(label, reference)
        return statistics.median(ratios) if ratios else None

    def ratio_spread(self, label, reference):
        """Of the ratios, as spread()."""
        pairs = zip(self.by_process[label], self.by_process[reference], strict=True)
        of_process = [[a / b for a, b in zip(*pair, strict=True)] for pair in pairs]
        return Timings({label: of_process}).spread(label)


class Rounds(NamedTuple):
    """What came of the rounds of one process."""

    samples: dict
    repeated: int
    noisy: int  # of those that were kept, for want of better ones


def quartiles(samples):
    if len(samples) == 1:
        return (*samples, *samples)
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return low, high


def can_pin():
    return hasattr(os, "sched_setaffinity")


CORES = os.sched_getaffinity(0) if can_pin() else ()


def pin(to_one):
    """Keep this process on one core, or let it go again, where the system offers a way."""
    if can_pin():
        os.sched_setaffinity(0, {max(CORES)} if to_one else CORES)


def measure(cases, effort, seed):
    """Time all cases in turns, in an order that depends on the seed."""
    samplers = {case.label: _sampler(case, effort.seconds_per_sample) for case in cases}
    order = list(samplers)
    shuffle = random.Random(seed).shuffle
    rounds = []  # (share of the core, samples by label)
    # A round that does not count: the first one may find cold memory.
    for sample in samplers.values():
        sample()
    end = time.monotonic() + effort.seconds
    while len(rounds) < 2 * effort.rounds and _noisy(rounds) > len(rounds) - effort.rounds:
        if len(rounds) >= effort.fewest_rounds and time.monotonic() > end:
            break
        shuffle(order)
        wall, own = time.perf_counter(), time.process_time()
        samples = {label: samplers[label]() for label in order}
        share = (time.process_time() - own) / (time.perf_counter() - wall)
        rounds.append((share, samples))

    kept = sorted(rounds, key=_is_noisy)[: effort.rounds]
    samples = {label: [sample[label] for _, sample in kept] for label in samplers}
    return Rounds(samples, len(rounds) - len(kept), _noisy(kept))


def _is_noisy(measured_round):
    return measured_round[0] < QUIET


def _noisy(rounds):
    return sum(map(_is_noisy, rounds))


def _sampler(case, seconds):
    calls = max(1, round(seconds / _estimate(case)))
    unrolled = min(calls, UNROLLED)
    loops = round(calls / unrolled)
    timer = _timer(case, unrolled)
    return lambda: timer.timeit(loops) / (loops * unrolled)


def _estimate(case):
    """Seconds per call, roughly; warms up on the way."""
    timer = _timer(case, 1)
    timer.timeit(1)  # may compile, load a library or fetch memory, once
    loops = 1
    while (seconds := timer.timeit(loops)) < 5e-4:
        loops *= 4
    if seconds < 5e-2:  # an estimate that is too high would leave samples of a few cold calls
        seconds = min(seconds, timer.timeit(loops))
    return seconds / loops


def _timer(case, unrolled):
    # The setup makes the names local to the timed loop: no dictionary is searched in it.
    return Timer(
        stmt="\n".join([f"result = {case.statement}"] * unrolled),
        setup="\n".join(f"{name} = given_{name}" for name in case.names),
        globals={f"given_{name}": value for name, value in case.names.items()},
    )
