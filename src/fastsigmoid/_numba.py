"""The family in functions that numba compiles.  numba calls init, an entry point of the package, before it first compiles.

All but what is named below is numba's public interface.
"""


def init():
    from llvmlite import binding
    from numba.core import types
    from numba.extending import get_cython_function_address

    from . import _core, special

    _core.get_num_threads()  # compiled code does not look for it

    # Values: numba's code computes with floats itself, so that inexact cannot be trapped.  Rows: numba's arrays may be
    # long.  By symbols, not addresses: what is compiled may be kept on disk, and is linked anew by the next process,
    # which may have another version of this package: a symbol keeps its type and its meaning.
    def pointer(name, result, *arguments):
        symbol = f"fastsigmoid_{name}"
        binding.add_symbol(symbol, get_cython_function_address(_core.__name__, name))
        return types.ExternalFunction(symbol, result(*arguments))

    values, rows = {}, {}
    row_type = types.voidptr, types.intp, types.voidptr, types.intp, types.uintp
    for own, ufunc in (
        (_core.sigmoid, special.expit),
        (_core.logit, special.logit),
        (_core.log_sigmoid, special.log_expit),
        (_core.softplus, special.softplus),
    ):
        name = own.__name__
        for suffix, dtype in (("", types.float64), ("f", types.float32)):
            values[name, dtype] = pointer(f"{name}{suffix}_untrapped", dtype, dtype)
            rows[name, dtype] = pointer(f"{name}{suffix}_shared_row", types.void, *row_type)
        for function in (own, ufunc):
            _overload(function, _chooser(function, name, values, rows))


def _overload(function, choose):
    """What numba.extending.overload does, but under another key than the function: calls of a ufunc on an array numba
    takes apart into calls on its elements, one by one.

    This is of numba's internals: infer, infer_global, make_overload_template.
    """
    from numba.core import types
    from numba.core.typing.templates import infer, infer_global, make_overload_template

    options = {"nopython": True, "no_cpython_wrapper": True}
    template = make_overload_template(choose, choose, options, True, "never", target="cpu")
    infer(template)
    infer_global(function, types.Function(template))


def _chooser(function, name, values, rows):
    """What chooses the implementation of the function by the types of its arguments."""
    import numpy as np
    from numba.core import errors, types
    from numba.extending import register_jitable
    from numba.np.numpy_support import as_dtype, from_dtype

    def float_type(x):
        """The type that elements of x are computed in, as outside of compiled code."""
        dtype = getattr(x, "dtype", x)
        if isinstance(dtype, (types.Boolean, types.Integer)):
            if not isinstance(function, np.ufunc):
                return types.float64
            return from_dtype(function.resolve_dtypes((as_dtype(dtype), None))[1])
        return dtype

    def refuse(what, given):
        raise errors.TypingError(
            f"{function.__name__}() in compiled code takes {what}, not {given}"
        )

    def choose(x, out=None):
        is_array, dtype = isinstance(x, types.Array), float_type(x)
        if (name, dtype) not in values or not isinstance(
            x, (types.Array, types.Number, types.Boolean)
        ):
            refuse("real numbers and arrays of them, float16 apart", x)
        value, row = values[name, dtype], rows[name, dtype]
        into, size = as_dtype(dtype), dtype.bitwidth // 8
        is_row = is_array and x.dtype == dtype and x.aligned and (x.layout in "CF" or x.ndim == 1)
        is_strided = is_array and x.layout == "A"
        is_scalar = is_array and x.ndim == 0

        if not is_array:

            @register_jitable
            def compute(x):
                return value(x)

        elif is_row:

            @register_jitable
            def compute(x):
                y = np.empty_like(x)
                row(x.ctypes, x.strides[0] if is_strided else size, y.ctypes, size, x.size)
                return y

        else:

            @register_jitable
            def compute(x):
                y = np.empty(x.shape, dtype=into)
                y[...] = x
                row(y.ctypes, size, y.ctypes, size, y.size)
                return y

        if out is None or isinstance(out, (types.Omitted, types.NoneType)):
            if is_scalar:
                return lambda x, out=None: compute(x)[()]
            return lambda x, out=None: compute(x)
        if (
            not isinstance(out, types.Array)
            or not isinstance(out.dtype, types.Float)
            or not out.mutable
        ):
            refuse("an array of floats that can be written to as out", out)

        def assign(x, out=None):
            out[...] = compute(x)
            return out

        if (
            not is_row
            or (out.dtype, out.ndim, out.layout) != (dtype, x.ndim, x.layout)
            or not out.aligned
        ):
            return assign

        def compute_into(x, out=None):
            # Where one of them begins within the other, elements might be written before they are read.
            begin, into_begin = x.ctypes.data, out.ctypes.data  # not signed
            apart = max(begin, into_begin) - min(begin, into_begin)
            is_apart = apart == 0 or apart >= x.size * size
            if is_apart and x.shape == out.shape:
                row(x.ctypes, size, out.ctypes, size, x.size)
            else:
                out[...] = compute(x)
            return out

        return assign if is_strided else compute_into

    choose.__name__ = function.__name__
    return choose
