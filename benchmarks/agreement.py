"""python -m benchmarks.agreement FILE FILE: which figures of two runs agree within their spreads.

Two figures of a call agree where their spreads, as the tables print them, have a point in common.
"""

import argparse

from . import results
from .tables import code, duration, percent, table


def compare(first, second):
    """(calls that both runs measured, rows of those that do not agree)."""
    calls, rows = 0, []
    for group in [group for group in first.outcomes if group in second.outcomes]:
        theirs = second.outcomes[group].calls()
        for label, own in first.outcomes[group].calls().items():
            if label in theirs:
                calls += 1
                rows += _disagreement(group, label, own, theirs[label])
    return calls, rows


def text(first, second):
    where, elsewhere = (
        f"{about['CPU']}, {about['kernels']}" for about in (first.environment, second.environment)
    )
    if where != elsewhere:
        return f"Not compared: the figures of {where} are others than those of {elsewhere}.\n"
    calls, rows = compare(first, second)
    agree = f"{calls - len(rows):,} of {calls:,} calls agree"
    if not rows:
        return f"{agree}.\n"
    header = ["", "", "median", "spread", "median", "spread", "apart by"]
    return f"{agree} ({percent(1 - len(rows) / calls)}); the others:\n\n{table(header, rows)}"


def _disagreement(group, label, own, other):
    (low, high), (other_low, other_high) = own.spread(label), other.spread(label)
    if max(low, other_low) <= min(high, other_high):
        return []
    gap = max(low, other_low) / min(high, other_high) - 1
    figures = [cell for timings in (own, other) for cell in _figures(timings, label)]
    return [[group, code(label), *figures, percent(gap)]]


def _figures(timings, label):
    low, high = timings.spread(label)
    return duration(timings.median(label)), f"{duration(low)} .. {duration(high)}"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("file", nargs=2, help="what --json wrote")
    print(text(*map(results.read, parser.parse_args().file)), end="")


if __name__ == "__main__":
    main()
