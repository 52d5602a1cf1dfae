import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.teaching import cross_validation
from inspector.teaching.calibration import Calibration, calibrate
from inspector.teaching.cross_validation import (
    MOST_FOLDS,
    Features,
    Setting,
    assign_folds,
    choose,
    fit,
    single_part_classes,
)
from inspector.teaching.head import Fit, Method
from inspector.teaching.progress import Progress, TeachingCancelled, Watch
from inspector.teaching.views import GENTLE, MIRROR, PLAIN, View

UNWATCHED = Watch(lambda _: None, lambda: False)
SIZE = 40


def features_of(
    rows: list[tuple[np.ndarray, int, View]], labels: list[int], parts: list[int] | None = None
) -> Features:
    return Features(
        values=np.array([values for values, _, _ in rows], dtype=np.float32),
        picture=np.array([picture for _, picture, _ in rows]),
        view=np.array([int(view) for _, _, view in rows]),
        labels=np.array(labels),
        parts=np.array(parts if parts is not None else range(len(labels))),
        bad=np.array([label > 0 for label in range(max(labels) + 1)]),
    )


@given(
    labels=st.lists(st.integers(0, 3), min_size=4, max_size=60).filter(lambda values: len(set(values)) > 1),
    group_size=st.integers(1, 5),
    seed=st.integers(0, 3),
)
def test_folds_keep_parts_whole_and_spread_the_classes(labels: list[int], group_size: int, seed: int) -> None:
    names = sorted(set(labels))
    array = np.array([names.index(label) for label in labels])
    parts = np.arange(len(array)) // group_size
    folds = assign_folds(array, parts, seed)
    assert (folds == assign_folds(array, parts, seed)).all()
    assert 0 <= folds.min() <= folds.max() < MOST_FOLDS
    alone = single_part_classes(array, parts)
    for part in set(parts):
        ordinary = (parts == part) & ~np.isin(array, alone)
        assert len(set(folds[ordinary])) <= 1
    if group_size == 1:
        for label in range(len(names)):
            counts = np.bincount(folds[array == label], minlength=int(folds.max()) + 1)
            assert counts.max() - counts.min() <= 1


def test_two_pictures_of_a_class_stand_on_two_sides() -> None:
    folds = assign_folds(np.array([0, 0, 1, 1]), np.arange(4), 0)
    assert sorted(folds[:2]) == sorted(folds[2:]) == [0, 1]


def test_a_rare_class_does_not_cost_the_others_their_folds() -> None:
    labels = np.array([0] * 2 + [1] * 50)
    folds = assign_folds(labels, np.arange(52), 0)
    assert set(folds) == set(range(MOST_FOLDS))
    assert len(set(folds[:2])) == 2


def test_a_class_that_shows_one_part_is_split_by_picture_and_named() -> None:
    labels = np.array([0, 0, 1, 1, 1, 1])
    parts = np.array([0, 0, 1, 1, 2, 2])
    assert single_part_classes(labels, parts) == (0,)
    folds = assign_folds(labels, parts, 0)
    assert folds[0] != folds[1]
    assert folds[2] == folds[3] != folds[4] == folds[5]


def test_held_out_figures_do_not_profit_from_other_pictures_of_the_same_part() -> None:
    random = np.random.default_rng(0)
    labels, parts, rows = [], [], []
    for part in range(40):  # what each part looks like says nothing of its label
        looks, label = random.normal(size=SIZE), int(random.integers(2))
        for _ in range(3):
            rows.append((looks + 0.01 * random.normal(size=SIZE), len(labels), View.ORIGINAL))
            labels.append(label)
            parts.append(part)
    by_part = choose(features_of(rows, labels, parts), 0, UNWATCHED)
    by_picture = choose(features_of(rows, labels), 0, UNWATCHED)
    assert (by_part.probabilities.argmax(axis=1) == labels).mean() < 0.7
    assert (by_picture.probabilities.argmax(axis=1) == labels).mean() > 0.9


def mirror_images(told_apart: bool) -> Features:
    """Return two classes of parts that each have looks of their own.

    In a mirrored picture the looks are turned round and the class stays; if `told_apart`, it is the other way about.
    """
    random = np.random.default_rng(1)
    labels, rows = [], []
    for picture in range(24):
        labels.append(picture % 2)
        looks = 3 * random.normal(size=SIZE)
        for view in View:
            turned = -1 if view in (View.MIRRORED, View.UPSIDE_DOWN, View.HALF_TURN) else 1
            values = looks * (1 if told_apart else turned)
            values[0] = (2 * labels[-1] - 1) * (turned if told_apart else 1)
            rows.append((values + 0.1 * random.normal(size=SIZE), picture, view))
    return features_of(rows, labels)


def test_mirrored_views_are_taught_only_where_they_do_no_harm() -> None:
    assert choose(mirror_images(told_apart=True), 0, UNWATCHED).setting.policy in (PLAIN, GENTLE)
    assert choose(mirror_images(told_apart=False), 0, UNWATCHED).setting.policy == MIRROR


def test_without_other_views_there_is_nothing_to_choose_but_the_strength() -> None:
    features = mirror_images(told_apart=False)
    plain = features.view == View.ORIGINAL
    only = Features(
        features.values[plain], features.picture[plain], features.view[plain], features.labels, features.parts,
        features.bad,
    )  # fmt: skip
    steps: list[Progress] = []
    choice = choose(only, 0, Watch(steps.append, lambda: False))
    assert choice.setting.policy == PLAIN
    assert choice.folds == MOST_FOLDS
    assert (steps[0].done, steps[-1].done, steps[-1].total) == (0, MOST_FOLDS, MOST_FOLDS)


def test_all_views_of_a_picture_together_weigh_as_much_as_a_picture_without_others() -> None:
    random = np.random.default_rng(0)
    pictures = random.normal(size=(4, SIZE))
    once = [(values, number, View.ORIGINAL) for number, values in enumerate(pictures)]
    again = [(pictures[0], 0, view) for view in (View.BRIGHTER, View.DARKER, View.TURNED_LEFT)]
    expected = fit(features_of(once, [0, 0, 1, 1]), Setting(GENTLE, Fit(Method.LOGISTIC, 1.0)))
    found = fit(features_of([*once, *again], [0, 0, 1, 1]), Setting(GENTLE, Fit(Method.LOGISTIC, 1.0)))
    assert found.weights == pytest.approx(expected.weights, abs=1e-3)


def test_a_held_out_picture_has_no_say_in_its_own_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    features = mirror_images(told_apart=False)
    folds = assign_folds(features.labels, features.parts, 0)
    calibrated_on: list[int] = []

    def counting(logits: np.ndarray, labels: np.ndarray, bad: np.ndarray) -> Calibration:
        calibrated_on.append(len(labels))
        return calibrate(logits, labels, bad)

    monkeypatch.setattr(cross_validation, "calibrate", counting)
    choose(features, 0, UNWATCHED)
    assert calibrated_on == [24, *(24 - int((folds == fold).sum()) for fold in range(MOST_FOLDS))]


def test_it_can_be_cancelled() -> None:
    calls = iter([False, False, True])
    with pytest.raises(TeachingCancelled):
        choose(mirror_images(told_apart=False), 0, Watch(lambda _: None, lambda: next(calls)))


def test_one_part_in_ten_with_a_wrong_label_does_no_harm() -> None:
    random = np.random.default_rng(4)
    truth = np.arange(60) % 3
    values = random.normal(size=(60, SIZE)) + 6 * np.eye(3, SIZE)[truth]
    labels = truth.copy()
    labels[::10] = (labels[::10] + 1) % 3
    rows = [(one, number, View.ORIGINAL) for number, one in enumerate(values)]
    features = features_of(rows, labels.tolist())
    head = fit(features, choose(features, 0, UNWATCHED).setting)
    others = random.normal(size=(300, SIZE)) + 6 * np.eye(3, SIZE)[np.arange(300) % 3]
    found = head.logits(others.astype(np.float32)).argmax(axis=1)
    assert (found == np.arange(300) % 3).mean() > 0.93


def test_one_class_alone_is_certain() -> None:
    rows = [(np.ones(SIZE), number, View.ORIGINAL) for number in range(4)]
    choice = choose(features_of(rows, [0] * 4), 0, UNWATCHED)
    assert choice.probabilities.tolist() == [[1.0]] * 4
    head = choice.calibration.applied_to(fit(features_of(rows, [0] * 4), choice.setting), np.array([False]))
    assert head.probabilities(np.zeros((1, SIZE), np.float32)).tolist() == [[1.0]]
