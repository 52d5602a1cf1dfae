"""The whole window on a real station: from the first start to the report."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from inspector.cameras.camera import CameraUnavailable
from inspector.domain.health import LampLevel
from inspector.domain.inspection import Event, EventKind
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.domain.station_state import StationState
from inspector.domain.verdict import Verdict
from inspector.records.queries import Period
from inspector.ui.bench.part_detail import PartDetail
from inspector.ui.bench.recipe_chooser import RecipeChooser
from inspector.ui.bench.text_entry import TextEntry
from inspector.ui.faults import Fault
from inspector.ui.first_start.first_start_page import Beginning
from inspector.ui.look import Look
from inspector.ui.widgets.message_bar import Level
from inspector.ui.widgets.question import Question
from inspector.ui.window import BENCH, REPORTS, MainWindow
from tests.ui.staging import Stage, judgement

PICTURE = np.full((48, 64, 3), 30, np.uint8)
PATIENCE = 15_000

ALWAYS = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def overlay(window: MainWindow, kind: type[QWidget]) -> QWidget:
    found = [child for child in window.findChildren(kind) if child.isVisible()]
    assert len(found) == 1
    return found[0]


def test_a_station_that_was_never_used_asks_what_to_look_at(window: MainWindow) -> None:
    assert window.pages.currentWidget() is window.first_start
    assert window.first_start.folder.button.blocked == "Choose a folder of pictures first."
    assert window.first_start.demo.button.blocked == ""


def test_the_first_start_leads_to_the_first_part(stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
    recipe = stage.recipe()
    window.first_start.show_folder("hand:1", "pictures")
    assert window.first_start.folder.button.blocked == "Choose a recipe first."
    window.first_start.show_recipe(recipe, recipe.name)
    QTest.mouseClick(window.first_start.folder.button, Qt.MouseButton.LeftButton)
    assert "getting ready" in window.first_start.folder.button.blocked
    qtbot.waitUntil(lambda: stage.station.lanes[0].lane.executing, timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.bench, timeout=PATIENCE)
    stage.part(PICTURE, judgement(Verdict.OK))
    qtbot.waitUntil(lambda: window.bench.verdict.shown.verdict is Verdict.OK, timeout=PATIENCE)


def test_a_camera_and_a_recipe_are_enough_too(stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
    recipe = stage.recipe()
    window.first_start.show_camera("hand:1", "Bench camera 1")
    window.first_start.show_recipe(recipe, recipe.name)
    with qtbot.waitSignal(window.first_start.begin) as caught:
        QTest.mouseClick(window.first_start.camera.button, Qt.MouseButton.LeftButton)
    assert caught.args == [Beginning("hand:1", recipe)]
    qtbot.waitUntil(lambda: stage.station.lanes[0].lane.executing, timeout=PATIENCE)


def test_a_first_start_that_fails_says_why_and_can_be_repeated(
    stage: Stage, window: MainWindow, qtbot: QtBot, expected_logs: list[str]
) -> None:
    expected_logs.allow("recipe")
    broken = stage.folder / "broken.recipe"
    broken.write_bytes(b"nonsense")
    window.first_start.begin.emit(Beginning("hand:1", broken))
    qtbot.waitUntil(
        lambda: window.messages.shown is not None and window.messages.shown.key == "recipe 1", timeout=PATIENCE
    )
    assert "broken.recipe" in window.messages.shown.text
    qtbot.waitUntil(lambda: window.first_start.demo.button.blocked == "", timeout=PATIENCE)
    assert window.pages.currentWidget() is window.first_start


def test_the_space_bar_judges_a_part(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    stage.script.put(judgement(Verdict.NG, "rolled-in_scale"))
    QTest.keyClick(running, Qt.Key.Key_Space)
    stage.camera.show(PICTURE, "a.png")
    qtbot.waitUntil(lambda: running.bench.verdict.shown.verdict is Verdict.NG, timeout=PATIENCE)
    assert running.bench.verdict.shown.headline == "rolled-in scale"
    qtbot.waitUntil(lambda: running.bench.strip.tiles[0].part is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: running.bench.counters.tally.ng == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: running.bench.live.picture.ready is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not running.bench.charts.classes.plot.isHidden(), timeout=PATIENCE)


def test_keys_do_what_the_buttons_do(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    lane = stage.station.lanes[0].lane
    QTest.keyClick(running, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: lane.state is StationState.READY, timeout=PATIENCE)
    qtbot.waitUntil(lambda: running.bench.controls.run_button.text() == "Start", timeout=PATIENCE)
    QTest.keyClick(running, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: running.bench.verdict.shown.word == "On hold", timeout=PATIENCE)
    assert running.bench.controls.hold_button.text() == "Release"
    QTest.keyClick(running, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: lane.state is StationState.READY, timeout=PATIENCE)


def test_a_key_that_cannot_says_why(stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
    window.show_screen(BENCH)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert window.messages.shown is not None
    assert window.messages.shown.text == "Choose a camera and a recipe first."


def test_keys_rest_while_another_page_or_a_sheet_is_in_sight(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    running.show_screen(REPORTS)
    QTest.keyClick(running, Qt.Key.Key_F6)
    assert stage.station.lanes[0].lane.executing
    running.show_screen(BENCH)
    running.fields.lot.click()
    entry = overlay(running, TextEntry)
    QTest.keyClick(entry.field, Qt.Key.Key_Space)
    QTest.keyClick(entry.field, Qt.Key.Key_F6)
    assert stage.station.lanes[0].lane.executing
    QTest.keyClick(entry.field, Qt.Key.Key_Escape)
    QTest.keyClick(running, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: not stage.station.lanes[0].lane.executing, timeout=PATIENCE)


def test_lot_serial_and_operator_go_with_the_parts(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    for field, text in (
        (running.fields.lot, "L-7"),
        (running.fields.serial, "S-1"),
        (running.header.operator, "王小明"),
    ):
        field.click()
        entry = overlay(running, TextEntry)
        entry.field.setText(text)
        QTest.keyClick(entry.field, Qt.Key.Key_Return)
        assert field.value == text
    stage.part(PICTURE, judgement(Verdict.OK))
    context = stage.station.records.recent(1)[0].context
    assert (context.lot, context.serial, context.operator) == ("L-7", "S-1", "王小明")
    qtbot.waitUntil(lambda: running.fields.serial.value == "", timeout=PATIENCE)
    assert running.fields.lot.value == "L-7"
    qtbot.waitUntil(lambda: "王小明" in (stage.station.data / "settings.toml").read_text("utf-8"), timeout=PATIENCE)


def test_a_lost_camera_cannot_be_overlooked(
    stage: Stage, running: MainWindow, qtbot: QtBot, expected_logs: list[str]
) -> None:
    expected_logs.allow("camera")
    stage.part(PICTURE, judgement(Verdict.OK))
    stage.camera.fail(CameraUnavailable("the cable is out; put it in again"))
    bench = running.bench
    qtbot.waitUntil(lambda: bench.verdict.shown.word == "ERROR", timeout=PATIENCE)
    assert running.messages.shown is not None
    assert running.messages.shown.level is Level.FAULT
    assert "cable is out" in running.messages.shown.text
    qtbot.waitUntil(lambda: bench.controls.lamps["camera"].state.level is LampLevel.FAULT, timeout=PATIENCE)
    assert stage.station.lanes[0].lane.executing
    stage.camera.comes_back()
    qtbot.waitUntil(lambda: bench.controls.lamps["camera"].state.level is LampLevel.OK, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bench.verdict.shown.word == "OK", timeout=PATIENCE)
    qtbot.waitUntil(
        lambda: running.messages.shown is None or running.messages.shown.level is Level.NOTE, timeout=PATIENCE
    )
    kinds = [event.kind for event in stage.station.records.events(ALWAYS)]
    assert kinds.count(EventKind.CAMERA_LOST) == kinds.count(EventKind.CAMERA_BACK) == 1


def test_a_disk_that_fails_is_told_until_it_works_again(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    stage.station.journal.trouble.publish("the disk is full; make room")
    qtbot.waitUntil(lambda: running.messages.shown is not None, timeout=PATIENCE)
    assert running.messages.shown.text == "The disk is full; make room."
    stage.station.journal.trouble.publish(None)
    qtbot.waitUntil(lambda: running.messages.shown is None, timeout=PATIENCE)


def test_a_slipped_clock_and_a_failed_accelerator_are_told(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    now = running._clock.now()
    for kind, text in (
        (EventKind.CLOCK_JUMPED, "the clock was set back by 3600 s"),
        (EventKind.RECIPE_ACTIVATED, "the recipe is active"),
    ):
        stage.station.journal.record_event(Event(kind, now, text))
    qtbot.waitUntil(lambda: running.messages.shown is not None, timeout=PATIENCE)
    assert running.messages.shown.text == "The clock was set back by 3600 s."
    running.messages.dismiss()
    assert running.messages.shown is None


def test_a_fault_of_the_program_is_told_and_kept(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        running.bridge.report_fault(Fault("here", "RuntimeError: it broke"))
    qtbot.waitUntil(lambda: running.messages.shown is not None, timeout=PATIENCE)
    assert "it broke" in running.messages.shown.text
    assert running.messages.shown.times == 3
    assert stage.station.journal.flush(10)
    now = running._clock.now()
    period = Period(now.replace(year=now.year - 1), now.replace(year=now.year + 1))
    events = stage.station.records.events(period, (EventKind.PROGRAM_FAULT,))
    assert [event.text for event in events] == ["RuntimeError: it broke"]


def test_a_part_is_opened_and_its_neighbours(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    heat = np.zeros((8, 8), np.uint8)
    heat[2:4, 2:4] = 255
    stage.part(PICTURE, judgement(Verdict.OK), "first.png")
    stage.part(PICTURE, judgement(Verdict.NG, "scratches", heat_map=heat), "second.png")
    stage.part(PICTURE, judgement(Verdict.CHECK, "scratches", 0.55), "third.png")
    tiles = running.bench.strip.tiles
    qtbot.waitUntil(lambda: tiles[2].part is not None, timeout=PATIENCE)
    QTest.mouseClick(tiles[0], Qt.MouseButton.LeftButton)
    detail = overlay(running, PartDetail)
    assert detail.part.inspection.source == "third.png"
    assert detail.newer.blocked
    qtbot.waitUntil(lambda: detail.picture.ready is not None, timeout=PATIENCE)
    QTest.keyClick(detail, Qt.Key.Key_Right)
    assert detail.part.inspection.source == "second.png"
    qtbot.waitUntil(
        lambda: detail.picture.ready is not None and detail.picture.ready.heat is not None, timeout=PATIENCE
    )
    QTest.mouseClick(detail.older, Qt.MouseButton.LeftButton)
    assert detail.part.inspection.source == "first.png"
    assert detail.older.blocked
    QTest.keyClick(detail, Qt.Key.Key_Left)
    assert detail.part.inspection.source == "second.png"
    QTest.keyClick(detail, Qt.Key.Key_Escape)
    assert not [child for child in running.findChildren(PartDetail) if child.isVisible()]


def test_the_last_part_can_be_looked_at_instead_of_the_live_picture(
    stage: Stage, running: MainWindow, qtbot: QtBot
) -> None:
    heat = np.full((8, 8), 200, np.uint8)
    stage.part(PICTURE, judgement(Verdict.NG, "scratches", heat_map=heat), "part.png")
    live = running.bench.live
    qtbot.waitUntil(lambda: running.bench.verdict.shown.verdict is Verdict.NG, timeout=PATIENCE)
    live.views.choose(1)
    qtbot.waitUntil(lambda: live.picture.ready is not None and live.picture.ready.heat is not None, timeout=PATIENCE)
    assert live.heat.isVisible()
    live.heat.slider.setValue(0)
    live.views.choose(0)
    qtbot.waitUntil(lambda: live.picture.ready is not None and live.picture.ready.heat is None, timeout=PATIENCE)
    assert not live.heat.isVisible()


def test_a_recipe_is_chosen_from_those_at_hand(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    folder = stage.station.data / "recipes"
    stage.recipe("热轧钢板", str(folder / "钢板.recipe"), number=4)
    qtbot.waitUntil(lambda: any(entry.product == "热轧钢板" for entry in stage.station.recipes()), timeout=PATIENCE)
    running.fields.recipe.click()
    chooser = overlay(running, RecipeChooser)
    names = [row._choice.title for row in chooser.list.rows]
    chooser.list.rows[names.index("热轧钢板")].click()
    qtbot.waitUntil(lambda: running.fields.recipe.value == "热轧钢板 · version 4", timeout=PATIENCE)


def test_a_refused_recipe_is_told_and_the_old_one_stays(
    stage: Stage, running: MainWindow, qtbot: QtBot, expected_logs: list[str]
) -> None:
    expected_logs.allow("recipe")
    qtbot.waitUntil(lambda: running.fields.recipe.value != "", timeout=PATIENCE)
    before = running.fields.recipe.value
    path = stage.folder / "cut.recipe"
    path.write_bytes(stage.recipe(name="whole.recipe").read_bytes()[:500])
    running.actions_of_benches[0].use_recipe(path)
    qtbot.waitUntil(
        lambda: running.messages.shown is not None and running.messages.shown.level is Level.WARNING, timeout=PATIENCE
    )
    assert "cut.recipe" in running.messages.shown.text
    assert running.fields.recipe.value == before


def test_a_report_is_made_listed_and_opened(
    stage: Stage, running: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "PySide6.QtGui.QDesktopServices.openUrl", lambda url: (opened.append(url.toLocalFile()), True)[1]
    )
    stage.part(PICTURE, judgement(Verdict.NG, "scratches"))
    QTest.keyClick(running, Qt.Key.Key_F8)
    assert running.pages.currentWidget() is running.reports
    qtbot.waitUntil(lambda: bool(running.reports.list.rows), timeout=60_000)
    made = list((stage.station.data / "reports").glob("*.pdf"))
    assert len(made) == 1
    assert made[0].read_bytes().startswith(b"%PDF")
    running.reports.list.rows[0].click()
    running.reports.folder.click()
    assert opened == [str(made[0]), str(made[0].parent)]


def test_a_report_that_cannot_be_written_is_told(
    stage: Stage, running: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> object:
        from concurrent.futures import Future

        future: Future[Path] = Future()
        future.set_exception(OSError("no space left"))
        return future

    monkeypatch.setattr(stage.station, "make_report", refuse)
    running.show_screen(REPORTS)
    running.reports.make.click()
    assert running.reports.make.blocked
    qtbot.waitUntil(lambda: running.messages.shown is not None, timeout=PATIENCE)
    assert running.messages.shown.text == "No space left."
    assert not running.reports.make.blocked


def test_the_days_before_can_be_reported_and_the_days_to_come_not(window: MainWindow) -> None:
    window.show_screen(REPORTS)
    today = window.reports.shift.date
    assert window.reports.later.blocked
    window.reports.earlier.click()
    assert (today - window.reports.shift.date).days == 1
    window.reports.shift_buttons[2].click()
    assert window.reports.shift.name == "Night"
    window.reports.later.click()
    assert window.reports.shift.date == today


def test_the_look_changes_everywhere_and_is_kept(stage: Stage, running: MainWindow, look: Look, qtbot: QtBot) -> None:
    stage.part(PICTURE, judgement(Verdict.NG, "scratches"))
    QTest.mouseClick(running._theme_button, Qt.MouseButton.LeftButton)
    assert look.theme.name == "dark"
    assert not running.grab().isNull()
    qtbot.waitUntil(
        lambda: 'theme = "dark"' in (stage.station.data / "settings.toml").read_text("utf-8"), timeout=PATIENCE
    )


def test_closing_in_a_run_is_asked_about(stage: Stage, running: MainWindow, qtbot: QtBot) -> None:
    running.close()
    assert running.isVisible()
    question = overlay(running, Question)
    QTest.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not running.findChildren(Question))
    running.close()
    question = overlay(running, Question)
    QTest.mouseClick(question.yes, Qt.MouseButton.LeftButton)
    assert not running.isVisible()
    assert stage.station.lanes[0].lane.executing  # the station is its owner's to close


def test_what_the_station_noticed_at_its_start_is_told(stage: Stage, look: Look, qtbot: QtBot) -> None:
    from inspector.ui.app import create_window

    stage.station.notices = ("the station was not closed properly the last time",)
    window = create_window(stage.station, look)
    assert window.messages.shown is not None
    assert "not closed properly" in window.messages.shown.text
    window.leave()
    window.deleteLater()


def test_a_recipe_that_judges_each_frame_needs_no_trigger(stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
    stage.ready(stage.recipe(trigger=Trigger(TriggerMode.EACH_FRAME)))
    window.show_screen(BENCH)
    stage.station.lanes[0].start()
    qtbot.waitUntil(lambda: "Every picture" in window.bench.verdict.shown.headline, timeout=PATIENCE)
    for number in range(30):
        stage.script.put(judgement(Verdict.OK))
        stage.camera.show(PICTURE, f"{number}.png")
    qtbot.waitUntil(
        lambda: window.bench.counters.tally.inspected + window.bench.counters.tally.error == 30, timeout=PATIENCE
    )
    assert "nothing to trigger" in window.bench.controls.trigger_button.blocked


def test_the_picture_of_a_demo_is_marked(tmp_path: Path, look: Look, qtbot: QtBot) -> None:
    from inspector.ui.app import create_window
    from tests.ui.staging import StagedCamera

    stage = Stage(tmp_path, camera=StagedCamera("Demo 7", simulated=True))
    stage.ready(stage.recipe(simulated=True))
    window = create_window(stage.station, look)
    assert "DEMO" in window.bench.live.picture.badge
    window.leave()
    window.deleteLater()
    stage.station.close()
