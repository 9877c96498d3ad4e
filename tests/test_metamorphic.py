"""What holds between results, whatever they are: no oracle is asked."""

from random import Random

import numpy as np
import pytest

from fastsigmoid import log_sigmoid, logit, sigmoid, softplus
from fastsigmoid.__main__ import FUNCTIONS

from .data import pool, worst
from .support.floats import FLOAT32, FLOAT64, FORMATS
from .support.parameters import slow
from .support.regimes import LOGIT_REGIMES, REGIMES, highest, lowest

each_format = pytest.mark.parametrize("f", FORMATS, ids=str)


def centres(f):
    """Known inputs, fresh ones of every regime, and where all changes."""
    random = Random(f"metamorphic {f}")
    fresh = [regime(random, f) for regime in REGIMES.values() for _ in range(100)]
    hard = [x for pairs in worst().values() for x, _ in pairs] if f is FLOAT64 else []
    x = [*(x for x, _ in pool(f)), *fresh, *hard, lowest(f), highest(f)]
    return np.array(x, f.name)


def probabilities(f):
    """As above, for logit."""
    random = Random(f"probabilities {f}")
    fresh = [regime(random, f) for regime in LOGIT_REGIMES.values() for _ in range(300)]
    return np.array([p for p in fresh if 0 <= p <= 1] + [0.0, 0.5, 1.0], f.name)


def neighbourhoods(f, reach, centres=centres):
    """A row for each centre: it and as many of the numbers next to it on both sides, ascending."""
    sign = 1 << f.size - 1
    bits = centres(f).view(f"i{f.size // 8}").astype("i8")
    places = np.where(bits < 0, -sign - bits, bits)  # ascending with the number
    limit = (1 << f.size - 1) - (1 << f.precision - 1)  # infinity
    rows = np.clip(places[:, None] + np.arange(-reach, reach + 1), -limit, limit)
    bits = np.where(rows < 0, -sign - rows, rows)
    return bits.astype(f"i{f.size // 8}").view(f.name)


# Between which the results lie, as functions of x.
RANGES = {
    "sigmoid": lambda x: (0, 1),
    "logit": lambda p: (-np.inf, np.inf),
    "log_sigmoid": lambda x: (-np.inf, np.minimum(x, 0)),
    "softplus": lambda x: (np.maximum(x, 0), np.inf),
}


@pytest.mark.parametrize("reach", [4, *slow(40)])
@pytest.mark.parametrize("name", FUNCTIONS)
@each_format
def test_monotone_and_within_its_range(f, name, reach):
    function = FUNCTIONS[name]
    if name == "logit":
        x = np.clip(neighbourhoods(f, reach, probabilities), 0, 1)
    else:
        x = neighbourhoods(f, reach)
    assert (x[:, 1:] >= x[:, :-1]).all()
    y = function(x)
    assert (y[:, 1:] >= y[:, :-1]).all()
    low, high = RANGES[name](x)
    assert (y >= low).all()
    assert (y <= high).all()
    # Over the whole range, too.
    x = np.sort(x, axis=None)
    y = function(x)
    assert (y[1:] >= y[:-1]).all()


@each_format
def test_softplus_is_log_sigmoid_mirrored(f):
    x = neighbourhoods(f, 3).ravel()
    assert softplus(x).tobytes() == (-log_sigmoid(-x)).tobytes()


@each_format
def test_logit_of_the_complement(f):
    """From 1/2 on, 1 - p is exact."""
    p = neighbourhoods(f, 3, probabilities).ravel()
    p = p[(p >= 0.5) & (p <= 1)]
    assert p.size > 1000
    assert np.array_equal(logit(1 - p), -logit(p))


@each_format
def test_logit_is_the_inverse(f):
    """In the middle, where sigmoid loses little, to a few units in the last place."""
    x = np.linspace(-2, 2, 1001).astype(f.name)
    assert np.allclose(logit(sigmoid(x)), x, rtol=0, atol=8 * 2.0**-f.precision)


@pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)
def test_log_sigmoid_is_the_logarithm_of_sigmoid(f):
    x = np.linspace(-80, 2, 1001).astype(f.name)
    assert np.allclose(np.log(sigmoid(x)), log_sigmoid(x), rtol=2.0 ** (4 - f.precision), atol=0)


@each_format
def test_symmetry(f):
    """For x <= 0, sigmoid(-x) is 1 - sigmoid(x), rounded, unless that is a tie.

    It is the nearest number to 1 - s, s = sigmoid(x) <= 1/2 unrounded, as s + sigmoid(-x) = 1.  All numbers
    where the rounding of 1 - s changes are 1 minus a number of the format, which s cannot cross when it is
    rounded itself.  So 1 - sigmoid(x) rounds as 1 - s does, but where sigmoid(x) has come to lie on such a
    number.  Where 1 - sigmoid(x) is exact, it is sigmoid(-x).
    """
    x = -np.abs(neighbourhoods(f, 3).ravel())
    below, above = sigmoid(x), sigmoid(-x)
    one = np.ones((), f.name)
    rounded = one - below
    lost = (one - rounded) - below  # exact, both
    tie = np.abs(lost) == 2.0 ** -(f.precision + 1)
    assert (above == rounded)[~tie].all()
    exact = lost == 0
    assert np.count_nonzero(exact) > len(x) // 50
    assert np.count_nonzero(~tie) > len(x) // 2
    # And on a tie one of the two.
    assert (np.abs(above - rounded)[tie] <= 2.0**-f.precision).all()
