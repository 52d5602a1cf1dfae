from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from inspector.domain.recipe import Region
from inspector.pictures import encode_png
from inspector.teaching.backbone import ACCURATE, FAST
from inspector.teaching.dataset import Sample
from inspector.teaching.feature_plan import FeaturePlan, tiled
from inspector.teaching.plan_choice import (
    BackboneChoice,
    PlanChoice,
    Screened,
    better,
    candidates,
    choose_plan,
    enough,
    surprise,
    typical_side,
)
from inspector.teaching.progress import TeachingCancelled, Watch

CHEAP, LARGER, DEAR = FeaturePlan(), FeaturePlan(height=320, width=320), FeaturePlan((FAST, ACCURATE))
UNWATCHED = Watch(lambda _: None, lambda: False)


def screened(losses: list[float], quality: float | None = None, plan: FeaturePlan = CHEAP) -> Screened:
    count = len(losses)
    return Screened(plan, np.array(losses), np.full(count, 1 / count), np.arange(count), quality)


def chosen(
    losses: Mapping[FeaturePlan, list[float]], times: Mapping[FeaturePlan, float], budget: float = 100
) -> PlanChoice:
    return choose_plan(
        list(losses), lambda plan: screened(losses[plan], plan=plan), lambda plan: times[plan], budget, UNWATCHED
    )


def test_a_dearer_plan_is_taken_for_a_gain_beyond_noise() -> None:
    losses = {CHEAP: [0.8] * 20, LARGER: [0.8, 0.7] * 10, DEAR: [0.2] * 20}
    choice = chosen(losses, {LARGER: 10, DEAR: 30})
    assert choice.plan == DEAR
    assert f"better than {LARGER} (log loss 0.750 to 0.200)" in choice.why
    noisy = {CHEAP: [0.8] * 20, DEAR: [0.2, 1.36] * 10}
    assert chosen(noisy, {DEAR: 30}).plan == CHEAP


def test_a_plan_that_takes_too_long_is_not_taken_and_said() -> None:
    choice = chosen({CHEAP: [0.8] * 20, DEAR: [0.1] * 20}, {DEAR: 130})
    assert choice.plan == CHEAP
    assert "takes 130 ms, of 100 allowed" in choice.why


def test_where_no_mistake_was_made_nothing_dearer_is_tried() -> None:
    choice = choose_plan([CHEAP, DEAR], lambda plan: screened([0.3] * 5, plan=plan), lambda _: 1 / 0, 100, UNWATCHED)
    assert choice.plan == CHEAP
    assert "no mistake" in choice.why


def test_the_only_plan_is_not_screened() -> None:
    assert choose_plan([DEAR], lambda _: pytest.fail("screened"), lambda _: 1 / 0, 1, UNWATCHED).plan == DEAR


def test_pictures_of_one_part_are_one_piece_of_evidence() -> None:
    """One part that came out better in all its eight pictures is no more than luck."""
    before, found = screened([0.8] * 10), screened([0.1] * 8 + [0.8] * 2)
    assert better(found, before)
    parts = np.array([0] * 8 + [1, 2])
    one_part = Screened(CHEAP, found.losses, found.weights, parts)
    assert not better(one_part, before) or float((before.losses - found.losses) @ found.weights) > 0.3


def test_the_anomaly_counts_where_the_classes_do_not_get_worse() -> None:
    assert better(screened([0.5] * 9, 0.95), screened([0.5] * 9, 0.9))
    assert not better(screened([0.5] * 9, 0.905), screened([0.5] * 9, 0.9))
    assert not better(screened([0.9] * 9, 0.99), screened([0.5] * 9, 0.9))
    assert not better(screened([0.1] * 9, 0.8), screened([0.5] * 9, 0.9))
    assert enough(screened([0.1, 0.6], 0.995))
    assert not enough(screened([0.1, 0.6], 0.9))
    assert not enough(screened([0.1, 0.8]))


def test_surprise_counts_the_classes_alike() -> None:
    probabilities = np.array([[0.5, 0.5], [1.0, 0.0], [0.25, 0.75], [1.0, 0.0]])
    losses, weights = surprise(probabilities, np.array([0, 0, 0, 1]))
    assert losses[:3] == pytest.approx([np.log(2), 0, np.log(4)])
    assert np.isfinite(losses).all()
    assert weights == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])


def test_larger_networks_are_candidates_where_the_pictures_are_large() -> None:
    assert candidates(BackboneChoice.FAST, 200) == (CHEAP,)
    assert candidates(BackboneChoice.AUTO, 200) == (CHEAP, DEAR)
    assert candidates(BackboneChoice.ACCURATE, 200) == (DEAR,)
    assert candidates(BackboneChoice.FAST, 300) == (CHEAP, LARGER)
    large = candidates(BackboneChoice.AUTO, 1000)
    assert large[0] == CHEAP
    assert {tiled((FAST,), 3, 3), tiled((FAST, ACCURATE), 2, 2), FeaturePlan(height=448, width=448)} <= set(large)
    assert [plan.cost for plan in large] == sorted(plan.cost for plan in large)


def test_the_typical_side_is_the_regions(tmp_path: Path) -> None:
    paths = []
    for number, size in enumerate([(100, 300), (120, 300), (400, 300)]):
        paths.append(tmp_path / f"{number}.png")
        paths[-1].write_bytes(encode_png(np.zeros(size, np.uint8)))
    (tmp_path / "broken.png").write_bytes(b"nothing")
    samples = [Sample(path, "good", path.name) for path in [*paths, tmp_path / "broken.png"]]
    assert typical_side(samples, Region(), None) == 120
    assert typical_side(samples, Region(width=0.2), None) == 60
    assert typical_side(samples, Region(), np.zeros((50, 70, 3), np.uint8)) == 50
    assert typical_side(samples[-1:], Region(), None) == 224


def test_it_can_be_cancelled() -> None:
    with pytest.raises(TeachingCancelled):
        choose_plan([CHEAP, DEAR], lambda _: screened([1.0]), lambda _: 1.0, 1, Watch(lambda _: None, lambda: True))
