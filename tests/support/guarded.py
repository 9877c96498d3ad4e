"""Memory between two pages that nobody may touch, and arrays flush with either of them.

The checks take two such places, for x and for out.
"""

import ctypes
import mmap
import os

import numpy as np

PAGE = mmap.PAGESIZE
FILLER = 0xA5

available = os.name == "posix"
reason = "mprotect is for POSIX"


class Guarded:
    """Whatever leaves the memory by one byte, reading or writing, ends the process with SIGSEGV."""

    def __init__(self, nbytes):
        self.nbytes = -(-nbytes // PAGE) * PAGE
        self._mapping = mmap.mmap(-1, self.nbytes + 2 * PAGE)
        pages = np.frombuffer(self._mapping, "u1")
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for start in (0, PAGE + self.nbytes):
            if protect(pages.ctypes.data + start, PAGE, 0) != 0:
                raise OSError(ctypes.get_errno(), "mprotect")
        self.memory = pages[PAGE : PAGE + self.nbytes]

    def array(self, dtype, shape, *, steps=None, at_end=True, gap=0):
        """An array whose last byte, or first one, is so many bytes away from the guard.

        steps are its strides in bytes, of any sign; without them it is contiguous.
        """
        dtype = np.dtype(dtype)
        if steps is None:
            steps = np.zeros(shape, [("", "V1", dtype.itemsize)]).strides
        reaches = [(n - 1) * step for n, step in zip(shape, steps, strict=True)]
        before = -sum(reach for reach in reaches if reach < 0)
        span = before + sum(reach for reach in reaches if reach > 0) + dtype.itemsize
        if 0 in shape:
            before = span = 0
        start = before + (self.nbytes - gap - span if at_end else gap)
        return np.ndarray(shape, dtype, self.memory, start, steps)


def check(places, call, x, out, values, expected):
    """call writes the answers into out, and nothing else anywhere."""
    source, target = (place.memory for place in places)
    if out is x:
        target = source
    target[:] = source[:] = FILLER
    out[...] = expected
    wanted = target.tobytes()
    out[...] = 0
    x[...] = values
    given = source.tobytes()
    call(x, out)
    assert target.tobytes() == wanted
    assert out is x or source.tobytes() == given


def check_places(places, call, dtype, shape, steps, values, expected, gap=0):
    """With x and out flush with the upper and with the lower guard."""
    for x_at_end in (True, False):
        x = places[0].array(dtype, shape, steps=steps[0], at_end=x_at_end, gap=gap)
        for out_at_end in (True, False):
            out = places[1].array(dtype, shape, steps=steps[1], at_end=out_at_end, gap=gap)
            check(places, call, x, out, values, expected)


def check_in_place(places, call, dtype, shape, steps, values, expected, gap=0):
    for at_end in (True, False):
        x = places[0].array(dtype, shape, steps=steps, at_end=at_end, gap=gap)
        check(places, call, x, x, values, expected)
