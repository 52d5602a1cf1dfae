"""Which threshold decided, as a sentence."""

import pytest

from inspector.domain.explanation import deciding_sentence
from inspector.domain.verdict import Deciding, Rule


@pytest.mark.parametrize(
    ("deciding", "sentence"),
    [
        (Deciding(Rule.DEFECT, 0.971, 0.6), "Defective with 97.1 %; NG begins at 60.0 %: 37.1 points over the limit."),
        (Deciding(Rule.GOOD, 0.9, 0.8), "Good with 90.0 %; OK needs 80.0 %: 10.0 points to spare."),
        (Deciding(Rule.MARGIN, 0.55, 0.8), "Sure with 55.0 % at most; 80.0 % are needed: 25.0 points short."),
        (Deciding(Rule.ANOMALY, 0.83, 0.5), "The anomaly score is 0.83; the limit is 0.50: 0.33 over the limit."),
        (Deciding(Rule.ANOMALY, 0.2, 0.5), "The anomaly score is 0.20; the limit is 0.50: 0.30 below the limit."),
        (Deciding(Rule.SCENE, 1.7, 1.0), "The picture is off by 1.70 times what it may be."),
        (Deciding(Rule.PLACE, 0.31, 0.5), "Found with 31.0 %; 50.0 % are needed: 19.0 points short."),
    ],
)
def test_it_says_value_limit_and_distance(deciding: Deciding, sentence: str) -> None:
    assert deciding_sentence(deciding) == sentence


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_its_sentence_on_both_sides(rule: Rule) -> None:
    over, under = deciding_sentence(Deciding(rule, 0.9, 0.5)), deciding_sentence(Deciding(rule, 0.1, 0.5))
    assert over != under
    assert "{" not in over + under


def test_forms_are_translated_and_figures_written_as_asked() -> None:
    said = deciding_sentence(
        Deciding(Rule.GOOD, 0.9, 0.8),
        lambda text: text.replace("Good", "Gut").replace("points", "Punkte"),
        share=lambda value: f"{100 * value:.0f} %",
        points=lambda value: f"{value:.0f}",
    )
    assert said == "Gut with 90 %; OK needs 80 %: 10 Punkte to spare."
