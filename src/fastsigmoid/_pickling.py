"""Names under which pickle finds the ufuncs.

NumPy lets pickle look a ufunc up by its name, of which it then searches every module there is, the script among
them.  Each function has two ufuncs of one name: the public one is in fastsigmoid.special, the private one is here.
"""

import copyreg
from importlib import import_module

import numpy

from . import _ufunc
from ._ufunc import _log_sigmoid as log_expit
from ._ufunc import _logit as logit
from ._ufunc import _sigmoid as expit
from ._ufunc import _softplus as softplus

_MODULES = {ufunc: __name__ for ufunc in (expit, log_expit, logit, softplus)}
_MODULES |= {getattr(_ufunc, ufunc.__name__): f"{__package__}.special" for ufunc in _MODULES}


def name_ufuncs():
    """Have each ufunc pickled by its module."""
    try:
        for ufunc, module in _MODULES.items():
            ufunc.__module__ = module
    except AttributeError:  # before NumPy 2.2 a ufunc has no attributes of its own
        reduce = copyreg.dispatch_table[numpy.ufunc]
        if getattr(reduce, "__module__", None) != __name__:
            copyreg.pickle(numpy.ufunc, _reduce_ufunc(reduce))


def _reduce_ufunc(reduce_others):
    def reduce(ufunc):
        if ufunc in _MODULES:
            return _load, (_MODULES[ufunc], ufunc.__name__)
        return reduce_others(ufunc)

    return reduce


def _load(module, name="expit"):  # which pickles of older versions do not name
    return getattr(import_module(module), name)
