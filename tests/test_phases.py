"""Each phase by itself: what it decides is right, and it decides what it is there for.

A value seldom reaches the later phases by itself, so a private hook forces it into them.
"""

import math
from decimal import ROUND_FLOOR, Decimal, localcontext

import pytest

from fastsigmoid import _core

from .data import known
from .support.floats import FLOAT32, FLOAT64
from .support.regimes import REGIMES

PHASES = ["fast", "second", "exact128", "unbounded"]
# Where the first two phases are at home, whether the compiler fuses or not.
RANGE = {FLOAT64: (-688.0, 40.0), FLOAT32: (-87.0, 20.0)}
# How near the middle of two results sigmoid(x) must lie, relative to itself, for a phase to leave it open: twice
# its proven error, rounded up.  The last phase leaves nothing open.
REACH = {
    ("fast", FLOAT64): Decimal(2) ** -64 * Decimal("1.3"),
    ("second", FLOAT64): Decimal(2) ** -65,
    ("fast", FLOAT32): 225 * Decimal(2) ** -52,
    ("second", FLOAT32): 225 * Decimal(2) ** -52,
    ("exact128", FLOAT64): Decimal(2) ** -120,
    ("exact128", FLOAT32): Decimal(2) ** -120,
    ("unbounded", FLOAT64): Decimal(-1),
    ("unbounded", FLOAT32): Decimal(-1),
}


def distance(x, f):
    """How far sigmoid(x) lies from the nearest middle of two floats, relative to itself, to 20 digits or so."""
    with localcontext(prec=80):
        y = 1 / (1 + (-Decimal(x)).exp())
        exponent = math.frexp(float(y))[1] - 1
        exponent -= y < Decimal(2) ** exponent  # float(y) was rounded up to a power of 2
        units = y / Decimal(2) ** (max(exponent, f.emin) - f.precision + 1)
        return abs(units - units.to_integral_value(ROUND_FLOOR) - Decimal("0.5")) / units


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize(("phase", "f"), REACH, ids=str)
def test_what_a_phase_decides_is_right_and_it_decides_what_it_can(f, phase, regime):
    low, high = (-math.inf, math.inf) if phase in ("exact128", "unbounded") else RANGE[f]
    for x, y in known(f)[regime]:
        result = _core._phase(x, phase, bits=f.size)
        if result is not None:
            assert result.hex() == y.hex(), x.hex()
        elif low < x < high:
            assert distance(x, f) < REACH[phase, f], x.hex()


def test_zero():
    for bits in (64, 32):
        for x in (0.0, -0.0):
            assert _core._phase(x, "exact128", bits=bits) in (0.5, None)
            assert _core._phase(x, "unbounded", bits=bits) == 0.5


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("phase", PHASES)
def test_beyond_the_numbers(phase, bits):
    for nan in (math.nan, -math.nan):
        assert _core._phase(nan, phase, bits=bits) is None
    for x, result in ((math.inf, 1.0), (-math.inf, 0.0)):
        assert _core._phase(x, phase, bits=bits) == (
            None if phase in ("fast", "second") else result
        )


def test_bits_default_to_64():
    assert _core._phase(0.25, "unbounded") == 0.5621765008857981


@pytest.mark.parametrize("arguments", [(0.25, "slow"), (0.25, "fast", 16)])
def test_no_such_phase(arguments):
    with pytest.raises(ValueError):
        _core._phase(*arguments)
