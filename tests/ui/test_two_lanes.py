"""A station with two lanes, on one screen."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.domain.verdict import Verdict
from inspector.station_lane import StationLane
from inspector.ui.app import create_window
from inspector.ui.bench.bench_page import LanePage
from inspector.ui.look import Look
from inspector.ui.window import BENCH, MainWindow
from tests.ui.staging import Stage, StagedCamera

PATIENCE = 15_000
PICTURE = np.full((60, 80, 3), 90, np.uint8)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a station with two lanes, each with a camera played by hand, Ready."""
    cameras = [StagedCamera("Left camera"), StagedCamera("Right camera", address="hand:2")]
    staged = Stage(tmp_path, camera=cameras[0], lanes=2)
    staged.cameras = {"hand:1": cameras[0], "hand:2": cameras[1]}
    for number, lane in enumerate(staged.station.lanes, start=1):
        lane.use_recipe(staged.recipe(f"Product {number}", f"{number}.recipe")).result(PATIENCE)
        lane.use_camera(f"hand:{number}").result(PATIENCE)
    yield staged
    staged.station.close()


@pytest.fixture
def window(stage: Stage, look: Look, qtbot: QtBot) -> Iterator[MainWindow]:
    """Return its window, at the smallest size that is promised."""
    made = create_window(stage.station, look)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    made.show_screen(BENCH)
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.leave()
    made.deleteLater()


def counted(lane: StationLane) -> int:
    return sum(lane.counts.snapshot().verdicts.values())


def test_each_lane_has_its_half_counters_and_records(stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
    left, right = (page for page, _fields in window.benches)
    qtbot.waitUntil(lambda: right.controls.run_button.blocked == "", timeout=PATIENCE)
    QTest.keyClick(window, Qt.Key.Key_F5)
    QTest.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: left.controls.trigger_button.blocked == "", timeout=PATIENCE)
    qtbot.waitUntil(lambda: right.controls.trigger_button.blocked == "", timeout=PATIENCE)
    for key, camera, times in (
        (Qt.KeyboardModifier.NoModifier, "hand:1", 1),
        (Qt.KeyboardModifier.ShiftModifier, "hand:2", 2),
    ):
        for _ in range(times):
            lane = stage.station.lanes[0 if camera == "hand:1" else 1]
            before = counted(lane)
            QTest.keyClick(window, Qt.Key.Key_Space, key)
            stage.cameras[camera].show(PICTURE)
            qtbot.waitUntil(lambda: counted(lane) > before, timeout=PATIENCE)  # noqa: B023
    records = stage.station.records.recent(10)
    assert [(one.sequence, one.context.lane, one.context.product, one.camera) for one in reversed(records)] == [
        (1, "1", "Product 1", "hand:1"),
        (2, "2", "Product 2", "hand:2"),
        (3, "2", "Product 2", "hand:2"),
    ]
    qtbot.waitUntil(lambda: right.strip.tiles[1].part is not None, timeout=PATIENCE)
    assert left.strip.tiles[1].part is None
    assert [page.strip.tiles[0].part.sequence for page in (left, right)] == [1, 3]


def test_one_lane_goes_on_while_the_other_is_held(stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
    left, right = (page for page, _fields in window.benches)
    for lane in stage.station.lanes:
        lane.start()
    QTest.mouseClick(left.controls.hold_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.station.lanes[0].lane.state == "Halted", timeout=PATIENCE)
    assert stage.station.lanes[1].lane.executing
    stage.station.lanes[1].trigger()
    stage.cameras["hand:2"].show(PICTURE)
    counts = stage.station.lanes[1].counts
    qtbot.waitUntil(lambda: counted(stage.station.lanes[1]) == 1, timeout=PATIENCE)
    assert counts.snapshot().verdicts[Verdict.ERROR] == 0
    assert right.controls.hold_button.isEnabled()


def test_both_halves_fit_on_the_smallest_screen(window: MainWindow) -> None:
    assert (window.width(), window.height()) == (1280, 800)
    pages = [page for page, _fields in window.benches]
    assert all(isinstance(page, LanePage) for page in pages)
    assert pages[0].width() == pytest.approx(pages[1].width(), abs=2)


def test_the_station_remembers_what_each_lane_used(stage: Stage) -> None:
    used = [(lane.name, lane.camera, Path(lane.recipe).name) for lane in stage.station.settings.lanes]
    assert used == [("1", "hand:1", "1.recipe"), ("2", "hand:2", "2.recipe")]
