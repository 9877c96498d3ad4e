# What the stages share.  $scratch is the run's own folder, $tree a copy of the project in it: nothing is
# left behind.  What takes minutes to make is kept in $cache from one run to the next.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fastsigmoid

skip() {
    echo "SKIPPED: $*"
    exit 77
}

# need PACKAGE COMMAND...: the command succeeds, if need be after the package is installed (only as root
# in CI).
need() {
    local package=$1
    shift
    "$@" > /dev/null 2>&1 && return
    [ "$(id -u)" = 0 ] && [ -n "${CI:-}" ] && command -v apt-get > /dev/null || return 1
    { [ -e "$scratch/apt-updated" ] || apt-get update -qq; } && touch "$scratch/apt-updated" \
        && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" > /dev/null \
        && "$@" > /dev/null 2>&1
}

# The n-th command of the README, in the tree and from a fresh environment.
readme_command() {
    local command
    command=$(sed -n '/^```sh$/,/^```$/p' README.md | grep -v '^```' | sed -n "$1p")
    [ -n "$command" ] || { echo "README.md has no command $1"; return 1; }
    echo "\$ $command"
    (cd "$tree" && rm -rf .venv && bash -c "$command" 2>&1)
}

# The environment that the README's second command leaves; made here where that stage has not run.
need_tests() {
    if [ ! -x "$tree/.venv/bin/pytest" ]; then
        python3 -m venv --clear "$tree/.venv"
        (cd "$tree" && .venv/bin/pip install -q ".[test]")
    fi
}

# suite PYTHON: the tests, as that interpreter sees the installed package.
suite() {
    (cd "$tree" && "$1" -m pytest -q)
}

# The wheel of the tree, built once.
need_wheel() {
    need_tests
    [ -d "$scratch/wheel" ] \
        || (cd "$tree" && .venv/bin/pip wheel -q --no-deps -w "$scratch/wheel" .)
}

# venv NAME PYTHON REQUIREMENT...: the environment $scratch/NAME, with that wheel in it.
venv() {
    local name=$1 python=$2
    shift 2
    need_wheel
    "$python" -m venv "$scratch/$name"
    "$scratch/$name/bin/pip" install -q "$scratch"/wheel/*.whl pytest hypothesis "$@"
}

# The instruction sets that this CPU has kernels for, the best one first.
available_isas() {
    need_tests
    (cd "$scratch" && "$tree/.venv/bin/python" -c \
        "import fastsigmoid; print(*fastsigmoid.cpu_info()['available'], sep='\n')")
}

# Interpreters on the PATH and of pyenv, 3.12 and later.
other_interpreters() {
    local python
    for python in $(compgen -c python3.1 | grep -x 'python3\.1[2-9]' | sort -u) \
        "$(pyenv root 2> /dev/null)"/versions/*/bin/python3.1[2-9]; do
        ! "$python" -c "import ensurepip, venv" 2> /dev/null || echo "$python"
    done
}
