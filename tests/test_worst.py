"""The hardest inputs found by tests/native/worst_f64.c: right in every form, and within what the phases can tell."""

import itertools

import numpy as np
import pytest

from fastsigmoid import _core, sigmoid

from .data import lines, worst
from .support.floats import FLOAT64

REGIONS = worst()
PAIRS = [pair for pairs in REGIONS.values() for pair in pairs]


@pytest.mark.parametrize(("sign", "exponents"), [(1, range(-53, 6)), (-1, range(-53, 10))])
def test_no_binade_is_left_out_and_each_input_lies_in_its_own(sign, exponents):
    regions = {sign * start: pairs for (start, _, _), pairs in REGIONS.items() if sign * start > 0}
    first_subnormal = [] if sign > 0 else [float.fromhex("0x1.6232bdd7abcd3p+9")]
    starts = sorted([*(2.0**e for e in exponents), *first_subnormal])
    assert sorted(regions) == starts
    for start, end in itertools.pairwise([*starts, 2.0**exponents.stop]):
        assert regions[start], start.hex()
        assert all(start <= sign * x < end for x, _ in regions[start]), start.hex()


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


def test_exp():
    """Below -86 they are the hardest of exp, where results are normal."""
    pytest.importorskip("gmpy2")
    import gmpy2

    from .evidence.worst import AS_EXP, EXP_NEAR, STARTS, SUBNORMAL, exp_worst, is_like_exp, measure

    known = [float.fromhex(line) for line in lines("exp_worst")]
    assert sorted(known) == sorted(x for start in STARTS for x in exp_worst(start))
    for x in known:
        assert SUBNORMAL < x < AS_EXP, x.hex()
        of_exp, of_sigmoid = measure(x, gmpy2.exp)[0], measure(x)[0]
        assert of_exp < EXP_NEAR, x.hex()
        assert abs(2**of_exp - 2**of_sigmoid) < 2**-71, x.hex()
    for (start, _, _), pairs in REGIONS.items():
        if is_like_exp(start):
            assert [x for x, _ in pairs] == sorted(exp_worst(start), key=measure)[: len(pairs)]
