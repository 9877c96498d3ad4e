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
# Float32 inputs next to the middle of two results: float32 lanes get sigmoid's wrong where their bound is an eighth of
# what it has to be, and float64 lanes get the others wrong where nothing asks how near the middle they are.  All of
# logit's from 2^-63 on, and some of log_sigmoid's, of all 2^-33 <= |x| < 88.
CLOSE = {
    "sigmoid": """
        -0x1.b1f902p+3 -0x1.6cf806p+3 -0x1.460c06p+3 -0x1.53a006p+1 -0x1.0616e4p+1 -0x1.f86406p-1
        -0x1.4dbc06p-1 -0x1.47ef02p-1 -0x1.0f4806p-3 -0x1.067536p-3 0x1.06fe4ep-3
    """,
    "logit": """
        0x1.7ce69ep-52 0x1.c7f44cp-46 0x1.7c88cap-33 0x1.817d1ap-21 0x1.88314ep-20 0x1.9d3858p-9
        0x1.aa409ep-8 0x1.9f2956p-5 0x1.782c08p-3 0x1.e6ac3ep-3 0x1.ea1afep-3 0x1.40516ap-2
        0x1.a32cccp-2 0x1.ab45fep-2 0x1.c9eb4p-2 0x1.f01becp-2 0x1.07f20ap-1 0x1.1b0a6p-1
        0x1.2e699ap-1 0x1.a1f4fep-1
    """,
    "log_sigmoid": """
        -0x1.afed68p+0 -0x1.2f1102p+0 -0x1.58a0e6p-1 -0x1.4d3846p-1 -0x1.fe167ap-2 -0x1.436bd6p-2
        -0x1.07e6bcp-2 -0x1.d3e1fap-3 -0x1.b53896p-3 -0x1.6d4852p-3 -0x1.398424p-3 -0x1.242b36p-3
        -0x1.0f1d5cp-3 -0x1.529a84p-11 -0x1.722076p-17 -0x1.441718p-22 0x1.df470ap-25
        0x1.1df474p-21 0x1.1eeff4p-16 0x1.e3235ep-7 0x1.c0c966p-3 0x1.df8a8ap-3 0x1.e4ebf6p-3
        0x1.07e6bcp-2 0x1.605a5ap-2 0x1.c2d3d8p-2 0x1.c4490ap-2 0x1.cee116p-2 0x1.f45788p-2
        0x1.53b894p-1 0x1.568812p-1 0x1.743822p-1 0x1.74420cp-1 0x1.82c7bp-1 0x1.413b82p+0
        0x1.5736b2p+0 0x1.64803p+0 0x1.04c3a8p+1 0x1.5776bap+3
    """,
}


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
    if f is FLOAT32:
        yield section("close", map(float.fromhex, CLOSE[function].split()), function, f)


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
