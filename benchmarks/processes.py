"""Starts the processes that measure: one a group, one after another."""

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import fastsigmoid

from . import environment
from .timing import Timings


class Measured(NamedTuple):
    """What was found out about a group of calls."""

    timings: Timings
    versions: dict  # of the rivals that had to be loaded
    missing: str = ""  # why there are no timings


def measure(group, effort, interpreters):
    """By the first of the interpreters that has what the group needs."""
    isa = dict(group.settings).get("FASTSIGMOID_ISA")
    if isa not in (None, *fastsigmoid.cpu_info()["available"]):
        return Measured(Timings({}), {}, f"this CPU has no {isa}")
    reasons = []
    for interpreter in interpreters:
        answer = _ask(interpreter, group, effort)
        if "missing" not in answer:
            return Measured(Timings(answer["samples"]), answer["versions"])
        reasons.append(answer["missing"])
    return Measured(Timings({}), {}, ", ".join(dict.fromkeys(reasons)))


def _ask(interpreter, group, effort):
    request = {
        "kind": group.kind,
        "arguments": group.arguments,
        "build": environment.build(),
        "rounds": effort.rounds,
        "seconds": effort.seconds_per_sample,
    }
    child = subprocess.run(
        [interpreter, "-m", "benchmarks.child", json.dumps(request)],
        env=os.environ | _path_to_svml(interpreter) | dict(group.settings),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(child.stdout)


def _path_to_svml(interpreter):
    """pip puts the library, which numba wants to load by its bare name, where nobody looks."""
    library = Path(interpreter).absolute().parent.parent / "lib"
    if not (library / "libsvml.so").exists():
        return {}
    others = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": f"{library}:{others}" if others else str(library)}
