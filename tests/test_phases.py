"""Each phase by itself: what it decides is right, and it decides what it is there for.

A value seldom reaches the later phases by itself, so a private hook forces it into them.
"""

import math

import pytest

from fastsigmoid import _core

from .data import known
from .support.floats import FLOAT32, FLOAT64
from .support.regimes import REGIMES

PHASES = ["fast", "second", "exact128", "unbounded"]
# The least share of a regime that a phase must decide.
SHARES = {
    ("fast", "normal"): 0.98,
    ("second", "normal"): 0.99,
    **{("exact128", regime): 0.99 for regime in REGIMES},
    **{("unbounded", regime): 1.0 for regime in REGIMES},
}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
def test_what_a_phase_decides_is_right(f, phase, regime):
    pairs = known(f)[regime]
    results = [_core._phase(x, phase, bits=f.size) for x, _ in pairs]
    wrong = [
        (x.hex(), result.hex(), y.hex())
        for (x, y), result in zip(pairs, results, strict=True)
        if result is not None and result.hex() != y.hex()
    ]
    assert not wrong
    decided = len(pairs) - results.count(None)
    assert decided >= SHARES.get((phase, regime), 0.0) * len(pairs)


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
