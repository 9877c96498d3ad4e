"""Helpers of the tests: formats, regimes of inputs, the oracle, guarded memory, the floating-point environment."""
