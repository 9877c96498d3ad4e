"""Float64 inputs of logit and log_sigmoid that are hard to round: python -m tests.evidence.hard [SECONDS]

searches each region for so many seconds by hard_f64.c, beside what it found before, and writes data/hard.txt: the hardest of
each, and the ties of logit next to 1/2.  It is a sample: of sigmoid alone there is more (tests.evidence.worst).  softplus has
the inputs of log_sigmoid, negated.  It needs a C compiler, MPFR, gmpy2 and tqdm.

Next to 1/2, logit(1/2 + h) = 4h + 16/3 h^3 + 64/5 h^5 + ...  With h = 3m 2^-q the first two terms are
3m (2^(2q) + 12 m^2) 2^(2-3q), for an odd m an odd number of 2^(4-3q): halfway between two float64 if it has 54 bits.
"""

import argparse
import math
import subprocess
import tempfile
import time
from pathlib import Path

import gmpy2

from ..data import FOLDER, hard
from ..data.make import short_hex
from ..support import oracle
from ..support.floats import FLOAT64
from .worst import measure

SOURCE = Path(__file__).parents[1] / "native/hard_f64.c"
KEPT = 4  # of a region
ABSOLUTE = {
    "logit": lambda p: abs(gmpy2.log(p / (1 - p))),
    "log_sigmoid": lambda x: gmpy2.log1p(gmpy2.exp(-x)),
}
# Each lies within a binade.
REGIONS = {
    "logit": [
        *((2.0**e, 2.0 ** (e + 1)) for e in [-1023, -1000, -800, -500, -200, -100, *range(-70, -2)]),
        *((0.5 - 2.0**e, 0.5 - 2.0 ** (e - 1)) for e in range(-2, -27, -1)),
        *((0.5 + 2.0 ** (e - 1), 0.5 + 2.0**e) for e in range(-1, -27, -1)),
        *((1 - 2.0 ** (e + 1), 1 - 2.0**e) for e in range(-2, -24, -1)),
    ],
    "log_sigmoid": [
        *((2.0**e, min(2.0 ** (e + 1), 745.125)) for e in range(-40, 10)),
        (708.5, 745.125),  # subnormal results
        *((-(2.0**e), -(2.0 ** (e + 1))) for e in range(-40, 6)),
    ],
}  # fmt: skip


def build(folder):
    program = Path(folder, "hard_f64")
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-o"]
    libraries = ["-lmpfr", "-lgmp", "-lm"]
    subprocess.run(["cc", *flags, str(program), str(SOURCE), *libraries], check=True)
    return program


def search(program, function, region, seconds):
    """The hardest inputs found there."""
    options = [*map(float.hex, region), str(seconds), str(time.time_ns() % (1 << 62))]
    run = subprocess.run([program, function, *options], capture_output=True, text=True, check=True)
    return list(map(float.fromhex, run.stdout.split()))


def ties():
    """The p whose two terms lie halfway between two float64."""
    for q in range(25, 28):
        for m in range(1, 1 << 8, 2):
            if (3 * m * (4**q + 12 * m * m) // 4).bit_length() == 54:
                h = math.ldexp(3 * m, -q)
                yield from (0.5 - h, 0.5 + h)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("seconds", nargs="?", type=float, default=2.0, help="a region")
    seconds = parser.parse_args().seconds
    from tqdm import tqdm

    text = "# x and the function of x, correctly rounded, where that is next to the middle of two numbers.\n"
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder)
        for function, regions in REGIONS.items():
            known = {x for x, _ in hard(function)}
            found = sorted(ties()) if function == "logit" else []
            for region in tqdm(regions, function):
                low, high = sorted(region)
                inputs = known.union(search(program, function, region, seconds)).difference(found)
                inputs = [x for x in inputs if low <= x <= high]
                found += sorted(inputs, key=lambda x: measure(x, ABSOLUTE[function]))[:KEPT]
            rows = (
                f"{short_hex(x)} {short_hex(oracle.answer(function, x, FLOAT64))}\n" for x in found
            )
            text += f"[{function}]\n" + "".join(rows)
    (FOLDER / "hard.txt").write_text(text, encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
