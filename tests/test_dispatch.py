"""Every instruction set that this machine has: chosen as asked, and equal to portable."""

import importlib
import os
import platform

import numpy as np
import pytest

from fastsigmoid import _core, cpu_info, sigmoid

from .support.floats import FLOAT16, FLOAT32, FLOAT64, FORMATS, NANS
from .support.parameters import slow

AVAILABLE = cpu_info()["available"]
each_isa = pytest.mark.parametrize("isa", AVAILABLE)
each_vector_isa = pytest.mark.parametrize("isa", AVAILABLE[:-1])

IS_X86 = platform.machine().lower() in {"x86_64", "amd64", "x86", "i386", "i586", "i686"}
NEEDS = {
    "neon": {"neon"},
    "portable": set(),
    **({"sse2": set()} if IS_X86 else {}),
    "avx2": {"avx2", "fma"},
    "avx512": {"avx2", "fma", "avx512f", "avx512dq", "avx512vl"},
}
# What NumPy, which asks the CPU by itself, calls them.
OF_NUMPY = {"fma": "FMA3", **{name: name.upper() for name in {"neon"} | NEEDS["avx512"] - {"fma"}}}


def columns(count, f, seed=0):
    """Inputs of the format by the million, named by the regime."""
    random = np.random.default_rng(seed)
    low = {FLOAT64: -750.0, FLOAT32: -110.0, FLOAT16: -20.0}[f]
    normal_low = {FLOAT64: -708.0, FLOAT32: -87.0, FLOAT16: -9.5}[f]
    ulp = 2.0 ** (1 - f.precision)
    steps = random.integers(-3, 4, count)
    breakpoints = random.integers(round(low * 300), 40 * 300, count) * (np.log(2) / 256)
    integer = {FLOAT64: "i8", FLOAT32: "i4", FLOAT16: "i2"}[f]
    with np.errstate(over="ignore", under="ignore"):
        patterns = random.integers(0, 2**f.size, count, "u8").astype(integer).view(f.name)
        around = breakpoints.astype(f.name).view(integer) + steps.astype(integer)
        yield "normal", random.normal(0, 4, count)
        yield "wide", random.uniform(low, -low, count)
        yield "tail", random.uniform(low, normal_low, count)
        yield "result near 1", random.uniform(f.precision * 0.68, f.precision * 0.72, count)
        yield "tie", random.integers(-(2**20), 2**20, count) * ulp / 2
        yield "tiny", np.exp2(random.uniform(f.emin, -4, count)) * random.choice([-1, 1], count)
        yield "breakpoint", around.view(f.name)
        yield "pattern", patterns


@pytest.mark.parametrize("count", [65_536, *slow(1_300_000)])
@pytest.mark.parametrize("f", FORMATS, ids=str)
@each_vector_isa
def test_same_bits_as_portable(isa, f, count, report):
    for regime, x in columns(count, f):
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            x = x.astype(f.name)
        expected = _core._call_on("portable", x)
        result = _core._call_on(isa, x)
        assert result.tobytes() == expected.tobytes(), regime
        in_place = x.copy()
        assert _core._call_on(isa, in_place, in_place) is in_place
        assert in_place.tobytes() == expected.tobytes(), regime
        if f is not FLOAT16:
            shares = [_core._count_open(name, x) / x.size for name in (isa, "portable")]
            report(
                f"left to later phases, {f} {regime}: "
                f"{isa} {shares[0]:.2%}, portable {shares[1]:.2%}"
            )


@pytest.mark.parametrize("f", FORMATS, ids=str)
@each_isa
def test_lengths_offsets_and_strides(isa, f):
    regimes = [x.astype(f.name) for _, x in columns(300, f, 1)]
    mixed = np.stack(regimes, axis=1).ravel()
    expected = np.array([_core._call_on("portable", x.reshape(1)) for x in mixed]).ravel()
    for length in [*range(66), 127, 128, 129, 1023, 1024, 1025, 1500]:
        for offset in range(17):
            cut = slice(offset, offset + length)
            assert _core._call_on(isa, mixed[cut]).tobytes() == expected[cut].tobytes()
        for stride in (-3, -2, -1, 2, 3):
            x = mixed[::stride][:length]
            y = expected[::stride][:length]
            assert _core._call_on(isa, x).tobytes() == y.tobytes()
            out = np.zeros(mixed.size, f.name)[::stride][:length]
            _core._call_on(isa, x, out)
            assert out.tobytes() == y.tobytes()
            in_place = mixed.copy()[::stride][:length]
            _core._call_on(isa, in_place, in_place)
            assert in_place.tobytes() == y.tobytes()
    constant = np.broadcast_to(mixed[:1], 600)
    assert _core._call_on(isa, constant).tobytes() == np.repeat(expected[:1], 600).tobytes()


@pytest.mark.parametrize("f", FORMATS, ids=str)
@each_isa
def test_scalars_and_nan(isa, f):
    integer = {FLOAT64: "u8", FLOAT32: "u4", FLOAT16: "u2"}[f]
    quiet = 1 << f.precision - 2
    for place in range(9):
        nans = np.array(NANS[f], integer)
        x = np.insert(np.zeros(8, integer), place, nans)
        result = _core._call_on(isa, x.view(f.name)).view(integer)
        is_nan = np.isnan(x.view(f.name))
        assert np.array_equal(result[is_nan], x[is_nan] | integer_type(quiet, integer))
    for _, x in columns(200, f, 2):
        for value in x.astype(f.name):
            assert (
                np.array(_core._call_on(isa, value), f.name).tobytes()
                == np.array(_core._call_on("portable", value), f.name).tobytes()
            )


def integer_type(value, name):
    return np.dtype(name).type(value)


def test_cpu_info():
    info = cpu_info()
    assert set(info) == {"isa", "available", "features"}
    core = "_core" if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else "core"
    found = importlib.import_module(f"numpy.{core}._multiarray_umath").__cpu_features__
    assert set(info["features"]) == {ours for ours, theirs in OF_NUMPY.items() if found[theirs]}
    assert info["available"][-1] == "portable"
    assert set(info["available"]) == {
        isa for isa, needs in NEEDS.items() if needs <= set(info["features"])
    }
    assert info["isa"] == (os.environ.get("FASTSIGMOID_ISA") or info["available"][0])


@each_isa
def test_the_variable_chooses(isa, run_code, monkeypatch):
    monkeypatch.setenv("FASTSIGMOID_ISA", isa)
    code = "import fastsigmoid as f; print(f.cpu_info()['isa'], f.sigmoid(-709.9).hex())"
    assert run_code(code).split() == [isa, sigmoid(-709.9).hex()]


def test_an_empty_variable_chooses_nothing(run_code, monkeypatch):
    monkeypatch.setenv("FASTSIGMOID_ISA", "")
    code = "import fastsigmoid\nprint(fastsigmoid.cpu_info()['isa'])"
    assert run_code(code).split() == [cpu_info()["available"][0]]


@pytest.mark.parametrize("isa", ["neon2", "AVX2", "avx2 "])
def test_an_unknown_name_is_an_error(isa, run, monkeypatch):
    monkeypatch.setenv("FASTSIGMOID_ISA", isa)
    result = run("-c", "import fastsigmoid")
    assert result.returncode != 0
    assert "ImportError" in result.stderr
    for name in (repr(isa), *AVAILABLE):
        assert name in result.stderr
