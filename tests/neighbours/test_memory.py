"""Memory that others own: a file larger than the memory, and segments shared by processes."""

import sys

import pytest

# The pages of a mapped file count as resident as well, until the mapping goes: each chunk has one
# of its own.  Linux's high-water mark counts them all, and sees none if it is read too early.
MAPPED_FILE = """
import hashlib
import sys
import numpy as np
from fastsigmoid import {name} as function

path = sys.argv[1]
chunks, length = 64, 2**21

def chunk(number):
    return np.random.default_rng(number).normal(0.0, 200.0, length)

def mapping(number):
    return np.memmap(path, "f8", "r+", offset=number * length * 8, shape=length)

def digest(values):
    return hashlib.sha256(values).digest()

def memory(key):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(key)) * 1024

with open(path, "wb") as file:
    expected = []
    for number in range(chunks):
        x = chunk(number)
        x.tofile(file)
        expected.append(digest(function(x)))
    assert file.tell() == 2**30
del x

start = memory("VmRSS:")
for number in range(chunks):
    x = mapping(number)
    assert function(x, out=x) is x
    del x
print(memory("VmHWM:") - start)

for number in range(chunks):
    assert digest(mapping(number)) == expected[number]

# The measure would have seen a mapping of the whole.
np.memmap(path, "f8", "r").max()
print(memory("VmHWM:") - start)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/status")
def test_a_mapped_file_of_a_gigabyte(function, run_code, report, tmp_path):
    path = tmp_path / "values"
    try:
        output = run_code(MAPPED_FILE.format(name=function.__name__), str(path))
    finally:
        path.unlink(missing_ok=True)
    in_chunks, whole = map(int, output.split())
    report(f"{function.__name__}, 1 GiB in chunks: {in_chunks / 1e6:.0f} MB above the start")
    assert in_chunks < 200e6 < whole


SHARED_MEMORY = """
import multiprocessing
from multiprocessing import shared_memory
import numpy as np
from fastsigmoid import {name} as function

LENGTH = 1000

def half(segment, which):
    x = np.ndarray(LENGTH, "f8", segment.buf)[which::2]
    assert function(x, out=x) is x
    del x
    segment.close()

if __name__ == "__main__":
    segment = shared_memory.SharedMemory(create=True, size=8 * LENGTH)
    try:
        x = np.ndarray(LENGTH, "f8", segment.buf)
        x[:] = np.linspace(-750.0, 40.0, LENGTH)
        expected = function(x)
        workers = [
            multiprocessing.get_context("spawn").Process(target=half, args=(segment, which))
            for which in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [worker.exitcode for worker in workers] == [0, 0]
        assert x.tobytes() == expected.tobytes()
        del x
    finally:
        segment.close()
        segment.unlink()
"""


@pytest.mark.slow
def test_two_processes_fill_a_shared_segment(function, run, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SHARED_MEMORY.format(name=function.__name__))
    result = run(str(script))
    assert (result.returncode, result.stderr) == (0, "")
