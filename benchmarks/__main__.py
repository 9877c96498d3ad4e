"""python -m benchmarks: the tables of speed and error."""

import argparse
import random
import sys
from pathlib import Path

from tqdm import tqdm

from . import accuracy, family, measure, report, results, rivals
from .measure import UNTIMED, Effort
from .results import Group

PARTS = ["targets", "float", "array", "family", "inputs", "accuracy", "footprint", "threads"]

# About two a decade; for small dtypes those of the table in short.
SIZES = (1, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
SIZES += (3_000_000, 10_000_000)
SHORT = ["float16", "bfloat16"]
FLOATS = (rivals.FRESH, 0.25, -2.0)
THREADED = 16 * rivals.CHUNK

FULL = Effort(4, rounds=9, fewest_rounds=3, seconds=1.2, seconds_per_sample=1e-3, inputs=50_000)
# Within a minute for each part, and for all of them together.
QUICK = Effort(1, rounds=9, fewest_rounds=3, seconds=0.3, seconds_per_sample=3e-4, inputs=1_000)
QUICK_DTYPES = ["float64", "float32"]
QUICK_SIZES = (1, 10, 1_000, 100_000)


def groups_of(parts, dtypes, effort, quick):
    """What to measure, nothing twice."""
    groups = []
    if "float" in parts:
        groups += [Group("float", (x,)) for x in FLOATS[: 1 if quick else None]]
        groups.append(Group("np.float64"))
    if "array" in parts:
        for dtype in dtypes:
            sizes = QUICK_SIZES if quick else report.SIZES if dtype in SHORT else SIZES
            groups += [Group("array", (dtype, n)) for n in sizes]
    if "family" in parts:
        of_family = [dtype for dtype in dtypes if dtype not in SHORT]
        for name in family.FUNCTIONS:
            groups.append(Group("family float", (name,)))
            for dtype in of_family:
                sizes = QUICK_SIZES if quick else report.FAMILY_SIZES
                groups += [Group("family", (name, dtype, n)) for n in sizes]
                groups.append(Group("family accuracy", (name, dtype, effort.inputs)))
    if "inputs" in parts:
        groups.append(report.INPUTS)
    if "accuracy" in parts:
        for dtype in dtypes:
            names = accuracy.names_of_sets(dtype)
            groups += [Group("accuracy", (dtype, name, effort.inputs)) for name in names]
            groups += [Group("bits", (dtype,))] + [Group("curve", (dtype,))] * (dtype not in SHORT)
    if "footprint" in parts:
        groups.append(Group("footprint"))
    if "threads" in parts:
        groups += [Group("threads", (dtype, THREADED)) for dtype in dtypes if dtype not in SHORT]
    if "targets" in parts:
        groups += [target.group for target in report.TARGETS]
    return list(dict.fromkeys(groups))


def steps_of(groups, passes):
    """(pass, group), in an order of each pass; once is enough for what is no matter of rounds."""
    for seed in range(passes):
        now = [group for group in groups if seed == 0 or group.kind not in UNTIMED]
        yield from ((seed, group) for group in random.Random(seed).sample(now, len(now)))


def measured(steps, effort, names, interpreters):
    """Outcomes by group, and how many steps were done: of an interrupted run, what there is may be of use."""
    outcomes, done, of_pass = {}, 0, 0
    form = "{bar:30} {n}/{total}, {elapsed} < {remaining}{postfix}"
    try:
        for seed, group in (progress := tqdm(steps, disable=None, bar_format=form)):
            progress.set_postfix_str(str(group))
            if seed != of_pass:
                measure.end_pass()
            wanted = rivals.taking_part(group, names)
            outcome = measure.measure(group, effort, seed, wanted, interpreters)
            if group in outcomes:
                outcomes[group].add(outcome)
            else:
                outcomes[group] = outcome
            done, of_pass = done + 1, seed
        measure.end_pass()
    except KeyboardInterrupt:
        measure.end_pass(kill=True)
    return outcomes, done


def main():
    arguments = parse_arguments()
    effort = QUICK if arguments.quick else FULL
    effort = effort._replace(passes=arguments.passes or effort.passes)
    groups = groups_of(arguments.parts, arguments.dtype, effort, arguments.quick)
    steps = list(steps_of(groups, effort.passes))
    interpreters = [sys.executable, *arguments.python]
    outcomes, done = measured(steps, effort, arguments.rivals, interpreters)

    in_order = {group: outcomes[group] for group in groups if group in outcomes}
    found = results.Results(results.describe(effort), in_order)
    found = results.loads(results.dumps(found))  # what is printed now will be printed from the file
    committed = report.committed()  # before it is overwritten
    print(report.text(found), end="")
    if done < len(steps):
        print(committed, end="")
        done = f"{done} of {len(steps)} steps"
        sys.exit(f"\ninterrupted after {done}: these are their figures; no file has been written")
    if arguments.into:
        whole = results.read(arguments.into)
        try:
            whole.replace(found)
        except ValueError as reason:
            sys.exit(f"nothing is written: {reason}")
        results.write(whole, arguments.into)
    if arguments.json:
        results.write(found, arguments.json)
    print(committed, end="")


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="The speed and error of fastsigmoid beside the usual ways, as Markdown tables.",
    )
    option = parser.add_argument
    parts = f"{', '.join(PARTS)}, or all (the default: 25 minutes, and 3 GB)"
    option("part", nargs="*", metavar="PART", help=f"what to measure: {parts}")
    option("--quick", action="store_true", help="fewer sizes, rounds and inputs: a minute for all")
    option("--passes", type=int, metavar="N", help="processes for each group of calls")
    known = f"of {', '.join(accuracy.FORMATS)} (default: all; quickly: the first two)"
    option("--dtype", metavar="NAME,...", help=known)
    known = f"beside the usual ways: of {', '.join(rivals.OPTIONAL)}, or none (default: all)"
    option("--rivals", metavar="NAME,...", help=known)
    other = "an interpreter with the same wheel and rivals that are not installed here"
    option("--python", metavar="PATH", action="append", default=[], help=other)
    option("--json", metavar="FILE", help="also write all figures to FILE")
    option("--into", metavar="FILE", help="put the figures in place of those of the same in FILE")
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
    none = arguments.rivals == "none"
    arguments.rivals = [] if none else chosen(arguments.rivals, rivals.OPTIONAL, rivals.OPTIONAL)
    if arguments.json and not Path(arguments.json).absolute().parent.is_dir():
        parser.error(f"no folder to write {arguments.json} into")
    if arguments.into and not Path(arguments.into).is_file():
        parser.error(f"no file to put figures into: {arguments.into}")
    return arguments


if __name__ == "__main__":
    main()
