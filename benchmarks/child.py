"""python -m benchmarks.child: measures groups in a process of its own, for processes.py.

A group may need environment variables or an interpreter that others must not have, and none
shall find what another has left in memory.  Each line that is read is a request, each line written an
answer, both in JSON.
"""

import json
import signal
import sys
import warnings

from . import accuracy, bits, environment, timing
from .cases import Group, Wanted
from .optional import Unavailable
from .timing import Effort


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word
    # Those that are of interest are counted by accuracy.py and bits.py.
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


def answer(request):
    group = Group(request["kind"], tuple(request["arguments"]))
    try:
        if request["build"] != environment.build():
            raise Unavailable("another build of fastsigmoid is installed there")
        wanted = Wanted(request["rivals"])
        measured = measure(group, wanted, request)
    except Unavailable as reason:
        return {"missing": str(reason)}
    about = {"versions": wanted.versions, "absent": wanted.absent}
    return measured | about | {"environment": environment.libraries()}


def measure(group, wanted, request):
    alone = request["alone"]
    if not group.timed:
        compare = {"accuracy": accuracy.compare, "bits": bits.compare}[group.kind]
        return {"results": compare(wanted, alone, *group.arguments)}
    timing.pin(group.kind != "threads")
    cases = group.cases(wanted, alone)
    return timing.measure(cases, Effort(**request["effort"]), request["seed"])._asdict()


if __name__ == "__main__":
    main()
