"""What it costs to have a package: the time of its import, and the bytes that it takes on disk.

python -m benchmarks.footprint NAME... measures one import of each in a process of its own, and prints JSON.
"""

import importlib.metadata
import importlib.util
import json
import re
import statistics
import subprocess
import sys

# Name: its distribution, and what a user writes.
IMPORTS = {
    "fastsigmoid": ("fastsigmoid", "import fastsigmoid"),
    "fastsigmoid, expit": ("fastsigmoid", "from fastsigmoid import expit"),
    "NumPy": ("numpy", "import numpy"),
    "SciPy": ("scipy", "from scipy.special import expit"),
    "torch": ("torch", "import torch"),
    "numba": ("numba", "import numba"),
    "jax": ("jax", "import jax"),
}
TIMED = """
import time
start = time.perf_counter()
{}
print(time.perf_counter() - start)
"""


def measure(interpreter, rounds):
    """Rows of those that this interpreter has."""
    command = [interpreter, "-m", "benchmarks.footprint", str(rounds)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def sizes(distribution):
    """Bytes of a distribution, and of it together with all that it requires."""
    needed, found = [distribution], {}
    while needed:
        name = re.sub(r"[-_.]+", "-", needed.pop()).lower()
        if name in found:
            continue
        try:
            metadata = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # not required on this system
        found[name] = sum(
            path.stat().st_size
            for file in metadata.files or []
            if file.suffix != ".pyc" and (path := metadata.locate_file(file)).is_file()
        )
        for requirement in metadata.requires or []:
            if "extra ==" not in requirement:
                needed.append(re.match(r"[\w.-]+", requirement)[0])
    return next(iter(found.values()), 0), sum(found.values())


def main():
    rounds = int(sys.argv[1])
    there = {
        name: (distribution, statement)
        for name, (distribution, statement) in IMPORTS.items()
        if importlib.util.find_spec(distribution)
    }
    seconds = {name: [] for name in there}
    for _ in range(rounds + 1):  # the first one warms up the files
        for name, (_, statement) in there.items():
            command = [sys.executable, "-c", TIMED.format(statement)]
            output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
            seconds[name].append(float(output))
    rows = []
    for name, (distribution, statement) in there.items():
        own, together = sizes(distribution)
        samples = seconds[name][1:]
        rows.append(
            {
                "label": name,
                "statement": statement,
                "milliseconds": round(1e3 * statistics.median(samples), 2),
                "least": round(1e3 * min(samples), 2),
                "most": round(1e3 * max(samples), 2),
                "bytes": own,
                "with requirements": together,
            }
        )
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
