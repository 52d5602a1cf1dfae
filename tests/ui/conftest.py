"""What the tests of the window share: the application in its own look, a staged station, its window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.cameras.camera import CameraIdentity
from inspector.ui.app import application, create_window
from inspector.ui.look import Look
from inspector.ui.window import BENCH, MainWindow
from tests.ui.staging import Stage

PATIENCE = 15_000


@pytest.fixture(autouse=True)
def no_foreign_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the demo camera alone: the cameras' own tests load the vendors' libraries and look on the network."""
    demo = (CameraIdentity("demo", "demo:7", "Demo 7", simulated=True),)
    monkeypatch.setattr("inspector.ui.bench.bench_actions.discover", lambda _producers: demo)


@pytest.fixture
def look(qtbot: QtBot) -> Look:
    """Return the light look, put on the application."""
    return Look(application(), "light")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a station that was never used, with camera and judge played by hand."""
    staged = Stage(tmp_path)
    yield staged
    staged.station.close()


@pytest.fixture
def window(stage: Stage, look: Look, qtbot: QtBot) -> Iterator[MainWindow]:
    """Return that station's window, on the screen at 1280 x 800."""
    made = create_window(stage.station, look)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.leave()
    made.deleteLater()


@pytest.fixture
def running(stage: Stage, window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window of a station that runs and waits for the first part."""
    stage.ready()
    window.show_screen(BENCH)
    qtbot.waitUntil(lambda: window.bench.controls.run_button.blocked == "", timeout=PATIENCE)
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.bench.verdict.shown.word == "Waiting for the first part", timeout=PATIENCE)
    return window
