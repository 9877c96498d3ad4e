"""What a call costs: calls take turns, in a new order every round, in one process on one core.

Clock and neighbours change from one second to the next, so a ratio is taken between two samples of the same
round, and the median of these ratios is what is reported: not the ratio of two medians.  A round in which other
processes had the core is repeated.

Where things happen to lie in memory differs from process to process, and a machine from one minute to the next,
each by more than the rounds of a process differ.  So there are several passes over all groups of calls, with new
processes, and the spread of a figure is that of the medians of these.

A call that meets the same numbers again and again teaches them to the branch predictor, so a name may stand for
several values, one after the other: the blocks of a larger set.

serve() is such a process: each line that it reads is a request, each line that it writes an answer, both in JSON.
"""

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from timeit import Timer
from typing import NamedTuple

import fastsigmoid

from . import results
from .results import Outcome, Run

# Calls written out in the body of the loop: its own cost would dilute the ratios of short calls.
UNROLLED = 20

# A round is noisy where this process did not have the core for so much of the time.
QUIET = 0.98

# The processor's time, where its clock is fine enough: what others do on the core is not in it.
FINE = sys.platform != "win32" and time.get_clock_info("process_time").resolution <= 1e-6
# Groups whose threads take other cores, and those that are no matter of rounds.
SPREAD_OUT = {"threads", "switched", "crowded"}
# Those whose slowest calls are of interest: each call is a sample, and there are so many times more of them.
ONE_BY_ONE, MANY = {"crowded"}, 40
# Those in which libraries take turns whose threads spin for a while after a call, on the core that the next ones need: a
# sample begins after so many seconds, and a sample that does not count.
PAUSED, PAUSE = {"threads"}, 0.05
UNTIMED = {"footprint", "accuracy", "bits", "curve", "family accuracy"}
CORES = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else ()


class Unavailable(Exception):
    """Says why something cannot be measured here."""


class Effort(NamedTuple):
    """How much to measure of each group."""

    passes: int
    rounds: int  # a pass
    fewest_rounds: int  # a pass, however long they take
    seconds: float  # a pass: fewer rounds where these are over
    seconds_per_sample: float
    inputs: int  # to compare with the truth


class Blocks(tuple):
    """Values that a name stands for in turn, from call to call."""


class Case(NamedTuple):
    """A call to time: the statement, and the names that it uses."""

    label: str
    statement: str
    names: dict


def take_turns(cases, effort, seed, own_time=True, pause=0):
    """Time all cases, in an order that depends on the seed: samples by label, rounds repeated, noisy rounds."""

    def rested(sample):
        if pause:
            time.sleep(pause)
            sample()
        return sample()

    clock = time.process_time if own_time and FINE else time.perf_counter
    samplers = {case.label: _sampler(case, effort.seconds_per_sample, clock) for case in cases}
    order = list(samplers)
    shuffle = random.Random(seed).shuffle
    rounds = []  # (is it noisy?, samples by label)
    # A round that does not count: the first one may find cold memory.
    for sample in samplers.values():
        sample()
    end = time.monotonic() + effort.seconds
    while len(rounds) < 2 * effort.rounds and _noisy(rounds) > len(rounds) - effort.rounds:
        if len(rounds) >= effort.fewest_rounds and time.monotonic() > end:
            break
        shuffle(order)
        wall, own = time.perf_counter(), time.process_time()
        samples = {label: rested(samplers[label]) for label in order}
        share = (time.process_time() - own) / (time.perf_counter() - wall)
        rounds.append((own_time and share < QUIET, samples))

    kept = sorted(rounds, key=lambda measured: measured[0])[: effort.rounds]
    samples = {label: [sample[label] for _, sample in kept] for label in samplers}
    return {"samples": samples, "repeated": len(rounds) - len(kept), "noisy": _noisy(kept)}


def _noisy(rounds):
    return sum(noisy for noisy, _ in rounds)


def _sampler(case, seconds, clock):
    turns = max(
        (len(value) for value in case.names.values() if isinstance(value, Blocks)), default=1
    )
    calls = max(1, round(seconds / _estimate(case, turns, clock)))
    if turns == 1:
        turns = min(calls, UNROLLED)
    loops = max(1, round(calls / turns))
    timer = _timer(case, turns, clock)
    return lambda: timer.timeit(loops) / (loops * turns)


def _estimate(case, turns, clock):
    """Seconds per call, roughly; warms up on the way."""
    timer = _timer(case, turns, clock)
    timer.timeit(1)  # may compile, load a library or fetch memory, once
    loops = 1
    while (seconds := timer.timeit(loops)) < 5e-4:
        loops *= 4
    if seconds < 5e-2:  # an estimate that is too high would leave samples of a few cold calls
        seconds = min(seconds, timer.timeit(loops))
    return seconds / (loops * turns)


def _timer(case, turns, clock):
    """A loop over `turns` calls, each with the next block: no dictionary is searched in it, nothing iterated."""
    setup, blocks = ["pass"], []
    for name, value in case.names.items():
        if isinstance(value, Blocks):
            blocks.append(name)
            setup += [f"{name}_{i} = given_{name}[{i % len(value)}]" for i in range(turns)]
        else:
            setup.append(f"{name} = given_{name}")
    name = re.compile(rf"\b({'|'.join(blocks) or '(?!)'})\b")
    calls = [name.sub(rf"\g<1>_{i}", f"result = {case.statement}") for i in range(turns)]
    names = {f"given_{name}": value for name, value in case.names.items()}
    return Timer("\n".join(calls), "\n".join(setup), clock, names)


_children = {}  # the processes of this pass, by interpreter, settings and place


def measure(group, effort, seed, names, interpreters):
    """By the first interpreter that has what the group needs; those after it add missing rivals."""
    isa = dict(group.settings).get("FASTSIGMOID_ISA")
    if isa not in (None, *fastsigmoid.cpu_info()["available"]):
        return Outcome([], {"fastsigmoid": f"this CPU has no {isa}"})
    runs, absent = [], {}
    for interpreter in interpreters:
        answer = _ask(interpreter, group, effort, seed, names, alone=bool(runs))
        there = answer.pop("absent")
        if runs:
            there = {name: why for name, why in there.items() if name in names}
        if "missing" in answer:
            absent.setdefault("fastsigmoid", answer["missing"])
        else:
            run = Run(**answer)
            run.samples = {label: [line] for label, line in run.samples.items()}
            runs.append(run)
            for name in set(names) - set(there):
                absent.pop(name, None)
        # What has been loaded knows better than what is not installed.
        better = {name: why for name, why in there.items() if "not installed" not in why}
        absent = there | absent | better
        names = [name for name in names if name in absent]
        if runs and not names:
            break
    if runs:
        absent.pop("fastsigmoid", None)  # why other interpreters could not do it matters no more
    return Outcome(runs, absent)


def _ask(interpreter, group, effort, seed, names, alone):
    request = [group, results.build(), names, alone, effort, seed]
    # Threads stay on the core that their process was on when they began.
    which = interpreter, group.settings, group.kind in SPREAD_OUT
    child = _children.get(which) or _children.setdefault(which, _start(interpreter, group.settings))
    with contextlib.suppress(BrokenPipeError):  # its status says more
        child.stdin.write(json.dumps(request) + "\n")
        child.stdin.flush()
    answer = child.stdout.readline()
    if not answer:
        status = _end(_children.pop(which))
        return {"missing": f"{group}: its process ended with status {status}", "absent": {}}
    return json.loads(answer)


def _start(interpreter, settings):
    environment = os.environ | dict(settings)
    # pip puts Intel's library, which numba wants to load by its bare name, where nobody looks.
    library = Path(interpreter).absolute().parent.parent / "lib"
    if (library / "libsvml.so").exists():
        others = filter(None, [os.environ.get("LD_LIBRARY_PATH")])
        environment["LD_LIBRARY_PATH"] = os.pathsep.join([str(library), *others])
    return subprocess.Popen(
        [interpreter, "-c", "from benchmarks.measure import serve; serve()"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _end(child):
    with contextlib.suppress(BrokenPipeError):  # it may be dead
        child.stdin.close()
    child.wait()
    child.stdout.close()
    return child.returncode


def end_pass(kill=False):
    """The next pass has new processes."""
    while _children:
        _, child = _children.popitem()
        if kill:
            child.kill()
        _end(child)


def serve():
    from . import family, rivals  # which take Case and Blocks from here

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word
    warnings.simplefilter("ignore")  # those that are of interest are counted by accuracy.py
    for line in sys.stdin:
        print(json.dumps(_answer(rivals, family.KINDS, *json.loads(line))), flush=True)


def _answer(rivals, kinds, group, build, names, alone, effort, seed):
    kind, arguments, _ = group
    effort = Effort(*effort)
    if kind in ONE_BY_ONE:
        rounds, seconds = MANY * effort.rounds, 10 * effort.seconds
        effort = effort._replace(rounds=rounds, seconds=seconds, seconds_per_sample=0)
    if CORES and kind not in SPREAD_OUT:
        os.sched_setaffinity(0, {max(CORES)})
    others = rivals.USUAL if not alone else [] if kind in UNTIMED else rivals.BESIDE
    ways = rivals.Ways([*others, *names])
    try:
        if build != results.build():
            raise Unavailable("another build of fastsigmoid is installed there")
        made = kinds[kind](ways, *arguments, effort)
        taking_part = {name: ways.versions[name] for name in names if name not in ways.absent}
        if alone and not taking_part:
            raise Unavailable("no rival is there")
    except Unavailable as reason:
        return {"missing": str(reason), "absent": ways.absent}
    if kind in UNTIMED:
        found = {"rows": made}
    else:
        pause = PAUSE if kind in PAUSED else 0
        found = take_turns(made, effort, seed, kind not in SPREAD_OUT, pause)
    environment = ", ".join(" ".join(item) for item in results.libraries().items())
    return found | {"versions": taking_part, "absent": ways.absent, "environment": environment}
