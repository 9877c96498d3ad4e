from . import special as special
from ._core import cpu_info as cpu_info
from ._core import get_num_threads as get_num_threads
from ._core import log_sigmoid as log_sigmoid
from ._core import logit as logit
from ._core import set_num_threads as set_num_threads
from ._core import sigmoid as sigmoid
from ._core import softplus as softplus
from .special import expit as expit
from .special import log_expit as log_expit

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
__version__: str
