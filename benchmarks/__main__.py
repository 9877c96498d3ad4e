"""python -m benchmarks: the tables of speed and error."""

import argparse
import sys
from typing import NamedTuple

from . import accuracy, environment, processes, report, timing
from .cases import Group
from .targets import TARGETS

PARTS = ["targets", "scalar", "array", "accuracy"]

SCALARS = (0.25, -2.0)
SIZES = {
    "float64": (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000),
    "float32": (100, 10_000, 1_000_000),
}


class Effort(NamedTuple):
    rounds: int
    seconds_per_sample: float
    inputs: int


FULL = Effort(rounds=61, seconds_per_sample=5e-3, inputs=50_000)
QUICK = Effort(rounds=25, seconds_per_sample=3e-3, inputs=10_000)


class Progress:
    """A bar on standard error, where that is a terminal."""

    WIDTH = 40

    def __init__(self, steps):
        self.steps = steps
        self.done = 0

    def tick(self):
        self.done += 1
        if sys.stderr.isatty():
            bar = "#" * (self.WIDTH * self.done // self.steps)
            end = "\n" if self.done == self.steps else ""
            print(f"\r[{bar:{self.WIDTH}}]", end=end, file=sys.stderr, flush=True)


def main():
    arguments = parse_arguments()
    parts = PARTS if arguments.part == "all" else [arguments.part]
    effort = QUICK if arguments.quick else FULL
    described = environment.describe(pinned=timing.pin())

    groups = []
    if "scalar" in parts:
        groups += [Group("scalar", (x,)) for x in SCALARS]
    if "array" in parts:
        groups += [Group("array", (dtype, n)) for dtype, sizes in SIZES.items() for n in sizes]
    if "targets" in parts:
        groups += [target.group for target in TARGETS]
    groups = list(dict.fromkeys(groups))

    inputs = {}
    if "accuracy" in parts:
        for dtype in SIZES:
            for name, x in accuracy.input_sets(dtype, effort.inputs).items():
                inputs[dtype, name] = x

    progress = Progress(len(groups) + len(inputs))
    measured = {}
    for group in groups:
        measured[group] = processes.measure(group, effort, [sys.executable, *arguments.python])
        progress.tick()
    errors = {}
    for which, x in inputs.items():
        errors[which] = accuracy.compare(x)
        progress.tick()

    report.print_all(described, measured, errors)
    if arguments.json:
        report.write_json(arguments.json, described, measured, errors)


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="The speed and error of fastsigmoid beside the usual ways, as Markdown tables.",
    )
    parser.add_argument(
        "part",
        nargs="?",
        choices=[*PARTS, "all"],
        default="all",
        help="what to measure (default: all, some minutes)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds and inputs: within a minute"
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        action="append",
        default=[],
        help="an interpreter with fastsigmoid and the rivals that are not installed here",
    )
    parser.add_argument("--json", metavar="FILE", help="also write all figures to FILE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
