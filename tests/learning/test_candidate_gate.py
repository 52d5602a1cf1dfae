"""A candidate beside the active version."""

from pathlib import Path

import pytest

from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.learning.candidate_gate import compare
from inspector.teaching.dataset import Sample
from inspector.teaching.evaluation import Evaluation, JudgedSample, judged_sample, summarise
from tests.fixtures.tiny_recipe import tiny_recipe

RECIPE = tiny_recipe()
SAID = {
    "good": (Verdict.OK, {"good": 0.9, "scratch": 0.1}),
    "scratch": (Verdict.NG, {"good": 0.1, "scratch": 0.9}),
    "check": (Verdict.CHECK, {"good": 0.6, "scratch": 0.4}),
}


def evaluation(said: list[tuple[str, str]], recipe: Recipe = RECIPE) -> Evaluation:
    """Return the evaluation of parts of which each is of the first class and was called the second."""
    judged: list[JudgedSample] = []
    for number, (truth, name) in enumerate(said):
        verdict, probabilities = SAID[name]
        judged.append(
            judged_sample(Sample(Path(f"{truth}/{number}.png"), truth, str(number)), verdict, probabilities, recipe)
        )
    return summarise(judged, recipe)


def allowed(active: list[tuple[str, str]], candidate: list[tuple[str, str]]) -> bool:
    return compare(evaluation(active), evaluation(candidate), RECIPE, RECIPE).allowed


RIGHT = [("good", "good")] * 10 + [("scratch", "scratch")] * 10


def wrong(count: int, truth: str = "good", said: str = "scratch") -> list[tuple[str, str]]:
    changed = list(RIGHT)
    places = [place for place, (name, _) in enumerate(RIGHT) if name == truth]
    for place in places[:count]:
        changed[place] = (truth, said)
    return changed


def test_equal_and_better_may_go() -> None:
    assert allowed(RIGHT, RIGHT)
    assert allowed(wrong(4), RIGHT)


@pytest.mark.parametrize(("lost", "may_go"), [(1, True), (5, True), (6, False), (10, False)])
def test_a_loss_counts_once_it_is_more_than_chance(lost: int, may_go: bool) -> None:
    """Six of six on one side: p = 2 / 2^6 = 0.03; five of five: 0.06."""
    assert allowed(RIGHT, wrong(lost)) is may_go


def test_not_one_escape_more() -> None:
    comparison = compare(evaluation(RIGHT), evaluation(wrong(1, "scratch", "good")), RECIPE, RECIPE)
    assert comparison.refusals == ("it lets 1 bad parts of the locked set escape, the active version 0",)
    assert allowed(wrong(2, "scratch", "good"), wrong(2, "scratch", "good"))


def test_many_doubts_instead_of_verdicts_are_worse() -> None:
    comparison = compare(evaluation(RIGHT), evaluation(wrong(8, "good", "check")), RECIPE, RECIPE)
    assert comparison.by_class.discordant == 0
    assert comparison.refusals == (
        "of 20 parts of the locked set 8 lost their right verdict and only 0 gained it (McNemar p = 0.008)",
    )


@pytest.mark.parametrize(("truth", "said"), [("good", "scratch"), ("scratch", "good"), ("scratch", "check")])
def test_each_challenge_part_must_get_its_verdict(truth: str, said: str) -> None:
    challenge = evaluation([("good", "good"), (truth, said)])
    comparison = compare(evaluation(RIGHT), evaluation(RIGHT), RECIPE, RECIPE, challenge)
    assert comparison.refusals == (f"the challenge part {truth}/1.png was judged {SAID[said][0]}",)
    right = evaluation([("good", "good"), ("scratch", "scratch")])
    assert compare(evaluation(RIGHT), evaluation(RIGHT), RECIPE, RECIPE, right).challenge == 2


def test_the_figures_in_one_line() -> None:
    comparison = compare(evaluation(wrong(2)), evaluation(wrong(1)), RECIPE, RECIPE)
    assert str(comparison) == (
        "right verdicts 19 of 20 (active 18), right classes 19 (active 18), escapes 0 (active 0), "
        "overkills 1 (active 2), challenge parts 0"
    )
    assert comparison.candidate.as_json() == {
        "parts": 20,
        "right_verdicts": 19,
        "right_classes": 19,
        "escapes": 0,
        "overkills": 1,
    }


def test_only_the_same_parts_are_compared() -> None:
    with pytest.raises(ValueError, match="judged different samples"):
        compare(evaluation(RIGHT), evaluation(RIGHT[:5]), RECIPE, RECIPE)
