# What the stages have in common.  $scratch is a stage's own folder, $tree a copy of the project in it, and
# $shared what one stage makes for all: nothing of it is left behind.  What takes minutes to make is kept in
# $cache from one run to the next.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fastsigmoid
mkdir -p "$cache"

# Pip writes no bytecode, Python that of what is imported: a quarter of the time that an environment takes.
export PIP_COMPILE=0
unset PYTHONDONTWRITEBYTECODE

# once FILE COMMAND...: makes that file by the command, unless it is there; stages that run at the same time
# wait for each other.
once() {
    local file=$1 lock
    shift
    mkdir -p "$(dirname "$file")"
    exec {lock}> "$file.lock"
    flock "$lock"
    [ -e "$file" ] || "$@" || { exec {lock}>&-; return 1; }
    exec {lock}>&-
}

# A stage by its name: a file of .ci/stages, or a line of .ci/variants.
stage() {
    if [ -e ".ci/stages/$1" ]; then
        # shellcheck source=/dev/null
        . ".ci/stages/$1"
    else
        run_variant "$1"
    fi
}
title_of() {
    [ ! -e ".ci/stages/$1" ] || sed -n '1s/^# //p' ".ci/stages/$1"
    sed -n "s/^$1 | \([^|]*\) |.*/\1/p" .ci/variants
}

# skip REASON...: ends the stage.  In CI that is a failure, but for what .ci/allowed-skips has.
skip() {
    echo "SKIPPED: $*"
    [ -z "${CI:-}" ] || may_skip "$*" || { echo "FAILED: .ci/allowed-skips does not have it: $*"; exit 1; }
    exit 77
}
may_skip() {
    local where stage pattern here=here
    [ -z "${GITHUB_ACTIONS:-}" ] || here=hosted
    while read -r where stage pattern; do
        # shellcheck disable=SC2053 # a pattern, it is
        [[ $where == @(any|"$here") && $stage == "${scratch##*/}" && $1 == $pattern ]] && return
    done < .ci/allowed-skips
    return 1
}
# check_skips OUTPUT: what pytest skipped is in .ci/allowed-skips.
check_skips() {
    local reason
    sed -n 's/^SKIPPED \[[0-9]*\] [^ ]* //p' "$1" | sort -u | while read -r reason; do
        may_skip "$reason" || { echo ".ci/allowed-skips does not have it: $reason"; exit 1; }
    done
}

# need PACKAGE COMMAND...: the command succeeds, if need be after the package is installed (only as root
# in CI).
need() {
    local package=$1
    shift
    "$@" > /dev/null 2>&1 && return
    [ "$(id -u)" = 0 ] && [ -n "${CI:-}" ] && command -v apt-get > /dev/null || return 1
    once "$shared/apt-updated" update_apt || return 1
    once "$shared/installed-$package" install_package "$package" || return 1
    "$@" > /dev/null 2>&1
}
update_apt() {
    apt-get update -qq && touch "$shared/apt-updated"
}
install_package() {
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq "$1" > /dev/null \
        && touch "$shared/installed-$1"
}

# The n-th command of the README, in the tree and from a fresh environment.
readme_command() {
    local command
    command=$(sed -n '/^```sh$/,/^```$/p' README.md | grep -v '^```' | sed -n "$1p")
    [ -n "$command" ] || { echo "README.md has no command $1"; return 1; }
    echo "\$ $command"
    (cd "$tree" && rm -rf .venv && env -u PIP_COMPILE bash -c "$command" 2>&1)
}

# The environment that the README's second command leaves; made here where that stage has not run.
need_tests() {
    once "$shared/venv" make_tests
    [ -e "$tree/.venv" ] || ln -s "$shared/venv" "$tree/.venv"
}
make_tests() {
    python3 -m venv "$shared/tests-venv" && (cd "$tree" && "$shared/tests-venv/bin/pip" install -q ".[test]") \
        && ln -s "$shared/tests-venv" "$shared/venv"
}

# suite PYTHON ARGUMENT...: the tests, as that interpreter sees the installed package.
suite() {
    (cd "$tree" && "$1" -m pytest -q "${@:2}")
}

# What a stage about the interpreter asks: not for the numbers again, which the one wheel computes alike under each
# Python, nor for the figures of the benchmarks.  What takes seconds, as threads, forks and the end do, is asked of the
# oldest Python (the stage `slow`), of the newest and of that without a lock.
about_interpreters=(--ignore=tests/neighbours/test_memory.py
    --ignore=tests/test_{accuracy,benchmarks,dispatch,guard_pages,metamorphic,out_of_memory,phases,worst}.py)

# What a stage about other kernels asks.
about_numbers=(-m "slow or not slow" -k "not every_door and not every_half and not mpfr and (not test_pool or same_bits)"
    tests/test_{accuracy,bits,guard_pages,inputs,metamorphic,phases,pool,worst}.py)

# What a stage about NumPy's arrays and our ways to them asks.
about_arrays=$(echo tests/test_{bits,buffers,coercion,errors,fast_entry,inputs,leaks,out,packaging,pickles,pool,special,threads}.py)

# The wheel of the tree, built once: $wheel is the folder that it alone is in.
wheel=$shared/wheel
need_wheel() {
    need_tests
    once "$wheel" make_wheel
}
make_wheel() {
    (cd "$tree" && .venv/bin/pip wheel -q --no-deps -w "$scratch/wheel" . && rm -rf build) \
        && mv "$scratch/wheel" "$wheel"
}

# venv NAME PYTHON EXTRA REQUIREMENT...: the environment $scratch/NAME, with that wheel in it.
venv() {
    local name=$1 python=$2 extra=$3
    shift 3
    need_wheel
    "$python" -m venv "$scratch/$name"
    "$scratch/$name/bin/pip" install -q "$(echo "$wheel"/*.whl)$extra" "$@"
}

# tests_and NAME REQUIREMENT...: the environment $scratch/NAME, with that of the stage `tests` behind these.
tests_and() {
    local new=$scratch/$1 where="import sysconfig; print(sysconfig.get_path('purelib'))"
    need_tests
    python3 -m venv --without-pip "$new"
    "$tree/.venv/bin/python" -c "$where" > "$("$new/bin/python" -c "$where")/tests.pth"
    "$tree/.venv/bin/pip" --python "$new" install -q "${@:2}"
}

# for_sanitizers: setup.py's own flags come last, and -O3 takes a compiler with sanitizers minutes.
for_sanitizers() {
    sed -i 's/"-O3"/"-O1"/; s/"-g0"/"-g"/' "$tree/setup.py"
    grep -q '"-O1".*"-g"' "$tree/setup.py"
}

# A line of .ci/variants: the environment of the stage `tests` where nothing has to be changed in it.
run_variant() {
    local pythons added away variables tests python variable bin count=0 arguments
    IFS='|' read -r _ _ pythons added away variables tests < <(grep "^$1 |" .ci/variants)
    [ -n "${variables// /}" ] || variables=FASTSIGMOID_ISA= # the usual one
    need_tests
    eval "arguments=($tests)"
    # shellcheck disable=SC2086 # words, each of them
    for python in $(eval "echo $pythons"); do
        bin=$tree/.venv/bin
        if [ "$python" != python3 ] || [ -n "${away// /}" ]; then
            count=$((count + 1))
            bin=$scratch/$count/bin
            venv $count "$python" "[test]" $added
            [ -z "${away// /}" ] || "$bin/pip" uninstall -q -y $away
        elif [ -n "${added// /}" ]; then
            bin=$scratch/more/bin
            tests_and more $added
        fi
        for variable in $(eval "echo $variables"); do
            export "${variable?}"
            counted "${python##*/} ${variable#FASTSIGMOID_ISA=}" suite "$bin/python" "${arguments[@]}"
        done
    done
    [ -n "$counts" ] || skip "there is none here"
    print_counts
}

# The instruction sets that this CPU has kernels for, the best one first.
available_isas() {
    need_tests
    (cd "$scratch" && "$tree/.venv/bin/python" -c \
        "import fastsigmoid; print(*fastsigmoid.cpu_info()['available'], sep='\n')")
}
# All but that one, as variables that choose them.
other_isas() {
    available_isas | sed '1d; s/^/FASTSIGMOID_ISA=/'
}

# The family.
functions() {
    sed -n 's/^ *F([A-Z_]*, \([a-z_]*\)).*/\1/p' csrc/math/functions.h | grep .
}

# need_exhaustive FLAG...: $scratch/exhaustive, of the kernels in csrc/math, and which 64th of all float32 it is to take.
need_exhaustive() {
    need libmpfr-dev cc -E -include mpfr.h -x c /dev/null || skip "MPFR is not installed"
    slice=${SLICE:-$((RANDOM % 64))}/64
    cc -std=c11 -O2 -ffp-contract=off -Wall -Wextra -Werror "$@" -Icsrc/math tests/native/exhaustive.c csrc/math/*.c \
        -lmpfr -lgmp -lm -o "$scratch/exhaustive"
}

# Interpreters on the PATH and of pyenv, 3.12 and later.
other_interpreters() {
    local python
    for python in $(compgen -c python3.1 | grep -x 'python3\.1[2-9]' | sort -u) \
        "$(pyenv root 2> /dev/null)"/versions/*/bin/python3.1[2-9]; do
        ! "$python" -c "import ensurepip, venv" 2> /dev/null || echo "$python"
    done
}

# counted NAME COMMAND...: a run of tests under a heading.  Their counts stand together in what
# print_counts prints last.
counts=
counted() {
    local name=$1
    shift
    echo "--- $name"
    "$@" | tee "$scratch/counted"
    counts+="${counts:+; }$name: $(tail -n 1 "$scratch/counted" | sed 's/ in [0-9.]*s.*//')"
}
print_counts() {
    echo "$counts"
}

# Clang, and the headers and libraries of many systems, in one package of Python's.
zig_cc="$cache/zig/bin/python3 -m ziglang cc -fno-sanitize=all"
need_zig() {
    once "$cache/zig" make_zig
}
make_zig() {
    python3 -m venv --clear "$cache/zig.new" \
        && "$cache/zig.new/bin/pip" install -q ziglang "setuptools>=77" "numpy>=2" \
        && mv "$cache/zig.new" "$cache/zig"
}

# Python's and NumPy's headers as if they had been configured for another system: $headers/python and
# $headers/numpy.  Windows has a long of 32 bits, and Microsoft's long double is a double.
headers=$shared/headers
need_headers() {
    need_zig
    once "$headers" make_headers
}
make_headers() {
    mkdir "$headers.new"
    cp -r "$(python3 -c "import sysconfig; print(sysconfig.get_path('include'))")" "$headers.new/python"
    cp -r "$("$cache/zig/bin/python3" -c "import numpy; print(numpy.get_include())")" "$headers.new/numpy"
    cat >> "$headers.new/python/pyconfig.h" << 'END'
#ifdef _WIN32
#  define MS_WINDOWS 1
#  define HAVE_DECLSPEC_DLL 1
#  undef HAVE_PTHREAD_H
#  undef HAVE_SYS_SELECT_H
#  undef _POSIX_THREADS
#  undef SIZEOF_WCHAR_T
#  define SIZEOF_WCHAR_T 2
#endif
#undef SIZEOF_LONG
#define SIZEOF_LONG __SIZEOF_LONG__
#undef SIZEOF_SIZE_T
#define SIZEOF_SIZE_T __SIZEOF_SIZE_T__
#undef SIZEOF_VOID_P
#define SIZEOF_VOID_P __SIZEOF_POINTER__
END
    sed -i -e '/NPY_HAVE_ENDIAN_H/d' -e 's/NPY_SIZEOF_LONG .*/NPY_SIZEOF_LONG __SIZEOF_LONG__/' \
        -e 's/NPY_SIZEOF_PY_INTPTR_T .*/NPY_SIZEOF_PY_INTPTR_T __SIZEOF_POINTER__/' \
        -e 's/NPY_SIZEOF_INTP .*/NPY_SIZEOF_INTP __SIZEOF_POINTER__/' \
        -e 's/NPY_SIZEOF_LONGDOUBLE .*/NPY_SIZEOF_LONGDOUBLE NPY_SIZEOF_LONG_DOUBLE/' \
        -e 's/NPY_SIZEOF_COMPLEX_LONGDOUBLE .*/NPY_SIZEOF_COMPLEX_LONGDOUBLE (2 * NPY_SIZEOF_LONG_DOUBLE)/' \
        "$headers.new/numpy/numpy/_numpyconfig.h"
    cat >> "$headers.new/numpy/numpy/_numpyconfig.h" << 'END'
#ifdef _WIN32
#  define NPY_SIZEOF_LONG_DOUBLE 8
#else
#  define NPY_SIZEOF_LONG_DOUBLE __SIZEOF_LONG_DOUBLE__
#endif
END
    mv "$headers.new" "$headers"
}

# need_tools NAME REQUIREMENT...: $cache/NAME, an environment with tools; made anew where they change.
need_tools() {
    local folder=$cache/$1
    shift
    [ "$(cat "$folder/requirements" 2> /dev/null)" = "$*" ] && return
    mkdir -p "$cache"
    python3 -m venv --clear "$folder"
    "$folder/bin/pip" install -q -U pip
    "$folder/bin/pip" install -q "$@"
    echo "$*" > "$folder/requirements"
}

# foreign_root NAME ARCHITECTURE SUITE PACKAGE...: $cache/NAME holds these packages of Debian's, unpacked.
foreign_root() {
    once "$cache/$1" .ci/foreign-root "$cache/$1" "${@:2}"
}

# foreign_python DIR COMMAND [PATH]: DIR/python runs the command, which is the interpreter of another
# system or for another CPU, with the packages in DIR/site, and in that path, before its own.  What the tests
# start runs so, too.
foreign_python() {
    printf '#!/bin/sh\nPYTHONPATH=%s PYTHONDONTWRITEBYTECODE=1 exec %s "$@"\n' "$1/site${3:+:$3}" "$2" > "$1/python"
    chmod +x "$1/python"
    echo "import sys; sys.executable = '$1/python'" > "$1/site/sitecustomize.py"
}

# CPython 3.14 and 3.15 with their debug builds, and what the tests need.
need_newer_pythons() {
    local version
    command -v apt-get > /dev/null && [ "$(uname -m)" = x86_64 ] || skip "no apt to take CPython 3.14 and 3.15 from"
    need_wheel
    foreign_root newer amd64 forky python3.1{4,5}-dbg python3-pytest python3-hypothesis \
        || skip "Debian's packages could not be fetched"
    need_pip
    for version in 3.14 3.15; do
        once "$cache/newer-$version" make_newer_packages $version
    done
}
make_newer_packages() {
    rm -rf "$cache/newer-$1.new"
    "${pip[@]}" install -q --only-binary :all: --python-version "$1" --target "$cache/newer-$1.new" numpy gmpy2 \
        && mv "$cache/newer-$1.new" "$cache/newer-$1"
}

# newer_python VERSION WHEEL_DIR: one of them, 3.14-dbg for one, with that wheel becomes
# $scratch/VERSION/python.  A debug build takes the NumPy of the other.
newer_python() {
    local root=$cache/newer
    python3 -m zipfile -e "$2"/*.whl "$scratch/$1/site"
    foreign_python "$scratch/$1" "$root/lib64/ld-linux-x86-64.so.2 --library-path $root/usr/lib/x86_64-linux-gnu \
$root/usr/bin/python$1" "$cache/newer-${1%-dbg}"
}

# CPython 3.13 without the interpreter lock, kept in $cache; $scratch/free-threaded is an environment of it,
# with the package.  NumPy 2.4 is the last one that comes built for it.
need_free_threaded() {
    command -v apt-get > /dev/null || skip "no apt to take the sources of CPython 3.13 from"
    once "$cache/free-threaded" .ci/free-threaded-python "$cache/free-threaded" \
        || skip "CPython 3.13 could not be built"
    need_pip
    "$cache/free-threaded/bin/python3.13t" -m venv --without-pip "$scratch/free-threaded"
    "${pip[@]}" --python "$scratch/free-threaded/bin/python" install -q --only-binary :all: \
        "numpy<2.5" "setuptools>=77" pytest pytest-run-parallel hypothesis gmpy2
    (cd "$tree" && "${pip[@]}" --python "$scratch/free-threaded/bin/python" install -q --no-deps \
        --no-build-isolation . && rm -rf build)
}

# A pip of today, which knows of interpreters younger than its own.
need_pip() {
    pip=("$shared/pip/bin/pip")
    once "$shared/pip" make_pip
}
make_pip() {
    python3 -m venv "$shared/pip" && "${pip[@]}" install -q -U pip
}
