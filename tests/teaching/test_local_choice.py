import numpy as np
import pytest

from inspector.teaching.cross_validation import Choice, Features, choose_among, hold_out
from inspector.teaching.local_choice import LocalViews, Mix, best_mix, fit_local, held_out_local_logits, may_gain
from inspector.teaching.progress import Watch
from inspector.teaching.views import View

UNWATCHED = Watch(lambda _: None, lambda: False)
BAD = np.array([False, True])
PLACES, SIZE = 25, 8
PARTS = np.arange(200)


def pictures(seed: int, told_by_places: bool, count: int = 60) -> tuple[Features, LocalViews]:
    """Return pictures of two classes that nothing but a mark at one place, or else nothing at all, tells apart."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    places = random.normal(size=(count, PLACES, SIZE))
    if told_by_places:
        places[labels == 1, 3, 0] += 8
    everything = np.arange(count)
    values = random.normal(size=(count, 20)).astype(np.float32)
    features = Features(values, everything, np.full(count, int(View.ORIGINAL)), labels, everything, BAD)
    rows = tuple(np.array([row]) for row in range(count))
    return features, LocalViews(places.astype(np.float16), rows, everything, labels, 2)


def choice_of(features: Features, views: LocalViews) -> Choice:
    tried = hold_out(features, 0, UNWATCHED)
    return choose_among(features, tried, held_out_local_logits(views, tried.folds, 0, UNWATCHED))


def test_places_are_looked_at_where_that_helps() -> None:
    features, views = pictures(0, told_by_places=True)
    choice = choice_of(features, views)
    assert choice.mix is not None
    assert (choice.probabilities.argmax(axis=1) == features.labels).mean() > 0.9
    head = fit_local(views, np.arange(60), 0, UNWATCHED)
    _, others = pictures(1, told_by_places=True)
    assert (head.logits(others.of_originals).argmax(axis=1) == others.labels).mean() > 0.9


def test_places_are_left_alone_where_they_say_nothing() -> None:
    features, views = pictures(0, told_by_places=False)
    choice = choice_of(features, views)
    assert choice.mix is None
    without = choose_among(features, hold_out(features, 0, UNWATCHED))
    assert (choice.probabilities == without.probabilities).mean() > 0.7  # but for a fold that was lucky
    assert (choice.setting, choice.calibration) == (without.setting, without.calibration)


def test_a_mix_is_taken_only_for_a_measurable_gain() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(200) % 2
    truth = np.stack([1.0 - labels, labels], axis=1)
    pooled, local = truth + random.normal(size=truth.shape), truth + random.normal(size=truth.shape)
    mix = best_mix(pooled, local, labels, PARTS, BAD)
    assert mix is not None
    assert mix.pooled == pytest.approx(mix.local, rel=0.5)
    assert best_mix(pooled, pooled, labels, PARTS, BAD) is None
    assert best_mix(pooled, random.normal(size=truth.shape), labels, PARTS, BAD) is None


def test_a_gain_on_few_parts_is_no_gain() -> None:
    """The same pictures, once of many parts and once of four, of which one is told by its places only."""
    random = np.random.default_rng(1)
    labels = np.arange(200) % 2
    truth = np.stack([1.0 - labels, labels], axis=1)
    pooled = 4 * truth + random.normal(size=truth.shape)
    local = pooled.copy()
    pooled[150:] = random.normal(size=(50, 2))
    assert best_mix(pooled, local, labels, PARTS, BAD) is not None
    assert best_mix(pooled, local, labels, PARTS // 50, BAD) is None


def test_mixed_logits_are_the_weighted_sum() -> None:
    assert Mix(2, 3).apply(np.array([[1.0, 0]]), np.array([[0, 1.0]])).tolist() == [[2, 3]]


def test_places_are_worth_trying_only_where_whole_pictures_leave_mistakes() -> None:
    labels = np.arange(200) % 2
    logits = 9.0 * np.stack([1.0 - labels, labels], axis=1)
    assert not may_gain(logits, labels, BAD)
    logits[:40] = logits[:40, ::-1]
    assert may_gain(logits, labels, BAD)
