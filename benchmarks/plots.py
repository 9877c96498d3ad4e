"""The pictures: how cost grows with size, and how large the error is where; for light pages and for dark ones."""

import hashlib
import io
import json
from pathlib import Path
from typing import NamedTuple

from . import rivals

# The call into a new array: name, colour.  The colours differ for colour-blind eyes; ours is the widest line.
LINES = {
    rivals.SIGMOID: ("fastsigmoid", "#d55e00"),
    rivals.SCIPY: ("SciPy expit", "#3a8fd0"),
    rivals.NAIVE: ("NumPy 1/(1+exp(-x))", "#009e73"),
    rivals.TORCH: ("torch", "#cc79a7"),
    rivals.NUMBA: ("numba", "#a08a00"),
    rivals.ONNX: ("onnxruntime", "#7f7fff"),
}
FIVE = list(LINES)[:5]
THEMES = {"light": "#1f2328", "dark": "#e6edf3"}
FLOOR = "copying alone"
FLOOR_FROM = 1_000  # below, it is the call that costs, and NumPy's is longer than ours
GAP = 13  # pixels between names


class Picture(NamedTuple):
    name: str
    title: str
    lines: dict  # all that is drawn: {name: lists of numbers}

    def digest(self, theme, text):
        """Of what is drawn, of how, and of the file."""
        drawn = json.dumps([self, theme]), Path(__file__).read_text(encoding="utf-8"), text
        return hashlib.sha256("\n".join(drawn).encode()).hexdigest()


def pictures(found):
    made = []
    for dtype, sizes in found.arrays().items():
        lines = {LINES[label][0]: _costs(label, sizes) for label in _labels(dtype)}
        floor = {n: outcome for n, outcome in sizes.items() if n >= FLOOR_FROM}
        lines[FLOOR] = _costs(rivals.COPY, floor)
        lines = {name: line for name, line in lines.items() if line[0]}
        title = f"Time per element over the size of a {dtype} array, results in a new array"
        made.append(Picture(f"cost-{dtype}", title, lines))
    for (dtype,), outcome in found.of("curve").items():
        lines = {}
        for row in outcome.rows():
            if row["label"] in _labels(dtype):
                low, high = row["ends"]
                n = len(row["most_ulp"])
                x = [round(low + (high - low) * (i + 0.5) / n, 3) for i in range(n)]
                lines.setdefault(LINES[row["label"]][0], []).append([x, row["most_ulp"]])
        made.append(
            Picture(
                f"error-{dtype}",
                f"Greatest error near x, {dtype}: 0.5 is the nearest number",
                lines,
            )
        )
    return made


def _labels(dtype):
    return FIVE if dtype == "float64" else LINES


def _costs(label, sizes):
    """Sizes and nanoseconds per element: the median, the least and the greatest median of a process."""
    runs = {n: outcome.runs[0] for n, outcome in sizes.items() if label in outcome.runs[0].samples}
    costs = [(n, run.median(label), *run.spread(label)) for n, run in runs.items()]
    rounded = [[n, *(float(f"{1e9 * t / n:.4g}") for t in times)] for n, *times in costs]
    return list(zip(*rounded, strict=True)) or [()] * 4


def draw(found, directory, stem=""):
    """Files STEM NAME-THEME.svg; the last line of each tells what it is drawn from."""
    directory.mkdir(parents=True, exist_ok=True)
    for picture in pictures(found):
        for theme, ink in THEMES.items():
            text = _svg(picture, ink)
            text += f"<!-- {picture.digest(theme, text)} -->\n"
            path = directory / f"{stem}{picture.name}-{theme}.svg"
            path.write_text(text, encoding="utf-8", newline="\n")


def is_drawn_from(path, picture, theme):
    text, _, digest = path.read_text(encoding="utf-8").rpartition("<!-- ")
    return digest == f"{picture.digest(theme, text)} -->\n"


def _svg(picture, ink):
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    parts = ("text.", "axes.label", "axes.edge", "xtick.", "ytick.")
    # The same bytes each time, and letters that are letters.
    style = {"svg.hashsalt": "fastsigmoid", "svg.fonttype": "none", "font.size": 11}
    with pyplot.rc_context({**style, **{f"{part}color": ink for part in parts}}):
        figure = (_cost if picture.name.startswith("cost") else _error)(picture, ink)
        figure.suptitle(picture.title, fontsize=12)
        file = io.StringIO()
        nothing = dict.fromkeys(["Date", "Creator"])
        figure.savefig(file, format="svg", transparent=True, metadata=nothing)
        pyplot.close(figure)
    return file.getvalue()


def _cost(picture, ink):
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 4.6))
    figure.subplots_adjust(left=0.1, right=0.79, top=0.9, bottom=0.12)
    axes.set(xscale="log", yscale="log", xlabel="elements", ylabel="ns per element")
    for name, (n, cost, low, high) in picture.lines.items():
        colour, style = _style(name, ink)
        axes.fill_between(n, low, high, color=colour, alpha=0.25, linewidth=0)
        axes.plot(n, cost, color=colour, gid=name, **style)
    axes.xaxis.set_major_formatter(_short)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    _finish(axes, ink)
    _name_ends(axes, {name: line[1][-1] for name, line in picture.lines.items()}, ink)
    return figure


def _error(picture, ink):
    from matplotlib import pyplot

    figure, both = pyplot.subplots(1, 2, sharey=True, figsize=(9, 4.2), width_ratios=[2, 3])
    figure.subplots_adjust(left=0.1, right=0.79, top=0.9, bottom=0.13, wspace=0.08)
    for name, parts in picture.lines.items():
        # Many of them call the same exp: a wider line lies below.
        rank = list(picture.lines).index(name)
        colour, style = _style(name, ink)
        style |= (
            {"marker": None, "linewidth": 1 + rank, "zorder": 9 - rank}
            if rank
            else {"marker": None}
        )
        for axes, (x, ulp) in zip(both, parts, strict=True):
            ulp = [float("nan") if value is None else value for value in ulp]
            axes.plot(x, ulp, color=colour, gid=name, **style)
            axes.set_xlim(2 * x[0] - x[1], 2 * x[-1] - x[-2])
    # To 4 ULP evenly; beyond, where zeros stand for small numbers, by powers.
    ticks = {value: f"{value:g}" for value in (0, 0.5, 1, 2, 3, 4)}
    ticks |= {10.0**power: f"$10^{{{power}}}$" for power in (4, 8, 12, 16)}
    for axes in both:
        axes.set_yscale("symlog", linthresh=4, linscale=25)
        axes.set(ylim=(0, 1e16), xlabel="x")
        axes.set_yticks([*ticks], ticks.values())
        axes.minorticks_off()
        _finish(axes, ink)
    both[0].set_ylabel("ULP")
    _name_ends(both[1], {name: parts[1][1][-1] for name, parts in picture.lines.items()}, ink)
    return figure


def _style(name, ink):
    own = name == LINES[rivals.SIGMOID][0]
    if name == FLOOR:
        return ink, {"linestyle": ":", "linewidth": 1.4}
    style = {
        "linewidth": 3 if own else 1.5,
        "zorder": 10 if own else 9,
        "marker": "o",
        "markersize": 3,
    }
    return dict(LINES.values())[name], style


def _finish(axes, ink):
    axes.grid(color=ink, alpha=0.15, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _name_ends(axes, ends, ink):
    """Each line has its name where it ends, or next to there."""
    axes.autoscale_view()  # or transData knows nothing of the lines
    right = axes.transAxes.transform((1, 0))[0]
    last = float("-inf")
    for name, end in sorted(ends.items(), key=lambda item: item[1]):
        y = axes.transData.transform((1, end))[1]
        last = max(y, last + GAP * axes.figure.dpi / 72)
        where = axes.transAxes.inverted().transform((right, last))
        weight = "bold" if name == LINES[rivals.SIGMOID][0] else "normal"
        colour, _ = _style(name, ink)
        axes.text(
            where[0] + 0.015, where[1], name, color=colour, weight=weight, va="center",
            transform=axes.transAxes, fontsize=10,
        )  # fmt: skip


def _short(value, _):
    for unit, size in [("M", 1e6), ("k", 1e3)]:
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
