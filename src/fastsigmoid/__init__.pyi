from ._core import cpu_info as cpu_info
from ._core import sigmoid as sigmoid
from ._ufunc import expit as expit

__all__ = ["cpu_info", "expit", "sigmoid"]
__version__: str
