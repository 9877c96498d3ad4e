"""The faults that tests.evidence.faults plants: each has its place in the code, so that none is lost by an edit."""

import pytest

pytest.importorskip("numpy")

from .evidence import faults


def test_every_fault_can_be_planted():
    assert faults.not_to_be_planted(faults.FAULTS) == []


def test_a_fault_without_a_place_is_named():
    fault = faults.Fault("gone", "math/lanes.inc", "no such text", "")
    assert faults.not_to_be_planted([fault]) == ["gone: math/lanes.inc has 'no such text' 0 times"]


def test_names_and_expected_tests():
    names = [fault.name for fault in faults.FAULTS]
    assert len(set(names)) == len(names)
    files = {fault.tests for fault in faults.FAULTS} - {"", "proof"}
    assert [name for name in files if not (faults.ROOT / f"tests/test_{name}.py").exists()] == []
