"""out: the object given is filled and returned, by NumPy's rules; refused, it is untouched."""

import array
import ctypes

import numpy as np
import pytest

from .support.family import OWN

X = np.array([[0.25, -1.5, 40.0], [-800.0, 0.0, 3.0]])


@pytest.fixture
def inputs(member):
    """Numbers the function is meant for."""
    return member.arguments(X)


@pytest.fixture
def results(function, inputs):
    return function(inputs)


def test_none(function, inputs, results):
    for result in (
        function(inputs, None),
        function(inputs, out=None),
        function(inputs, out=(None,)),
    ):
        assert np.array_equal(result, results)
    assert type(function(0.25, None)) is float
    assert type(function(0.25, out=(None,))) is float


def outs():
    """Writable buffers of six float64, flat."""
    yield np.zeros(6)
    yield np.zeros(6, ">f8")
    yield np.zeros(12)[::-2]
    yield array.array("d", bytes(48))
    yield memoryview(array.array("d", bytes(48)))
    yield memoryview(bytearray(48)).cast("d")
    yield memoryview(bytearray(96)).cast("d")[::-2]
    yield (ctypes.c_double * 6)()


@pytest.mark.parametrize(
    "call",
    [
        lambda function, x, out: function(x, out),
        lambda function, x, out: function(x, (out,)),
        lambda function, x, out: function(x, out=out),
        lambda function, x, out: function(x, out=(out,)),
    ],
    ids=["second", "second, in a tuple", "keyword", "keyword, in a tuple"],
)
def test_the_same_object_is_returned(call, function, inputs, results):
    flat = inputs.ravel()
    for x in (flat, flat.tolist(), tuple(flat), memoryview(flat), array.array("d", flat)):
        for out in outs():
            assert call(function, x, out) is out
            assert list(out) == results.ravel().tolist()


def test_formats_keep_their_precision(function, inputs):
    for dtype in ("f2", "f4", "f8"):
        x = inputs.astype(dtype)
        out = np.zeros_like(x)
        assert function(x, out=out) is out
        assert out.tobytes() == function(x).tobytes()


@pytest.mark.parametrize("x", [0.25, 3, True, np.float64(0.25), np.array(0.25)], ids=repr)
def test_scalar_into_array_of_no_dimensions(x):
    for function in OWN:
        out = np.zeros(())
        assert function(x, out=out) is out
        assert np.array_equal(out[()], function(x), equal_nan=True)


def test_scalar_into_ctypes_scalar(function):
    out = ctypes.c_double()
    assert function(0.25, out=out) is out
    assert out.value == function(0.25)


@pytest.mark.parametrize(
    "make", [lambda: np.zeros((2, 3)), lambda: memoryview(bytearray(48)).cast("d", [2, 3])]
)
def test_broadcast_up(make, function, inputs):
    for x in (
        0.25,
        np.array([0.25, -1.5, 40.0]),
        [0.25, -1.5, 40.0],
        inputs[:, :1],
        np.float64(3.0),
    ):
        out = make()
        assert function(x, out=out) is out
        expected = np.broadcast_to(function(x), (2, 3))
        assert np.array_equal(np.asarray(out), expected, equal_nan=True)


def test_casting(function, inputs, results):
    """Within a kind of number by itself, to another only when asked for."""
    for dtype in ("f2", "f4", "longdouble", "complex128"):
        out = np.zeros((2, 3), dtype)
        assert function(inputs, out=out) is out
        with np.errstate(under="ignore"):
            assert np.array_equal(out, results.astype(dtype))
    out = array.array("f", bytes(24))
    assert function(inputs.ravel(), out=out) is out
    assert list(out) == results.ravel().astype("f4").tolist()

    out = np.full((2, 3), 7)
    for x in (inputs, 0.25, inputs.tolist()):
        with pytest.raises(TypeError):
            function(x, out=out)
        assert (out == 7).all()
    with np.errstate(invalid="ignore"):  # logit's infinities are no ints
        assert function(inputs, out=out, casting="unsafe") is out
        assert np.array_equal(out, results.astype(int))

    for text in (np.full((2, 3), "seven"), np.full((2, 3), b"7")):
        before = text.copy()
        for x in (inputs, 0.25, inputs.tolist()):
            with pytest.raises(TypeError, match=r"out holds text \(dtype .*\), not numbers"):
                function(x, out=text)
            assert (text == before).all()
    text = np.full((2, 3), "x" * 32)
    assert function(inputs, out=text, casting="unsafe") is text
    assert np.array_equal(text.astype(float), results)

    narrow = np.full((2, 3), 7.0, "f4")
    with pytest.raises(TypeError):
        function(inputs, out=narrow, casting="safe")
    assert (narrow == 7.0).all()


def test_narrow_input_into_wide_out(function, inputs, results):
    """Computed as its own type, which is then widened; but numbers of Python are float64."""
    x = inputs.astype("f4")
    out = np.zeros((2, 3))
    assert function(x, out=out) is out
    assert np.allclose(out, results, rtol=1e-6, atol=0.0)
    x = np.arange(6, dtype="i1").reshape(2, 3)
    assert function(x, out=out) is out
    assert np.array_equal(out, function(x), equal_nan=True)


@pytest.mark.parametrize("make", [lambda: np.full((2, 3), 7.0), lambda: np.full((2, 3), 7.0, "f4")])
def test_where(make, function, inputs, results):
    mask = np.array([[True, False, True], [False, True, False]])
    out = make()
    assert function(inputs, out=out, where=mask) is out
    assert np.array_equal(out, np.where(mask, results, 7.0).astype(out.dtype))
    out = make()
    function(inputs, out=out, where=[True, False, False])
    assert np.array_equal(out, np.where([True, False, False], results, 7.0).astype(out.dtype))
    assert np.array_equal(function(inputs, where=True), results)


def test_other_keywords(function, inputs, results):
    assert function(inputs, dtype="f4").dtype == "float32"
    assert function(inputs, order="F").flags.f_contiguous
    assert function([0, 1], dtype="longdouble").dtype == "longdouble"
    assert np.array_equal(function(inputs, casting="no"), results)


def test_subclass_as_out(function, inputs, results):
    out = np.ma.zeros((2, 3))
    assert function(inputs, out=out) is out
    assert np.array_equal(out.data, results)
    with_mask = np.ma.array(inputs, mask=inputs > 1)
    result = function(with_mask, out=out)
    assert result is out
    assert np.array_equal(result.mask, inputs > 1)


def test_dispatch_on_out(function, inputs):
    class Out:
        def __array_ufunc__(self, ufunc, method, *inputs, out, **keywords):
            assert isinstance(ufunc, np.ufunc)
            assert (method, keywords) == ("__call__", {})
            return ("taken", inputs, out)

    out = Out()
    taken, (x,), outs = function(inputs, out=out)
    assert (taken, outs) == ("taken", (out,))
    assert x is inputs


def read_only(values):
    values.flags.writeable = False
    return values


NOT_WRITABLE = {
    "read-only array": lambda: read_only(np.full((2, 3), 7.0)),
    "read-only array of another type": lambda: read_only(np.full((2, 3), 7.0, "f4")),
    "read-only array of a wrong shape": lambda: read_only(np.full(2, 7.0)),
    "read-only memoryview": lambda: memoryview(np.full((2, 3), 7.0)).toreadonly(),
    "broadcast array": lambda: np.broadcast_to(np.float64(7.0), (2, 3)),
}
WRONG_SHAPE = {
    "too short": lambda: np.full((2, 2), 7.0),
    "too long": lambda: np.full((2, 4), 7.0),
    "transposed": lambda: np.full((3, 2), 7.0),
    "flat": lambda: np.full(6, 7.0),
    "no dimension": lambda: np.full((), 7.0),
    "one row": lambda: np.full((1, 3), 7.0),
    "empty": lambda: np.full((2, 0), 7.0),
    "other type": lambda: np.full((2, 2), 7.0, "f4"),
    "array.array": lambda: array.array("d", [7.0] * 6),
    "memoryview": lambda: memoryview(array.array("d", [7.0] * 4)),
}
NO_BUFFER = {
    "list": lambda: [7.0, 7.0, 7.0],
    "float": lambda: 7.0,
    "string": lambda: "out",
    "object": lambda: object(),
    "generator": lambda: (i for i in ()),
    "range": lambda: range(6),
    "dict": dict,
}
MALFORMED_TUPLE = {
    "empty tuple": lambda: (),
    "pair": lambda: (np.full((2, 3), 7.0), np.full((2, 3), 7.0)),
    "tuple in tuple": lambda: ((np.full((2, 3), 7.0),),),
    "list in tuple": lambda: ([7.0] * 6,),
}
REFUSED = [
    *((ValueError, make) for make in [*NOT_WRITABLE.values(), *WRONG_SHAPE.values()]),
    *((TypeError, make) for make in NO_BUFFER.values()),
    *(((TypeError, ValueError), make) for make in MALFORMED_TUPLE.values()),
]
REFUSED_IDS = [*NOT_WRITABLE, *WRONG_SHAPE, *NO_BUFFER, *MALFORMED_TUPLE]


@pytest.mark.parametrize(("error", "make"), REFUSED, ids=REFUSED_IDS)
def test_refused(error, make):
    for function in OWN:
        for x in (X, X.tolist(), X.astype("f4"), X.T.copy().T, X.astype(int)):
            out = make()
            with pytest.raises(error):
                function(x, out=out)
            if isinstance(out, np.ndarray):
                assert (out == 7.0).all()
            elif isinstance(out, (array.array, memoryview, list)):
                assert set(np.ravel(out)) == {7.0}


@pytest.mark.parametrize("x", [0.25, 3, np.float32(0.25), [0.25], []], ids=repr)
def test_refused_for_scalars_and_short_lists(x):
    for function in OWN:
        for which in ("read-only array", "read-only memoryview"):
            with pytest.raises(ValueError):
                function(x, out=NOT_WRITABLE[which]())
        for which in ("list", "float"):
            with pytest.raises(TypeError):
                function(x, out=NO_BUFFER[which]())


@pytest.mark.parametrize("out", [b"8 bytes.", bytearray(8), bytearray(1)], ids=repr)
def test_untyped_bytes_refused(out):
    before = bytes(out)
    for function in OWN:
        for x in (0.25, [0.25], np.array([0.25])):
            with pytest.raises((TypeError, ValueError)):
                function(x, out=out)
            assert bytes(out) == before


@pytest.mark.parametrize("x", ["text", None, 1j, object(), [None], ["a"], [[0.25], [0.25, 3.0]]])
def test_untouched_when_x_is_refused(x):
    for function in OWN:
        for out in (np.full(2, 7.0), array.array("d", [7.0, 7.0]), np.full(2, 7.0, "f4")):
            with pytest.raises((TypeError, ValueError)):
                function(x, out=out)
            assert list(out) == [7.0, 7.0]


def test_untouched_when_a_later_element_is_refused(function):
    for x in ([0.25, "text"], [0.25, None], (0.25, 1j)):
        out = np.full(2, 7.0)
        with pytest.raises(TypeError):
            function(x, out=out)
        assert list(out) == [7.0, 7.0]


def test_out_in_a_tuple_of_a_class_of_its_own(function):
    class Pair(tuple):
        pass

    with pytest.raises(TypeError):
        function([1.0, 2.0], out=Pair((np.zeros(2),)))


def test_integers_into_integers(member):
    out = np.zeros(4, int)
    for call in (member.own, member.ufunc):
        with pytest.raises(TypeError):
            call(np.arange(4), out=out)
        assert not out.any()


def test_integers_into_a_buffer(function):
    out = array.array("d", [7.0, 7.0])
    assert function(np.array([0, 1], "u1"), out=out) is out
    assert out.tolist() == [function(0.0), function(1.0)]


def test_an_array_class_wraps_its_out_as_often_as_with_numpy(member):
    class Counting(np.ndarray):
        count = 0

        def __array_wrap__(self, array, *arguments):
            Counting.count += 1
            return array

    counts = []
    for ufunc in (np.exp, member.ufunc):
        Counting.count = 0
        ufunc(np.full(3, 0.25), out=np.zeros(3).view(Counting))
        counts.append(Counting.count)
    assert counts[0] == counts[1]


def test_out_is_returned_whatever_wraps_x(function):
    class Wrapping:
        def __array__(self, dtype=None, copy=None):
            return np.full(3, 0.25)

        def __array_wrap__(self, *arguments):
            return "wrapped"

    out = np.zeros(3)
    assert function(Wrapping(), out=out) is out


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="NumPy 2 has them")
def test_text_of_any_length(function):
    out = np.array(["a"], dtype=np.dtypes.StringDType())
    with pytest.raises(TypeError, match="out holds text"):
        function([0.25], out=out)
    assert out[0] == "a"
