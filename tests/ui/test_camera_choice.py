"""The choice of cameras in the window."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.bench.camera_chooser import CameraChooser, folder_address, video_address
from inspector.ui.widgets.message_bar import Level
from inspector.ui.window import MainWindow
from tests.ui.staging import Stage

PATIENCE = 15_000


def open_chooser(window: MainWindow) -> CameraChooser:
    window.bench.live.camera.click()
    (chooser,) = (found for found in window.findChildren(CameraChooser) if found.isVisible())
    return chooser


def test_cameras_are_looked_for_elsewhere(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    chooser = open_chooser(running)
    qtbot.waitUntil(lambda: bool(chooser.list.rows), timeout=PATIENCE)
    assert "No camera is connected" in chooser._words.text()
    chooser.list.rows[0].click()
    qtbot.waitUntil(lambda: running.messages.shown is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: running.messages.shown.level is Level.WARNING, timeout=PATIENCE)
    assert "run" in running.messages.shown.text  # a camera is not changed in the middle of a run


def test_a_vendors_producer_is_kept_and_looked_through(
    stage: Stage, running: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        "inspector.ui.bench.bench_actions.discover", lambda producers: (looked.append(producers), ())[1]
    )
    chooser = open_chooser(running)
    chooser.producer_chosen.emit(Path("vendor.cti"))
    qtbot.waitUntil(lambda: looked == [(), ("vendor.cti",)], timeout=PATIENCE)
    assert stage.station.settings.producers == ("vendor.cti",)


def test_addresses_are_written_as_the_cameras_read_them(tmp_path: Path) -> None:
    from inspector.cameras.address import parse_address

    folder = tmp_path / "Teile? Früh = gut & schlecht"
    assert parse_address(folder_address(folder)).target == str(folder)
    assert parse_address(video_address(folder)).target == str(folder)
