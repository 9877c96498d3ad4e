from . import special as special
from ._core import cpu_info as cpu_info
from ._core import log_sigmoid as log_sigmoid
from ._core import logit as logit
from ._core import sigmoid as sigmoid
from ._core import softplus as softplus
from .special import expit as expit
from .special import log_expit as log_expit

__all__ = ["cpu_info", "expit", "log_expit", "log_sigmoid", "logit", "sigmoid", "softplus"]
__version__: str
