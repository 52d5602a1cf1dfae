import numpy as np
import pytest

from inspector.teaching.calibration import Calibration, calibrate, class_temperature, side_weights
from inspector.teaching.head import Floats, Head, softmax

ALL_BAD = np.array([True, True, True])
ONE_GOOD = np.array([True, False, True])


def honest_logits(count: int, seed: int = 0) -> tuple[Floats, Floats]:
    """Return logits and labels that were drawn with just the probabilities that the logits mean."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (count, 3))
    labels = np.array([random.choice(3, p=row) for row in softmax(logits)])
    return logits, labels


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_the_temperature_undoes_too_much_or_too_little_confidence(factor: float) -> None:
    logits, labels = honest_logits(4000)
    temperature, loss = class_temperature(logits * factor, labels, ALL_BAD)
    assert temperature == pytest.approx(factor, rel=0.08)
    for other in (0.8, 1.25):
        assert loss <= -np.log(softmax(logits * factor / temperature / other)[np.arange(4000), labels]).mean() + 1e-3


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_the_sides_are_calibrated_whatever_their_shares(factor: float) -> None:
    logits, labels = honest_logits(6000, seed=1)
    kept = (labels != 1) | (np.random.default_rng(2).random(6000) < 0.2)  # most good parts are gone
    fitted = calibrate(logits[kept] * factor, labels[kept], ONE_GOOD)
    good = softmax(fitted.apply(logits * factor, ONE_GOOD))[:, 1]
    equal_shares = np.where(labels == 1, 0.5 / (labels == 1).mean(), 0.5 / (labels != 1).mean())
    for low, high in ((0.05, 0.35), (0.35, 0.65), (0.65, 0.95)):
        inside = (good > low) & (good < high)
        share = np.average((labels == 1)[inside], weights=equal_shares[inside])
        assert share == pytest.approx(good[inside].mean(), abs=0.06)


def test_a_hopeless_rare_defect_does_not_take_the_sides_certainty() -> None:
    random = np.random.default_rng(0)
    labels = np.array([1] * 50 + [0] * 20 + [2] * 2)
    logits = np.zeros((72, 3))
    logits[labels == 1, 1] = 8
    logits[labels == 0, 0] = 8
    logits[labels == 2, 0] = 20  # always taken for the other defect, and sure of it
    logits += random.normal(0, 0.5, logits.shape)
    probabilities = softmax(calibrate(logits, labels, ONE_GOOD).apply(logits, ONE_GOOD))
    assert probabilities[labels == 1, 1].min() > 0.9
    assert probabilities[labels == 2, 1].max() < 0.1


@pytest.mark.parametrize("bad", [ALL_BAD, ONE_GOOD], ids=["defects only", "two sides"])
def test_few_pictures_all_right_are_no_certainty(bad: np.ndarray) -> None:
    labels = np.array([0, 1, 2] * 4)
    logits = 50.0 * np.eye(3)[labels]
    few = softmax(calibrate(logits, labels, bad).apply(logits, bad))
    many_labels = np.tile(labels, 30)
    many_logits = 50.0 * np.eye(3)[many_labels]
    many = softmax(calibrate(many_logits, many_labels, bad).apply(many_logits, bad))
    assert 0.6 < few[1, 1] < 0.97
    assert few[1, 1] < many[1, 1] < 1


def test_logits_that_say_nothing_give_even_sides() -> None:
    labels = np.array([0, 1, 2] * 10)
    probabilities = softmax(calibrate(np.zeros((30, 3)), labels, ONE_GOOD).apply(np.zeros((1, 3)), ONE_GOOD))
    assert probabilities[0, 1] == pytest.approx(0.5, abs=0.03)


def test_pictures_of_one_side_only_fall_back_to_the_classes() -> None:
    logits, labels = honest_logits(200)
    logits, labels = logits[labels != 1], labels[labels != 1]
    assert calibrate(logits, labels, ONE_GOOD).offset == 0


def test_the_sides_weigh_the_same() -> None:
    weights = side_weights(np.array([1, 0, 2, 2]), ONE_GOOD)
    assert weights == pytest.approx([2, 2 / 3, 2 / 3, 2 / 3])
    assert side_weights(np.array([0, 2]), ONE_GOOD) == pytest.approx([1, 1])


def test_a_calibrated_head_gives_the_calibrated_logits() -> None:
    random = np.random.default_rng(0)
    parts = (random.normal(size=shape).astype(np.float32) for shape in ((5,), (5,), (3, 5), (3,)))
    head = Head(*parts)
    features = random.normal(size=(4, 5)).astype(np.float32)
    calibration = Calibration(2.5, -0.7)
    applied = calibration.applied_to(head, ONE_GOOD).logits(features)
    assert applied == pytest.approx(calibration.apply(head.logits(features), ONE_GOOD), abs=1e-5)
