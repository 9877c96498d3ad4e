"""All figures of a run as Markdown that reads well as plain text too; the pages and the README's part made of them.

python -m benchmarks.report makes the page and the pictures of each results/NAME.json, and in the README the part
that shows those of HEADLINE; with --check it only tells which of them are not what the results make of them.
"""

import argparse
import statistics
import sys
from itertools import product
from pathlib import Path
from typing import NamedTuple

from . import family, plots, results, rivals
from .accuracy import NORMAL
from .results import MISSING, Group, code, duration, percent, table
from .rivals import (
    BOTH_STRIDED,
    COPY,
    EXPIT,
    FRESH,
    IN_PLACE,
    MATH_EXP,
    OUT_OF_PLACE,
    SCIPY,
    SCIPY_OUT,
    SIGMOID,
    SIGMOID_OUT,
    STRIDED,
    SVML,
    SVML_OUT,
    TORCH_OUT,
)

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "benchmarks" / "results"
HEADLINE = FOLDER / "x86-64.json"
README = ROOT / "README.md"
BEGIN = "<!-- made by python -m benchmarks.report: -->\n"
END = "<!-- end -->\n"
PICTURE = """\
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="{0}-dark.svg">
  <img alt="{1}" src="{0}-light.svg">
</picture>
"""

SIZES = {10: "10", 1_000: "1,000", 100_000: "100,000", 10_000_000: "10M"}
# A row of the table in short: the call with an array, and what it is for one float.
ROWS = [
    (SIGMOID, SIGMOID),
    (EXPIT, EXPIT),
    (SCIPY, SCIPY),
    (rivals.NAIVE, rivals.NAIVE),
    (rivals.BRANCHES, rivals.BRANCHES),
    (rivals.MATH, rivals.MATH),
    (rivals.TORCH, rivals.TORCH_ONE),
    (rivals.NUMBA, rivals.NUMBA_ONE),
    (rivals.ONNX, None),
]
ROWS_ELSEWHERE = [(SIGMOID, SIGMOID), (SVML, rivals.SVML_ONE)]
SPREAD = "Spread: least and greatest of the medians of the processes (quartiles, if there is one process)"


CELLS = (
    "Median of a call with its spread, and its ratio to our `sigmoid`, bold where ours is slower. A call does not see "
    "the numbers again that it has just seen, but where a column or a row says so. Where new arrays of a library spread "
    "fourfold, its memory sometimes comes from the system, with a page fault for each 4 KB, and sometimes from the heap; "
    f"NumPy asks for huge pages. {SPREAD}"
)


class Target(NamedTuple):
    """The most that a call may cost beside a reference that takes turns with it in the group."""

    case: str
    group: Group
    label: str
    reference: str
    at_most: float
    stretch: float

    def verdict(self, ratio):
        if ratio > self.at_most:
            return "MISSED"
        return "reached" if ratio > self.stretch else "stretch reached"


IN_CACHE = 16_384
LARGE = 1 << 24  # far beyond any cache

PORTABLE = (("FASTSIGMOID_ISA", "portable"),)
AVX2 = (("FASTSIGMOID_ISA", "avx2"), ("ATEN_CPU_CAPABILITY", "avx2"))
# LLVM prefers 256 bits on many a CPU that has more; not on a generic one with these features.
WIDE_NUMBA = (
    ("FASTSIGMOID_ISA", "avx512"),
    ("NUMBA_CPU_NAME", "generic"),
    ("NUMBA_CPU_FEATURES", "+avx512f,+avx512dq,+avx512vl,+avx512bw,+avx512cd,+avx2,+fma"),
)
FLOAT, NUMPY_FLOAT, INPUTS = Group("float", (FRESH,)), Group("np.float64"), Group("inputs")
FOUR, TEN, SIXTEEN = (Group("array", ("float64", n)) for n in (4, 10, 16))


def beside(rival, dtype, at_most, stretch, n=IN_CACHE, how="", settings=()):
    """Results in a given array, ours beside a rival's."""
    group = Group("beside", (rival, dtype, n), settings)
    return Target(f"{dtype}, {n:,} / {rival}{how}", group, SIGMOID_OUT, rival, at_most, stretch)


def on_data(dtype, what, at_most, stretch, reference=FRESH):
    """Data and layouts that might be slow, beside data that are not."""
    group = Group("data", (dtype, IN_CACHE))
    return Target(f"{dtype}, {what} / {reference}", group, what, reference, at_most, stretch)


def on_input(name, at_most, stretch):
    """Whatever else users pass: sigmoid(v) / SciPy's expit(v)."""
    labels = [f"{name}: {label}" for label in (SIGMOID, SCIPY)]
    return Target(f"{name}, sigmoid / SciPy", INPUTS, *labels, at_most, stretch)


def in_compiled_code(label, reference, how, at_most, stretch):
    group = Group("compiled", ("float64", 10_000))
    case = f"float64, 10,000, {label} / {reference}{how}"
    return Target(case, group, label, reference, at_most, stretch)


def shared_out(dtype, n, at_most, stretch, kind="switched", how=""):
    """Two threads beside one; on two cores that is as by default."""
    two, one = (rivals.by(SIGMOID_OUT, workers) for workers in (2, 1))
    case = f"{dtype}, {n:,}, two threads / one{how}"
    return Target(case, Group(kind, (dtype, n)), two, one, at_most, stretch)


def beside_torch(dtype, n, at_most, stretch):
    labels = [rivals.by(label, 2) for label in (SIGMOID_OUT, TORCH_OUT)]
    case = f"{dtype}, {n:,}, two threads / torch's two"
    return Target(case, Group("threads", (dtype, n)), *labels, at_most, stretch)


# What is said of the others that users pass.
OF_INPUTS = {
    "int array of 16,384": (0.3, 0.25),
    "bool array of 16,384": (0.3, 0.25),
    "float32 array of 16,384": (0.3, 0.25),
    "list 100 x 100": (0.8, 0.4),
    "list of 100 floats": (0.5, 0.25),
    "list of 10,000 ints": (0.8, 0.4),
    "list of 1,000 np.float64": (0.8, 0.4),
    "tuple of 100 floats": (0.8, 0.4),
    "Series of 1,000": (1.0, 0.8),
    "DataFrame of 1,000": (1.0, 0.8),
    "Series.map": (0.5, 0.3),
}
AVX512 = (("FASTSIGMOID_ISA", "avx512"),)
FAMILY_SIZES = (10, 1_000, IN_CACHE, 1_000_000)


def of_family(name, dtype, label, reference, at_most, stretch, n=IN_CACHE, how="", settings=()):
    """Another function of ours beside our sigmoid, or beside a rival's."""
    group = Group("family", (name, dtype, n), settings)
    case = f"{name}, {dtype}, {n:,} / {reference}{how}"
    return Target(case, group, label, reference, at_most, stretch)


def beside_sigmoid(name, dtype, isa, settings, at_most, stretch):
    label = family.ours(name, out=True)
    how = f", both {isa}"
    return of_family(name, dtype, label, SIGMOID_OUT, at_most, stretch, how=how, settings=settings)


def of_family_on_data(name, dtype, what):
    group = Group("family data", (name, dtype, IN_CACHE))
    return Target(f"{name}, {dtype}, {what} / {family.NORMAL}", group, what, family.NORMAL, 4, 2)


def family_targets():
    yield beside_sigmoid("logit", "float64", "AVX2", AVX2, 1.45, 1.3)
    yield beside_sigmoid("log_sigmoid", "float64", "AVX2", AVX2, 2.0, 1.8)
    yield beside_sigmoid("logit", "float64", "AVX-512", AVX512, 1.6, 1.4)
    yield beside_sigmoid("log_sigmoid", "float64", "AVX-512", AVX512, 2.2, 1.9)
    yield beside_sigmoid("logit", "float32", "AVX2", AVX2, 1.8, 1.5)
    yield beside_sigmoid("log_sigmoid", "float32", "AVX2", AVX2, 2.6, 2.0)
    for name, dtype in product(family.FUNCTIONS, ("float64", "float32")):
        given = name == "logit"
        limits = (0.8, 0.65) if given else (0.6, 0.4)
        pair = family.ours(name, out=given), family.torchs_given(name)
        yield of_family(name, dtype, *pair, *limits)
    for name in sorted(family.SCIPYS_OWN):
        pair = family.ours(name), family.scipys(name)
        yield of_family(name, "float64", *pair, 0.25, 0.15)
        yield of_family(name, "float64", *pair, 0.5, 0.4, n=10)
        yield Target(f"{name}(float) / SciPy", Group("family float", (name,)), *pair, 0.5, 0.4)
    for name, dtype in product(family.FUNCTIONS, ("float64", "float32")):
        ties = [family.TIES] if name == "logit" else []
        for what in (family.SUBNORMAL, *ties, family.EDGES, family.NAN):
            yield of_family_on_data(name, dtype, what)


TARGETS = [
    Target("sigmoid(float) / math.exp(float)", FLOAT, SIGMOID, MATH_EXP, 1.1, 0.9),
    Target("sigmoid(float) / SciPy", FLOAT, SIGMOID, SCIPY, 0.4, 0.3),
    beside(TORCH_OUT, "float64", 0.8, 0.6),
    beside(SVML_OUT, "float64", 0.9, 0.7, how=", as shipped"),
    beside(SVML_OUT, "float64", 1.2, 1.0, how=", made to use 512 bits", settings=WIDE_NUMBA),
    beside(COPY, "float64", 1.1, 0.85, n=LARGE),
    beside(TORCH_OUT, "float64", 0.85, 0.7, how=", both AVX2", settings=AVX2),
    beside(SCIPY_OUT, "float64", 1.7, 1.0, how=", portable", settings=PORTABLE),
    on_data("float64", STRIDED, 2.0, 1.3),
    on_data("float64", BOTH_STRIDED, 2.0, 1.3),
    on_data("float64", "saturated", 1.2, 1.0),
    on_data("float64", "inf", 1.2, 1.0),
    on_data("float64", "NaN", 1.2, 1.0),
    on_data("float64", "uniform(-700, 0)", 1.5, 1.2),
    on_data("float64", "subnormal results", 8, 4),
    on_data("float64", "exact ties", 4, 2),
    on_data("float64", IN_PLACE, 1.05, 1.0, OUT_OF_PLACE),
    Target("expit(float) / SciPy", FLOAT, EXPIT, SCIPY, 0.5, 0.4),
    Target("sigmoid(np.float64) / SciPy", NUMPY_FLOAT, SIGMOID, SCIPY, 1.0, 0.5),
    Target("4 float64, expit(a) / SciPy", FOUR, EXPIT, SCIPY, 0.5, 0.35),
    Target("16 float64, expit(a) / SciPy", SIXTEEN, EXPIT, SCIPY, 0.5, 0.35),
    Target("10 float64, sigmoid(a) / SciPy", TEN, SIGMOID, SCIPY, 0.5, 0.3),
    Target("10 float64, sigmoid(a, out=o) / SciPy", TEN, SIGMOID_OUT, SCIPY_OUT, 0.35, 0.15),
    beside(TORCH_OUT, "float32", 0.85, 0.7),
    beside(COPY, "float32", 1.05, 0.95, n=LARGE),
    beside(TORCH_OUT, "float32", 0.85, 0.65, how=", both AVX2", settings=AVX2),
    beside(TORCH_OUT, "float16", 0.5, 0.35),
    beside(TORCH_OUT, "bfloat16", 0.5, 0.35),
    beside(SCIPY_OUT, "float32", 1.5, 0.9, how=", portable", settings=PORTABLE),
    on_data("float32", "saturated", 1.2, 1.0),
    on_data("float32", "inf", 1.2, 1.0),
    on_data("float32", "NaN", 1.2, 1.0),
    on_data("float32", "subnormal results", 3, 1.5),
    on_data("float32", "exact ties", 3, 1.5),
    on_data("float32", "uniform(-80, -20)", 3, 1.5),
    in_compiled_code(rivals.COMPILED, EXPIT, " from Python", 1.1, 1.0),
    in_compiled_code(rivals.COMPILED_LOOP, rivals.COMPILED_MATH, "", 1.25, 1.0),
    shared_out("float64", 100_000, 0.75, 0.7),
    shared_out("float64", 250_000, 0.68, 0.62),
    shared_out("float64", 1_000_000, 0.58, 0.54),
    shared_out("float64", LARGE, 0.56, 0.53),
    *(shared_out("float64", n, 1.03, 1.0) for n in (1, 10, 1_000, IN_CACHE, 65_536, 4 * LARGE)),
    *(
        shared_out("float64", n, 1.1, 1.03, "crowded", ", the other core busy")
        for n in (65_536, 100_000, 250_000, 1_000_000, LARGE)
    ),
    *(beside_torch("float64", n, 0.8, 0.65) for n in (1_000_000, LARGE)),
    *(beside_torch("float32", n, 0.95, 0.85) for n in (1_000_000, LARGE)),
    *(on_input(name, *OF_INPUTS.get(name, (1.0, 0.5))) for name in rivals.INPUTS),
    *family_targets(),
]


def text(found):
    """Sections of what was measured, each with its heading."""
    sections = [
        _environment(found),
        _in_short(found),
        _targets(found),
        _floats(found),
        *_arrays(found),
        *_family(found),
        _losses(found),
        *_errors(found),
        *_bits(found),
        _footprint(found),
        _threads(found),
        _crowded(found),
        _noise(found),
    ]
    return "\n".join(section for section in sections if section)


def _section(heading, remark, header, rows):
    rows = list(rows)
    remark = f"{remark}\n\n" if remark else ""
    return f"## {heading}\n\n{remark}{table(header, rows)}" if rows else ""


def _environment(found):
    about = dict(found.environment)
    caches = (f"{level} {n // 1024:,} KiB" for level, n in about["caches"].items())
    about["caches"] = ", ".join(caches) or MISSING
    here = next(
        (run.environment for outcome in found.outcomes.values() for run in outcome.runs), ""
    )
    for name, (version, there) in found.versions().items():
        about[name] = version if there == here else f"{version} (beside {there})"
    reasons = [reason for outcome in found.outcomes.values() for reason in outcome.absent.values()]
    skipped = "".join(f"\nSkipped: {reason}\n" for reason in dict.fromkeys(reasons))
    return f"# Benchmarks of fastsigmoid\n\n{table(['', ''], about.items())}{skipped}"


def short_table(found, dtype, rows=ROWS, where=0):
    """One row a way of computing, speed and error side by side, all measured in the same environment.

    The best of a column is bold, whosever it is.
    """

    def run_of(outcome):
        return outcome.runs[where] if outcome and len(outcome.runs) > where else results.Run()

    sizes = found.arrays().get(dtype, {})
    runs = [run_of(sizes.get(n)) for n in SIZES]
    header = [dtype, *SIZES.values(), "max ULP", "misrounded"]
    if dtype == "float64":
        header.insert(1, "one float")
        runs.insert(0, run_of(found.of(FLOAT.kind).get(FLOAT.arguments)))
    errors = {
        row["label"]: row
        for (of, name, _), outcome in found.of("accuracy").items()
        if (of, name) == (dtype, NORMAL)
        for row in outcome.rows()
    }
    cells, ranks = [], []
    for label, one in rows:
        labels = [one, *[label] * len(SIZES)][-len(runs) :]
        ratios = [run.ratio(*pair) for run, *pair in zip(runs, labels, [SIGMOID] * len(runs))]
        if any(ratios):
            error = errors.get(label)
            most, wrong = (error["most_ulp"], error["misrounded"]) if error else (None, None)
            times = [
                duration(run.median(call)) if ratio else MISSING
                for run, call, ratio in zip(runs, labels, ratios)
            ]
            shown = [ulps(most), percent(wrong)] if error else [MISSING] * 2
            ranks.append([*ratios, most, wrong])
            cells.append([code(label), *times, *shown])
    for i, column in enumerate(zip(*ranks, strict=True), 1):
        known = [rank for rank in column if rank is not None]
        for row, rank in zip(cells, column, strict=True):
            if known and rank == min(known):
                row[i] = f"**{row[i]}**"
    return table(header, cells) if cells else ""


def ulps(error):
    return f"{error:.2f}" if error < 1000 else f"{error:,.0f}"


def caption(found):
    """What the figures depend on."""
    about = found.environment
    named = [name for name in ("torch", "numba", "onnxruntime") if name in found.versions()]
    versions = "".join(f", {name} {found.versions()[name][0]}" for name in named)
    return (
        f"Measured on {about['date']}: {about['CPU']}, {about['kernels']} kernels, {about['system']}, "
        f"Python {about['Python']}, NumPy {about['NumPy']}, SciPy {about['SciPy']}{versions}. One core, "
        f"results in a new array, normal(0, 4) numbers that the call has not just seen; medians of interleaved "
        f"rounds, {about['rounds']}. Misrounded: not the number nearest to the true value. The best of a column is bold.\n"
    )


def short(found):
    """The tables of the README, with what there is to say of them."""
    parts = [short_table(found, dtype) for dtype in ("float64", "float32")]
    elsewhere = short_table(found, "float64", ROWS_ELSEWHERE, where=1)
    if elsewhere:
        version, environment = found.versions()["svml"]
        parts.append(
            f"numba with Intel's SVML needs an environment of its own ({environment}; numba {version}); there:\n\n"
            f"{elsewhere}"
        )
    return "\n".join([part for part in parts if part] + [caption(found)])


def _in_short(found):
    return f"## In short\n\n{short(found)}" if short_table(found, "float64") else ""


def _targets(found):
    rows = [
        [target.case, f"{target.at_most:.2f}", f"{target.stretch:.2f}", *_judged(target, outcome)]
        for target in TARGETS
        if (outcome := found.outcomes.get(target.group))
    ]
    header = "case", "at most", "stretch", "median", "spread", "ours", "beside", "verdict", "rival"
    return _section("Targets", f"Medians of the ratios within a round. {SPREAD}", header, rows)


def _judged(target, outcome):
    pair = target.label, target.reference
    rival = rivals.RIVAL_OF.get(target.reference.rpartition(": ")[2])
    for run in outcome.runs:
        value = run.ratio(*pair)
        if value is not None:
            low, high = run.ratio_spread(*pair)
            times = [duration(run.median(label)) for label in pair]
            version = f"{rival} {run.versions[rival]}" if rival in run.versions else ""
            spread = f"{low:.3f} .. {high:.3f}"
            return f"{value:.3f}", spread, *times, target.verdict(value), version
    reason = outcome.absent.get(rival) or "; ".join(outcome.absent.values()) or "it is not there"
    return *[MISSING] * 4, f"not measured: {reason}", ""


def _floats(found):
    calls = {}
    for kind in ("float", "np.float64"):
        for x, outcome in found.of(kind).items():
            calls[", ".join(map(str, x)) or kind] = outcome.calls()
    return _calls("One float", calls, lambda label: True)


def _arrays(found):
    for dtype, outcomes in found.arrays().items():
        calls = {f"{n:,}": outcome.calls() for n, outcome in outcomes.items()}
        heading = f"{dtype}, results in"
        yield _calls(f"{heading} a new array", calls, lambda label: label not in rivals.OUT)
        yield _calls(f"{heading} a given array", calls, lambda label: label in rivals.OUT)


def _calls(heading, calls, chosen):
    """A row an input, a column a call, each beside ours of its own environment."""
    labels = list(filter(chosen, dict.fromkeys(label for row in calls.values() for label in row)))
    rows = [[x, *(_cell(row, label) for label in labels)] for x, row in calls.items()]
    return labels and _section(heading, CELLS, ["", *map(code, labels)], rows)


def _cell(calls, label):
    if label not in calls:
        return MISSING
    run = calls[label]
    middle, ends = run.median(label), run.spread(label)
    below, above = (100 * abs(end / middle - 1) for end in ends)
    ratio = run.ratio(label, family.ours_beside(label))
    lost = _is_rival(label) and ratio < 1
    return f"{duration(middle)} -{below:.0f} +{above:.0f} %, " + (
        "**{:.2f}**" if lost else "{:.2f}"
    ).format(ratio)


def _is_rival(label):
    return label not in rivals.OURS | rivals.FLOORS | family.OURS


def _family(found):
    """A table a function and dtype: times by size, and the error."""
    outcomes, errors = found.of("family"), found.of("family accuracy")
    one = found.of("family float")
    for name, dtype in dict.fromkeys((name, dtype) for name, dtype, _ in outcomes):
        calls = {
            f"{n:,}": outcome.calls()
            for (of, by, n), outcome in sorted(outcomes.items(), key=lambda item: item[0][2])
            if (of, by) == (name, dtype)
        }
        if dtype == "float64" and (name,) in one:
            calls = {"one float": one[name,].calls()} | calls
        error = {
            row["label"]: row
            for (of, by, _), outcome in errors.items()
            if (of, by) == (name, dtype)
            for row in outcome.rows()
        }
        rows = []
        for label in dict.fromkeys(label for row in calls.values() for label in row):
            times = [_cell(row, label) for row in calls.values()]
            found_error = error.get(label)
            shown = (
                [ulps(found_error["most_ulp"]), percent(found_error["misrounded"])]
                if found_error
                else [MISSING] * 2
            )
            rows.append([code(label), *times, *shown])
        remark = (
            "Median of a call with its spread, and its ratio to ours of the same kind. "
            f"{'U(0, 1)' if name == 'logit' else 'normal(0, 4)'} numbers; our sigmoid, for comparison, of normal ones"
        )
        yield _section(f"{name}, {dtype}", remark, ["", *calls, "max ULP", "misrounded"], rows)


def _losses(found):
    lost, measured = {}, False
    for group, outcome in found.outcomes.items():
        for label, run in outcome.calls().items():
            value = run.ratio(label, family.ours_beside(label)) if _is_rival(label) else None
            measured |= value is not None
            if value is not None and value < 1:
                *what, n = group.arguments or (MISSING,)
                where = Group(group.kind, tuple(what), group.settings)
                size = f"{n:,}" if isinstance(n, int) else f"{n}"
                lost.setdefault((where, label), []).append(f"{size}: {value:.2f}")
    rows = [[where, code(label), "; ".join(cells)] for (where, label), cells in lost.items()]
    header = ["", "rival", "elements: rival's time / ours"]
    return _section("Rivals that were faster", "", header, rows or [["none", "", ""]] * measured)


def _errors(found):
    columns = {
        "max ULP": ("most_ulp", ".4g"),
        "mean ULP": ("mean_ulp", ".3g"),
        "not correctly rounded": ("misrounded", ".3%"),
        "0, NaN or an exception instead": ("lost", ".3%"),
        "raised": ("complaint", ""),
    }
    for (dtype, inputs, n), outcome in found.of("accuracy").items():
        yield _rows_section(f"Error: {dtype}, {n:,} of {inputs}", "", outcome, columns)


def _bits(found):
    keys = ["strided", "shifted", "one by one", "inf", "-inf", "NaN", "raised"]
    for (dtype,), outcome in found.of("bits").items():
        yield _rows_section(
            f"Same input, same bits? {dtype}",
            "How many of 1,003 results are others in a strided view, when the array starts elsewhere, and "
            "in calls with one element; then the results of special inputs",
            outcome,
            {key: (key, "") for key in keys},
        )


def _rows_section(heading, remark, outcome, columns):
    rows = [
        [code(row["label"]), *(f"{row[key]:{form}}" or "nothing" for key, form in columns.values())]
        for row in outcome.rows()
    ]
    return _section(heading, remark, ["", *columns], rows)


def _footprint(found):
    rows = [
        [
            code(row["label"]),
            f"{1e3 * statistics.median(row['seconds']):.1f}",
            f"{1e3 * row['seconds'][0]:.1f} .. {1e3 * row['seconds'][-1]:.1f}",
            f"{row['bytes'] / 1e6:.1f}",
        ]
        for outcome in found.of("footprint").values()
        for row in outcome.rows()
    ]
    remark = "The import in a new process, without Python's own start; the package without those it requires"
    header = ["", "ms", "least .. most", "MB on disk"]
    return _section("Import and installation", remark, header, rows)


def _threads(found):
    rows = []
    for (dtype, n), outcome in found.of("threads").items():
        (run,) = outcome.runs
        for label in rivals.THREADED:
            one, two = (rivals.by(label, workers) for workers in rivals.WORKERS)
            if one in run.samples:
                rates = [f"{n / run.median(name) / 1e9:.2f}" for name in (one, two)]
                low, high = run.ratio_spread(one, two)
                gain = [f"{run.ratio(one, two):.2f}", f"{low:.2f} .. {high:.2f}"]
                rows.append([dtype, f"{n:,}", code(label), *rates, *gain])
    return _section(
        "Threads",
        "10^9 elements a second of one array. What has no threads of its own is given those of Python, and chunks of "
        f"{rivals.CHUNK:,}. A sample begins after a pause, in which the threads of others cease to spin, and calls that do "
        f"not count. {SPREAD}",
        ["", "elements", "", "1 thread", "2 threads", "gain", "spread"],
        rows,
    )


def _crowded(found):
    rows = []
    for (dtype, n), outcome in found.of("crowded").items():
        (run,) = outcome.runs
        one, two = (rivals.by(SIGMOID_OUT, workers) for workers in rivals.WORKERS)
        calls = sum(map(len, run.samples[one]))
        times = [duration(time(label)) for label in (one, two) for time in (run.median, run.slow)]
        ratios = run.ratio(two, one), run.slow(two) / run.slow(one)
        rows.append([dtype, f"{n:,}", f"{calls:,}", *times, *map("{:.2f}".format, ratios)])
    header = ["", "elements", "calls", "1 thread", "p99", "2 threads", "p99", "2 / 1", "p99 / p99"]
    remark = "Single calls of `sigmoid` with a given array, while another process wants a core"
    return _section("Threads beside a busy process", remark, header, rows)


def _noise(found):
    runs = [run for outcome in found.outcomes.values() for run in outcome.runs]
    repeated, noisy = (sum(getattr(run, name) for run in runs) for name in ("repeated", "noisy"))
    kept = sum(sum(map(len, next(iter(run.samples.values()), []))) for run in runs)
    return kept and (
        f"{kept:,} rounds, {repeated:,} more that were repeated because others had the core; "
        f"{noisy:,} are noisy all the same.\n"
    )


def page(path):
    found = results.read(path)
    pictures = "\n".join(
        PICTURE.format(f"{path.stem}-{picture.name}", picture.title)
        for picture in plots.pictures(found)
    )
    return f"{text(found)}\n## Pictures\n\n{pictures}"


def readme():
    """The README as it should be."""
    found = results.read(HEADLINE)
    folder = FOLDER.relative_to(ROOT).as_posix()
    cost, error = (
        PICTURE.format(f"{folder}/{HEADLINE.stem}-{picture.name}", picture.title)
        for picture in plots.pictures(found)
        if picture.name in ("cost-float64", "error-float64")
    )
    made = f"{cost}\n{short(found)}\n{error}\nBelow -709.8 the others give 0. [All figures]({folder}/{HEADLINE.stem}.md), lost ones too.\n"
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + made + END + after


def committed():
    """The README's tables, for the reader of a run to compare with."""
    if not HEADLINE.exists():
        return ""
    return f"\n## The committed figures, for comparison\n\n{short(results.read(HEADLINE))}"


def out_of_date():
    """Which files are not what the results make of them."""
    files = [README] if README.read_text(encoding="utf-8") != readme() else []
    for path in sorted(FOLDER.glob("*.json")):
        written = path.with_suffix(".md")
        if not written.exists() or written.read_text(encoding="utf-8") != page(path):
            files.append(written)
        for picture, theme in product(plots.pictures(results.read(path)), plots.THEMES):
            file = FOLDER / f"{path.stem}-{picture.name}-{theme}.svg"
            if not file.exists() or not plots.is_drawn_from(file, picture, theme):
                files.append(file)
    return files


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    if parser.parse_args().check:
        files = out_of_date()
        for path in files:
            print(f"{path.relative_to(ROOT)} does not agree with the results")
        sys.exit(bool(files))
    for path in sorted(FOLDER.glob("*.json")):
        plots.draw(results.read(path), FOLDER, f"{path.stem}-")
        path.with_suffix(".md").write_text(page(path), encoding="utf-8", newline="\n")
    README.write_text(readme(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
