"""The parts of the set-up screen one by one: scales, words, rows, rates, marks in the picture."""

from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic, sleep

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.cameras.network_load import CardLoad, NetworkCard
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureDifference, FeatureKind
from inspector.domain.frame import Frame
from inspector.ui.cameras.feature_panel import FeaturePanel, in_columns
from inspector.ui.cameras.feature_rows import ChoiceRow, FeatureRow, NumberRow, SwitchRow, TextRow
from inspector.ui.cameras.feature_words import (
    difference_words,
    feature_name,
    grouped,
    number_read,
    number_words,
    range_words,
    why_fixed,
)
from inspector.ui.cameras.histogram import drawn
from inspector.ui.cameras.live_pictures import LivePictures, Wish, clipping_image
from inspector.ui.cameras.measures_panel import Inflow, MeasuresPanel
from inspector.ui.cameras.rates import ByteRate, FrameRate, payload, wanted_rate
from inspector.ui.cameras.slider_scale import SliderScale, scale_of
from inspector.ui.look import Look
from inspector.ui.scaling import Room
from inspector.vision.picture_health import picture_health
from tests.ui.camera_staging import usual_features

FEATURES = {feature.name: feature for feature in usual_features()}


@pytest.fixture
def panel(look: Look, qtbot: QtBot) -> FeaturePanel:
    """Return a panel with the usual features, on the screen."""
    made = FeaturePanel(look)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.show_features(usual_features())
    return made


def row(panel: FeaturePanel, name: str) -> FeatureRow:
    return panel.rows[name]


def test_the_exposure_is_spread_by_its_logarithm() -> None:
    scale = scale_of(FEATURES["ExposureTime"])
    assert scale is not None
    assert scale.logarithmic
    assert (scale.value_at(0), scale.value_at(scale.places)) == (15.0, 1e6)
    assert scale.value_at(scale.places // 2) == pytest.approx((15 * 1e6) ** 0.5, rel=0.01)


def test_a_range_from_zero_can_be_spread_by_its_logarithm_too() -> None:
    scale = scale_of(FEATURES["GevSCPD"])
    assert scale is not None
    assert (scale.place_of(0), scale.value_at(0)) == (0, 0.0)
    assert 10_000 < scale.value_at(scale.places // 2) < 100_000


@pytest.mark.parametrize("name", ["ExposureTime", "Width", "AcquisitionFrameRate", "GevSCPSPacketSize", "GevSCPD"])
def test_each_place_of_a_slider_leads_back_to_itself(name: str) -> None:
    scale = scale_of(FEATURES[name])
    assert scale is not None
    for place in range(0, scale.places + 1, max(1, scale.places // 50)):
        value = scale.value_at(place)
        assert scale.minimum <= value <= scale.maximum
        assert scale.value_at(scale.place_of(value)) == pytest.approx(value, rel=2e-2, abs=1)


def test_a_slider_stops_at_the_increments() -> None:
    scale = SliderScale(64, 2448, 8)
    assert scale.places == 298
    assert {scale.value_at(place) % 8 for place in range(scale.places + 1)} == {0}


@pytest.mark.parametrize("name", ["OffsetX", "ExposureAuto", "ReverseX", "DeviceUserID"])
def test_what_has_no_two_ends_has_no_slider(name: str) -> None:
    assert scale_of(FEATURES[name]) is None


def test_features_stand_in_groups_and_none_is_lost() -> None:
    groups = grouped(usual_features())
    assert [group.heading for group in groups][:3] == ["Exposure", "Gain", "White balance"]
    assert sorted(one.name for group in groups for one in group.features) == sorted(FEATURES)
    assert groups[-1].features == (FEATURES["ReverseX"], FEATURES["DeviceUserID"])
    for columns in (1, 2, 3):
        assert tuple(group for column in in_columns(groups, columns) for group in column) == groups


@pytest.mark.usefixtures("look")
def test_words_of_features() -> None:
    assert feature_name("ExposureTime") == "Exposure time"
    assert feature_name("ReverseX") == "ReverseX"
    assert range_words(FEATURES["ExposureTime"]) == "15 – 1,000,000 µs"
    assert number_words(0.125, whole=False) == "0.125"
    assert number_words(1234.5678, whole=False) == "1,234.6"
    assert (number_read("1,234.5"), number_read(" 12 "), number_read("12e3"), number_read("five")) == (
        1234.5,
        12.0,
        12000.0,
        None,
    )
    difference = FeatureDifference("ExposureTime", 2000.0, 5000.0)
    assert difference_words(difference) == "Exposure time: 5,000 instead of 2,000"
    assert difference_words(replace(difference, found=None)) == "Exposure time: cannot be set, 2,000 wanted"


def test_what_stands_fast_says_why() -> None:
    assert why_fixed(FEATURES["Gain"], FEATURES) == "“Auto gain” sets it; switch that off first."
    assert why_fixed(FEATURES["PixelFormat"], FEATURES) == "Stands fast while the camera sends pictures."
    assert why_fixed(FEATURES["ExposureTime"], FEATURES) == ""
    filled = replace(FEATURES["OffsetX"], writable=False)
    assert why_fixed(filled, FEATURES) == "The picture is as large as the sensor."
    other = replace(FEATURES["TriggerDelay"], writable=False)
    assert why_fixed(other, FEATURES) == "The camera does not let it be changed now."


def test_a_number_is_typed_in(panel: FeaturePanel, qtbot: QtBot) -> None:
    exposure = row(panel, "ExposureTime")
    assert isinstance(exposure, NumberRow)
    exposure.field.selectAll()
    QTest.keyClicks(exposure.field, "2,500")
    with qtbot.waitSignal(panel.changed) as changed:
        QTest.keyClick(exposure.field, Qt.Key.Key_Return)
    assert changed.args == ["ExposureTime", 2500.0]


def test_what_is_no_number_is_refused_and_jumps_back(panel: FeaturePanel, qtbot: QtBot) -> None:
    exposure = row(panel, "ExposureTime")
    assert isinstance(exposure, NumberRow)
    exposure.field.selectAll()
    QTest.keyClicks(exposure.field, "five")
    with qtbot.waitSignal(panel.refused) as refused, qtbot.assertNotEmitted(panel.changed):
        QTest.keyClick(exposure.field, Qt.Key.Key_Return)
    assert refused.args == ["“five” is no number; Exposure time stays as it is."]
    assert exposure.field.text() == "5,000"


def test_typing_is_not_disturbed_by_what_is_read(panel: FeaturePanel) -> None:
    exposure = row(panel, "ExposureTime")
    assert isinstance(exposure, NumberRow)
    exposure.field.selectAll()
    QTest.keyClicks(exposure.field, "77")
    panel.show_features(usual_features())
    assert exposure.field.text() == "77"


def test_a_slider_is_moved_by_key(panel: FeaturePanel, qtbot: QtBot) -> None:
    width = row(panel, "Width")
    assert isinstance(width, NumberRow)
    with qtbot.waitSignal(panel.changed) as changed:
        QTest.keyClick(width.slider, Qt.Key.Key_Left)
    assert changed.args == ["Width", 2440]
    assert isinstance(changed.args[1], int)


def test_a_switch_and_a_choice_and_a_text(panel: FeaturePanel, qtbot: QtBot) -> None:
    switch, choice, text = (row(panel, name) for name in ("ReverseX", "TriggerSource", "DeviceUserID"))
    assert isinstance(switch, SwitchRow)
    assert isinstance(choice, ChoiceRow)
    assert isinstance(text, TextRow)
    with qtbot.waitSignal(panel.changed) as changed:
        switch.segments.choose(1)
    assert changed.args == ["ReverseX", True]
    with qtbot.waitSignal(panel.choice_wanted) as wanted:
        QTest.keyClick(choice.button, Qt.Key.Key_Return)
    assert wanted.args == [FEATURES["TriggerSource"]]
    text.field.selectAll()
    QTest.keyClicks(text.field, "Ofen 4")
    with qtbot.waitSignal(panel.changed) as changed:
        QTest.keyClick(text.field, Qt.Key.Key_Return)
    assert changed.args == ["DeviceUserID", "Ofen 4"]


def test_what_stands_fast_is_shown_without_anything_to_press(panel: FeaturePanel) -> None:
    gain = row(panel, "Gain")
    assert (gain.editor.isVisible(), gain.fixed.isVisible(), gain.fixed.text) == (False, True, "6 dB")
    free = [replace(one, writable=True) for one in usual_features()]
    panel.show_features(free)
    assert row(panel, "Gain") is gain
    assert (gain.editor.isVisible(), gain.fixed.isVisible(), gain.caption.text) == (True, False, "0 – 24 dB")


def test_fingers_find_everything(panel: FeaturePanel) -> None:
    for one in panel.rows.values():
        for child in (getattr(one, name, None) for name in ("slider", "field", "button", "segments")):
            assert child is None or child.height() >= 44, one.feature.name
        assert one.width() >= one.minimumSizeHint().width(), one.feature.name


def test_frames_a_second_are_told_from_some_of_the_frames() -> None:
    rate = FrameRate()
    pixels = np.zeros((2, 2), np.uint8)
    for sequence in (0, 3, 9, 15):
        rate.note(Frame(pixels, sequence, sequence / 10, datetime(2026, 1, 1, tzinfo=UTC), "hand:1"))
    assert rate.value(1.6) == pytest.approx(10.0)
    assert rate.value(9.0) is None


def test_bytes_a_second_begin_anew_with_the_camera() -> None:
    rate = ByteRate()
    rate.note(CameraCounts(bytes=1000), 1.0)
    assert rate.value is None
    rate.note(CameraCounts(bytes=5000), 3.0)
    assert rate.value == 2000.0
    rate.note(CameraCounts(bytes=10), 4.0)
    assert rate.value is None


def test_the_data_rate_is_reckoned_as_it_is_set() -> None:
    features = usual_features()
    assert payload(features, None) == 2448 * 2048
    assert payload((), None) is None
    assert wanted_rate(features, 3.0) == 22.0
    slow = [replace(one, value=100_000.0) if one.name == "ExposureTime" else one for one in features]
    assert wanted_rate(slow, 3.0) == 10.0
    waiting = [replace(one, value="On") if one.name == "TriggerMode" else one for one in features]
    assert wanted_rate(waiting, 3.0) == 3.0


def test_a_single_clipped_pixel_is_marked_in_a_small_view() -> None:
    pixels = np.full((800, 1200), 128, np.uint8)
    pixels[400:404, 600:604] = 255
    marks = clipping_image(pixels, 240, 160)
    seen = [(x, y) for x in range(240) for y in range(160) if marks.pixelColor(x, y).alpha()]
    assert seen
    assert all(abs(x - 120) <= 1 and abs(y - 80) <= 1 for x, y in seen)


def test_pictures_are_measured_five_times_a_second_at_most() -> None:
    pictures = LivePictures()
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    shown, measured, begin = 0, 0, monotonic()
    try:
        while monotonic() - begin < 1.0:
            frame = Frame(np.full((60, 80), shown % 200, np.uint8), shown, monotonic(), moment, "hand:1")
            pictures.ask(Wish(lambda frame=frame: frame, Room(160, 120)))
            sleep(0.01)
            answer = pictures.answer()
            shown += answer is not None
            measured += answer is not None and answer.health is not None
    finally:
        pictures.close()
    assert 1 <= measured <= 6
    assert shown > measured


def test_the_two_kinds_of_marks_differ_in_colour_and_slant() -> None:
    bright = clipping_image(np.full((32, 32), 255, np.uint8), 32, 32)
    dark = clipping_image(np.zeros((32, 32), np.uint8), 32, 32)
    assert bright.pixelColor(0, 0).name() == "#d55e00"
    assert dark.pixelColor(0, 0).name() == "#56b4e9"
    assert {bright.pixelColor(8 - step, step).alpha() for step in range(8)} == {255}
    assert {dark.pixelColor(step, step).alpha() for step in range(8)} == {255}
    assert {bright.pixelColor(step, step).alpha() for step in range(8)} == {0, 255}


def test_a_black_ground_does_not_press_the_histogram_flat() -> None:
    pixels = np.zeros((100, 100), np.uint8)
    pixels[:10] = np.arange(100, dtype=np.uint8) + 50
    (curve,) = drawn(picture_health(pixels).histograms)
    assert curve.max() == 1.0
    assert curve[15] == 1.0


@pytest.fixture
def measures(look: Look, qtbot: QtBot) -> MeasuresPanel:
    made = MeasuresPanel(look)
    qtbot.addWidget(made)
    made.resize(300, 640)
    made.show()
    return made


def test_the_best_focus_stays_until_it_is_reset(measures: MeasuresPanel) -> None:
    sharp = np.random.default_rng(2).integers(0, 256, (64, 64), np.uint8)
    measures.show_health(picture_health(sharp))
    best = measures.best
    measures.show_health(picture_health(np.full((64, 64), 90, np.uint8)))
    assert measures.best == best > 0
    assert measures.focus.measure is not None
    assert measures.focus.measure.value_words == "0 %"
    assert measures.focus.measure.limit == best
    measures.reset.click()
    assert measures.best == 0.0


def test_clipping_is_said_in_per_cent(measures: MeasuresPanel) -> None:
    pixels = np.full((100, 100), 128, np.uint8)
    pixels[0, :52] = 255
    measures.show_health(picture_health(pixels))
    assert [figure for _name, figure in measures.clipping.words()] == ["0.52 %", "0.00 %"]


def test_a_card_that_is_too_full_says_what_to_do(measures: MeasuresPanel) -> None:
    card = NetworkCard("eth1", 125e6)
    measures.show_loads((CardLoad(card, 60e6, 1),))
    assert not measures.advice.isVisible()
    measures.show_loads((CardLoad(card, 118e6, 2), CardLoad(NetworkCard("eth2"), 5e6, 1)))
    assert measures.advice.isVisible()
    assert measures.advice.text().startswith("eth1 is too full: lower the frame rate")
    words = [bar.measure.value_words for bar in measures.cards if bar.measure is not None]
    assert words == ["118.0 of 125.0 MB/s", "5.0 MB/s, link not known"]
    measures.show_loads(None)
    assert measures.advice.text() == "Network card: not known"


def test_what_a_driver_does_not_count_is_a_dash(measures: MeasuresPanel) -> None:
    measures.show_inflow(Inflow(12.34, CameraCounts(frames=1234, incomplete=2), 5_000_000, 61_700_000.0))
    assert [figure.value.text for figure in measures.figures] == ["12.3", "1,234", "2", "0", "–"]
    assert measures.data.text == "Data: 61.7 MB/s (5.0 MB a picture)"
    measures.show_inflow(Inflow())
    assert {figure.value.text for figure in measures.figures} == {"–"}


def test_another_language_makes_the_rows_anew(panel: FeaturePanel) -> None:
    before = row(panel, "Width")
    QApplication.sendEvent(panel, QEvent(QEvent.Type.LanguageChange))
    assert row(panel, "Width") is not before
    assert row(panel, "Width").name.text == "Width"


def test_a_feature_without_words_of_its_own_is_shown(panel: FeaturePanel) -> None:
    panel.show_features((*usual_features(), Feature("VendorThing", FeatureKind.NUMBER, 3.0)))
    odd = row(panel, "VendorThing")
    assert isinstance(odd, NumberRow)
    assert (odd.name.text, odd.field.text(), odd.slider.isVisible()) == ("VendorThing", "3", False)
