"""The records of the house are plain, frozen and safe to share."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from inspector.domain.inspection import Event, EventKind
from inspector.domain.verdict import Judgement, Timings, Verdict

TIME = datetime(2026, 3, 2, tzinfo=UTC)


def test_words_are_written_as_they_are_read() -> None:
    assert [str(verdict) for verdict in Verdict] == ["OK", "NG", "CHECK", "ERROR"]
    assert EventKind("camera_lost") is EventKind.CAMERA_LOST


def test_records_cannot_be_altered() -> None:
    judgement = Judgement(Verdict.OK)
    with pytest.raises(FrozenInstanceError):
        judgement.verdict = Verdict.NG  # type: ignore[misc]
    with pytest.raises(TypeError):
        judgement.probabilities["good"] = 1.0  # type: ignore[index]
    with pytest.raises(TypeError):
        Event(EventKind.STATION_STARTED, TIME, "started").details["who"] = "nobody"  # type: ignore[index]


def test_no_judgement_has_no_class_and_no_times() -> None:
    judgement = Judgement(Verdict.ERROR, "overrun")
    assert judgement.class_name is None
    assert judgement.timings == Timings(0, 0, 0, 0, 0, 0)
