from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar, overload, type_check_only

import numpy as np
from numpy.typing import NDArray

_Kept = TypeVar("_Kept", np.float32, np.float64, np.longdouble)
_Out = TypeVar("_Out", bound=NDArray[Any])

_Narrow: TypeAlias = np.float16 | np.int8 | np.uint8 | np.int16 | np.uint16 | np.bool_
_Wide: TypeAlias = np.int32 | np.uint32 | np.int64 | np.uint64

# NumPy declares a final class whose calls take and give anything.
@type_check_only
class _Expit(np.ufunc):  # type: ignore[misc]
    # More than one may fit, a bool is an int and np.float64 a float: the first is meant.
    @overload
    def __call__(self, x: _Kept, /, out: None = None) -> _Kept: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _Narrow | bool, /, out: None = None) -> np.float32: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _Wide | float, /, out: None = None) -> np.float64: ...
    @overload
    def __call__(self, x: NDArray[_Kept], /, out: None = None) -> NDArray[_Kept]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: NDArray[_Narrow], /, out: None = None) -> NDArray[np.float32]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: NDArray[_Wide], /, out: None = None) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: Sequence[float], /, out: None = None) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: Any, /, out: _Out | tuple[_Out], **keywords: Any) -> _Out: ...
    @overload
    def __call__(self, x: Any, /, out: Any = None, **keywords: Any) -> Any: ...

expit: _Expit
sigmoid: np.ufunc
