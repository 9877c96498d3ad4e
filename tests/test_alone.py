"""In one process and without NumPy: numbers, buffers and out=.  All of it is there in a browser, too."""

import math
import sys
from array import array

import pytest

from fastsigmoid import get_num_threads, set_num_threads
from fastsigmoid.__main__ import FUNCTIONS

from .data import hard, pool, worst
from .evidence import hashes
from .support.floats import FLOAT32, FLOAT64

each_function = pytest.mark.parametrize("name", FUNCTIONS)
each_format = pytest.mark.parametrize("f", [FLOAT64, FLOAT32], ids=str)


def hardest(name):
    """Float64 inputs that are hard to round, and their results."""
    if name == "sigmoid":
        return [pair for pairs in worst().values() for pair in pairs]
    return hard(name)


def columns(f, name):
    """Every committed answer: the inputs, and the results."""
    pairs = pool(f, name) + (hardest(name) if f is FLOAT64 else [])
    assert len(pairs) > 350
    return [array(f.code, column) for column in zip(*pairs, strict=True)]


@each_function
def test_numbers(name):
    for x, y in zip(*columns(FLOAT64, name), strict=True):
        assert FUNCTIONS[name](x).hex() == y.hex(), x.hex()


@each_format
@each_function
def test_arrays(f, name):
    x, y = columns(f, name)
    out = array(f.code, bytes(x.itemsize * len(x)))
    for source in (x, memoryview(x), memoryview(x.tobytes()).cast(f.code)):
        for target in (out, memoryview(out)):
            target[:] = array(f.code, [7.0]) * len(x) if target is out else x
            assert FUNCTIONS[name](source, out=target) is target
            assert out.tobytes() == y.tobytes()
    assert FUNCTIONS[name](x, out=x) is x  # in place
    assert x.tobytes() == y.tobytes()


@each_format
@each_function
@pytest.mark.parametrize("step", [-3, -1, 2])
def test_gaps(f, name, step):
    x, y = columns(f, name)
    sources = memoryview(x)[::step], memoryview(y)[::step]
    out = array(f.code, [7.0]) * (3 * len(sources[0]))
    FUNCTIONS[name](sources[0], out=memoryview(out)[::3])
    assert out[::3].tobytes() == sources[1].tobytes()
    assert set(out[1::3] + out[2::3]) == {7.0}


@each_function
def test_lists(name):
    x, y = columns(FLOAT64, name)
    for form in (list, tuple):
        out = array("d", bytes(8 * len(x)))
        assert FUNCTIONS[name](form(x), out=out) is out
        assert out.tobytes() == y.tobytes()


@each_format
@each_function
def test_hash(f, name):
    """That of 80,000 inputs and more, which evidence/builds.py asks of every build."""
    bits = array(f.integer, hashes.inputs(f))
    x = memoryview(bits).cast("B").cast(f.code)
    FUNCTIONS[name](x, out=x)
    if sys.byteorder == "big":
        bits.byteswap()
    assert (len(bits), hashes.fnv1a(bits.tobytes())) == hashes.known()[name, f.name]


@each_function
def test_a_long_array_is_its_pieces(name):
    x = columns(FLOAT64, name)[0] * 60
    assert len(x) > 2**16
    whole = array("d", bytes(8 * len(x)))
    FUNCTIONS[name](x, out=whole)
    for start in range(0, len(x), 997):
        piece = memoryview(x)[start : start + 997]
        FUNCTIONS[name](piece, out=piece)
    assert whole.tobytes() == x.tobytes()


@each_function
def test_a_new_array_is_numpys(name):
    function = FUNCTIONS[name]
    try:
        import numpy  # noqa: F401
    except ImportError:
        for x in ([0.25, 0.5], array("d", [0.25]), memoryview(array("f", [0.25]))):
            with pytest.raises(ImportError, match="NumPy .*out="):
                function(x)
    else:
        assert function([0.25, 0.5]).tolist() == [function(0.25), function(0.5)]


@each_function
def test_refused(name):
    function, out = FUNCTIONS[name], array("d", [7.0, 7.0])
    with pytest.raises((ValueError, ImportError)):
        function(array("d", [0.25, 0.5, 0.75]), out=out)
    with pytest.raises(TypeError, match="str"):
        function("0.25", out=out)
    with pytest.raises(TypeError, match="out"):
        function(0.25, out="text")
    assert list(out) == [7.0, 7.0]
    assert math.isnan(function(math.nan))


def test_threads():
    set_num_threads(3)
    try:
        assert get_num_threads() == (1 if sys.platform == "emscripten" else 3)
    finally:
        set_num_threads(None)
