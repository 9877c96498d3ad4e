"""What is installed, and what it needs: NumPy only where a new array has to be made."""

import importlib.metadata
import importlib.resources
import re

import pytest

import fastsigmoid
from fastsigmoid import _core
from fastsigmoid.__main__ import FUNCTIONS

from .support.parameters import slow

WITHOUT_NUMPY = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "numpy":
            raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

sys.meta_path.insert(0, Blocker())

from array import array
from decimal import Decimal
from fractions import Fraction
from fastsigmoid import sigmoid
"""


@pytest.fixture
def run_without_numpy(run_code):
    return lambda code: run_code(WITHOUT_NUMPY + code)


def test_version():
    assert importlib.metadata.version("fastsigmoid") == fastsigmoid.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+(rc\d+)?", fastsigmoid.__version__)


def test_metadata():
    metadata = importlib.metadata.metadata("fastsigmoid")
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    required = importlib.metadata.requires("fastsigmoid")
    assert [line for line in required if "extra ==" not in line] == ["numpy>=1.26"]


def test_links_of_the_page_are_absolute():
    """The package index does not know what a relative one is relative to."""
    metadata = importlib.metadata.metadata("fastsigmoid")
    page = metadata["Description"] or metadata.get_payload()  # before Python 3.15 the latter
    links = re.findall(r'\]\(([^)]+)\)|(?:src|srcset|href)="([^"]+)"', page)
    links = [markdown or html for markdown, html in links]
    assert len(links) > 3
    (repository,) = (
        url.removeprefix("Repository, ")
        for url in importlib.metadata.metadata("fastsigmoid").get_all("Project-URL")
    )
    for link in links:
        assert link.startswith(("https://", "#")), link
    version = f"v{fastsigmoid.__version__}"
    assert f"{repository}/blob/{version}/CONTRIBUTING.md" in links
    assert [link for link in links if link.startswith(f"{repository}/raw/{version}/")]


def test_public_names():
    assert {"expit", "log_expit", *FUNCTIONS} <= set(fastsigmoid.__all__)
    assert {"special", *fastsigmoid.__all__} <= set(dir(fastsigmoid))
    for name in {*fastsigmoid.__all__} - {"expit", "log_expit"}:
        assert callable(getattr(fastsigmoid, name))
    with pytest.raises(AttributeError, match="nothing"):
        _ = fastsigmoid.nothing


def test_typing_information_is_installed():
    files = importlib.resources.files(fastsigmoid)
    for name in ("py.typed", "__init__.pyi", "_core.pyi", "_ufunc.pyi", "special.pyi"):
        assert files.joinpath(name).is_file()


def test_declarations_name_every_function():
    """What is not derived from the list in functions.h."""
    functions = {n for n in _core.__pyx_capi__ if {f"{n}f", f"{n}_row"} <= {*_core.__pyx_capi__}}
    assert set(FUNCTIONS) == functions
    folder = importlib.resources.files(fastsigmoid)
    names = {
        name: {*re.findall(r"\w+", folder.joinpath(name).read_text(encoding="utf-8"))}
        for name in (
            "__init__.pxd",
            "_core.pxd",
            "__init__.pyi",
            "_core.pyi",
            "_ufunc.pyi",
            "_numba.py",
        )
    }
    for function in functions:
        c = {f"{function}{kind}" for kind in ("", "f", "_row", "f_row")}
        assert c <= names["__init__.pxd"] & names["_core.pxd"]
        assert function in names["__init__.pyi"] & names["_core.pyi"] & names["_numba.py"]
        assert {f"_{function}", f"_{function}_of_bfloat16_bits"} <= names["_ufunc.pyi"]


def test_no_sources_are_installed():
    names = [path.name for path in importlib.metadata.files("fastsigmoid")]
    assert names
    assert not [name for name in names if re.search(r"\.[ch]$|^test_|^conftest", name)]


def test_docstring():
    for function in FUNCTIONS.values():
        assert function.__text_signature__ == "(x, /, out=None, **kwargs)"
        assert function.__module__ == "fastsigmoid"
    assert "1 / (1 + e**-x)" in fastsigmoid.sigmoid.__doc__
    assert fastsigmoid.__doc__


def test_import_and_scalars_load_no_numpy(run_code):
    run_code("""
import sys
import fastsigmoid
from fastsigmoid import log_sigmoid, logit, sigmoid, softplus
from array import array
for function in (sigmoid, logit, log_sigmoid, softplus):
    function(0.25), function(3), function(True), function(2**70)
    assert "numpy" not in sys.modules, "loaded by import or by a scalar"
    x = array("d", [0.25, -745.0])
    assert function(x, out=x) is x
    function([0.25, 3.0], out=x)
    assert "numpy" not in sys.modules, "loaded for out"
dir(fastsigmoid)
assert "numpy" not in sys.modules, "loaded for names"
""")


def test_a_new_array_loads_numpy(run_code):
    pytest.importorskip("numpy")
    run_code("""
import sys
from fastsigmoid import sigmoid
assert type(sigmoid([0.25])).__name__ == "ndarray"
assert "numpy" in sys.modules
""")


@pytest.mark.parametrize(
    "touch",
    [
        "ufunc = fastsigmoid.special.logit",
        *slow(
            "ufunc = fastsigmoid.expit",
            "ufunc = fastsigmoid.log_expit",
            "import fastsigmoid.special; ufunc = fastsigmoid.special.softplus",
            "from fastsigmoid.special import expit as ufunc",
            "from fastsigmoid import special; ufunc = special.log_expit",
            "from fastsigmoid import expit, special, log_expit as ufunc",
        ),
    ],
)
def test_the_ufuncs_load_numpy_on_first_touch(run_code, touch):
    pytest.importorskip("numpy")
    run_code(f"""
import sys
import fastsigmoid
assert "numpy" not in sys.modules
{touch}
import numpy
assert isinstance(ufunc, numpy.ufunc)
assert getattr(fastsigmoid.special, ufunc.__name__) is ufunc
assert fastsigmoid.expit is fastsigmoid.special.expit
assert fastsigmoid.log_expit is fastsigmoid.special.log_expit
# At the top the names that both have are our own.
assert fastsigmoid.logit is not fastsigmoid.special.logit
assert type(fastsigmoid.softplus(0.25)) is float
""")


def test_numbers_without_numpy(run_without_numpy):
    run_without_numpy("""
for x in (0.25, Decimal("0.25"), Fraction(1, 4)):
    assert repr(sigmoid(x)) == "0.5621765008857981"
assert (sigmoid(3), sigmoid(10**400), sigmoid(-(10**400))) == (sigmoid(3.0), 1.0, 0.0)
from fastsigmoid import log_sigmoid, logit, softplus
for x in (0.75, Decimal("0.75"), Fraction(3, 4)):
    assert repr(logit(x)) == "1.0986122886681098"
assert (softplus(2**70), log_sigmoid(-(2**70))) == (2.0**70, -(2.0**70))
assert repr((softplus(-(10**400)), log_sigmoid(10**400), logit(10**400))) == "(0.0, -0.0, nan)"
assert sigmoid(True) == sigmoid(1.0)
""")


def test_out_without_numpy(run_without_numpy):
    run_without_numpy("""
expected = [0.5621765008857981, 5e-324, 0.5]
source = array("d", [0.25, -745.0, 0.0])
raw = memoryview(bytes(source))
for x in (source, list(source), tuple(source), memoryview(source), raw.cast("d")):
    for out in (array("d", bytes(24)), memoryview(bytearray(24)).cast("d")):
        assert sigmoid(x, out=out) is out
        assert list(out) == expected
        assert sigmoid(x, out=(out,)) is out
narrow = array("f", [0.25, -100.0])
sigmoid(narrow, out=narrow)
assert narrow[1] == float.fromhex("0x1.bp-145")
""")


def test_a_new_array_without_numpy(run_without_numpy):
    run_without_numpy("""
for x in (
    [0.25, 3.0], (0.25,), [], [1, 2], [[0.25], [3.0]], range(3),
    array("d", [0.25]), array("f", [0.25]), array("i", [1]),
    memoryview(array("d", [0.25])),
) * 2:
    try:
        sigmoid(x)
    except ImportError as error:
        assert "NumPy" in str(error) and "out=" in str(error), error
    else:
        raise AssertionError(f"no ImportError for {x}")
assert sigmoid(0.25) == 0.5621765008857981
""")


def test_expit_without_numpy(run_without_numpy):
    run_without_numpy("""
import fastsigmoid
for attempt in range(2):
    for name in ("expit", "log_expit", "special"):
        try:
            getattr(fastsigmoid, name)
        except ImportError:
            pass
        else:
            raise AssertionError("no ImportError")
assert sigmoid(0.25) == 0.5621765008857981
""")


def test_bad_input_without_numpy(run_without_numpy):
    run_without_numpy("""
for x in ("text", None, 1j, {}, set(), object(), b"bytes", bytearray(8)):
    try:
        sigmoid(x)
    except TypeError as error:
        assert type(x).__name__ in str(error), error
    else:
        raise AssertionError(x)
out = array("d", [7.0, 7.0])
try:
    sigmoid(array("d", [0.25, 0.5, 0.75]), out=out)
except (ValueError, ImportError):
    assert list(out) == [7.0, 7.0]
else:
    raise AssertionError("wrong shape")
""")
