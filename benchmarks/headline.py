"""The README's table: one row a way of computing, speed and error side by side."""

from . import rivals
from .accuracy import NORMAL
from .optional import Numba, Torch
from .tables import MISSING, code, duration, percent, table

SIZES = (10, 1_000, 100_000, 10_000_000)
PLAIN = [label.replace(Numba.SVML, Numba.PLAIN) for label in (Numba.ONE, Numba.NEW)]
# What a call is for one float, and for an array into a new one.
ROWS = [
    (rivals.SIGMOID, rivals.SIGMOID),
    (rivals.SCIPY, rivals.SCIPY),
    (rivals.NUMPY_NAIVE, rivals.NUMPY_NAIVE),
    (rivals.NUMPY_STABLE, rivals.NUMPY_STABLE),
    (rivals.MATH_NAIVE, None),
    (Torch.ONE, Torch.NEW),
    (Numba.ONE, Numba.NEW),
    tuple(PLAIN),
]
SHOWN = ("torch", "numba")
NAMES = {Numba.NEW: f"{Numba.SVML}, fastmath", PLAIN[1]: f"{Numba.PLAIN}, fastmath"}


def rows(results, dtype="float64"):
    """The best of a column in bold, whosever it is: by ratio to ours in the same process."""
    scalars = results.outcomes_of("scalar").get((0.25,))
    arrays = results.arrays().get(dtype, {})
    outcomes = [scalars, *(arrays.get(n) for n in SIZES)]
    accuracies = {
        row["label"]: row
        for (of, name, _), outcome in results.outcomes_of("accuracy").items()
        if (of, name) == (dtype, NORMAL)
        for run in outcome.runs
        for row in run.results
    }
    cells, ranks = [], []
    for one, new in ROWS:
        labels = [one, *[new] * len(SIZES)]
        times = [time_and_ratio(*pair) for pair in zip(outcomes, labels, strict=True)]
        error = accuracies.get(new or one)
        if any(times):
            most, wrong = (error["most_ulp"], error["misrounded"]) if error else (None, None)
            ranks.append([*(time and time[1] for time in times), most, wrong])
            shown = [duration(time[0]) if time else MISSING for time in times]
            errors = [f"{most:.2f} ULP", percent(wrong)] if error else [MISSING] * 2
            cells.append([code(NAMES.get(new, new or one)), *shown, *errors])
    for i, column in enumerate(zip(*ranks, strict=True), 1):
        known = [rank for rank in column if rank is not None]
        for row, rank in zip(cells, column, strict=True):
            if known and rank == min(known):
                row[i] = f"**{row[i]}**"
    return cells


def time_and_ratio(outcome, label):
    """The median of a call, and that of its ratio to ours.

    A rival from an environment of its own is shown by the ratio that it had there, on our time here:
    otherwise the times of a column could contradict their order.
    """
    for run in outcome.runs if outcome else ():
        if label in run.timings:
            ratio = run.timings.ratio(label, rivals.SIGMOID)
            first = outcome.runs[0].timings
            alone = run.timings is first or rivals.SIGMOID not in first
            seconds = run.timings.median(label) if alone else ratio * first.median(rivals.SIGMOID)
            return seconds, ratio
    return None


def text(results):
    header = ["", "one float", *(f"{n:,}" for n in SIZES), "max error", "not correctly rounded"]
    return table(header, rows(results))


def caption(results):
    """What the figures depend on, in a sentence or two."""
    about = results.environment
    versions = "".join(
        f", {name} {version}" for name, version in results.versions().items() if name in SHOWN
    )
    cores = "one core" if about["one core"] == "pinned" else "not pinned to a core"
    return (
        f"Measured on {about['date']}: {about['CPU']}, {about['kernels']} kernels, {about['system']}, "
        f"Python {about['Python'].split()[0]}, NumPy {about['NumPy']}, SciPy {about['SciPy']}"
        f"{versions}; {cores}, medians of interleaved rounds: {about['rounds']}. "
        "float64 arrays into a new array; errors on normal(0, 4)."
        + bool(results.elsewhere())
        * " A rival from an environment of its own: by its ratio to ours there."
    )
