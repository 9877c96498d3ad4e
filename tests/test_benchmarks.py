"""The benchmarks run, and the README, the page and the plots show the committed results.

What is measured is nobody's business here: no test depends on time.
"""

import importlib.util
import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]


NOISE = """
import itertools, types
from benchmarks import timing

shares = iter([0.5, 1.0, 0.5, *[1.0] * 7])
timing.time = types.SimpleNamespace(
    monotonic=lambda: 0.0,
    perf_counter=itertools.cycle([0.0, 1.0]).__next__,
    process_time=(t for share in shares for t in (0.0, share)).__next__,
)
case = timing.Case("f", "f()", {"f": int})
rounds = timing.measure([case], timing.Effort(1, %d, 5, 1, 1e-5, 1, False), 0)
print(len(rounds.samples["f"]), rounds.repeated, rounds.noisy)
"""

PASSES = """
import sys
from benchmarks import __main__ as command

started = []

def watch(event, arguments):
    if event == "subprocess.Popen" and "benchmarks.child" in arguments[1]:
        started.append(event)

sys.addaudithook(watch)
command.QUICK = command.QUICK._replace(passes=3, shared=False, seconds=60)
command.main()
print(len(started), "processes")
"""

INTERRUPTED = """
from benchmarks import __main__ as command, processes

measure = processes.measure
outcomes = []

def interrupted(*arguments):
    if outcomes:
        raise KeyboardInterrupt
    outcomes.append(measure(*arguments))
    return outcomes[0]

processes.measure = interrupted
try:
    command.main()
except SystemExit as end:
    print(end)
"""

ORDER = """
from benchmarks import timing

def order(seed):
    calls = []
    cases = [timing.Case(c, "f(c)", {"f": calls.append, "c": c}) for c in "abcdefgh"]
    timing.measure(cases, timing.Effort(1, 1, 1, 1, 1e-9, 1, False), seed)
    return "".join(calls[-8:])

print(len({order(0), order(1), order(2)}), order(1) == order(1), sorted(order(1)) == list("abcdefgh"))
"""

DEAD = """
import sys
from benchmarks import __main__ as command, processes
from benchmarks.cases import Group

group = Group("scalar", (0.25,))
dead, alive = (
    processes.measure(group, command.QUICK, 0, [], [interpreter])
    for interpreter in (sys.argv[1], sys.executable)
)
both = alive + dead
print(dead, both.runs[0].timings.rounds == alive.runs[0].timings.rounds, both.absent)
processes.end()
"""

SLOW_START = """
import itertools, time
from benchmarks import timing

calls = itertools.count()
compile_first = lambda: next(calls) or time.sleep(0.1)
case = timing.Case("f", "f()", {"f": compile_first})
timing.measure([case], timing.Effort(1, 1, 1, 1, 1e-2, 1, False), 0)
print(next(calls) > 1000)
"""


PAGE = """
import sys, pathlib
from benchmarks import page

print(page.page(pathlib.Path(sys.argv[1])))
"""


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", *arguments], check=False, cwd=ROOT, capture_output=True, text=True
    )


def run_script(code, *arguments):
    child = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (child.returncode, child.stderr) == (0, "")
    return child.stdout.strip()


def quick(*arguments):
    child = run("benchmarks", *arguments, "--quick", "--dtype", "float64")
    assert child.returncode == 0, child.stderr
    return child.stdout


def test_readme_page_and_plots_agree_with_the_results():
    check = run("benchmarks.page", "--check")
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_every_pass_is_a_process_of_its_own(tmp_path):
    file = tmp_path / "results.json"
    arguments = ["scalar", "accuracy", "--quick", "--dtype", "float64", "--rivals", "none"]
    printed = run_script(PASSES, *arguments, "--json", file)
    timed, *compared = json.loads(file.read_text(encoding="utf-8"))["groups"]
    assert printed.endswith(f"\n{3 + len(compared)} processes")
    for line in timed["runs"][0]["nanoseconds"].values():
        assert [len(process.split()) for process in line.split("|")] == [9, 9, 9]
    assert all(group["runs"][0]["nanoseconds"] == {} for group in compared)
    assert "9 in each of 3 processes" in printed


def test_an_interrupted_run_prints_what_it_has_and_writes_no_file(tmp_path):
    file = tmp_path / "results.json"
    arguments = ["scalar", "accuracy", "--quick", "--dtype", "float64", "--rivals", "none"]
    printed = run_script(INTERRUPTED, *arguments, "--json", file)
    assert "\n## x = 0.25, a Python float\n" in printed
    assert "\ninterrupted after 1 of " in printed
    assert not file.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the dead interpreter is a shell script")
def test_a_process_that_dies_is_told_and_costs_no_other_figures(tmp_path):
    dead = tmp_path / "python"
    dead.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    dead.chmod(0o755)
    reason = "['scalar 0.25: its process ended with status 3']"
    assert run_script(DEAD, dead) == f"Outcome(runs=[], absent={reason}) True {reason}"


def test_a_dtype_that_could_not_be_measured_is_only_said_to_be_so(tmp_path):
    committed = ROOT / "benchmarks" / "results" / "x86-64.json"
    document = json.loads(committed.read_text(encoding="utf-8"))
    reason = "there is no float128"
    group = {"kind": "array", "arguments": ["float128", 10], "settings": []}
    document["groups"].append(group | {"absent": [reason], "runs": []})
    document["skipped"].append(reason)
    changed = tmp_path / "x86-64.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    page = run_script(PAGE, changed)
    assert page.count("float128") == page.count(f"Skipped: {reason}") == 1
    assert "x86-64-float64-dark.png" in page


def test_the_order_of_a_round_depends_on_the_pass():
    assert run_script(ORDER) == "3 True True"


def test_two_runs_are_compared_call_by_call(tmp_path):
    committed = ROOT / "benchmarks" / "results" / "x86-64.json"
    document = json.loads(committed.read_text(encoding="utf-8"))
    slower = document["groups"][0]["runs"][0]["nanoseconds"]
    slower["math.exp(x)"] = re.sub(r"[\d.e+]+", "1e9", slower["math.exp(x)"])
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")

    same = run("benchmarks.agreement", str(committed), str(committed)).stdout
    both = r"([\d,]+) of \1 times agree\.\n\n([\d,]+) of \2 ratios to ours agree\.\n"
    times, ratios = re.fullmatch(both, same).groups()
    printed = run("benchmarks.agreement", str(committed), str(changed)).stdout
    for name, count, shown in [("times", times, "1.00 s"), ("ratios", ratios, r"\d{8}\.\d{3}")]:
        fewer = f"{int(count.replace(',', '')) - 1:,}"
        assert f"{fewer} of {count} {name}" in printed
        row = rf"\| scalar 0\.25 \| `math\.exp\(x\)` \| .* \| {shown} +\| {shown} \.\. {shown} \|"
        assert len(re.findall(row, printed)) == 1

    document["environment"]["kernels"] = "others"
    changed.write_text(json.dumps(document), encoding="utf-8")
    printed = run("benchmarks.agreement", str(committed), str(changed)).stdout
    assert printed.startswith("Not compared: ")


def test_results_name_no_machine():
    for path in (ROOT / "benchmarks" / "results").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        about = json.loads(text)["environment"]
        assert {"CPU", "kernels", "system", "date", "Python", "NumPy"} <= set(about)
        assert not re.search(r"/home/|/root\b|/Users/|\\\\Users", text)


def test_every_round_and_every_usual_way_is_in_the_document(tmp_path):
    file = tmp_path / "results.json"
    printed = quick("scalar", "--rivals", "numexpr", "--json", str(file))
    (group,) = json.loads(file.read_text(encoding="utf-8"))["groups"]
    (measured,) = group["runs"]
    for label in ["fastsigmoid.sigmoid(x)", "1 / (1 + math.exp(-x))", "np.where, two branches"]:
        assert len(measured["nanoseconds"][label].split()) >= 5
        assert f"| `{label}` " in printed
    assert "The committed figures" in printed
    # A rival that is not there is named.
    missing = importlib.util.find_spec("numexpr") is None
    assert ("Skipped: numexpr is not installed" in printed) == missing


def test_our_results_are_correctly_rounded_and_the_same_bits_everywhere(tmp_path):
    file = tmp_path / "results.json"
    quick("accuracy", "--rivals", "none", "--json", str(file))
    rows = [
        row
        for group in json.loads(file.read_text(encoding="utf-8"))["groups"]
        for run in group["runs"]
        for row in run["results"]
    ]
    ours = [row for row in rows if row["label"].startswith("fastsigmoid")]
    assert len(ours) == 8
    for row in ours:
        for key in ("misrounded", "lost", "strided", "shifted", "one by one"):
            assert row.get(key, 0) == 0
        assert row.get("most_ulp", 0) <= 0.5
    # They would be told from others.
    assert any(row["misrounded"] > 0.01 for row in rows if "misrounded" in row)


@pytest.mark.parametrize(
    ("wanted", "counts"),
    [(5, "5 2 0"), (1, "1 1 0"), (2, "2 2 0")],
)
def test_noisy_rounds_are_repeated(wanted, counts):
    assert run_script(NOISE % wanted) == counts


def test_a_slow_first_call_leaves_no_samples_of_cold_calls():
    assert run_script(SLOW_START) == "True"


@pytest.mark.parametrize("option", [["--rivals", "nobody"], ["--dtype", "float8"], ["speed"]])
def test_unknown_names_are_refused(option):
    child = run("benchmarks", *option)
    assert child.returncode == 2
    assert "not among" in child.stderr
