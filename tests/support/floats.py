"""The binary floating-point formats, their bit patterns and their neighbours."""

import math
import struct
from typing import NamedTuple


class Format(NamedTuple):
    name: str
    code: str  # of struct and of the buffer protocol
    integer: str  # the struct code of an integer of the same size
    size: int  # in bits
    precision: int
    emin: int  # the smallest normal number is 2**emin

    def __str__(self):
        return self.name


FLOAT64 = Format("float64", "d", "Q", 64, 53, -1022)
FLOAT32 = Format("float32", "f", "I", 32, 24, -126)
FLOAT16 = Format("float16", "e", "H", 16, 11, -14)
BFLOAT16 = Format("bfloat16", "", "H", 16, 8, -126)  # the upper half of a float32
FORMATS = [FLOAT64, FLOAT32, FLOAT16]

# Quiet and signalling, of both signs, with payloads at both ends.
NANS = {
    FLOAT64: [
        0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001, 0xFFFFFFFFFFFFFFFF,
        0x7FF0000000000001, 0xFFF0000000000001, 0x7FF7FFFFFFFFFFFF, 0xFFF4000012345678,
    ],
    FLOAT32: [
        0x7FC00000, 0xFFC00000, 0x7FC00001, 0xFFFFFFFF,
        0x7F800001, 0xFF800001, 0x7FBFFFFF, 0xFFA01234,
    ],
    FLOAT16: [0x7E00, 0xFE00, 0x7E01, 0xFFFF, 0x7C01, 0xFC01, 0x7DFF, 0xFD23],
}  # fmt: skip


def quieted(bits, f):
    return bits | 1 << f.precision - 2


def from_bits(bits, f):
    if f is BFLOAT16:
        return from_bits(bits << 16, FLOAT32)
    return struct.unpack(f.code, struct.pack(f.integer, bits))[0]


def to_bits(x, f):
    if f is BFLOAT16:
        return to_bits(x, FLOAT32) >> 16
    return struct.unpack(f.integer, struct.pack(f.code, x))[0]


def rounded(x, f):
    """The float nearest to x, which is within the range of the format."""
    return struct.unpack(f.code, struct.pack(f.code, x))[0]


def step(x, ulps, f):
    """The float so many places above x, or below it."""
    sign = 1 << f.size - 1
    bits = to_bits(x, f)
    place = (sign - bits if bits & sign else bits) + ulps
    return from_bits(sign - place if place < 0 else place, f)


def smallest(f):
    return math.ldexp(1.0, f.emin - f.precision + 1)


def largest(f):
    return step(math.inf, -1, f)
