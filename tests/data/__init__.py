"""MPFR's answers, committed, so that the tests run without gmpy2.  make.py writes them."""

import functools
from pathlib import Path

from ..support.floats import FLOAT16, from_bits

FOLDER = Path(__file__).parent


@functools.cache
def known(f, function="sigmoid"):
    """The function's answers in float64 or float32: {regime: [(x, result), ...]}."""
    if function == "softplus":
        answers = known(f, "log_sigmoid").items()
        return {regime: negated(pairs) for regime, pairs in answers}
    return sections(name_of(f, function))


def name_of(f, function):
    """That of the file of answers."""
    return f.name if function == "sigmoid" else f"{function}_{f.name}"


def negated(pairs):
    """Of log_sigmoid's pairs, those of softplus(x) = -log_sigmoid(-x)."""
    return [(-x, -y) for x, y in pairs]


@functools.cache
def worst():
    """The float64 inputs that are hardest to round, by region, the hardest first:
    {(start, inputs searched, all inputs): [(x, sigmoid(x)), ...]}."""
    regions = {}
    for title, pairs in sections("worst").items():
        start, searched, _, inputs = title.split()
        regions[float.fromhex(start), int(searched), int(inputs)] = pairs
    return regions


@functools.cache
def hard(function):
    """Float64 inputs that are hard to round, of a function other than sigmoid: [(x, result), ...]."""
    if function == "softplus":
        return negated(hard("log_sigmoid"))
    return sections("hard").get(function, [])


def sections(name):
    answers = {}
    for line in lines(name):
        if line.startswith("["):
            pairs = answers[line.strip("[]")] = []
        else:
            pairs.append(tuple(map(float.fromhex, line.split())))
    return answers


@functools.cache
def known_half():
    """The answers to every float16 but NaN: {input bits: result bits}."""
    runs = dict([int(word, 16) for word in line.split()] for line in lines(FLOAT16.name))
    answers = {}
    result = None
    for bits in ascending_half():
        answers[bits] = result = runs.get(bits, result)
    return answers


def ascending_half():
    """The bits of every float16 from -inf to inf, -0 and +0 both."""
    infinity = 0x7C00
    return [*range(0x8000 | infinity, 0x7FFF, -1), *range(infinity + 1)]


def lines(name):
    text = (FOLDER / f"{name}.txt").read_text(encoding="ascii")
    return [line for line in text.splitlines() if not line.startswith("#")]


@functools.cache
def pool(f, function="sigmoid"):
    """Every known pair of the format, as (x, result)."""
    if f is FLOAT16:
        return [(from_bits(x, f), from_bits(y, f)) for x, y in known_half().items()]
    return [pair for pairs in known(f, function).values() for pair in pairs]
