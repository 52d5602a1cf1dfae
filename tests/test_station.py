"""The station as a whole, on a real folder, with real files and threads."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inspector.domain.health import LampLevel
from inspector.domain.inspection import EventKind
from inspector.domain.recipe import PicturePolicy, TriggerMode
from inspector.domain.station_state import StationState
from inspector.domain.verdict import Verdict
from inspector.inspection.shown import ShownPart
from inspector.records.queries import Period
from inspector.reports.shift_choice import choose_shift
from inspector.settings import Settings, save_settings
from inspector.station import Station, StationBusy, StationFolderUnusable, open_station
from inspector.vision.errors import ModelFileRefused
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile
from tests.fixtures.clock import FakeClock
from tests.fixtures.parts import write_parts

ALWAYS = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "station"


@pytest.fixture
def station(data: Path) -> Iterator[Station]:
    opened = open_station(data)
    yield opened
    opened.close()


def _run(station: Station, folder: Path, recipe: Path) -> None:
    """Judge every picture of the folder and wait until the last record is published."""
    station.lanes[0].use_camera(f"folder:{folder}").result(10)
    station.lanes[0].use_recipe(recipe).result(10)
    station.lanes[0].lane.set_trigger_mode(TriggerMode.EACH_FRAME)
    station.lanes[0].start()
    assert station.lanes[0].lane.ended.wait(20)
    assert station.journal.flush(10)


def test_a_folder_is_judged_recorded_shown_and_reported(
    station: Station, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    tiny_model_file(pictures=PicturePolicy(one_in_ok=0))
    write_parts(tmp_path / "parts", ["good"] * 12 + ["scratch"] * 3)
    shown: list[ShownPart] = []
    station.lanes[0].shown.subscribe(shown.append)
    _run(station, tmp_path / "parts", tmp_path / "tiny.recipe")

    totals = station.records.totals(ALWAYS)
    assert (totals.triggers, totals.records, totals.ok, totals.ng) == (15, 15, 12, 3)
    assert [part.inspection.sequence for part in shown] == list(range(1, 16))
    assert all(part.thumbnail is not None and part.thumbnail.shape == (48, 64, 3) for part in shown)
    assert station.lanes[0].counts.snapshot().verdicts[Verdict.NG] == 3
    choice = choose_shift("today", station.settings.pattern(), FakeClock(datetime.now(UTC)))
    path = station.make_report(choice, tmp_path / "report.pdf").result(20)
    assert path.read_bytes().startswith(b"%PDF")
    assert station.journal.flush(10)
    assert EventKind.REPORT_MADE in {event.kind for event in station.records.events(ALWAYS)}


def test_what_was_judged_is_what_was_kept(
    station: Station, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    model_file = tiny_model_file()
    write_parts(tmp_path / "parts", ["scratch"] * 4)
    _run(station, tmp_path / "parts", tmp_path / "tiny.recipe")
    judge = open_judge(model_file)
    for inspection in station.records.recent(10):
        assert inspection.picture is not None
        assert inspection.picture.lossless
        again = judge.judge(station.pictures.read(inspection.picture))
        assert again.verdict is inspection.judgement.verdict
        assert again.probabilities == pytest.approx(dict(inspection.judgement.probabilities), abs=1e-6)
    judge.close()


def test_the_folder_is_of_one_program_at_a_time(station: Station, data: Path) -> None:
    with pytest.raises(StationBusy, match="open; close it"):
        open_station(data)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StationFolderUnusable, match="--data"):
        open_station(tmp_path / "file" / "station")


def test_counting_goes_on_and_the_shift_is_taken_up_after_a_restart(
    data: Path, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good"] * 5 + ["scratch"] * 2)
    first = open_station(data)
    _run(first, tmp_path / "parts", tmp_path / "tiny.recipe")
    first.close()
    second = open_station(data)
    try:
        assert second.notices == ()
        assert second.lanes[0].counts.snapshot().verdicts[Verdict.OK] == 5
        assert second.lanes[0].counts.snapshot().trend[-1] == pytest.approx(2 / 7)
        _run(second, tmp_path / "parts", tmp_path / "tiny.recipe")
        totals = second.records.totals(ALWAYS)
        assert (totals.first_sequence, totals.last_sequence, totals.missing) == (1, 14, 0)
    finally:
        second.close()


def test_a_crash_is_noticed_at_the_next_start(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashed = open_station(data)
    crashed.journal.flush(5)
    with monkeypatch.context() as patched:
        patched.setattr(crashed, "_event", lambda *_, **__: None)  # the last word is never written
        crashed.close()
    again = open_station(data)
    try:
        assert any("not closed properly" in notice for notice in again.notices)
        again.journal.flush(5)
        texts = [event.text for event in again.records.events(ALWAYS, (EventKind.STATION_STARTED,))]
        assert "had not been closed properly" in texts[-1]
    finally:
        again.close()


def test_a_bad_setting_is_a_notice(data: Path) -> None:
    data.mkdir()
    (data / "settings.toml").write_text('site = "Plant 1"\npaper = "A9"\n', encoding="utf-8")
    opened = open_station(data)
    try:
        assert opened.settings.site == "Plant 1"
        assert any("paper" in notice for notice in opened.notices)
    finally:
        opened.close()


def test_a_recipe_that_is_refused_leaves_the_one_before(
    station: Station, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    tiny_model_file()
    station.lanes[0].use_recipe(tmp_path / "tiny.recipe").result(10)
    (tmp_path / "cut.recipe").write_bytes((tmp_path / "tiny.recipe").read_bytes()[:-400])
    with pytest.raises(ModelFileRefused, match=r"cut\.recipe"):
        station.lanes[0].use_recipe(tmp_path / "cut.recipe").result(10)
    assert station.lanes[0].recipe is not None
    assert station.lanes[0].recipe.product == "tiny"
    station.journal.flush(5)
    events = station.records.events(ALWAYS, (EventKind.RECIPE_REFUSED,))
    assert any("cut.recipe" in event.text for event in events)


def test_the_recipe_version_is_on_file(
    station: Station, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    model_file = tiny_model_file()
    write_parts(tmp_path / "parts", ["good"])
    _run(station, tmp_path / "parts", tmp_path / "tiny.recipe")
    (use,) = station.records.recipes(ALWAYS)
    assert use.content_hash == model_file.content_hash
    assert use.record is not None
    assert '"tiny"' in use.record.recipe_json


def test_camera_and_recipe_are_remembered_unless_told_not_to(
    data: Path, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good"])
    opened = open_station(data)
    opened.lanes[0].use_camera("demo:3", remember=False).result(10)
    opened.lanes[0].use_camera(f"folder:{tmp_path / 'parts'}").result(10)
    opened.lanes[0].use_recipe(tmp_path / "tiny.recipe").result(10)
    opened.close()
    again = open_station(data)
    try:
        assert again.settings.lanes[0].camera == f"folder:{tmp_path / 'parts'}"
        assert again.settings.lanes[0].recipe == str(tmp_path / "tiny.recipe")
    finally:
        again.close()


def test_the_lamps_say_how_it_is(station: Station, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]) -> None:
    assert station.health(station.lanes[0]).camera.level is LampLevel.OFF
    assert station.health(station.lanes[0]).accelerator.level is LampLevel.OFF
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good"])
    _run(station, tmp_path / "parts", tmp_path / "tiny.recipe")
    assert station.health(station.lanes[0]).camera.level is LampLevel.OK
    assert station.health(station.lanes[0]).accelerator.level is LampLevel.OK
    assert "golden" in station.health(station.lanes[0]).accelerator.text
    station.lanes[0].hold("a person held it")
    assert station.lanes[0].lane.state is StationState.HALTED


def test_the_shift_turns_and_the_counts_begin_anew(
    data: Path, tmp_path: Path, tiny_model_file: Callable[..., ModelFile], fake_clock: FakeClock
) -> None:
    data.mkdir()
    save_settings(Settings(time_zone="Europe/Berlin"), data / "settings.toml")
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good"] * 3)
    opened = open_station(data, fake_clock)
    try:
        _run(opened, tmp_path / "parts", tmp_path / "tiny.recipe")
        assert opened.lanes[0].counts.shift.name == "Early"
        assert opened.lanes[0].counts.snapshot().verdicts[Verdict.OK] == 3
        fake_clock.advance(timedelta(hours=8).total_seconds())
        opened.lanes[0].start()
        assert opened.lanes[0].lane.ended.wait(20)
        opened.journal.flush(10)
        assert opened.lanes[0].counts.shift.name == "Late"
        assert opened.lanes[0].counts.snapshot().verdicts[Verdict.OK] == 3
        assert len(opened.records.shifts(ALWAYS.start, ALWAYS.end)) >= 1
    finally:
        opened.close()


def test_closing_with_everything_under_way_leaves_no_thread_and_no_hole(
    data: Path, tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good", "scratch"] * 20)
    before = threading.active_count()
    opened = open_station(data)
    opened.lanes[0].use_camera(f"folder:{tmp_path / 'parts'}?loop=1").result(10)
    opened.lanes[0].use_recipe(tmp_path / "tiny.recipe").result(10)
    opened.lanes[0].lane.set_trigger_mode(TriggerMode.EACH_FRAME)
    seen = threading.Event()
    opened.journal.inspections.subscribe(lambda _: seen.set())
    opened.lanes[0].start()
    assert seen.wait(10)
    opened.close()
    assert threading.active_count() == before
    again = open_station(data)
    try:
        totals = again.records.totals(ALWAYS)
        assert totals.records > 0
        assert totals.missing == 0
    finally:
        again.close()
