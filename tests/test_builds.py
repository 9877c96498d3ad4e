"""The installed package has the hashes that every build must have; tests/evidence/builds.py makes the others."""

import numpy as np
import pytest

from fastsigmoid import sigmoid

from .evidence import hashes
from .support.floats import FLOAT16, FLOAT32, FLOAT64


@pytest.mark.parametrize("f", [FLOAT64, FLOAT32, FLOAT16], ids=str)
def test_hash(f):
    bits = np.fromiter(hashes.inputs(f), f"u{f.size // 8}")
    with np.errstate(invalid="ignore"):
        results = sigmoid(bits.view(f.name))
    octets = results.astype(results.dtype.newbyteorder("<")).tobytes()
    assert (len(bits), hashes.fnv1a(octets)) == hashes.known()[f.name]
