"""An upgrade in place: modules of two versions in one process refuse each other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fastsigmoid

pytestmark = pytest.mark.slow

PACKAGE = Path(fastsigmoid.__file__).parent

# How every struct that one module hands to the other begins: see csrc's shared.h.
VERSION = fastsigmoid.__version__.encode().ljust(24, b"\0")

CODE = """
import array
import sys
import fastsigmoid
from fastsigmoid import sigmoid

assert sigmoid(0.25) == 0.5621765008857981
x = array.array("d", [0.25])
assert sigmoid(x, out=x)[0] == 0.5621765008857981
import numpy as np
for call in (
    lambda: sigmoid([0.25]),
    lambda: sigmoid(np.zeros(3)),
    lambda: sigmoid(np.zeros(3), out=np.zeros(3)),
    lambda: sigmoid(np.float32(1)),
    lambda: sigmoid(np.arange(3)),
    lambda: sigmoid(x),
    lambda: fastsigmoid.expit(0.25),
):
    for again in range(2):
        try:
            call()
        except ImportError as error:
            assert "restart Python" in str(error), error
        else:
            sys.exit("not refused")
"""


def damaged(data, what):
    at = data.index(VERSION)
    pieces = data.split(VERSION)
    if what == "version":
        return b"9.9.9".ljust(24, b"\0").join(pieces)
    # The sizes follow: here, of a struct with one field more.
    size = int.from_bytes(data[at + 24 : at + 28], sys.byteorder)
    larger = (size + 8).to_bytes(4, sys.byteorder)
    return VERSION.join([pieces[0], *(larger + piece[4:] for piece in pieces[1:])])


@pytest.mark.skipif(sys.platform == "darwin", reason="what has been changed has lost its signature")
@pytest.mark.parametrize("what", ["version", "size"])
@pytest.mark.parametrize("module", ["_core", "_ufunc"])
def test_the_other_module_is_refused(tmp_path, module, what):
    shutil.copytree(PACKAGE, tmp_path / "fastsigmoid", ignore=shutil.ignore_patterns("__pycache__"))
    (binary,) = (tmp_path / "fastsigmoid").glob(f"{module}.*[sy][do]")
    binary.write_bytes(damaged(binary.read_bytes(), what))
    run(tmp_path, CODE)


# What pip does where files are in use, which Windows lets nobody remove: it moves them aside.
UPGRADE = """
import os
import fastsigmoid

for name in os.listdir("new"):
    os.rename(f"fastsigmoid/{name}", name)
    os.rename(f"new/{name}", f"fastsigmoid/{name}")
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="what has been changed has lost its signature")
def test_an_upgrade_while_the_old_one_is_in_use(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "fastsigmoid", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "new").mkdir()
    for binary in (tmp_path / "fastsigmoid").glob("_*.*[sy][do]"):
        (tmp_path / "new" / binary.name).write_bytes(damaged(binary.read_bytes(), "version"))
    run(tmp_path, UPGRADE + CODE)


def run(folder, code):
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
