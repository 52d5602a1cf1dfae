"""A person's decision on a part."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inspector.domain.correction import Override, OverrideInvalid, Review
from inspector.domain.inspection import Inspection, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Verdict

TIME = datetime(2026, 3, 2, tzinfo=UTC)


def override(verdict: Verdict = Verdict.OK, class_name: str | None = None, **other: Any) -> Override:
    return Override(
        **({"inspection": "one", "by": "Anna", "reason": "agreed", "time": TIME} | other),
        verdict=verdict,
        class_name=class_name,
    )


def inspection(verdict: Verdict, class_name: str | None) -> Inspection:
    context = PartContext("1", "Bracket", 1, "a", "b", "cpu")
    judgement = Judgement(verdict, class_name=class_name)
    return Inspection("one", 1, TIME, TriggerSource.FRAME, "demo:1", "", context, judgement)


def test_each_decision_has_an_identity_of_its_own() -> None:
    assert override().id != override().id


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"verdict": Verdict.ERROR}, "ERROR is no decision"),
        ({"by": " "}, "needs the name of the person"),
        ({"reason": ""}, "needs a reason"),
    ],
)
def test_what_is_no_decision_is_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OverrideInvalid, match=sentence):
        override(**wrong)


def test_the_final_verdict_is_the_last_override_or_else_the_judgement() -> None:
    part = inspection(Verdict.CHECK, "scratch")
    assert Review(part).verdict is Verdict.CHECK
    assert Review(part).last is None
    assert Review(part, (override(Verdict.NG, "scratch"), override(Verdict.OK))).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("judged", "said", "agreed"),
    [
        ((Verdict.NG, "scratch"), (Verdict.NG, "scratch"), True),
        ((Verdict.NG, "scratch"), (Verdict.NG, None), True),
        ((Verdict.NG, "scratch"), (Verdict.NG, "stain"), False),
        ((Verdict.OK, "good"), (Verdict.OK, "good"), True),
        ((Verdict.CHECK, "good"), (Verdict.OK, "good"), False),
    ],
)
def test_whether_the_person_agreed(judged: tuple[Verdict, str], said: tuple[Verdict, str | None], agreed: bool) -> None:
    assert Review(inspection(*judged), (override(*said),)).agreed is agreed
    assert Review(inspection(*judged)).agreed is None
