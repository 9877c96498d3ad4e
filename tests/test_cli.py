"""python -m fastsigmoid: values as arguments or lines of standard input."""

import re

import pytest

import fastsigmoid

SHOWN = """\
0.5621765008857981
0.6224593312018546
0.6456563062257954
0.668187772168166
0.598687660112452
"""


@pytest.fixture
def cli(run):
    return lambda *arguments, **options: run("-m", "fastsigmoid", *arguments, **options)


def test_arguments(cli):
    result = cli("0.25", "0.5", "0.6", "0.7", "0.4")
    assert (result.returncode, result.stdout, result.stderr) == (0, SHOWN, "")


def test_standard_input(cli):
    for text in ("0.25\n0.5\n0.6\n0.7\n0.4\n", " 0.25 \n\n0.5\r\n0.6\n\t0.7\n\n0.4"):
        result = cli(input=text)
        assert (result.returncode, result.stdout, result.stderr) == (0, SHOWN, "")


def test_empty_standard_input(cli):
    result = cli(input="")
    assert (result.returncode, result.stdout) == (0, "")


def test_negative_and_special_numbers(cli):
    arguments = ["-745", "-745.0", "-1e3", "-0.0", "inf", "-inf", "nan", "1e400", "-709.9", "+3"]
    expected = ["5e-324", "5e-324", "0.0", "0.5", "1.0", "0.0", "nan", "1.0"]
    expected += [repr(fastsigmoid.sigmoid(x)) for x in (-709.9, 3.0)]
    assert cli(*arguments).stdout.split() == expected
    assert cli(input="\n".join(arguments)).stdout.split() == expected


@pytest.mark.parametrize("token", ["abc", "", "1,5", "--unknown", "-x", "0x10", "1 2", "é"])
def test_bad_argument(cli, token):
    result = cli("0.25", token)
    assert result.returncode == 2
    assert result.stdout == ""
    assert ascii(token)[1:-1] in result.stderr or token in result.stderr
    assert "Traceback" not in result.stderr


def test_bad_line(cli):
    result = cli(input="0.25\n\nabc\n0.5\n")
    assert result.returncode == 2
    assert result.stdout == "0.5621765008857981\n"
    assert "abc" in result.stderr
    assert re.search(r"\b3\b", result.stderr)
    assert "Traceback" not in result.stderr


def test_info(cli):
    result = cli("--info")
    assert (result.returncode, result.stderr) == (0, "")
    assert fastsigmoid.__version__ in result.stdout
    assert "CPU" in result.stdout
    kernels = fastsigmoid.cpu_info()
    assert kernels["isa"] in kernels["available"]
    for isa in kernels["available"]:
        assert re.search(rf"\b{re.escape(isa)}\b", result.stdout)


def test_version_and_help(cli):
    assert fastsigmoid.__version__ in cli("--version").stdout
    assert "python -m fastsigmoid" in cli("--help").stdout


def test_numpy_is_not_loaded(run_code):
    code = """
import runpy, sys
sys.argv[1:] = ["0.25", "-3"]
try:
    runpy.run_module("fastsigmoid", run_name="__main__", alter_sys=True)
except SystemExit as exit:
    assert not exit.code
assert "numpy" not in sys.modules
"""
    assert run_code(code).split()[0] == "0.5621765008857981"
