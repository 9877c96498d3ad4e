"""One hash a function and format of the results for many inputs: those of same_bits.c.  What any build computes must
have the hashes of data/hashes.txt; python -m tests.evidence.hashes writes them from MPFR's answers, with gmpy2."""

import struct
from functools import cache
from itertools import product

from ..data import FOLDER, lines, worst
from ..support.floats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, from_bits, quieted, to_bits

FORMATS = [FLOAT64, FLOAT32, FLOAT16, BFLOAT16]
RANDOM = 40_000  # patterns of each of the two kinds
MASK = (1 << 64) - 1


def split_mix(state):
    while True:
        state = state + 0x9E3779B97F4A7C15 & MASK
        z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        yield z ^ z >> 31


def patterns(f):
    """Any pattern, and next one of |x| from 2**-64 on, where something happens."""
    first, exponents = {FLOAT64: (959, 74), FLOAT32: (63, 72)}[f]
    fraction = f.precision - 1
    keep = (1 << f.size - 1) + (1 << fraction) - 1
    random = split_mix(f.size)
    for _ in range(RANDOM):
        yield next(random) >> 64 - f.size
        next(random)
        word = next(random) >> 64 - f.size
        yield word & keep | first + next(random) % exponents << fraction


@cache
def inputs(f):
    """The inputs' bits, the same for each function."""
    if f.size == 16:
        return range(1 << 16)
    if f is FLOAT32:
        return list(patterns(f))
    return [*(to_bits(x, f) for pairs in worst().values() for x, _ in pairs), *patterns(f)]


def fnv1a(octets):
    h = 0xCBF29CE484222325
    for octet in octets:
        h = (h ^ octet) * 0x100000001B3 & MASK
    return f"{h:016x}"


def known():
    """{(function, name of the format): (how many inputs, the hash of their results)}"""
    rows = (line.split() for line in lines("hashes"))
    return {(function, name): (int(count), h) for function, name, count, h in rows}


def answers(function, f):
    """The results' bits, by MPFR."""
    from ..support.oracle import answer

    infinity = (1 << f.size - 1) - (1 << f.precision - 1)
    for bits in inputs(f):
        if bits & (1 << f.size - 1) - 1 > infinity:
            yield quieted(bits, f)
        else:
            yield to_bits(answer(function, from_bits(bits, f), f), f)


def made(function, f):
    """How many, and their hash."""
    integer = "<" + f.integer
    results = [struct.pack(integer, bits) for bits in answers(function, f)]
    return len(results), fnv1a(b"".join(results))


def main():
    from ..support.oracle import ENCLOSURES

    text = "# The function, the format, how many inputs, and the hash of their results: same_bits.c, hashes.py.\n"
    for f, function in product(FORMATS, ENCLOSURES):
        count, h = made(function, f)
        text += f"{function} {f.name} {count} {h}\n"
    (FOLDER / "hashes.txt").write_text(text, encoding="ascii", newline="\n")
    print(text, end="")


if __name__ == "__main__":
    main()
