"""From a station to its window and back."""

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.settings import LaneSettings
from inspector.ui import app
from inspector.ui.window import MainWindow
from tests.ui.staging import Stage


def the_window() -> MainWindow:
    return next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))


def when(condition: object, then: object) -> QTimer:
    """Do something once a condition holds, while the program runs."""
    timer = QTimer()

    def look() -> None:
        if condition():
            timer.stop()
            then()

    timer.timeout.connect(look)
    timer.start(20)
    return timer


def test_the_window_takes_what_it_is_given_and_ends_when_closed(stage: Stage, qtbot: QtBot) -> None:
    recipe = stage.recipe()
    seen: list[object] = []

    def close() -> None:
        window = the_window()
        seen.append((window.pages.currentWidget() is window.bench, stage.station.lanes[0].recipe.product))
        window.leave()

    timer = when(lambda: stage.station.lanes[0].lane.state == "Ready", close)
    assert app.open_window(stage.station, [LaneSettings("1", "hand:1", str(recipe))]) == 0
    assert not timer.isActive()
    assert seen == [(True, "Hot-rolled steel")]


def test_the_next_start_goes_on_with_what_was_used_last(stage: Stage, qtbot: QtBot) -> None:
    stage.ready()
    assert stage.station.settings.lanes[0].camera == "hand:1"
    timer = when(lambda: stage.station.lanes[0].lane.state == "Ready", lambda: the_window().leave())
    assert app.open_window(stage.station) == 0
    assert not timer.isActive()


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_it_ends(stage: Stage, qtbot: QtBot, asked: signal.Signals) -> None:
    before = signal.getsignal(asked)
    stage.ready()
    stage.station.lanes[0].start()
    timer = when(lambda: True, lambda: os.kill(os.getpid(), asked))
    assert app.open_window(stage.station) == 0
    assert not timer.isActive()
    assert signal.getsignal(asked) is before


def test_a_failure_while_it_runs_is_seen_in_the_window(stage: Stage, qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("nobody caught this")
    texts: list[str] = []

    def fail() -> None:
        QTimer.singleShot(0, broken)

    def broken() -> None:
        raise RuntimeError("a slot broke")

    def read() -> None:
        texts.append(the_window().messages.shown.text)
        the_window().leave()

    first = when(lambda: True, fail)
    second = when(lambda: bool(QApplication.topLevelWidgets()) and the_window().messages.shown is not None, read)
    assert app.open_window(stage.station) == 0
    assert not first.isActive()
    assert not second.isActive()
    assert "a slot broke" in texts[0]


def test_fonts_and_the_licence_of_the_icons_are_shipped(checkout: Path) -> None:
    for file in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "DroidSansFallbackFull.ttf"):
        assert (checkout / "resources" / "fonts" / file).stat().st_size > 100_000
    assert "ISC" in (checkout / "resources" / "licences" / "lucide.txt").read_text("utf-8")
