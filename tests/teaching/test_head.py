import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from inspector.teaching.head import Fit, Method, Support, balanced, fit_heads, softmax

RANDOM = np.random.default_rng(5)


def logistic(strength: float) -> Fit:
    return Fit(Method.LOGISTIC, strength)


def support(rows: int = 60, features: int = 200, classes: int = 3, shift: float = 1.0) -> Support:
    labels = np.arange(rows) % classes
    values = RANDOM.normal(3, 2, (rows, features))
    values[np.arange(rows), labels] += shift * 6
    return Support(values.astype(np.float32), labels.astype(np.int64), np.ones(rows), classes)


def test_the_fit_in_the_span_of_the_rows_is_the_fit_in_all_features() -> None:
    taught = support(classes=3)
    (head,) = fit_heads(taught, [logistic(0.03)])
    standardised = (taught.features.astype(np.float64) - head.mean) * head.scale
    direct = LogisticRegression(C=0.03, tol=1e-8, max_iter=5000).fit(standardised, taught.labels)
    assert head.weights == pytest.approx(direct.coef_, abs=2e-4)
    expected = direct.predict_proba(standardised)
    assert head.probabilities(taught.features) == pytest.approx(expected, abs=1e-3)


def test_more_rows_than_features_are_fitted_as_they_are() -> None:
    taught = support(rows=90, features=8)
    (head,) = fit_heads(taught, [logistic(1.0)])
    assert (head.logits(taught.features).argmax(axis=1) == taught.labels).mean() > 0.9


def test_two_classes_are_a_case_of_many() -> None:
    taught = support(classes=2)
    weak, strong = fit_heads(taught, [logistic(0.001), logistic(1.0)])
    for head in (weak, strong):
        assert head.weights.shape == (2, 200)
        assert head.weights[0] == pytest.approx(-head.weights[1])
        assert (head.logits(taught.features).argmax(axis=1) == taught.labels).all()
    assert np.abs(weak.weights).sum() < np.abs(strong.weights).sum()


def test_classes_weigh_the_same_however_many_rows_they_have() -> None:
    values = np.array([[0.0]] * 90 + [[1.0]] * 10, dtype=np.float32) + RANDOM.normal(0, 0.5, (100, 1)).astype(
        np.float32
    )
    taught = Support(values, np.array([0] * 90 + [1] * 10), np.ones(100), 2)
    (head,) = fit_heads(taught, [logistic(1.0)])
    middle = np.array([[0.5]], dtype=np.float32)
    assert head.probabilities(middle)[0, 1] == pytest.approx(0.5, abs=0.1)


def test_balanced_weights_add_up_to_the_same_for_each_class_that_is_there() -> None:
    labels = np.array([0, 0, 0, 2], dtype=np.int64)
    weights = balanced(labels, np.array([1.0, 1.0, 2.0, 5.0]), 3)
    assert weights == pytest.approx([4.5 / 4, 4.5 / 4, 4.5 / 2, 4.5])


def test_a_class_without_rows_is_never_named() -> None:
    taught = support(classes=2)
    wider = Support(taught.features, taught.labels, taught.weights, 4)
    (head,) = fit_heads(wider, [logistic(1.0)])
    assert head.probabilities(taught.features)[:, 2:].max() < 1e-6
    alone = Support(taught.features, np.full(60, 3), taught.weights, 4)
    (head,) = fit_heads(alone, [logistic(1.0)])
    assert head.probabilities(taught.features)[:, 3].min() > 0.999


def test_features_that_never_vary_give_no_answer_and_no_error() -> None:
    taught = Support(np.full((6, 4), 7.0, np.float32), np.array([0, 1] * 3), np.ones(6), 2)
    (head,) = fit_heads(taught, [logistic(1.0)])
    assert head.probabilities(taught.features) == pytest.approx(np.full((6, 2), 0.5))


def test_a_feature_that_hardly_varies_is_not_blown_up() -> None:
    taught = support()
    taught.features[:, 0] = 1 + 1e-5 * RANDOM.normal(size=60)
    (head,) = fit_heads(taught, [logistic(1.0)])
    assert head.scale[0] == pytest.approx(10 * np.median(head.scale), rel=0.2)


def test_a_changed_head_gives_changed_logits() -> None:
    taught = support()
    (head,) = fit_heads(taught, [logistic(0.1)])
    added = np.array([0.0, 1.0, -2.0])
    changed = head.changed(0.5, added)
    assert changed.logits(taught.features) == pytest.approx(head.logits(taught.features) * 0.5 + added, abs=1e-5)
    assert changed.weights.dtype == changed.bias.dtype == np.float32


def test_softmax_bears_huge_logits() -> None:
    assert softmax(np.array([[1e4, 0.0], [-1e4, -1e4]])) == pytest.approx(np.array([[1.0, 0.0], [0.5, 0.5]]))


def test_the_discriminant_is_fishers() -> None:
    taught = support(rows=40, features=90)
    (head,) = fit_heads(taught, [Fit(Method.DISCRIMINANT, 10.0)])
    rows = (taught.features.astype(np.float64) - head.mean) * head.scale
    means = np.stack([rows[taught.labels == label].mean(axis=0) for label in range(3)])
    within = rows - means[taught.labels]
    scatter = within.T @ within / len(rows) + 90 / 10.0 * np.eye(90)
    weights = np.linalg.solve(scatter, means.T).T
    expected = rows @ weights.T - 0.5 * (weights * means).sum(axis=1)
    found = head.logits(taught.features)
    assert found - found[:, :1] == pytest.approx(expected - expected[:, :1], abs=1e-4)


def test_the_discriminant_looks_past_what_differs_within_a_class() -> None:
    """The classes differ by little in one direction, and within each class much in another that is mixed with it."""
    random = np.random.default_rng(3)
    labels = np.arange(200) % 2
    nuisance, signal = 5 * random.normal(size=200), 0.3 * (2 * labels - 1)
    values = np.stack([signal + nuisance, nuisance, *random.normal(size=(6, 200))], axis=1).astype(np.float32)
    taught = Support(values[:100], labels[:100], np.ones(100), 2)
    (head,) = fit_heads(taught, [Fit(Method.DISCRIMINANT, 1e4)])
    assert (head.logits(values[100:]).argmax(axis=1) == labels[100:]).mean() > 0.9
