"""python -m benchmarks: the tables of speed and error."""

import argparse
import sys
from typing import NamedTuple

import numpy as np

from . import accuracy, environment, report, rivals, timing

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
    effort = QUICK if arguments.quick else FULL
    described = environment.describe(pinned=timing.pin())

    cases, inputs = {}, {}
    if arguments.part in ("scalar", "all"):
        cases |= {("scalar", x): rivals.scalar_cases(x) for x in SCALARS}
    if arguments.part in ("array", "all"):
        cases |= array_cases()
    if arguments.part in ("accuracy", "all"):
        for dtype in SIZES:
            for name, x in accuracy.input_sets(dtype, effort.inputs).items():
                inputs[dtype, name] = x

    progress = Progress(len(cases) * effort.rounds + len(inputs))
    groups = {
        group: timing.measure(calls, effort.rounds, effort.seconds_per_sample, progress.tick)
        for group, calls in cases.items()
    }
    errors = {}
    for which, x in inputs.items():
        errors[which] = accuracy.compare(x)
        progress.tick()

    report.print_all(described, groups, errors)
    if arguments.json:
        report.write_json(arguments.json, described, groups, errors)


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="The speed and error of fastsigmoid beside the usual ways, as Markdown tables.",
    )
    parser.add_argument(
        "part",
        nargs="?",
        choices=["scalar", "array", "accuracy", "all"],
        default="all",
        help="what to measure (default: all, about a minute)",
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and inputs: some 15 s")
    parser.add_argument("--json", metavar="FILE", help="also write all figures to FILE")
    return parser.parse_args()


def array_cases():
    normal = np.random.default_rng(0).normal(scale=4, size=max(map(max, SIZES.values())))
    return {
        (dtype, n): rivals.array_cases(normal[:n].astype(dtype))
        for dtype, sizes in SIZES.items()
        for n in sizes
    }


if __name__ == "__main__":
    main()
