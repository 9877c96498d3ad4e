"""What a run found out, as one JSON file: what the tables, the page and the plots are made of.

python -m benchmarks.results FILE FILE tells which figures of two runs agree within their spreads: the times of a
call, which depend on the machine's clock of the day, and the ratios to ours, which should not.
"""

import argparse
import datetime
import hashlib
import json
import platform
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy

import fastsigmoid
from fastsigmoid import _core, _ufunc
from fastsigmoid.__main__ import cpu_model

MISSING = "-"


class Group(NamedTuple):
    """Calls that take turns in one process, which starts with these environment variables."""

    kind: str
    arguments: tuple = ()
    settings: tuple = ()

    def __str__(self):
        arguments = (f"{value:,}" if isinstance(value, int) else value for value in self.arguments)
        settings = (f"{name}={value}" for name, value in self.settings if len(value) < 20)
        return " ".join(map(str, (self.kind, *arguments, *settings)))


@dataclass
class Run:
    """What came of a group in one environment: for each call its seconds, one a round, by process."""

    environment: str = ""
    versions: dict = field(default_factory=dict)  # of the libraries that took part
    samples: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)  # of what is no matter of time
    repeated: int = 0  # rounds, because others had the core
    noisy: int = 0  # those that were kept, for want of better ones

    def add(self, later):
        """The samples of other processes, if these are of the same calls."""
        if self.samples.keys() == later.samples.keys():
            for label, processes in later.samples.items():
                self.samples[label] += processes
            self.repeated += later.repeated
            self.noisy += later.noisy

    def median(self, label):
        return statistics.median(_flat(self.samples[label]))

    def slow(self, label):
        """What 99 of 100 samples do not exceed."""
        return statistics.quantiles(_flat(self.samples[label]), n=100, method="inclusive")[98]

    def spread(self, label):
        return _spread(self.samples[label])

    def ratio(self, label, reference):
        """The median of the ratios within a round; None where one of the two was not measured."""
        ratios = self._ratios(label, reference)
        return statistics.median(_flat(ratios)) if ratios else None

    def ratio_spread(self, label, reference):
        return _spread(self._ratios(label, reference))

    def _ratios(self, label, reference):
        if not {label, reference} <= self.samples.keys():
            return []
        both = zip(self.samples[label], self.samples[reference], strict=True)
        return [[own / other for own, other in zip(*pair, strict=True)] for pair in both]


def _flat(processes):
    return [value for process in processes for value in process]


def _spread(processes):
    """Least and greatest of the processes' medians; of one process the quartiles."""
    if len(processes) > 1:
        medians = [statistics.median(process) for process in processes]
        return min(medians), max(medians)
    if len(processes[0]) == 1:
        return processes[0] * 2
    low, _, high = statistics.quantiles(processes[0], n=4, method="inclusive")
    return low, high


@dataclass
class Outcome:
    """What came of a group: a Run for each interpreter that was needed, and who is absent, and why."""

    runs: list = field(default_factory=list)
    absent: dict = field(default_factory=dict)

    def add(self, later):
        """Of a later pass."""
        for run, other in zip(self.runs, later.runs, strict=False):
            run.add(other)
        self.absent |= later.absent

    def calls(self):
        """{label: Run}, of the first run that has the label."""
        found = {}
        for run in self.runs:
            for label in run.samples:
                found.setdefault(label, run)
        return found

    def rows(self):
        return [row for run in self.runs for row in run.rows]


@dataclass
class Results:
    environment: dict
    outcomes: dict  # {Group: Outcome}

    def of(self, kind):
        """{arguments: Outcome} of those that were measured, under no settings of their own."""
        return {
            group.arguments: outcome
            for group, outcome in self.outcomes.items()
            if group.kind == kind and not group.settings and outcome.runs
        }

    def arrays(self):
        """{dtype: {n: Outcome}}, by size."""
        found = {}
        for (dtype, n), outcome in sorted(self.of("array").items(), key=lambda item: item[0][1]):
            found.setdefault(dtype, {})[n] = outcome
        return {dtype: found[dtype] for dtype, _ in self.of("array") if dtype in found}

    def versions(self):
        """{library: (its version, the environment it was measured in)}, by preference without settings."""
        found = {}
        for group, outcome in sorted(self.outcomes.items(), key=lambda item: len(item[0].settings)):
            for run in outcome.runs:
                for name, version in run.versions.items():
                    found.setdefault(name, (version, run.environment))
        return found

    def replace(self, measured):
        """What was measured anew in place of what was there, if it is of the same build and machine."""
        for key in ("build", "CPU", "kernels", "Python", "NumPy", "SciPy"):
            old, new = self.environment[key], measured.environment[key]
            if old != new:
                raise ValueError(f"the file was measured with another {key}: {old}, not {new}")
        self.outcomes |= measured.outcomes
        self.environment["partly anew"] = measured.environment["date"]


def describe(effort):
    """Everything that a figure depends on, and nothing that names a machine or its owner."""
    return {
        "date": datetime.date.today().isoformat(),
        "CPU": cpu_model(),
        "kernels": fastsigmoid.cpu_info()["isa"],
        "caches": _caches(),
        "huge pages": _huge_pages(),
        "rounds": f"up to {effort.rounds} in each of {effort.passes} processes, "
        f"{1e3 * effort.seconds_per_sample:g} ms a sample",
        "system": f"{platform.system()} {platform.machine()}",
        "fastsigmoid": fastsigmoid.__version__,
        "build": build(),
        **libraries(),
    }


def libraries():
    """What a library in an environment of its own is measured with."""
    try:
        import scipy
    except ImportError:
        scipy = None
    return {
        "Python": platform.python_version(),
        "NumPy": numpy.__version__,
        "SciPy": scipy.__version__ if scipy else "not installed",
    }


def build():
    """What tells two builds apart: figures of different ones do not belong in one table."""
    code = b"".join(Path(module.__file__).read_bytes() for module in (_core, _ufunc))
    return hashlib.sha256(code).hexdigest()[:16]


def _caches():
    """Bytes by level, as far as the system tells."""
    found = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind, level, size = (
            (index / name).read_text().strip() for name in ("type", "level", "size")
        )
        if kind != "Instruction" and size.endswith("K"):
            found[f"L{level}"] = 1024 * int(size[:-1])
    return found


def dumps(results):
    groups = []
    for group, outcome in results.outcomes.items():
        record = group._asdict() | asdict(outcome)
        for run in record["runs"]:
            run["samples"] = {label: _line(line) for label, line in run["samples"].items()}
        groups.append(record)
    document = {"environment": results.environment, "groups": groups}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _huge_pages():
    """When the system gives them: always, only to who asks, as NumPy does for large arrays, or never."""
    setting = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    return (
        setting.read_text().partition("[")[2].partition("]")[0] if setting.exists() else "unknown"
    )


def write(results, path):
    Path(path).write_text(dumps(results), encoding="utf-8", newline="\n")


def read(path):
    return loads(Path(path).read_text(encoding="utf-8"))


def loads(text):
    document = json.loads(text)
    outcomes = {}
    for record in document["groups"]:
        settings = tuple(map(tuple, record["settings"]))
        group = Group(record["kind"], tuple(record["arguments"]), settings)
        for run in record["runs"]:
            run["samples"] = {label: _samples(line) for label, line in run["samples"].items()}
        outcomes[group] = Outcome([Run(**run) for run in record["runs"]], record["absent"])
    return Results(document["environment"], outcomes)


def _line(processes):
    """Nanoseconds of each process: a string, for one line of the file to hold them all."""
    return " | ".join(" ".join(f"{1e9 * t:.4g}" for t in process) for process in processes)


def _samples(line):
    return [[1e-9 * float(t) for t in process.split()] for process in line.split("|")]


def table(header, rows):
    """Markdown that reads as plain text as well."""
    from tabulate import tabulate  # who only measures needs none

    rows = [[str(cell) for cell in row] for row in rows]
    return tabulate(rows, header, tablefmt="github", disable_numparse=True) + "\n"


def code(label):
    return f"`{label}`"


def percent(share):
    return f"{100 * share:.3g} %"


def duration(seconds):
    """To three digits, or fewer where the last ones would be zeros."""
    for unit, size in [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1)]:
        if seconds < 999.5 * size or unit == "s":
            number = seconds / size
            digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
            return f"{number:.{digits}f} {unit}"
    raise AssertionError


def compare(first, second, ours_beside):
    """Two figures agree where their spreads, as the tables print them, have a point in common."""
    for key in ("CPU", "kernels", "system"):
        here, there = first.environment[key], second.environment[key]
        if here != there:
            return f"Not compared: the {key} is {here} on one side, {there} on the other.\n"

    times, ratios = [], []
    for group in first.outcomes.keys() & second.outcomes.keys():
        here, there = (run.outcomes[group].calls() for run in (first, second))
        for label in here.keys() & there.keys():
            pair, ours = (here[label], there[label]), ours_beside(label)
            name = [str(group), code(label)]
            times.append((name, [(run.median(label), run.spread(label)) for run in pair]))
            if label != ours and all(ours in run.samples for run in pair):
                both = [(run.ratio(label, ours), run.ratio_spread(label, ours)) for run in pair]
                ratios.append((name, both))
    parts = [("times", times, duration), ("ratios to ours", ratios, "{:.3f}".format)]
    return "\n".join(_agreement(*part) for part in parts)


def _agreement(what, figures, show):
    rows = []
    for name, both in sorted(figures):
        low, high = max(ends[0] for _, ends in both), min(ends[1] for _, ends in both)
        if low > high:
            cells = [[show(middle), " .. ".join(map(show, ends))] for middle, ends in both]
            rows.append([*name, *cells[0], *cells[1], percent(low / high - 1)])
    agree = f"{len(figures) - len(rows):,} of {len(figures):,} {what} agree"
    header = ["", "", "median", "spread", "median", "spread", "apart by"]
    return f"{agree}; the others:\n\n{table(header, rows)}" if rows else f"{agree}.\n"


def main():
    from .rivals import ours_beside

    parser = argparse.ArgumentParser(prog="python -m benchmarks.results", description=__doc__)
    parser.add_argument("file", nargs=2, help="what --json wrote")
    print(compare(*map(read, parser.parse_args().file), ours_beside), end="")


if __name__ == "__main__":
    main()
