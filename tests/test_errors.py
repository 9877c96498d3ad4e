"""Bad input: the right exception, and a message that says what is wrong and what to do."""

import datetime
import mmap
from decimal import Decimal

import numpy as np
import pytest

from .support.family import OWN

NO_NUMBERS = {
    "str": "0.25",
    "empty str": "",
    "None": None,
    "complex": 1j,
    "dict": {0: 0.25},
    "set": {0.25},
    "frozenset": frozenset(),
    "generator": (x for x in [0.25]),
    "map": map(float, [0.25]),
    "iterator": iter([0.25]),
    "object": object(),
    "type": float,
    "function": len,
    "module": np,
    "date": datetime.date(2024, 2, 29),
    "datetime": datetime.datetime(2024, 2, 29),
    "Ellipsis": ...,
    "NotImplemented": NotImplemented,
    "slice": slice(3),
    "numpy str": np.str_("0.25"),
}


@pytest.mark.parametrize("x", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_no_numbers(x):
    for function in OWN:
        with pytest.raises(TypeError) as caught:
            function(x)
        assert str(caught.value).startswith(f"{function.__name__}() takes ")
        assert type(x).__name__ in str(caught.value)
        assert "number" in str(caught.value)


@pytest.mark.parametrize(
    "x",
    [
        np.array([0.25, None]),
        np.array([0.25], object),
        np.array(0.25, object),
        np.array([1j]),
        np.complex64(1),
        np.array(["0.25"]),
        np.array([b"0.25"]),
        np.array(["2024-02-29"], "datetime64[D]"),
        np.datetime64("2024-02-29"),
        np.array([3], "timedelta64[s]"),
        np.timedelta64(3, "s"),
        np.zeros(3, "f8,f8"),
        np.zeros(3, [("x", "f4")]),
        np.zeros(3, "V8"),
        np.zeros(0, object),
        np.ma.array([1j], mask=[0]),
    ],
    ids=lambda x: f"{type(x).__name__}-{x.dtype}",
)
def test_arrays_without_real_numbers(x):
    for function in OWN:
        with pytest.raises(TypeError) as caught:
            function(x)
        assert str(x.dtype) in str(caught.value) or type(x.dtype).__name__ in str(caught.value)
        assert "number" in str(caught.value)


@pytest.mark.parametrize(
    "x",
    [
        [None],
        ["0.25"],
        [b"0.25"],
        [1j],
        [{}],
        [[0.25], ["x"]],
        (0.25, None),
        pytest.param([object()], id="[object()]"),
        [[[None]]],
    ],
    ids=repr,
)
def test_sequences_without_real_numbers(x):
    for function in OWN:
        with pytest.raises(TypeError, match="number"):
            function(x)


@pytest.mark.parametrize("form", [list, tuple])
def test_ragged(form, function):
    for rows in ([[0.25], [0.25, 3.0]], [0.25, [3.0]], [[0.25], 3.0], [[[1.0]], [[1.0, 2.0]]]):
        with pytest.raises(ValueError):
            function(form(rows))


def untyped():
    memory = mmap.mmap(-1, 64)
    yield b"sixteen bytes..."
    yield b""
    yield bytearray(16)
    yield memory
    yield memoryview(b"sixteen bytes...")
    yield memoryview(bytearray(16))[::2]
    yield memoryview(memory)
    yield memoryview(bytearray(16)).cast("b")
    yield memoryview(bytearray(16)).cast("c")
    yield memoryview(bytearray(16)).cast("B", [4, 4])


@pytest.mark.parametrize("which", range(10))
def test_bytes_without_a_format(which):
    x = list(untyped())[which]
    for function in OWN:
        for out in (None, np.zeros(2)):
            with pytest.raises(TypeError) as caught:
                function(x, out=out)
            assert "memoryview(x).cast('d')" in str(caught.value)
            assert type(x).__name__ in str(caught.value)


def test_the_advice_works(function):
    assert function(memoryview(bytearray(16)).cast("d")).tolist() == [function(0.0)] * 2


@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        ((), {}),
        ((), {"out": None}),
        ((0.25, None, None), {}),
        ((0.25, None, None, None), {}),
        ((0.25, None), {"out": None}),
        ((), {"x": 0.25}),
        ((0.25,), {"x": 0.25}),
        ((0.25,), {"axis": 0}),
        ((0.25,), {"Out": None}),
        ((0.25,), {"out": None, "copy": True}),
        (([0.25],), {"axis": 0}),
    ],
)
def test_arguments(arguments, keywords):
    for function in OWN:
        with pytest.raises(TypeError, match=rf"^{function.__name__}\(\) "):
            function(*arguments, **keywords)


def test_the_unknown_keyword_is_named(function):
    with pytest.raises(TypeError, match="'axis'"):
        function(0.25, axis=0)


class UsersError(Exception):
    pass


def raising(name):
    def method(self, *arguments, **keywords):
        raise UsersError

    return type("Raising", (), {name: method})()


@pytest.mark.parametrize("name", ["__float__", "__index__", "__array__", "__array_ufunc__"])
def test_errors_of_the_users_own_methods_pass(name):
    for function in OWN:
        with pytest.raises(UsersError):
            function(raising(name))
        with pytest.raises(UsersError):
            function(raising(name), out=np.zeros(3))


@pytest.mark.parametrize("value", ["0.25", None, 1j])
def test_float_method_of_a_wrong_type(value, function):
    class Wrong:
        def __float__(self):
            return value

    with pytest.raises(TypeError):
        function(Wrong())


def test_array_method_of_a_wrong_type(function):
    class Wrong:
        def __array__(self, dtype=None, copy=None):
            return [0.25]

    with pytest.raises((TypeError, ValueError)):
        function(Wrong())


def test_wrong_keyword_values(function):
    x = np.array([0.25, 3.0])
    for keywords in (
        {"casting": "sometimes"},
        {"order": "Z"},
        {"where": np.array([1, 0]), "out": np.zeros(2)},
        {"where": [True, False, True], "out": np.zeros(2)},
        {"dtype": "no type"},
        {"dtype": "i8"},
        {"dtype": "O"},
        {"dtype": "D"},
        {"signature": "d->f->d"},
    ):
        with pytest.raises((TypeError, ValueError)):
            function(x, **keywords)


def test_an_array_of_objects_that_another_type_makes(function):
    class Objects:
        def __array__(self, dtype=None, copy=None):
            return np.array([0.25, 0.5], object)

    with pytest.raises(TypeError, match=r"astype\(float\)"):
        function(Objects())


def test_what_is_in_a_list_is_named(function):
    class Local:
        pass

    with pytest.raises(TypeError, match="not list with NoneType"):
        function([Decimal("0.25"), None])
    with pytest.raises(TypeError, match="<locals>.Local"):
        function(Local())
