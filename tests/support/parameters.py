"""Parameters of tests."""

import pytest


def slow(*parameters):
    """Those that only a run with the slow tests takes: what the others show, shown of more."""
    return [pytest.param(parameter, marks=pytest.mark.slow) for parameter in parameters]
