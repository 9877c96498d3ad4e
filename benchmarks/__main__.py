"""python -m benchmarks: the tables of speed and error."""

import argparse
import contextlib
import sys
import time
from pathlib import Path

from . import accuracy, environment, footprint, page, plots, processes, report, results, rivals
from .cases import Group
from .optional import OPTIONAL
from .shared import CHUNK
from .targets import TARGETS
from .timing import Effort

PARTS = ["targets", "scalar", "small", "array", "accuracy", "scaling", "footprint", "threads"]

SCALARS = (0.25, -2.0)
SMALL = (1, 4, 10, 16, 100)
LARGE = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
# From 1 to 64M, about three a decade.
GROWTH = (3, 30, 300, 3_000, 30_000, 300_000, 3_000_000, 30_000_000, 64_000_000)
THREADED = 16 * CHUNK

FULL = Effort(
    passes=5,
    rounds=13,
    fewest_rounds=3,
    seconds=2.5,
    seconds_per_sample=2.5e-3,
    inputs=50_000,
    shared=False,
)

# Within a minute for each part, and for all of them together.
QUICK = Effort(
    passes=1,
    rounds=9,
    fewest_rounds=5,
    seconds=0.3,
    seconds_per_sample=5e-4,
    inputs=1_000,
    shared=True,
)
QUICK_DTYPES = ["float64", "float32"]
QUICK_SIZES = (1, 10, 1_000, 100_000)


class Progress:
    """A bar on standard error, where that is a terminal."""

    WIDTH = 40

    def __init__(self, steps):
        self.steps = steps
        self.done = 0
        self.start = time.monotonic()

    def tick(self, what):
        self.done += 1
        if sys.stderr.isatty():
            bar = "#" * (self.WIDTH * self.done // self.steps)
            end = "\n" if self.done == self.steps else ""
            line = f"[{bar:{self.WIDTH}}] {time.monotonic() - self.start:.0f} s, {what}"
            print(f"\r\033[K{line[:100]}", end=end, file=sys.stderr, flush=True)


def groups_of(parts, dtypes, effort, quick):
    """What to measure, nothing twice."""
    sizes = [n for part, ns in [("small", SMALL), ("array", LARGE)] if part in parts for n in ns]
    if "scaling" in parts:
        sizes += [*SMALL, *LARGE, *GROWTH]
    if quick:
        sizes = [n for n in sizes if n in QUICK_SIZES]
    groups = []
    if "scalar" in parts:
        groups += [Group("scalar", (x,)) for x in SCALARS[: 1 if quick else None]]
    groups += [Group("array", (dtype, n)) for dtype in dtypes for n in sorted(sizes)]
    if "accuracy" in parts:
        for dtype in dtypes:
            names = accuracy.names_of_sets(dtype)
            groups += [Group("accuracy", (dtype, name, effort.inputs)) for name in names]
            groups.append(Group("bits", (dtype,)))
    if "threads" in parts:
        groups += [Group("threads", (dtype, THREADED)) for dtype in dtypes if dtype in QUICK_DTYPES]
    if "targets" in parts:
        groups += [target.group for target in TARGETS]
    return list(dict.fromkeys(groups))


def main():
    arguments = parse_arguments()
    parts = arguments.parts
    effort = QUICK if arguments.quick else FULL
    interpreters = [sys.executable, *arguments.python]
    groups = groups_of(parts, arguments.dtype, effort, arguments.quick)

    # Once is enough for what is no matter of time.
    passes = [groups] + [[group for group in groups if group.timed]] * (effort.passes - 1)
    steps = sum(map(len, passes)) + ("footprint" in parts) * len(interpreters)
    progress = Progress(steps)
    outcomes = {}
    rows = {}
    # Of an interrupted run, what there is may be of use; a file, and a plot, is that of a whole one.
    with contextlib.suppress(KeyboardInterrupt):
        for seed, groups_of_pass in enumerate(passes):
            for group in groups_of_pass:
                outcome = processes.measure(group, effort, seed, arguments.rivals, interpreters)
                outcomes[group] = outcomes[group] + outcome if group in outcomes else outcome
                progress.tick(group)
        processes.end()
        if "footprint" in parts:
            for interpreter in interpreters:
                for row in footprint.measure(interpreter, 2 if arguments.quick else 15):
                    rows.setdefault(row["label"], row)
                progress.tick("footprint")
    whole = progress.done == steps

    reasons = [reason for outcome in outcomes.values() for reason in outcome.absent]
    skipped = list(dict.fromkeys([*rivals.SKIPPED, *reasons]))
    found = results.Results(environment.describe(effort), skipped, outcomes, list(rows.values()))
    found = results.rounded(found)
    committed = page.committed_figures()  # before they are overwritten
    if arguments.json and whole:
        results.write(found, arguments.json)
    print(report.text(found), end="")
    if arguments.plot and whole:
        plots.draw(found, arguments.plot)
    print(committed, end="")
    if not whole:
        done = f"{progress.done} of {steps} steps"
        sys.exit(f"\ninterrupted after {done}: these are their figures; no file has been written")


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="The speed and error of fastsigmoid beside the usual ways, as Markdown tables.",
    )
    parser.add_argument(
        "part",
        nargs="*",
        metavar="PART",
        help=f"what to measure: {', '.join(PARTS)}, or all (the default: an hour, and 6 GB for 64M elements)",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="fewer sizes, rounds and inputs: within a minute, as coarse as that is",
    )
    parser.add_argument(
        "--dtype",
        metavar="NAME,...",
        help=f"of {', '.join(accuracy.FORMATS)} (default: all; quickly: the first two)",
    )
    parser.add_argument(
        "--rivals",
        metavar="NAME,...",
        help=f"beside the usual ways: of {', '.join(OPTIONAL)}, or none (default: all)",
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        action="append",
        default=[],
        help="an interpreter with the same wheel and rivals that are not installed here",
    )
    parser.add_argument("--json", metavar="FILE", help="also write all figures to FILE")
    parser.add_argument("--plot", metavar="DIR", help="also draw how cost grows: PNGs in DIR")
    arguments = parser.parse_args()

    def chosen(given, known, default):
        names = given.split(",") if given else default
        if unknown := set(names) - set(known):
            parser.error(f"not among {', '.join(known)}: {', '.join(sorted(unknown))}")
        return names

    part = ",".join(arguments.part)
    arguments.parts = PARTS if part in ("", "all") else chosen(part, PARTS, PARTS)
    dtypes = QUICK_DTYPES if arguments.quick else list(accuracy.FORMATS)
    arguments.dtype = chosen(arguments.dtype, accuracy.FORMATS, dtypes)
    if arguments.rivals == "none":
        arguments.rivals = []
    else:
        arguments.rivals = chosen(arguments.rivals, OPTIONAL, list(OPTIONAL))
    if arguments.plot:
        plots.check(parser)
    if arguments.json and not Path(arguments.json).absolute().parent.is_dir():
        parser.error(f"no folder to write {arguments.json} into")
    return arguments


if __name__ == "__main__":
    main()
