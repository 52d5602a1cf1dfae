"""What every camera promises, proved over all drivers: see `conformance.py`."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from inspector.cameras.camera import AdjustableCamera, CameraUnavailable
from inspector.domain.camera_feature import FeatureRefused
from inspector.domain.frame import Frame
from tests.cameras.conformance import (
    SERIALS,
    Ability,
    Hands,
    Kind,
    Taker,
    driver_of,
    kinds,
    picture,
    pictures_to_show,
)

_FIRST, _SECOND = SERIALS
_LOST_SECONDS = 3.0
_BACK_SECONDS = 3.0


def _with(*abilities: Ability) -> pytest.MarkDecorator:
    able = [kind for kind in kinds() if kind.abilities.issuperset(abilities)]
    return pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name, marks=kind.marks) for kind in able])


@pytest.fixture
def hands(kind: Kind, tmp_path: Path) -> Iterator[Hands]:
    hands = Hands(kind.make(tmp_path, pictures_to_show()))
    yield hands
    hands.close()


@_with()
def test_it_is_known_before_it_is_open(kind: Kind, hands: Hands) -> None:
    camera = hands.camera()
    assert driver_of(camera.identity.address) == camera.identity.driver
    assert camera.identity.name
    assert camera.waits is (Ability.RUNS not in kind.abilities)
    camera.close()


@_with()
def test_pictures_come_stamped_and_in_order(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.opened()
    before = time.monotonic()
    frames = [picture(delivery) for delivery in islice(camera.frames(), 4)]
    camera.close()
    assert [frame.sequence for frame in frames] == sorted({frame.sequence for frame in frames})
    assert all(before <= frame.monotonic <= time.monotonic() for frame in frames)
    assert all(frame.camera == camera.identity.address and not frame.incomplete for frame in frames)


@_with(Ability.DISCOVERED)
def test_it_is_found_and_opens_by_the_address_found(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    found = {identity.serial: identity for identity in hands.device.discover()}[_FIRST]
    assert found.address == hands.device.address(_FIRST)
    assert found.name
    assert found.used_by == ""
    camera = hands.opened()
    assert (camera.identity.address, camera.identity.serial) == (found.address, _FIRST)


@_with(Ability.DISCOVERED, Ability.EXCLUSIVE)
def test_who_holds_it_is_told(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    hands.opened()
    assert [identity.used_by != "" for identity in hands.device.discover() if identity.serial == _FIRST] == [True]


@_with(Ability.SERIAL)
def test_another_serial_number_is_refused_by_name(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.camera("NOBODY99")
    with pytest.raises(CameraUnavailable, match="NOBODY99"):
        camera.open()


@_with(Ability.EXACT)
def test_pictures_are_those_shown_bit_for_bit(kind: Kind, hands: Hands) -> None:
    shown = pictures_to_show()
    hands.device.start(_FIRST)
    camera = hands.opened()
    frames = [picture(delivery) for delivery in islice(camera.frames(), 6)]
    camera.close()
    which = [
        next((number for number, expected in enumerate(shown) if np.array_equal(_grey(frame), expected)), None)
        for frame in frames
    ]
    assert None not in which
    assert len(set(which)) > 1


@_with(Ability.SETTABLE)
def test_features_are_read_set_and_read_back(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    controls = hands.adjustable().controls
    exposure = {feature.name: feature for feature in controls.features()}["ExposureTime"]
    assert exposure.unit == "us"
    assert exposure.minimum is not None
    assert exposure.maximum is not None
    wanted = exposure.minimum + (exposure.maximum - exposure.minimum) / 4
    set_to = controls.change("ExposureTime", wanted)
    assert set_to.value == pytest.approx(wanted, abs=max(exposure.increment or 0.0, 1.0))
    assert {feature.name: feature.value for feature in controls.features()}["ExposureTime"] == set_to.value


@_with(Ability.SETTABLE)
def test_a_value_out_of_range_is_refused_and_changes_nothing(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    controls = hands.adjustable().controls
    before = controls.features()
    for feature in before:
        if feature.name in ("Width", "ExposureTime"):
            assert feature.maximum is not None
            with pytest.raises(FeatureRefused, match=feature.name):
                controls.change(feature.name, feature.maximum * 10 + 99999)
    with pytest.raises(FeatureRefused, match="NoSuchFeature"):
        controls.change("NoSuchFeature", 1)
    assert controls.features() == before


@_with(Ability.SETTABLE, Ability.RUNS)
def test_the_size_is_changed_while_pictures_come(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.adjustable()
    with Taker(camera).taking() as taker:
        assert taker.wait_for(2, 5)
        width = {feature.name: feature for feature in camera.controls.features()}["Width"]
        assert width.writable
        assert width.minimum is not None
        narrow = camera.controls.change("Width", (width.minimum + float(width.value)) / 2)
        at_change = len(taker.deliveries)
        assert taker.wait_for(at_change + 2, 5), taker.loss
        assert {frame.width for frame in taker.frames[at_change + 1 :]} == {narrow.value}


@_with(Ability.TRIGGERED)
def test_no_picture_without_a_trigger_and_exactly_one_with(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.triggered()
    with Taker(camera).taking() as taker:
        assert not taker.wait_for(1, 0.7)
        for count in range(1, 6):
            assert camera.controls.trigger()
            assert taker.wait_for(count, 2), taker.loss
        assert not taker.wait_for(6, 0.5)


@_with(Ability.TRIGGERED)
def test_each_triggered_picture_comes_however_slow_the_taker(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.triggered()
    with Taker(camera, pause=0.3).taking() as taker:
        for _ in range(5):
            assert camera.controls.trigger()
            time.sleep(0.1)
        assert taker.wait_for(5, 5), taker.loss
    sequences = [frame.sequence for frame in taker.frames]
    assert sequences == sorted(set(sequences))


@_with(Ability.TRIGGERED)
def test_a_free_running_camera_takes_no_trigger(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.adjustable()
    camera.controls.change("TriggerMode", "Off")
    with Taker(camera).taking() as taker:
        assert taker.wait_for(1, 5), taker.loss
        assert not camera.controls.trigger()


@_with(Ability.RUNS)
def test_a_slow_taker_gets_the_newest(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.opened()
    frames = camera.frames()
    picture(next(frames))
    time.sleep(1.0)
    ages = []
    for _ in range(3):
        frame = picture(next(frames))
        ages.append(time.monotonic() - frame.monotonic)
    camera.close()
    assert max(ages) < 0.25, ages


@_with(Ability.REOPENED)
def test_it_is_started_and_stopped_twenty_times(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    for _ in range(20):
        camera = hands.opened()
        assert isinstance(picture(next(iter(camera.frames()))), Frame)
        camera.close()


@_with(Ability.TWO)
def test_two_are_open_at_once_and_each_sends_its_own(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    hands.device.start(_SECOND)
    first, second = hands.opened(_FIRST), hands.opened(_SECOND)
    with Taker(first).taking() as one, Taker(second).taking() as other:
        assert one.wait_for(3, 5), one.loss
        assert other.wait_for(3, 5), other.loss
        assert {frame.camera for frame in one.frames} == {hands.device.address(_FIRST)}
        assert {frame.camera for frame in other.frames} == {hands.device.address(_SECOND)}


@_with(Ability.LOSSY)
def test_what_is_incomplete_is_never_said_to_be_whole(kind: Kind, hands: Hands) -> None:
    shown = pictures_to_show()
    hands.device.start(_FIRST, loss=0.3)
    camera = hands.opened()
    with Taker(camera).taking() as taker:
        assert taker.wait_for(12, 10), taker.loss
    whole = [frame for frame in taker.frames if not frame.incomplete]
    assert all(any(np.array_equal(_grey(frame), expected) for expected in shown) for frame in whole)
    assert any(frame.incomplete for frame in taker.frames)
    assert isinstance(camera, AdjustableCamera)
    assert camera.controls.counts().incomplete > 0


@_with(Ability.MORTAL, Ability.RUNS)
def test_a_loss_is_noticed_and_a_new_session_has_pictures_again(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.opened()
    with Taker(camera).taking() as taker:
        assert taker.wait_for(2, 5), taker.loss
        _kill_and_notice(hands, taker)
    _expect_away(hands)
    hands.device.start(_FIRST)
    started = time.monotonic()
    picture(next(iter(hands.opened().frames())))
    assert time.monotonic() - started < _BACK_SECONDS


@_with(Ability.MORTAL, Ability.TRIGGERED)
def test_a_loss_is_noticed_while_no_picture_is_due(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.triggered()
    with Taker(camera).taking() as taker:
        assert not taker.wait_for_end(2.5), "a camera that waits for its trigger is not lost"
        assert camera.controls.trigger()
        assert taker.wait_for(1, 2), taker.loss
        _kill_and_notice(hands, taker)
        with pytest.raises(CameraUnavailable):
            camera.controls.trigger()


@_with(Ability.EXCLUSIVE)
def test_a_second_one_is_refused_and_told_that_it_is_held(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    first = hands.opened()
    with pytest.raises(CameraUnavailable, match=r"held by|in use"):
        hands.opened()
    picture(next(iter(first.frames())))
    first.close()
    hands.opened()


@_with(Ability.RUNS)
def test_closing_ends_the_wait_for_a_picture_within_a_second(kind: Kind, hands: Hands) -> None:
    hands.device.start(_FIRST)
    camera = hands.triggered() if Ability.TRIGGERED in kind.abilities else hands.opened()
    with Taker(camera).taking() as taker:
        time.sleep(0.4)
        began = time.monotonic()
        camera.close()
        assert time.monotonic() - began < 1.0
        assert taker.wait_for_end(1.0)
        assert taker.loss == ""
    camera.close()


@_with()
def test_it_is_closed_before_it_is_open_and_more_than_once(kind: Kind, hands: Hands) -> None:
    camera = hands.camera()
    camera.close()
    camera.close()


@_with(Ability.SETTABLE)
def test_what_is_not_open_says_so(kind: Kind, hands: Hands) -> None:
    camera = hands.camera()
    assert isinstance(camera, AdjustableCamera)
    with pytest.raises(CameraUnavailable, match="not open"):
        camera.controls.features()


def _kill_and_notice(hands: Hands, taker: Taker) -> None:
    killed = time.monotonic()
    hands.device.kill(_FIRST)
    assert taker.wait_for_end(_LOST_SECONDS + 1), "the loss was not noticed"
    assert time.monotonic() - killed < _LOST_SECONDS
    assert taker.loss, "frames() ended without saying that the camera is lost"


def _expect_away(hands: Hands) -> None:
    with pytest.raises(CameraUnavailable):
        hands.opened()


def _grey(frame: Frame) -> np.ndarray:
    """Return a picture that was shown grey as grey, whatever the driver makes of it."""
    if frame.pixels.ndim == 2:
        return frame.pixels
    assert all(np.array_equal(frame.pixels[..., 0], frame.pixels[..., channel]) for channel in (1, 2))
    return frame.pixels[..., 0]
