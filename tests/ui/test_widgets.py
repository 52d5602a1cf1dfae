"""The pieces that every screen is built of."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from inspector.ui.bench.text_entry import TextEntry
from inspector.ui.look import Look
from inspector.ui.widgets.buttons import Button, Segments
from inspector.ui.widgets.choice_list import Choice, ChoiceList
from inspector.ui.widgets.field import Field
from inspector.ui.widgets.file_choice import ask_for_file, ask_for_folder
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.message_bar import Level, Message, MessageBar
from inspector.ui.widgets.overlay import Overlay
from inspector.ui.widgets.question import Question

CHINESE = "热轧钢板表面检测与氧化皮压入缺陷复核工位第四生产线"
GERMAN = "Oberflächenverunreinigungsüberprüfungseinrichtung"


@pytest.fixture
def host(look: Look, qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.resize(900, 700)
    below = QPushButton("below", made)
    made.setCentralWidget(below)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    below.setFocus()
    return made


@pytest.mark.parametrize("text", [CHINESE, GERMAN])
def test_a_line_that_is_too_long_is_cut_off_and_keeps_all_of_it(look: Look, qtbot: QtBot, text: str) -> None:
    line = Line(look)
    qtbot.addWidget(line)
    line.resize(120, 20)
    hint = line.sizeHint()
    line.set_text(text)
    assert line.sizeHint() == hint
    assert line.shown_text().endswith("…")
    assert QFontMetrics(line.font()).horizontalAdvance(line.shown_text()) <= 120
    assert line.text == text
    assert line.accessibleName() == text


@pytest.mark.parametrize("letter", ["划", "й", "ß", "Ω"])
def test_the_shipped_fonts_have_the_letters(look: Look, letter: str) -> None:
    from PySide6.QtGui import QRawFont

    from inspector.assets import resource

    files = ("NotoSans-Regular.ttf", "DroidSansFallbackFull.ttf")
    fonts = [QRawFont(str(resource("fonts", file)), 16) for file in files]
    assert any(font.supportsCharacter(ord(letter)) for font in fonts)


def test_a_field_shows_its_value_or_what_to_choose(look: Look, qtbot: QtBot) -> None:
    field = Field(look, sign="pencil")
    qtbot.addWidget(field)
    field.set_words("Lot", "–")
    assert field.accessibleName() == "Lot: –"
    field.set_value(CHINESE)
    assert field.toolTip() == CHINESE
    with qtbot.waitSignal(field.clicked):
        QTest.keyClick(field, Qt.Key.Key_Enter)


def test_a_blocked_button_does_nothing_but_say_why(look: Look, qtbot: QtBot) -> None:
    button = Button(look, "play")
    qtbot.addWidget(button)
    button.set_words("Start", tip="Start judging (F5)")
    button.block("There is no camera.")
    with qtbot.waitSignal(button.refused) as caught, qtbot.assertNotEmitted(button.acted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert caught.args == ["There is no camera."]
    assert button.accessibleDescription() == "There is no camera."
    button.block("")
    assert button.toolTip() == "Start judging (F5)"
    with qtbot.waitSignal(button.acted):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_one_segment_is_down(look: Look, qtbot: QtBot) -> None:
    segments = Segments(look, 3)
    qtbot.addWidget(segments)
    with qtbot.waitSignal(segments.chosen) as caught:
        segments.choose(2)
    assert caught.args == [2]
    assert [button.isChecked() for button in segments.buttons] == [False, False, True]


def test_the_gravest_message_is_shown_and_the_others_wait(look: Look, qtbot: QtBot) -> None:
    bar = MessageBar(look)
    qtbot.addWidget(bar)
    bar.show_message(Message("disk", Level.FAULT, "The disk is full."))
    bar.show_message(Message("recipe", Level.WARNING, "The recipe was refused."))
    bar.show_message(Message("note", Level.NOTE, "Done."))
    assert bar.shown == Message("disk", Level.FAULT, "The disk is full.")
    assert bar._more.text() == "+ 2 more"
    bar.clear("disk")
    assert bar.shown is not None
    assert bar.shown.key == "recipe"
    bar.dismiss()
    bar.dismiss()
    assert bar.shown is None
    assert bar.isHidden()


def test_the_same_fault_again_is_counted(look: Look, qtbot: QtBot) -> None:
    bar = MessageBar(look)
    qtbot.addWidget(bar)
    for _ in range(3):
        bar.show_message(Message("fault x", Level.FAULT, "It broke."))
    assert bar.shown is not None
    assert bar.shown.times == 3
    assert "3 times" in bar._text.text()


def test_a_note_goes_away_by_itself(look: Look, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.ui.widgets.message_bar._SECONDS_OF_A_NOTE", 0.05)
    bar = MessageBar(look)
    qtbot.addWidget(bar)
    bar.show_message(Message("note", Level.NOTE, "Done."))
    assert bar.shown is not None
    qtbot.waitUntil(lambda: bar.shown is None)


def test_an_overlay_holds_the_keyboard_and_gives_it_back(look: Look, host: QMainWindow, qtbot: QtBot) -> None:
    overlay = Overlay(look, host, width=400, height=200)
    buttons = [QPushButton(str(number), overlay.sheet) for number in range(2)]
    overlay.open()
    assert buttons[0].hasFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert buttons[1].hasFocus()
    QTest.keyClick(buttons[1], Qt.Key.Key_Tab)
    assert buttons[0].hasFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Backtab)
    assert buttons[1].hasFocus()
    with qtbot.waitSignal(overlay.closed):
        QTest.keyClick(buttons[1], Qt.Key.Key_Escape)
    assert host.centralWidget().hasFocus()


def test_a_touch_beside_the_sheet_closes_it_and_one_on_it_does_not(look: Look, host: QMainWindow, qtbot: QtBot) -> None:
    overlay = Overlay(look, host, width=400, height=200)
    overlay.open()
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=overlay.sheet.geometry().center())
    assert overlay.open_now
    with qtbot.waitSignal(overlay.closed):
        QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_an_overlay_follows_its_window_and_stays_inside(look: Look, host: QMainWindow) -> None:
    overlay = Overlay(look, host, width=5000, height=5000)
    overlay.open()
    host.resize(640, 480)
    QApplication.processEvents()
    assert overlay.size() == host.size()
    assert overlay.rect().contains(overlay.sheet.geometry())
    overlay.dismiss()


def test_text_is_taken_over_by_enter_as_a_code_reader_sends_it(look: Look, host: QMainWindow, qtbot: QtBot) -> None:
    entry = TextEntry(look, host, "Lot", "Scan it.", "old")
    entry.open()
    assert entry.field.hasFocus()
    with qtbot.waitSignal(entry.entered) as caught:
        QTest.keyClicks(entry.field, "  L-1 ")
        QTest.keyClick(entry.field, Qt.Key.Key_Return)
    assert caught.args == ["L-1"]


def test_text_is_left_alone_by_escape(look: Look, host: QMainWindow, qtbot: QtBot) -> None:
    entry = TextEntry(look, host, "Lot", "Scan it.", "old")
    entry.open()
    with qtbot.assertNotEmitted(entry.entered):
        QTest.keyClick(entry.field, Qt.Key.Key_Escape)


def test_a_question_is_answered_no_by_default(look: Look, host: QMainWindow, qtbot: QtBot) -> None:
    question = Question(look, host, "Close?", "It runs.", "Close", "Keep")
    question.open()
    assert question.no.hasFocus()
    with qtbot.assertNotEmitted(question.agreed):
        QTest.keyClick(question.no, Qt.Key.Key_Return)


def test_rows_are_chosen_by_touch_and_key(look: Look, qtbot: QtBot) -> None:
    choices = ChoiceList(look)
    qtbot.addWidget(choices)
    choices.resize(400, 300)
    choices.show()
    choices.show_choices((Choice(CHINESE, "/a", "DEMO"), Choice(GERMAN, "/b", current=True)))
    assert choices.rows[0].accessibleName() == f"{CHINESE}, DEMO, /a"
    with qtbot.waitSignal(choices.chosen) as caught:
        QTest.mouseClick(choices.rows[1], Qt.MouseButton.LeftButton)
    assert caught.args == [1]
    choices.show_choices((Choice("only"),))
    with qtbot.waitSignal(choices.chosen) as caught:
        QTest.keyClick(choices.rows[0], Qt.Key.Key_Return)
    assert caught.args == [0]
    assert not choices.grab().isNull()


def test_files_are_asked_for_without_stopping_the_window(host: QMainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    chosen: list[Path] = []
    folder = ask_for_folder(host, "Folder", chosen.append)
    folder.fileSelected.emit(str(tmp_path))
    folder.close()
    file = ask_for_file(host, "File", "All files (*)", chosen.append)
    file.fileSelected.emit(str(tmp_path / "x"))
    file.close()
    assert chosen == [tmp_path, tmp_path / "x"]


def test_words_change_with_the_language(look: Look, qtbot: QtBot) -> None:
    bar = MessageBar(look)
    qtbot.addWidget(bar)
    told: list[QWidget] = []
    bar.retranslate = lambda: told.append(bar)  # type: ignore[method-assign]
    QApplication.sendEvent(bar, QEvent(QEvent.Type.LanguageChange))
    assert told == [bar]
