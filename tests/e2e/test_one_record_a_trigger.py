"""Promise 2: every trigger has exactly one record - with a full queue, unreadable pictures, a model that raises."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from inspector.domain.frame import Pixels
from inspector.domain.inspection import Inspection
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.domain.station_state import StationState
from inspector.domain.verdict import Judgement, Verdict
from inspector.records.queries import Period
from inspector.station import Station, open_station
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import ModelFile
from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.parts import write_parts

ALWAYS = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class HinderedJudge(Judge):
    """A real judge that first does something else."""

    hinder: Callable[[], None]

    def judge(self, pixels: Pixels, expected: str = "") -> Judgement:
        self.hinder()
        return super().judge(pixels, expected)


def _opener(hinder: Callable[[], None]) -> Callable[[ModelFile, str, frozenset[str]], Judge]:
    def opener(model_file: ModelFile, wanted: str = "auto", excluded: frozenset[str] = frozenset()) -> Judge:
        judge = open_judge(model_file, wanted, excluded)
        judge.__class__ = HinderedJudge
        judge.hinder = hinder  # type: ignore[attr-defined]
        return judge

    return opener


@contextmanager
def _station(data: Path, hinder: Callable[[], None]) -> Iterator[Station]:
    station = open_station(data, judge_opener=_opener(hinder))
    try:
        yield station
    finally:
        station.close()


def _records(station: Station) -> list[Inspection]:
    assert station.journal.flush(20)
    return list(reversed(station.records.recent(10_000)))


def test_a_full_queue_records_every_trigger_as_overrun(
    tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=20))
    write_parts(tmp_path / "parts", ["good"] * 4)
    gate = threading.Event()
    with _station(tmp_path / "station", lambda: gate.wait(20) and None) as station:
        station.lanes[0].use_camera(f"folder:{tmp_path / 'parts'}?fps=100&loop=1").result(10)
        station.lanes[0].use_recipe(tmp_path / "tiny.recipe").result(10)
        station.lanes[0].start()
        sequences = [station.lanes[0].trigger() for _ in range(60)]
        deadline = time.monotonic() + 20
        while station.records.totals(ALWAYS).error < 1 and time.monotonic() < deadline:
            time.sleep(0.02)
        gate.set()
        while station.lanes[0].lane.outstanding and time.monotonic() < deadline:
            time.sleep(0.02)
        records = _records(station)
    assert [record.sequence for record in records] == sequences
    overrun = [record for record in records if record.judgement.reason == "overrun"]
    assert overrun
    assert all(record.judgement.verdict is Verdict.ERROR for record in overrun)
    assert {record.judgement.verdict for record in records} == {Verdict.OK, Verdict.ERROR}


def test_an_unreadable_picture_is_an_error_record_with_its_name_and_the_run_goes_on(
    tmp_path: Path, tiny_model_file: Callable[..., ModelFile], expected_logs: ExpectedLogs
) -> None:
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good"] * 5)
    (tmp_path / "parts" / "part-002-verdächtig 检查.png").write_bytes(b"\x89PNG broken")
    (tmp_path / "parts" / "part-003-empty.png").write_bytes(b"")
    with _station(tmp_path / "station", lambda: None) as station:
        station.lanes[0].use_camera(f"folder:{tmp_path / 'parts'}").result(10)
        station.lanes[0].use_recipe(tmp_path / "tiny.recipe").result(10)
        station.lanes[0].lane.set_trigger_mode(TriggerMode.EACH_FRAME)
        station.lanes[0].start()
        assert station.lanes[0].lane.ended.wait(20)
        records = _records(station)
    assert [str(record.judgement.verdict) for record in records].count("ERROR") == 2
    assert len(records) == 7
    faults = [record for record in records if record.judgement.verdict is Verdict.ERROR]
    assert all(record.judgement.reason == "camera_fault" for record in faults)
    assert any(record.source.endswith("part-002-verdächtig 检查.png") for record in faults)
    assert all(Path(record.source).name in record.judgement.message for record in faults)


def test_a_model_that_raises_gives_error_records_and_never_an_ok(
    tmp_path: Path, tiny_model_file: Callable[..., ModelFile], expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("could not be judged")
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good"] * 6)
    calls = []

    def raises_on_the_second() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the model gave up")

    with _station(tmp_path / "station", raises_on_the_second) as station:
        station.lanes[0].use_camera(f"folder:{tmp_path / 'parts'}").result(10)
        station.lanes[0].use_recipe(tmp_path / "tiny.recipe").result(10)
        station.lanes[0].lane.set_trigger_mode(TriggerMode.EACH_FRAME)
        station.lanes[0].start()
        assert station.lanes[0].lane.ended.wait(20)
        records = _records(station)
    assert [str(record.judgement.verdict) for record in records] == ["OK", "ERROR", "OK", "OK", "OK", "OK"]
    assert records[1].judgement.reason == "model_fault"
    assert "the model gave up" in records[1].judgement.message


def test_a_model_that_keeps_raising_stops_the_station_and_says_why(
    tmp_path: Path, tiny_model_file: Callable[..., ModelFile], expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("could not be judged")
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good"] * 30)

    def always_raises() -> None:
        raise RuntimeError("the model is broken")

    with _station(tmp_path / "station", always_raises) as station:
        stopped = threading.Event()
        station.lanes[0].lane.states.subscribe(
            lambda change: stopped.set() if change.state is StationState.ERROR else None
        )
        station.lanes[0].use_camera(f"folder:{tmp_path / 'parts'}").result(10)
        station.lanes[0].use_recipe(tmp_path / "tiny.recipe").result(10)
        station.lanes[0].lane.set_trigger_mode(TriggerMode.EACH_FRAME)
        station.lanes[0].start()
        assert stopped.wait(20)
        assert "the model is broken" in station.lanes[0].lane.why
        records = _records(station)
        totals = station.records.totals(ALWAYS)
    assert records
    assert all(record.judgement.verdict is Verdict.ERROR for record in records)
    assert totals.missing == 0
