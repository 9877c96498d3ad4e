"""scalar.py LOOP TIMES: calls of sigmoid(0.25) from Python, or an empty loop, for callgrind to count."""

import sys

from fastsigmoid import sigmoid


def call(times, f=sigmoid, x=0.25):
    for _ in range(times):
        f(x)


def empty(times, f=sigmoid, x=0.25):
    for _ in range(times):
        pass


{"call": call, "empty": empty}[sys.argv[1]](int(sys.argv[2]))
