"""Models on scikit-learn's own data: the same predictions with expit from here as from SciPy."""

import numpy as np
import pytest

import fastsigmoid

from .rules import assert_same_bits

datasets = pytest.importorskip("sklearn.datasets")
special = pytest.importorskip("scipy.special")

from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
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
    ours, theirs = model(x, y, fastsigmoid.expit), model(x, y, special.expit)
    assert ((ours > 0.5) == y).mean() > 0.98
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
