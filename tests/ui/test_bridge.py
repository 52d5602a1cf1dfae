"""From the station's threads to the window's."""

import threading
from concurrent.futures import Future
from datetime import UTC, datetime

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.frame import Frame
from inspector.domain.station_state import StationState
from inspector.domain.verdict import Verdict
from inspector.inspection.shown import ShownPart
from inspector.inspection.states import StationChange
from inspector.ui import bridge as bridge_module
from inspector.ui.bridge import KEPT_PARTS, Bridge, within_budget
from inspector.ui.faults import Fault
from tests.ui.staging import Stage, inspection


def shown(pixels: np.ndarray | None = None) -> ShownPart:
    if pixels is None:
        return ShownPart(inspection(Verdict.OK), None, None)
    return ShownPart(inspection(Verdict.OK), pixels, Frame(pixels, 0, 0.0, datetime(2026, 1, 1, tzinfo=UTC), "x"))


@pytest.fixture
def bridge(stage: Stage, qtbot: QtBot) -> Bridge:
    made = Bridge(stage.station)
    yield made
    made.detach()


def test_parts_come_in_bundles_and_never_more_than_the_strip_holds(bridge: Bridge, stage: Stage, qtbot: QtBot) -> None:
    parts = [shown() for _ in range(40)]
    with qtbot.waitSignal(bridge.lanes[0].parts_shown) as caught:
        for one in parts:
            stage.station.lanes[0].shown.publish(one)
    assert caught.args[0] == tuple(parts[-KEPT_PARTS:])


def test_parts_and_changes_of_state_keep_their_order(bridge: Bridge, stage: Stage, qtbot: QtBot) -> None:
    told: list[object] = []
    bridge.lanes[0].parts_shown.connect(told.append)
    bridge.lanes[0].state_changed.connect(told.append)
    before, after = shown(), shown()
    change = StationChange("1", StationState.CONTINUOUS_EXECUTION, "started")
    stage.station.lanes[0].shown.publish(before)
    stage.station.lanes[0].lane.states.publish(change)
    stage.station.lanes[0].shown.publish(after)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == [(before,), change, (after,)]


def test_signals_come_on_the_windows_thread(bridge: Bridge, stage: Stage, qtbot: QtBot) -> None:
    threads: list[str] = []
    bridge.trouble_changed.connect(lambda _trouble: threads.append(threading.current_thread().name))
    publisher = threading.Thread(target=stage.station.journal.trouble.publish, args=("the disk is full",))
    publisher.start()
    publisher.join()
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.current_thread().name]


def test_only_the_newest_trouble_is_told(bridge: Bridge, stage: Stage, qtbot: QtBot) -> None:
    told: list[str | None] = []
    bridge.trouble_changed.connect(told.append)
    stage.station.journal.trouble.publish("full")
    stage.station.journal.trouble.publish(None)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [None]


def test_a_future_is_followed_to_its_end(bridge: Bridge, qtbot: QtBot) -> None:
    done: list[object] = []
    failed: list[BaseException] = []
    good: Future[int] = Future()
    bad: Future[int] = Future()
    bridge.follow(good, done.append, failed.append)
    bridge.follow(bad, done.append, failed.append)
    error = OSError("no")
    bad.set_exception(error)
    qtbot.waitUntil(lambda: bool(failed))
    assert not done
    good.set_result(7)
    qtbot.waitUntil(lambda: bool(done))
    assert (done, failed) == ([7], [error])


def test_long_work_is_done_elsewhere(bridge: Bridge, qtbot: QtBot) -> None:
    done: list[str] = []
    bridge.aside(lambda: threading.current_thread().name, done.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(done))
    assert done[0] != threading.current_thread().name


def test_faults_are_told(bridge: Bridge, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bridge.fault_happened) as caught:
        bridge.report_fault(Fault("x", "It broke."))
    assert caught.args == [Fault("x", "It broke.")]


def test_nothing_is_told_after_detaching(bridge: Bridge, stage: Stage, qtbot: QtBot) -> None:
    told: list[object] = []
    bridge.lanes[0].parts_shown.connect(told.append)
    bridge.detach()
    stage.station.lanes[0].shown.publish(shown())
    qtbot.wait(100)
    assert not told


def test_old_pictures_are_dropped_when_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_module, "PICTURE_BUDGET", 250)
    parts = [shown(np.zeros((10, 10), np.uint8)) for _ in range(4)]
    kept = within_budget(parts)
    assert [one.picture is not None for one in kept] == [True, True, False, False]
    assert all(one.thumbnail is not None for one in kept)
