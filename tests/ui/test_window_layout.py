"""The window as it lies on the screen: sizes, long words, names, the way of the tab key, translations."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector.domain.verdict import Verdict
from inspector.ui.widgets.message_bar import Level, Message
from inspector.ui.window import MainWindow
from tests.ui.staging import CLASSES, Stage, judgement

PICTURE = np.full((48, 64, 3), 30, np.uint8)
PATIENCE = 15_000


def test_the_window_fits_the_smallest_screen_and_the_largest(running: MainWindow) -> None:
    running.messages.show_message(Message("disk", Level.FAULT, "The disk is full."))
    QApplication.processEvents()
    hint = running.minimumSizeHint()
    assert hint.width() <= 1280
    assert hint.height() <= 800 - 80  # room for a title bar and a task bar
    for width, height in ((1280, 720), (1280, 800), (1920, 1080), (1280, 720), (1920, 720), (3840, 2160), (1280, 800)):
        running.resize(width, height)
        QApplication.processEvents()
        assert (running.width(), running.height()) == (width, height)
        assert not running.grab().isNull()
        page = running.bench
        for part in (page.live, page.verdict, page.counters, page.charts, page.strip, page.controls):
            place = part.mapTo(running, QPoint(0, 0))
            assert place.x() >= 0
            assert place.x() + part.width() <= width
            assert place.y() + part.height() <= height


def _least_room(window: MainWindow) -> tuple[QSize, QSize, int]:
    """Return what bench and header need at least, and the window's width; the message bar comes and goes."""
    return window.bench.minimumSizeHint(), window.header.minimumSizeHint(), window.minimumSizeHint().width()


def test_long_words_push_nothing_out_of_the_window(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    long = "Oberflächenverunreinigungsüberprüfung_links_unten_am_äußeren_Rand"
    classes = ("good", *(f"{long}_{number}" for number in range(3)), "划伤" * 30)
    stage.station.lanes[0].stop()
    stage.ready(stage.recipe(long * 3, "long.recipe", classes=classes))
    stage.station.lanes[0].start()
    before = _least_room(running)
    for name in classes[1:]:
        stage.part(PICTURE, judgement(Verdict.NG, name, classes=classes), long * 4)
    for field in (running.fields.lot, running.fields.serial, running.header.operator):
        field.set_value(long)
    qtbot.waitUntil(lambda: running.bench.counters.tally.ng == 4, timeout=PATIENCE)
    qtbot.wait(600)
    assert _least_room(running) == before
    assert (running.width(), running.height()) == (1280, 800)
    assert running.bench.geometry().right() <= 1280
    assert running.bench.verdict.toolTip()


def test_everything_that_can_be_pressed_has_a_name(running: MainWindow) -> None:
    nameless = [
        button
        for button in running.findChildren(QAbstractButton)
        if button.isVisibleTo(running) and button.isEnabled() and not (button.accessibleName() or button.text())
    ]
    assert not nameless


def test_everything_on_the_bench_is_reached_by_the_tab_key(running: MainWindow) -> None:
    running.bench.controls.run_button.setFocus()
    seen: set[QWidget] = set()
    for _ in range(60):
        focused = running.focusWidget()
        seen.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    controls = running.bench.controls
    wanted = {controls.run_button, controls.hold_button, controls.trigger_button, controls.report_button}
    wanted |= {*controls.lamps.values(), running.bench.live.camera, running.fields.recipe, running.fields.lot}
    assert wanted <= seen


def test_no_words_are_left_out_of_the_translation(checkout: Path) -> None:
    """Every word a person reads goes through `tr` or `translate`: no other literal with a space reaches a setter."""
    import re

    setters = r"(?:set_words|setText|set_text|setToolTip|setAccessibleName|set_empty_words|set_title|setWindowTitle)"
    bare = re.compile(setters + r"\(\s*f?\"[A-Z][a-z]+")
    for path in (checkout / "inspector" / "ui").rglob("*.py"):
        assert not bare.search(path.read_text(encoding="utf-8")), path


def test_classes_are_staged_as_the_recipe_has_them() -> None:
    assert CLASSES[0] == "good"
