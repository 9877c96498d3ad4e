"""The same bits from every build: python -m tests.evidence.builds [--quick]

compiles same_bits.c with each compiler, at each level of optimisation and for each machine there is a way to run
programs of, and compares what it prints with data/hashes.txt.  One build has clang's MemorySanitizer.  It needs no
package installed; what is missing is named, and skipped."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from glob import glob
from pathlib import Path
from typing import NamedTuple

from ..data import FOLDER
from .hashes import known

ROOT = Path(__file__).parents[2]
FLAGS = ["-std=c11", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-Icsrc/math"]
LEVELS = ["-O0", "-O1", "-O2", "-O3"]
X87_AWAY = ["-msse2", "-mfpmath=sse"]


class Skipped(Exception):
    pass


class Build(NamedTuple):
    compiler: str
    flags: list
    runner: list  # in front of the program
    quick: bool = False

    def __str__(self):
        return " ".join([self.compiler, *self.flags])

    @property
    def machine(self):
        target = self.flags[self.flags.index("-target") + 1] if "-target" in self.flags else ""
        return target or " ".join(self.runner) or os.uname().machine


def zig_command():
    """Zig from the PATH, or as a package in the cache of .ci/run."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "fastsigmoid")
    python = cache / "zig/bin/python"
    if shutil.which("zig"):
        return ["zig", "cc"]
    if python.exists():
        return [str(python), "-m", "ziglang", "cc"]
    return None


def avx512_by_avx2(folder):
    """Makes of kernels_avx512.c, in that copy of csrc/math, one that AVX2 will do for."""
    native = ROOT / "tests/native"
    shutil.copy(native / "avx512.h", folder)
    subprocess.run(
        ["sed", "-i", "-f", native / "avx512.sed", folder / "kernels_avx512.c"], check=True
    )


def compiler_command(name):
    if name == "zig":
        command = zig_command()
    else:
        command = [name] if shutil.which(name) else None
    if command is None:
        raise Skipped(f"{name} is not installed")
    return [*command, "-fno-sanitize=all"] if name == "zig" else command


def builds():
    clang = "clang-14" if shutil.which("clang-14") else "clang"
    for compiler in ("gcc", clang):
        for level in LEVELS:
            yield Build(compiler, [level], [], quick=level in ("-O0", "-O3"))
    # MemorySanitizer: the lanes beyond a row's end have numbers in them, too, and what they are decides nothing.
    memory = ["-O1", "-g", "-fsanitize=memory", "-fno-sanitize-recover=all"]
    yield Build(clang, memory, [], quick=True)
    yield Build("gcc", ["-O2", "-mfma"], [], quick=True)
    yield Build("gcc", ["-O2", "-DFS_NO_INT128"], [])
    for level in LEVELS:
        yield Build("zig", [level, "-target", "x86_64-linux-musl"], [], quick=level == "-O2")
        yield Build(
            "zig", [level, "-target", "x86-linux-musl", *X87_AWAY], [], quick=level == "-O0"
        )
    arm = ["qemu-aarch64-static", "-cpu", "cortex-a72"]
    yield Build("zig", ["-O0", "-target", "aarch64-linux-musl"], arm)
    yield Build("zig", ["-O3", "-target", "aarch64-linux-musl"], arm, quick=True)
    yield Build("zig", ["-O0", "-target", "s390x-linux-musl"], ["qemu-s390x-static"])
    yield Build("zig", ["-O3", "-target", "s390x-linux-musl"], ["qemu-s390x-static"], quick=True)
    yield Build("zig", ["-O2", "-target", "x86_64-windows-gnu"], ["wine"], quick=True)
    yield Build("gcc", ["-O2"], ["qemu-x86_64-static", "-cpu", "Nehalem"])  # without AVX


def kernel_sources():
    return sorted(glob("csrc/math/*.c", root_dir=ROOT))


def on_this_machine(build):
    return os.uname().machine == "x86_64" or build.flags[0] in LEVELS and len(build.flags) == 1


def compile_and_run(build, scratch):
    """The lines that the program printed, and the instruction sets that it ran."""
    program = Path(scratch, "same_bits.exe")  # wine asks for the suffix, nobody else minds
    command = compiler_command(build.compiler)
    if build.runner and not shutil.which(build.runner[0]):
        raise Skipped(f"{build.runner[0]} is not installed")
    if not on_this_machine(build):
        raise Skipped("this machine is not an x86-64")
    sources = ["tests/native/same_bits.c", *kernel_sources()]
    subprocess.run(
        [*command, *FLAGS, *build.flags, *sources, "-lm", "-o", program], check=True, cwd=ROOT
    )
    environment = {**os.environ, "WINEDEBUG": "-all", "WINEPREFIX": str(Path(scratch, "wine"))}
    with open(FOLDER / "worst.txt", "rb") as data:
        run = subprocess.run(
            [*build.runner, program],
            stdin=data,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    if build.runner[:1] == ["wine"]:
        subprocess.run(["wineserver", "-w"], env=environment, check=False)
    machines = [line for line in run.stderr.splitlines() if line.startswith("on ")]
    return run.stdout.split("\n"), machines[-1][3:] if machines else run.stderr.strip()


def check(build, scratch):
    """Whether the build's hashes are the known ones, None where it cannot be made or run, and what to say."""
    try:
        printed, machine = compile_and_run(build, scratch)
    except Skipped as why:
        return None, str(why)
    except subprocess.CalledProcessError as error:
        return False, f"the compiler ended with {error.returncode}"
    expected = [" ".join(map(str, [*name, *row])) for name, row in known().items()]
    wrong = [line for line in printed if line and line not in expected]
    missing = [line for line in expected if line not in printed]
    return not (wrong or missing), "; ".join([machine, *wrong, *(f"no {line}" for line in missing)])


def run(quick=False, show=print):
    """The builds that match, those that do not, and those skipped."""
    outcomes = {True: [], False: [], None: []}
    with tempfile.TemporaryDirectory() as scratch:
        for build in builds():
            if quick and not build.quick:
                continue
            outcome, remark = check(build, scratch)
            outcomes[outcome].append(build)
            word = {True: "ok", False: "FAIL", None: "SKIPPED"}[outcome]
            under = f" under {' '.join(build.runner)}" if build.runner else ""
            show(f"{word:7} {build}{under}: {remark}")
    return outcomes[True], outcomes[False], outcomes[None]


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.evidence.builds")
    parser.add_argument(
        "--quick", action="store_true", help="one or two of each compiler and machine"
    )
    for (function, name), (count, h) in known().items():
        print(f"{function} of {name}: {h}, {count} inputs")
    quick = parser.parse_args().quick
    same, failed, skipped = run(quick, lambda line: print(line, flush=True))
    print(f"{len(same)} builds compute the same bits, {len(failed)} do not, {len(skipped)} skipped")
    sys.exit(bool(failed) or not same)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
