from ._ufunc import expit as expit
from ._ufunc import log_expit as log_expit
from ._ufunc import logit as logit
from ._ufunc import softplus as softplus

__all__ = ["expit", "log_expit", "logit", "softplus"]
