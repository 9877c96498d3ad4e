"""References and memory are the same after many calls of any kind."""

import array
import contextlib
import gc
import itertools
import sys
import tracemalloc
import types
from decimal import Decimal

import numpy as np
import pytest

from fastsigmoid import _coerce, _core, _ufunc, cpu_info, expit, sigmoid

from .support.family import FAMILY
from .support.parameters import slow

ROW = np.linspace(-5.0, 5.0, 50)
OUT = np.zeros(50)
LIST = ROW.tolist()
NUMBERS, RESULTS = array.array("d", LIST), array.array("d", LIST)
MASKED = np.ma.array(ROW, mask=ROW > 0)


class Raising:
    def __float__(self):
        raise ZeroDivisionError


class RaisingArray:
    def __array__(self, dtype=None, copy=None):
        raise ZeroDivisionError


class Wrapping:
    def __array__(self, dtype=None, copy=None):
        return ROW

    def __array_wrap__(self, array, *arguments):
        return array


def read_only(values):
    values.flags.writeable = False
    return values


# Everything that a call is given is made once, so that its references can be counted.  First the calls
# in which NumPy takes no part.
PLAIN_CALLS = {
    "float": (0.25,),
    "int": (3000,),
    "large int": (10**400,),
    "bool": (True,),
    "Decimal": (Decimal("0.25"),),
    "str": ("text",),
    "None": (None,),
    "bytes": (b"bytes",),
    "bytearray": (bytearray(8),),
    "raising float": (Raising(),),
    "no argument": (),
    "buffers": (NUMBERS, RESULTS),
    "buffer in place": (RESULTS, RESULTS),
    "strided buffers": (memoryview(NUMBERS)[::-2], memoryview(RESULTS)[:25]),
    "overlapping buffers": (memoryview(RESULTS)[1:], memoryview(RESULTS)[:-1]),
    "buffer in tuple": (NUMBERS, (RESULTS,)),
    "buffer from list": (LIST, RESULTS),
    "buffer from tuple": (tuple(LIST), RESULTS),
    "large buffers": (array.array("d", bytes(80_000)), array.array("d", bytes(80_000))),
    "buffer of a wrong shape": (NUMBERS, array.array("d", [0.0, 0.0])),
    "buffer that is read-only": (NUMBERS, memoryview(bytes(400)).cast("d")),
    "buffer of bytes": (NUMBERS, bytearray(400)),
    "list that is no buffer": (NUMBERS, LIST),
}
CALLS = {
    **PLAIN_CALLS,
    "float32": (np.float32(0.25),),
    "float64": (np.float64(0.25),),
    "longdouble": (np.longdouble(0.25),),
    "array": (ROW,),
    "float16 array": (ROW.astype("f2"),),
    "strided array": (ROW[::-2],),
    "grid": (ROW.reshape(5, 10).T,),
    "swapped array": (ROW.astype(ROW.dtype.newbyteorder()),),
    "no dimensions": (np.array(0.25),),
    "large array": (np.zeros(20_000),),
    "int array": (np.arange(50),),
    "masked array": (MASKED,),
    "memoryview": (memoryview(ROW),),
    "array.array": (array.array("d", ROW),),
    "int array.array": (array.array("i", [1, 2]),),
    "list": (LIST,),
    "tuple": (tuple(LIST),),
    "list of ints": ([1, 2, 3],),
    "nested list": ([LIST, LIST],),
    "range": (range(20),),
    "out": (ROW, OUT),
    "out in tuple": (ROW, (OUT,)),
    "out from list": (LIST, OUT),
    "out from float": (0.25, np.zeros(())),
    "out of another type": (ROW, np.zeros(50, "f4")),
    "out as memoryview": (ROW, memoryview(OUT)),
    "out broadcast": (0.25, OUT),
    "out broadcast from int": (5, np.zeros(3, "f4")),
    "wrapped": (Wrapping(),),
    "in place": (OUT, OUT),
    "overlap": (OUT[1:], OUT[:-1]),
    "shifted columns": (OUT.reshape(5, 10)[:, 1:], OUT.reshape(5, 10)[:, :-1]),
    "complex array": (np.array([1j]),),
    "object array": (np.array([None]),),
    "list with a str": ([0.25, "text"],),
    "list that is ragged": ([[0.25], [0.25, 3.0]],),
    "raising array": (RaisingArray(),),
    "out of a wrong shape": (ROW, np.zeros(3)),
    "out from list of a wrong shape": (LIST, np.zeros(3)),
    "out that is read-only": (ROW, read_only(np.zeros(50))),
    "out that is a list": (ROW, LIST),
    "out that is a pair": (ROW, (OUT, OUT)),
    "out that cannot be cast to": (ROW, np.zeros(50, int)),
    "too many": (ROW, OUT, OUT),
}
KEYWORDS = {
    "out": {"out": OUT},
    "where": {"where": ROW > 0, "out": OUT},
    "dtype": {"dtype": "f4"},
    "unknown": {"axis": 0},
    "x": {"x": ROW},
    "bad value": {"casting": "sometimes"},
}
CASES = [
    *((arguments, {}) for arguments in CALLS.values()),
    *(((ROW,), keywords) for keywords in KEYWORDS.values()),
]
# Not the dtype float64, of which NumPy's own empty() leaks references.
SINGLETONS = [None, True, False, NotImplemented, (), np.float64, np.ndarray, float, array.array]
SINGLETONS += [_coerce.slow_lane, _coerce.call, sys.intern("slow_lane"), sys.intern("sigmoid")]


# Without an interpreter lock memory is freed in batches, which a round must be long beside.
TIMES = 100 if getattr(sys, "_is_gil_enabled", lambda: True)() else 300


@pytest.fixture(scope="module", autouse=True)
def short_collections():
    """What was there before is not gone through, a tenth of a second each time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def repeat(arguments, keywords, function=sigmoid):
    for _ in range(TIMES):
        with contextlib.suppress(Exception):
            function(*arguments, **keywords)


# What each function has of its own, a call each.
DOORS = [door for f in FAMILY.values() for door in (f.own, f.ufunc) if f.own is not sigmoid]
OF_EACH = ["float", "out", *slow("large int", "int array")]


@pytest.mark.parametrize("name", OF_EACH)
@pytest.mark.parametrize("function", [expit, *DOORS])
def test_steady_of_each_function(function, name):
    check_steady(CALLS[name], {}, function)


@pytest.mark.parametrize(
    ("arguments", "keywords"), CASES, ids=[*CALLS, *(f"keyword {name}" for name in KEYWORDS)]
)
def test_steady(arguments, keywords):
    check_steady(arguments, keywords, sigmoid)


# NumPy looks some attributes up by a name made anew, which CPython's cache keeps: test_names_are_not_made_anew.
forget_lookups = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache


def check_steady(arguments, keywords, function):
    # Immortal objects have no count to go by.
    held = [x for x in (*arguments, *keywords.values(), *SINGLETONS) if sys.getrefcount(x) < 2**30]

    def measure():
        forget_lookups()
        gc.collect()
        references = map(sys.getrefcount, held)
        return [tracemalloc.get_traced_memory()[0], sys.getallocatedblocks(), *references]

    tracemalloc.start()
    try:
        measured = []
        for _ in range(6):
            repeat(arguments, keywords, function)
            measured.append(measure())
    finally:
        tracemalloc.stop()
    # The interpreter's own caches may grow in one round, a leak grows in every one.
    rounds = [np.subtract(b, a) for a, b in itertools.pairwise(measured)]
    memory, blocks, *references = np.min(rounds, axis=0)
    lost = -np.max(rounds, axis=0)[2:]
    assert memory < 16 * TIMES
    assert blocks < TIMES // 4
    for x, gained in zip(held, np.maximum(references, lost), strict=True):
        assert gained < TIMES // 4, type(x)


@pytest.mark.skipif(
    not hasattr(sys, "gettotalrefcount"), reason="only a debug build counts all references"
)
@pytest.mark.parametrize("arguments", PLAIN_CALLS.values(), ids=PLAIN_CALLS)
def test_every_reference(arguments):
    """The extension must have been built with Py_REF_DEBUG.  NumPy is not, which leaves out the rest."""

    def measure():
        forget_lookups()
        gc.collect()
        return sys.gettotalrefcount()

    measured = []
    for _ in range(6):
        repeat(arguments, {})
        measured.append(measure())
    rounds = [b - a for a, b in itertools.pairwise(measured)]
    assert min(map(abs, rounds)) < TIMES // 10, rounds


def test_names_are_not_made_anew(monkeypatch):
    """CPython keeps what it looked up by the name's address, and the name: made anew a call, they pile up."""
    names = []

    class Asked(types.ModuleType):
        def __getattribute__(self, name):
            names.append(name)
            return super().__getattribute__(name)

    def call_all():
        for arguments, keywords in CASES:
            with contextlib.suppress(Exception):
                sigmoid(*arguments, **keywords)

    call_all()  # what is looked up in a first call alone may have any name
    for module in (_coerce, _core, _ufunc, array):
        monkeypatch.setattr(module, "__class__", Asked)
    call_all()
    call_all()
    assert {"slow_lane", "sigmoid", "array"} <= {*names}
    addresses = {name: {id(other) for other in names if other == name} for name in names}
    assert [name for name, several in addresses.items() if len(several) > 1] == []


def test_no_export_is_left():
    """A bytearray cannot be resized while anything holds its buffer."""
    memory = bytearray(80)
    wrong = np.zeros(3)
    for call in (
        lambda x: sigmoid(x),
        lambda x: sigmoid(x, out=x),
        lambda x: sigmoid(LIST[:10], out=x),
        lambda x: sigmoid(x, out=np.zeros(10, "f4")),
        lambda x: sigmoid(x, out=wrong),
        lambda x: sigmoid(wrong, out=x),
        lambda x: sigmoid("text", out=x),
        lambda x: sigmoid(x, axis=0),
        lambda x: sigmoid(memory),
        lambda x: sigmoid(x, out=memory),
        lambda x: sigmoid(x.cast("B").cast("q")),
    ):
        x = memoryview(memory).cast("d")
        try:
            call(x)
        except (TypeError, ValueError):
            pass
        gc.collect()
        x.release()
        memory.append(0)
        memory.pop()


def test_steady_information():
    check_steady((), {}, cpu_info)
