"""The README's examples in C and Cython, built and run."""

import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from fastsigmoid import sigmoid

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
X = np.random.default_rng(2).normal(0, 4, 1001)

C_MODULE = """
static PyObject *
call(PyObject *module, PyObject *x)
{
    return PyFloat_FromDouble(sigmoid(PyFloat_AsDouble(x)));
}

static PyMethodDef methods[] = {{"call", call, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "user", NULL, -1, methods};

PyMODINIT_FUNC
PyInit_user(void)
{
    PyObject *module = find_sigmoid() < 0 ? NULL : PyModule_Create(&definition);
#ifdef Py_GIL_DISABLED
    if (module != NULL) {
        PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
    }
#endif
    return module;
}
"""
ALL_OF_CYTHON = """
cimport fastsigmoid
from fastsigmoid cimport (
    log_sigmoid, log_sigmoid_row, log_sigmoidf, log_sigmoidf_row, logit, logit_row, logitf, logitf_row,
    sigmoid, sigmoid_row, sigmoidf, sigmoidf_row, softplus, softplus_row, softplusf, softplusf_row,
)

def values(double x):
    return sigmoid(x), logit(x), log_sigmoid(x), softplus(x), fastsigmoid.sigmoid(x)

def values_f32(float x):
    return sigmoidf(x), logitf(x), log_sigmoidf(x), softplusf(x)

def rows(double[:] x, double[:, :] y):
    sigmoid_row(&x[0], x.strides[0], &y[0, 0], y.strides[1], <size_t>x.shape[0])
    logit_row(&x[0], x.strides[0], &y[1, 0], y.strides[1], <size_t>x.shape[0])
    log_sigmoid_row(&x[0], x.strides[0], &y[2, 0], y.strides[1], <size_t>x.shape[0])
    softplus_row(&x[0], x.strides[0], &y[3, 0], y.strides[1], <size_t>x.shape[0])

def rows_f32(float[:] x, float[:, :] y):
    sigmoidf_row(&x[0], x.strides[0], &y[0, 0], y.strides[1], <size_t>x.shape[0])
    logitf_row(&x[0], x.strides[0], &y[1, 0], y.strides[1], <size_t>x.shape[0])
    log_sigmoidf_row(&x[0], x.strides[0], &y[2, 0], y.strides[1], <size_t>x.shape[0])
    softplusf_row(&x[0], x.strides[0], &y[3, 0], y.strides[1], <size_t>x.shape[0])
"""


def example(language):
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return text


def build(folder, text):
    """Compiles the text of a module `user`."""
    if which("cc") is None:
        pytest.skip("no C compiler")
    include, suffix = sysconfig.get_path("include"), sysconfig.get_config_var("EXT_SUFFIX")
    command = ["cc", f"-I{include}", "-fsyntax-only", "-xc", "-"]
    header = b"#include <Python.h>\n"
    if subprocess.run(command, input=header, stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("no headers of this Python for the C compiler")
    folder.joinpath("user.c").write_text(text, encoding="utf-8")
    flags = ["-O2", "-Wall", "-Werror", "-fPIC", "-shared", f"-I{include}"]
    subprocess.run(["cc", *flags, "user.c", "-o", f"user{suffix}"], cwd=folder, check=True)


@pytest.mark.slow  # a compiler runs
def test_c(run, tmp_path):
    build(tmp_path, example("c") + C_MODULE)
    result = run("-c", "import user; print(user.call(0.25))")
    assert (result.stdout, result.stderr) == (f"{sigmoid(0.25)}\n", "")


@pytest.fixture
def cython(tmp_path, monkeypatch):
    """Imports a module of Cython's."""
    pytest.importorskip("Cython")

    def cython(name, text):
        tmp_path.joinpath(f"{name}.pyx").write_text(
            f"# cython: language_level=3\n{text}", encoding="utf-8"
        )
        command = [sys.executable, "-m", "Cython.Build.Cythonize", "-i", "-q", f"{name}.pyx"]
        subprocess.run(command, cwd=tmp_path, check=True)
        monkeypatch.syspath_prepend(tmp_path)
        return __import__(name)

    return cython


def test_cython(cython):
    user = cython("of_the_readme", example("cython"))
    total = 0.0
    for value in X:
        total += sigmoid(float(value))
    assert user.mean(X) == total / X.size
    y = X.copy()
    user.in_place(y[::3])
    assert np.array_equal(y[::3], sigmoid(X[::3]))


def test_all_that_cython_can_take(cython):
    from ..support.family import FAMILY

    user, family = cython("all_of_it", ALL_OF_CYTHON), [m.own for m in FAMILY.values()]
    assert user.values(0.3) == (*(own(0.3) for own in family), sigmoid(0.3))
    assert user.values_f32(0.3) == tuple(float(own(np.float32(0.3))) for own in family)
    x = np.random.default_rng(2).random(501)
    for dtype, rows in (("f8", user.rows), ("f4", user.rows_f32)):
        y = np.empty((4, 250), dtype)
        rows(x.astype(dtype)[1::2], y)
        for own, row in zip(family, y, strict=True):
            assert np.array_equal(row, own(x.astype(dtype)[1::2]))


def test_cffi():
    cffi = pytest.importorskip("cffi")
    from ..test_pointers import VALUE, address

    function = cffi.FFI().cast("double (*)(double)", address("sigmoid", VALUE))
    assert [function(value) for value in X.tolist()] == sigmoid(X).tolist()
