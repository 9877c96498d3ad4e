import hashlib
import os

import numpy as np
import pytest

from fastsigmoid import get_num_threads

from .rules import RULES, VALUES, assert_same_bits, inputs

pytest.importorskip("dask")
da = pytest.importorskip("dask.array")


@pytest.mark.parametrize(("function", "dtype", "result_dtype"), RULES)
def test_lazy(function, dtype, result_dtype):
    x = da.from_array(inputs(dtype), chunks=3)
    for lazy in (function(x), x.map_blocks(function), da.map_blocks(function, x)):
        assert type(lazy) is da.Array
        assert lazy.chunks == x.chunks
        assert lazy.dtype == result_dtype
        assert_same_bits(lazy.compute(scheduler="synchronous"), inputs(dtype), result_dtype)


def test_nothing_is_computed_before_it_is_asked_for(function):
    def never(block):
        raise AssertionError("computed")

    x = da.from_array(np.array(VALUES), chunks=3).map_blocks(never, dtype="float64")
    lazy = function(x)
    assert lazy.dtype == "float64"
    with pytest.raises(AssertionError, match="computed"):
        lazy.compute(scheduler="synchronous")


def test_as_part_of_a_graph(function):
    values = np.reshape(VALUES, (2, 4))
    x = da.from_array(values, chunks=(1, 2))
    lazy = (function(x.T[::-1]) > 0.5).sum(axis=0)
    assert lazy.compute(scheduler="threads").tolist() == (values > 0).sum(axis=1).tolist()


@pytest.mark.slow
def test_cluster(function):
    """800 MB through two processes of 400 MB: what is gathered is a hash for each chunk."""
    distributed = pytest.importorskip("distributed")
    chunks, length = 100, 1_000_000

    # Local functions travel by value: the processes need not find this module.
    def chunk(number):
        return np.random.default_rng(number).normal(0.0, 200.0, length)

    def digest(values):
        return hashlib.sha256(values).hexdigest()

    def digest_block(block):
        return np.array([digest(block)])

    expected = [digest(function(chunk(number))) for number in range(chunks)]

    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            memory_limit="400MB",
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        x = da.map_blocks(
            lambda block_info: chunk(block_info[None]["chunk-location"][0]),
            chunks=((length,) * chunks,),
            dtype="float64",
        )
        assert x.nbytes == 800_000_000
        y = function(x)
        digests = y.map_blocks(digest_block, chunks=((1,) * chunks,), dtype="U64").compute()
        workers = client.run(os.getpid)
        threads = client.run(get_num_threads)
    assert all(address.startswith("tcp://127.0.0.1:") for address in workers)
    assert len({*workers.values(), os.getpid()}) == 3
    assert digests.tolist() == expected
    assert set(threads.values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("processes", [True, False])
def test_threads_of_a_cluster(function, processes, monkeypatch):
    """Its processes go by OMP_NUM_THREADS, which Dask sets; its threads share the pool of theirs."""
    # Dask sets it to 1 where it is not set, for this process too, and leaves it.
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    distributed = pytest.importorskip("distributed")
    blocks, length = 8, 200_000

    def block(number):
        return np.random.default_rng(number).normal(0.0, 200.0, length)

    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=4,
            processes=processes,
            host="127.0.0.1" if processes else None,
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        threads = set(client.run(get_num_threads).values())
        x = da.map_blocks(
            lambda block_info: block(block_info[None]["chunk-location"][0]),
            chunks=((length,) * blocks,),
            dtype="float64",
        )
        y = function(x).compute()
    assert threads == ({3} if processes else {get_num_threads()})
    assert y.tobytes() == function(np.concatenate([*map(block, range(blocks))])).tobytes()
