"""python -m fastsigmoid: sigmoid on the command line."""

import os
import platform
import sys

from . import __version__, cpu_info, sigmoid

USAGE = """\
usage: python -m fastsigmoid [VALUE ...]
       python -m fastsigmoid --info | --version | --help

Prints sigmoid of each value, one a line, as the shortest decimal number that
stands for the same float64.  Without values they are read from standard input,
one a line.
"""


def run(arguments):
    if arguments in (["-h"], ["--help"]):
        print(USAGE, end="")
    elif arguments == ["--version"]:
        print(f"fastsigmoid {__version__}")
    elif arguments == ["--info"]:
        print_info()
    elif arguments:
        # All are read before the first is printed.
        tokens = arguments[1:] if arguments[0] == "--" else arguments
        for value in [read_number(token) for token in tokens]:
            print(sigmoid(value))
    elif sys.stdin is None or sys.stdin.isatty():
        sys.stderr.write(USAGE)
        return 2
    else:
        sys.stdin.reconfigure(errors="backslashreplace")
        for number, line in enumerate(sys.stdin, 1):
            if line.strip():
                print(sigmoid(read_number(line.strip(), f"line {number}: ")))
    return 0


def read_number(token, where=""):
    try:
        return float(token)
    except ValueError:
        sys.stdout.flush()
        print(f"fastsigmoid: {where}not a number: {token!r}", file=sys.stderr)
        sys.exit(2)


def print_info():
    info = cpu_info()
    print(f"fastsigmoid  {__version__}")
    print(f"Python       {platform.python_version()} ({platform.python_implementation()})")
    print(f"platform     {platform.platform()}")
    print(f"CPU          {cpu_model()}")
    print(f"kernels      {info['isa']}")
    print(f"available    {', '.join(info['available'])}")


def cpu_model():
    try:
        if sys.platform == "linux":
            with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    key, _, value = line.partition(":")
                    if key.strip().lower() in ("model name", "cpu model", "cpu"):
                        return value.strip()
        elif sys.platform == "darwin":
            import subprocess

            command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.check_output(command, text=True).strip()
        elif sys.platform == "win32":
            import winreg

            path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                return winreg.QueryValueEx(key, "ProcessorNameString")[0].strip()
    except (OSError, ValueError):
        pass
    return platform.machine() or "unknown"


def main():
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone; what is left in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
