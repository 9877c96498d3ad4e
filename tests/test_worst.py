"""The hardest inputs found by tests/native/worst_f64.c: right in every form, and within what the phases can tell."""

import numpy as np
import pytest

from fastsigmoid import _core, sigmoid

from .data import worst
from .support.floats import FLOAT64

REGIONS = worst()
PAIRS = [pair for pairs in REGIONS.values() for pair in pairs]


def test_every_region_was_searched():
    assert len(REGIONS) == 123
    for start, searched, inputs in REGIONS:
        assert searched >= 10**10, start.hex()
        assert searched <= inputs <= 2**52


def test_right():
    x, y = map(np.array, zip(*PAIRS, strict=True))
    assert sigmoid(x).tobytes() == y.tobytes()
    assert [sigmoid(value).hex() for value in x.tolist()] == [value.hex() for value in y.tolist()]
    # A row of nothing else, with each in turn in each lane.
    for shift in range(1, 9):
        assert sigmoid(x[shift:]).tobytes() == y[shift:].tobytes()


@pytest.mark.parametrize("phase", ["exact128", "unbounded"])
def test_the_later_phases_decide_each(phase):
    for x, y in PAIRS:
        assert _core._phase(x, phase) == y, x.hex()


def test_hard():
    """They are what they are said to be: within 2**-29 units of the middle, and MPFR knows the answers."""
    pytest.importorskip("gmpy2")
    from .evidence.worst import measure, spare
    from .support import oracle

    for (start, _, _), pairs in REGIONS.items():
        distances = [measure(x)[0] for x, _ in pairs]
        assert distances == sorted(distances), start.hex()
        assert all(distance < -29 for distance in distances)
        for x, y in pairs:
            assert oracle.sigmoid(x, FLOAT64) == y
            assert spare(x) is None or spare(x) > 0
