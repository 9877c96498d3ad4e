import signal
import subprocess
import sys

import hypothesis
import pytest

# A shell's background jobs ignore Ctrl-C, and so does all that they start.  Here it is to be felt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture
def run(tmp_path):
    """Runs a fresh interpreter, warnings as errors, away from the checkout."""

    def run(*arguments, **options):
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            check=False,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            **options,
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


LINES = pytest.StashKey[list]()


@pytest.fixture
def report(request):
    """Prints a line at the end of the run."""
    return request.config.stash.setdefault(LINES, []).append


def pytest_terminal_summary(terminalreporter, config):
    if LINES in config.stash:
        terminalreporter.section("measured")
        for line in config.stash[LINES]:
            terminalreporter.write_line(line)
