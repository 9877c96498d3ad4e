"""What type checkers have to infer; read by mypy and pyright, never run."""

import array
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import fastsigmoid
from fastsigmoid import cpu_info, expit, sigmoid


def check(
    f2: NDArray[np.float16],
    f4: NDArray[np.float32],
    f8: NDArray[np.float64],
    i1: NDArray[np.int8],
    i8: NDArray[np.int64],
    floats: array.array[float],
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

    # Sequences and buffers.
    assert_type(sigmoid([0.25, 3]), NDArray[np.float64])
    assert_type(sigmoid((0.25, 3.0)), NDArray[np.float64])
    assert_type(sigmoid(range(3)), NDArray[np.float64])
    assert_type(expit([0.25, 3]), NDArray[np.float64])
    sigmoid(memoryview(floats))

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

    # Errors.
    sigmoid("0.25")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid(1j)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid(None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    sigmoid()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    sigmoid(x=0.25)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    sigmoid(0.25, axis=0)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    expit()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
