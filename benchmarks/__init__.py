"""How fast and how exact ``fastsigmoid`` is beside the usual ways of computing a sigmoid.

Run ``python -m benchmarks`` from the top of a checkout; the installed package is what is measured.
"""
