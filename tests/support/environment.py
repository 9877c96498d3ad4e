"""The floating-point environment of the calling thread, read and set through the C library."""

import contextlib
import ctypes
import platform
import sys


class _Machine:
    """Where fenv_t of the Linux C libraries keeps the control and the status."""

    def __init__(self, size, controls, status, flags, modes):
        self.size = size  # of fenv_t, in 32-bit words
        self.controls = controls  # words
        self.status = status  # word
        self.flags = flags  # {name: bit of the status}
        self.modes = modes  # {name: [(word, mask, bits), ...]}


# x86-64: the x87 control word comes first and MXCSR last; Python's floats use MXCSR.
_X86 = _Machine(
    size=8,
    controls=[0, 7],
    status=7,
    flags={"invalid": 1, "divide by zero": 4, "overflow": 8, "underflow": 16},
    modes={
        "downward": [(0, 0xC00, 0x400), (7, 0x6000, 0x2000)],
        "upward": [(0, 0xC00, 0x800), (7, 0x6000, 0x4000)],
        "toward zero": [(0, 0xC00, 0xC00), (7, 0x6000, 0x6000)],
        "flush to zero": [(7, 0x8000, 0x8000)],
        "denormals are zero": [(7, 0x40, 0x40)],
        "x87 of 53 bits": [(0, 0x300, 0x200)],
        "all of them": [(0, 0xC00, 0x400), (7, 0xE040, 0xA040)],
        # The flags of x87 must go, or the next of its instructions traps.
        "every exception trapped": [(0, 0x3F, 0), (1, 0x3F, 0), (7, 0x1F80, 0)],
    },
)
# AArch64: FPCR and FPSR.  Most of these CPUs trap nothing.
_ARM = _Machine(
    size=2,
    controls=[0],
    status=1,
    flags={"invalid": 1, "divide by zero": 2, "overflow": 4, "underflow": 8},
    modes={
        "upward": [(0, 0xC00000, 0x400000)],
        "downward": [(0, 0xC00000, 0x800000)],
        "toward zero": [(0, 0xC00000, 0xC00000)],
        "flush to zero": [(0, 0x1000000, 0x1000000)],
        "all of them": [(0, 0x1C00000, 0x1800000)],
    },
)
_MACHINES = {"x86_64": _X86, "aarch64": _ARM}

_machine = _MACHINES.get(platform.machine()) if sys.maxsize > 2**32 else None
available = sys.platform == "linux" and _machine is not None
reason = "the layout of fenv_t is known for Linux on x86-64 and AArch64"
MODES = list(_machine.modes) if available else []
FLAGS = list(_machine.flags) if available else []

if available:
    _libm = ctypes.CDLL("libm.so.6" if platform.libc_ver()[0] == "glibc" else None)


def _read():
    words = (ctypes.c_uint32 * _machine.size)()
    assert _libm.fegetenv(words) == 0
    return words


def _write(words):
    assert _libm.fesetenv(words) == 0


@contextlib.contextmanager
def mode(name):
    """Sets a mode, and checks that it is still set at the end."""
    before = _read()
    words = _read()
    for word, mask, bits in _machine.modes[name]:
        words[word] = words[word] & ~mask | bits
    _write(words)
    try:
        yield
        after = _read()
    finally:
        _write(before)
    for word, mask, bits in _machine.modes[name]:
        assert after[word] & mask == bits, f"{name} was not put back"


@contextlib.contextmanager
def flags(names):
    """Sets these exception flags and clears the others, and checks that they are so at the end."""
    before = _read()
    words = _read()
    every = sum(_machine.flags.values())
    given = sum(_machine.flags[name] for name in names)
    words[_machine.status] = words[_machine.status] & ~every | given
    _write(words)
    try:
        yield
        after = _read()
    finally:
        _write(before)
    changed = (after[_machine.status] & every) ^ given
    assert not changed, [name for name, bit in _machine.flags.items() if bit & changed]
