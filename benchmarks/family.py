"""The other functions of the family, each beside our sigmoid and beside the usual ways of computing it."""

import math

import numpy as np

import fastsigmoid
from fastsigmoid import special

from . import accuracy, rivals
from .measure import Blocks, Case
from .rivals import SIGMOID, SIGMOID_OUT, Way, _load

FUNCTIONS = {"logit": "logit", "log_sigmoid": "log_expit", "softplus": "softplus"}  # SciPy's names
SCIPYS_OWN = {"logit", "log_sigmoid"}  # softplus came with 1.18, around np.logaddexp

# As people write them; math's for one float.
BY_NUMPY = {
    "logit": ["np.log(x / (1 - x))", "np.log(x) - np.log1p(-x)"],
    "log_sigmoid": ["-np.log1p(np.exp(-x))", "-np.logaddexp(0, -x)"],
    "softplus": ["np.log1p(np.exp(x))", "np.logaddexp(0, x)"],
}
BY_MATH = {
    "logit": "math.log(x / (1 - x))",
    "log_sigmoid": "-math.log1p(math.exp(-x))",
    "softplus": "math.log1p(math.exp(x))",
}
TORCHS = {"logit": "torch.logit", "log_sigmoid": "F.logsigmoid", "softplus": "F.softplus"}


def ours(name, out=False):
    return f"fastsigmoid.{name}(x, out=out)" if out else f"fastsigmoid.{name}(x)"


def ours_special(name):
    return f"fastsigmoid.special.{FUNCTIONS[name]}(x)"


def scipys(name, out=False):
    return (
        f"scipy.special.{FUNCTIONS[name]}(x, out)" if out else f"scipy.special.{FUNCTIONS[name]}(x)"
    )


def torchs(name, out=False):
    return f"{TORCHS[name]}(x, out=out)" if out else f"{TORCHS[name]}(x)"


def torchs_given(name):
    """Its call that ours takes turns with: torch.logit alone can be given an array."""
    return torchs(name, name == "logit")


OURS = {label for f in FUNCTIONS for label in (ours(f), ours(f, out=True), ours_special(f))}


def ways_of(name, there):
    """The ways of computing it, of the libraries that are there."""
    own, ufunc = getattr(fastsigmoid, name), getattr(special, FUNCTIONS[name])
    ways = [
        Way(
            ours(name), ours(name), ours(name, out=True), call_out="f(x, out=out)", names={"f": own}
        ),
        Way(ours_special(name), ours_special(name), names={"f": ufunc}),
        Way(one=BY_MATH[name], call=BY_MATH[name], names={"math": math}),
    ]
    ways += [Way(new=code, call=code, names={"np": np}) for code in BY_NUMPY[name]]
    if "scipy" in there and name in SCIPYS_OWN:
        f = getattr(_load("scipy.special"), FUNCTIONS[name])
        ways.append(Way(scipys(name), scipys(name), scipys(name, out=True), names={"f": f}))
    if "torch" in there:
        torch, (sigmoid,) = _load("torch"), there["torch"]
        functional = torch.nn.functional
        f = {
            "logit": torch.logit,
            "log_sigmoid": functional.logsigmoid,
            "softplus": functional.softplus,
        }
        ways.append(
            Way(
                new=torchs(name),
                out=torchs(name, out=True) if name == "logit" else "",
                call_out="f(x, out=out)",
                names={"f": f[name], "torch": torch},
                prepare=sigmoid.prepare,
                view=sigmoid.view,
                back=sigmoid.back,
            )
        )
    return ways


def collected(make, name, ways):
    """What make returns for each way of computing it that takes the dtype, in one list."""
    found, _ = rivals.collect(make, ways_of(name, ways.there))
    return found


def arguments(name, dtype, n):
    """Blocks of numbers that the function is meant for: probabilities, or those of sigmoid."""
    x = rivals.normal(dtype, n)
    if name != "logit":
        return x
    random = np.random.default_rng(0)
    return Blocks(random.random((len(x), n)).astype(dtype))


def floats(ways, name, effort):
    x = Blocks(value.item() for value in arguments(name, "float64", 1))
    normal = Blocks(value.item() for value in rivals.normal("float64", 1))
    sigmoid = Case(SIGMOID, "f(x)", {"f": fastsigmoid.sigmoid, "x": normal})
    return [sigmoid, *collected(lambda way: way.floats(x), name, ways)]


def arrays(ways, name, dtype, n, effort):
    """And our sigmoid, of normal data."""
    x = arguments(name, dtype, n)
    sigmoid, *_ = ways.there["fastsigmoid"]
    cases = [
        case
        for case in sigmoid.arrays(rivals.normal(dtype, n))
        if case.label in (SIGMOID, SIGMOID_OUT)
    ]
    return cases + collected(lambda way: way.arrays(x), name, ways)


NORMAL, SUBNORMAL, EDGES, NAN = "normal data", "subnormal numbers", "edges", "NaN"
TIES = "next to 1/2"


def data(ways, name, dtype, n, effort):
    """Our own call on data that might be slow: subnormal results, or of logit subnormal probabilities, ..."""
    random, (x, *_) = np.random.default_rng(0), arguments(name, dtype, n)
    shape = rivals.TURNS // 4, n
    info = np.finfo(dtype)
    if name == "logit":
        inputs = {
            SUBNORMAL: random.random(shape) * float(info.tiny),
            TIES: 0.5 + random.integers(-(1 << 12), 1 << 12, shape) * float(info.epsneg),
            EDGES: random.choice([0.0, 1.0], shape),
        }
    else:
        low, high = rivals.SUBNORMAL[dtype]
        sign = -1 if name == "log_sigmoid" else 1
        inputs = {
            SUBNORMAL: sign * random.uniform(low, high, shape),
            EDGES: random.choice([-np.inf, np.inf, -1e4, 1e4], shape),
        }
    inputs |= {
        NORMAL: np.array(arguments(name, dtype, n)[: len(inputs[EDGES])]),
        NAN: np.full(shape, np.nan),
    }
    f, out = getattr(fastsigmoid, name), np.empty_like(x)
    return [
        Case(label, "f(x, out=out)", {"f": f, "x": Blocks(x.astype(dtype)), "out": out})
        for label, x in inputs.items()
    ]


def errors(ways, name, dtype, n, effort):
    functions = collected(lambda way: way.functions(np.dtype(dtype)).items(), name, ways)
    x = np.random.default_rng(1)
    x = x.random(n) if name == "logit" else x.normal(scale=4, size=n)
    x = x.astype(dtype)
    truth = accuracy.true_value(name, x)
    return [{"label": label} | accuracy.errors_of(f, x, truth) for label, f in functions]


KINDS = rivals.KINDS | {
    "family float": floats,
    "family": arrays,
    "family data": data,
    "family accuracy": errors,
}


def ours_beside(label):
    """Our call of the same function, into a new array or a given one as it is there."""
    for name in FUNCTIONS:
        others = {torchs(name), scipys(name), *BY_NUMPY[name], BY_MATH[name], ours_special(name)}
        if label in others | {ours(name)}:
            return ours(name)
        if label in {torchs(name, out=True), scipys(name, out=True), ours(name, out=True)}:
            return ours(name, out=True)
    return rivals.ours_beside(label)
