"""The logistic family, correctly rounded, the same bits everywhere, fast.

    sigmoid(x)      1 / (1 + e**-x)
    logit(x)        log(x / (1 - x)), its inverse
    log_sigmoid(x)  log(sigmoid(x)) = -log(1 + e**-x)
    softplus(x)     log(1 + e**x)

    >>> from fastsigmoid import sigmoid
    >>> sigmoid(0.25)
    0.5621765008857981

They take numbers, sequences, buffers and arrays of every layout, and keep their float type.
``fastsigmoid.special`` has ``expit``, ``logit``, ``log_expit`` and ``softplus``, NumPy ufuncs with the
contract of ``scipy.special``; NumPy is loaded when it is first touched.  ``expit`` and ``log_expit``
stand here as well.

All take the stable branch throughout: sigmoid is 1 / (1 + e**-x) for x >= 0, e**x / (1 + e**x) for x < 0.
"""

from . import _core
from ._core import (
    __pyx_capi__,  # noqa: F401 - the functions for compiled code: capsules by name
    cpu_info,
    get_num_threads,
    log_sigmoid,
    logit,
    set_num_threads,
    sigmoid,
    softplus,
)

__all__ = [
    "cpu_info",
    "expit",
    "get_num_threads",
    "log_expit",
    "log_sigmoid",
    "logit",
    "set_num_threads",
    "sigmoid",
    "softplus",
]
__version__ = "0.1.0"

# Where a user finds them, which help and pickle name; the others are loaded when they are touched.
for _name in __all__:
    if hasattr(_core, _name):
        getattr(_core, _name).__module__ = __name__


def __getattr__(name):
    if name in ("special", "expit", "log_expit"):
        from .special import expit, log_expit  # `special` itself is an attribute from then on

        globals().update(expit=expit, log_expit=log_expit)
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__, "special"})


# What C needs later is imported here, where tools that look for imports, as those that freeze programs, see it.


def _load_coerce():
    from . import _coerce

    return _coerce


def _load_ufunc():
    from . import _pickling, _ufunc

    _pickling.name_ufuncs()
    return _ufunc
