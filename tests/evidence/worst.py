"""The float64 inputs that are hardest to round, by region: python -m tests.evidence.worst STATES [--inputs N]

goes on with the search of worst_f64.c, whose states are kept in the folder STATES, until N inputs of every region
are done, and writes data/worst.txt and data/hashes.txt.  It needs a C compiler, MPFR and gmpy2.

Below 2^-25 nothing has to be searched for.  The middles of two results next to 1/2 are the odd multiples of
2^-54 above it, of 2^-55 below, so that 1/2 + x/4 is one for the odd multiples of 2^-52 (x > 0) or 2^-53
(x < 0).  Such an x is |x|^3/48 off its middle, less than |x| 2^-54/3.  Any other x is a multiple of its last
place away from these, its 1/2 + x/4 more than |x| 2^-55 from every middle, and sigmoid(x) more than a third of
that: farther than the first tie of a binade.
"""

import argparse
import contextlib
import subprocess
import tempfile
from pathlib import Path

import gmpy2

from ..data import FOLDER, worst
from ..data.make import short_hex
from ..support import oracle
from ..support.floats import FLOAT64, step
from . import hashes

SOURCE = Path(__file__).parents[1] / "native/worst_f64.c"
SUBNORMAL = -float.fromhex("0x1.6232bdd7abcd3p+9")  # the first x whose result is subnormal
STARTS = [
    *(-(2.0**e) for e in range(-53, 10)),
    SUBNORMAL,
    *(2.0**e for e in range(-53, 6)),
]
KEPT = 6  # of a region
BOUND = -121  # log2 of the relative error of fs_exact128


def build(folder):
    program = Path(folder, "worst_f64")
    flags = ["-std=c11", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"]
    command = ["cc", *flags, str(SOURCE), "-lmpfr", "-lgmp", "-lm", "-o", str(program)]
    subprocess.run(command, check=True)
    return program


def is_searched(start):
    return abs(start) >= 2.0**-25


def ties(start):
    """The hardest inputs of a region next to 0, the hardest first."""
    unit = 2.0**-52 if start > 0 else -(2.0**-53)
    odd = start / unit  # a power of 2 or a half
    if odd < 1:
        return [step(unit, -1, FLOAT64)]
    return [x for i in range(KEPT) if abs(x := unit * (odd // 2 * 2 + 1 + 2 * i)) < 2 * abs(start)]


def measure(x):
    """log2 of the distance of sigmoid(x) from the middle of two numbers: in units in the last place, and
    relative to sigmoid(x)."""
    with gmpy2.context(gmpy2.get_context(), precision=600):
        s = 1 / (1 + gmpy2.exp(-gmpy2.mpfr(x)))
        units = gmpy2.mul_2exp(s, -max(gmpy2.get_exp(s) - 53, -1074))
        off = abs(units - gmpy2.floor(units) - gmpy2.mpfr(0.5))
        return float(gmpy2.log2(off)), float(gmpy2.log2(off / units))


def spare(x):
    """How many bits more the 128-bit phase has than x needs; None where it goes by the third term's sign."""
    return None if abs(x) < 2.0**-36 else measure(x)[1] - BOUND


def state_text(start, folder):
    return (Path(folder) / start.hex()).read_text(encoding="ascii").splitlines()


def sections(folder):
    every = 1 << 52
    for start in STARTS:
        if is_searched(start):
            title, *rows = state_text(start, folder)
            inputs, _, total = title.partition(":")[0].split()[1:]
            hardest = [float.fromhex(row.split()[0]) for row in rows[:KEPT]]
        else:
            inputs, total, hardest = every, every, ties(start)
        yield f"[{short_hex(start)} {inputs} of {total}]\n"
        for x in hardest:
            yield f"{short_hex(x)} {short_hex(oracle.sigmoid(x, FLOAT64))}\n"


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.evidence.worst")
    parser.add_argument("states", type=Path)
    parser.add_argument("--inputs", type=float, default=1e10, help="of each region, at least")
    arguments = parser.parse_args()
    arguments.states.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        program = build(scratch)
        for start in filter(is_searched, STARTS):
            state = arguments.states / start.hex()
            command = [program, start.hex(), "--inputs", str(arguments.inputs), "--state", state]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    header = (
        "# The hardest float64 inputs found, and their sigmoid, correctly rounded, by region, the hardest first.\n"
        "# [where the region starts, how many of its inputs were searched]; python -m tests.evidence.worst\n"
    )
    text = header + "".join(sections(arguments.states))
    (FOLDER / "worst.txt").write_text(text, encoding="ascii", newline="\n")
    worst.cache_clear()
    print(f"worst.txt: {len(text.splitlines())} lines, {len(text)} bytes, {gmpy2.mpfr_version()}")
    hashes.main()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
