"""Hostile arguments by the million: python -m tests.evidence.fuzz --exporter FILE [--cases N] [--seed S].

FILE is exporter.c, compiled.  A case is made by its number and the seed alone: --first K --cases 1
repeats it.  --trace names each case beforehand, so that the last one named is the one that crashed.
"""

import argparse
import collections
import gc
import importlib.util
import itertools
import math
import random
import sys
import time
import warnings

import numpy as np

from fastsigmoid import _core, cpu_info, sigmoid

from ..data import pool
from ..support.family import FAMILY
from ..support.floats import FLOAT16, FORMATS


class UsersError(Exception):
    pass


# What any call may raise.  NumPy's own errors are of these types, too.
PROMISED = (TypeError, ValueError, BufferError, RecursionError, UsersError)
NBYTES = 4096
FILLER = 0xA5
ISAS = cpu_info()["available"]
HUGE = sys.maxsize
PYBUF_WRITABLE = 1
PYBUF_FORMAT = 4


class Pool:
    """Known inputs of a function and format, and MPFR's answers to them."""

    def __init__(self, member, f):
        pairs = pool(f, member.name)
        pairs = pairs[:: max(1, len(pairs) // 3000)]
        self.member = member
        self.dtype = np.dtype(f.name)
        self.code = f.code
        self.x, self.y = (np.array(column, f.name) for column in zip(*pairs, strict=True))
        if f is FLOAT16:  # of which sigmoid's answers alone are committed
            self.x = member.arguments(self.x)
            self.y = member.own(self.x)


POOLS = [Pool(member, f) for member in FAMILY.values() for f in FORMATS]
# Our own functions are called twice as often as SciPy's.
DOORS = [door for member in FAMILY.values() for door in (member.own, member.own, member.ufunc)]
Exporter = None  # once it is loaded


def load_exporter(path):
    global Exporter
    spec = importlib.util.spec_from_file_location("exporter", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    Exporter = module.Exporter


def address(array):
    return array.__array_interface__["data"][0]


class Claims:
    """What an exporter is to claim, honest at first."""

    def __init__(self, array, memory):
        self.memory = memory
        self.offset = address(array) - address(np.frombuffer(memory, "u1"))
        self.len = array.nbytes
        self.itemsize = array.itemsize
        self.ndim = array.ndim
        self.readonly = 0
        self.null = 0
        order = {"<": b"<", ">": b">"}.get(array.dtype.byteorder, b"")
        self.format = order + array.dtype.char.encode()
        self.shape = array.shape
        self.strides = array.strides
        self.suboffsets = None
        self.error = None
        self.error_flags = 0
        self.hook = None

    def __repr__(self):
        return repr({name: value for name, value in vars(self).items() if name != "memory"})

    def exporter(self, kind=None):
        return (kind or Exporter)(**vars(self))


def number(r):
    """Integers that are apt to overflow something, and others."""
    return r.choice(
        [0, 1, -1, 2, 7, 8, -8, 63, 64, 65, 2**31, -(2**31), 2**32, HUGE, -HUGE, -HUGE - 1]
        + [HUGE // 2, HUGE // 8, HUGE // 8 + 1, r.randrange(-5000, 5000), r.getrandbits(62)]
    )


# The last letters of formats that are read, by NumPy if not by the C code.
READABLE = [bytes([letter]) for letter in b"efd?bBhHiIlLqQnNg"]


# Each makes claims that contradict themselves, or are beyond what is supported.


def lie_about_len(r, claims):
    honest = claims.len
    while claims.len == honest:
        claims.len = r.choice([number(r), honest + r.randrange(-16, 17)])


def lie_about_itemsize(r, claims):
    honest = claims.itemsize
    while claims.itemsize == honest:
        claims.itemsize = r.choice([number(r), 1, 2, 4, 8, 16])


def lie_about_ndim(r, claims):
    claims.ndim = r.choice([-1, -7, 65, 80, 2**31 - 1, -(2**31)])


def lie_about_shape(r, claims):
    shape = list(claims.shape) or [1]
    i = r.randrange(len(shape))
    honest = shape[i]
    while shape[i] == honest:
        shape[i] = number(r)
    claims.ndim = len(shape)
    claims.shape = tuple(shape)
    claims.strides = None
    if math.prod(shape) * claims.itemsize == claims.len:
        claims.len += 1


def lie_that_overflows(r, claims):
    claims.shape = (1 << 32, 1 << 32, r.randrange(1, 9))
    claims.ndim = 3
    claims.strides = r.choice([None, (8, 8, 8), (0, 0, 0)])
    claims.len = r.choice([0, claims.len, 8])


def lie_about_strides(r, claims):
    claims.shape, claims.ndim, claims.len = (4, 4), 2, 16 * claims.itemsize
    far = r.choice([HUGE, -HUGE - 1, HUGE // 2, -HUGE // 2 - 9, HUGE // 3])
    claims.strides = r.choice([(far, 8), (8, far), (far, far), (-8, far)])


def lie_by_suboffsets(r, claims):
    if claims.ndim == 0:
        claims.shape, claims.strides, claims.ndim = (1,), (8,), 1
    suboffsets = [r.choice([-1, -7, number(r)]) for _ in range(claims.ndim)]
    suboffsets[r.randrange(claims.ndim)] = r.choice([0, 8, HUGE])
    claims.suboffsets = tuple(suboffsets)


def lie_by_null(r, claims):
    if r.random() < 0.5 and claims.ndim > 0:
        claims.shape = None
    else:
        claims.null = 1
        if claims.len == 0:
            claims.len = 8


def lie_about_format(r, claims):
    claims.format = r.choice(
        [
            None,
            b"",
            b"<",
            b"dd",
            b"2d",
            b" d",
            b"d ",
            b"Zd",
            b"T{d:x:}",
            b"O",
            b"P",
            b"\xff\xfe",
            b"%s",
        ]
        + [
            b"d" * r.randrange(2, 600),
            bytes([r.randrange(1, 256)]),
            r.randbytes(3).replace(b"\0", b"!"),
        ]
    )
    # Not in every respect: memory that is said to hold numbers or objects must do so.
    if claims.format is not None and (
        claims.format.strip()[-1:] in READABLE or b"O" in claims.format
    ):
        claims.itemsize += 1


LIES = [
    lie_about_len, lie_about_itemsize, lie_about_ndim, lie_about_shape, lie_that_overflows,
    lie_about_strides, lie_by_suboffsets, lie_by_null, lie_about_format,
]  # fmt: skip


def layout(r, memory, dtype, *, repeats=False):
    """An array anywhere in memory, no two elements of which overlap unless it repeats some."""
    if r.random() < 0.5:
        dtype = dtype.newbyteorder()
    ndim = r.choice([0, 1, 1, 1, 2, 2, 3, 4])
    shape = [r.choice([0, 1, 2, 3, 5, r.randrange(1, 40 if ndim == 1 else 7)]) for _ in range(ndim)]
    axes = list(range(ndim))
    r.shuffle(axes)
    strides = [0] * ndim
    reach = dtype.itemsize
    before = 0
    for axis in axes:
        step = reach + r.choice([0, 0, 0, 1, dtype.itemsize, 3])
        length = max(shape[axis] - 1, 0)
        if reach + length * step > NBYTES // 2 or (repeats and r.random() < 0.1):
            if repeats:
                continue
            shape[axis], length = 1, 0
        reach += length * step
        if r.random() < 0.3:
            before += length * step
            step = -step
        strides[axis] = step
    start = r.randrange(NBYTES - reach)
    if r.random() < 0.5:
        start -= start % dtype.itemsize
    return np.ndarray(shape, dtype, memory, start + before, strides)


class Case:
    """One call: what it is given, what it may do, and what must be so afterwards."""

    def __init__(self, seed, index):
        self.r = random.Random(seed << 40 | index)
        self.exporters = []
        self.memories = []
        self.outcome = None

    def memory(self):
        memory = bytearray([FILLER]) * NBYTES
        self.memories.append(memory)
        return memory

    def in_some_form(self, array, memory):
        """The elements of the array as one thing or another that exports them."""
        form = self.r.randrange(3)
        if form == 0:
            return array
        if form == 1 and array.dtype.isnative:
            return memoryview(array)
        exporter = Claims(array, memory).exporter()
        self.exporters.append(exporter)
        return exporter

    def run(self):
        family = self.r.choices(FAMILIES, WEIGHTS)[0]
        family(self)
        self.check_release()
        return f"{family.__name__}: {self.outcome}"

    def call(self, *arguments, function=sigmoid, promised=PROMISED, **keywords):
        """The result, or None where the call was refused."""
        try:
            result = function(*arguments, **keywords)
        except promised as error:
            self.outcome = "refused"
            name = type(error).__name__
            assert str(error) or name in ("UsersError", "RecursionError"), "an error without a word"
            # An error that an exporter keeps would keep all frames.
            while error is not None:
                error.__traceback__, error = None, error.__context__
            return None
        self.outcome = "answered"
        return result

    def check_release(self):
        while self.exporters:
            exports = self.exporters.pop().exports
            assert exports == 0, f"{exports} exports are left"
        # A bytearray cannot grow as long as anything holds its buffer.
        for memory in self.memories:
            memory.append(0)


def pick(r, array, known):
    """Fills the array with known inputs; returns the answers."""
    which = np.array([r.randrange(known.x.size) for _ in range(array.size)], "i8").reshape(
        array.shape
    )
    array[...] = known.x[which]
    return known.y[which]


def layouts(case):
    """Honest arguments of any layout, compared with MPFR's answers."""
    r, known = case.r, case.r.choice(POOLS)
    memory = case.memory()
    x = layout(r, memory, known.dtype)
    y = pick(r, x, known)
    own, name = known.member.own, known.member.name

    def on_any(x, out=None):
        return _core._call_on(r.choice(ISAS), x, out, name)

    function = r.choice([own, on_any])
    given = case.in_some_form(x, memory)
    if r.random() < 0.4:
        result = case.call(given, function=function)
        assert result.dtype == known.dtype
        assert result.shape == x.shape
        assert result.tobytes() == y.tobytes()
        return
    room = memory if r.random() < 0.5 else case.memory()
    form = r.randrange(4)
    if form == 0:
        out = layout(r, room, known.dtype)
    elif form == 1 and room is memory:
        out = x
    else:
        # Of the same shape; in the same memory it may overlap x.
        out = np.ndarray(x.shape, x.dtype, room, r.randrange(NBYTES - x.nbytes))
    before = bytes(room)
    target = case.in_some_form(out, room)
    result = case.call(given, target, function=function)
    if case.outcome == "refused":
        assert out.shape != x.shape, "equal shapes"
        assert bytes(room) == before, "out was touched"
        return
    assert result is target
    expected = bytearray(before)
    clean = np.ndarray(out.shape, out.dtype, expected, Claims(out, room).offset, out.strides)
    clean[...] = y
    assert room == expected, "a wrong result, or something beside out was touched"
    del clean


def contradictions(case):
    """An exporter that contradicts itself, as x or as out."""
    r, known = case.r, case.r.choice(POOLS)
    memory = case.memory()
    claims = Claims(layout(r, memory, known.dtype, repeats=True), memory)
    r.choice(LIES)(r, claims)
    claims.readonly = r.choice([0, 0, 0, 1, 2, -1])
    liar = claims.exporter(r.choice([None, None, Arraylike(Exporter), Numberlike(Exporter)]))
    case.exporters.append(liar)
    before = bytes(memory)
    if r.random() < 0.5:
        x = r.choice([0.25, [0.25] * 6, np.zeros((2, 3), known.dtype), np.zeros(()), [1, 2]])
        case.call(x, liar)
        assert case.outcome == "refused", claims
        assert bytes(memory) == before, "out was touched"
        return
    room = case.memory()
    untouched = bytes(room)
    out = r.choice([None, None, np.frombuffer(room, known.dtype), memoryview(room)])
    # RuntimeError is what NumPy itself says of some buffers; here it is asked first.
    promised = (*PROMISED, RuntimeError) if isinstance(liar, Arrays) else PROMISED
    case.call(liar, out, promised=promised)
    assert case.outcome == "refused", claims
    assert bytes(room) == untouched, "out was touched"
    del out


class Arrays:
    def __array__(self, dtype=None, copy=None):
        return np.zeros(3)


class Numbers:
    def __float__(self):
        return 0.25


KINDS = {}


def Arraylike(kind):
    return KINDS.setdefault((Arrays, kind), type("Arraylike", (Arrays, kind), {}))


def Numberlike(kind):
    return KINDS.setdefault((Numbers, kind), type("Numberlike", (Numbers, kind), {}))


def raising(case):
    """An exporter that raises, or changes other arguments while it is asked."""
    r, known = case.r, case.r.choice(POOLS)
    memory, room = case.memory(), case.memory()
    claims = Claims(layout(r, memory, known.dtype), memory)
    numbers = [0.25] * r.randrange(1, 50)
    hooks = [None, numbers.clear, lambda: numbers.extend([0.5] * 99), lambda: sigmoid(numbers)]
    hooks += [gc.collect if r.random() < 0.01 else None, lambda: room.append(1) or room.pop()]
    claims.hook = r.choice(hooks)
    if r.random() < 0.6:
        kind = r.choice([BufferError, ValueError, TypeError, UsersError])
        claims.error = kind("no")
        claims.error_flags = r.choice([0, PYBUF_WRITABLE, PYBUF_FORMAT])
    exporter = claims.exporter(r.choice([None, Arraylike(Exporter), Numberlike(Exporter)]))
    case.exporters.append(exporter)
    out = np.frombuffer(room, known.dtype)[: r.randrange(9)]
    case.call(*r.choice([(exporter,), (exporter, out), (numbers, exporter), (exporter, exporter)]))
    del out, claims, hooks


JUNK = [
    None, True, 3, 10**400, -(10**400), 0.25, math.nan, 1j, "text", b"bytes", (), [], {}, set(), object(),
    Ellipsis, NotImplemented, int, len, slice(3), range(5), range(10**9, 10**9 + 2), [None], [[]], [[1], [2, 3]],
    (0.25, "x"), np.float16(3), np.float64(-800), np.longdouble(2), np.int8(-3), np.bool_(True), np.str_("x"),
    np.datetime64("2024-02-29"), np.zeros(3, "f8,f8"), np.zeros(3, object), np.zeros(3, "M8[s]"),
    np.zeros(3, "S4"), np.zeros(3, "c16"), np.ma.array([1.0, 2.0], mask=[0, 1]), np.matrix([[1.0, 2.0]]),
    np.zeros((0, 3)), np.zeros(3, "longdouble"), np.arange(3), np.zeros(3, bool), bytearray(24), UsersError("no"),
]  # fmt: skip


def junk(r):
    return r.choice(JUNK)


class Hostile:
    """Methods that raise, recurse, call back or change what is being read; see METHODS."""

    def __init__(self, case):
        r = case.r
        self.what = r.choices(
            ["raise", "junk", "recurse", "number", "array", "self", "mutate", "call"],
            [9, 9, 0.1, 9, 9, 9, 9, 9],
        )[0]
        self.r = r
        self.victim = case.victim
        self.calls = 0

    def act(self):
        # NumPy goes on with another method where one has recursed too deeply: enough is enough.
        self.calls += 1
        if self.calls > 2000:
            raise UsersError
        match self.what:
            case "raise":
                raise self.r.choice([UsersError, TypeError, ValueError, BufferError])("no")
            case "junk":
                return junk(self.r)
            case "recurse":
                return sigmoid(self)
            case "number":
                return 0.25
            case "array":
                return np.zeros(self.r.randrange(4))
            case "self":
                return self
            case "mutate":
                # Not in its length: NumPy reads on in what was freed, in np.exp as well.
                self.victim[:-1] = [0.5] * (len(self.victim) - 1)
                return 3.0
            case _:
                return sigmoid(self.victim)


def method(self, *arguments, **keywords):
    return self.act()


METHODS = [
    "__float__", "__index__", "__int__", "__array__", "__array_ufunc__", "__array_interface__", "__array_struct__",
    "__array_wrap__", "__array_function__", "__array_priority__", "__dlpack__", "__dlpack_device__", "__len__",
    "__getitem__", "__iter__", "__complex__", "__buffer__", "__getattr__", "__eq__", "__bool__",
]  # fmt: skip
PROPERTIES = {"__array_interface__", "__array_struct__", "__array_priority__"}


def hostile_type(names, base):
    members = {name: property(method) if name in PROPERTIES else method for name in names}
    return type("Hostile", (Hostile, *base), {**members, "__hash__": object.__hash__})


HOSTILE = [
    hostile_type(names, base)
    for names in (*itertools.combinations(METHODS, 1), *itertools.combinations(METHODS, 2))
    for base in ((),)
]


def hostile(case):
    """Objects with methods of their own, alone and in lists."""
    r = case.r
    case.victim = [0.25] * r.randrange(1, 90)
    # Kept alive: NumPy may still read it when it is no longer in the list.
    x = case.kept = r.choice(HOSTILE)(case)
    place = r.random()
    if place < 0.3:
        at = r.randrange(len(case.victim) + 1)
        case.victim.insert(at, x)
        x = case.victim if r.random() < 0.8 else tuple(case.victim)
    memory = case.memory()
    before = bytes(memory)
    out = np.frombuffer(memory, r.choice("efd"))[: r.randrange(100)]
    arguments = r.choice([(x,), (x, out), (0.25, x), (case.victim, x), (np.zeros(3), x), (x, x)])
    keywords = {"order": x} if r.random() < 0.02 else {}
    function = r.choice(DOORS)
    # RuntimeError is what NumPy says of a sequence that changes while it is read, OverflowError
    # what Python says of a length that is no index.
    promised = (*PROMISED, RuntimeError, OverflowError)
    case.call(*arguments, function=function, promised=promised, **keywords)
    if case.outcome == "refused":
        assert bytes(memory) == before, "out was touched"
    case.victim.clear()
    del case.kept, out


def oddities(case):
    """Arguments and keywords of all sorts."""
    r = case.r
    memory = case.memory()
    before = bytes(memory)
    good = layout(r, memory, r.choice(POOLS).dtype)
    readonly = good.view()
    readonly.flags.writeable = False
    things = [
        good,
        readonly,
        (good,),
        (good, good),
        memoryview(memory),
        (None,),
        [good],
        (junk(r),),
        junk(r),
    ]
    x = r.choice([0.25, [1, 2], np.zeros((2, 3)), junk(r), junk(r)])
    arguments = [x, *r.choices(things, k=r.choice([0, 1, 1, 1, 2]))]
    keywords = {}
    for name in r.sample(
        ["out", "where", "casting", "order", "dtype", "subok", "signature", "axis", "x"], 2
    ):
        if r.random() < 0.3:
            usual = [
                True,
                [True, False],
                "same_kind",
                "unsafe",
                "K",
                "f4",
                "f8",
                "d->d",
                *things,
                junk(r),
            ]
            keywords[name] = r.choice(usual)
    case.call(*arguments, function=r.choice(DOORS), **keywords)
    if case.outcome == "refused":
        assert bytes(memory) == before, "out was touched"
    del good, readonly, things, arguments, keywords, x


FAMILIES = [layouts, contradictions, raising, hostile, oddities]
WEIGHTS = [30, 30, 10, 20, 10]


def held():
    """Objects that calls could lose or keep references of, if they have a count to go by."""
    objects = [
        None,
        NotImplemented,
        (),
        np.ndarray,
        np.float64,
        np.float32,
        float,
        UsersError,
        Exporter,
    ]
    # Not the dtype float64, of which NumPy's own empty() leaks references.
    objects += [known.dtype for known in POOLS if known.code != "d"] + JUNK
    return [x for x in objects if sys.getrefcount(x) < 2**30]


def measure(objects):
    gc.collect()
    return np.array([sys.getallocatedblocks(), *map(sys.getrefcount, objects)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--exporter", required=True)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--trace", action="store_true")
    options = parser.parse_args()
    load_exporter(options.exporter)
    print(f"seed {options.seed}, {cpu_info()['isa']}", flush=True)

    start = time.monotonic()
    outcomes = collections.Counter()
    objects, measured = held(), []
    last = options.first + options.cases
    rounds = max(options.cases // 8, 1)
    for index in range(options.first, last):
        if options.trace:
            print(index, flush=True)
        try:
            outcomes[Case(options.seed, index).run()] += 1
        except BaseException:
            print(f"seed {options.seed}, case {index}", flush=True)
            raise
        if (index + 1 - options.first) % rounds == 0:
            measured.append(measure(objects))

    # Caches grow in some rounds, what is lost is lost in each of them.
    growth = np.diff(measured, axis=0)
    if len(growth) > 3:
        few = rounds // 1000 + 200
        assert growth.min(axis=0)[0] < few, f"blocks are lost: {growth[:, 0]}"
        for x, gained, lost in zip(
            objects, growth.min(axis=0)[1:], growth.max(axis=0)[1:], strict=True
        ):
            assert -few < lost and gained < few, f"references to {x!r}: {gained}, {lost}"
    for outcome, count in sorted(outcomes.items()):
        print(f"{outcome:26} {count:9,}")
    print(f"{options.cases:,} cases in {time.monotonic() - start:.0f} s, seed {options.seed}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # NumPy has many, of deprecated arguments
    main()
