"""Names under which pickle finds the ufuncs.

NumPy lets pickle look a ufunc up by its name, of which it then searches every module there is, the script among
them.  Both ufuncs are called expit: the public one is fastsigmoid.expit, the private one is here.
"""

import copyreg
from importlib import import_module

import numpy

from ._ufunc import expit as _public
from ._ufunc import sigmoid as expit

_MODULES = {_public: __package__, expit: __name__}


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
            return _load, (_MODULES[ufunc],)
        return reduce_others(ufunc)

    return reduce


def _load(module):
    return import_module(module).expit
