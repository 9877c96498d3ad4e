"""The C extensions.  Everything else stands in pyproject.toml."""

import sys
import sysconfig
from glob import glob

import numpy
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

# One set of flags for all files.  Contraction of a*b+c would void the proven error bounds, and so
# would x87 arithmetic on 32-bit x86.  Python's own flags carry -g, hence -g0.
UNIX_FLAGS = ["-std=c11", "-O3", "-ffp-contract=off", "-fvisibility=hidden", "-g0"]
X86_32_FLAGS = ["-msse2", "-mfpmath=sse"]
MSVC_FLAGS = ["/std:c11", "/O2", "/fp:precise"]

# setuptools refuses the stable ABI where there is no global interpreter lock.
STABLE_ABI = not sysconfig.get_config_var("Py_GIL_DISABLED")
STABLE_ABI_MACROS = [("Py_LIMITED_API", "0x030B0000")] if STABLE_ABI else []

UFUNC_SOURCES = sorted(glob("csrc/ufunc_*.c"))


def is_x86_32():
    machine = sysconfig.get_platform().rsplit("-", 1)[-1]
    return sys.maxsize < 2**32 and machine in {"i386", "i586", "i686", "x86_64"}


class BuildExt(build_ext):
    def build_extensions(self):
        if self.compiler.compiler_type == "msvc":
            flags = MSVC_FLAGS
        else:
            flags = UNIX_FLAGS + (X86_32_FLAGS if is_x86_32() else [])
        for extension in self.extensions:
            extension.extra_compile_args = flags
        super().build_extensions()


def extension(name, sources, **options):
    return Extension(
        f"fastsigmoid.{name}",
        sources,
        depends=sorted(glob("csrc/*.h")),
        define_macros=STABLE_ABI_MACROS,
        py_limited_api=STABLE_ABI,
        **options,
    )


setup(
    ext_modules=[
        extension("_core", sorted(set(glob("csrc/*.c")) - set(UFUNC_SOURCES))),
        extension("_ufunc", UFUNC_SOURCES, include_dirs=[numpy.get_include()]),
    ],
    cmdclass={"build_ext": BuildExt},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if STABLE_ABI else {},
)
