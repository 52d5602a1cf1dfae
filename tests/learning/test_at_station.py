"""Learning at a station that runs: the same station, lane and journal."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.domain.inspection import EventKind
from inspector.domain.recipe import TriggerMode
from inspector.domain.verdict import Verdict
from inspector.learning import at_station
from inspector.learning.at_station import LearningUnderWay, NoRecipeToLearn
from inspector.learning.learn import as_model_file
from inspector.learning.shelf import VersionShelf
from inspector.records.period import Period
from inspector.station import Station, open_station
from inspector.teaching.dataset import read_dataset
from inspector.teaching.progress import TeachingCancelled
from inspector.teaching.validation_set import lock, set_folder
from tests.fixtures.clock import FakeClock
from tests.fixtures.parts import write_parts
from tests.fixtures.tiny_recipe import write_tiny_recipe
from tests.learning.conftest import made_from, write_pictures

PATIENCE = 20.0


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    opened = open_station(tmp_path / "station")
    yield opened
    opened.close()


@pytest.fixture
def running(station: Station, tmp_path: Path) -> Station:
    """Return a station that has judged four good and two bad parts by a recipe with a locked set."""
    recipe = tmp_path / "station" / "recipes" / "tiny.recipe"
    write_tiny_recipe(recipe)
    dataset = read_dataset(write_pictures(tmp_path / "validation", range(100, 104)))
    lock(dataset, set_folder(recipe), product="tiny", author="Eve", clock=FakeClock())
    write_parts(tmp_path / "parts", ["good"] * 4 + ["scratch"] * 2)
    station.lanes[0].use_camera(f"folder:{tmp_path / 'parts'}").result(PATIENCE)
    station.lanes[0].use_recipe(recipe).result(PATIENCE)
    station.lanes[0].lane.set_trigger_mode(TriggerMode.EACH_FRAME)
    station.lanes[0].start()
    assert station.lanes[0].lane.ended.wait(PATIENCE)
    assert station.journal.flush(PATIENCE)
    return station


def test_an_escape_is_corrected_with_the_picture_still_at_hand(running: Station) -> None:
    assert running.records.inspection(2).picture is None, "no picture of an OK part is kept"
    running.lanes[0].learning.decide(2, Verdict.NG, "scratch", "Anna", "found at packing").result(PATIENCE)
    review = running.records.reviews.of(2)
    assert review.verdict is Verdict.NG
    assert running.pictures.read(review.picture).shape == (48, 64, 3)


def test_it_asks(running: Station) -> None:
    questions = running.lanes[0].learning.ask(5).result(PATIENCE)
    assert {question.part.inspection.judgement.verdict for question in questions} == {Verdict.NG}


def test_a_candidate_is_switched_to_between_two_parts_and_back(running: Station) -> None:
    shelf = VersionShelf(running.data / "recipes" / "tiny.recipe")
    made = shelf.add_candidate(as_model_file(made_from(shelf.active().model_file)))
    before = running.lanes[0].lane.content_hash
    running.lanes[0].learning.approve(None, "Sue", "better").result(PATIENCE)
    assert running.lanes[0].lane.content_hash == made.content_hash == shelf.active().content_hash
    running.lanes[0].learning.roll_back("Sue", "worse").result(PATIENCE)
    assert running.lanes[0].lane.content_hash == before == shelf.active().content_hash
    assert running.journal.flush(PATIENCE)
    kinds = [event.kind for event in running.records.events(Period.ever())]
    wanted = [
        EventKind.CANDIDATE_APPROVED,
        EventKind.RECIPE_ACTIVATED,
        EventKind.RECIPE_ROLLED_BACK,
        EventKind.RECIPE_ACTIVATED,
    ]
    assert [kind for kind in kinds if kind in wanted][-4:] == wanted


def test_a_candidate_made_aside_is_recorded(running: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    result = '{"candidate": "x", "number": 2, "pictures": 9, "corrected": 3, "contradictions": [], "notes": []}'
    monkeypatch.setattr(at_station, "learning_command", lambda *_: [sys.executable, "-c", f"print({result!r})"])
    process = running.lanes[0].learning.learn("Eve")
    process.future.result(PATIENCE)
    process.close()
    assert running.journal.flush(PATIENCE)
    (event,) = running.records.events(Period.ever(), [EventKind.CANDIDATE_MADE])
    assert event.text == "candidate 2 was made from 9 pictures, 3 of them corrected"
    assert dict(event.details) == {"number": "2", "by": "Eve", "corrected": "3"}


def test_one_candidate_at_a_time_and_none_outlives_the_station(
    running: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(at_station, "learning_command", lambda *_: sleeping)
    process = running.lanes[0].learning.learn("Eve")
    with pytest.raises(LearningUnderWay):
        running.lanes[0].learning.learn("Eve")
    running.lanes[0].learning.close()
    with pytest.raises(TeachingCancelled):
        process.future.result(PATIENCE)


def test_without_a_recipe_there_is_nothing_to_learn(station: Station) -> None:
    for attempt in (
        lambda: station.lanes[0].learning.learn("Eve"),
        lambda: station.lanes[0].learning.ask(),
        lambda: station.lanes[0].learning.approve(None, "Sue", "better"),
        lambda: station.lanes[0].learning.roll_back("Sue", "worse"),
    ):
        with pytest.raises(NoRecipeToLearn):
            attempt()
