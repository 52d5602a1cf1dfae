"""A keyboard-wedge scanner beside a person who types, in a real window."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from inspector.ui.widgets.wedge import LONGEST_GAP, WedgeFilter


class Desk(QWidget):
    """A window with a field and a button, and the space bar as a shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.button = QLineEdit(), QPushButton("Judge")
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.button)
        self.scans: list[str] = []
        self.spaces = 0
        self.pages = 0
        self.clicks = 0
        self.button.clicked.connect(self._clicked)
        QShortcut(QKeySequence(Qt.Key.Key_Space), self).activated.connect(self._space)
        QShortcut(QKeySequence(Qt.Key.Key_PageDown), self).activated.connect(self._page)
        self.wedge = WedgeFilter(self)
        self.wedge.scanned.connect(self.scans.append)

    def _space(self) -> None:
        self.spaces += 1

    def _page(self) -> None:
        self.pages += 1

    def _clicked(self) -> None:
        self.clicks += 1

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.windowHandle(), key, modifiers)

    def write(self, character: str) -> None:
        """Press a key as the keyboard's lay-out gives it, without Qt's own test keys, which know ASCII only."""
        capital = Qt.KeyboardModifier.ShiftModifier if character.isupper() else Qt.KeyboardModifier.NoModifier
        key = ord(character.upper()[0])
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(self.windowHandle(), QKeyEvent(kind, key, capital, character))

    def scan(self, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
        for character in text:
            if character == "\x1d":
                self.press(Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)
            elif character == " ":
                self.press(Qt.Key.Key_Space)
            else:
                self.write(character)
        self.press(end)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk()
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.field.setFocus()
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.parametrize("code", ["4006381333931", "Ärmel-Größe 7", " A 1 B", "0104012345\x1d10LOT", "Ab1!"])
@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_a_scan_is_told_and_reaches_nothing_else(desk: Desk, code: str, end: Qt.Key, qtbot: QtBot) -> None:
    desk.scan(code, end)
    qtbot.wait(LONGEST_GAP + 30)
    assert desk.scans == [code]
    assert desk.field.text() == ""
    assert desk.field.hasFocus()
    assert (desk.spaces, desk.clicks) == (0, 0)


def test_a_scan_with_the_focus_on_a_button_presses_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.button.setFocus()
    desk.scan("12 34")
    desk.scan("56 78")
    qtbot.wait(LONGEST_GAP + 30)
    assert desk.scans == ["12 34", "56 78"]
    assert (desk.spaces, desk.clicks) == (0, 0)


def test_what_is_typed_arrives_in_its_order(desk: Desk, qtbot: QtBot) -> None:
    for character in "Würfel 12":
        if character == " ":
            desk.press(Qt.Key.Key_Space)
        else:
            desk.write(character)
        qtbot.wait(LONGEST_GAP + 20)
    desk.press(Qt.Key.Key_Return)
    assert desk.field.text() == "Würfel 12"
    assert desk.scans == []


def test_a_few_quick_keys_and_enter_are_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.scan("123")
    qtbot.waitUntil(lambda: desk.field.text() == "123")
    assert desk.scans == []


def test_a_burst_without_an_end_is_typing(desk: Desk, qtbot: QtBot) -> None:
    for character in "12345":
        desk.write(character)
    qtbot.waitUntil(lambda: desk.field.text() == "12345")
    desk.press(Qt.Key.Key_Return)
    assert desk.scans == []


def test_the_space_bar_still_judges_and_goes_into_a_field(desk: Desk, qtbot: QtBot) -> None:
    desk.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.field.text() == " ")
    assert desk.spaces == 0
    desk.button.setFocus()
    desk.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.spaces == 1)
    qtbot.wait(LONGEST_GAP + 30)
    assert (desk.spaces, desk.clicks) == (1, 0)


def test_keys_that_write_nothing_are_not_held_back(desk: Desk) -> None:
    desk.press(Qt.Key.Key_PageDown)
    assert desk.pages == 1
    desk.write("x")
    desk.press(Qt.Key.Key_Left)
    desk.write("y")
    desk.press(Qt.Key.Key_Left)
    assert desk.field.text() == "yx"


def test_a_key_that_is_kept_down_is_no_scan(desk: Desk, qtbot: QtBot) -> None:
    for _ in range(6):
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", autorep=True, count=1)
        QCoreApplication.sendEvent(desk.windowHandle(), held)
    desk.press(Qt.Key.Key_Return)
    assert desk.scans == []
    assert desk.field.text() == "aaaaaa"
