"""Starts the processes that measure: one after another, each for one group unless time is short."""

import contextlib
import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import fastsigmoid

from . import environment
from .timing import Timings

_children = {}  # those that several groups share


class Measured(NamedTuple):
    """What came of a group in one environment."""

    timings: Timings
    versions: dict  # of the optional rivals
    repeated: int = 0  # rounds
    noisy: int = 0  # those that remained so
    results: tuple = ()  # of what is no matter of time
    environment: str = ""  # Python, NumPy and SciPy there

    def labels(self):
        return {*self.timings, *(row["label"] for row in self.results)}

    def __add__(self, later):
        """With those of a later pass."""
        return self._replace(
            timings=self.timings + later.timings,
            repeated=self.repeated + later.repeated,
            noisy=self.noisy + later.noisy,
        )


class Outcome(NamedTuple):
    """What came of a group: a Measured for each interpreter that was needed."""

    runs: list
    absent: list  # why something was not measured

    def __add__(self, later):
        """With those of a later pass; what that lacks is left as it is."""
        others = {frozenset(run.timings): run for run in later.runs}
        runs = []
        for run in self.runs:
            other = others.get(frozenset(run.timings))
            runs.append(run + other if other else run)
        return Outcome(runs, list(dict.fromkeys(self.absent + later.absent)))

    def calls(self):
        """{label: Timings}, of the first run that has the label."""
        found = {}
        for run in self.runs:
            for label in run.timings:
                found.setdefault(label, run.timings)
        return found


def measure(group, effort, seed, names, interpreters):
    """By the first interpreter that has what the group needs; those after it add missing rivals."""
    isa = dict(group.settings).get("FASTSIGMOID_ISA")
    if isa not in (None, *fastsigmoid.cpu_info()["available"]):
        return Outcome([], [f"this CPU has no {isa}"])
    runs = []
    names = group.rivals(names)
    absent = {}
    reasons = []
    for interpreter in interpreters:
        answer = _ask(interpreter, group, effort, seed, names, alone=bool(runs))
        if "missing" in answer:
            reasons.append(answer["missing"])
            continue
        measured = _measured(answer)
        if measured.labels() - {label for run in runs for label in run.labels()}:
            runs.append(measured)
        for name, reason in answer["absent"].items():
            # What has been loaded knows better than what is not installed.
            if name in answer["versions"] or name not in absent:
                absent[name] = reason
        absent = {name: absent[name] for name in answer["absent"]}
        if not absent:
            return Outcome(runs, [])
        names = group.rivals(list(absent))
    if runs:
        reasons = []  # why other interpreters could not do it matters no more
    return Outcome(runs, list(dict.fromkeys([*absent.values(), *reasons])))


def _measured(answer):
    samples = answer.get("samples", {})
    return Measured(
        Timings({label: [of_process] for label, of_process in samples.items()}),
        answer["versions"],
        answer.get("repeated", 0),
        answer.get("noisy", 0),
        answer.get("results", ()),
        answer["environment"],
    )


def _ask(interpreter, group, effort, seed, names, alone):
    request = {
        "kind": group.kind,
        "arguments": group.arguments,
        "build": environment.build(),
        "rivals": names,
        "alone": alone,
        "effort": effort._asdict(),
        "seed": seed,
    }
    which = interpreter, group.settings
    child = _children.pop(which, None) or _start(*which)
    with contextlib.suppress(BrokenPipeError):  # its status says more
        child.stdin.write(json.dumps(request) + "\n")
        child.stdin.flush()
    try:
        answer = child.stdout.readline()
    except KeyboardInterrupt:
        child.kill()
        raise
    if not answer:
        with contextlib.suppress(BrokenPipeError):  # else its destructor would complain of the same
            child.stdin.close()
        status = child.wait()
        return {"missing": f"{group}: its process ended with status {status}"}
    if effort.shared:
        _children[which] = child
    else:
        _end(child)
    return json.loads(answer)


def _start(interpreter, settings):
    return subprocess.Popen(
        [interpreter, "-m", "benchmarks.child"],
        env=os.environ | _path_to_svml(interpreter) | dict(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _end(child):
    child.stdin.close()
    child.wait()
    child.stdout.close()


def end():
    """The processes that are still waiting for another group."""
    while _children:
        _end(_children.popitem()[1])


def _path_to_svml(interpreter):
    """pip puts the library, which numba wants to load by its bare name, where nobody looks."""
    library = Path(interpreter).absolute().parent.parent / "lib"
    if not (library / "libsvml.so").exists():
        return {}
    others = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": f"{library}:{others}" if others else str(library)}
