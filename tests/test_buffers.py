"""Whatever exports a buffer of floats is read in place, and a buffer that lies does no harm."""

import array
import ctypes
import fractions
import itertools
import mmap
import struct
import sys

import numpy as np
import pytest

from fastsigmoid import sigmoid

from .support.floats import FORMATS

VALUES = [0.25, -1.5, 40.0, -800.0, 0.0, 3.0]
each_format = pytest.mark.parametrize("f", FORMATS, ids=str)
needs_buffer_protocol = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="__buffer__ is new in Python 3.12"
)


def expected(values=VALUES, dtype="float64"):
    return sigmoid(np.array(values, dtype)).tobytes()


def check(result, values=VALUES, dtype="float64", shape=None):
    assert type(result) is np.ndarray
    assert (result.dtype, result.shape) == (np.dtype(dtype), shape or (len(values),))
    assert result.tobytes() == expected(values, dtype)


@each_format
@pytest.mark.parametrize("prefix", ["", "@", "=", "<", ">", "!"])
def test_formats(f, prefix):
    testbuffer = pytest.importorskip("_testbuffer")
    if prefix == "":
        x = np.array(VALUES, f.name)
        assert memoryview(x).format == f.code
    else:
        x = testbuffer.ndarray(VALUES, shape=[6], format=prefix + f.code)
        assert memoryview(x).format == prefix + f.code
    check(sigmoid(x), dtype=f.name)
    check(sigmoid(memoryview(x)), dtype=f.name)
    out = np.zeros(6, f.name)
    assert sigmoid(x, out=out) is out
    check(out, dtype=f.name)


@each_format
def test_formats_written(f):
    testbuffer = pytest.importorskip("_testbuffer")
    for prefix in "@=<>!":
        out = testbuffer.ndarray(
            [0.0] * 6, shape=[6], format=prefix + f.code, flags=testbuffer.ND_WRITABLE
        )
        assert sigmoid(np.array(VALUES, f.name), out=out) is out
        assert np.array(out.tolist(), f.name).tobytes() == expected(dtype=f.name)


@pytest.mark.parametrize("code", "fd")
def test_array_array(code):
    check(sigmoid(array.array(code, VALUES)), dtype=code)
    check(sigmoid(array.array(code)), [], code)


def test_array_of_integers():
    for code in "bBhHiIlLqQ":
        check(sigmoid(array.array(code, [0, 1, 100])), [0.0, 1.0, 100.0])


def test_memoryview():
    x = memoryview(array.array("d", VALUES))
    check(sigmoid(x))
    check(sigmoid(x[1:4]), VALUES[1:4])
    check(sigmoid(x[::-2]), VALUES[::-2])
    check(sigmoid(x.cast("B").cast("d")))
    check(sigmoid(x.cast("B").cast("d", [2, 3])), shape=(2, 3))
    check(sigmoid(x.cast("B").cast("d", [3, 1, 2])), shape=(3, 1, 2))
    check(sigmoid(x.toreadonly()))
    check(sigmoid(memoryview(bytes(x)).cast("d")))
    check(sigmoid(memoryview(bytearray(x)).cast("d")))
    scalar = sigmoid(x[:1].cast("B").cast("d", []))
    assert type(scalar) is np.float64
    assert scalar == sigmoid(VALUES[0])


def test_memoryview_of_integers():
    check(sigmoid(memoryview(array.array("i", [0, 1, 100]))), [0.0, 1.0, 100.0])
    check(sigmoid(memoryview(np.array([True, False]))), [1.0, 0.0])


def test_ctypes():
    check(sigmoid((ctypes.c_double * 6)(*VALUES)))
    check(sigmoid((ctypes.c_float * 6)(*VALUES)), dtype="float32")
    grid = (ctypes.c_double * 3 * 2)((0.25, -1.5, 40.0), (-800.0, 0.0, 3.0))
    check(sigmoid(grid), shape=(2, 3))
    for order in (ctypes.c_double.__ctype_be__, ctypes.c_double.__ctype_le__):
        check(sigmoid((order * 6)(*VALUES)))
    out = (ctypes.c_double * 6)()
    assert sigmoid(VALUES, out=out) is out
    assert bytes(out) == expected()
    scalar = sigmoid(ctypes.c_double(0.25))
    assert type(scalar) is np.float64
    assert scalar == sigmoid(0.25)


def test_mmap(tmp_path):
    path = tmp_path / "values"
    path.write_bytes(array.array("d", VALUES).tobytes())
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        with memoryview(memory) as raw, raw.cast("d") as x:
            check(sigmoid(x))
            assert sigmoid(x, out=x) is x
        memory.flush()
    assert path.read_bytes() == expected()


def test_shared_memory():
    shared_memory = pytest.importorskip("multiprocessing.shared_memory")
    memory = shared_memory.SharedMemory(create=True, size=48)
    try:
        with memory.buf[:48].cast("d") as x:
            x[:] = array.array("d", VALUES)
            check(sigmoid(x))
            sigmoid(x, out=x)
            assert x.tobytes() == expected()
    finally:
        memory.close()
        memory.unlink()


def test_read_only_input():
    x = np.array(VALUES)
    x.flags.writeable = False
    check(sigmoid(x))


@each_format
def test_zero_dimensions(f):
    x = np.array(0.25, f.name)
    for source in (x, memoryview(x), x.astype(x.dtype.newbyteorder()), x[()]):
        result = sigmoid(source)
        assert type(result) is x.dtype.type
        assert result == sigmoid(x[None])[0]
    out = np.zeros((), f.name)
    assert sigmoid(x, out=out) is out
    assert out == sigmoid(x)


@each_format
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 5)])
def test_no_elements(f, shape):
    x = np.zeros(shape, f.name)
    for source in (x, x.T.copy().T, memoryview(x), x[::-1]):
        result = sigmoid(source)
        assert (result.dtype, result.shape) == (x.dtype, shape)
    out = np.zeros(shape, f.name)
    assert sigmoid(x, out=out) is out


@each_format
def test_layout_of_a_new_array_is_that_of_a_ufunc(f):
    whole = np.zeros((4, 6, 8), f.name)
    cuts = [
        whole,
        whole[::-1, :, ::-1],
        whole[::2, 1:, ::3],
        np.broadcast_to(whole[:, :1], whole.shape),
        whole[:, :1, :],
        whole.astype(whole.dtype.newbyteorder()),
    ]
    for cut, axes in itertools.product(cuts, itertools.permutations(range(3))):
        x = cut.transpose(axes)
        ours, theirs = (
            [stride for stride, length in zip(a.strides, a.shape, strict=True) if length > 1]
            for a in (sigmoid(x), np.exp(x))
        )
        assert ours == theirs, (x.shape, x.strides)


def test_above_the_threshold_of_the_lock():
    """So large that other threads run meanwhile."""
    values = np.resize(np.array(VALUES), 300_000)
    tile = expected() * 50_000
    assert sigmoid(values).tobytes() == tile
    grid = values.reshape(1000, 300)
    assert sigmoid(np.asfortranarray(grid)).tobytes() == tile
    assert sigmoid(grid[:, ::-1])[:, ::-1].tobytes() == tile
    assert sigmoid(values.astype(values.dtype.newbyteorder())).tobytes() == tile
    assert sigmoid(memoryview(array.array("d", values.tobytes()))).tobytes() == tile
    assert sigmoid(values.tolist()).tobytes() == tile
    memory = bytearray(values.tobytes())
    with memoryview(memory).cast("d") as x:
        assert sigmoid(x, out=x) is x
    assert memory == tile


def test_released_memoryview():
    x = memoryview(bytearray(16)).cast("d")
    x.release()
    with pytest.raises(ValueError, match="released"):
        sigmoid(x)
    with pytest.raises(ValueError, match="released"):
        sigmoid(0.5, out=x)


def test_the_buffer_is_given_back():
    memory = bytearray(16)
    for source in (memoryview(memory).cast("d"), memoryview(memory).cast("q")):
        sigmoid(source)
        sigmoid([0.0, 0.0], out=memoryview(memory).cast("d"))
        with pytest.raises(ValueError):
            sigmoid([0.0] * 3, out=memoryview(memory).cast("d"))
        with pytest.raises(TypeError):
            sigmoid(memory)
        source.release()
    memory.extend(b"free")


# Hostile buffers.


class Buffer(ctypes.Structure):
    """Py_buffer, which the stable ABI has fixed."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    ]


MEMORY = (ctypes.c_double * 64)()
KEPT = []  # what forged memoryviews point to


def forged(*, nbytes=48, itemsize=8, format=b"d", shape=(6,), strides=None):
    """A memoryview that makes these very claims."""

    def sizes(values):
        return values and (ctypes.c_ssize_t * len(values))(*values)

    buffer = Buffer(
        buf=ctypes.addressof(MEMORY),
        len=nbytes,
        itemsize=itemsize,
        ndim=len(shape),
        format=format,
        shape=sizes(shape) or None,
        strides=sizes(strides),
    )
    KEPT.append(buffer)
    make = ctypes.pythonapi.PyMemoryView_FromBuffer
    make.restype = ctypes.py_object
    make.argtypes = [ctypes.POINTER(Buffer)]
    view = make(buffer)
    claims = (view.nbytes, view.itemsize, view.format, view.shape)
    assert claims == (nbytes, itemsize, format.decode(), shape)
    return view


HUGE = sys.maxsize // 8
ROOT = 1 << ctypes.sizeof(ctypes.c_ssize_t) * 4  # its square is 0 to the machine

LIES = {
    "len too large": {"nbytes": 56},
    "len too small": {"nbytes": 40},
    "len of nothing": {"nbytes": 0},
    "negative len": {"nbytes": -48},
    "len of no dimensions": {"nbytes": 16, "shape": ()},
    "itemsize of another format": {"itemsize": 4, "nbytes": 24},
    "itemsize of a wider format": {"itemsize": 16, "nbytes": 96},
    "itemsize zero": {"itemsize": 0, "nbytes": 0},
    "negative itemsize": {"itemsize": -8, "nbytes": -48},
    "float32 of eight bytes": {"format": b"f"},
    "float16 of eight bytes": {"format": b"e"},
    "negative shape": {"shape": (-6,), "nbytes": -48},
    "two negatives": {"shape": (-2, -3)},
    "shape overflows": {"shape": (HUGE, 16, HUGE, 16), "nbytes": 0},
    "shape overflows to len": {"shape": (ROOT, ROOT, 6), "nbytes": 0},
    "strides overflow": {"strides": (sys.maxsize // 2,)},
    "strides overflow together": {"shape": (2, 3), "strides": (HUGE * 3, HUGE * 2)},
    "most negative stride": {"strides": (-sys.maxsize - 1,)},
}


@pytest.mark.parametrize("lie", LIES)
def test_contradictions_in_x(lie):
    with pytest.raises((BufferError, TypeError)):
        sigmoid(forged(**LIES[lie]))


@pytest.mark.parametrize("lie", LIES)
def test_contradictions_in_out(lie):
    before = bytes(MEMORY)
    out = forged(**LIES[lie])
    for x in (np.zeros(6), 0.5):
        with pytest.raises((BufferError, TypeError, ValueError)):
            sigmoid(x, out=out)
    assert bytes(MEMORY) == before


@pytest.mark.parametrize("lie", ["shape overflows", "shape overflows to len"])
def test_a_size_that_overflows_is_told(lie):
    with pytest.raises(BufferError, match="its size overflows"):
        sigmoid(forged(**LIES[lie]))


def test_an_honest_forgery_is_read():
    check(sigmoid(forged()), [0.0] * 6)
    check(sigmoid(forged(strides=(-8,), shape=(1,), nbytes=8)), [0.0])
    check(sigmoid(forged(strides=(0,))), [0.0] * 6)


FORMATS_NOT_READ = [
    b"Zd", b"Zf", b"T{d:x:}", b"T{<d:x:<d:y:}", b"dd", b"2d", b"(2)d", b"d:x:", b"O", b"P", b"s",
    b"8s", b"8x", b"^d", b"&d", b"X{}", b"%", b"<", b"@", b"<<d", b"\xc3\xa9", b" d", b"d ",
    b"M8[s]", b"D", b"F", b"u", b"w",
]  # fmt: skip


@pytest.mark.parametrize("format", FORMATS_NOT_READ)
def test_odd_formats(format):
    view = forged(format=format)
    with pytest.raises((BufferError, TypeError)):
        sigmoid(view)
    before = bytes(MEMORY)
    with pytest.raises((BufferError, TypeError, ValueError)):
        sigmoid([0.0] * 6, out=view)
    assert bytes(MEMORY) == before


def test_odd_formats_of_real_exporters():
    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_double)]

    for x in (
        (Point * 3)(),
        (ctypes.c_void_p * 3)(),
        (ctypes.c_wchar * 3)(),
        memoryview(np.zeros(3, "complex128")),
        memoryview(np.zeros(3, "f8,f8")),
        memoryview(np.zeros(3, "S8")),
        memoryview(np.zeros(3, "U2")),
        memoryview(np.zeros(3, object)),
    ):
        with pytest.raises(TypeError):
            sigmoid(x)


def test_suboffsets():
    testbuffer = pytest.importorskip("_testbuffer")
    x = testbuffer.ndarray(
        list(range(6)), shape=[2, 3], format="d", flags=testbuffer.ND_PIL | testbuffer.ND_WRITABLE
    )
    assert memoryview(x).suboffsets[0] >= 0
    with pytest.raises((BufferError, TypeError)):
        sigmoid(x)
    with pytest.raises((BufferError, TypeError, ValueError)):
        sigmoid(np.zeros((2, 3)), out=x)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_most_dimensions():
    testbuffer = pytest.importorskip("_testbuffer")
    x = testbuffer.ndarray([0.25], shape=[1] * 64, format="d")
    out = testbuffer.ndarray([0.0], shape=[1] * 64, format="d", flags=testbuffer.ND_WRITABLE)
    assert sigmoid(x, out=out) is out
    assert out.tobytes() == expected([0.25])


def test_exporter_that_refuses():
    testbuffer = pytest.importorskip("_testbuffer")
    x = testbuffer.ndarray(array.array("d", VALUES), getbuf=testbuffer.PyBUF_SIMPLE)
    with pytest.raises((BufferError, TypeError)):
        sigmoid(x)


class Closed(mmap.mmap):
    """A buffer by its type, that refuses; and a number, which is an object to NumPy."""

    def __float__(self):
        return 0.25

    def __array__(self, dtype=None, copy=None):
        return np.array(fractions.Fraction(1, 4))


def test_a_number_that_refuses_to_be_read_as_a_buffer():
    x = Closed(-1, 8)
    x.close()
    assert sigmoid(x) == sigmoid(0.25)
    check(sigmoid([x, 40.0]), [0.25, 40.0])
    with pytest.raises((BufferError, ValueError)):
        sigmoid(1.0, out=x)


@needs_buffer_protocol
@pytest.mark.parametrize("error", [BufferError, TypeError, RuntimeError, KeyError])
def test_whatever_it_refuses_with(error):
    class Number:
        def __float__(self):
            return 0.25

        def __buffer__(self, flags):
            raise error("not as a buffer")

        def __array__(self, dtype=None, copy=None):
            return np.array(fractions.Fraction(1, 4))

    assert sigmoid(Number()) == sigmoid(0.25)
    check(sigmoid([Number(), 40.0]), [0.25, 40.0])


@needs_buffer_protocol
def test_python_exporters():
    class Exporter:
        def __init__(self, view):
            self.view = view

        def __buffer__(self, flags):
            if isinstance(self.view, Exception):
                raise self.view
            return self.view

    x = np.array(VALUES)
    check(sigmoid(Exporter(memoryview(x))))
    out = Exporter(memoryview(np.zeros(6)))
    assert sigmoid(x, out=out) is out
    assert out.view.tobytes() == expected()
    with pytest.raises(ZeroDivisionError):
        sigmoid(Exporter(ZeroDivisionError()))
    with pytest.raises(TypeError):
        sigmoid(Exporter(None))


@needs_buffer_protocol
def test_exporter_that_resizes_itself():
    """It hands out another buffer each time: what was checked must be what is read."""

    class Shrinking:
        def __init__(self):
            self.sizes = [600, 5, 1, 1, 1]

        def __buffer__(self, flags):
            return memoryview(np.zeros(self.sizes.pop(0)))

    assert set(sigmoid(Shrinking()).tolist()) == {0.5}
    with pytest.raises(ValueError):
        sigmoid(np.zeros(6), out=Shrinking())


def test_bytes_of_a_standard_size():
    testbuffer = pytest.importorskip("_testbuffer")
    assert sigmoid(testbuffer.ndarray([1, 2], shape=[2], format="=B")).tolist() == [
        sigmoid(1),
        sigmoid(2),
    ]


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="NumPy 1 reads no n")
def test_sizes_of_c():
    sizes = memoryview(struct.pack("2n", 0, 1)).cast("n")
    assert sigmoid(sizes).tolist() == [0.5, sigmoid(1)]


def test_more_dimensions_than_there_are():
    t = ctypes.c_double
    for _ in range(65):
        t = t * 1
    with pytest.raises(BufferError, match="ndim"):
        sigmoid(t())


def test_order_of_axes_is_that_of_numpy():
    x = np.broadcast_to(np.zeros((4, 1, 8)), (4, 6, 8)).transpose(2, 1, 0)
    assert sigmoid(memoryview(x)).strides == sigmoid(x).strides == np.exp(x).strides
