import numpy as np
import pytest

from inspector.teaching.local_head import LocalHead, LocalSupport, fit_local_head
from inspector.teaching.progress import TeachingCancelled, Watch

UNWATCHED = Watch(lambda _: None, lambda: False)
PLACES, SIZE = 49, 12


def pictures(count: int, seed: int, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return places of pictures and their labels: class 0 is noise, each other one has a mark of its own somewhere."""
    random = np.random.default_rng(seed)
    places = random.normal(size=(count, PLACES, SIZE))
    labels = np.arange(count) % classes
    for picture, label in enumerate(labels):
        if label:
            places[picture, random.integers(PLACES), label] += 8
    return places.astype(np.float16), labels


def support(places: np.ndarray, labels: np.ndarray, classes: int = 3) -> LocalSupport:
    return LocalSupport(places, tuple(np.array([row]) for row in range(len(labels))), labels, classes)


def test_a_mark_at_one_place_is_found_that_the_mean_would_drown() -> None:
    head = fit_local_head(support(*pictures(90, 0)), 0, UNWATCHED)
    places, labels = pictures(150, 1)
    assert (head.logits(places).argmax(axis=1) == labels).mean() > 0.9
    scores = places.astype(np.float32) @ head.weights[1]
    marked = places[:, :, 1].argmax(axis=1)[labels == 1]
    assert (scores.argmax(axis=1)[labels == 1] == marked).mean() > 0.9


def test_logits_are_the_logarithm_of_the_mean_of_exponentials() -> None:
    random = np.random.default_rng(0)
    head = LocalHead(random.normal(size=(2, SIZE)).astype(np.float32), np.array([1, -1], np.float32))
    places = pictures(4, 2)[0]
    expected = np.log(np.exp(places.astype(float) @ head.weights.T).mean(axis=1)) + head.bias
    assert head.logits(places) == pytest.approx(expected, abs=1e-3)


def test_scores_far_beyond_what_exponentials_can_hold_stay_finite() -> None:
    head = LocalHead(np.full((2, SIZE), 100, np.float32), np.zeros(2, np.float32))
    assert np.isfinite(head.logits(np.full((1, PLACES, SIZE), 8, np.float16))).all()


def test_the_same_seed_gives_the_same_head() -> None:
    taught = support(*pictures(12, 0))
    first, second = (fit_local_head(taught, 5, UNWATCHED) for _ in range(2))
    assert (first.weights == second.weights).all()
    assert (fit_local_head(taught, 6, UNWATCHED).weights != first.weights).any()


def test_a_rare_class_weighs_as_much_as_a_frequent_one() -> None:
    places = np.zeros((20, PLACES, SIZE), np.float16)  # nothing tells them apart
    head = fit_local_head(support(places, np.array([0] * 18 + [1] * 2), 2), 0, UNWATCHED)
    assert abs(float(head.bias[0] - head.bias[1])) < 0.3


def test_views_of_a_picture_are_all_taught() -> None:
    places, labels = pictures(30, 0)
    hidden = np.concatenate([np.zeros_like(places), places])  # what there is to learn is in the second views
    rows = tuple(np.array([row, row + 30]) for row in range(30))
    head = fit_local_head(LocalSupport(hidden, rows, labels, 3), 0, UNWATCHED)
    assert (head.logits(places).argmax(axis=1) == labels).mean() > 0.9


def test_it_can_be_cancelled() -> None:
    with pytest.raises(TeachingCancelled):
        fit_local_head(support(*pictures(6, 0)), 0, Watch(lambda _: None, lambda: True))
