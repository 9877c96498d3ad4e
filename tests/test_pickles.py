"""Each ufunc is pickled by the name of its module, whatever else has that name, and loads as the same object."""

import copy
import importlib
import pickle
import pickletools
import subprocess
import sys

import pytest

from fastsigmoid import _pickling, _ufunc, expit, special

from .support.family import FAMILY

UFUNCS = {f"{f.alias} of special": (f.ufunc, "fastsigmoid.special") for f in FAMILY.values()}
UFUNCS |= {
    f"{f.alias} behind {f.name}": (f.private, "fastsigmoid._pickling") for f in FAMILY.values()
}


@pytest.mark.parametrize("ufunc, module", UFUNCS.values(), ids=UFUNCS)
def test_the_same_object_by_its_module(ufunc, module):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        pickled = pickle.dumps(ufunc, protocol)
        assert pickle.loads(pickled) is ufunc
        named = [str(argument) for _, argument, _ in pickletools.genops(pickled)]
        assert any(module == text.split()[0] for text in named if text.strip())
        assert "__main__" not in pickled.decode("latin-1")


@pytest.mark.parametrize("ufunc, module", UFUNCS.values(), ids=UFUNCS)
def test_copies_are_the_same_object(ufunc, module):
    assert getattr(importlib.import_module(module), ufunc.__name__) is ufunc
    assert copy.copy(ufunc) is ufunc
    assert copy.deepcopy(ufunc) is ufunc
    assert copy.deepcopy({"key": [ufunc]})["key"][0] is ufunc


# As the version before wrote them: by their names, and where NumPy is older than 2.2, by a function.
OLDER = {
    b"cfastsigmoid\nexpit\n.": expit,
    b"cfastsigmoid._pickling\nexpit\n.": _ufunc._sigmoid,
    b"cfastsigmoid._pickling\n_load\n(Vfastsigmoid\ntR.": expit,
    b"cfastsigmoid._pickling\n_load\n(Vfastsigmoid._pickling\ntR.": _ufunc._sigmoid,
}


@pytest.mark.parametrize("pickled", OLDER)
def test_older_names_still_load(pickled):
    assert pickle.loads(pickled) is OLDER[pickled]


def test_other_ufuncs_are_pickled_as_before():
    import numpy as np

    for ufunc in (np.exp, np.add, np.logaddexp):
        assert pickle.loads(pickle.dumps(ufunc)) is ufunc
    _pickling.name_ufuncs()
    assert pickle.loads(pickle.dumps(expit)) is expit


# multiprocessing makes a second name for the script's module, which comes before all that is imported later.
SCRIPT = """
import multiprocessing
import pickle
import sys
from fastsigmoid import expit
from fastsigmoid._pickling import expit as private
from fastsigmoid._pickling import logit as private_logit
from fastsigmoid.special import logit, softplus

if __name__ == "__main__":
    for ufunc in (expit, private, logit, private_logit, softplus):
        pickled = pickle.dumps(ufunc)
        assert b"__main__" not in pickled and b"__mp_main__" not in pickled, pickled
        sys.stdout.write(pickled.hex() + "\\n")
    if sys.argv[1:] == ["spawn"]:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.apply(expit, (0.25,)) == pool.map(private, [0.25])[0] == expit(0.25)
            assert pool.apply(logit, (0.25,)) == pool.map(private_logit, [0.25])[0] == logit(0.25)
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["script", "-c", "spawn"])
def test_from_a_script(way, tmp_path):
    if way == "-c":
        arguments = ["-c", SCRIPT]
    else:
        (tmp_path / "script.py").write_text(SCRIPT)
        arguments = ["script.py", way]
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    # They load in a process that knows nothing of the script.
    ufuncs = [pickle.loads(bytes.fromhex(line)) for line in result.stdout.split()]
    assert ufuncs == [expit, _ufunc._sigmoid, special.logit, _ufunc._logit, special.softplus]
