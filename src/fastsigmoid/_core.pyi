from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Protocol, TypeAlias, TypedDict, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from typing_extensions import Buffer

_Floating = TypeVar("_Floating", bound=np.floating[Any])
_Out = TypeVar("_Out", bound=Buffer | NDArray[Any])

_Casting: TypeAlias = Literal["no", "equiv", "safe", "same_kind", "unsafe"]
_Order: TypeAlias = Literal["K", "A", "C", "F"]

class _SupportsArray(Protocol):
    def __array__(self) -> NDArray[Any]: ...

class _SupportsArrayUFunc(Protocol):
    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **kwargs: Any) -> Any: ...

# NumPy's ArrayLike admits str and complex.
_Input: TypeAlias = (
    float
    | Decimal
    | Fraction
    | Buffer
    | Sequence[float]
    | Sequence[Sequence[float]]
    | Sequence[Sequence[Sequence[float]]]
    | _SupportsArray
    | _SupportsArrayUFunc
)

# Scalars of NumPy, of which float64 is a float as well.
@overload
def sigmoid(x: _Floating, /, out: tuple[None] | None = None) -> _Floating: ...
@overload
def sigmoid(x: np.integer[Any] | np.bool_, /, out: tuple[None] | None = None) -> np.float64: ...
@overload
def sigmoid(x: float | Decimal | Fraction, /, out: tuple[None] | None = None) -> float: ...

# Arrays, buffers and sequences.
@overload
def sigmoid(x: NDArray[_Floating], /, out: tuple[None] | None = None) -> NDArray[_Floating]: ...
@overload
def sigmoid(
    x: NDArray[np.integer[Any] | np.bool_], /, out: tuple[None] | None = None
) -> NDArray[np.float64]: ...
@overload
def sigmoid(x: Buffer, /, out: tuple[None] | None = None) -> NDArray[np.floating[Any]]: ...
@overload
def sigmoid(x: Sequence[float], /, out: tuple[None] | None = None) -> NDArray[np.float64]: ...

# With out, and with the keywords of a ufunc.
@overload
def sigmoid(
    x: _Input,
    /,
    out: _Out | tuple[_Out],
    *,
    where: ArrayLike = ...,
    casting: _Casting = ...,
    order: _Order = ...,
    dtype: DTypeLike = ...,
    subok: bool = ...,
    signature: str | tuple[str | None, str | None] = ...,
) -> _Out: ...
@overload
def sigmoid(
    x: _Input,
    /,
    out: Any = None,
    *,
    where: ArrayLike = ...,
    casting: _Casting = ...,
    order: _Order = ...,
    dtype: DTypeLike = ...,
    subok: bool = ...,
    signature: str | tuple[str | None, str | None] = ...,
) -> Any: ...

class _CpuInfo(TypedDict):
    isa: str
    available: tuple[str, ...]
    features: tuple[str, ...]

def cpu_info() -> _CpuInfo: ...

_kernels: object

def _sigmoid_on(isa: str, x: _Input, out: Any = None, /) -> Any: ...
def _count_open(isa: str, x: Buffer, /) -> int: ...
def _phase(
    x: float,
    phase: Literal["fast", "second", "exact128", "unbounded"],
    bits: Literal[64, 32] = 64,
) -> float | None: ...
