"""One large array, its chunks shared by one thread or two: what releasing the GIL is worth."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import fastsigmoid

from .optional import Torch, Unavailable, load
from .rivals import COPY, SCIPY_OUT, SIGMOID_OUT, scipy_expit
from .timing import Case

WORKERS = (1, 2)
CHUNK = 1 << 20
DASK = {"sigmoid by Dask": fastsigmoid.sigmoid, "SciPy's expit by Dask": scipy_expit}
LABELS = [SIGMOID_OUT, SCIPY_OUT, COPY, Torch.OUT, *DASK]

FUNCTIONS = {
    SIGMOID_OUT: lambda pair: fastsigmoid.sigmoid(pair[0], out=pair[1]),
    SCIPY_OUT: lambda pair: scipy_expit(*pair),
    COPY: lambda pair: np.copyto(pair[1], pair[0]),
}


def by(label, workers):
    return f"{label}, {workers} at work"


def cases(wanted, x):
    made = []
    for workers in WORKERS:
        made += _pool_cases(x, workers)
        made += wanted.collect(lambda torch, workers=workers: _torch_cases(torch, x, workers))
        try:
            made += _dask_cases(x, workers)
        except Unavailable as reason:
            wanted.absent["dask"] = str(reason)
    return made


def _pool_cases(x, workers):
    out = np.empty_like(x)
    chunks = [(x[i : i + CHUNK], out[i : i + CHUNK]) for i in range(0, x.size, CHUNK)]
    run = ThreadPoolExecutor(workers).map
    return [
        Case(by(label, workers), "list(run(f, chunks))", {"run": run, "f": f, "chunks": chunks})
        for label, f in FUNCTIONS.items()
        if label != SCIPY_OUT or scipy_expit is not None
    ]


def _torch_cases(torch, x, workers):
    """Torch shares the work among threads of its own."""
    _, case = torch.arrays(x)
    names = case.names | {"use": torch.torch.set_num_threads, "workers": workers}
    return [Case(by(case.label, workers), f"(use(workers), {case.statement})", names)]


def _dask_cases(x, workers):
    array = load("dask.array").from_array(x, chunks=CHUNK)
    call = f"f.compute(scheduler='threads', num_workers={workers})"
    return [
        Case(by(label, workers), call, {"f": array.map_blocks(function, dtype=x.dtype)})
        for label, function in DASK.items()
        if function is not None
    ]
