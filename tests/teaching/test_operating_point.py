"""Thresholds chosen for a wish, counted by the decision itself."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from math import nextafter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.recipe import AnomalyRule, Recipe, RecipeKind, Thresholds
from inspector.domain.verdict import Reason, Verdict
from inspector.quality.rates import wilson
from inspector.teaching.dataset import Sample
from inspector.teaching.evaluation import JudgedSample, judged_sample
from inspector.teaching.operating_point import choose_thresholds, count, curves, with_thresholds
from inspector.teaching.operating_search import settled
from inspector.vision.decision import decide
from tests.fixtures.tiny_recipe import tiny_recipe, write_tiny_recipe

RECIPE = tiny_recipe(("good", "scratch"))
GOOD_ONLY = replace(RECIPE, classes=RECIPE.classes[:1])
NG_FROM_SCORE = replace(RECIPE, anomaly=AnomalyRule(0.5, 0.5, Verdict.NG))


def part(
    truth: str, good: float, score: float | None = None, recipe: Recipe = RECIPE, group: str = "", reason: str = ""
) -> JudgedSample:
    """Return a judged picture; what is not good is shared by the other classes from the second one on."""
    names = [known.name for known in recipe.classes]
    probabilities = dict.fromkeys(names, 0.0)
    probabilities[names[0]] = good
    if len(names) > 1:
        probabilities[names[1]] = 1 - good
    decision = decide(probabilities, recipe, anomaly_score=score)
    return judged_sample(
        Sample(Path(f"{truth}.png"), truth, group or f"{truth} {random.random()}"),
        decision.verdict, probabilities, recipe, reason=reason or decision.reason, anomaly_score=score,
    )  # fmt: skip


def parts(truth: str, goods: Sequence[float]) -> list[JudgedSample]:
    return [part(truth, good) for good in goods]


class TestChoice:
    def test_what_meets_the_wish_already_stays(self) -> None:
        judged = parts("good", [0.9, 0.95, 0.99]) + parts("scratch", [0.01, 0.05, 0.3])
        point = choose_thresholds(judged, RECIPE)
        assert (point.thresholds, point.anomaly) == (RECIPE.thresholds, RECIPE.anomaly)
        assert point.shares == point.before

    def test_an_escape_raises_the_threshold_of_good(self) -> None:
        judged = parts("good", [0.96, 0.98, 0.99]) + parts("scratch", [0.9, 0.05])
        point = choose_thresholds(judged, RECIPE)
        assert point.thresholds.ok == 0.93
        assert (point.before.escape.x, point.shares.escape.x, point.shares.overkill.x) == (1, 0, 0)

    def test_good_parts_under_doubt_lower_it_where_no_bad_part_lies_between(self) -> None:
        judged = parts("good", [0.7, 0.75, 0.99]) + parts("scratch", [0.6, 0.05])
        point = choose_thresholds(judged, RECIPE)
        assert point.thresholds.ok == 0.65
        assert point.shares.check.x == 1

    def test_it_is_never_put_where_a_part_is_more_probably_bad(self) -> None:
        judged = parts("good", [0.2, 0.3, 0.99]) + parts("scratch", [0.05])
        point = choose_thresholds(judged, RECIPE, 0.01, 0.9)
        assert point.thresholds.ok > 0.5
        assert point.shares.overkill.x == 2

    def test_an_overkill_raises_the_threshold_of_bad(self) -> None:
        judged = parts("good", [0.3, 0.9, 0.99]) + parts("scratch", [0.2, 0.1])
        point = choose_thresholds(judged, RECIPE)
        assert point.thresholds.ng == 0.75
        assert point.shares.overkill.x == 0
        assert point.shares.escape.x == 0

    def test_a_wish_that_cannot_be_met_is_said_and_moves_nothing(self) -> None:
        judged = parts("good", [0.9, 0.0]) + parts("scratch", [1.0, 0.2])
        point = choose_thresholds(judged, RECIPE)
        assert point.thresholds == RECIPE.thresholds
        assert point.problems == (
            "At most 1 % of bad parts missed cannot be had with this recipe: it is 1 of 2 pictures shown; teach it "
            "more of those.",
            "At most 3 % of good parts refused cannot be had with this recipe: it is 1 of 2 pictures shown; teach it "
            "more of those.",
        )

    def test_a_class_with_its_own_threshold_is_refused_whatever_is_chosen(self) -> None:
        strict = replace(RECIPE, classes=(RECIPE.classes[0], replace(RECIPE.classes[1], threshold=0.05)))
        judged = [part("good", 0.9, recipe=strict), *parts("good", [0.99, 0.98]), *parts("scratch", [0.2])]
        assert choose_thresholds(judged, strict).shares.overkill == wilson(1, 3)

    def test_parts_of_one_side_only(self) -> None:
        point = choose_thresholds(parts("good", [0.9, 0.7]), RECIPE)
        assert point.shares.escape.n == 0
        assert point.shares.check.x == 0
        assert "For a claim of 1 % missed show at least 299 bad parts" in point.problems[0]


class TestAnomaly:
    def test_good_parts_alone_move_doubt_no_further_than_they_must(self) -> None:
        judged = [part("good", 1.0, score, GOOD_ONLY) for score in (0.1, 0.2, 0.55)]
        judged += [part("dent", 1.0, score, GOOD_ONLY) for score in (0.8, 0.9)]
        point = choose_thresholds(judged, GOOD_ONLY)
        assert 0.55 < point.anomaly.doubt <= 0.8
        assert (point.shares.escape.x, point.shares.check.x) == (0, 2)
        assert (point.before.check.x, point.anomaly.verdict) == (3, Verdict.CHECK)

    def test_doubt_falls_to_catch_a_bad_part(self) -> None:
        judged = [part("good", 1.0, score, GOOD_ONLY) for score in (0.1, 0.2)]
        judged += [part("dent", 1.0, score, GOOD_ONLY) for score in (0.4, 0.9)]
        point = choose_thresholds(judged, GOOD_ONLY)
        assert point.anomaly == AnomalyRule(0.3, 0.3)
        assert (point.before.escape.x, point.shares.escape.x) == (1, 0)

    def test_doubt_does_not_fall_into_the_scatter_of_good_parts(self) -> None:
        judged = [part("good", 1.0, score, GOOD_ONLY) for score in (-0.1, 0.05, 0.2)]
        judged += [part("dent", 1.0, score, GOOD_ONLY) for score in (0.1, 0.26, 0.9)]
        assert choose_thresholds(judged, GOOD_ONLY, 0.4).anomaly.doubt == 0.23
        point = choose_thresholds(judged, GOOD_ONLY, 0.1)
        assert point.anomaly == GOOD_ONLY.anomaly
        assert "it is 2 of 3 pictures shown" in point.problems[0]

    def test_known_defects_do_not_make_it_blind_for_others(self) -> None:
        judged = [part("good", 0.99, score) for score in (0.1, 0.2, 0.3)]
        judged += [part("scratch", 0.01, score) for score in (0.1, 0.2)]
        assert choose_thresholds(judged, RECIPE).anomaly == RECIPE.anomaly

    def test_where_it_means_ng_the_limit_keeps_to_the_overkill(self) -> None:
        judged = [part("good", 0.99, score, NG_FROM_SCORE) for score in (0.1, 0.2, 0.6)]
        judged += [part("scratch", 0.9, score, NG_FROM_SCORE) for score in (0.8, 0.9)]
        point = choose_thresholds(judged, NG_FROM_SCORE)
        assert point.anomaly.limit == 0.7
        assert point.anomaly.verdict is Verdict.NG
        assert (point.shares.escape.x, point.shares.overkill.x) == (0, 0)
        assert point.anomaly.doubt <= point.anomaly.limit

    def test_where_it_means_ng_the_limit_falls_to_what_catches_most(self) -> None:
        loose = replace(NG_FROM_SCORE, anomaly=AnomalyRule(0.95, 0.5, Verdict.NG))
        judged = [part("good", 0.99, score, loose) for score in (0.1, 0.6)]
        judged += [part("scratch", 0.9, score, loose) for score in (0.55, 0.9)]
        point = choose_thresholds(judged, loose, 0.01, 0.5)
        assert 0.1 < point.anomaly.limit <= 0.55
        assert point.shares.overkill == wilson(1, 2)

    def test_of_limits_that_do_the_same_the_present_one_stays(self) -> None:
        judged = [part("good", 0.99, score, NG_FROM_SCORE) for score in (0.1, 0.2, 0.6)]
        judged += [part("scratch", 0.2, 0.9, NG_FROM_SCORE)]
        assert choose_thresholds(judged, NG_FROM_SCORE, 0.01, 0.4).anomaly == NG_FROM_SCORE.anomaly

    def test_where_no_limit_keeps_to_it_the_present_one_stays(self) -> None:
        judged = [part("good", 0.0, score, NG_FROM_SCORE) for score in (0.1, 0.2)]
        judged += [part("scratch", 0.2, 0.9, NG_FROM_SCORE)]
        assert choose_thresholds(judged, NG_FROM_SCORE).anomaly.limit == 0.5


class TestKinds:
    PRODUCTS = replace(
        tiny_recipe(("bolt", "nut")),
        kind=RecipeKind.IDENTITY,
        classes=tuple(replace(one, verdict=Verdict.OK) for one in tiny_recipe(("bolt", "nut")).classes),
    )
    SCENE = replace(
        tiny_recipe(("clear", "forklift", "person")),
        kind=RecipeKind.SCENE,
        classes=tuple(
            replace(one, verdict=verdict)
            for one, verdict in zip(
                tiny_recipe(("clear", "forklift", "person")).classes,
                (Verdict.OK, Verdict.CHECK, Verdict.NG),
                strict=True,
            )
        ),
    )

    def test_a_product_taken_for_another_is_an_escape_and_an_overkill(self) -> None:
        judged = [part("bolt", good, recipe=self.PRODUCTS) for good in (0.99, 0.95, 0.15)]
        judged += [part("nut", good, recipe=self.PRODUCTS) for good in (0.01, 0.05)]
        point = choose_thresholds(judged, self.PRODUCTS, 0.01, 0.03)
        assert point.before.escape == point.before.overkill == wilson(1, 5)
        assert (point.shares.escape.x, point.shares.check.x) == (0, 1)
        assert point.thresholds.ok == 0.9
        assert point.claims == (
            "Parts: 0 taken for another product of 5: at most 46 % at 95 % confidence.",
        )  # fmt: skip
        assert curves(judged, self.PRODUCTS) == {}

    def test_another_product_is_told_before_an_anomaly_is(self) -> None:
        judged = [part("bolt", good, 0.1, self.PRODUCTS) for good in (0.99, 0.95)]
        judged.append(part("nut", 0.85, 0.7, self.PRODUCTS))
        point = choose_thresholds(judged, self.PRODUCTS)
        assert point.thresholds.ok == 0.9
        assert (point.before.escape.x, point.shares.escape.x) == (1, 0)

    def test_what_is_watched_is_neither(self) -> None:
        judged = [part("clear", 0.9, recipe=self.SCENE), part("forklift", 0.2, recipe=self.SCENE)]
        person = {"clear": 0.1, "forklift": 0.1, "person": 0.8}
        judged.append(judged_sample(Sample(Path("p.png"), "person", "p"), Verdict.NG, person, self.SCENE))
        shares = choose_thresholds(judged, self.SCENE).shares
        assert (shares.escape, shares.overkill, shares.check) == (wilson(0, 1), wilson(0, 1), wilson(1, 3))
        assert [rate.n for rate in curves(judged, self.SCENE)["defect"].escapes] == [1, 1, 1]

    def test_what_is_watched_from_its_own_threshold_on_stays_so(self) -> None:
        classes = (self.SCENE.classes[0], replace(self.SCENE.classes[1], threshold=0.1), self.SCENE.classes[2])
        careful = replace(self.SCENE, classes=classes)
        judged = [part("clear", good, 0.1, careful) for good in (0.85, 0.99)]
        assert choose_thresholds(judged, careful).shares.check == wilson(1, 2)


def test_what_could_not_be_judged_stays_so() -> None:
    lost = part("scratch", 1.0, reason=Reason.NO_PART)
    point = choose_thresholds([lost, *parts("good", [0.99])], RECIPE)
    assert (point.shares.escape, point.shares.check) == (wilson(0, 1), wilson(1, 2))


class TestClaims:
    def test_count_parts_and_not_pictures(self) -> None:
        judged = [part("scratch", 0.1, group=f"part {number // 4}") for number in range(236)]
        judged += [part("good", 0.99, group=f"good {number}") for number in range(100)]
        point = choose_thresholds(judged, RECIPE, 0.05, 0.03)
        assert point.claims == (
            "Bad parts: 0 missed of 59: at most 5 % at 95 % confidence.",
            "Good parts: 0 refused of 100: at most 3 % at 95 % confidence.",
        )
        assert point.problems == ()

    def test_a_part_counts_once_however_many_of_its_pictures_fail(self) -> None:
        judged = [part("good", 0.99, group=f"good {number}") for number in range(20)] * 5
        judged += [part("good", 0.0, group=f"good {number}") for number in range(3)]
        judged += [part("scratch", 0.1, group=f"bad {number}") for number in range(60)]
        point = choose_thresholds(judged, RECIPE, 0.05, 0.05)
        assert point.claims[1] == "Good parts: 3 refused of 20: at most 35 % at 95 % confidence."
        assert point.problems == (
            "For a claim of 5 % refused show at least 59 good parts without one of them refused; there are 20 here, 3 "
            "of them refused.",
        )

    def test_say_when_the_wish_is_met_by_asking_a_person(self) -> None:
        judged = parts("scratch", [0.99, 0.1, 0.1, 0.1]) + parts("good", [0.9, 0.9, 0.9, 0.995])
        problems = choose_thresholds(judged, RECIPE).problems
        assert problems[-1] == (
            "Under these thresholds 50% of the pictures go to a person; teach more parts, or allow more mistakes."
        )

    def test_say_how_many_parts_are_wanting(self) -> None:
        judged = parts("scratch", [0.1] * 20) + parts("good", [0.99] * 100)
        point = choose_thresholds(judged, RECIPE, 0.001, 0.03)
        assert point.problems == (
            "For a claim of 0.1 % missed show at least 2,995 bad parts without one of them missed; there are 20 here.",
        )

    def test_nothing_proves_never(self) -> None:
        judged = parts("scratch", [0.1] * 20) + parts("good", [0.99] * 100)
        point = choose_thresholds(judged, RECIPE, 0, 0.03)
        assert point.problems == (
            "That none of the bad parts is ever missed cannot be claimed from any number of parts.",
        )


def test_what_is_to_be_expected_is_counted_on_parts_left_out() -> None:
    judged = parts("good", [0.99] * 30) + parts("scratch", [0.01] * 29 + [0.97])
    point = choose_thresholds(judged, RECIPE, 0.01, 0.03)
    assert point.shares.escape.x == 0
    assert point.expected is not None
    assert point.expected.escape == wilson(1, 30)  # left out, nothing warns of it
    assert point.expected.check.n == 60
    assert choose_thresholds(judged[21:], RECIPE).expected is None


def test_the_curves_are_ready_to_be_drawn() -> None:
    judged = [part("good", 0.9, 0.2), part("scratch", 0.2, 0.7)]
    found = curves(judged, RECIPE)
    assert set(found) == {"defect", "anomaly"}
    assert found["anomaly"].thresholds[:2] == (0.2, 0.7)
    assert found["defect"].thresholds[:2] == pytest.approx((0.1, 0.8))
    assert set(curves(parts("good", [0.9]), RECIPE)) == {"defect"}
    assert set(curves([part("good", 1.0, 0.1, GOOD_ONLY)], GOOD_ONLY)) == {"anomaly"}


def test_as_json() -> None:
    plain = json.loads(json.dumps(choose_thresholds(parts("good", [0.9]) + parts("scratch", [0.2]), RECIPE).as_json()))
    assert plain["wanted"] == {"escape": 0.01, "overkill": 0.03}
    assert plain["thresholds"] == {"ok": 0.8, "ng": 0.6}
    assert plain["anomaly"] == {"limit": 0.5, "doubt": 0.5, "verdict": "CHECK"}
    assert plain["chosen"]["escape"] == wilson(0, 1).as_json()
    assert plain["expected"] is None
    assert list(plain["curves"]) == ["defect"]


@pytest.mark.parametrize(("escape", "overkill"), [(-0.1, 0.1), (0.1, 1)])
def test_wishes_that_cannot_be(escape: float, overkill: float) -> None:
    with pytest.raises(ValueError, match="for rates from 0 to below 1"):
        choose_thresholds(parts("good", [0.9]), RECIPE, escape, overkill)
    with pytest.raises(ValueError, match="one part or more"):
        choose_thresholds([], RECIPE)


probabilities = st.integers(0, 100).map(lambda number: number / 100)
scores = st.integers(1, 12).map(lambda number: number / 10)
many = st.lists(st.tuples(st.booleans(), probabilities, scores), min_size=1, max_size=30)
wishes = st.sampled_from([0.0, 0.1, 0.3])


@settings(max_examples=40, deadline=None)
@given(many, wishes, wishes, st.booleans())
def test_no_other_threshold_passes_more_good_parts_within_the_wish(
    made: list[tuple[bool, float, float]], escape: float, overkill: float, scored: bool
) -> None:
    judged = [part("scratch" if bad else "good", good, score if scored else None) for bad, good, score in made]
    point = choose_thresholds(judged, RECIPE, escape, overkill)
    chosen = replace(RECIPE, thresholds=point.thresholds, anomaly=point.anomaly)
    assert count(judged, chosen) == point.shares

    def outcome(recipe: Recipe) -> tuple[bool, int]:
        shares = count(judged, recipe)
        met = shares.escape.x <= escape * shares.escape.n + 1e-9
        return met, shares.overkill.n - shares.overkill.x - sum(
            decide(one.probabilities, recipe, anomaly_score=one.anomaly_score).verdict is Verdict.CHECK
            for one in judged
            if one.sample.class_name == "good"
        )

    tried = [outcome(replace(chosen, thresholds=Thresholds(step / 200, point.thresholds.ng))) for step in
             range(103, 201, 8)]  # fmt: skip
    met, passed = outcome(chosen)
    assert met or not any(meets for meets, _ in tried)
    assert passed >= max((good for meets, good in tried if meets), default=0)


@settings(max_examples=40, deadline=None)
@given(many, wishes)
def test_no_other_threshold_catches_more_within_the_wish(made: list[tuple[bool, float, float]], wanted: float) -> None:
    judged = [part("scratch" if bad else "good", good) for bad, good, _ in made]
    point = choose_thresholds(judged, RECIPE, 0.3, wanted)

    def outcome(ng: float) -> tuple[bool, int]:
        recipe = replace(RECIPE, thresholds=Thresholds(1.0, ng))
        overkill = count(judged, recipe).overkill
        caught = sum(decide(one.probabilities, recipe).verdict is Verdict.NG for one in judged) - overkill.x
        return overkill.x <= wanted * overkill.n + 1e-9, caught

    met, caught = outcome(point.thresholds.ng)
    tried = [outcome(step / 200) for step in range(103, 201, 8)]
    assert met or not any(meets for meets, _ in tried)
    assert caught >= max((bad for meets, bad in tried if meets), default=0) or not met


@given(st.floats(0, 0.99), st.floats(0.001, 1), st.floats(0, 1))
def test_a_settled_threshold_lies_between(low: float, width: float, present: float) -> None:
    high = min(1.0, low + width)
    found = settled(low, high, present)
    assert low < found <= high
    assert found == present or not low < present <= high


def test_between_two_neighbours_there_is_only_the_higher_one() -> None:
    assert settled(0.1, nextafter(0.1, 1), 0.8) == nextafter(0.1, 1)


def test_other_thresholds_give_the_golden_pictures_other_verdicts(tmp_path: Path) -> None:
    model_file = write_tiny_recipe(tmp_path / "tiny.recipe", heat_map=True)
    recipe, golden = with_thresholds(model_file, Thresholds(0.9, 0.7), AnomalyRule(0.1, 0.05, Verdict.NG))
    assert (recipe.thresholds, recipe.anomaly.limit) == (Thresholds(0.9, 0.7), 0.1)
    for picture in golden:
        probabilities = dict(zip(model_file.manifest.classes, picture.probabilities, strict=True))
        decision = decide(probabilities, recipe, anomaly_score=picture.anomaly_score)
        assert (picture.verdict, picture.reason) == (decision.verdict, decision.reason)
