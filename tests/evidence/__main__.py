"""What the promises rest on, a line each: python -m tests.evidence [--quick | --all]

Each line is a claim, what was done to check it, and whether it held; one that cannot be checked here says so,
and why.  --quick takes a minute, --all hours: every float32, and the planted faults.  From a checkout, on the
installed package, in an environment that has the tests' requirements; the proofs need Gappa and Sollya, the
searches a C compiler and MPFR.  Exit status 1 where a claim does not hold."""

import argparse
import contextlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from random import Random
from shutil import which

import gmpy2
import numpy as np

import fastsigmoid
from fastsigmoid import _core, cpu_info
from fastsigmoid.__main__ import FUNCTIONS

from ..data import hard, known_half, pool, worst
from ..data.make import short_hex
from ..support import oracle
from ..support.floats import FLOAT16, FLOAT32, FLOAT64, FORMATS
from ..support.regimes import regimes_of
from . import builds, hashes
from .worst import (
    AS_EXP,
    EXP_NEAR,
    STARTS,
    STATES,
    SUBNORMAL,
    build,
    by_arcs,
    exp_worst,
    is_like_exp,
    is_searched,
    measure,
    spare,
    states,
)

ROOT = Path(__file__).parents[2]
ISAS = cpu_info()["available"]
ON_EACH = f"on {', '.join(ISAS)}"


class Skipped(Exception):
    pass


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def output_of(command, **options):
    """What it printed, and whether it succeeded."""
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, **options)
    return run.stdout.strip() or run.stderr.strip(), run.returncode


def need_mpfr():
    if not which("cc"):
        raise Skipped("there is no C compiler")
    if output_of(["cc", "-E", "-x", "c", "-include", "mpfr.h", os.devnull])[1] != 0:
        raise Skipped("MPFR's header is not installed")


def wrong_on(isa, x, y, f, function="sigmoid"):
    """How many results differ, in a row and in a strided one."""
    x, y = np.array(x, f.name), np.array(y, f.name)
    word = f"u{f.size // 8}"
    row = _core._call_on(isa, x, None, function)
    wrong = np.count_nonzero(row.view(word) != y.view(word))
    strided = _core._call_on(isa, np.repeat(x, 3)[::-3], None, function)[::-1]
    return wrong + np.count_nonzero(strided.view(word) != y.view(word))


# Claims: each returns whether it holds and the evidence.


def committed_answers(_):
    counts, wrong = [], 0
    for f in FORMATS:
        total = 0
        for function in FUNCTIONS if f is not FLOAT16 else ["sigmoid"]:
            x, y = zip(*pool(f, function), strict=True)
            wrong += sum(wrong_on(isa, x, y, f, function) for isa in ISAS)
            total += len(x)
        counts.append(f"{total:,} of {f}")
    return wrong == 0, f"{', '.join(counts)}, {ON_EACH}: {wrong} differ from MPFR"


def fresh_answers(options):
    count = 100 if options.quick else 5_000
    random = Random(time.time_ns())
    wrong = total = 0
    for f in (FLOAT64, FLOAT32):
        for function in FUNCTIONS:
            for name, regime in regimes_of(function).items():
                progress(f"{function}, {name}, {f}")
                x = [regime(random, f) for _ in range(count)]
                y = [oracle.answer(function, value, f) for value in x]
                wrong += sum(wrong_on(isa, x, y, f, function) for isa in ISAS)
                total += count
    return (
        wrong == 0,
        f"{total:,} new random ones of all regimes, {ON_EACH}: {wrong} differ from MPFR",
    )


def hard_answers(_):
    total = open_or_wrong = 0
    for function in FUNCTIONS:
        if function != "sigmoid":
            x, y = zip(*hard(function), strict=True)
            open_or_wrong += sum(wrong_on(isa, x, y, FLOAT64, function) for isa in ISAS)
            for a, b in hard(function):
                open_or_wrong += oracle.answer(function, a, FLOAT64) != b
                open_or_wrong += _core._phase(a, "exact128", function=function) != b
            total += len(x)
    return open_or_wrong == 0, (
        f"{total:,} found next to the middle of two results, {ON_EACH}, and by the 128-bit phase alone:"
        f" {open_or_wrong} differ from MPFR"
    )


def hardest_answers(_):
    pairs = [pair for pairs in worst().values() for pair in pairs]
    x, y = zip(*pairs, strict=True)
    wrong = sum(wrong_on(isa, x, y, FLOAT64) for isa in ISAS)
    wrong += sum(oracle.sigmoid(a, FLOAT64) != b for a, b in pairs)
    inputs = sum(searched for start, searched, _ in worst() if is_searched(start))
    whole = sum(searched == count for _, searched, count in worst())
    return wrong == 0, (
        f"the {len(x)} hardest of {inputs:.2g} inputs searched, {whole} of {len(worst())} binades wholly, {ON_EACH}:"
        f" {wrong} differ from MPFR"
    )


def last_phases(_):
    pairs = [pair for pairs in worst().values() for pair in pairs]
    open_or_wrong = sum(_core._phase(x, "exact128") != y for x, y in pairs)
    bits, x = min((spare(x), x) for x, _ in pairs if spare(x) is not None)
    return open_or_wrong == 0 and bits > 0, (
        f"its error is 2^-121; {short_hex(x)} needs 2^-{121 - bits:.1f} and leaves the fewest bits to spare, {bits:.1f}"
    )


def search(options):
    need_mpfr()
    pieces, failed, planted, found = 20 if options.quick else 200, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder)
        text, status = output_of([program, "self-test"])
        agree = len(re.findall("the same as one by one", text))
        for start in filter(by_arcs, STARTS):
            progress(f"both searches from {short_hex(start)}")
            seed = str(time.time_ns())
            text, differ = output_of([program, "compare", short_hex(start), str(pieces), seed])
            failed += differ != 0
            found += int(re.search(r"find (\d+)", text)[1])
            planted += pieces
    return status == failed == 0 < agree, (
        f"straight lines find in {agree} blocks what trying each of 65,536 inputs finds, and arcs what straight lines find"
        f" in {pieces} random pieces of each region, {found} inputs; and {planted} planted ones"
    )


def searched_again(options):
    need_mpfr()
    lines, failed = [], 0
    finished = [start for start, (inputs, total, _) in states().items() if inputs == total]
    if not finished:
        raise Skipped("no region is finished")
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder)
        for start in Random().sample(finished, min(len(finished), 3 if options.quick else 12)):
            progress(f"again from {short_hex(start)}")
            command = [program, "again", STATES, short_hex(start), "3", str(time.time_ns())]
            text, differ = output_of(command)
            failed += differ != 0
            lines.append(f"{short_hex(start)}: {text}")
    return failed == 0, "; ".join(lines)


def lemma(_):
    """Below -86: the list's distances, and what the search of its own has found as near as that."""
    known = [x for start in STARTS for x in exp_worst(start)]
    near = all(measure(x, gmpy2.exp)[0] < EXP_NEAR for x in known)
    shifts = [abs(2 ** measure(x, gmpy2.exp)[0] - 2 ** measure(x)[0]) for x in known]
    found, strangers, missed, finished = 0, 0, 0, 0
    for start, (inputs, total, hardest) in states().items():
        own = {x for x in hardest if SUBNORMAL < x < AS_EXP and measure(x)[0] < EXP_NEAR}
        listed = set(exp_worst(start))
        found += len(own)
        strangers += len(own - listed)
        if inputs == total and listed:
            finished += 1
            last = measure(hardest[-1])
            missed += sum(measure(x) < last for x in listed - own)
    return near and max(shifts) < 2**-71 and not strangers and not missed, (
        f"exp and sigmoid of the {len(known)} nearest in the list are at most 2^{np.log2(max(shifts)):.1f} units apart;"
        f" {finished} regions of that range are searched wholly, {found} found there are that near, {strangers} not in the"
        f" list, {missed} of the list missed"
    )


def every_float32(options):
    need_mpfr()
    slices = 1024 if options.quick else 1 if options.all else 64
    with tempfile.TemporaryDirectory() as folder:
        program = exhaustive(folder)
        wrong, inputs = 0, 0
        for isa, function in product(ISAS, FUNCTIONS):
            piece = f"{Random().randrange(slices)}/{slices}"
            text, _ = output_of([program, isa, function, "float32", "--slice", piece])
            inputs = int(re.search(r": (\d+) inputs", text)[1])
            wrong += int(re.search(r"(\d+) wrong", text)[1])
    share = "all" if slices == 1 else f"a {slices}th of all,"
    return (
        wrong == 0,
        f"{share} {inputs:,} inputs twice, of {', '.join(FUNCTIONS)}, {ON_EACH}: {wrong} wrong",
    )


def exhaustive(folder):
    program = Path(folder, "exhaustive")
    sources = ["tests/native/exhaustive.c", *builds.kernel_sources()]
    flags = [*builds.FLAGS, "-O2", "-lmpfr", "-lgmp", "-lm"]
    subprocess.run(["cc", *sources, *flags, "-o", program], check=True, cwd=ROOT)
    return program


def every_half(_):
    need_mpfr()
    f = FLOAT16
    wrong = sum(oracle.sigmoid(x, f) != y for x, y in pool(f))
    halves = [g for g in hashes.FORMATS if g.size == 16]
    wrong += sum(hashes.known()["sigmoid", g.name] != hashes.made("sigmoid", g) for g in halves)
    with tempfile.TemporaryDirectory() as folder:
        program = exhaustive(folder)
        for function, g in product(FUNCTIONS, ("float16", "bfloat16")):
            text, _ = output_of([program, "portable", function, g])
            wrong += int(re.search(r"(\d+) wrong", text)[1])
    of_each = f"all 65,536 of either format of {', '.join(FUNCTIONS)}"
    return (
        wrong == 0,
        f"all {len(known_half()):,} float16 from Python, {of_each}: {wrong} differ from MPFR",
    )


def same_bits(options):
    formats = {f.name: f for f in hashes.FORMATS}
    right = all(
        hashes.made(function, formats[name]) == row
        for (function, name), row in hashes.known().items()
    )
    same, failed, skipped = builds.run(options.quick, progress)
    inputs = sum(count for count, _ in hashes.known().values())
    compilers = " ".join(sorted({build.compiler for build in same}))
    machines = " ".join(sorted({build.machine for build in same}))
    return right and bool(same) and not failed, (
        f"{len(same)} builds by {compilers} for {machines} have MPFR's hashes of {inputs:,} results;"
        f" {len(failed)} do not, {len(skipped)} could not be made or run"
    )


def relations(_):
    text, status = output_of([sys.executable, "-m", "pytest", "-q", "tests/test_metamorphic.py"])
    return (
        status == 0,
        f"monotone, within [0, 1], sigmoid(-x) = 1 - sigmoid(x): {text.splitlines()[-1].partition(' in ')[0]}",
    )


def proofs(_):
    for tool in ("gappa", "sollya"):
        if not which(tool):
            raise Skipped(f"{tool} is not installed")
    text, status = output_of([sys.executable, "csrc/proof/check"])
    claims = sum(int(n) for n in re.findall(r"(\d+) of \d+ claims accepted", text))
    constants = sum(int(n) for n in re.findall(r"(\d+) of \d+ constants", text))
    files = len(re.findall(r"\.gappa: ", text))
    return (
        status == 0 and claims > 0 and constants > 0,
        f"{claims} claims in {files} files accepted by Gappa, {constants} constants printed by Sollya",
    )


def measured_errors(options):
    need_mpfr()
    inputs = 10_000 if options.quick else 1_000_000
    lines, failed = [], 0
    with tempfile.TemporaryDirectory() as folder:
        programs = ["worst_error", "worst_error_f32"]
        variants = [(name, "csrc/math/kernels_portable.c", []) for name in programs]
        if "avx2" in ISAS:
            variants += [(name, kernels, ["-mfma"]) for name, kernels, _ in variants]
        if "avx512" in ISAS:
            wide = ["-mavx512f", "-mavx512dq", "-mavx512vl", "-mfma"]
            variants.append(("worst_error", "csrc/math/kernels_avx512.c", wide))
        elif "avx2" in ISAS:  # the reciprocals miss as much as they may, on both sides
            copy = shutil.copytree(ROOT / "csrc/math", Path(folder, "math"))
            builds.avx512_by_avx2(copy)
            for sign in "+-":
                flags = ["-mavx2", "-mfma", f"-DRCP14_MISSES={sign}0x1.fffp-15"]
                variants.append(("worst_error", copy / "kernels_avx512.c", flags))
        for name, kernels, flags in variants:
            kernels = Path(ROOT, kernels)
            progress(f"{name}, {kernels.name} {' '.join(flags)}")
            program = Path(folder, name)
            flags = [*builds.FLAGS, *flags, "-O2", f'-DKERNELS="{kernels}"']
            # Each includes one file of kernels.
            others = {file for file in builds.kernel_sources() if Path(file).name != kernels.name}
            sources = [f"tests/native/{name}.c", *sorted(others)]
            command = ["cc", *flags, *sources, "-lmpfr", "-lgmp", "-lm", "-o", program]
            subprocess.run(command, check=True, cwd=ROOT)
            text, status = output_of([program, str(inputs)])
            failed += status != 0
            lines += text.splitlines()
    return failed == 0, "; ".join(lines)


def suite(options):
    if options.quick:
        raise Skipped("not in a minute")
    results = []
    failed = 0
    for isa in ISAS:
        progress(f"the suite on {isa}")
        environment = {**os.environ, "FASTSIGMOID_ISA": isa}
        text, status = output_of(
            [sys.executable, "-m", "pytest", "-q", "-m", "slow or not slow"], env=environment
        )
        failed += status != 0
        results.append(f"{isa}: {text.splitlines()[-1].partition(' in ')[0]}")
    return failed == 0, "; ".join(results)


def faults(options):
    if not options.all:
        raise Skipped("over an hour; python -m tests.evidence.faults")
    text, status = output_of([sys.executable, "-m", "tests.evidence.faults"])
    return status == 0, text.splitlines()[-1]


CLAIMS = {
    "float64 and float32 are correctly rounded in every regime": committed_answers,
    "so they are where they are drawn anew": fresh_answers,
    "so is float64 where rounding is hardest": hardest_answers,
    "the 128-bit phase decides all of these": last_phases,
    "hard inputs of the other functions are right": hard_answers,
    "the search for them misses none": search,
    "it finds the same once more": searched_again,
    "below -86 the hardest inputs are those of exp": lemma,
    "every float32 is correctly rounded": every_float32,
    "every float16 and bfloat16 is": every_half,
    "the error bounds are proved": proofs,
    "no measured error exceeds its bound": measured_errors,
    "one input, one answer, from every build": same_bits,
    "the results fit together": relations,
    "the tests pass on each instruction set": suite,
    "the tests notice planted faults": faults,
}


def power(exponent):
    return f"2^{exponent:.1f}"


def print_table():
    print(
        "\nThe hardest float64 input found in each binade; its distance from the middle of two results, in units in"
    )
    print(
        "the last place and relative to the result; the bits that the 128-bit phase, 2^-121, has to spare."
    )
    print(
        f"{'from':>24} {'searched':>11}  {'hardest':24} {'units':>8} {'relative':>9} {'spare':>6}"
    )
    for (start, searched, inputs), pairs in worst().items():
        if not is_searched(start) or not pairs:
            continue
        x = pairs[0][0]
        units, relative = measure(x)
        share = "all" if searched == inputs else f"{searched / inputs:.2%}"
        if is_like_exp(start):
            share += ", exp"
        row = f"{short_hex(start):>24} {share:>11}  {short_hex(x):24} {power(units):>8} {power(relative):>9}"
        print(f"{row} {spare(x):6.1f}")
    print(
        "exp: the hardest of exp's list, which are those of sigmoid (tests/evidence/worst.py), are among these."
    )
    print(
        "Below 2^-25 the hardest are ties but for x^3/48, all of them known (tests/evidence/worst.py); below 2^-36 the"
    )
    print("128-bit phase decides these by the sign of that term.")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.evidence")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="a minute")
    extent.add_argument(
        "--all", action="store_true", help="every float32 and the planted faults: hours"
    )
    options = parser.parse_args()
    print(
        f"fastsigmoid {fastsigmoid.__version__}, {time.strftime('%Y-%m-%d')}, {platform.machine()} with"
        f" {', '.join(ISAS)}, CPython {platform.python_version()}, NumPy {np.__version__}, {gmpy2.mpfr_version()}\n"
    )
    outcomes = {"pass": 0, "FAIL": 0, "SKIPPED": 0}
    for claim, check in CLAIMS.items():
        progress(claim)
        try:
            holds, evidence = check(options)
            outcome = "pass" if holds else "FAIL"
        except Skipped as why:
            outcome, evidence = "SKIPPED", str(why)
        outcomes[outcome] += 1
        progress("")
        print(f"{outcome}  {claim}: {evidence}", flush=True)
    print_table()
    print("\n" + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    sys.exit(outcomes["FAIL"] > 0)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
