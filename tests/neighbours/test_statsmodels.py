"""statsmodels' Logit, its distribution function and likelihood by fastsigmoid.special and by scipy.special."""

import numpy as np
import pytest

import fastsigmoid.special

scipy_special = pytest.importorskip("scipy.special")
discrete = pytest.importorskip("statsmodels.discrete.discrete_model")


def model_of(special):
    class Model(discrete.Logit):
        def cdf(self, X):
            return special.expit(X)

        def loglikeobs(self, params):
            return special.log_expit((2 * self.endog - 1) * (self.exog @ params))

        def loglike(self, params):
            return self.loglikeobs(params).sum()

    return Model


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(1)
    x = np.column_stack([np.ones(500), random.normal(size=(500, 4))])
    p = fastsigmoid.special.expit(x @ [0.5, -1.0, 2.0, 0.0, 0.25])
    return (random.random(500) < p).astype(float), x


@pytest.mark.parametrize("method", ["newton", "bfgs"])
def test_the_same_fit(data, method):
    options = {"method": method, "disp": False, "maxiter": 200}
    if method == "newton":
        options["tol"] = 1e-14
    ours = model_of(fastsigmoid.special)(*data).fit(**options)
    theirs = model_of(scipy_special)(*data).fit(**options)
    assert np.abs(ours.params).max() > 1
    for name in ("params", "bse", "llf", "fittedvalues"):
        got, expected = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.predict(), theirs.predict(), rtol=1e-12)
    if method == "newton":
        own = discrete.Logit(*data).fit(**options)
        np.testing.assert_allclose(ours.params, own.params, rtol=1e-12)
        np.testing.assert_allclose(ours.llf, own.llf, rtol=1e-12)
