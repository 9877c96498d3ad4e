"""What C imports can be seen by tools that read a program's imports: those that freeze programs."""

import modulefinder

MODULES = {
    "fastsigmoid",
    "fastsigmoid._core",
    "fastsigmoid._ufunc",
    "fastsigmoid._coerce",
    "fastsigmoid._pickling",
}


def test_every_module_is_found(tmp_path):
    script = tmp_path / "program.py"
    script.write_text("from fastsigmoid import sigmoid\nprint(sigmoid([1, 2]))\n")
    finder = modulefinder.ModuleFinder(excludes=["numpy", "torch"])
    finder.run_script(str(script))
    assert set(finder.modules) >= MODULES
    assert "numpy" in finder.badmodules  # left out above, but seen


def test_there_are_no_others(run_code):
    code = """
import sys
import numpy as np
from decimal import Decimal
import fastsigmoid
for x in (0.25, 1, [1.0], [1], [Decimal(1)], Decimal(1), np.zeros(3), np.arange(3), range(2)):
    fastsigmoid.sigmoid(x)
fastsigmoid.expit([1, 2])
print(*(name for name in sys.modules if name.partition(".")[0] == "fastsigmoid"))
"""
    assert set(run_code(code).split()) == MODULES
