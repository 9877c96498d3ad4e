"""python -m benchmarks.child REQUEST: measures one group in a process of its own, for processes.py.

A group may need environment variables or an interpreter that others must not have, and no rival
shall find what another has left in memory.
"""

import json
import sys

from . import accuracy, bits, environment, timing
from .cases import Group, Wanted
from .optional import Unavailable
from .timing import Effort

# What is no matter of time.
COMPARED = {"accuracy": accuracy.compare, "bits": bits.compare}


def main():
    request = json.loads(sys.argv[1])
    group = Group(request["kind"], request["arguments"])
    try:
        if request["build"] != environment.build():
            raise Unavailable("another build of fastsigmoid is installed there")
        wanted = Wanted(request["rivals"])
        answer = measure(group, wanted, request)
    except Unavailable as reason:
        answer = {"missing": str(reason)}
    else:
        answer |= {"versions": wanted.versions, "absent": wanted.absent}
    json.dump(answer, sys.stdout)


def measure(group, wanted, request):
    alone = request["alone"]
    if group.kind in COMPARED:
        return {"results": COMPARED[group.kind](wanted, alone, *group.arguments)}
    if group.kind != "threads":
        timing.pin()
    cases = group.cases(wanted, alone)
    return timing.measure(cases, Effort(**request["effort"]))._asdict()


if __name__ == "__main__":
    main()
