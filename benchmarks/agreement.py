"""python -m benchmarks.agreement FILE FILE: which figures of two runs agree within their spreads.

Two figures agree where their spreads, as the tables print them, have a point in common: the times of a call,
which depend on the machine's clock of the day, and the ratios to ours, which should not.
"""

import argparse

from . import results, rivals
from .report import OUT_LABELS
from .tables import code, duration, percent, table


def text(first, second):
    here, there = (_machine(run) for run in (first, second))
    if here != there:
        return f"Not compared: {here} on one side, {there} on the other.\n"
    return "\n".join(
        _agreement(first, second, *what)
        for what in [("times", _time, duration), ("ratios to ours", _ratio, "{:.3f}".format)]
    )


def _machine(run):
    return ", ".join(run.environment[key] for key in ("CPU", "kernels", "system"))


def _agreement(first, second, name, figure, show):
    count, rows = 0, []
    for group, label, pair in _both(first, second):
        figures = [figure(timings, label) for timings in pair]
        if None not in figures:
            count += 1
            rows += _disagreement([group, code(label)], figures, show)
    agree = f"{count - len(rows):,} of {count:,} {name} agree"
    if not rows:
        return f"{agree}.\n"
    header = ["", "", "median", "spread", "median", "spread", "apart by"]
    return f"{agree} ({percent(1 - len(rows) / count)}); the others:\n\n{table(header, rows)}"


def _both(first, second):
    """The calls that both runs measured: group, label, timings of both."""
    for group, outcome in first.outcomes.items():
        theirs = second.outcomes[group].calls() if group in second.outcomes else {}
        for label, own in outcome.calls().items():
            if label in theirs:
                yield group, label, (own, theirs[label])


def _time(timings, label):
    return timings.median(label), timings.spread(label)


def _ratio(timings, label):
    ours = rivals.SIGMOID_OUT if label in OUT_LABELS else rivals.SIGMOID
    if label == ours or ours not in timings:
        return None
    return timings.ratio(label, ours), timings.ratio_spread(label, ours)


def _disagreement(names, figures, show):
    lows, highs = zip(*(spread for _, spread in figures), strict=True)
    if max(lows) <= min(highs):
        return []
    cells = [
        cell
        for median, (low, high) in figures
        for cell in (show(median), f"{show(low)} .. {show(high)}")
    ]
    return [[*names, *cells, percent(max(lows) / min(highs) - 1)]]


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("file", nargs=2, help="what --json wrote")
    print(text(*map(results.read, parser.parse_args().file)), end="")


if __name__ == "__main__":
    main()
