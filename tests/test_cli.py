"""python -m fastsigmoid: values as arguments or lines of standard input."""

import contextlib
import io
import os
import platform
import shlex
import signal
import subprocess
import sys
import threading
from importlib import metadata

import pytest

import fastsigmoid
from fastsigmoid.__main__ import FUNCTIONS, main

from .support.parameters import slow

SHOWN = """\
0.5621765008857981
0.6224593312018546
0.6456563062257954
0.668187772168166
0.598687660112452
"""


@pytest.fixture
def process(run):
    """The command."""
    return lambda *arguments, **options: run("-m", "fastsigmoid", *arguments, **options)


@pytest.fixture
def cli(monkeypatch, capsys):
    """What the command calls, which says the same."""

    def cli(*arguments, input=""):
        stdin = io.TextIOWrapper(io.BytesIO(input.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "argv", ["__main__.py", *arguments])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        return subprocess.CompletedProcess(arguments, status, *capsys.readouterr())

    return cli


def test_arguments(process, cli):
    for call in (process, cli):
        result = call("0.25", "0.5", "0.6", "0.7", "0.4")
        assert (result.returncode, result.stdout, result.stderr) == (0, SHOWN, "")


def test_standard_input(process, cli):
    for call in (process, cli):
        result = call(input=" 0.25 \n\n0.5\r\n0.6\n\t0.7\n\n0.4")
        assert (result.returncode, result.stdout, result.stderr) == (0, SHOWN, "")
    result = cli(input="0.25\n0.5\n0.6\n0.7\n0.4\n")
    assert (result.returncode, result.stdout, result.stderr) == (0, SHOWN, "")


def test_empty_standard_input(cli):
    result = cli(input="")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_no_standard_input(process):
    result = process(stdin=subprocess.DEVNULL)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_negative_and_special_numbers(cli):
    arguments = ["-745", "-745.0", "-1e3", "-0.0", "inf", "-inf", "nan", "1e400", "-709.9", "+3"]
    expected = ["5e-324", "5e-324", "0.0", "0.5", "1.0", "0.0", "nan", "1.0"]
    expected += [repr(fastsigmoid.sigmoid(x)) for x in (-709.9, 3.0)]
    assert cli(*arguments).stdout.split() == expected
    assert cli(input="\n".join(arguments)).stdout.split() == expected


@pytest.mark.parametrize("name", ["sigmoid", "logit", *slow("log_sigmoid", "softplus")])
def test_each_function(cli, name):
    """As arguments and lines of standard input, in their order and beside other options."""
    values, function = ["0.75", "-3", "0", "inf", "nan", "1"], FUNCTIONS[name]
    expected = [repr(function(float(x))) for x in values]
    for arguments in (["--function", name, *values], [*values, f"--function={name}"]):
        result = cli(*arguments)
        assert (result.returncode, result.stdout.split(), result.stderr) == (0, expected, "")
    result = cli("--function", name, "-", "0.5", input=" ".join(values))
    assert result.stdout.split() == [*expected, repr(function(0.5))]


@pytest.mark.parametrize("token", ["expit", *slow("", "Logit", "logit,")])
def test_unknown_function(cli, token):
    result = cli("--function", token, "0.25")
    assert (result.returncode, result.stdout) == (2, "")
    last = result.stderr.splitlines()[-1]
    assert f"--function: invalid choice: {token!r}" in last
    for name in FUNCTIONS:
        assert name in last


@pytest.mark.parametrize("token", ["abc", "é", *slow("", "1,5", "0x10", "1 2")])
def test_bad_argument(process, token):
    """It is named in the last line, and nothing is printed before it."""
    result = process("0.25", token)
    assert (result.returncode, result.stdout) == (2, "")
    last = result.stderr.splitlines()[-1]
    # What the encoding of the terminal does not have is escaped.
    assert last.endswith((f"not a number: {token!r}", f"not a number: {token!a}"))
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("token", ["--unknown", *slow("-x")])
def test_unknown_option(cli, token):
    result = cli("0.25", token)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].endswith(f"unrecognized arguments: {token}")


def test_bad_line(cli):
    """What stands before it is printed."""
    result = cli(input="0.25\n\nabc\n0.5\n")
    assert (result.returncode, result.stdout) == (2, "0.5621765008857981\n")
    assert result.stderr == "fastsigmoid: line 3: not a number: 'abc'\n"
    # Other white space ends no line.
    result = cli(input="0.25\f0.5\v0.6\nabc\n")
    assert (result.returncode, len(result.stdout.splitlines())) == (2, 3)
    assert result.stderr == "fastsigmoid: line 2: not a number: 'abc'\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are for POSIX")
def test_a_terminal_that_nothing_is_typed_into(process):
    """It is not waited for."""
    terminal, stdin = os.openpty()
    try:
        result = process(stdin=stdin)
    finally:
        os.close(terminal)
        os.close(stdin)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: ")


def test_info(cli):
    result = cli("--info")
    assert (result.returncode, result.stderr) == (0, "")
    shown = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    kernels = fastsigmoid.cpu_info()
    assert shown["fastsigmoid"] == fastsigmoid.__version__
    assert shown["Python"].split()[0] == platform.python_version()
    assert shown["kernels"] == kernels["isa"]
    assert shown["available"] == ", ".join(kernels["available"])
    assert shown.keys() >= {"platform", "CPU"}


def test_version_and_help(cli):
    version = cli("--version")
    assert (version.returncode, version.stdout) == (0, f"fastsigmoid {fastsigmoid.__version__}\n")
    usage = cli("--help")
    assert usage.returncode == 0
    assert usage.stdout == cli("-h").stdout
    assert usage.stdout.startswith("usage: python -m fastsigmoid ")
    for name in FUNCTIONS:
        assert name in usage.stdout
    for option in ("VALUE", "--function NAME", "--info", "--version", "--help"):
        assert option in usage.stdout


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


def test_any_white_space(cli):
    for text in ("0.25 0.5\t0.6\r\n0.7\f0.4", "\n0.25\v0.5 \u2003 0.6 0.7 0.4 \n\n"):
        result = cli(input=text)
        assert (result.returncode, result.stdout, result.stderr) == (0, SHOWN, "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", *slow("utf-8", "utf-16", "utf-16-be")])
def test_a_byte_order_mark(run, encoding):
    text = "0.25\n0.5\n0.6 0.7\n0.4\n"
    if encoding == "utf-16-be":  # whose codec writes none
        text = "\ufeff" + text
    result = subprocess.run(
        [sys.executable, "-m", "fastsigmoid", "-"],
        input=text.encode(encoding),
        capture_output=True,
        check=False,
    )
    assert (result.returncode, result.stdout.decode().splitlines()) == (0, SHOWN.splitlines())


def test_dash_stands_for_standard_input(cli):
    result = cli("0.25", "-", "0.4", input="0.5 0.6\n0.7")
    assert (result.returncode, result.stdout, result.stderr) == (0, SHOWN, "")
    assert cli("-", "-", input="0.25").stdout == SHOWN.splitlines()[0] + "\n"


@pytest.mark.parametrize(
    "arguments", [["--info", "extra"], *slow(["--info", "1"], ["1", "--info"], ["-x"])]
)
def test_usage(cli, arguments):
    result = cli(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: ")


def test_a_bad_number_among_many(cli):
    lines = [str(i) for i in range(50_000)]
    lines[40_000] = "1 2 abc 3"
    result = cli(input="\n".join(lines))
    assert result.returncode == 2
    assert len(result.stdout.splitlines()) == 40_002
    assert result.stderr == "fastsigmoid: line 40001: not a number: 'abc'\n"


@pytest.mark.slow
def test_chunks_cut_no_number(cli):
    numbers = [f"0.{i:011d}" for i in range(30_000)]
    for space in (" ", "\r\n"):
        result = cli(input=space.join(numbers))
        assert result.stdout.split() == [repr(fastsigmoid.sigmoid(float(x))) for x in numbers]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk at hand")
@pytest.mark.parametrize("arguments", [[], *slow(["0.25"], ["--info"])])
def test_a_full_disk(arguments):
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "fastsigmoid", *arguments],
            input=b"0.5\n",
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.splitlines() == [b"fastsigmoid: cannot write: No space left on device"]


@pytest.fixture
def live():
    """The command with pipes that are written and read while it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fastsigmoid"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "", "PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
    )
    patience = threading.Timer(60, process.kill)  # who waits for it reads its end then
    patience.start()
    with process:
        yield process
        patience.cancel()
        process.kill()


def test_a_pipe_is_read_live(live):
    """What is complete is answered at once; a number may go on, and so may a character."""
    for written, x in [
        (b"0.25\n", 0.25),
        (b"0.5 ", 0.5),
        (b"-745\t", -745.0),
        (b"0.6\r", 0.6),
        (b"\n1 2", 1.0),
        (b"5\n", 25.0),
        (b"1 \xc3", 1.0),
    ]:
        live.stdin.write(written)
        live.stdin.flush()
        assert float(live.stdout.readline()) == fastsigmoid.sigmoid(x)
    output, errors = live.communicate(b"\xa9\n2\n")
    assert (output, live.returncode) == (b"", 2)
    assert errors.decode().strip() == "fastsigmoid: line 4: not a number: 'é'"


def test_bytes_that_are_no_text(live):
    output, errors = live.communicate(b"0.25\n0.5\xff\n")
    assert (output.split(), live.returncode) == ([b"0.5621765008857981"], 2)
    assert errors.split(b"number: ")[1].strip() == rb"'0.5\\xff'"


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to one process")
def test_ctrl_c(live):
    live.stdin.write(b"0.25\n")
    live.stdin.flush()
    live.stdout.readline()
    live.send_signal(signal.SIGINT)
    assert live.wait(30) == 130
    assert live.stderr.read() == b"fastsigmoid: interrupted\n"


@pytest.mark.skipif(sys.platform != "win32", reason="a console of Windows")
def test_ctrl_c_in_a_console(run):
    """It comes to all that run there, some time, and is seen when something has been read."""
    code = """
import contextlib, os, signal, subprocess, sys
signal.signal(signal.SIGINT, lambda *_: None)
command = [sys.executable, "-m", "fastsigmoid"]
with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True, bufsize=1) as process:
    process.stdin.write("0.25\\n")
    process.stdout.readline()
    os.kill(0, signal.CTRL_C_EVENT)
    with contextlib.suppress(OSError):
        process.stdin.write("0.5\\n")
        while process.stdout.readline():
            process.stdin.write("0.5\\n")
    output, errors = process.communicate()
assert (process.returncode, output, errors) == (130, "", "fastsigmoid: interrupted\\n")
"""
    result = run("-c", code, creationflags=subprocess.CREATE_NO_WINDOW)
    assert result.returncode == 0, result.stderr


def test_a_reader_that_goes(live):
    live.stdout.close()
    with contextlib.suppress(OSError):
        live.stdin.write(b"0.25\n")
        live.stdin.flush()
        live.stdin.close()
    assert live.wait(30) == 1
    assert live.stderr.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
@pytest.mark.parametrize("closed, status", [("<&-", 2), (">&-", 1)])
def test_closed_streams(closed, status):
    command = f"exec {shlex.quote(sys.executable)} -m fastsigmoid {'0.25' if status == 1 else ''} {closed}"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert result.returncode == status
    assert len(result.stderr.splitlines()) <= 3
    assert "Traceback" not in result.stderr
    assert "standard" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_an_error_that_nobody_reads_is_no_output():
    command = f"{shlex.quote(sys.executable)} -m fastsigmoid 2>&-"
    result = subprocess.run(command, shell=True, input=b"abc\n", capture_output=True, check=False)
    assert (result.returncode, result.stdout) == (2, b"")


def test_the_command_is_installed(tmp_path):
    (entry,) = metadata.entry_points(group="console_scripts", name="fastsigmoid")
    assert entry.load() is main
    assert entry.dist.name == "fastsigmoid"
