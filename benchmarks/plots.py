"""How cost grows with size: one log-log plot a dtype, once for light pages and once for dark ones."""

import hashlib
from pathlib import Path

from . import rivals
from .headline import time_and_ratio
from .optional import Jax, LongDouble, Numba, NumExpr, OnnxRuntime, Torch

# Label of the call into a new array: name, colour.  Ours is the widest line.
LINES = {
    rivals.SIGMOID: ("fastsigmoid", "#e4572e"),
    rivals.SCIPY: ("SciPy expit", "#3a86c8"),
    rivals.NUMPY_NAIVE: ("1 / (1 + np.exp(-x))", "#2a9d6f"),
    rivals.NUMPY_STABLE: ("np.where, two branches", "#8fb339"),
    Torch.NEW: ("torch", "#a35fd0"),
    Jax.NEW: ("jax.jit", "#d08a1d"),
    Numba.NEW: (Numba.SVML, "#17a2a2"),
    Numba.NEW.replace(Numba.SVML, Numba.PLAIN): (Numba.PLAIN, "#17a2a2"),
    NumExpr.NEW: ("numexpr", "#c2589a"),
    OnnxRuntime.NEW: ("onnxruntime", "#8a7a66"),
    LongDouble.NEW: ("SciPy by long double", "#7a8594"),
}
THEMES = {"light": "#1f2328", "dark": "#e6edf3"}


def check(parser):
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        parser.error("plots need matplotlib: pip install '.[bench]'")


def draw(results, directory, stem="", source=b""):
    """Files STEM DTYPE-THEME.png; their metadata tell the source that they were drawn from."""
    Path(directory).mkdir(parents=True, exist_ok=True)
    for dtype, sizes in results.arrays().items():
        for theme in THEMES:
            path = Path(directory) / f"{stem}{dtype}-{theme}.png"
            _draw(results, dtype, sizes, theme, path, hashlib.sha256(source).hexdigest())


def _draw(results, dtype, sizes, theme, path, digest):
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter

    ink = THEMES[theme]
    colours = {
        f"{name}color": ink for name in ("text.", "axes.label", "axes.edge", "xtick.", "ytick.")
    }
    with pyplot.rc_context({**colours, "font.size": 10}):
        figure, axes = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
        floor = _series(rivals.COPY, sizes)
        axes.plot(*floor, color=ink, linestyle=":", linewidth=1.2, label="np.copyto, the floor")
        axes.fill_between(*floor, 1e-3, color=ink, alpha=0.08, linewidth=0)
        lowest = min(floor[1])
        for label, (name, colour) in LINES.items():
            n, cost = _series(label, sizes)
            if n:
                own = label == rivals.SIGMOID
                lowest = min(lowest, *cost)
                axes.plot(
                    n, cost, color=colour, label=name, marker="o", markersize=3,
                    linewidth=3 if own else 1.4, zorder=3 if own else 2,
                )  # fmt: skip
        axes.set(xscale="log", yscale="log", xlabel="elements", ylabel="ns per element")
        axes.set_ylim(bottom=0.8 * lowest)
        plain = FuncFormatter(lambda value, _: f"{value:,g}")
        axes.xaxis.set_major_formatter(FuncFormatter(_short))
        axes.yaxis.set_major_formatter(plain)
        axes.grid(color=ink, alpha=0.15, linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(f"{dtype}: time per element, results in a new array", fontsize=11)
        axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
        # No version of matplotlib in the file.
        metadata = {"Source": digest, "Software": None}
        figure.savefig(path, dpi=110, transparent=True, metadata=metadata)
        pyplot.close(figure)


def _series(label, sizes):
    """Sizes and nanoseconds per element."""
    found = {n: time_and_ratio(outcome, label) for n, outcome in sizes.items()}
    costs = {n: 1e9 * pair[0] / n for n, pair in found.items() if pair}
    return list(costs), list(costs.values())


def _short(value, _):
    for unit, size in [("M", 1e6), ("k", 1e3)]:
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
