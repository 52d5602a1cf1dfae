import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.recipe import Recipe, Thresholds
from inspector.domain.verdict import Verdict
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
        Verdict.NG, "inclusion", "inclusion", ""
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
