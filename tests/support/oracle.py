"""The truth: the family by MPFR, correctly rounded.  Shares nothing with the package."""

import math

import gmpy2


def answer(name, x, f):
    """The function of that name, rounded to nearest, ties to even, in the format f; x is not NaN.

    An enclosure is narrowed until both of its ends round alike.  That ends: but for sigmoid(0) = 1/2 and
    logit(1/2) = 0 the values for rational x are transcendental, so never halfway between two floats.
    """
    enclosure = ENCLOSURES[name]
    bits = f.precision + 16
    while True:
        low, high = (round_to(end, f) for end in enclosure(gmpy2.mpfr(x, 53), *contexts(bits)))
        if math.isnan(low):
            return math.nan
        if low == high:
            return low
        bits *= 2


def sigmoid(x, f):
    return answer("sigmoid", x, f)


def contexts(bits):
    """To round down and up by."""
    down = gmpy2.context(precision=bits, round=gmpy2.RoundDown)
    return down, gmpy2.context(precision=bits, round=gmpy2.RoundUp)


# Two numbers between which the function of x lies.


def around_sigmoid(x, down, up):
    """1 / (1 + e**-x)"""
    minus_x = gmpy2.mpfr(-x, x.precision)
    return down.div(1, up.add(1, up.exp(minus_x))), up.div(1, down.add(1, down.exp(minus_x)))


def around_logit(x, down, up):
    """log(x / (1 - x))"""
    if not 0 <= x <= 1:
        return gmpy2.nan(), gmpy2.nan()
    if x == 1:  # rounded down, 1 - 1 is -0
        return gmpy2.inf(), gmpy2.inf()
    low, high = down.div(x, up.sub(1, x)), up.div(x, down.sub(1, x))
    return down.log(low), up.log(high)


def around_log_sigmoid(x, down, up):
    """-log(1 + e**-x), or x - log(1 + e**x) for x < 0, where e**-x may be beyond all exponents"""
    power = gmpy2.mpfr(-abs(x), x.precision)
    low, high = up.minus(up.log1p(up.exp(power))), down.minus(down.log1p(down.exp(power)))
    return (low, high) if x >= 0 else (down.add(x, low), up.add(x, high))


def around_softplus(x, down, up):
    """log(1 + e**x) = -log_sigmoid(-x)"""
    low, high = around_log_sigmoid(gmpy2.mpfr(-x, x.precision), down, up)
    return up.minus(high), down.minus(low)


ENCLOSURES = {
    "sigmoid": around_sigmoid,
    "logit": around_logit,
    "log_sigmoid": around_log_sigmoid,
    "softplus": around_softplus,
}


def round_to(value, f):
    """An mpfr of any precision and exponent, as the nearest float of the format f."""
    if value == 0 or not gmpy2.is_finite(value):
        return float(value)
    mantissa, exponent = map(int, value.as_mantissa_exp())
    return math.copysign(round_mantissa(abs(mantissa), exponent, f), mantissa)


def round_mantissa(mantissa, exponent, f):
    """mantissa * 2**exponent > 0, rounded."""
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
