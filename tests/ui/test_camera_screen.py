"""The set-up screen on a station: live picture, measures, features read and set, the recipe's wishes, two lanes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from inspector.cameras.camera import CameraUnavailable
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.inspection import Event, EventKind
from inspector.ui.app import create_window
from inspector.ui.bench.camera_chooser import CameraChooser
from inspector.ui.cameras.camera_page import CameraPage
from inspector.ui.cameras.feature_chooser import FeatureChooser
from inspector.ui.cameras.feature_rows import NumberRow
from inspector.ui.look import Look
from inspector.ui.window import BENCH, CAMERAS, REPORTS, MainWindow
from inspector.vision.model_file import read_model_file
from tests.ui.camera_staging import SettableStagedCamera, usual_features
from tests.ui.staging import Stage, StagedCamera

PATIENCE = 15_000
PICTURE = np.full((120, 160, 3), 90, np.uint8)


def settable(stage: Stage) -> SettableStagedCamera:
    assert isinstance(stage.camera, SettableStagedCamera)
    return stage.camera


def number_row(page: CameraPage, name: str) -> NumberRow:
    row = page.features.rows[name]
    assert isinstance(row, NumberRow)
    return row


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a station whose camera can be set."""
    staged = Stage(tmp_path, camera=SettableStagedCamera(usual_features()))
    yield staged
    settable(staged).controls.gate.set()
    staged.station.close()


@pytest.fixture
def page(stage: Stage, window: MainWindow, qtbot: QtBot) -> CameraPage:
    """Return the set-up screen of that station's camera, read and shown."""
    stage.ready()
    window.show_screen(CAMERAS)
    qtbot.waitUntil(lambda: bool(window.cameras.features.rows), timeout=PATIENCE)
    return window.cameras


def pour(stage: Stage, qtbot: QtBot, until: Callable[[], object], pixels: np.ndarray = PICTURE) -> None:
    """Have the camera send pictures until the condition holds."""
    deadline = monotonic() + PATIENCE / 1000
    while not until():
        assert monotonic() < deadline, "it never happened"
        stage.camera.show(pixels)
        qtbot.wait(20)


def test_the_screen_stands_between_bench_and_reports(window: MainWindow) -> None:
    window.show_screen(BENCH)
    bench, cameras, reports = window._screen_buttons
    assert bench.y() < cameras.y() < reports.y()
    for button, page in ((cameras, window.cameras), (reports, window.reports), (bench, window.bench_screen)):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert window.pages.currentWidget() is page
        assert button.isChecked()
    window.show_screen(REPORTS)
    assert reports.isChecked()


def test_without_a_camera_one_is_to_be_chosen(window: MainWindow) -> None:
    window.show_screen(CAMERAS)
    assert window.cameras.empty
    QTest.mouseClick(window.cameras.choose, Qt.MouseButton.LeftButton)
    (chooser,) = window.findChildren(CameraChooser)
    assert chooser.open_now
    chooser.dismiss()


def test_the_live_picture_is_shown_and_measured(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    half = PICTURE.copy()
    half[:, :80] = 255
    pour(stage, qtbot, lambda: page.measures.clipping.shares == (0.5, 0.0), half)
    assert page.picture.ready is not None
    assert (page.picture.ready.width, page.picture.ready.height) == (160, 120)
    assert page.picture.ready.heat is None
    QTest.mouseClick(page.marking, Qt.MouseButton.LeftButton)
    pour(stage, qtbot, lambda: page.picture.ready.heat is not None, half)
    marks = page.picture.ready.heat
    row = marks.height() // 2
    assert any(marks.pixelColor(x, row).alpha() for x in range(marks.width() // 2 - 4))
    assert not any(marks.pixelColor(x, row).alpha() for x in range(marks.width() // 2 + 4, marks.width()))


def test_the_features_are_read_and_read_again(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    controls = settable(stage).controls
    assert set(page.features.rows) == set(controls.known)
    assert number_row(page, "ExposureTime").field.text() == "5,000"
    controls.change("ExposureTime", 7000.0)  # the camera's own automatic does so
    qtbot.waitUntil(lambda: number_row(page, "ExposureTime").field.text() == "7,000", timeout=PATIENCE)


def test_a_value_is_written_and_shown_as_read_back(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    width = number_row(page, "Width")
    width.field.selectAll()
    QTest.keyClicks(width.field, "1003")
    QTest.keyClick(width.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: width.field.text() == "1,000", timeout=PATIENCE)  # on the increment of 8
    assert settable(stage).controls.changes == [("Width", 1000)]
    assert width.slider.value() == width._scale.place_of(1000)


def test_of_many_values_only_a_few_and_the_last_are_written(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    controls = settable(stage).controls
    slider = number_row(page, "ExposureTime").slider
    begin = monotonic()
    for place in range(100, 700, 20):
        slider.setValue(place)
        qtbot.wait(10)
    last = number_row(page, "ExposureTime")._scale.value_at(680)
    qtbot.waitUntil(lambda: controls.changes and controls.changes[-1][1] == last, timeout=PATIENCE)
    seconds = monotonic() - begin
    assert len(controls.changes) <= 2 + seconds * 5
    qtbot.wait(400)
    assert controls.known["ExposureTime"].value == last
    assert slider.value() == 680


def test_a_slow_camera_holds_nothing_up_and_gets_the_last_value(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    controls = settable(stage).controls
    controls.gate.clear()
    slider = number_row(page, "AcquisitionFrameRate").slider
    for place in (100, 300, 500):
        slider.setValue(place)
        qtbot.wait(250)
    assert controls.changes == []
    controls.gate.set()
    last = number_row(page, "AcquisitionFrameRate")._scale.value_at(500)
    qtbot.waitUntil(lambda: controls.known["AcquisitionFrameRate"].value == last, timeout=PATIENCE)
    assert [value for _name, value in controls.changes][-1] == last
    assert len(controls.changes) <= 2
    assert slider.value() == 500


def test_what_the_camera_refuses_is_said_and_jumps_back(
    stage: Stage, window: MainWindow, page: CameraPage, qtbot: QtBot
) -> None:
    settable(stage).controls.refusals["GevSCPD"] = "GevSCPD cannot be changed while the camera is warm"
    pause = number_row(page, "GevSCPD")
    pause.slider.setValue(300)
    assert pause.field.text() != "0"
    qtbot.waitUntil(lambda: window.messages.shown is not None, timeout=PATIENCE)
    assert window.messages.shown.text == "GevSCPD cannot be changed while the camera is warm."
    assert (pause.field.text(), pause.slider.value()) == ("0", 0)


def test_a_choice_is_made_by_key(stage: Stage, window: MainWindow, page: CameraPage, qtbot: QtBot) -> None:
    QTest.keyClick(page.features.rows["TriggerSource"].button, Qt.Key.Key_Return)
    (chooser,) = window.findChildren(FeatureChooser)
    QTest.keyClick(chooser.list.rows[1], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: settable(stage).controls.changes == [("TriggerSource", "Software")], timeout=PATIENCE)


def test_a_change_is_written_down_with_the_operators_name(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    told: list[Event] = []
    leave = stage.station.journal.events.subscribe(told.append)
    stage.station.change_settings(replace(stage.station.settings, operator="Anna")).result(PATIENCE)
    number_row(page, "Width").slider.setValue(0)
    qtbot.waitUntil(lambda: any(one.kind is EventKind.CAMERA_CHANGED for one in told), timeout=PATIENCE)
    leave()
    (change,) = [one for one in told if one.kind is EventKind.CAMERA_CHANGED]
    assert change.details["by"] == "Anna"
    assert (change.details["feature"], change.details["after"]) == ("Width", "64")


def wish(stage: Stage, *settings: FeatureSetting) -> None:
    """Have the recipe in use want this of its camera."""
    stage.station.lanes[0].keep_camera_settings(settings, "Anna").result(PATIENCE)


def test_differences_are_shown_and_set_as_the_recipe_wants(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    wish(stage, FeatureSetting("ExposureTime", 2000.0), FeatureSetting("TriggerDelay", 10.0))
    controls = settable(stage).controls
    qtbot.waitUntil(lambda: controls.known["TriggerDelay"].value == 10.0, timeout=PATIENCE)
    for name in ("ExposureTime", "TriggerDelay"):
        stage.station.lanes[0].lane.controls.change(name, 300.0).result(PATIENCE)
    controls.changes.clear()
    qtbot.waitUntil(lambda: page.adopt.blocked == "", timeout=PATIENCE)
    assert page.differences.text() == "Exposure time: 300 instead of 2,000\nTrigger delay: 300 instead of 10"
    QTest.mouseClick(page.adopt, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.differences.text() == "The camera is set as the recipe wants it.", timeout=PATIENCE)
    assert controls.changes == [("ExposureTime", 2000.0), ("TriggerDelay", 10.0)]
    assert page.adopt.blocked


def test_the_settings_are_kept_in_a_new_version_of_the_recipe(
    stage: Stage, window: MainWindow, page: CameraPage, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: page.keep.blocked == "", timeout=PATIENCE)
    before = stage.station.lanes[0].recipe.version.number
    QTest.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    assert page.keep.blocked
    qtbot.waitUntil(
        lambda: window.messages.shown is not None and "sets its camera" in window.messages.shown.text,
        timeout=PATIENCE,
    )
    kept = read_model_file(Path(stage.station.lanes[0].used.recipe)).recipe
    assert kept.version.number == stage.station.lanes[0].recipe.version.number == before + 1
    assert {setting.name for setting in kept.camera} == {one.name for one in usual_features() if one.writable}
    assert FeatureSetting("ExposureTime", 5000.0) in kept.camera


def test_without_a_recipe_there_is_nothing_to_keep_in(stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
    stage.station.lanes[0].use_camera("hand:1").result(PATIENCE)
    window.show_screen(CAMERAS)
    qtbot.waitUntil(lambda: bool(window.cameras.features.rows), timeout=PATIENCE)
    assert window.cameras.keep.blocked.startswith("Choose a recipe")
    QTest.mouseClick(window.cameras.keep, Qt.MouseButton.LeftButton)
    assert window.messages.shown.text.startswith("Choose a recipe")


def test_what_the_driver_counts_is_shown_and_what_it_sends(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    settable(stage).controls.counted = CameraCounts(frames=812, incomplete=3, dropped=1, bytes=0, resends=44)
    pour(stage, qtbot, lambda: page.measures.figures[1].value.text == "812")
    assert [figure.value.text for figure in page.measures.figures[2:]] == ["3", "1", "44"]
    pour(stage, qtbot, lambda: page.measures.figures[0].value.text != "–")
    assert page.measures.data.text.endswith("(5.0 MB a picture)")


def test_a_camera_that_is_lost_leaves_the_screen_and_comes_back(
    stage: Stage, window: MainWindow, page: CameraPage, qtbot: QtBot
) -> None:
    lost = stage.camera
    away = StagedCamera("Bench camera 1")
    stage.cameras["hand:1"] = away
    away.open = _unplugged
    lost.fail(CameraUnavailable("the camera 'Bench camera 1' gives no pictures any more; check its cable"))
    qtbot.waitUntil(lambda: page.empty, timeout=PATIENCE)
    assert page._title.text() == "The camera is away"
    assert page._text.text().endswith("It is looked for without a pause; nothing has to be pressed.")
    stage.cameras["hand:1"] = SettableStagedCamera(usual_features()[:2])
    qtbot.waitUntil(lambda: not page.empty and len(page.features.rows) == 2, timeout=PATIENCE)


def _unplugged() -> None:
    raise CameraUnavailable("the camera 'Bench camera 1' is not there")


def test_a_running_station_is_warned_of(stage: Stage, page: CameraPage, qtbot: QtBot) -> None:
    assert page._caution.text == ""
    stage.station.lanes[0].start()
    qtbot.waitUntil(lambda: page._caution.text.startswith("The station is running"), timeout=PATIENCE)


def test_everything_fits_from_the_smallest_screen_to_the_largest(window: MainWindow, page: CameraPage) -> None:
    long = "Hochauflösende Flächenkamera über dem Auslaufband, Ofen 3, linke Seite, Ersatzgerät" * 2
    page.camera.set_value(long)
    page.adopt.set_words("Einstellungen aus dem Rezept übernehmen")
    page.keep.set_words("Im Rezept behalten und freigeben")
    hint = window.minimumSizeHint()
    assert hint.width() <= 1280
    assert hint.height() <= 720
    for width, height in ((1280, 720), (1280, 800), (1920, 1080), (3840, 2160), (1280, 800)):
        window.resize(width, height)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (width, height)
        for part in (page.picture, page.features, page.measures, page.adopt, page.keep, page.measures.data):
            place = part.mapTo(window, QPoint(0, 0))
            assert place.x() >= 0
            assert place.x() + part.width() <= width
            assert place.y() + part.height() <= height
        for row in page.features.rows.values():
            assert row.mapTo(page.features, QPoint(row.width(), 0)).x() <= page.features.width()
            assert row.width() >= row.minimumSizeHint().width()


def test_everything_is_reached_by_the_tab_key_and_has_a_name(window: MainWindow, page: CameraPage) -> None:
    nameless = [
        button
        for button in page.findChildren(QAbstractButton)
        if button.isVisible() and button.isEnabled() and not (button.accessibleName() or button.text())
    ]
    assert nameless == []
    page.camera.setFocus()
    seen = set()
    for _ in range(80):
        focused = window.focusWidget()
        seen.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    rows = page.features.rows
    wanted = {page.camera, page.marking, page.measures.reset, page.adopt, page.keep}
    wanted |= {number_row(page, "ExposureTime").slider, number_row(page, "ExposureTime").field}
    wanted |= {rows["TriggerMode"].button, rows["ReverseX"].segments.buttons[0], rows["DeviceUserID"].field}
    assert wanted <= seen


class TestACameraWithoutFeatures:
    """A demo or a folder has nothing to set; it is shown and measured all the same."""

    @pytest.fixture
    def stage(self, tmp_path: Path) -> Iterator[Stage]:
        staged = Stage(tmp_path, camera=StagedCamera("Demo", simulated=True))
        yield staged
        staged.station.close()

    def test_it_says_so_and_is_measured(self, stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
        stage.ready()
        window.show_screen(CAMERAS)
        page = window.cameras
        said = "The camera 'Demo' has nothing that can be set from here."
        qtbot.waitUntil(lambda: page.features.sentence == said, timeout=PATIENCE)
        assert page.keep.blocked == said
        assert page.picture.badge
        pour(stage, qtbot, lambda: page.measures.histogram.health is not None)
        assert page.measures.focus.measure is not None
        pour(stage, qtbot, lambda: page.measures.data.text.startswith("Data: "))


class TestTwoLanes:
    """With two lanes one chooses which camera is set up."""

    @pytest.fixture
    def stage(self, tmp_path: Path) -> Iterator[Stage]:
        cameras = [
            SettableStagedCamera(usual_features(), "Left camera"),
            SettableStagedCamera(usual_features()[:3], "Right camera", "hand:2"),
        ]
        for number, camera in enumerate(cameras):
            camera.stand_at(f"127.0.0.{number + 2}")
        staged = Stage(tmp_path, camera=cameras[0], lanes=2)
        staged.cameras = {"hand:1": cameras[0], "hand:2": cameras[1]}
        for number, lane in enumerate(staged.station.lanes, start=1):
            lane.use_recipe(staged.recipe(f"Product {number}", f"{number}.recipe")).result(PATIENCE)
            lane.use_camera(f"hand:{number}").result(PATIENCE)
        yield staged
        staged.station.close()

    @pytest.fixture
    def window(self, stage: Stage, look: Look, qtbot: QtBot) -> Iterator[MainWindow]:
        made = create_window(stage.station, look)
        made.resize(1280, 800)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(made.isActiveWindow)
        yield made
        made.leave()
        made.deleteLater()

    def test_the_lane_is_chosen_above(self, stage: Stage, window: MainWindow, qtbot: QtBot) -> None:
        window.show_screen(CAMERAS)
        page = window.cameras
        assert page.lanes.isVisible()
        qtbot.waitUntil(lambda: len(page.features.rows) == len(usual_features()), timeout=PATIENCE)
        page.lanes.choose(1)
        qtbot.waitUntil(lambda: len(page.features.rows) == 3, timeout=PATIENCE)
        assert page.camera.value == "Right camera"
        number_row(page, "ExposureTime").slider.setValue(0)
        right, left = stage.cameras["hand:2"], stage.cameras["hand:1"]
        assert isinstance(right, SettableStagedCamera)
        assert isinstance(left, SettableStagedCamera)
        qtbot.waitUntil(lambda: right.controls.known["ExposureTime"].value == 15.0, timeout=PATIENCE)
        assert left.controls.changes == []
        right.show(PICTURE)
        left.show(np.full((60, 60), 10, np.uint8))
        qtbot.waitUntil(lambda: page.picture.ready is not None and page.picture.ready.width == 160, timeout=PATIENCE)

    def test_the_load_of_the_card_is_that_of_both(self, window: MainWindow, qtbot: QtBot) -> None:
        window.show_screen(CAMERAS)
        bar = window.cameras.measures.cards[0]
        qtbot.waitUntil(lambda: bar.measure is not None, timeout=PATIENCE)
        assert bar.measure.title == "lo, cameras: 2"
