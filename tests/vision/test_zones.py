"""The worst zone's verdict is the part's."""

from itertools import permutations

import pytest

from inspector.domain.verdict import Judgement, Timings, Verdict
from inspector.vision.zones import merge_zones

OK = Judgement(Verdict.OK, class_name="clear", timings=Timings(prepare=1, network=10, decide=0.5))
CHECK = Judgement(Verdict.CHECK, "forklift", "forklift", message="'forklift' is watched here.")
NG = Judgement(Verdict.NG, "person", "person", timings=Timings(waiting=3, prepare=2, network=20, decide=0.25))
ERROR = Judgement(Verdict.ERROR, "model_fault", message="The model broke.")


@pytest.mark.parametrize("order", list(permutations([OK, CHECK, NG, ERROR])))
def test_the_worst_wins_in_any_order(order: tuple[Judgement, ...]) -> None:
    for number in range(1, 5):
        merged = merge_zones([(str(place), one) for place, one in enumerate(order[:number])])
        worst = next(one for one in (ERROR, NG, CHECK, OK) if one in order[:number])
        assert (merged.verdict, merged.zone) == (worst.verdict, str(order.index(worst)))


def test_of_equally_bad_zones_the_first() -> None:
    assert merge_zones([("aisle", OK), ("gate", NG), ("dock", NG)]).zone == "gate"


@pytest.mark.parametrize(
    ("judgement", "message"),
    [
        (OK, ""),
        (CHECK, "Zone 'aisle': 'forklift' is watched here."),
        (NG, "Zone 'aisle': person."),
        (ERROR, "Zone 'aisle': The model broke."),
    ],
)
def test_the_message_tells_the_zone(judgement: Judgement, message: str) -> None:
    assert merge_zones([("aisle", judgement)]).message == message


def test_what_the_zones_took_is_added_up() -> None:
    merged = merge_zones([("aisle", OK), ("gate", NG)])
    assert merged.timings == Timings(waiting=3, prepare=3, network=30, decide=0.75)
    assert (merged.reason, merged.class_name) == ("person", "person")


def test_no_zone_is_no_judgement() -> None:
    with pytest.raises(ValueError, match="no zone was judged"):
        merge_zones([])
