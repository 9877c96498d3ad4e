"""The C extensions, and archives that are the same bytes each time.  All else is in pyproject.toml."""

import gzip
import os
import re
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from glob import glob

import numpy
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist
from setuptools.errors import BaseError, CCompilerError
from setuptools.modified import newer_group

# One set of flags for all files.  Contraction of a*b+c would void the proven error bounds, and so
# would x87 arithmetic on 32-bit x86.  Python's own flags carry -g, hence -g0.
UNIX_FLAGS = ["-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden", "-g0"]
X86_32_FLAGS = ["-msse2", "-mfpmath=sse"]
WASM_FLAGS = ["-msimd128"]  # which every browser has, and so every Pyodide
# The names of static functions are a thirtieth of a wheel.  Whoever has flags of their own, for a debugger, a sanitizer
# or a distribution that keeps them apart, keeps the names.
KEEPS_NAMES = sys.platform != "linux" or {"CFLAGS", "LDFLAGS"} & {*os.environ}
LINK_FLAGS = ["-pthread", *([] if KEEPS_NAMES else ["-Wl,-s"])]  # threads: apart before glibc 2.34
MSVC_FLAGS = ["/std:c11", "/O2", "/fp:precise"]

# setuptools refuses the stable ABI where there is no global interpreter lock.
STABLE_ABI = not sysconfig.get_config_var("Py_GIL_DISABLED")
STABLE_ABI_MACROS = [("Py_LIMITED_API", "0x030B0000")] if STABLE_ABI else []

with open("src/fastsigmoid/__init__.py", encoding="utf-8") as file:
    VERSION = re.search(r'^__version__ = "(.+)"$', file.read(), re.MULTILINE)[1]

with open("pyproject.toml", "rb") as file:
    REPOSITORY = tomllib.load(file)["project"]["urls"]["Repository"]

MATH_SOURCES = sorted(glob("csrc/math/*.c"))
MATH_HEADERS = sorted(glob("csrc/math/*.[!c]*"))

NO_COMPILER = """
No wheel of fastsigmoid is used here: it is compiled, and that needs a C compiler.

    Debian, Ubuntu    apt install gcc libc6-dev python3-dev
    Fedora            dnf install gcc python3-devel
    Alpine            apk add gcc musl-dev python3-dev
    macOS             xcode-select --install
    Windows           the Build Tools for Visual Studio, "Desktop development with C++"
"""
NO_HEADERS = """
fastsigmoid is compiled here, and that needs the headers of Python {version}: Python.h is not found.

    Debian, Ubuntu    apt install python3-dev (or python{version}-dev)
    Fedora            dnf install python3-devel (or python{version}-devel)
    Alpine            apk add python3-dev
"""


def is_x86_32():
    machine = sysconfig.get_platform().rsplit("-", 1)[-1]
    return sys.maxsize < 2**32 and machine in {"i386", "i586", "i686", "x86_64"}


def is_wasm():
    return sysconfig.get_platform().startswith("emscripten")  # pyodide-build says so


def flags_for(compiler):
    if compiler.compiler_type == "msvc":
        return MSVC_FLAGS
    return UNIX_FLAGS + (X86_32_FLAGS if is_x86_32() else WASM_FLAGS if is_wasm() else [])


class BuildExt(build_ext):
    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def run(self):
        try:
            super().run()
        except (BaseError, CCompilerError) as error:
            raise SystemExit(f"error: {error}\n{self.advice()}") from error

    def build_extensions(self):
        for extension in self.extensions:
            extension.extra_compile_args = flags_for(self.compiler)
            if self.compiler.compiler_type == "unix" and not is_wasm():
                extension.extra_link_args = LINK_FLAGS
            if extension.name == "fastsigmoid._core":
                extension.extra_objects = self.math_objects()
        super().build_extensions()

    def math_objects(self):
        """The mathematics, compiled without the path to Python's headers: it cannot come to need them."""
        objects = self.compiler.object_filenames(MATH_SOURCES, output_dir=self.build_temp)
        inputs = [*MATH_SOURCES, *MATH_HEADERS]
        if self.force or any(newer_group(inputs, made, "newer") for made in objects):
            include_dirs = self.compiler.include_dirs
            self.compiler.set_include_dirs([])
            first, *others = MATH_SOURCES
            self.compile_math(first)  # by itself: Microsoft's compiler is looked for meanwhile
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                list(threads.map(self.compile_math, others))
            self.compiler.set_include_dirs(include_dirs)
        return objects

    def compile_math(self, source):
        self.compiler.compile(
            [source], output_dir=self.build_temp, extra_postargs=flags_for(self.compiler)
        )

    def advice(self):
        """What to install, if that is why it failed."""
        if not self.compiles("#include <stdlib.h>"):
            return NO_COMPILER
        if not self.compiles("#include <Python.h>"):
            return NO_HEADERS.format(version=sysconfig.get_python_version())
        return ""

    def compiles(self, text):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "probe.c")
            with open(source, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            try:
                self.compiler.compile([source], output_dir=folder)
            except (BaseError, CCompilerError, AttributeError):  # there may be no compiler at all
                return False
            return True


class Sdist(sdist):
    def make_archive(self, base_name, format, root_dir=None, base_dir=None, owner=None, group=None):
        """As setuptools would, but with nothing in it of the time, the owner or the file system."""
        if format != "gztar":
            return super().make_archive(base_name, format, root_dir, base_dir, owner, group)
        # 1980 is the earliest time that a zip file, and so a wheel, can hold.
        time = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))

        def plain(entry):
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = time
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            return entry

        name = base_name + ".tar.gz"
        with (
            open(name, "wb") as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=time) as compressed,
            tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            archive.add(base_dir, filter=plain)  # in the order of the names
        return name


def page():
    """README.md for the package index, where links and pictures have to be absolute."""
    with open("README.md", encoding="utf-8") as file:
        text = file.read()
    relative = r"(?!https?:|#)"
    text = re.sub(rf"\]\({relative}", f"]({REPOSITORY}/blob/v{VERSION}/", text)
    return re.sub(rf'(src|srcset)="{relative}', rf'\1="{REPOSITORY}/raw/v{VERSION}/', text)


def extension(name, include_dirs=()):
    return Extension(
        f"fastsigmoid.{name}",
        sorted(glob(f"csrc/python/{name[1:]}_*.c")),
        include_dirs=["csrc/math", *include_dirs],
        depends=[*glob("csrc/python/*.h"), *MATH_SOURCES, *MATH_HEADERS],
        # What was built together fits together.
        define_macros=[("FASTSIGMOID_VERSION", f'"{VERSION}"'), *STABLE_ABI_MACROS],
        py_limited_api=STABLE_ABI,
    )


setup(
    long_description=page(),
    long_description_content_type="text/markdown",
    ext_modules=[
        extension("_core"),
        extension("_ufunc", [numpy.get_include()]),
    ],
    cmdclass={"build_ext": BuildExt, "sdist": Sdist},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if STABLE_ABI else {},
)
