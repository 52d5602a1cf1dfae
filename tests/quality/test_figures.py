import pytest

from inspector.quality.rates import wilson
from inspector.quality.sample_size import highest_rate
from tests.fixtures.validations import figures_of


def test_class_right_is_the_accuracy_with_its_interval() -> None:
    figures = figures_of(("good", "dent", "scratch"), 2)
    assert figures.named_rightly == wilson(118, 120)
    assert figures.named_rightly.value == figures.confusion.accuracy


def test_escape_and_overkill_come_with_their_exact_upper_bound() -> None:
    figures = figures_of(("good", "dent"), 0).as_json()
    assert figures["escape"] == wilson(0, 40).as_json()
    assert figures["at_most"]["escape"] == pytest.approx(1 - 0.05 ** (1 / 40))
    assert figures_of(("good", "dent"), 3).as_json()["at_most"]["escape"] == highest_rate(3, 40)
    one_sided = figures_of(("dent", "scratch"), 0).as_json()
    assert (one_sided["escape"], one_sided["at_most"]) == (None, {"escape": None, "overkill": None})


def test_verdicts_are_counted_by_true_class() -> None:
    verdicts = figures_of(("good", "dent"), 3).as_json()["verdicts"]
    assert verdicts["good"] == {"side": "OK", "right": wilson(40, 40).as_json(), "OK": 40, "NG": 0, "CHECK": 0}
    assert verdicts["dent"] == {"side": "NG", "right": wilson(37, 40).as_json(), "OK": 3, "NG": 37, "CHECK": 0}
