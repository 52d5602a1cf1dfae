"""From a person's decision to a label."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inspector.domain.correction import Override, Review
from inspector.domain.inspection import Inspection, PartContext, TriggerSource
from inspector.domain.recipe import RecipeKind
from inspector.domain.verdict import Judgement, Verdict
from inspector.learning.corrections import label_of
from tests.fixtures.tiny_recipe import tiny_recipe

TIME = datetime(2026, 3, 2, tzinfo=UTC)
OK, NG, CHECK = Verdict.OK, Verdict.NG, Verdict.CHECK


def review(judged: tuple[Verdict, str, str | None], *decisions: tuple[Verdict, str | None]) -> Review:
    verdict, reason, class_name = judged
    context = PartContext("1", "tiny", 1, "a", "b", "cpu")
    part = Inspection(
        "one", 1, TIME, TriggerSource.FRAME, "demo:1", "", context, Judgement(verdict, reason, class_name)
    )
    return Review(part, tuple(Override("one", said, name, "Anna", "looked", TIME) for said, name in decisions))


@pytest.mark.parametrize(
    ("judged", "decision", "label"),
    [
        ((CHECK, "unsure", "good"), (NG, "dent"), "dent"),
        ((CHECK, "unsure", "good"), (OK, None), "good"),
        ((NG, "dent", "dent"), (NG, None), "dent"),
        ((NG, "dent", "scratch"), (NG, None), "dent"),
        ((NG, "dent", "dent"), (OK, None), "good"),
        ((OK, "", "good"), (NG, "scratch"), "scratch"),
        ((OK, "", "good"), (NG, "rust"), "rust"),
    ],
)
def test_labels(judged: Any, decision: Any, label: str) -> None:
    assert label_of(review(judged, decision), tiny_recipe(("good", "dent", "scratch"))) == (label, "")


@pytest.mark.parametrize(
    ("judged", "decision", "why"),
    [
        ((CHECK, "unsure", "dent"), (NG, None), "Anna called it NG without naming the class"),
        ((CHECK, "unsure", "dent"), (CHECK, None), "Anna could not decide"),
        ((NG, "dent", "dent"), (OK, "dent"), "'dent' means NG in 'tiny', not OK"),
        ((NG, "dent", "dent"), (OK, "fine"), "'fine' is no class of 'tiny'"),
        ((NG, "dent", "dent"), (NG, "unsure"), "'unsure' is a word of the station's and no class"),
    ],
)
def test_no_label_and_why(judged: Any, decision: Any, why: str) -> None:
    assert label_of(review(judged, decision), tiny_recipe(("good", "dent", "scratch"))) == (None, why)


def test_the_last_decision_counts() -> None:
    decided = review((CHECK, "unsure", "good"), (OK, "good"), (NG, "scratch"))
    assert label_of(decided, tiny_recipe()) == ("scratch", "")
    assert label_of(review((CHECK, "unsure", "good")), tiny_recipe()) == (None, "nobody decided on it")


def test_with_one_class_of_a_side_nobody_need_name_it() -> None:
    assert label_of(review((CHECK, "unsure", "good"), (NG, None)), tiny_recipe()) == ("scratch", "")


def test_a_wrong_product_is_labelled_by_what_it_is() -> None:
    from dataclasses import replace

    recipe = tiny_recipe(("good", "ok"))
    identity = replace(recipe, kind=RecipeKind.IDENTITY)
    assert label_of(review((NG, "wrong_product", "ok"), (NG, "ok")), identity) == ("ok", "")
