"""Threads and processes of pools, the functions sent to them by their names."""

import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from fastsigmoid import get_num_threads

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


@pytest.mark.slow
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


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_in_processes_of_joblib(function, threads):
    """loky sets OMP_NUM_THREADS for them."""
    joblib = pytest.importorskip("joblib")
    x = np.random.default_rng(0).normal(0.0, 100.0, 300_000)
    with joblib.parallel_config(backend="loky", inner_max_num_threads=threads):
        found = joblib.Parallel(2)(joblib.delayed(get_num_threads)() for _ in range(4))
        results = joblib.Parallel(2)(joblib.delayed(function)(x) for _ in range(4))
    assert found == [threads] * 4
    for result in results:
        assert result.tobytes() == function(x).tobytes()


# joblib makes a second name for the script's module, which comes before all that is imported later.
SCRIPT = """
import pickle
import sys
import joblib
import cloudpickle
from sklearn.preprocessing import FunctionTransformer
from fastsigmoid import expit, sigmoid

if __name__ == "__main__":
    from fastsigmoid._pickling import expit as private
    for function in (expit, sigmoid, private):
        for pickled in (pickle.dumps(function), cloudpickle.dumps(function)):
            assert b"main__" not in pickled, pickled
            assert pickle.loads(pickled) is function
        results = joblib.Parallel(2)(joblib.delayed(function)(v) for v in (0.25, [0.5, 0.6]))
        assert results[0] == sigmoid(0.25) and results[1].tolist() == sigmoid([0.5, 0.6]).tolist()
        sys.stdout.write(pickle.dumps(FunctionTransformer(function)).hex() + "\\n")
"""


def test_from_a_script(tmp_path):
    for module in ("cloudpickle", "joblib", "sklearn"):
        pytest.importorskip(module)
    (tmp_path / "script.py").write_text(SCRIPT)
    result = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    for line in result.stdout.split():
        transformer = pickle.loads(bytes.fromhex(line))
        assert_same_bits(transformer.transform(PARTS[0][:, None])[:, 0], PARTS[0], "float64")


def test_a_graph_of_dask(function):
    da = pytest.importorskip("dask.array")
    x = da.from_array(PARTS[0], chunks=500)
    for lazy in (function(x), x.map_blocks(function), da.map_blocks(function, x)):
        again = pickle.loads(pickle.dumps(lazy))
        assert_same_bits(again.compute(scheduler="processes"), PARTS[0], "float64")
