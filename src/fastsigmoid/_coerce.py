"""What ``_core.sigmoid`` does not read itself: the slow lane, which leaves coercion to NumPy."""

from collections.abc import Sequence
from functools import cache
from operator import index

from . import _core

_ARRAY_PROTOCOLS = (
    "__array_ufunc__",
    "__array__",
    "__array_interface__",
    "__array_struct__",
    "__dlpack__",
)


def load_numpy():
    try:
        import numpy
    except Exception as error:  # in some sub-interpreters an AttributeError
        raise ImportError(
            "sigmoid() needs NumPy to make a new array, and NumPy cannot be imported here; "
            "with out=, a writable buffer of the same shape and float type, it does without"
        ) from error
    return numpy


@cache
def _load_ufunc():
    numpy = load_numpy()
    from . import _ufunc

    return numpy, _ufunc.sigmoid


def sigmoid(x, out, keywords):
    """Apply the ufunc to x; out and keywords are None where they were not given."""
    keywords = keywords or {}
    if type(x) is not float and not _is_array_like(x):
        return _core.sigmoid(_to_number(x), out, **keywords)

    numpy, ufunc = _load_ufunc()
    given = x
    if type(x) is not float:
        x = _to_array(x, numpy)
    if out is None:
        result = ufunc(x, **keywords)
        return _wrap(result, given, numpy) if _wraps(given, numpy) else result
    target = out if hasattr(type(out), "__array_ufunc__") else _view(out, numpy)
    if _is_text(target, numpy) and keywords.get("casting") != "unsafe":
        # NumPy's rules would let it cut the digits down to the width of the text.
        raise TypeError(
            f"out holds text (dtype {target.dtype}), not numbers; pass an array of floats, "
            "or casting='unsafe'"
        )
    result = ufunc(x, out=target, **keywords)
    return out if result is target else result


def _wraps(x, numpy):
    """Whether x, a tensor for one, has arrays made into its own type, but no say in ufuncs."""
    return (
        hasattr(x, "__array_wrap__")
        and not isinstance(x, numpy.generic)
        and not hasattr(type(x), "__array_ufunc__")
    )


def _wrap(result, x, numpy):
    # What a ufunc would do for x itself, but with the one argument that old signatures know, too.
    return x.__array_wrap__(numpy.asarray(result))


def _is_array_like(x):
    if isinstance(x, (str, bytes)):
        return False
    if isinstance(x, Sequence):
        return True
    # No generator expression: where memory is short, CPython may crash on making one.
    for protocol in _ARRAY_PROTOCOLS:
        if hasattr(x, protocol):
            return True
    return _is_buffer(x)


def _is_buffer(x):
    try:
        memoryview(x)
    except TypeError:
        return False
    return True


def _to_array(x, numpy):
    """An array of real numbers, or an object that has a say of its own in ufuncs."""
    if isinstance(x, (numpy.ndarray, numpy.generic)):
        array = x
    elif hasattr(type(x), "__array_ufunc__"):
        return x
    elif hasattr(x, "__array__") or isinstance(x, Sequence):
        array = numpy.asarray(x)
    elif _is_buffer(x):
        array = _view(x, numpy)
    elif hasattr(x, "__dlpack__"):
        array = numpy.from_dlpack(x)
    else:
        array = numpy.asarray(x)
    if _is_bfloat16(array.dtype):
        _register_bfloat16(array.dtype)
    elif array.dtype.kind not in "biuf":
        raise TypeError(
            f"sigmoid() takes real numbers (bool, integer or float), not {_name(x)} "
            f"of dtype {array.dtype}"
        )
    return array


def _is_bfloat16(dtype):
    """A dtype of ml_dtypes or the like: to NumPy itself, two bytes without a meaning."""
    return dtype.name == "bfloat16" and dtype.itemsize == 2


@cache
def _register_bfloat16(dtype):
    from . import _ufunc

    _ufunc._register_bfloat16(dtype)


def _is_text(target, numpy):
    return isinstance(target, numpy.ndarray) and target.dtype.kind in "SUT"


def _view(buffer, numpy):
    """A buffer as an array over the same memory."""
    try:
        return numpy.asarray(memoryview(buffer))
    except (RuntimeError, ValueError) as error:
        raise BufferError(f"NumPy cannot read the buffer of {_name(buffer)}: {error}") from error


def _to_number(x):
    """A number that is no array: Decimal, Fraction, subclasses of float and int, ..."""
    if isinstance(x, (str, bytes)) or not (
        hasattr(type(x), "__float__") or hasattr(type(x), "__index__")
    ):
        raise TypeError(
            "sigmoid() takes a real number, a sequence of numbers, an array or a buffer, "
            f"not {_name(x)}"
        )
    if not hasattr(type(x), "__float__"):
        return index(x)  # of any size
    try:
        return float(x)
    except OverflowError:
        from numbers import Rational

        if not isinstance(x, Rational):
            raise
        return float("inf") if x > 0 else float("-inf")


def _name(x):
    return type(x).__qualname__
