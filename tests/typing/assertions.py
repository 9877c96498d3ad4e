"""What type checkers have to infer; read by mypy and pyright, never run."""

import array
import ctypes
from collections import deque
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_type

import numpy as np
from numpy.typing import ArrayLike, NDArray

import fastsigmoid
from fastsigmoid import (
    cpu_info,
    expit,
    get_num_threads,
    log_expit,
    log_sigmoid,
    logit,
    set_num_threads,
    sigmoid,
    softplus,
    special,
)
from fastsigmoid.special import logit as scipy_logit


def check(
    f2: NDArray[np.float16],
    f4: NDArray[np.float32],
    f8: NDArray[np.float64],
    i1: NDArray[np.int8],
    i8: NDArray[np.int64],
    floats: array.array[float],
    plain: np.ndarray,
    masked: np.ma.MaskedArray[tuple[int], np.dtype[np.float32]],
    masked_integers: np.ma.MaskedArray[tuple[int], np.dtype[np.int64]],
    nested: list[list[list[float]]],
    mixed: list[tuple[int, ...]],
    nothing: Sequence[Any],
    anything: ArrayLike,
) -> None:
    # Scalars.
    assert_type(sigmoid(0.25), float)
    assert_type(sigmoid(3), float)
    assert_type(sigmoid(True), float)
    assert_type(sigmoid(Decimal("0.25")), float)
    assert_type(sigmoid(Fraction(1, 4)), float)
    assert_type(sigmoid(np.float32(0.25)), np.float32)
    assert_type(sigmoid(np.float16(0.25)), np.float16)
    assert_type(sigmoid(np.int64(3)), np.float64)
    assert_type(expit(np.float32(0.25)), np.float32)
    assert_type(expit(np.float16(0.25)), np.float32)
    assert_type(expit(np.int64(3)), np.float64)
    assert_type(expit(True), np.float32)
    assert_type(expit(3), np.float64)

    assert_type(logit(0.25), float)
    assert_type(log_sigmoid(np.float32(0.25)), np.float32)
    assert_type(softplus(np.float16(0.25)), np.float16)
    assert_type(log_expit(np.float16(0.25)), np.float32)
    assert_type(special.softplus(True), np.float32)
    # SciPy's logit has float64 first.
    assert_type(scipy_logit(np.float32(0.25)), np.float32)
    assert_type(scipy_logit(np.float16(0.25)), np.float64)
    assert_type(scipy_logit(True), np.float64)
    assert_type(scipy_logit(0.25), np.float64)

    # Arrays, by their dtype.
    assert_type(sigmoid(f2), NDArray[np.float16])
    assert_type(sigmoid(f4), NDArray[np.float32])
    assert_type(sigmoid(f8), NDArray[np.float64])
    assert_type(sigmoid(i8), NDArray[np.float64])
    assert_type(expit(f2), NDArray[np.float32])
    assert_type(expit(f4), NDArray[np.float32])
    assert_type(expit(f8), NDArray[np.float64])
    assert_type(expit(i1), NDArray[np.float32])
    assert_type(expit(i8), NDArray[np.float64])

    assert_type(logit(f2), NDArray[np.float16])
    assert_type(log_sigmoid(f4), NDArray[np.float32])
    assert_type(softplus(i8), NDArray[np.float64])
    assert_type(log_expit(f2), NDArray[np.float32])
    assert_type(special.softplus(i1), NDArray[np.float32])
    assert_type(scipy_logit(f2), NDArray[np.float64])
    assert_type(scipy_logit(f4), NDArray[np.float32])
    assert_type(scipy_logit(i1), NDArray[np.float64])
    assert_type(scipy_logit(masked), np.ma.MaskedArray[tuple[int], np.dtype[np.float32]])
    assert_type(scipy_logit([0.25, True]), NDArray[np.float64])
    assert_type(scipy_logit(f4, out=f8), NDArray[np.float64])

    # Sequences and buffers.
    assert_type(sigmoid([0.25, 3]), NDArray[np.float64])
    assert_type(sigmoid((0.25, 3.0)), NDArray[np.float64])
    assert_type(sigmoid(range(3)), NDArray[np.float64])
    assert_type(expit([0.25, 3]), NDArray[np.float64])
    assert_type(expit((0.25, 3.0)), NDArray[np.float64])
    assert_type(expit([True]), NDArray[np.float32])
    assert_type(expit([[True], [False]]), NDArray[np.float32])
    assert_type(expit([3]), NDArray[np.float64])
    assert_type(sigmoid([True]), NDArray[np.float64])
    assert_type(sigmoid([[0.25, 3], [1, 2]]), NDArray[np.float64])
    assert_type(sigmoid(nested), NDArray[np.float64])
    assert_type(sigmoid(mixed), NDArray[np.float64])
    assert_type(expit(nested), NDArray[np.float64])
    assert_type(sigmoid([Decimal(1), Fraction(1, 2), 2**70]), NDArray[np.float64])
    assert_type(sigmoid(deque([0.25])), NDArray[np.float64])
    assert_type(sigmoid([f4, f4]), NDArray[np.float32])
    assert_type(sigmoid((i8, i8)), NDArray[np.float64])
    assert_type(expit([f4, f4]), NDArray[np.float32])
    assert_type(expit([i1, i1]), NDArray[np.float32])
    assert_type(sigmoid([np.float32(1)]), NDArray[np.float32])
    sigmoid(nothing)
    expit(anything)
    sigmoid(np.asarray(anything))
    sigmoid(memoryview(floats))
    sigmoid(floats)
    sigmoid((ctypes.c_double * 3)())

    # Arrays of which less, or more, is known.
    sigmoid(plain)
    expit(plain)
    assert_type(sigmoid(masked), np.ma.MaskedArray[tuple[int], np.dtype[np.float32]])
    assert_type(sigmoid(masked_integers), np.ma.MaskedArray[Any, np.dtype[np.float64]])
    assert_type(expit(masked), np.ma.MaskedArray[tuple[int], np.dtype[np.float32]])
    assert_type(expit(masked_integers), np.ma.MaskedArray[Any, np.dtype[np.float64]])
    assert_type(sigmoid(f4, where=f4 > 0), NDArray[np.float32])
    assert_type(sigmoid(i8, where=[True, False]), NDArray[np.float64])
    assert_type(expit(f4, where=f4 > 0), NDArray[np.float32])

    # out is what comes back.
    assert_type(sigmoid(f8, out=f4), NDArray[np.float32])
    assert_type(sigmoid(f8, f8), NDArray[np.float64])
    assert_type(sigmoid(f8, (f4,)), NDArray[np.float32])
    assert_type(sigmoid([0.25], out=floats), array.array[float])
    assert_type(sigmoid(f8, out=f8, where=f8 > 0), NDArray[np.float64])
    assert_type(expit(f8, out=f4), NDArray[np.float32])
    assert_type(expit(f8, f8), NDArray[np.float64])
    assert_type(expit(f8, out=f8, where=f8 > 0), NDArray[np.float64])

    # Keywords that change the type leave it open.
    assert_type(sigmoid(f8, dtype="f4"), Any)
    assert_type(expit(f8, dtype="f4"), Any)

    # A ufunc, with all that one has.
    expit.at(f8, [0, 1])

    assert_type(fastsigmoid.__version__, str)
    assert_type(cpu_info()["isa"], str)
    assert_type(cpu_info()["available"], tuple[str, ...])
    assert_type(get_num_threads(), int)
    set_num_threads(2)
    set_num_threads(None)
    set_num_threads(2.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    # Errors.
    sigmoid("0.25")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid(b"abc")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid(bytearray(8))  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid(["0.25"])  # type: ignore[type-var]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid([1j])  # type: ignore[type-var]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid({1.0: 2.0})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid({1.0})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid(1j)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid(None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    sigmoid(x=0.25)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    sigmoid(0.25, axis=0)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    expit()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
