"""What was measured, and on what."""

import datetime
import hashlib
import platform
from pathlib import Path

import numpy

import fastsigmoid
from fastsigmoid import _core, _ufunc
from fastsigmoid.__main__ import cpu_model

from . import timing


def describe(effort):
    """Everything that a figure depends on, and nothing that names a machine or its owner."""
    where = f"each of {effort.passes} processes" if effort.passes > 1 else "one process"
    return {
        "date": datetime.date.today().isoformat(),
        "CPU": cpu_model(),
        "kernels": fastsigmoid.cpu_info()["isa"],
        "caches": caches(),
        "one core": "pinned" if timing.can_pin() else "not pinned: the system offers no way",
        "rounds": f"up to {effort.rounds} in {where}, {1e3 * effort.seconds_per_sample:g} ms a sample",
        "system": f"{platform.system()} {platform.machine()}",
        "fastsigmoid": fastsigmoid.__version__,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "NumPy": numpy.__version__,
        "SciPy": _scipy_version(),
    }


def libraries():
    """What a rival in an environment of its own is measured with."""
    return (
        f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {_scipy_version()}"
    )


def caches():
    """Bytes by level, as far as the system tells."""
    found = {}
    cpu = f"cpu{max(timing.CORES, default=0)}"
    for index in sorted(Path("/sys/devices/system/cpu", cpu, "cache").glob("index*")):
        kind, level, size = (
            (index / name).read_text().strip() for name in ("type", "level", "size")
        )
        if kind != "Instruction" and size.endswith("K"):
            found[f"L{level}"] = 1024 * int(size[:-1])
    return found


def build():
    """What tells two builds apart: figures of different ones do not belong in one table."""
    code = b"".join(Path(module.__file__).read_bytes() for module in (_core, _ufunc))
    return hashlib.sha256(code).hexdigest()


def _scipy_version():
    try:
        import scipy
    except ImportError:
        return "not installed"
    return scipy.__version__
