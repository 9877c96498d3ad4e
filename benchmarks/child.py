"""python -m benchmarks.child REQUEST: measures one group in a process of its own, for processes.py.

A group may need environment variables or an interpreter that others must not have, and no rival
shall find what another has left in memory.
"""

import json
import sys

from . import environment, timing
from .cases import Group
from .rivals import VERSIONS, Unavailable


def main():
    request = json.loads(sys.argv[1])
    group = Group(request["kind"], request["arguments"])
    try:
        if request["build"] != environment.build():
            raise Unavailable("another build of fastsigmoid is installed there")
        cases = group.cases()
    except Unavailable as reason:
        answer = {"missing": str(reason)}
    else:
        timings = timing.measure(cases, request["rounds"], request["seconds"])
        answer = {"samples": timings.samples, "versions": VERSIONS}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
