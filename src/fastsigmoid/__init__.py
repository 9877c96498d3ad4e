"""sigmoid(x) = 1 / (1 + e**-x), correctly rounded, the same bits everywhere, fast.

    >>> from fastsigmoid import sigmoid
    >>> sigmoid(0.25)
    0.5621765008857981

``sigmoid`` takes numbers, sequences, buffers and arrays of every layout, and keeps their float
type.  ``expit`` is a NumPy ufunc with the contract of ``scipy.special.expit``; NumPy is loaded when
it is first touched.

Both take the stable branch throughout: 1 / (1 + e**-x) for x >= 0, e**x / (1 + e**x) for x < 0.
"""

from ._core import cpu_info, sigmoid

__all__ = ["cpu_info", "expit", "sigmoid"]
__version__ = "0.1.0"


def __getattr__(name):
    if name == "expit":
        expit = globals()["expit"] = _load_ufunc().expit
        return expit
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})


# What C needs later is imported here, where tools that look for imports, as those that freeze programs, see it.


def _load_coerce():
    from . import _coerce

    return _coerce


def _load_ufunc():
    from . import _pickling, _ufunc

    _pickling.name_ufuncs()
    return _ufunc
