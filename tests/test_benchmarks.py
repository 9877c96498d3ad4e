"""The benchmarks measure what they say, and README, pages and pictures show the committed results.

How fast anything is, is nobody's business here: what depends on time is asked of calls that differ by a multiple.
"""

import json
import math
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import xml.etree.ElementTree

import pytest

pytest.importorskip("tabulate", reason="the benchmarks need tabulate and tqdm")
pytest.importorskip("tqdm", reason="the benchmarks need tabulate and tqdm")

ROOT = pathlib.Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
COMMITTED = RESULTS / "x86-64.json"
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs a core to itself, or a terminal")
needs_results = pytest.mark.skipif(not COMMITTED.exists(), reason="the sdist has no results")


def run(*arguments, root=ROOT, code=0, **options):
    child = subprocess.run(
        [sys.executable, *map(str, arguments)],
        check=False,
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        **options,
    )
    assert child.returncode == code, child.stderr
    return child


def script(code, *arguments, **options):
    child = run("-c", code, *arguments, **options)
    assert child.stderr == ""
    return json.loads(child.stdout)


def groups(path, kind):
    found = json.loads(path.read_text(encoding="utf-8"))["groups"]
    return [group for group in found if group["kind"] == kind]


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """A run with two passes, of our own calls and the usual ones: its file and what it printed."""
    file = tmp_path_factory.mktemp("benchmarks") / "quick.json"
    options = ["--quick", "--passes", "2", "--dtype", "float64", "--rivals", "none"]
    parts = "float,array,inputs,accuracy"
    return file, run("-m", "benchmarks", parts, *options, "--json", file).stdout


# ---- what is measured


TURNS = """
import collections, json, time
from benchmarks.measure import Blocks, Case, Effort, take_turns

def work(n):
    return sum(range(n))

seen = collections.Counter()
cases = [
    Case("one", "work(n)", {"work": work, "n": 200}),
    Case("three", "work(n), work(n), work(n)", {"work": work, "n": 200}),
    Case("blocks", "work(n_n), seen.update(n)", {"work": work, "seen": seen, "n_n": 9, "n": Blocks("abc")}),
]
samples = take_turns(cases, Effort(1, 7, 7, 9, 1e-3, 1), 0)["samples"]
start = time.process_time()
for _ in range(2000):
    work(200)
print(json.dumps([samples, seen, (time.process_time() - start) / 2000]))
"""


@pytest.mark.slow
def test_samples_are_the_times_of_a_call_and_blocks_take_turns():
    samples, seen, seconds = script(TURNS)
    ratios = sorted(
        three / one for three, one in zip(samples["three"], samples["one"], strict=True)
    )
    assert len(ratios) == 7
    assert 2 < ratios[3] < 4
    # By the processor's time of as many calls in a plain loop; a sample has some twenty loops, of twenty calls.
    assert seconds / 4 < statistics.median(samples["one"]) < 4 * seconds
    assert len(set(seen.values())) == 1
    assert set(seen) == set("abc")


BUSY = """
import json, os
from benchmarks.measure import CORES, Case, Effort, take_turns

os.sched_setaffinity(0, {max(CORES)})
print(json.dumps(take_turns([Case("f", "sum(x)", {"x": range(1000)})], Effort(1, 5, 5, 9, 2e-2, 1), 0)))
"""


@pytest.mark.slow
@linux
def test_rounds_in_which_another_had_the_core_are_repeated_and_told():
    busy = (
        f"import os; os.sched_setaffinity(0, {{{max(os.sched_getaffinity(0))}}})\nwhile True: pass"
    )
    with subprocess.Popen([sys.executable, "-c", busy]) as other:
        try:
            measured = script(BUSY)
        finally:
            other.kill()
    assert measured["repeated"] == 5
    assert measured["noisy"] == len(measured["samples"]["f"]) == 5


ORDER = """
import json
from benchmarks.measure import Case, Effort, take_turns

def order(seed):
    calls = []
    cases = [Case(c, "f(c)", {"f": calls.append, "c": c}) for c in "abcdefgh"]
    take_turns(cases, Effort(1, 1, 1, 1, 1e-9, 1), seed)
    return "".join(calls[-8:])

print(json.dumps([order(0), order(1), order(1), order(2)]))
"""


@pytest.mark.slow
def test_the_order_of_a_round_depends_on_the_pass():
    first, second, again, third = script(ORDER)
    assert len({first, second, third}) == 3
    assert second == again
    assert sorted(second) == list("abcdefgh")


SLOW_START = """
import itertools
from benchmarks.measure import Case, Effort, take_turns

calls = itertools.count()
compile_first = lambda: next(calls) or sum(range(10_000_000))  # to sleep takes none of the processor's time
take_turns([Case("f", "f()", {"f": compile_first})], Effort(1, 1, 1, 1, 1e-2, 1), 0)
print(next(calls))
"""


@pytest.mark.slow
def test_a_slow_first_call_leaves_no_samples_of_cold_calls():
    assert script(SLOW_START) > 1000


PROCESSES = """
import json, sys
from benchmarks import __main__ as command, measure, rivals

started = set()
real = measure._start

def start(*arguments):
    child = real(*arguments)
    started.add(child.pid)
    return child

measure._start = start
sys.stdout, out = sys.stderr, sys.stdout
command.print = lambda *arguments, **options: None
command.main()
print(len(started), file=out)
"""


@pytest.mark.slow
def test_every_pass_is_a_process_of_its_own(tmp_path):
    options = ["--quick", "--rivals", "none", "--passes", "3", "--json", tmp_path / "out.json"]
    assert script(PROCESSES, "float", *options) == 3
    for group in groups(tmp_path / "out.json", "float"):
        (measured,) = group["runs"]
        for line in measured["samples"].values():
            rounds = [len(process.split()) for process in line.split("|")]
            assert len(rounds) == 3
            assert min(rounds) >= 3  # nine, where others leave the core to it


@pytest.mark.slow
def test_every_usual_way_and_every_round_is_in_the_file(quick):
    file, printed = quick
    (measured,) = groups(file, "float")[0]["runs"]
    for label in ["fastsigmoid.sigmoid(x)", "1 / (1 + math.exp(-x))", "np.where, two branches"]:
        assert len(measured["samples"][label].split("|")) == 2
        assert re.search(rf"^\|.*\| `{re.escape(label)}` +\|", printed, re.MULTILINE)
    assert [group["arguments"] for group in groups(file, "array")] == [
        ["float64", n] for n in (1, 10, 1_000, 100_000)
    ]


@pytest.mark.slow
def test_arrays_are_fresh_and_ours_is_measured_on_repeated_ones_beside(quick):
    file, _ = quick
    for group in groups(file, "array"):
        (measured,) = group["runs"]
        assert "fastsigmoid.sigmoid(x, out=out), the same x again" in measured["samples"]


@pytest.mark.slow
def test_what_users_pass_is_measured_with_both_and_judged(quick):
    file, printed = quick
    ((measured,),) = [group["runs"] for group in groups(file, "inputs")] or [[{"samples": {}}]]
    if not measured["samples"]:
        assert "Skipped: scipy is not installed" in printed
        return
    for name in ["int array of 3", "[[1.0]]", "list of 10,000 ints", "np.longdouble"]:
        (row,) = re.findall(rf"^\| {re.escape(name)}, sigmoid.*", printed, re.MULTILINE)
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert all(re.fullmatch(r"[\d.]+ [num]?s", cell) for cell in cells[5:7]), cells
        ours, theirs = (
            [float(t) for t in measured["samples"][f"{name}: {label}"].replace("|", "").split()]
            for label in ("fastsigmoid.sigmoid(x)", "scipy.special.expit(x)")
        )
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        assert float(cells[3]) == pytest.approx(ratio, abs=6e-4)
        at_most, stretch, ratio = map(float, cells[1:4])
        reached = (
            "stretch reached" if ratio <= stretch else "reached" if ratio <= at_most else "MISSED"
        )
        assert cells[7] == reached


@pytest.mark.slow
def test_our_results_are_correctly_rounded_and_the_same_bits_everywhere(quick):
    file, _ = quick
    rows = [
        row
        for kind in ("accuracy", "bits")
        for group in groups(file, kind)
        for measured in group["runs"]
        for row in measured["rows"]
    ]
    ours = [row for row in rows if row["label"].startswith("fastsigmoid")]
    assert len(ours) == 8
    for row in ours:
        for key in ("misrounded", "lost", "strided", "shifted", "one by one"):
            assert row.get(key, 0) == 0
        assert 0.45 < row.get("most_ulp", 0.5) <= 0.5
    # They would be told from others.
    assert any(row["misrounded"] > 0.01 for row in rows if "misrounded" in row)
    curves = [row for group in groups(file, "curve") for row in group["runs"][0]["rows"]]
    most = {row["label"]: 0.0 for row in curves}
    for row in curves:
        most[row["label"]] = max(most[row["label"]], *(e for e in row["most_ulp"] if e is not None))
    assert {label for label, error in most.items() if error <= 0.5} == {
        "fastsigmoid.sigmoid(x)",
        "fastsigmoid.expit(x)",
    }


@pytest.mark.slow
def test_what_is_missing_is_called_by_its_name(tmp_path):
    (tmp_path / "scipy.py").write_text("raise ModuleNotFoundError('No module named scipy')\n")
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError('No module named torch')\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    printed = run(
        "-m", "benchmarks", "float", "--quick", "--rivals", "torch", env=environment
    ).stdout
    (row,) = re.findall(r"^\| sigmoid\(float\) / SciPy .*", printed, re.MULTILINE)
    assert "not measured: scipy is not installed" in row
    assert "torch" not in row
    assert "\nSkipped: torch is not installed\n" in printed


DEAD = """
import json, sys
from benchmarks import __main__ as command, measure
from benchmarks.results import Group

group = Group("float", (0.25,))
dead, alive = (
    measure.measure(group, command.QUICK, 0, [], [interpreter])
    for interpreter in (sys.argv[1], sys.executable)
)
rounds = len(alive.runs[0].samples["math.exp(x)"][0])
alive.add(dead)
measure.end_pass()
print(json.dumps([dead.absent, alive.absent, rounds, len(alive.runs[0].samples["math.exp(x)"][0])]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the dead interpreter is a shell script")
def test_a_process_that_dies_is_told_and_costs_no_other_figures(tmp_path):
    dead = tmp_path / "python"
    dead.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    dead.chmod(0o755)
    absent, also, rounds, kept = script(DEAD, dead)
    assert absent == also == {"fastsigmoid": "float 0.25: its process ended with status 3"}
    assert rounds == kept > 0


@pytest.mark.slow
@linux
def test_an_interrupted_run_prints_what_it_has_and_writes_no_file(tmp_path):
    import termios

    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    command = ["-m", "benchmarks", "float", "--quick", "--rivals", "none", "--passes", "999"]
    with subprocess.Popen(
        [sys.executable, *command, "--json", str(tmp_path / "results.json")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, text=True, start_new_session=True,
    ) as child:  # fmt: skip
        os.close(theirs)
        told = ""
        while " 3/1998" not in told:
            told += os.read(ours, 1024).decode()
        os.killpg(child.pid, signal.SIGINT)  # as a terminal does
        printed = child.stdout.read()
        try:
            while more := os.read(ours, 1024).decode():
                told += more
        except OSError:
            pass  # the other end is closed
        os.close(ours)
    assert child.returncode == 1
    assert "\n## One float\n" in printed
    assert re.search(r"interrupted after \d+ of 1998 steps: these are their figures; no file", told)
    assert "Traceback" not in told
    assert not any(tmp_path.iterdir())


FAMILY = """
import json
import numpy as np
from benchmarks import accuracy, family, report, rivals
from benchmarks.measure import Blocks

ways, effort, found = rivals.Ways(rivals.USUAL), None, {}

def run(case):
    first = {name: value[0] if isinstance(value, Blocks) else value for name, value in case.names.items()}
    eval(case.statement, first)
    return case.label

for name in family.FUNCTIONS:
    groups = [
        family.floats(ways, name, effort),
        family.arrays(ways, name, "float64", 10, effort),
        family.arrays(ways, name, "float32", 10, effort),
        family.data(ways, name, "float32", 10, effort),
    ]
    measured = [list(map(run, cases)) for cases in groups]
    beside = [[label, family.ours_beside(label) in labels] for labels in measured[:3] for label in labels]
    rows = [family.errors(ways, name, dtype, 500, effort) for dtype in ("float64", "float32")]
    pairs = [[t.case, t.label, t.reference] for t in report.family_targets() if t.group.arguments[0] == name]
    found[name] = beside, measured[3], rows, pairs
print(json.dumps(found))
"""


@pytest.mark.slow
def test_the_family_and_its_rivals():
    """Each call is there and has ours beside it; ours are the nearest numbers, and nobody is far off but near 0."""
    found = script(FAMILY)
    assert set(found) == {"logit", "log_sigmoid", "softplus"}
    for name, (beside, data, rows, pairs) in found.items():
        assert all(there for _, there in beside), beside
        labels = {label for label, _ in beside}
        assert len(labels) > 6
        assert {"normal data", "subnormal numbers", "edges", "NaN"} <= set(data)
        for row in [row for of_dtype in rows for row in of_dtype]:
            if row["label"].startswith("fastsigmoid"):
                assert (row["misrounded"], row["lost"]) == (0, 0), row
                assert row["most_ulp"] <= 0.5
            else:
                assert 0.5 < row["most_ulp"] < 1e6, row
        for case, *pair in pairs:
            by_torch = "torch" in case or "F." in case
            assert by_torch or set(pair) <= labels | set(data), case
        assert len(pairs) >= 8, name


# While it serves, a neighbour lives; the page has the 99th of 100 calls.
CROWDED = """
import json, sys
from benchmarks import __main__ as main, family, measure, report, results, rivals
from benchmarks.results import Group, Outcome, Run

rivals.BUSY = f"import os; open({sys.argv[1]!r}, 'w').write(str(os.getpid()))\\nwhile True: pass"
group = Group("crowded", ("float64", 70_000))
answer = measure._answer(rivals, family.KINDS, group, results.build(), [], False, main.QUICK, 0)
measured = [len(line) for line in answer["samples"].values()]
one, two = answer["samples"]
run = Run(samples={one: [[1e-6] * 97 + [5e-6] * 3], two: [[1e-6] * 98 + [2e-6, 9e-6]]})
found = results.Results({}, {group: Outcome([run])})
print(json.dumps([one, two, measured, report._crowded(found)]))
"""


@linux
@pytest.mark.slow
def test_beside_a_busy_process_each_call_is_a_sample(tmp_path):
    one, two, measured, section = script(CROWDED, tmp_path / "neighbour")
    assert [one, two] == [f"fastsigmoid.sigmoid(x, out=out), {n} at work" for n in (1, 2)]
    assert min(measured) > 50
    pid = int((tmp_path / "neighbour").read_text())
    assert not pathlib.Path(f"/proc/{pid}").exists()
    (row,) = [line for line in section.splitlines() if "70,000" in line]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["float64", "70,000", "100", "1.00 us", "5.00 us", "1.00 us", "2.07 us", "1.00", "0.41"]  # fmt: skip


# ---- files of results


@pytest.mark.slow
def test_one_part_is_measured_anew_into_a_file(quick, tmp_path):
    file = tmp_path / "results.json"
    before = json.loads(quick[0].read_text(encoding="utf-8"))
    file.write_text(json.dumps(before), encoding="utf-8")
    options = ["float", "--quick", "--rivals", "none", "--into", file]
    run("-m", "benchmarks", *options)
    after = json.loads(file.read_text(encoding="utf-8"))
    assert [group["kind"] for group in after["groups"]] == [
        group["kind"] for group in before["groups"]
    ]
    changed = {
        group["kind"]
        for group, new in zip(before["groups"], after["groups"], strict=True)
        if new != group
    }
    assert changed == {"float", "np.float64"}

    after["environment"]["build"] = "another"
    file.write_text(json.dumps(after), encoding="utf-8")
    child = run("-m", "benchmarks", *options, code=1)
    assert "the file was measured with another build" in child.stderr
    assert "Traceback" not in child.stderr
    assert json.loads(file.read_text(encoding="utf-8")) == after


@pytest.mark.slow
def test_two_runs_are_compared_call_by_call(quick, tmp_path):
    file, _ = quick
    document = json.loads(file.read_text(encoding="utf-8"))
    (group,) = [g for g in document["groups"] if g["kind"] == "np.float64"]
    slower = group["runs"][0]["samples"]
    slower["math.exp(x)"] = re.sub(r"[\d.e+]+", "1e9", slower["math.exp(x)"])
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")

    both = r"([\d,]+) of \1 times agree\.\n\n([\d,]+) of \2 ratios to ours agree\.\n"
    same = run("-m", "benchmarks.results", file, file).stdout
    times, ratios = re.fullmatch(both, same).groups()
    printed = run("-m", "benchmarks.results", file, changed).stdout
    for name, count, shown in [("times", times, "1.00 s"), ("ratios", ratios, r"\d{6,9}\.\d{3}")]:
        fewer = f"{int(count.replace(',', '')) - 1:,}"
        assert f"{fewer} of {count} {name}" in printed
        row = rf"\| np\.float64 +\| `math\.exp\(x\)` +\| .* \| {shown} +\| {shown} \.\. {shown} +\|"
        assert len(re.findall(row, printed)) == 1

    document["environment"]["kernels"] = "others"
    changed.write_text(json.dumps(document), encoding="utf-8")
    printed = run("-m", "benchmarks.results", file, changed).stdout
    assert printed.startswith("Not compared: the kernels")


@needs_results
def test_results_name_no_machine():
    for path in RESULTS.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        about = json.loads(text)["environment"]
        assert {"CPU", "kernels", "system", "date", "Python", "NumPy"} <= set(about)
        assert not re.search(r"/home/|/root\b|/Users/|\\\\Users", text)


# ---- README, pages and pictures


def checked(root):
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.report", "--check"],
        check=False, cwd=root, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert child.stderr == ""
    assert child.returncode == bool(child.stdout)
    end = " does not agree with the results"
    return [line.removesuffix(end).replace("\\", "/") for line in child.stdout.splitlines()]


@pytest.mark.slow
@needs_results
def test_readme_pages_and_pictures_agree_with_the_results():
    assert checked(ROOT) == []


def another_picture(to, source):
    def plant(folder):
        shutil.copy(folder / f"x86-64-{source}.svg", folder / f"x86-64-{to}.svg")

    return plant, [f"benchmarks/results/x86-64-{to}.svg"]


def replaced(name, pattern, by, stale=None):
    def plant(folder):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        changed = re.sub(pattern, by, text, count=1)
        assert changed != text
        path.write_text(changed, encoding="utf-8", newline="\n")

    return plant, [stale or f"benchmarks/results/{name}"]


@pytest.mark.slow
@needs_results
@pytest.mark.parametrize(
    ("plant", "stale"),
    [
        another_picture("cost-float64-light", "cost-float16-light"),
        another_picture("cost-float64-light", "cost-float64-dark"),
        another_picture("error-float64-light", "cost-float64-light"),
        replaced("x86-64-cost-float64-dark.svg", r"L (\d)", r"L 1\1"),
        replaced("x86-64.md", r"\d\.\d\d us", "9.99 ms"),
        replaced("../../README.md", r"\d\.\d\d us", "9.99 ms", "README.md"),
    ],
    ids=["another dtype", "another theme", "another kind", "a point moved", "page", "README"],
)
def test_check_notices(plant, stale, tmp_path):
    shutil.copytree(ROOT / "benchmarks", tmp_path / "benchmarks")
    shutil.copy(ROOT / "README.md", tmp_path)
    plant(tmp_path / "benchmarks" / "results")
    assert checked(tmp_path) == stale


@pytest.mark.slow
@needs_results
def test_check_notices_that_a_figure_has_changed(tmp_path):
    shutil.copytree(ROOT / "benchmarks", tmp_path / "benchmarks")
    shutil.copy(ROOT / "README.md", tmp_path)
    file = tmp_path / "benchmarks" / "results" / COMMITTED.name
    document = json.loads(file.read_text(encoding="utf-8"))
    drawn = ("array", ["float64", 1000])
    (group,) = [g for g in document["groups"] if (g["kind"], g["arguments"]) == drawn]
    samples = group["runs"][0]["samples"]
    samples["fastsigmoid.sigmoid(x)"] = re.sub(
        r"[\d.e+]+", "777", samples["fastsigmoid.sigmoid(x)"]
    )
    file.write_text(json.dumps(document), encoding="utf-8")
    stale = [f"cost-float64-{theme}.svg" for theme in ("dark", "light")]
    names = [
        f"benchmarks/results/x86-64{name}" for name in (".md", *(f"-{name}" for name in stale))
    ]
    assert sorted(checked(tmp_path)) == sorted(["README.md", *names])


def points(svg):
    """{name: [[(x, y), ...], ...]} of the lines that have one, in the file's own coordinates."""
    found = {}
    for element in xml.etree.ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}g"):
        path = element.find("{http://www.w3.org/2000/svg}path")
        if path is not None and element.get("id") in (
            "fastsigmoid",
            "SciPy expit",
            "copying alone",
        ):
            numbers = list(map(float, re.findall(r"-?\d+\.?\d*", path.get("d"))))
            found.setdefault(element.get("id"), []).append(
                list(zip(numbers[::2], numbers[1::2], strict=True))
            )
    return found


LINES = """
import json, sys
from benchmarks import plots, results
print(json.dumps({p.name: p.lines for p in plots.pictures(results.read(sys.argv[1]))}))
"""


@pytest.mark.slow
@needs_results
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_shows_the_figures(theme):
    """Where matplotlib has put the points is one affine map of the logarithms, for all lines."""
    drawn = script(LINES, COMMITTED)
    for dtype in ("float64", "float32", "float16"):
        lines = points(RESULTS / f"x86-64-cost-{dtype}-{theme}.svg")
        assert set(lines) == {"fastsigmoid", "SciPy expit", "copying alone"}
        pairs = []
        for name, (line,) in lines.items():
            n, cost, *_ = drawn[f"cost-{dtype}"][name]
            pairs += zip(line, zip(map(math.log, n), map(math.log, cost), strict=True), strict=True)
        for axis in (0, 1):
            shown = [at[axis] for at, _ in pairs]
            true = [value[axis] for _, value in pairs]
            low, high = true.index(min(true)), true.index(max(true))
            slope = (shown[high] - shown[low]) / (true[high] - true[low])
            assert (slope > 0) == (axis == 0)  # upwards is less
            for at, value in zip(shown, true, strict=True):
                assert at == pytest.approx(shown[low] + slope * (value - true[low]), abs=0.01)


DRAWN = """
import pathlib, sys
from benchmarks import plots, results
plots.draw(results.read(sys.argv[1]), pathlib.Path(sys.argv[2]))
print("0")
"""


@pytest.mark.slow
def test_pictures_are_the_same_text_each_time(quick, tmp_path):
    pytest.importorskip("matplotlib")
    for folder in ("first", "second"):
        script(DRAWN, quick[0], tmp_path / folder)
    names = {path.name for path in (tmp_path / "first").iterdir()}
    assert {"cost-float64-light.svg", "error-float64-dark.svg"} <= names
    for name in names:
        text = (tmp_path / "first" / name).read_text(encoding="utf-8")
        assert text == (tmp_path / "second" / name).read_text(encoding="utf-8")
        assert re.search(r"<text[^>]*>fastsigmoid</text>", text)  # letters, not outlines
        assert not re.search(r"\d{4}-\d\d-\d\d|matplotlib\.org", text)


PAGE = """
import json, sys, pathlib
from benchmarks import report
print(json.dumps(report.page(pathlib.Path(sys.argv[1]))))
"""


@pytest.mark.slow
def test_a_dtype_that_could_not_be_measured_is_only_said_to_be_so(quick, tmp_path):
    document = json.loads(quick[0].read_text(encoding="utf-8"))
    group = {"kind": "array", "arguments": ["float128", 10], "settings": []}
    document["groups"].append(
        group | {"absent": {"fastsigmoid": "there is no float128"}, "runs": []}
    )
    changed = tmp_path / "x86-64.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    page = script(PAGE, changed)
    assert page.count("float128") == page.count("Skipped: there is no float128") == 1
    assert "x86-64-cost-float64-dark.svg" in page


@pytest.mark.slow
@pytest.mark.parametrize("option", [["--rivals", "nobody"], ["--dtype", "float8"], ["speed"]])
def test_unknown_names_are_refused(option):
    assert "not among" in run("-m", "benchmarks", *option, code=2).stderr
