import os
import pathlib
import signal
import subprocess
import sys

import pytest

from fastsigmoid.__main__ import FUNCTIONS

# A shell's background jobs ignore Ctrl-C, and so does all that they start.  Here it is to be felt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# They are about the committed results, which neither the source archive nor a job that builds wheels has.
HAS_RESULTS = pathlib.Path(__file__).parents[1].joinpath("benchmarks/results").is_dir()
collect_ignore = [] if HAS_RESULTS else ["test_benchmarks.py"]


def pytest_report_header():
    return [f"left out: {name}, there is no benchmarks/results" for name in collect_ignore]


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """A run of the whole suite is shared out to all processors, where pytest-xdist is installed."""
    whole = config.args_source is not pytest.Config.ArgsSource.ARGS
    is_worker = "PYTEST_XDIST_WORKER" in os.environ  # which takes part in one, and starts none
    if whole and not is_worker and getattr(config.option, "numprocesses", 0) is None:
        config.option.numprocesses = "auto"


@pytest.fixture(params=FUNCTIONS)
def member(request):
    """Each function of the family, with what support/family.py knows of it."""
    from .support.family import FAMILY  # it needs NumPy, which may be missing

    return FAMILY[request.param]


@pytest.fixture
def function(member):
    """Each function of the family, as the package has it at its top."""
    return member.own


@pytest.fixture
def run(tmp_path):
    """Runs a fresh interpreter, warnings as errors, away from the checkout."""
    if sys.platform == "emscripten":
        pytest.skip("WebAssembly has no processes")

    def run(*arguments, **options):
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
            check=False,
            cwd=tmp_path,
            text=True,
            timeout=120,
        )

    return run


@pytest.fixture
def run_code(run):
    """Runs Python code in a fresh interpreter and returns what it printed; it must succeed."""

    def run_code(code, *arguments):
        result = run("-c", code, *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run_code


@pytest.fixture
def report(record_property):
    """Prints a line at the end of the run."""
    return lambda line: record_property("measured", line)


def pytest_terminal_summary(terminalreporter):
    lines = [
        line
        for test in terminalreporter.stats.get("passed", [])
        for key, line in test.user_properties
        if key == "measured"
    ]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)
