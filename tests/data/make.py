"""Writes the answers beside it: python -m tests.data.make, from a checkout, with gmpy2."""

from random import Random

import gmpy2

from ..support import oracle
from ..support.floats import FLOAT16, FLOAT32, FLOAT64, from_bits, to_bits
from ..support.regimes import regimes_of, special
from . import FOLDER, ascending_half, name_of

SEED = 20_240_229
CASES = {FLOAT64: 300, FLOAT32: 200}  # of each regime of sigmoid
FEWER = {FLOAT64: 60, FLOAT32: 40}  # of the others; softplus has log_sigmoid's, negated
# Float32 inputs that float32 lanes get wrong where their bound is an eighth of what it has to be, by native/exhaustive.c.
CLOSE = [
    float.fromhex(x)
    for x in [
        "-0x1.b1f902p+3",
        "-0x1.6cf806p+3",
        "-0x1.460c06p+3",
        "-0x1.53a006p+1",
        "-0x1.0616e4p+1",
        "-0x1.f86406p-1",
        "-0x1.4dbc06p-1",
        "-0x1.47ef02p-1",
        "-0x1.0f4806p-3",
        "-0x1.067536p-3",
        "0x1.06fe4ep-3",
    ]
]


def main():
    for f in CASES:
        for function, cases in ("sigmoid", CASES), ("logit", FEWER), ("log_sigmoid", FEWER):
            header = (
                f"# x and {function}(x), correctly rounded, as hexadecimal floats, by regime.\n"
            )
            write(name_of(f, function), header + "".join(sections(function, f, cases[f])))
    header = "# Bits of the first x of each run of equal results, -inf first, and of the result.\n"
    write(FLOAT16.name, header + "".join(half_runs()))


def sections(function, f, count):
    random = Random(SEED)
    inputs = [x for x in special(f) if function != "logit" or 0 <= x <= 1]
    yield section("special", inputs, function, f)
    for name, regime in regimes_of(function).items():
        inputs = sorted(regime(random, f) for _ in range(count))
        yield section(name, inputs, function, f)
    if (function, f) == ("sigmoid", FLOAT32):
        yield section("close", CLOSE, function, f)


def section(name, inputs, function, f):
    rows = (f"{short_hex(x)} {short_hex(oracle.answer(function, x, f))}\n" for x in inputs)
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


def write(name, text):
    path = FOLDER / f"{name}.txt"
    path.write_text(text, encoding="ascii", newline="\n")
    print(f"{path.name}: {len(text.splitlines())} lines, {len(text)} bytes, {gmpy2.mpfr_version()}")


if __name__ == "__main__":
    main()
