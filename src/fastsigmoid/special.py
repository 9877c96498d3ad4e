"""The logistic family as scipy.special has it: NumPy ufuncs of its names, with its contract.

    >>> from fastsigmoid.special import expit, log_expit, logit, softplus
    >>> expit([-745.0, 0.0, 0.25]).tolist()
    [5e-324, 0.5, 0.5621765008857981]
    >>> logit([0.0, 0.5, 0.75, 2.0]).tolist()
    [-inf, 0.0, 1.0986122886681098, nan]

A program that says ``fastsigmoid.special`` where it said ``scipy.special`` gets the same types and shapes, and
the numbers nearest to the true values.
"""

from . import _load_ufunc

_ufunc = _load_ufunc()

expit = _ufunc.expit
log_expit = _ufunc.log_expit
logit = _ufunc.logit
softplus = _ufunc.softplus

__all__ = ["expit", "log_expit", "logit", "softplus"]
