"""Each phase by itself: what it decides is right, and it decides what it is there for.

A value seldom reaches the later phases by itself, so a private hook forces it into them.
"""

import itertools
import math
from decimal import ROUND_FLOOR, Decimal, localcontext

import pytest

from fastsigmoid import _core
from fastsigmoid.__main__ import FUNCTIONS

from .data import hard, known
from .support.floats import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    FORMATS,
    from_bits,
    largest,
    smallest,
    step,
)
from .support.parameters import slow
from .support.regimes import regimes_of

PHASES = ["fast", "second", "exact128", "unbounded"]
# Where the first two phases are at home, whether the compiler fuses or not.  Where sigmoid's first settles all, next to 0,
# the second does nothing, and that of logit is for what is next to 1/2; nor does it where log_sigmoid(x) is but x.
HOME = {
    ("sigmoid", "fast", FLOAT64): lambda x: -688 < x < 40,
    ("sigmoid", "second", FLOAT64): lambda x: -688 < x < 40 and abs(x) > 2.0**-60,
    ("sigmoid", "fast", FLOAT32): lambda x: -87 < x < 20,
    ("logit", "fast", FLOAT64): lambda p: 2.0**-499 < p < 1,
    ("logit", "second", FLOAT64): lambda p: abs(p - 0.5) < 2.0**-8,
    ("logit", "fast", FLOAT32): lambda p: 2.0**-125 < p < 1 and p != 0.5,
    ("log_sigmoid", "fast", FLOAT64): lambda x: -40 < x < 688,
    ("log_sigmoid", "second", FLOAT64): lambda x: -33 < x < 688,
    ("log_sigmoid", "fast", FLOAT32): lambda x: -20 < x < 87,
    ("softplus", "fast", FLOAT64): lambda x: -688 < x < 40,
    ("softplus", "second", FLOAT64): lambda x: -688 < x < 33,
    ("softplus", "fast", FLOAT32): lambda x: -87 < x < 20,
}
# How near the middle of two results one must lie for a phase to leave it open: twice the phase's proven error, rounded up,
# relative to the result and, what is the same for all results, relative to 1.  The last phase leaves nothing open.
REACH = {
    ("sigmoid", "fast", FLOAT64): (Decimal(2) ** -64 * Decimal("1.3"), 0),
    ("sigmoid", "second", FLOAT64): (Decimal(2) ** -65, 0),
    ("sigmoid", "fast", FLOAT32): (225 * Decimal(2) ** -52, 0),
    ("logit", "fast", FLOAT64): (0, Decimal(2) ** -65),
    ("logit", "second", FLOAT64): (Decimal(2) ** -64, 0),
    ("logit", "fast", FLOAT32): (3681 * Decimal(2) ** -52, 0),
    # With w <= |y|.
    ("log_sigmoid", "fast", FLOAT64): (Decimal(2) ** -63, Decimal(2) ** -77),
    ("log_sigmoid", "second", FLOAT64): (Decimal(2) ** -64, Decimal(2) ** -77),
    ("log_sigmoid", "fast", FLOAT32): (1569 * Decimal(2) ** -52, 0),
}
REACH |= {("softplus", *of): reach for (name, *of), reach in REACH.items() if name == "log_sigmoid"}
EXACT_REACH = {"sigmoid": Decimal(2) ** -120} | dict.fromkeys(
    ("logit", "log_sigmoid", "softplus"), Decimal(2) ** -117
)
# The absolute value of each.
DECIMAL = {
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "logit": lambda p: abs((p / (1 - p)).ln()),
    "log_sigmoid": lambda x: ((-x).exp() + 1).ln(),
    "softplus": lambda x: (x.exp() + 1).ln(),
}
EDGES = {
    "sigmoid": [(math.inf, 1.0), (-math.inf, 0.0)],
    "logit": [(0.0, -math.inf), (-0.0, -math.inf), (1.0, math.inf), (0.5, 0.0)],
    "log_sigmoid": [(math.inf, -0.0), (-math.inf, -math.inf), (1024.0, -0.0), (-1024.0, -1024.0)],
    "softplus": [(math.inf, math.inf), (-math.inf, 0.0), (1024.0, 1024.0), (-1024.0, 0.0)],
}


def distance(x, f, function):
    """How far its value lies from the nearest middle of two floats, relative to itself, to 20 digits or so."""
    digits = 80 + min(int(abs(x)), 750) * (function != "sigmoid")  # 1 + e**-745 is not 1
    with localcontext(prec=digits):
        y = DECIMAL[function](Decimal(x))
    with localcontext(prec=80):
        exponent = math.frexp(float(y))[1] - 1
        exponent -= y < Decimal(2) ** exponent  # float(y) was rounded up to a power of 2
        units = y / Decimal(2) ** (max(exponent, f.emin) - f.precision + 1)
        return abs(units - units.to_integral_value(ROUND_FLOOR) - Decimal("0.5")) / units


def may_leave_open(function, phase, f, x, y):
    if phase in ("exact128", "unbounded"):
        return phase == "exact128" and distance(x, f, function) < EXACT_REACH[function]
    if (function, phase, f) not in HOME or not HOME[function, phase, f](x):
        return True
    relative, absolute = REACH[function, phase, f]
    return distance(x, f, function) < relative + absolute / abs(Decimal(y))


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
@pytest.mark.parametrize("stride", [3, *slow(1)])
def test_what_a_phase_decides_is_right_and_it_decides_what_it_can(stride, f, function):
    answers = [pair for regime in regimes_of(function) for pair in known(f, function)[regime]]
    for (x, y), phase in itertools.product(answers[::stride], PHASES):
        result = _core._phase(x, phase, f.name, function)
        if result is not None:
            assert result.hex() == y.hex(), (x.hex(), phase)
        else:
            assert may_leave_open(function, phase, f, x, y), (x.hex(), phase)


@pytest.mark.parametrize("phase", ["exact128", "unbounded"])
@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name != "sigmoid"])
def test_the_later_phases_decide_each_hard_input(function, phase):
    """Those of sigmoid are in test_worst.py."""
    assert len(hard(function)) > 300
    for x, y in hard(function):
        assert _core._phase(x, phase, function=function).hex() == y.hex(), x.hex()


def test_hard():
    """They are what they are said to be: within 2**-17 units in the last place of a middle."""
    pytest.importorskip("gmpy2")
    from .evidence.hard import ABSOLUTE
    from .evidence.worst import measure

    for function, absolute in ABSOLUTE.items():
        for x, _ in hard(function):
            assert measure(x, absolute)[0] < -17, x.hex()


@pytest.mark.parametrize("stride", [131, *slow(37)])
@pytest.mark.parametrize("f", [FLOAT16, BFLOAT16], ids=str)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_later_phases_in_16_bits(function, f, stride):
    """There float64, rounded once more, hardly ever needs them."""
    pytest.importorskip("gmpy2")
    from .support.oracle import answer

    for bits in range(0, 1 << 16, stride):
        x = from_bits(bits, f)
        if not math.isnan(x):
            y = answer(function, x, f).hex()
            for phase in ("exact128", "unbounded"):
                result = _core._phase(x, phase, f.name, function)
                assert result is not None or x == 0
                assert result is None or result.hex() == y, x.hex()


@pytest.mark.parametrize("phase", ["exact128", "unbounded"])
def test_beyond_the_largest(phase):
    """x need not be a number of the format: log_sigmoid alone has results that large."""
    for f in (FLOAT32, FLOAT16, BFLOAT16):
        middle = -largest(f) - 2.0 ** (-f.emin - f.precision + 1)
        for x, y in ((middle, -math.inf), (step(middle, 1, FLOAT64), -largest(f))):
            assert _core._phase(x, phase, f.name, "log_sigmoid") == y
            assert _core._phase(-x, phase, f.name, "softplus") == -y


def test_zero():
    for f in (FLOAT64, FLOAT32):
        for x in (0.0, -0.0):
            assert _core._phase(x, "exact128", f.name) in (0.5, None)
            assert _core._phase(x, "unbounded", f.name) == 0.5


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("phase", PHASES)
def test_beyond_the_numbers(phase, function):
    for f in (*FORMATS, BFLOAT16):
        for nan in (math.nan, -math.nan):
            assert _core._phase(nan, phase, f.name, function) is None
        for x, result in EDGES[function]:
            found = _core._phase(x, phase, f.name, function)
            if found is None:
                assert phase in ("fast", "second")
            else:
                assert found.hex() == result.hex(), (x, f)


@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
@pytest.mark.parametrize("phase", ["exact128", "unbounded"])
def test_no_probability(phase, f):
    for p in (-smallest(f), -1.0, step(1.0, 1, f), largest(f), math.inf, -math.inf):
        assert math.isnan(_core._phase(p, phase, f.name, "logit"))


def test_the_format_defaults_to_float64_and_the_function_to_sigmoid():
    assert _core._phase(0.25, "unbounded") == 0.5621765008857981


@pytest.mark.parametrize(
    "arguments", [(0.25, "slow"), (0.25, "fast", "float80"), (0.25, "fast", "float64", "sin")]
)
def test_no_such_phase(arguments):
    with pytest.raises(ValueError):
        _core._phase(*arguments)
