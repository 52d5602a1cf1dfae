import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.recipe import AnomalyRule, Recipe, RecipeKind, Thresholds
from inspector.domain.verdict import Deciding, Rule, Verdict
from inspector.vision.decision import SUM_TOLERANCE, Decision, decide, margin
from tests.fixtures.tiny_recipe import tiny_recipe

RECIPE = tiny_recipe(("good", "scratch", "stain"))  # OK from 0.8, NG from 0.6


def probabilities(*values: float, recipe: Recipe = RECIPE) -> dict[str, float]:
    return dict(zip([known.name for known in recipe.classes], values, strict=True))


@pytest.mark.parametrize(
    ("values", "verdict", "reason", "class_name"),
    [
        ((1.0, 0.0, 0.0), "OK", "", "good"),
        ((0.8, 0.2, 0.0), "OK", "", "good"),
        ((0.7999, 0.2001, 0.0), "CHECK", "unsure", "good"),
        ((0.4001, 0.5999, 0.0), "CHECK", "unsure", "scratch"),
        ((0.4, 0.6, 0.0), "NG", "scratch", "scratch"),
        ((0.4, 0.25, 0.35), "NG", "stain", "good"),  # the sides are added up, yet the likeliest class is told
        ((0.0, 0.5, 0.5), "NG", "scratch", "scratch"),  # of two equal ones the first in the recipe
        ((0.5, 0.25, 0.25), "CHECK", "unsure", "good"),
    ],
)
def test_the_rules(values: tuple[float, ...], verdict: str, reason: str, class_name: str) -> None:
    decision = decide(probabilities(*values), RECIPE)

    assert (decision.verdict, decision.reason, decision.class_name) == (verdict, reason, class_name)


def test_only_doubt_comes_with_a_sentence() -> None:
    assert decide(probabilities(1.0, 0.0, 0.0), RECIPE).message == ""
    assert decide(probabilities(0.7, 0.2, 0.1), RECIPE).message == (
        "Not sure: good with 70%, defective with 30%; a person must decide."
    )


def test_thresholds_of_the_recipe_count() -> None:
    strict = tiny_recipe(thresholds=Thresholds(0.99, 0.02))

    assert decide({"good": 0.97, "scratch": 0.03}, strict).verdict is Verdict.NG
    assert decide({"good": 0.985, "scratch": 0.015}, strict).verdict is Verdict.CHECK


def test_a_recipe_of_defects_only_always_says_ng() -> None:
    recipe = tiny_recipe(("inclusion", "patches", "scratch"))

    assert decide({"inclusion": 0.34, "patches": 0.33, "scratch": 0.33}, recipe) == Decision(
        Verdict.NG, "inclusion", "inclusion", "", Deciding(Rule.DEFECT, 1.0, 0.6)
    )


def test_a_recipe_of_good_classes_only_never_says_ng() -> None:
    recipe = tiny_recipe(("good", "normal"))

    assert decide({"good": 0.5, "normal": 0.5}, recipe).verdict is Verdict.OK


@pytest.mark.parametrize(
    "bad",
    [
        {"good": 0.5, "scratch": 0.5},
        {"good": 0.5, "scratch": 0.25, "stain": 0.25, "dent": 0.0},
        {"good": math.nan, "scratch": 0.5, "stain": 0.5},
        {"good": math.inf, "scratch": 0.0, "stain": 0.0},
        {"good": 0.5, "scratch": 0.5, "stain": 0.5},
        {"good": 0.0, "scratch": 0.0, "stain": 0.0},
        {"good": 1.5, "scratch": -0.5, "stain": 0.0},
    ],
)
def test_what_cannot_be_probabilities_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="probabilities"):
        decide(bad, RECIPE)


weights = st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda values: sum(values) > 1e-3)
thresholds = st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)).filter(lambda pair: sum(pair) > 1)


@given(weights, thresholds)
def test_exactly_one_rule_applies(values: list[float], pair: tuple[float, float]) -> None:
    shares = (np.array(values) / sum(values)).tolist()
    recipe = tiny_recipe(("good", "scratch", "stain"), thresholds=Thresholds(*pair))
    good, bad = shares[0], math.fsum(shares[1:])

    decision = decide(probabilities(*shares), recipe)

    assert decision.class_name == RECIPE.classes[int(np.argmax(shares))].name
    if bad >= recipe.thresholds.ng:
        assert (decision.verdict, decision.reason) == (
            Verdict.NG,
            "scratch" if shares[1] >= shares[2] else "stain",
        )
    elif good >= recipe.thresholds.ok:
        assert (decision.verdict, decision.reason) == (Verdict.OK, "")
    else:
        assert (decision.verdict, decision.reason) == (Verdict.CHECK, "unsure")


@given(weights, st.floats(-1, 1), st.integers(0, 2), st.integers(0, 2))
def test_within_the_margin_nothing_changes(values: list[float], share: float, more: int, less: int) -> None:
    shares = np.array(values) / sum(values)
    known = decide(probabilities(*shares.tolist()), RECIPE)
    step = abs(share) * margin(probabilities(*shares.tolist()), RECIPE) * 0.999
    moved = shares.copy()
    moved[more] += step
    moved[less] -= step
    if moved.min() < 0 or moved.max() > 1:
        return

    decision = decide(probabilities(*moved.tolist()), RECIPE)

    assert (decision.verdict, decision.reason) == (known.verdict, known.reason)


def test_on_the_edge_there_is_no_margin() -> None:
    assert margin(probabilities(0.4, 0.6, 0.0), RECIPE) == 0
    assert margin(probabilities(0.0, 0.5, 0.5), RECIPE) == 0
    assert margin(probabilities(0.9, 0.1, 0.0), RECIPE) == pytest.approx(0.1)
    assert margin({"a": 0.9, "b": 0.1}, tiny_recipe(("a", "b"))) == pytest.approx(0.4)


def test_a_rounding_error_of_the_sum_is_no_fault() -> None:
    assert decide(probabilities(1.0, SUM_TOLERANCE / 2, 0.0), RECIPE).verdict is Verdict.OK


def with_own_threshold(recipe: Recipe, name: str, threshold: float) -> Recipe:
    return replace(
        recipe, classes=tuple(replace(one, threshold=threshold) if one.name == name else one for one in recipe.classes)
    )


def of_kind(kind: RecipeKind, meanings: dict[str, Verdict], **changes: Any) -> Recipe:
    base = tiny_recipe(tuple(meanings), thresholds=changes.pop("thresholds", None))
    classes = tuple(replace(one, verdict=meanings[one.name]) for one in base.classes)
    return replace(base, kind=kind, classes=classes, **changes)


GOOD_ONLY = replace(tiny_recipe(("good", "bad")), classes=tiny_recipe(("good", "bad")).classes[:1])
SCENE = of_kind(RecipeKind.SCENE, {"clear": Verdict.OK, "forklift": Verdict.CHECK, "person": Verdict.NG})
PRODUCTS = of_kind(RecipeKind.IDENTITY, dict.fromkeys(("bolt", "nut", "pin"), Verdict.OK))


class TestWhichThresholdDecided:
    @pytest.mark.parametrize(
        ("values", "deciding"),
        [
            ((0.25, 0.25, 0.5), Deciding(Rule.DEFECT, 0.75, 0.6)),
            ((0.875, 0.125, 0.0), Deciding(Rule.GOOD, 0.875, 0.8)),
            ((0.75, 0.25, 0.0), Deciding(Rule.MARGIN, 0.75, 0.8)),
        ],
    )
    def test_of_the_sides(self, values: tuple[float, ...], deciding: Deciding) -> None:
        assert decide(probabilities(*values), RECIPE).deciding == deciding

    def test_of_a_class_by_itself(self) -> None:
        strict = with_own_threshold(RECIPE, "stain", 0.05)

        decision = decide(probabilities(0.875, 0.0625, 0.0625), strict)

        assert (decision.verdict, decision.reason) == (Verdict.NG, "stain")
        assert decision.deciding == Deciding(Rule.DEFECT, 0.0625, 0.05)

    def test_below_its_own_threshold_a_class_still_counts_for_its_side(self) -> None:
        loose = with_own_threshold(RECIPE, "stain", 0.95)

        assert decide(probabilities(0.25, 0.0, 0.75), loose).deciding == Deciding(Rule.DEFECT, 0.75, 0.6)
        assert decide(probabilities(0.5, 0.0, 0.5), loose).verdict is Verdict.CHECK

    def test_the_threshold_of_a_good_class_means_nothing(self) -> None:
        assert decide(probabilities(0.9, 0.1, 0.0), with_own_threshold(RECIPE, "good", 0.5)).verdict is Verdict.OK


class TestAnomalies:
    @pytest.mark.parametrize(
        ("score", "verdict", "reason", "deciding"),
        [
            (-0.2, "OK", "", Deciding(Rule.GOOD, 1.0, 0.8)),
            (0.3999, "OK", "", Deciding(Rule.GOOD, 1.0, 0.8)),
            (0.4, "CHECK", "unsure", Deciding(Rule.ANOMALY, 0.4, 0.4)),
            (0.6999, "CHECK", "unsure", Deciding(Rule.ANOMALY, 0.6999, 0.4)),
            (0.7, "NG", "anomaly", Deciding(Rule.ANOMALY, 0.7, 0.7)),
        ],
    )
    def test_limit_and_doubt(self, score: float, verdict: str, reason: str, deciding: Deciding) -> None:
        recipe = replace(RECIPE, anomaly=AnomalyRule(0.7, 0.4, Verdict.NG))

        decision = decide(probabilities(1.0, 0.0, 0.0), recipe, anomaly_score=score)

        assert (decision.verdict, decision.reason, decision.deciding) == (verdict, reason, deciding)

    def test_are_checked_where_the_recipe_says_so(self) -> None:
        decision = decide(probabilities(1.0, 0.0, 0.0), RECIPE, anomaly_score=0.5)

        assert (decision.verdict, decision.reason) == (Verdict.CHECK, "anomaly")
        assert decision.message == "Not like what was taught: its anomaly score is 0.50, the limit 0.50."

    def test_a_known_defect_comes_first(self) -> None:
        assert decide(probabilities(0.2, 0.8, 0.0), RECIPE, anomaly_score=9.0).reason == "scratch"

    def test_an_unsure_part_that_is_abnormal_is_an_anomaly(self) -> None:
        assert decide(probabilities(0.5, 0.5, 0.0), RECIPE, anomaly_score=0.6).reason == "anomaly"

    def test_good_parts_alone_are_judged_by_the_score(self) -> None:
        assert decide({"good": 1.0}, GOOD_ONLY, anomaly_score=0.25) == Decision(
            Verdict.OK, "", "good", "", Deciding(Rule.ANOMALY, 0.25, 0.5)
        )
        assert decide({"good": 1.0}, GOOD_ONLY).deciding == Deciding(Rule.GOOD, 1.0, 0.8)

    def test_doubt_comes_with_a_sentence(self) -> None:
        recipe = replace(RECIPE, anomaly=AnomalyRule(0.7, 0.4))

        assert decide(probabilities(1.0, 0.0, 0.0), recipe, anomaly_score=0.45).message == (
            "Not sure: its anomaly score is 0.45, doubt begins at 0.40; a person must decide."
        )

    @pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
    def test_a_score_that_is_no_number_is_refused(self, score: float) -> None:
        with pytest.raises(ValueError, match="an anomaly score must be a number"):
            decide(probabilities(1.0, 0.0, 0.0), RECIPE, anomaly_score=score)


def test_what_cannot_be_judged_as_it_is_goes_before_everything() -> None:
    bad = probabilities(0.0, 1.0, 0.0)

    moved = decide(bad, RECIPE, anomaly_score=9.0, scene="The light changed.")
    empty = decide(bad, RECIPE, anomaly_score=9.0, scene="The light changed.", no_part="No part was found.")

    assert moved == Decision(Verdict.CHECK, "scene_changed", "scratch", "The light changed.")
    assert empty == Decision(Verdict.CHECK, "no_part", "scratch", "No part was found.")


class TestIdentity:
    @pytest.mark.parametrize(
        ("values", "expected", "verdict", "reason"),
        [
            ((0.9, 0.1, 0.0), "", "OK", ""),
            ((0.9, 0.1, 0.0), "bolt", "OK", ""),
            ((0.1, 0.9, 0.0), "bolt", "NG", "wrong_product"),
            ((0.1, 0.9, 0.0), "screw", "NG", "wrong_product"),
            ((0.2, 0.8, 0.0), "bolt", "NG", "wrong_product"),
            ((0.6, 0.4, 0.0), "bolt", "CHECK", "unsure"),
            ((0.4, 0.6, 0.0), "bolt", "CHECK", "unsure"),  # all of them mean OK, yet one must be sure by itself
        ],
    )
    def test_the_likeliest_product_counts(
        self, values: tuple[float, ...], expected: str, verdict: str, reason: str
    ) -> None:
        decision = decide(probabilities(*values, recipe=PRODUCTS), PRODUCTS, expected=expected)

        assert (decision.verdict, decision.reason) == (verdict, reason)
        assert decision.deciding == Deciding(Rule.MARGIN if reason == "unsure" else Rule.PRODUCT, max(values), 0.8)

    def test_sentences(self) -> None:
        wrong = decide(probabilities(0.1, 0.9, 0.0, recipe=PRODUCTS), PRODUCTS, expected="bolt")
        unsure = decide(probabilities(0.1, 0.7, 0.2, recipe=PRODUCTS), PRODUCTS, expected="bolt")

        assert wrong.message == "This is 'nut' with 90% where 'bolt' is expected."
        assert unsure.message == "Not sure: 'nut' with 70%, 80% are needed; a person must decide."

    def test_an_anomaly_is_none_of_the_products(self) -> None:
        values = probabilities(0.9, 0.1, 0.0, recipe=PRODUCTS)

        assert decide(values, PRODUCTS, anomaly_score=0.7).reason == "anomaly"
        assert decide(values, PRODUCTS, anomaly_score=0.7, expected="pin").reason == "wrong_product"

    def test_one_product_alone_is_always_the_likeliest(self) -> None:
        bolts = replace(PRODUCTS, classes=PRODUCTS.classes[:1], thresholds=Thresholds(1.0, 1.0))

        assert decide({"bolt": 0.9999999}, bolts).verdict is Verdict.OK
        assert margin({"bolt": 1.0}, bolts) == 1


class TestScene:
    @pytest.mark.parametrize(
        ("values", "verdict", "reason", "rule"),
        [
            ((0.9, 0.1, 0.0), "OK", "", Rule.GOOD),
            ((0.1, 0.9, 0.0), "CHECK", "forklift", Rule.WATCHED),
            ((0.1, 0.2, 0.7), "NG", "person", Rule.DEFECT),
            ((0.5, 0.4, 0.1), "CHECK", "unsure", Rule.MARGIN),
        ],
    )
    def test_allowed_watched_alarmed(self, values: tuple[float, ...], verdict: str, reason: str, rule: Rule) -> None:
        decision = decide(probabilities(*values, recipe=SCENE), SCENE)

        assert (decision.verdict, decision.reason) == (verdict, reason)
        assert decision.deciding is not None
        assert decision.deciding.rule is rule

    def test_sentences(self) -> None:
        assert decide(probabilities(0.1, 0.9, 0.0, recipe=SCENE), SCENE).message == (
            "'forklift' is watched here, seen with 90%; a person must decide."
        )
        assert decide(probabilities(0.5, 0.4, 0.1, recipe=SCENE), SCENE).message == (
            "Not sure: allowed with 50%, watched with 40%, alarmed with 10%; a person must decide."
        )

    def test_an_alarm_comes_before_what_is_watched(self) -> None:
        careful = with_own_threshold(SCENE, "person", 0.1)

        assert decide(probabilities(0.1, 0.8, 0.1, recipe=SCENE), careful).reason == "person"

    def test_what_is_watched_may_have_its_own_threshold(self) -> None:
        careful = with_own_threshold(SCENE, "forklift", 0.1)

        assert decide(probabilities(0.875, 0.125, 0.0, recipe=SCENE), careful).deciding == Deciding(
            Rule.WATCHED, 0.125, 0.1
        )


def test_a_side_of_all_classes_is_sure_whatever_was_rounded_off() -> None:
    strict = Thresholds(1.0, 1.0)

    assert decide({"a": 0.5, "b": 0.4999999}, tiny_recipe(("a", "b"), thresholds=strict)).verdict is Verdict.NG
    assert decide({"good": 0.5, "ok": 0.4999999}, tiny_recipe(("good", "ok"), thresholds=strict)).verdict is Verdict.OK


meanings = st.lists(st.sampled_from([Verdict.OK, Verdict.CHECK, Verdict.NG]), min_size=3, max_size=3)
own_thresholds = st.lists(st.one_of(st.none(), st.floats(0.01, 1)), min_size=3, max_size=3)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    kind = draw(st.sampled_from(list(RecipeKind)))
    pair = Thresholds(*draw(thresholds))
    known = dict(zip("abc", draw(meanings), strict=True))
    if kind is not RecipeKind.SCENE:
        known = {
            name: Verdict.OK if kind is RecipeKind.IDENTITY or v is Verdict.CHECK else v for name, v in known.items()
        }
    recipe = of_kind(kind, known, thresholds=pair, anomaly=AnomalyRule(0.6, draw(st.sampled_from([0.4, 0.6]))))
    own = draw(own_thresholds)
    return replace(
        recipe, classes=tuple(replace(one, threshold=limit) for one, limit in zip(recipe.classes, own, strict=True))
    )


@settings(deadline=None)
@given(
    recipes(), weights, st.floats(-1, 1), st.integers(0, 2), st.integers(0, 2), st.one_of(st.none(), st.floats(0, 1))
)
def test_within_the_margin_nothing_changes_in_any_kind(
    recipe: Recipe, values: list[float], share: float, more: int, less: int, score: float | None
) -> None:
    shares = np.array(values) / sum(values)
    before = probabilities(*shares.tolist(), recipe=recipe)
    known = decide(before, recipe, anomaly_score=score)
    step = abs(share) * margin(before, recipe, anomaly_score=score) * 0.999
    moved = shares.copy()
    moved[more] += step
    moved[less] -= step
    if moved.min() < 0 or moved.max() > 1:
        return
    for moved_score in {None} if score is None else {score + step, score - step, score}:
        decision = decide(probabilities(*moved.tolist(), recipe=recipe), recipe, anomaly_score=moved_score)
        assert (decision.verdict, decision.reason) == (known.verdict, known.reason)


def test_a_product_is_named_as_long_as_it_leads() -> None:
    loose = replace(PRODUCTS, thresholds=Thresholds(0.25, 0.8))

    assert margin(probabilities(0.5, 0.375, 0.125, recipe=PRODUCTS), loose) == pytest.approx(0.0625)


def test_the_threshold_of_a_good_class_has_no_margin() -> None:
    assert margin(probabilities(0.9, 0.1, 0.0), with_own_threshold(RECIPE, "good", 0.9)) == pytest.approx(0.1)


def test_the_score_has_a_margin_of_its_own() -> None:
    recipe = replace(RECIPE, anomaly=AnomalyRule(0.75, 0.5))
    sure = probabilities(1.0, 0.0, 0.0)

    assert margin(sure, recipe, anomaly_score=0.375) == pytest.approx(0.125)
    assert margin(sure, recipe, anomaly_score=0.8125) == pytest.approx(0.0625)
    assert margin(probabilities(0.0, 1.0, 0.0), recipe, anomaly_score=0.75) == pytest.approx(0.4)  # it plays no part
    assert margin({"good": 1.0}, GOOD_ONLY, anomaly_score=0.25) == pytest.approx(0.25)
    assert margin({"good": 1.0}, GOOD_ONLY) == 1
