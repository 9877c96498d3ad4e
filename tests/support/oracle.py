"""The truth: sigmoid by MPFR, correctly rounded.  Shares nothing with the package."""

import math

import gmpy2


def sigmoid(x, f):
    """1 / (1 + e**-x), rounded to nearest, ties to even, in the format f; x is not NaN.

    An enclosure is narrowed until both of its ends round alike.  That ends: for rational x != 0 the
    value is transcendental, so never halfway between two floats, and for x = 0 it is 1/2 exactly.
    """
    bits = f.precision + 16
    while True:
        low, high = (round_to(end, f) for end in enclosure(x, bits))
        if low == high:
            return low
        bits *= 2


def enclosure(x, bits):
    down = gmpy2.context(precision=bits, round=gmpy2.RoundDown)
    up = gmpy2.context(precision=bits, round=gmpy2.RoundUp)
    minus_x = gmpy2.mpfr(-x, 53)
    low = down.div(1, up.add(1, up.exp(minus_x)))
    high = up.div(1, down.add(1, down.exp(minus_x)))
    return low, high


def round_to(value, f):
    """value >= 0, an mpfr of any precision and exponent, as the nearest float of the format f."""
    if value == 0:
        return 0.0
    mantissa, exponent = map(int, value.as_mantissa_exp())
    leading = mantissa.bit_length() - 1 + exponent
    quantum = max(leading, f.emin) - f.precision + 1
    drop = quantum - exponent
    if drop <= 0:
        return math.ldexp(mantissa, exponent)
    if drop > mantissa.bit_length():
        return 0.0
    kept, rest = divmod(mantissa, 1 << drop)
    half = 1 << drop - 1
    if rest > half or (rest == half and kept & 1):
        kept += 1
    return math.ldexp(kept, quantum)
