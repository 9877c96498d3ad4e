"""What C does not read itself: the slow lane.  NumPy reads x, or each of its numbers is read alone."""

import re
import sys
from collections.abc import Mapping, Sequence
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
            "this needs NumPy to make a new array, and NumPy cannot be imported here; "
            "with out=, a writable buffer of the same shape and float type, it does without"
        ) from error
    return numpy


@cache
def _load_ufunc(function):
    numpy = load_numpy()
    from . import _ufunc

    return numpy, getattr(_ufunc, f"_{function}")


def slow_lane():
    """The function that C is to call."""
    if "torch._dynamo" in sys.modules:
        return _untraced()
    return call


@cache
def _untraced():
    """torch.compile would follow what is called here by its own notion of NumPy, which is not NumPy's."""
    return sys.modules["torch"].compiler.disable(call)


def call(function, x, out, keywords):
    """Apply the function of that name to x; out and keywords are None where they were not given."""
    keywords = keywords or {}
    if _is_torch_bfloat16(x):
        if out is None and not keywords:
            return _torch_bfloat16(function, x)
        x = x.float()
    if type(x) is float:  # C has read the number; out or the keywords are for NumPy
        numpy, ufunc = _load_ufunc(function)
    elif not _is_array_like(x) or _is_one_object(x):
        return getattr(_core, function)(_to_number(x, function), out, **keywords)
    else:
        numpy, ufunc = _load_ufunc(function)
        x = _to_array(x, numpy, function)
    if out is None:
        return ufunc(x, **keywords)
    if out is ... or hasattr(type(out), "__array_ufunc__"):
        target = out
    else:
        target = _view(out, numpy)
    if _is_text(target, numpy) and keywords.get("casting") != "unsafe":
        # NumPy's rules would let it cut the digits down to the width of the text.
        raise TypeError(
            f"out holds text (dtype {target.dtype}), not numbers; pass an array of floats, "
            "or casting='unsafe'"
        )
    result = ufunc(x, out=target, **keywords)
    return out if result is target else result


def _is_array_like(x):
    if isinstance(x, (str, bytes, Mapping)):
        return False
    if isinstance(x, Sequence):
        return True
    # No generator expression: where memory is short, CPython may crash on making one.
    for protocol in _ARRAY_PROTOCOLS:
        if hasattr(x, protocol):
            return True
    return _is_buffer(x) or (hasattr(x, "__len__") and hasattr(x, "__getitem__"))


def _is_buffer(x):
    try:
        memoryview(x)
    except MemoryError:
        raise
    # By the protocol it refuses with a BufferError, but exporters raise what they like.
    except Exception:  # noqa: BLE001
        return False
    return True


# Arrays


def _to_array(x, numpy, function):
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
    dtype = array.dtype
    if dtype.num >= _FIRST_USER_DEFINED and (of_ml_dtypes := _ML_DTYPE.fullmatch(dtype.name)):
        return _from_ml_dtypes(array, of_ml_dtypes)
    if dtype.kind in "biuf":
        return array
    if dtype.kind == "O" and array.ndim > 0:
        if array is not x and not hasattr(x, "__array__"):
            return _from_objects(array, x, numpy, function)
        raise TypeError(
            f"{function}() takes arrays of real numbers, not of Python objects ({_name(x)} of dtype "
            "object); where they are numbers, pass x.astype(float)"
        )
    raise TypeError(
        f"{function}() takes real numbers (bool, integer or float), not {_name(x)} of dtype {dtype}"
    )


def _from_objects(objects, x, numpy, function):
    """Each item as it counts alone: NumPy knows no Decimal, for one, and no int beyond 64 bits."""
    values = numpy.empty(objects.shape)
    for place, item in enumerate(objects.flat):
        is_one = isinstance(item, numpy.generic) or _is_one_object(item)
        if _is_array_like(item) and not is_one:
            raise TypeError(
                f"{function}() takes real numbers, not {_name(x)} with {_name(item)} in it"
            )
        # An int of any size: beyond all floats it is infinite.
        values.flat[place] = _to_float(_to_number(item, function, f"{_name(x)} with "))
    return values


# Before these numbers come NumPy's own dtypes.
_FIRST_USER_DEFINED = 256

# bfloat16, and floats and integers of less than a byte or of one.
_ML_DTYPE = re.compile(r"(bfloat16)|(float[468]_\w+)|(u?int[1-7])")


def _from_ml_dtypes(array, name):
    """bfloat16 is kept; smaller floats are taken to float32, and small integers, as all, to float64."""
    is_bfloat16, is_float, _ = name.groups()
    if is_bfloat16:
        _register_bfloat16(array.dtype)
        return array
    return array.astype("f4" if is_float else "f8")


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
    except (BufferError, RuntimeError, ValueError) as error:
        raise BufferError(f"NumPy cannot read the buffer of {_name(buffer)}: {error}") from error


# Tensors


def _is_torch_bfloat16(x):
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor) and x.dtype == torch.bfloat16


def _torch_bfloat16(function, x):
    """NumPy has no bfloat16, and torch gives it none: its bits go there and back."""
    load_numpy()
    from . import _ufunc

    torch = sys.modules["torch"]
    if x.requires_grad:
        x.numpy()  # raises what torch has to say
    bits = x.view(torch.int16)
    result = torch.empty_like(bits)
    # Not by getattr(): CPython would keep the name, made anew for each call, in its cache of lookups.
    of_bits = vars(_ufunc)[f"_{function}_of_bfloat16_bits"]
    of_bits(bits.numpy().view("u2"), out=result.numpy().view("u2"))
    return result.view(torch.bfloat16)


# Numbers


def _is_one_object(x):
    """A number that has what arrays have, as the integers of gmpy2: to NumPy, an object."""
    if not _is_number(x) or hasattr(type(x), "__array_ufunc__") or _is_buffer(x):
        return False
    array = load_numpy().asarray(x)
    return array.ndim == 0 and array.dtype.kind == "O"


def _is_number(x):
    return hasattr(type(x), "__float__") or hasattr(type(x), "__index__")


def _to_number(x, function, where=""):
    """A number that is no array: Decimal, Fraction, subclasses of float and int, ..."""
    if isinstance(x, (str, bytes)) or not _is_number(x):
        raise TypeError(
            f"{function}() takes a real number, a sequence of numbers, an array or a buffer, "
            f"not {where}{_name(x)}"
        )
    if not hasattr(type(x), "__float__"):
        return index(x)  # of any size
    return _to_float(x)


def _to_float(x):
    try:
        return float(x)
    except OverflowError:
        return float("inf") if x > 0 else float("-inf")


def _name(x):
    return type(x).__qualname__
