"""The figures as Markdown tables that read well as plain text too, and as JSON."""

import json
from itertools import product
from statistics import median

from . import rivals
from .targets import TARGETS
from .timing import quartiles

MISSING = "-"

OUT_LABELS = {*(label for label, _, _ in rivals.OUT_CALLS), *rivals.LOADED}
SCALAR_TYPES = {"scalar": "Python float", "np.float64": "np.float64"}


def print_all(environment, measured, errors):
    """Everything that was measured: by group, and the errors by inputs."""
    print_environment(environment, measured)
    print_targets(measured)
    tables = {}
    for group, (timings, _, _) in measured.items():
        if group.kind == "array":
            dtype, n = group.arguments
            tables.setdefault(dtype, {})[n] = timings
        elif group.kind in SCALAR_TYPES:
            print_scalar(SCALAR_TYPES[group.kind], *group.arguments, timings)
    for dtype, sizes in tables.items():
        print_arrays(dtype, dict(sorted(sizes.items())))
    print_losses(measured)
    for (dtype, inputs), results in errors.items():
        print_accuracy(dtype, inputs, results)


def print_environment(environment, measured):
    print("# Benchmarks of fastsigmoid\n")
    _print_table(["", ""], environment.items())
    for reason in skipped(measured):
        print(f"Skipped: {reason}\n")


def skipped(measured):
    """Why rivals and groups were not measured, each reason once."""
    reasons = [outcome.missing for outcome in measured.values() if outcome.missing]
    return list(dict.fromkeys([*rivals.SKIPPED, *reasons]))


def print_scalar(type_name, x, timings):
    print(f"## x = {x}, a {type_name}\n")
    print("ns per call; ratios are medians of the ratios within a round\n")
    rows = []
    for label in timings.samples:
        low, high = timings.quartiles(label)
        rows.append(
            [
                _code(label),
                f"{timings.median(label) * 1e9:.1f}",
                f"{timings.least(label) * 1e9:.1f}",
                f"{low * 1e9:.1f} .. {high * 1e9:.1f}",
                _ratio(timings.ratio(label, rivals.MATH_EXP)),
                _ratio(timings.ratio(label, rivals.SCIPY)),
            ]
        )
    _print_table(["", "median", "least", "quartiles", "/ math.exp", "/ SciPy"], rows)


def print_arrays(dtype, sizes):
    """One table of results in a new array, one of results in a given array; sizes: {n: timings}."""
    labels = list(dict.fromkeys(label for timings in sizes.values() for label in timings.samples))
    for title, reference, chosen in [
        ("a new array", rivals.SCIPY, [label for label in labels if label not in OUT_LABELS]),
        ("a given array", rivals.SCIPY_OUT, [label for label in labels if label in OUT_LABELS]),
    ]:
        print(f"## {dtype}, results in {title}\n")
        print(f"ns per call: median ± half the interquartile range (ratio to `{reference}`)\n")
        _print_table(
            ["elements", *(f"{n:,}" for n in sizes)],
            [
                [_code(label), *(_cell(timings, label, reference) for timings in sizes.values())]
                for label in chosen
            ],
        )


def print_losses(measured):
    rows = []
    for group, (timings, _, _) in measured.items():
        for own, label in product(rivals.OURS, timings.samples):
            if label in rivals.OURS + rivals.FLOORS or (own in OUT_LABELS) != (label in OUT_LABELS):
                continue
            ratio = timings.ratio(label, own)
            if ratio is not None and ratio < 1:
                rows.append([group, _code(own), _code(label), _ratio(ratio)])
    if measured:
        print("## Rivals that were faster\n")
        _print_table(["", "ours", "rival", "rival's time / ours"], rows or [["none", "", "", ""]])


def print_accuracy(dtype, inputs, results):
    print(f"## Error: {dtype}, {inputs}\n")
    _print_table(
        ["", "max ULP", "not correctly rounded", "0, NaN or an exception instead", "raised"],
        [
            [
                _code(result.label),
                f"{result.most_ulp:.4g}",
                _percent(result.misrounded),
                _percent(result.lost),
                result.complaint or "nothing",
            ]
            for result in results
        ],
    )


def print_targets(measured):
    rows = []
    for target in TARGETS:
        if target.group in measured:
            timings, versions, missing = measured[target.group]
            ratios = timings.ratios(target.label, target.reference)
            rows.append(
                [
                    target.case,
                    f"{target.at_most:.2f}",
                    f"{target.stretch:.2f}",
                    *_judged(target, ratios, missing),
                    ", ".join(f"{rival} {version}" for rival, version in versions.items()),
                ]
            )
    if rows:
        print("## Targets\n")
        print("Medians and quartiles of the ratios within a round\n")
        header = ["case", "at most", "stretch", "median", "quartiles", "verdict", "rival"]
        _print_table(header, rows)


def _judged(target, ratios, missing):
    if not ratios:
        reason = missing or f"no {target.reference}"
        return MISSING, MISSING, f"not measured: {reason}"
    ratio = median(ratios)
    low, high = quartiles(ratios)
    return f"{ratio:.3f}", f"{low:.3f} .. {high:.3f}", target.verdict(ratio)


def write_json(path, environment, measured, errors):
    """Everything that was printed, and the samples that it was computed from."""
    document = {
        "environment": environment,
        "skipped": skipped(measured),
        "timings": [
            {"group": str(group), "label": label, "versions": versions, **_record(timings, label)}
            for group, (timings, versions, _) in measured.items()
            for label in timings.samples
        ],
        "accuracy": [
            {"dtype": dtype, "inputs": inputs, **result._asdict()}
            for (dtype, inputs), results in errors.items()
            for result in results
        ],
        "targets": [
            {
                "case": target.case,
                "at most": target.at_most,
                "stretch": target.stretch,
                "measured": measured[target.group].timings.ratio(target.label, target.reference),
            }
            for target in TARGETS
            if target.group in measured
        ],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, ensure_ascii=False)
        file.write("\n")


def _record(timings, label):
    low, high = timings.quartiles(label)
    out = label in OUT_LABELS
    return {
        "median": timings.median(label),
        "least": timings.least(label),
        "quartiles": [low, high],
        "ratio to SciPy": timings.ratio(label, rivals.SCIPY_OUT if out else rivals.SCIPY),
        "seconds per call": timings.samples[label],
    }


def _cell(timings, label, reference):
    if label not in timings.samples:
        return MISSING
    low, high = timings.quartiles(label)
    median = timings.median(label)
    spread = 50 * (high - low) / median
    return f"{median * 1e9:,.0f} ±{spread:.0f} % ({_ratio(timings.ratio(label, reference))})"


def _ratio(ratio):
    return MISSING if ratio is None else f"{ratio:.2f}"


def _percent(share):
    return f"{100 * share:.3g} %"


def _code(label):
    return f"`{label}`"


def _print_table(header, rows):
    """Columns are padded, so that the table reads as plain text as well."""
    table = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(*table, strict=True)]
    table.insert(1, ["-" * width for width in widths])
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"| {' | '.join(cells)} |")
    print()
