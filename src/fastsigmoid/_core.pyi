import ctypes
from collections.abc import Iterator
from typing import (
    Any,
    Literal,
    Protocol,
    SupportsFloat,
    SupportsIndex,
    TypeAlias,
    TypedDict,
    TypeVar,
    overload,
)

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from typing_extensions import Buffer

_Floating = TypeVar("_Floating", bound=np.floating[Any])
_Element = TypeVar("_Element", np.float16, np.float32, np.float64, np.longdouble)
_FloatArray = TypeVar("_FloatArray", bound=NDArray[np.floating[Any]])
_Out = TypeVar("_Out", bound=Buffer | NDArray[Any])
_T_co = TypeVar("_T_co", covariant=True)

_Integer: TypeAlias = np.integer[Any] | np.bool_
_Number: TypeAlias = SupportsFloat | SupportsIndex

_Casting: TypeAlias = Literal["no", "equiv", "safe", "same_kind", "unsafe"]
_Order: TypeAlias = Literal["K", "A", "C", "F"]
_NoOut: TypeAlias = tuple[None] | None

class _SequenceOf(Protocol[_T_co]):
    """A sequence that is neither str nor bytes: those do not answer `in` for every object."""

    def __contains__(self, value: object, /) -> bool: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> _T_co: ...
    @property
    def count(self) -> Any: ...  # a method, which mappings do not have

class _TypedBuffer(Protocol):
    """A buffer that says what its elements are: array.array, memoryview; not bytes, bytearray or mmap."""

    def __buffer__(self, flags: int, /) -> memoryview: ...
    def tolist(self) -> list[Any]: ...

class _SupportsArray(Protocol):
    def __array__(self) -> NDArray[Any]: ...

class _SupportsArrayUFunc(Protocol):
    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **kwargs: Any) -> Any: ...

_Numbers: TypeAlias = _SequenceOf[_Number | _Numbers]
_Buffer: TypeAlias = _TypedBuffer | ctypes.Array[Any]
_ArrayInput: TypeAlias = _SupportsArray | _SupportsArrayUFunc
_ArraysInput: TypeAlias = _SequenceOf[_ArrayInput | _ArraysInput]

# NumPy's ArrayLike admits str, bytes and complex numbers as well: np.asarray takes it.
_Input: TypeAlias = _Number | _Buffer | _Numbers | _ArrayInput | _ArraysInput

class _Function(Protocol):
    """sigmoid and its family."""

    __name__: str
    __qualname__: str
    __module__: str

    # Scalars of NumPy, of which float64 is a float as well.
    @overload
    def __call__(self, x: _Floating, /, out: _NoOut = None) -> _Floating: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: _Integer, /, out: _NoOut = None) -> np.float64: ...

    # Arrays: those of floats, masked or of another subclass, come back as what they are.
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, x: _FloatArray, /, out: _NoOut = None, *, where: ArrayLike = ...
    ) -> _FloatArray: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        x: np.ma.MaskedArray[Any, np.dtype[_Integer]],
        /,
        out: _NoOut = None,
        *,
        where: ArrayLike = ...,
    ) -> np.ma.MaskedArray[Any, np.dtype[np.float64]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, x: NDArray[_Integer], /, out: _NoOut = None, *, where: ArrayLike = ...
    ) -> NDArray[np.float64]: ...

    # Whatever has a say of its own, or becomes an array: before numbers, as some of it has __float__, too.
    @overload
    def __call__(self, x: _ArrayInput, /, out: _NoOut = None) -> Any: ...
    @overload
    def __call__(self, x: _Number, /, out: _NoOut = None) -> float: ...

    # Buffers and sequences.
    @overload
    def __call__(self, x: _Buffer, /, out: _NoOut = None) -> NDArray[np.floating[Any]]: ...
    @overload
    def __call__(self, x: _SequenceOf[_Element], /, out: _NoOut = None) -> NDArray[_Element]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, x: _SequenceOf[NDArray[_Element]], /, out: _NoOut = None
    ) -> NDArray[_Element]: ...
    @overload
    def __call__(
        self, x: _SequenceOf[NDArray[_Integer]], /, out: _NoOut = None
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: _Numbers, /, out: _NoOut = None) -> NDArray[np.float64]: ...

    # With out, and with the keywords of a ufunc.
    @overload
    def __call__(
        self,
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
    def __call__(
        self,
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

sigmoid: _Function
logit: _Function
log_sigmoid: _Function
softplus: _Function

class _CpuInfo(TypedDict):
    isa: str
    available: tuple[str, ...]
    features: tuple[str, ...]

def cpu_info() -> _CpuInfo: ...
def get_num_threads() -> int: ...
def set_num_threads(n: SupportsIndex | None, /) -> None: ...

_interface: object

def _call_on(isa: str, x: _Input, out: Any = None, function: str = "sigmoid", /) -> Any: ...
def _count_open(isa: str, x: Buffer, function: str = "sigmoid", /) -> int: ...
def _cpu_quota(root: str, /) -> int | None: ...
def _phase(
    x: float,
    phase: Literal["fast", "second", "exact128", "unbounded"],
    format: Literal["float64", "float32", "float16", "bfloat16"] = "float64",
    function: str = "sigmoid",
) -> float | None: ...
