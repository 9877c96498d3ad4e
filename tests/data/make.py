"""Writes the answers beside it: python -m tests.data.make, from a checkout, with gmpy2."""

from random import Random

import gmpy2

from ..support import oracle
from ..support.floats import FLOAT16, FLOAT32, FLOAT64, from_bits, to_bits
from ..support.regimes import REGIMES, special
from . import FOLDER, ascending_half

SEED = 20_240_229
CASES = {FLOAT64: 300, FLOAT32: 200}  # of each regime


def main():
    for f, count in CASES.items():
        header = "# x and sigmoid(x), correctly rounded, as hexadecimal floats, by regime.\n"
        write(f, header + "".join(sections(f, count)))
    header = "# Bits of the first x of each run of equal results, -inf first, and of the result.\n"
    write(FLOAT16, header + "".join(half_runs()))


def sections(f, count):
    random = Random(SEED)
    yield section("special", special(f), f)
    for name, regime in REGIMES.items():
        yield section(name, sorted(regime(random, f) for _ in range(count)), f)


def section(name, inputs, f):
    rows = (f"{short_hex(x)} {short_hex(oracle.sigmoid(x, f))}\n" for x in inputs)
    return f"[{name}]\n" + "".join(rows)


def half_runs():
    last = None
    for bits in ascending_half():
        result = to_bits(oracle.sigmoid(from_bits(bits, FLOAT16), FLOAT16), FLOAT16)
        if result != last:
            yield f"{bits:04x} {result:04x}\n"
            last = result


def short_hex(x):
    """float.hex without the zeros that a narrower format leaves at the end."""
    digits, p, exponent = x.hex().partition("p")
    return digits.rstrip("0").rstrip(".") + p + exponent if p else digits


def write(f, text):
    path = FOLDER / f"{f.name}.txt"
    path.write_text(text, encoding="ascii", newline="\n")
    print(f"{path.name}: {len(text.splitlines())} lines, {len(text)} bytes, {gmpy2.mpfr_version()}")


if __name__ == "__main__":
    main()
