"""Cameras that are measured, played by hand."""

import _thread
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from inspector.cameras.address import parse_address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable, Delivery, Preview
from inspector.cameras.camera_check import CameraCheck, Measurement
from inspector.cameras.camera_limits import limits, surroundings
from inspector.cameras.discovery import open_camera
from inspector.cameras.gige import gige_camera
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureKind, FeatureValue
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame, FrameFault
from inspector.pictures import encode_png

CLOCK = SystemClock()


def frame(number: int, *, age: float = 0.0, incomplete: bool = False) -> Frame:
    pixels = np.zeros((20, 30), np.uint8)
    return Frame(pixels, number, CLOCK.monotonic() - age, CLOCK.now(), "played:1", incomplete=incomplete)


class PlayedCamera:
    """Sends what `play` yields, over and over with `pause` seconds between."""

    waits = False

    def __init__(self, play: Callable[[int], Delivery | Exception], pause: float = 0.01) -> None:
        self.identity = CameraIdentity("played", "played:1", "Played", serial="1")
        self.play = play
        self.pause = pause
        self.closed = threading.Event()
        self.refusal: Exception | None = None

    def open(self) -> None:
        if self.refusal:
            raise self.refusal

    def frames(self) -> Iterator[Delivery]:
        number = 0
        while not self.closed.wait(self.pause):
            delivery = self.play(number)
            if isinstance(delivery, Exception):
                raise delivery
            yield delivery
            number += 1

    def close(self) -> None:
        self.closed.set()


class SetCamera(PlayedCamera):
    """One with controls, whose counts go on with each picture; it may wait for software triggers."""

    def __init__(self, *, by_trigger: bool) -> None:
        super().__init__(lambda number: frame(number, age=0.02))
        self.by_trigger = by_trigger
        self.asked = threading.Semaphore(0)
        self.sent = 0

    @property
    def controls(self) -> "SetCamera":
        return self

    def frames(self) -> Iterator[Delivery]:
        while not self.closed.is_set():
            if self.by_trigger and not self.asked.acquire(timeout=0.02):
                continue
            self.closed.wait(self.pause)
            self.sent += 1
            yield frame(self.sent)

    def features(self) -> tuple[Feature, ...]:
        if not self.by_trigger:
            sleep(0.1)  # pictures come meanwhile that must not be counted
        mode = "On" if self.by_trigger else "Off"
        return (
            Feature("TriggerMode", FeatureKind.CHOICE, mode, choices=("On", "Off")),
            Feature("TriggerSource", FeatureKind.CHOICE, "Software", choices=("Software",)),
        )

    def change(self, name: str, value: FeatureValue) -> Feature:
        raise AssertionError(f"a test sets nothing, as {name} to {value}")

    def trigger(self) -> bool:
        self.asked.release()
        return True

    def counts(self) -> CameraCounts:
        return CameraCounts(
            self.sent, incomplete=2 * self.sent, dropped=self.sent, bytes=1000 * self.sent, resends=self.sent
        )


def measure(camera: PlayedCamera, seconds: float = 0.3) -> Measurement:
    return CameraCheck(camera, CLOCK).measure(seconds, lambda *_: None)


def test_whole_and_broken_pictures_are_counted_apart() -> None:
    def play(number: int) -> Delivery:
        if number % 3 == 1:
            return frame(number, incomplete=True)
        if number % 3 == 2:
            return FrameFault(number, CLOCK.monotonic(), CLOCK.now(), "played:1", "torn")
        return Preview(frame(number, age=0.05))

    measured = measure(PlayedCamera(play))
    assert measured.frames >= 3
    assert measured.incomplete in range(2 * measured.frames - 3, 2 * measured.frames + 4)
    assert measured.rate == pytest.approx(measured.frames / measured.seconds)
    assert measured.megabytes == pytest.approx(measured.frames * 600 / measured.seconds / 1e6)
    assert (measured.width, measured.height) == (30, 20)
    assert measured.ages is not None
    assert 0.05 <= measured.ages[0] <= measured.ages[1]
    assert measured.longest_pause is not None
    assert measured.longest_pause >= 0.03
    assert (measured.dropped, measured.resends, measured.lost_packets, measured.answer) == (None, None, None, None)


def test_what_the_driver_counts_is_taken_while_it_is_measured() -> None:
    camera = SetCamera(by_trigger=False)
    measured = measure(camera)
    assert measured.frames < camera.sent, "what came while the features were read is left out"
    assert measured.dropped == pytest.approx(measured.frames, abs=2)
    assert measured.incomplete == 2 * (measured.dropped or 0)
    assert measured.bytes == 1000 * (measured.dropped or 0)
    assert measured.lost_packets is None
    assert [feature.name for feature in measured.features] == ["TriggerMode", "TriggerSource"]


def test_a_camera_that_waits_for_software_triggers_gets_them() -> None:
    measured = measure(SetCamera(by_trigger=True))
    assert measured.frames > 2
    assert measured.answer is not None
    assert 0.01 <= measured.answer < 0.2


def test_a_camera_that_cannot_be_opened_says_why() -> None:
    camera = PlayedCamera(frame)
    camera.refusal = CameraUnavailable("'played:1' is held by another program")
    with pytest.raises(CameraUnavailable, match="held by another program"):
        measure(camera)
    camera = PlayedCamera(frame)
    camera.refusal = OSError("no such device")
    with pytest.raises(CameraUnavailable, match="'played:1' cannot be opened: no such device"):
        measure(camera)


def test_a_camera_that_is_lost_keeps_its_figures() -> None:
    lost = CameraUnavailable("'played:1' is gone; plug it in again")
    measured = measure(PlayedCamera(lambda number: frame(number) if number < 40 else lost), seconds=20)
    assert measured.lost == "'played:1' is gone; plug it in again"
    assert 0 < measured.frames <= 40
    assert measured.seconds < 10


def test_ctrl_c_gives_the_figures_so_far() -> None:
    def interrupt(seconds: float, frames: int) -> None:
        if frames >= 3:
            _thread.interrupt_main()

    camera = PlayedCamera(frame)
    measured = CameraCheck(camera, CLOCK).measure(20, interrupt)
    assert measured.frames >= 3
    assert measured.seconds < 10
    assert camera.closed.is_set()


def test_a_camera_that_sends_nothing_ends_in_time() -> None:
    measured = CameraCheck(PlayedCamera(frame, pause=60), CLOCK, first=0.1).measure(0.2, lambda *_: None)
    assert 0.1 < measured.seconds < 10
    assert (measured.frames, measured.ages, measured.longest_pause) == (0, None, None)


def test_the_demo_can_be_measured() -> None:
    measured = CameraCheck(open_camera("demo:7", CLOCK), CLOCK).measure(0.8, lambda *_: None)
    assert measured.frames > 0
    assert measured.camera.simulated


def test_a_real_gige_camera(gige_device: Callable[..., object], tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.png").write_bytes(encode_png(np.full((240, 320), 40 + number, np.uint8)))
    gige_device(tmp_path, serial="T1", fps=20)
    camera = gige_camera(parse_address("gige:T1"), CLOCK)
    measured = CameraCheck(camera, CLOCK).measure(2.5, lambda *_: None)
    around = surroundings(measured.camera.place)
    assert measured.frames > 10
    assert measured.bytes == pytest.approx(measured.frames * 320 * 240, rel=0.2)
    assert (measured.incomplete, measured.lost) == (0, "")
    assert measured.ages is not None
    assert measured.ages[0] < 1
    assert "GevSCPSPacketSize" in {feature.name for feature in measured.features}
    assert around.way is None or around.way > 1000
    assert not [sentence for sentence in limits(measured, around) if "firewall" in sentence]
