"""Models on scikit-learn's own data: the same predictions with fastsigmoid.special as with scipy.special."""

import numpy as np
import pytest

import fastsigmoid.special

from .rules import assert_same_bits

datasets = pytest.importorskip("sklearn.datasets")
special = pytest.importorskip("scipy.special")

from sklearn._loss import HalfBinomialLoss
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeRegressor


@pytest.fixture(scope="module")
def data():
    x, y = datasets.load_breast_cancer(return_X_y=True)
    return (x - x.mean(axis=0)) / x.std(axis=0), y


def logistic_regression(x, y, expit):
    """Newton's method with a ridge."""
    x = np.column_stack([np.ones(len(x)), x])
    weights = np.zeros(x.shape[1])
    for _ in range(12):
        p = expit(x @ weights)
        gradient = x.T @ (p - y) + weights
        hessian = (x.T * (p * (1 - p))) @ x + np.eye(len(weights))
        weights -= np.linalg.solve(hessian, gradient)
    assert np.abs(gradient).max() < 1e-9
    return expit(x @ weights)


def boosted_trees(x, y, expit):
    """Newton boosting of the logistic loss, its gradient and its hessian as objectives have them."""
    raw = np.zeros(len(y))
    for _ in range(20):
        p = expit(raw)
        gradient, hessian = p - y, np.maximum(p * (1 - p), 1e-16)
        tree = DecisionTreeRegressor(max_depth=3, random_state=0)
        raw += 0.3 * tree.fit(x, -gradient / hessian, sample_weight=hessian).predict(x)
    return expit(raw)


@pytest.mark.parametrize("model", [logistic_regression, boosted_trees])
def test_a_model_of_ones_own(data, model):
    x, y = data

    def expit(raw):
        p = fastsigmoid.expit(raw)
        assert_same_bits(p, raw, "float64")
        return p

    ours, theirs = model(x, y, expit), model(x, y, special.expit)
    assert ((ours > 0.5) == y).mean() > 0.98
    # What SciPy's two units come to in all the steps.
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "model",
    [LogisticRegression(), GradientBoostingClassifier(n_estimators=30, random_state=0)],
    ids=lambda model: type(model).__name__,
)
def test_a_model_of_scikit_learn(data, function, model):
    x, y = data
    model.fit(x, y)
    decision = model.decision_function(x)
    ours = function(decision)
    assert_same_bits(ours, decision, "float64")
    # SciPy's are two units off, and the model's are made of them.
    np.testing.assert_array_max_ulp(ours, special.expit(decision), 2)
    np.testing.assert_array_max_ulp(ours, model.predict_proba(x)[:, 1], 4)


def loss_and_gradient(y, raw, special):
    """The logistic loss as it is written by who has no loss of scikit-learn's at hand."""
    loss = -(y * special.log_expit(raw) + (1 - y) * special.log_expit(-raw))
    sign = 1 - 2 * y
    return loss, sign * special.expit(sign * raw)


@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_the_logistic_loss(scale):
    random = np.random.default_rng(0)
    raw, y = random.normal(0, scale, 10_000), random.integers(0, 2, 10_000).astype(float)
    loss, gradient = loss_and_gradient(y, raw, fastsigmoid.special)
    for ours, theirs, own in zip(
        (loss, gradient),
        loss_and_gradient(y, raw, special),
        HalfBinomialLoss().loss_gradient(y_true=y, raw_prediction=raw),
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-300)
        # Its differences lose what is small beside 1.
        np.testing.assert_allclose(ours, own, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        loss, fastsigmoid.special.softplus(raw) - y * raw, rtol=1e-12, atol=1e-12
    )
    link = HalfBinomialLoss().link
    p = fastsigmoid.special.expit(raw)
    assert_same_bits(p, raw, "float64")
    np.testing.assert_allclose(link.inverse(raw), p, rtol=1e-12)
    p = random.random(10_000)
    np.testing.assert_allclose(fastsigmoid.special.logit(p), link.link(p), rtol=1e-12)


@pytest.mark.parametrize(
    "model",
    [
        HistGradientBoostingClassifier(max_iter=20, random_state=0),
        GradientBoostingClassifier(n_estimators=20, random_state=0),
        CalibratedClassifierCV(GaussianNB()),
    ],
    ids=lambda model: type(model).__name__,
)
def test_scikit_learn_with_ours_in_place_of_scipys(data, model, monkeypatch):
    x, y = data
    theirs = model.fit(x, y).predict_proba(x)
    calls = []

    def counted(name):
        def call(*arguments, **keywords):
            calls.append(name)
            return getattr(fastsigmoid.special, name)(*arguments, **keywords)

        return call

    for name in ("expit", "logit", "log_expit"):
        monkeypatch.setattr(special, name, counted(name))
    monkeypatch.setattr("sklearn.calibration.expit", counted("expit"))
    ours = model.fit(x, y).predict_proba(x)
    assert "expit" in calls
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
