"""What C imports can be seen by tools that read a program's imports: those that freeze programs."""

import modulefinder
from pathlib import Path

import pytest

import fastsigmoid

MODULES = {
    "fastsigmoid",
    "fastsigmoid._core",
    "fastsigmoid._ufunc",
    "fastsigmoid._coerce",
    "fastsigmoid._pickling",
    "fastsigmoid.special",
}


def test_every_module_is_found(tmp_path):
    script = tmp_path / "program.py"
    script.write_text("from fastsigmoid import sigmoid\nprint(sigmoid([1, 2]))\n")
    # Of all else it is enough to see that it is missed.
    finder = modulefinder.ModuleFinder(
        path=[str(Path(fastsigmoid.__file__).parents[1])], excludes=["numpy"]
    )
    finder.run_script(str(script))
    assert set(finder.modules) >= MODULES
    assert "numpy" in finder.badmodules


@pytest.mark.slow
def test_there_are_no_others(run_code):
    code = """
import sys
import numpy as np
from decimal import Decimal
import fastsigmoid
for x in (0.25, 1, [1.0], [1], [Decimal(1)], Decimal(1), np.zeros(3), np.arange(3), range(2)):
    for f in (fastsigmoid.sigmoid, fastsigmoid.logit, fastsigmoid.log_sigmoid, fastsigmoid.softplus):
        f(x)
fastsigmoid.expit([1, 2])
print(*(name for name in sys.modules if name.partition(".")[0] == "fastsigmoid"))
"""
    assert set(run_code(code).split()) == MODULES
