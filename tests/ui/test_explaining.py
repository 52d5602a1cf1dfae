"""Why a part was judged as it was, in words."""

from dataclasses import replace

import pytest

from inspector.domain.placement import Placement
from inspector.domain.verdict import Deciding, Reason, Rule, Verdict
from inspector.ui.bench.explaining import found_words, limit_words, scene_off, scene_words, why
from tests.ui.staging import judgement


def test_the_threshold_that_decided_is_a_sentence() -> None:
    said = replace(judgement(Verdict.NG), deciding=Deciding(Rule.DEFECT, 0.97, 0.6))
    assert why(said) == "Defective with 97.0 %; NG begins at 60.0 %: 37.0 points over the limit."


def test_what_no_threshold_decided_is_said_as_the_station_said_it() -> None:
    assert why(judgement(Verdict.ERROR, message="The model failed.")) == "The model failed."
    assert why(judgement(Verdict.OK)) == ""


def test_a_message_that_says_more_than_the_threshold_stays() -> None:
    message = "This is 'bolt' with 97 % where 'nut' is expected."
    said = judgement(Verdict.NG, reason=Reason.WRONG_PRODUCT, message=message)
    text = why(replace(said, deciding=Deciding(Rule.PRODUCT, 0.97, 0.8)))
    assert text.splitlines() == [message, "This product with 97.0 %; 80.0 % are needed: 17.0 points to spare."]
    unsure = judgement(Verdict.CHECK, message="Not sure: good with 55 %; a person must decide.")
    assert why(replace(unsure, deciding=Deciding(Rule.MARGIN, 0.55, 0.8))).startswith("Sure with 55.0 % at most")


@pytest.mark.parametrize(
    ("deciding", "words"),
    [(Deciding(Rule.ANOMALY, 0.8, 0.5), "0.50"), (Deciding(Rule.GOOD, 0.9, 0.8), "80.0 %")],
)
def test_the_limit_is_written_in_its_unit(deciding: Deciding, words: str) -> None:
    assert limit_words(deciding) == words


def test_only_what_is_off_in_the_scene_is_named_the_furthest_first() -> None:
    scene = {"light": -2.0, "focus": 0.9, "spot 4 2": 1.2, "turn": 1.0, "contrast": 3.0}
    said = replace(judgement(Verdict.CHECK), scene=scene)
    assert scene_off(said) == (("Contrast", 3.0), ("Brightness", 2.0), ("Brightness at a spot", 1.2))
    assert scene_off(said, tolerance=2.5) == (("Contrast", pytest.approx(1.2)),)
    assert scene_words("something_new 1") == "something new 1"


@pytest.mark.parametrize(
    ("matrix", "certainty", "words"),
    [
        ((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), 1.0, ""),
        ((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), 0.62, "62 % certain, not turned"),
        ((0.0, -1.0, 5.0, 1.0, 0.0, 5.0), 0.93, "93 % certain, turned 90.0°"),
        ((0.0, 1.0, 5.0, -1.0, 0.0, 5.0), 0.93, "93 % certain, turned -90.0°"),
    ],
)
def test_where_the_part_was_found_is_said_only_where_it_was_looked_for(
    matrix: tuple[float, ...], certainty: float, words: str
) -> None:
    assert found_words(Placement(10, 10, matrix, certainty)) == words
