"""Where a sigmoid can go wrong: the regimes of its input, by name.

Each draws one finite input of the format f from a random.Random.
"""

import math

from .floats import from_bits, largest, rounded, smallest, step, to_bits

LN2 = math.log(2.0)


def lowest(f):
    """Below this the result is 0: half of the smallest float is e**lowest."""
    return (f.emin - f.precision) * LN2


def lowest_normal(f):
    """Below this the result is subnormal."""
    return f.emin * LN2


def highest(f):
    """From here on the result is 1."""
    return (f.precision + 1) * LN2


def tiny(random, f):
    least = random.choice([smallest(f), math.ldexp(1.0, -f.precision - 4)])
    magnitude = from_bits(random.randrange(to_bits(least, f), to_bits(2.0**-8, f)), f)
    return random.choice([magnitude, -magnitude])


def tie(random, f):
    """1/2 + x/4 lies halfway between two floats, and the term in x**3 decides."""
    odd = random.randrange(1 << random.randrange(1, f.precision * 2 // 3)) | 1
    if random.random() < 0.5:
        return math.ldexp(odd, 1 - f.precision)
    return -math.ldexp(odd, -f.precision)


def near_tie(random, f):
    return step(tie(random, f), random.choice([-3, -2, -1, 1, 2, 3]), f)


def halfway(random, f):
    """The inverse of a number halfway between two results, which a rounding test must not pass.

    The larger x, the flatter the curve, and the nearer its points come to the middle.
    """
    odd = int(math.ldexp(math.exp(-random.uniform(1.0, highest(f))), f.precision + 1)) | 1
    rest = math.ldexp(odd, -f.precision - 1)
    x = math.log1p(-rest) - math.log(rest)
    return step(rounded(x, f), random.choice([-1, 0, 0, 1]), f)


def breakpoint(random, f):
    """Where an argument reduction or the index into a table changes."""
    unit = LN2 / random.choice([1, 2, 16, 32, 64, 128, 256])
    n = round(random.uniform(lowest(f), highest(f)) / unit)
    return step(rounded(n * unit, f), random.randrange(-4, 5), f)


def normal(random, f):
    return rounded(random.gauss(0.0, 4.0), f)


def wide(random, f):
    return rounded(random.uniform(lowest(f), -lowest(f)), f)


def upper(random, f):
    """The result is 1 or nearly so."""
    return rounded(random.uniform((f.precision - 1) * LN2, (f.precision + 2) * LN2), f)


def lower(random, f):
    return -upper(random, f)


def tail(random, f):
    return rounded(random.uniform(lowest(f) - 4.0, lowest_normal(f) + 8.0), f)


def subnormal(random, f):
    return rounded(random.uniform(lowest(f), lowest_normal(f)), f)


def edge(random, f):
    where = random.choice(
        [
            lowest(f),
            lowest(f) + LN2,
            lowest_normal(f),
            lowest_normal(f) - LN2,
            -highest(f),
            LN2 - highest(f),
            highest(f) - LN2,
            highest(f),
        ]
    )
    return step(rounded(where, f), random.randrange(-40, 41), f)


def saturated(random, f):
    low, high = to_bits(highest(f), f), to_bits(math.inf, f)
    if random.random() < 0.5:
        return from_bits(random.randrange(low + 1, high), f)
    return -from_bits(random.randrange(to_bits(-lowest(f), f) + 1, high), f)


def pattern(random, f):
    x = math.nan
    while not math.isfinite(x):
        x = from_bits(random.getrandbits(f.size), f)
    return x


REGIMES = {
    regime.__name__: regime
    for regime in (
        tiny, tie, near_tie, halfway, breakpoint, normal, wide, upper, lower, tail, subnormal, edge,
        saturated, pattern,
    )
}  # fmt: skip


# Of logit, whose input is a probability; the regimes above are for sigmoid, log_sigmoid and softplus.


def uniform(random, f):
    return rounded(random.random(), f)


def result(random, f):
    """What sigmoid gives."""
    x = random.gauss(0.0, 4.0)
    return rounded(1.0 / (1.0 + math.exp(-x)), f)


def near_half(random, f):
    return step(
        0.5, random.choice([-1, 1]) * random.randrange(1 << random.randrange(1, f.precision)), f
    )


def half_tie(random, f):
    """4(p - 1/2) is apt to lie halfway between two floats, and the next term decides."""
    odd = random.randrange(1 << random.randrange(1, f.precision // 2)) | 1
    return 0.5 + random.choice([-1, 1]) * math.ldexp(odd, -f.precision)


def small(random, f):
    return from_bits(random.randrange(1, to_bits(2.0**-8, f)), f)


def subnormal_probability(random, f):
    return from_bits(random.randrange(1, to_bits(2.0**f.emin, f)), f)


def near_one(random, f):
    return step(1.0, -random.randrange(1, 1 << random.randrange(1, f.precision)), f)


def power_of_two(random, f):
    """Where the argument reduction changes, too."""
    p = 2.0 ** random.randrange(f.emin + 9, 0)
    p = random.choice([p, p / (1.0 + p), 1.0 / (1.0 + p)])
    return min(step(rounded(p, f), random.randrange(-4, 5), f), 1.0)


def outside(random, f):
    p = pattern(random, f)
    return p if p < 0 or p > 1 else -p - smallest(f)


LOGIT_REGIMES = {
    regime.__name__: regime
    for regime in (
        uniform, result, near_half, half_tie, small, subnormal_probability, near_one, power_of_two, outside,
    )
}  # fmt: skip


def regimes_of(name):
    """Those of the function of that name."""
    return LOGIT_REGIMES if name == "logit" else REGIMES


def special(f):
    """Inputs of no regime, NaN apart."""
    positive = [0.0, smallest(f), 2.0**f.emin, 0.5, 1.0, 2.0, largest(f), math.inf]
    return [*positive, *(-x for x in positive)]
