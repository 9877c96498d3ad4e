"""python -m fastsigmoid, or the command fastsigmoid: the logistic family on the command line."""

import argparse
import codecs
import errno
import os
import platform
import sys
from array import array

from . import __version__, cpu_info, log_sigmoid, logit, sigmoid, softplus

FUNCTIONS = {f.__name__: f for f in (sigmoid, logit, log_sigmoid, softplus)}

# What one reading of standard input takes at most; of a pipe, what is there.
CHUNK = 1 << 16


class Failure(Exception):
    """Ends the command with this line and status."""

    def __init__(self, line, status=1):
        super().__init__(line)
        self.status = status


def parse(arguments):
    is_module = os.path.basename(sys.argv[0]) == "__main__.py"
    parser = argparse.ArgumentParser(
        prog="python -m fastsigmoid" if is_module else "fastsigmoid",
        description="Prints sigmoid(x) = 1 / (1 + e**-x) of each value, or another function of the family, "
        "one a line, as the shortest decimal number that stands for the same float64.",
    )
    parser.add_argument(
        "values",
        metavar="VALUE",
        nargs="*",
        type=number_or_dash,
        help="a number, or - for those of standard input, separated by white space; "
        "without any, standard input is read",
    )
    parser.add_argument(
        "--function",
        metavar="NAME",
        choices=FUNCTIONS,
        default="sigmoid",
        help="sigmoid; logit, its inverse log(x / (1 - x)); log_sigmoid, log(sigmoid(x)); "
        "or softplus, log(1 + e**x)",
    )
    parser.add_argument("--info", action="store_true", help="print CPU, kernels and versions")
    parser.add_argument("--version", action="version", version=f"fastsigmoid {__version__}")
    # argparse takes -1e3 and -inf for options, but nothing that begins with a space.
    options = parser.parse_args([" " + a if is_number(a) else a for a in arguments])
    if options.info and options.values:
        parser.error("--info takes no values")
    if not options.info and not options.values:
        if sys.stdin is None or is_terminal(sys.stdin):
            parser.error("give values, or numbers on standard input")
        options.values = ["-"]
    return options


def number_or_dash(token):
    if token != "-" and not is_number(token):
        raise argparse.ArgumentTypeError(f"not a number: {token!r}")
    return token if token == "-" else float(token)


def is_number(token):
    try:
        float(token)
    except ValueError:
        return False
    return True


def run(arguments):
    options = parse(arguments)
    if sys.stdout is None:
        raise Failure("cannot write: standard output is closed")
    if options.info:
        print_info()
    function = FUNCTIONS[options.function]
    for value in options.values:
        if value == "-":
            print_standard_input(function)
        else:
            print(function(value))


# Standard input


def is_terminal(stream):
    """NUL, of which nothing can be read, is one of Windows's character devices, too."""
    return stream.isatty() and (
        sys.platform != "win32" or type(stream.buffer.raw).__name__ == "_WindowsConsoleIO"
    )


def print_standard_input(function):
    """The results for all numbers that are there, then for those that come next."""
    if sys.stdin is None:
        raise Failure("cannot read: standard input is closed")
    decoder, line, rest = None, 1, ""
    while True:
        try:
            chunk = sys.stdin.buffer.read1(CHUNK)
        except OSError as error:
            raise Failure(f"cannot read: {error.strerror}") from error
        decoder = decoder or new_decoder(chunk)
        text = rest + decoder.decode(chunk, not chunk)
        # A number may go on in the next chunk.
        end = max(text.rfind(space) for space in " \n\r\t") + 1 if chunk else len(text)
        print_numbers(function, text[:end], line)
        line += text.count("\n", 0, end)
        rest = text[end:]
        if not chunk:
            return


def new_decoder(start):
    """UTF-8, or what a byte-order mark says; what cannot be decoded is shown in the error for it."""
    utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return codecs.getincrementaldecoder("utf-16" if utf16 else "utf-8-sig")("backslashreplace")


def print_numbers(function, text, line):
    """text is from that line on."""
    try:
        print_results(function, array("d", map(float, text.split())))
    except ValueError:
        for number, content in enumerate(text.split("\n"), line):
            for token in content.split():
                if not is_number(token):
                    raise Failure(f"line {number}: not a number: {token!r}", 2) from None
                print_results(function, array("d", [float(token)]))


def print_results(function, values):
    function(values, out=values)
    if values:
        sys.stdout.write("\n".join(map(repr, values)) + "\n")
        sys.stdout.flush()


# What runs here


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
        run(sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
        return
    except Failure as failure:
        line, status = str(failure), failure.status
    except KeyboardInterrupt:
        line, status = "interrupted", 130
    except OSError as error:
        line, status = None if is_unread(error) else f"cannot write: {error.strerror}", 1
    discard_output()
    if line and sys.stderr is not None:
        print(f"fastsigmoid: {line}", file=sys.stderr)
    sys.exit(status)


def is_unread(error):
    """Whether nobody reads the output any more, which Windows calls an invalid argument."""
    return isinstance(error, BrokenPipeError) or (
        sys.platform == "win32" and error.errno == errno.EINVAL
    )


def discard_output():
    """Prints what is printed already, if that is possible: nothing must be tried again at exit."""
    try:
        sys.stdout.flush()
    except (OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
