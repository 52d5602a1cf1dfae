"""Buttons and lamps: what they say, what they do, and why they do not."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from inspector.domain.health import LampLevel
from inspector.domain.recipe import TriggerMode
from inspector.domain.station_state import StationState
from inspector.ui.bench.controls import Controls
from inspector.ui.bench.lamps import LampButton, LampState
from inspector.ui.look import Look
from inspector.ui.widgets.glove import glove_size


@pytest.fixture
def controls(look: Look, qtbot: QtBot) -> Controls:
    made = Controls(look)
    qtbot.addWidget(made)
    made.resize(1180, 80)
    made.show()
    return made


@pytest.mark.parametrize(
    ("state", "run", "hold"),
    [
        (StationState.READY, "Start", "Hold"),
        (StationState.CONTINUOUS_EXECUTION, "Stop", "Hold"),
        (StationState.HALTED, "Start", "Release"),
        (StationState.ERROR, "Start", "Reset"),
    ],
)
def test_buttons_say_what_they_do_now(controls: Controls, state: StationState, run: str, hold: str) -> None:
    controls.show_state(state, TriggerMode.SOFTWARE, "")
    assert controls.run_button.text() == run
    assert controls.hold_button.text() == hold


@pytest.mark.parametrize(
    ("state", "button", "signal"),
    [
        (StationState.READY, "run_button", "start"),
        (StationState.CONTINUOUS_EXECUTION, "run_button", "stop"),
        (StationState.CONTINUOUS_EXECUTION, "hold_button", "hold"),
        (StationState.HALTED, "hold_button", "release"),
        (StationState.ERROR, "hold_button", "release"),
        (StationState.CONTINUOUS_EXECUTION, "trigger_button", "trigger"),
        (StationState.READY, "report_button", "report"),
    ],
)
def test_buttons_do_it(controls: Controls, qtbot: QtBot, state: StationState, button: str, signal: str) -> None:
    controls.show_state(state, TriggerMode.SOFTWARE, "")
    with qtbot.waitSignal(getattr(controls, signal)):
        QTest.mouseClick(getattr(controls, button), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("state", "mode", "missing", "button", "why"),
    [
        (StationState.PREOPERATIONAL, None, "Choose a camera first.", "run_button", "Choose a camera first."),
        (StationState.HALTED, None, "", "run_button", "on hold"),
        (StationState.ERROR, None, "", "run_button", "Mend it"),
        (StationState.READY, TriggerMode.SOFTWARE, "", "trigger_button", "Press Start"),
        (StationState.CONTINUOUS_EXECUTION, TriggerMode.EACH_FRAME, "", "trigger_button", "nothing to trigger"),
    ],
)
def test_a_button_that_cannot_says_why(
    controls: Controls, qtbot: QtBot, state: StationState, mode: TriggerMode | None, missing: str, button: str, why: str
) -> None:
    controls.show_state(state, mode, missing)
    with qtbot.waitSignal(controls.refused) as caught, qtbot.assertNotEmitted(controls.start):
        QTest.mouseClick(getattr(controls, button), Qt.MouseButton.LeftButton)
    assert why in caught.args[0]
    assert why in getattr(controls, button).toolTip()


def test_enter_presses_the_button_that_has_the_focus(controls: Controls, qtbot: QtBot) -> None:
    controls.show_state(StationState.READY, TriggerMode.SOFTWARE, "")
    with qtbot.waitSignal(controls.start):
        QTest.keyClick(controls.run_button, Qt.Key.Key_Return)


def test_buttons_are_large_enough_for_a_glove(controls: Controls) -> None:
    for button in (controls.run_button, controls.hold_button, controls.trigger_button, controls.report_button):
        assert button.height() >= glove_size(button)
        assert button.width() >= glove_size(button)
    for lamp in controls.lamps.values():
        assert lamp.height() >= glove_size(lamp)


def test_everything_has_a_name_for_the_screen_reader(controls: Controls) -> None:
    for button in (controls.run_button, controls.hold_button, controls.trigger_button, controls.report_button):
        assert button.accessibleName()
    assert controls.lamps["disk"].accessibleName().startswith("Disk")


def test_a_lamp_explains_itself(look: Look, qtbot: QtBot) -> None:
    lamp = LampButton(look)
    qtbot.addWidget(lamp)
    lamp.set_title("Disk")
    lamp.show_state(LampState(LampLevel.FAULT, "Fault", "The disk is full; make room."))
    lamp.show()
    sheet = lamp.explain()
    words = " ".join(label.text() for label in sheet.findChildren(QLabel))
    assert "The disk is full; make room." in words
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert lamp.accessibleName() == "Disk: Fault"


@pytest.mark.parametrize("level", LampLevel)
def test_a_lamp_is_drawn_in_every_state(look: Look, qtbot: QtBot, level: LampLevel) -> None:
    lamp = LampButton(look)
    qtbot.addWidget(lamp)
    lamp.resize(150, 76)
    lamp.show_state(LampState(level, "word", "text"))
    assert not lamp.grab().isNull()
