"""All that a run found out, as one JSON document: what the tables, the page and the plots are made of."""

import json
from typing import NamedTuple

from .cases import Group
from .processes import Measured, Outcome
from .timing import Timings


class Results(NamedTuple):
    environment: dict
    skipped: list  # why rivals were not measured
    outcomes: dict  # an Outcome for each Group
    footprint: list

    def outcomes_of(self, kind):
        """{arguments: Outcome}, without those that were measured under settings of their own."""
        return {
            group.arguments: outcome
            for group, outcome in self.outcomes.items()
            if group.kind == kind and not group.settings
        }

    def arrays(self):
        """{dtype: {n: Outcome}}, of the dtypes that were measured, in their order, by size."""
        found = {}
        for (dtype, n), outcome in self.outcomes_of("array").items():
            if outcome.runs:
                found.setdefault(dtype, {})[n] = outcome
        return found

    def versions(self):
        """Of the rivals; by preference not as some target's settings made them."""
        found = {}
        for group, outcome in sorted(self.outcomes.items(), key=lambda item: len(item[0].settings)):
            for run in outcome.runs:
                for name, version in run.versions.items():
                    found.setdefault(name, version)
        return found

    def elsewhere(self):
        """{rival: what it was measured with}, of those in an environment of their own."""
        return {
            name: run.environment
            for outcome in self.outcomes.values()
            for run in outcome.runs[1:]
            for name in run.versions
            if run.environment
        }


def write(results, path):
    document = {
        "environment": results.environment,
        "skipped": results.skipped,
        "groups": [_record(*item) for item in results.outcomes.items()],
        "footprint": results.footprint,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(_compact(document), file, indent=1, ensure_ascii=False)
        file.write("\n")


def read(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    outcomes = dict(map(_from_record, document["groups"]))
    return Results(document["environment"], document["skipped"], outcomes, document["footprint"])


def rounded(results):
    """As they are read back: what is printed now is what will be printed from the file."""
    return results._replace(
        outcomes=dict(_from_record(_record(*item)) for item in results.outcomes.items())
    )


def _record(group, outcome):
    return group._asdict() | {
        "absent": outcome.absent,
        "runs": [
            {
                "versions": run.versions,
                "repeated": run.repeated,
                "noisy": run.noisy,
                "nanoseconds": {
                    label: _in_a_line(processes)
                    for label, processes in run.timings.by_process.items()
                },
                "results": run.results,
                "environment": run.environment,
            }
            for run in outcome.runs
        ],
    }


def _from_record(record):
    settings = tuple(map(tuple, record["settings"]))
    group = Group(record["kind"], tuple(record["arguments"]), settings)
    runs = [
        Measured(
            Timings({label: _from_a_line(line) for label, line in run["nanoseconds"].items()}),
            run["versions"],
            run["repeated"],
            run["noisy"],
            run["results"],
            run.get("environment", ""),
        )
        for run in record["runs"]
    ]
    return group, Outcome(runs, record["absent"])


def _in_a_line(processes):
    """The samples of each process, in nanoseconds: a string, for a line of the file to hold them all."""
    return " | ".join(" ".join(f"{1e9 * t:.4g}" for t in process) for process in processes)


def _from_a_line(line):
    return [[1e-9 * float(t) for t in process.split()] for process in line.split("|")]


def _compact(value):
    """Errors to six digits."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _compact(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_compact(item) for item in value]
    return value
