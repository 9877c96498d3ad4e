"""Threads and processes of pools, the functions sent to them by their names."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from .rules import assert_same_bits

PARTS = [np.random.default_rng(seed).normal(0.0, 100.0, 2000) for seed in range(12)]


def assert_parts(results):
    results = list(results)
    assert len(results) == len(PARTS)
    for result, part in zip(results, PARTS, strict=True):
        assert_same_bits(result, part, "float64")


def test_threads(function):
    with ThreadPoolExecutor(4) as pool:
        assert_parts(pool.map(function, PARTS))


def test_threads_into_one_array(function):
    x = np.concatenate(PARTS)
    out = np.empty_like(x)
    with ThreadPoolExecutor(4) as pool:
        for result, part in zip(
            pool.map(function, np.split(x, 8), np.split(out, 8)), np.split(out, 8), strict=True
        ):
            assert np.shares_memory(result, part)
    assert_same_bits(out, x, "float64")


def test_processes(function):
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert_parts(pool.map(function, PARTS))


@pytest.mark.parametrize("backend", ["threading", "loky", "sequential"])
def test_joblib(function, backend):
    joblib = pytest.importorskip("joblib")
    with joblib.parallel_config(backend=backend):
        assert_parts(joblib.Parallel(2)(joblib.delayed(function)(part) for part in PARTS))


def test_joblib_with_mapped_arguments(function):
    """joblib hands large arrays to its processes as read-only mappings of a file."""
    joblib = pytest.importorskip("joblib")
    with joblib.Parallel(2, max_nbytes=1000) as pool:
        assert_parts(pool(joblib.delayed(function)(part) for part in PARTS))
