"""The functions for compiled code, as C sees them."""

import ctypes
import threading

import numpy as np
import pytest

import fastsigmoid
from fastsigmoid import _core

from .data import pool
from .support import environment
from .support.family import FAMILY
from .support.floats import FLOAT32, FLOAT64

VALUE, VALUE_F32 = b"double (double)", b"float (float)"
ROW = b"void (void const *, ptrdiff_t, void *, ptrdiff_t, size_t)"
TYPES = {
    VALUE: ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double),
    VALUE_F32: ctypes.CFUNCTYPE(ctypes.c_float, ctypes.c_float),
    ROW: ctypes.CFUNCTYPE(
        None, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_size_t
    ),
}


class Double(ctypes.Structure):
    """A number that x86-64 and AArch64 pass and return as if it were no structure: ctypes' own conversions may trap."""

    _fields_ = [("value", ctypes.c_double)]


class Float(ctypes.Structure):
    _fields_ = [("value", ctypes.c_float)]


UNCONVERTED = {FLOAT64: Double, FLOAT32: Float}
SUFFIXES = {FLOAT64: "", FLOAT32: "f"}
VALUES = {FLOAT64: VALUE, FLOAT32: VALUE_F32}
each_format = pytest.mark.parametrize("f", SUFFIXES, ids=str)
each_value = pytest.mark.parametrize("kind", ["", "_untrapped"], ids=["value", "untrapped"])
each_row = pytest.mark.parametrize("kind", ["_row", "_shared_row"])


def address(name, kind):
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return get(fastsigmoid.__pyx_capi__[name], kind)


def pointer(name, kind, function_type=None):
    """The function of that name and C type, called without the interpreter's lock."""
    return (function_type or TYPES[kind])(address(name, kind))


def answers(member, f):
    """Known inputs of all regimes, and the results."""
    pairs = pool(f, member.name)
    return (np.array([pair[i] for pair in pairs], f.name) for i in (0, 1))


def run_row(name, x, y):
    pointer(name, ROW)(x.ctypes.data, x.strides[0], y.ctypes.data, y.strides[0], x.size)


def test_the_names():
    assert fastsigmoid.__pyx_capi__ is _core.__pyx_capi__
    kinds = ["", "f", "_untrapped", "f_untrapped", "_row", "f_row", "_shared_row", "f_shared_row"]
    assert set(_core.__pyx_capi__) == {f"{name}{kind}" for name in FAMILY for kind in kinds}


@each_value
@each_format
def test_values(member, f, kind):
    function = pointer(f"{member.name}{SUFFIXES[f]}{kind}", VALUES[f])
    x, expected = answers(member, f)
    y = np.array([function(number) for number in x.tolist()], f.name)
    assert y.tobytes() == expected.tobytes()


@each_row
@each_format
def test_rows(member, f, kind):
    name = f"{member.name}{SUFFIXES[f]}{kind}"
    x, expected = answers(member, f)
    for step in (1, -1, 3, -2):
        y, part = np.full(2 * x.size, 7, f.name), x[::step]
        run_row(name, part, y[::2][: part.size])
        assert y[::2][: part.size].tobytes() == expected[::step].tobytes(), step
        assert np.all(y[1::2] == 7) and np.all(y[2 * part.size :] == 7)
    run_row(name, x[:0], x[:0])
    y = x.copy()
    run_row(name, y, y)
    assert y.tobytes() == expected.tobytes()


@each_format
def test_a_long_row_is_shared_out(member, f):
    x = member.arguments(np.random.default_rng(3).normal(0, 4, 400_000)).astype(f.name)
    y = np.empty_like(x)
    fastsigmoid.set_num_threads(3)
    try:
        run_row(f"{member.name}{SUFFIXES[f]}_shared_row", x, y)
        assert y.tobytes() == member.own(x).tobytes()
    finally:
        fastsigmoid.set_num_threads(None)


@pytest.mark.skipif(not environment.available, reason=environment.reason)
@each_format
def test_environment(member, f):
    x, expected = (part[::9].copy() for part in answers(member, f))
    name = f"{member.name}{SUFFIXES[f]}"
    number = UNCONVERTED[f]
    value_type = ctypes.CFUNCTYPE(number, number)
    for mode in environment.MODES:
        kinds = ["", "_untrapped"] if mode != "every exception trapped" else [""]
        values = [pointer(f"{name}{kind}", VALUES[f], value_type) for kind in kinds]
        row, y = pointer(f"{name}_row", ROW), np.empty_like(x)
        where = x.ctypes.data, x.strides[0], y.ctypes.data, y.strides[0], x.size
        with environment.mode(mode):
            row(*where)
        assert y.tobytes() == expected.tobytes(), mode
        for value in values:
            for i, argument in enumerate(map(number, x.tolist())):
                with environment.mode(mode):
                    result = value(argument)
                y[i] = result.value
            assert y.tobytes() == expected.tobytes(), mode


def test_threads(member):
    x, expected = answers(member, FLOAT64)
    results = [np.empty_like(x) for _ in range(4)]
    threads = [threading.Thread(target=run_row, args=(f"{member.name}_row", x, y)) for y in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {y.tobytes() for y in results} == {expected.tobytes()}
