"""The float64 inputs that are hardest to round, by region: python -m tests.evidence.worst

goes on with the search of worst_f64.c, whose states are in data/searched, and writes data/worst.txt and
data/hashes.txt.  It takes hours; ended by Ctrl-C or SIGTERM, it goes on from there the next time.  It needs a C
compiler, MPFR, gmpy2 and tqdm.

Below 2^-25 nothing has to be searched for.  The middles of two results next to 1/2 are the odd multiples of
2^-54 above it, of 2^-55 below, so that 1/2 + x/4 is one for the odd multiples of 2^-52 (x > 0) or 2^-53
(x < 0).  Such an x is |x|^3/48 off its middle, less than |x| 2^-54/3.  Any other x is a multiple of its last
place away from these, its 1/2 + x/4 more than |x| 2^-55 from every middle, and sigmoid(x) more than a third of
that: farther than the first tie of a binade.

Nor below -86, as long as results are normal.  There sigmoid(x) = e^x/(1 + e^x) is less than e^x by the 2^-124.07th
part of it, which is less than 2^-71 units in the last place: an x whose sigmoid is within 2^-49 - 2^-71 units of a
middle has an e^x within 2^-49.  (Were a power of 2 between the two, where units change, both would be next to a
number, not to a middle.)  Of these there is a list, by another program and other people: data/exp_worst.txt.
This search goes through that range as well, last, and has to find the same.
"""

import contextlib
import math
import os
import platform
import signal
import subprocess
import tempfile
from pathlib import Path

import gmpy2

from ..data import FOLDER, lines, worst
from ..data.make import short_hex
from ..support import oracle
from ..support.floats import FLOAT64, step
from . import hashes

SOURCE = Path(__file__).parents[1] / "native/worst_f64.c"
STATES = FOLDER / "searched"
SUBNORMAL = -float.fromhex("0x1.6232bdd7abcd3p+9")  # the first x whose result is subnormal
STARTS = [
    *(-(2.0**e) for e in range(-53, 10)),
    SUBNORMAL,
    *(2.0**e for e in range(-53, 6)),
]
AS_EXP = -86.0  # from here to SUBNORMAL
EXP_NEAR = -49  # log2 of the distance within which data/exp_worst.txt has all
KEPT = 6  # of a region
EVERY = 1 << 52
BOUND = -121  # log2 of the relative error of fs_exact128


def build(folder):
    program = Path(folder, "worst_f64")
    # Errno and traps would keep the compiler from doing four inputs at once; nothing outside sees vectors.
    flags = "-std=c11 -O3 -fno-math-errno -fno-trapping-math -ffp-contract=fast -Wall -Wextra -Wno-psabi"
    native = ["-march=native"] if platform.machine() == "x86_64" else []
    command = [
        "cc",
        *flags.split(),
        *native,
        str(SOURCE),
        "-lmpfr",
        "-lgmp",
        "-lm",
        "-o",
        str(program),
    ]
    subprocess.run(command, check=True)
    return program


def by_arcs(start):
    return abs(start) >= 0.125


def is_searched(start):
    return abs(start) >= 2.0**-25


def ties(start):
    """The hardest inputs of a region next to 0, the hardest first."""
    unit = 2.0**-52 if start > 0 else -(2.0**-53)
    odd = start / unit  # a power of 2 or a half
    if odd < 1:
        return [step(unit, -1, FLOAT64)]
    return [x for i in range(KEPT) if abs(x := unit * (odd // 2 * 2 + 1 + 2 * i)) < 2 * abs(start)]


def is_like_exp(start):
    """Whether the hardest of the whole region are known from those of exp."""
    return SUBNORMAL < start <= AS_EXP


def exp_worst(start):
    """Those of exp that lie in the region."""
    inputs = map(float.fromhex, lines("exp_worst"))
    return [x for x in inputs if start >= x > end_of(start)]


def measure(x, function=None):
    """log2 of the distance of sigmoid(x), or function(x), from the middle of two numbers: in units in the last
    place, and relative to it."""
    with gmpy2.context(gmpy2.get_context(), precision=600):
        x = gmpy2.mpfr(x)
        s = function(x) if function else 1 / (1 + gmpy2.exp(-x))
        units = gmpy2.mul_2exp(s, -max(gmpy2.get_exp(s) - 53, -1074))
        off = abs(units - gmpy2.floor(units) - gmpy2.mpfr(0.5))
        return float(gmpy2.log2(off)), float(gmpy2.log2(off / units))


def spare(x):
    """How many bits more the 128-bit phase has than x needs; None where it goes by the third term's sign."""
    return None if abs(x) < 2.0**-36 else measure(x)[1] - BOUND


def end_of(start):
    ends = [SUBNORMAL, -745.25, 37.5, math.copysign(2.0 ** math.frexp(start)[1], start)]
    return min((end for end in ends if end / start > 1), key=abs)


def size(start):
    """How many inputs the region has."""
    return int((end_of(start) - start) / math.copysign(math.ulp(start), start))


def cost(start):
    """What an input of the region costs, relatively: intervals and arcs have |sigmoid''|^(-1/3) of them, intervals
    2^26 at most, and an interval costs as much as a hundred arcs."""
    s = 1 / (1 + math.exp(abs(start)))
    last_place = math.ulp(s if start < 0 else 1 - s)
    steps = (s * (1 - s) * (1 - 2 * s) / last_place * math.ulp(start) ** 2) ** (1 / 3)
    return steps if by_arcs(start) else 100 * max(steps, 2**-26)


def states():
    """Of the regions that have one: (inputs searched, all its inputs, the hardest first)."""
    found = {}
    for start in filter(is_searched, STARTS):
        with contextlib.suppress(FileNotFoundError):
            title, *rows = (
                (STATES / f"{short_hex(start)}.txt").read_text(encoding="ascii").splitlines()
            )
            inputs, _, total = title.partition(":")[0].split()[1:]
            found[start] = int(inputs), int(total), [float.fromhex(row.split()[0]) for row in rows]
    return found


def sections():
    committed = {
        start: (inputs, total, [x for x, _ in pairs])
        for (start, inputs, total), pairs in worst().items()
    }
    newer = states()
    for start in STARTS:
        inputs, total, hardest = EVERY, EVERY, ties(start)
        if is_searched(start):
            known = [known[start] for known in (committed, newer) if start in known]
            inputs, total = max((inputs, total) for inputs, total, _ in known)
            found = {x for _, _, found in known for x in found}.union(exp_worst(start))
            hardest = sorted(found, key=measure)[:KEPT]
        yield f"[{short_hex(start)} {inputs} of {total}]\n"
        for x in hardest:
            yield f"{short_hex(x)} {short_hex(oracle.sigmoid(x, FLOAT64))}\n"


def search():
    from tqdm import tqdm

    os.nice(19)
    STATES.mkdir(exist_ok=True)
    by_name = {short_hex(start): start for start in filter(is_searched, STARTS)}
    finished = {start for start, inputs, total in worst() if inputs == total}
    names = sorted(
        by_name,
        key=lambda name: (
            by_name[name] in finished or is_like_exp(by_name[name]),
            size(by_name[name]) * cost(by_name[name]),
        ),
    )
    done = {short_hex(start): inputs for start, (inputs, _, _) in states().items()}
    whole = sum(size(start) * cost(start) for start in by_name.values())
    with (
        tempfile.TemporaryDirectory() as scratch,
        subprocess.Popen(
            [build(scratch), "search", STATES, *names], stdout=subprocess.PIPE, text=True
        ) as child,
    ):
        for number in signal.SIGINT, signal.SIGTERM:
            signal.signal(number, lambda *_: child.terminate())
        form = "{desc} {percentage:.1f}% |{bar}| {elapsed}, {remaining} to go"
        bar = tqdm(
            total=whole,
            initial=sum(n * cost(by_name[name]) for name, n in done.items()),
            bar_format=form,
        )
        for line in child.stdout:
            name, inputs, total = line.split()
            bar.set_description(
                f"process {child.pid}: {name} {int(inputs) / int(total):.1%}, in all", refresh=False
            )
            bar.update((int(inputs) - done.get(name, 0)) * cost(by_name[name]))
            done[name] = int(inputs)
        bar.close()
    if child.returncode not in (0, 1):
        raise subprocess.CalledProcessError(child.returncode, child.args)


def main():
    search()
    header = (
        "# The hardest float64 inputs found, and their sigmoid, correctly rounded, by region, the hardest first.\n"
        "# [where the region starts, how many of its inputs were searched]; python -m tests.evidence.worst\n"
    )
    text = header + "".join(sections())
    (FOLDER / "worst.txt").write_text(text, encoding="ascii", newline="\n")
    worst.cache_clear()
    print(f"worst.txt: {len(text.splitlines())} lines, {len(text)} bytes, {gmpy2.mpfr_version()}")
    hashes.main()


if __name__ == "__main__":
    main()
