"""All figures of a run as Markdown that reads well as plain text too."""

from itertools import product

from . import headline, rivals, shared
from .optional import OUT_LABELS as OPTIONAL_OUT_LABELS
from .optional import RIVAL_OF
from .tables import MISSING, code, duration, percent, ratio, size, table
from .targets import TARGETS

OUT_LABELS = {*(label for label, _, _ in rivals.OUT_CALLS), *OPTIONAL_OUT_LABELS}
SCALAR_TYPES = {"scalar": "Python float", "np.float64": "np.float64"}
BITS = ["strided", "shifted", "one by one"]
SPREAD = "Spread: least and greatest of the medians of the processes (quartiles, if there is one process)"
RATIOS = (
    "ratios are medians of those within a round; a rival from an environment of its own has them to what it was "
    "measured beside there"
)
SPECIAL = ["inf", "-inf", "NaN"]


def text(results):
    """Sections of what was measured, each with its heading."""
    sections = [
        _environment(results),
        _headline(results),
        _targets(results),
        *_scalars(results),
        *_arrays(results),
        _losses(results),
        *_accuracy(results),
        *_bits(results),
        _footprint(results),
        _threads(results),
        _noise(results),
    ]
    return "\n".join(section for section in sections if section)


def _section(heading, remark, header, rows):
    rows = list(rows)
    if not rows:
        return ""
    remark = f"{remark}\n\n" if remark else ""
    return f"## {heading}\n\n{remark}{table(header, rows)}"


def _environment(results):
    about = dict(results.environment)
    caches = (f"{level} {n // 1024:,} KiB" for level, n in about["caches"].items())
    about["caches"] = ", ".join(caches) or MISSING
    about |= results.versions()
    about |= {f"{rival}, beside": what for rival, what in results.elsewhere().items()}
    skipped = "".join(f"\nSkipped: {reason}\n" for reason in _skipped(results))
    return f"# Benchmarks of fastsigmoid\n\n{table(['', ''], about.items())}{skipped}"


def _skipped(results):
    """Without what another interpreter had after all."""
    had = {f"{name} is not installed" for name in results.versions()}
    return [reason for reason in results.skipped if reason not in had]


def _headline(results):
    if not headline.rows(results):
        return ""
    return f"## In short\n\n{headline.text(results)}\n{headline.caption(results)}\n"


def _scalars(results):
    for kind, type_name in SCALAR_TYPES.items():
        for (x,), outcome in results.outcomes_of(kind).items():
            yield _section(
                f"x = {x}, a {type_name}",
                f"ns per call. {SPREAD}; {RATIOS}",
                ["", "median", "least", "spread", "/ math.exp", "/ SciPy"],
                (_scalar_row(*item) for item in outcome.calls().items()),
            )


def _scalar_row(label, timings):
    low, high = timings.spread(label)
    return [
        code(label),
        f"{timings.median(label) * 1e9:.1f}",
        f"{timings.least(label) * 1e9:.1f}",
        f"{low * 1e9:.1f} .. {high * 1e9:.1f}",
        ratio(timings.ratio(label, rivals.MATH_EXP)),
        ratio(timings.ratio(label, rivals.SCIPY)),
    ]


def _arrays(results):
    """For each dtype results in a new array and in a given one, as times and as ratios."""
    caches = results.environment["caches"]
    for dtype, outcomes in results.arrays().items():
        sizes = {n: outcome.calls() for n, outcome in outcomes.items()}
        labels = dict.fromkeys(label for calls in sizes.values() for label in calls)
        heads = [f"{n:,} ({_where(dtype, n, caches)})" for n in sizes]
        for where, scipy, chosen in [
            ("a new array", rivals.SCIPY, [label for label in labels if label not in OUT_LABELS]),
            ("a given array", rivals.SCIPY_OUT, [label for label in labels if label in OUT_LABELS]),
        ]:
            heading = f"{dtype}, results in {where}"
            remark = f"Median of a call with its spread, and the least; where input and output lie. {SPREAD}"
            yield _section(heading, remark, ["", *heads], _rows(chosen, sizes, _time_cell))
            for name, reference in [("SciPy", scipy), ("np.copyto of the same bytes", rivals.COPY)]:
                yield _section(
                    f"{heading}: ratio to {name}",
                    RATIOS[0].upper() + RATIOS[1:],
                    ["", *(f"{n:,}" for n in sizes)],
                    _rows(chosen, sizes, lambda t, label, to=reference: ratio(t.ratio(label, to))),
                )


def _rows(labels, sizes, cell):
    for label in labels:
        cells = [
            cell(calls[label], label) if label in calls else MISSING for calls in sizes.values()
        ]
        yield [code(label), *cells]


def _time_cell(timings, label):
    middle = timings.median(label)
    below, above = (100 * abs(end / middle - 1) for end in timings.spread(label))
    return f"{duration(middle)} -{below:.0f} +{above:.0f} %, {duration(timings.least(label))}"


def _where(dtype, n, caches):
    """The smallest cache that holds input and output."""
    needed = 2 * n * {"float64": 8, "float32": 4}.get(dtype, 2)
    if not caches:
        return "caches unknown"
    return next((level for level, bytes_ in caches.items() if needed <= bytes_), "memory")


def _losses(results):
    rows = []
    for group, outcome in results.outcomes.items():
        for own, (label, timings) in product(rivals.OURS, outcome.calls().items()):
            if label in rivals.OURS + rivals.FLOORS:
                continue
            if (own in OUT_LABELS) != (label in OUT_LABELS):
                continue
            value = timings.ratio(label, own)
            if value is not None and value < 1:
                rows.append([group, code(own), code(label), f"**{value:.2f}**"])
    runs = [run for outcome in results.outcomes.values() for run in outcome.runs]
    if not any(own in run.timings for run in runs for own in rivals.OURS):
        return ""
    header = ["", "ours", "rival", "rival's time / ours"]
    return _section("Rivals that were faster", "", header, rows or [["none", "", "", ""]])


def _accuracy(results):
    for (dtype, inputs, n), outcome in results.outcomes_of("accuracy").items():
        rows = [row for run in outcome.runs for row in run.results]
        yield _section(
            f"Error: {dtype}, {n:,} of {inputs}",
            "",
            [
                "",
                "max ULP",
                "mean ULP",
                "not correctly rounded",
                "0, NaN or an exception instead",
                "raised",
            ],
            (
                [
                    code(row["label"]),
                    f"{row['most_ulp']:.4g}",
                    f"{row['mean_ulp']:.3g}",
                    percent(row["misrounded"]),
                    percent(row["lost"]),
                    row["complaint"] or "nothing",
                ]
                for row in rows
            ),
        )


def _bits(results):
    for (dtype,), outcome in results.outcomes_of("bits").items():
        rows = [row for run in outcome.runs for row in run.results]
        yield _section(
            f"Same input, same bits? {dtype}",
            "How many of 1,003 results are others in a strided view, when the array starts elsewhere, and "
            "in calls with one element; then the results of special inputs",
            ["", *BITS, *SPECIAL, "raised"],
            (
                [
                    code(row["label"]),
                    *(row[key] for key in BITS + SPECIAL),
                    row["raised"] or "nothing",
                ]
                for row in rows
            ),
        )


def _footprint(results):
    return _section(
        "Import and installation",
        "Milliseconds of the import in a new process, without Python's own start: median, least .. most",
        ["", "", "import", "least .. most", "on disk", "with what it requires"],
        (
            [
                row["label"],
                code(row["statement"]),
                f"{row['milliseconds']:.1f}",
                f"{row['least']:.1f} .. {row['most']:.1f}",
                size(row["bytes"]),
                size(row["with requirements"]),
            ]
            for row in results.footprint
        ),
    )


def _threads(results):
    rows = []
    for (dtype, n), outcome in results.outcomes_of("threads").items():
        calls = outcome.calls()
        for label in shared.LABELS:
            one, two = (shared.by(label, workers) for workers in shared.WORKERS)
            if one in calls and two in calls:
                timings = calls[one]
                rates = [f"{n / timings.median(name) / 1e9:.2f}" for name in (one, two)]
                low, high = timings.ratio_spread(one, two)
                gain = [ratio(timings.ratio(one, two)), f"{low:.2f} .. {high:.2f}"]
                rows.append([dtype, code(label), *rates, *gain])
    return _section(
        "Threads",
        f"10^9 elements a second of one large array, in chunks of {shared.CHUNK:,} (torch shares it out by "
        f"itself). {SPREAD}",
        ["", "", "1 thread", "2 threads", "gain", "spread"],
        rows,
    )


def _targets(results):
    rows = [
        [target.case, f"{target.at_most:.2f}", f"{target.stretch:.2f}", *_judged(target, outcome)]
        for target in TARGETS
        if (outcome := results.outcomes.get(target.group))
    ]
    return _section(
        "Targets",
        f"Medians of the ratios within a round. {SPREAD}",
        ["case", "at most", "stretch", "median", "spread", "verdict", "rival"],
        rows,
    )


def _judged(target, outcome):
    for run in outcome.runs:
        value = run.timings.ratio(target.label, target.reference)
        if value is not None:
            low, high = run.timings.ratio_spread(target.label, target.reference)
            rival = RIVAL_OF.get(target.reference)
            version = f"{rival} {run.versions[rival]}" if rival else ""
            return f"{value:.3f}", f"{low:.3f} .. {high:.3f}", target.verdict(value), version
    reason = ", ".join(outcome.absent) or f"no {target.reference}"
    return MISSING, MISSING, f"not measured: {reason}", ""


def _noise(results):
    runs = [run for outcome in results.outcomes.values() for run in outcome.runs]
    repeated, noisy = (sum(getattr(run, name) for run in runs) for name in ("repeated", "noisy"))
    kept = sum(run.timings.rounds for run in runs)
    if not kept:
        return ""
    return (
        f"{kept:,} rounds, {repeated:,} more that were repeated because others had the core; "
        f"{noisy:,} are noisy all the same.\n"
    )
