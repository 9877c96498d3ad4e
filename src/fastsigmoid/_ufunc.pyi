from typing import Any, TypeAlias, TypeVar, overload, type_check_only

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._core import _Numbers, _SequenceOf

_Kept = TypeVar("_Kept", np.float32, np.float64, np.longdouble)
_KeptArray = TypeVar("_KeptArray", bound=NDArray[np.float32 | np.float64 | np.longdouble])
_Out = TypeVar("_Out", bound=NDArray[Any])

_Narrow: TypeAlias = np.float16 | np.int8 | np.uint8 | np.int16 | np.uint16 | np.bool_
_Wide: TypeAlias = np.int32 | np.uint32 | np.int64 | np.uint64
_NoOut: TypeAlias = tuple[None] | None
_Bools: TypeAlias = _SequenceOf[bool | _Bools]

# NumPy declares a final class whose calls take and give anything.
@type_check_only
class _Narrowing(np.ufunc):  # type: ignore[misc]
    # More than one may fit, a bool is an int and np.float64 a float: the first is meant.
    @overload
    def __call__(self, x: _Kept, /, out: _NoOut = None) -> _Kept: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _Narrow | bool, /, out: _NoOut = None) -> np.float32: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _Wide | float, /, out: _NoOut = None) -> np.float64: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, x: _KeptArray, /, out: _NoOut = None, *, where: ArrayLike = ...
    ) -> _KeptArray: ...
    @overload
    def __call__(
        self,
        x: np.ma.MaskedArray[Any, np.dtype[_Narrow]],
        /,
        out: _NoOut = None,
        *,
        where: ArrayLike = ...,
    ) -> np.ma.MaskedArray[Any, np.dtype[np.float32]]: ...
    @overload
    def __call__(
        self,
        x: np.ma.MaskedArray[Any, np.dtype[_Wide]],
        /,
        out: _NoOut = None,
        *,
        where: ArrayLike = ...,
    ) -> np.ma.MaskedArray[Any, np.dtype[np.float64]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, x: NDArray[_Narrow], /, out: _NoOut = None, *, where: ArrayLike = ...
    ) -> NDArray[np.float32]: ...
    @overload
    def __call__(
        self, x: NDArray[_Wide], /, out: _NoOut = None, *, where: ArrayLike = ...
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: _SequenceOf[NDArray[_Kept]], /, out: _NoOut = None) -> NDArray[_Kept]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _SequenceOf[_Kept], /, out: _NoOut = None) -> NDArray[_Kept]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        x: _SequenceOf[_Narrow] | _SequenceOf[NDArray[_Narrow]] | _Bools,
        /,
        out: _NoOut = None,
    ) -> NDArray[np.float32]: ...
    @overload
    def __call__(
        self, x: _SequenceOf[NDArray[_Wide]], /, out: _NoOut = None
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: _Numbers, /, out: _NoOut = None) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: Any, /, out: _Out | tuple[_Out], **keywords: Any) -> _Out: ...
    @overload
    def __call__(self, x: Any, /, out: Any = None, **keywords: Any) -> Any: ...

# Whose first loop is that of float64.
@type_check_only
class _Widening(np.ufunc):  # type: ignore[misc]
    @overload
    def __call__(self, x: _Kept, /, out: _NoOut = None) -> _Kept: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _Narrow | _Wide | float, /, out: _NoOut = None) -> np.float64: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, x: _KeptArray, /, out: _NoOut = None, *, where: ArrayLike = ...
    ) -> _KeptArray: ...
    @overload
    def __call__(
        self,
        x: np.ma.MaskedArray[Any, np.dtype[_Narrow | _Wide]],
        /,
        out: _NoOut = None,
        *,
        where: ArrayLike = ...,
    ) -> np.ma.MaskedArray[Any, np.dtype[np.float64]]: ...
    @overload
    def __call__(
        self, x: NDArray[_Narrow | _Wide], /, out: _NoOut = None, *, where: ArrayLike = ...
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: _SequenceOf[NDArray[_Kept]], /, out: _NoOut = None) -> NDArray[_Kept]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _SequenceOf[_Kept], /, out: _NoOut = None) -> NDArray[_Kept]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(
        self,
        x: _SequenceOf[NDArray[_Narrow | _Wide]] | _Numbers,
        /,
        out: _NoOut = None,
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: Any, /, out: _Out | tuple[_Out], **keywords: Any) -> _Out: ...
    @overload
    def __call__(self, x: Any, /, out: Any = None, **keywords: Any) -> Any: ...

expit: _Narrowing
log_expit: _Narrowing
logit: _Widening
softplus: _Narrowing

_sigmoid: np.ufunc
_logit: np.ufunc
_log_sigmoid: np.ufunc
_softplus: np.ufunc

_sigmoid_of_bfloat16_bits: np.ufunc
_logit_of_bfloat16_bits: np.ufunc
_log_sigmoid_of_bfloat16_bits: np.ufunc
_softplus_of_bfloat16_bits: np.ufunc

_fast_entry: bool

def _register_bfloat16(dtype: Any, /) -> None: ...
