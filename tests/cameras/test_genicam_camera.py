"""The session with a GenICam camera, on a device in memory."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue

import pytest

from inspector.cameras.camera import AdjustableCamera, CameraIdentity, CameraUnavailable
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.genicam_device import StreamBroken
from inspector.cameras.genicam_features import Node, NodeFailed
from inspector.cameras.genicam_pictures import RawPicture
from inspector.cameras.pixels import format_code
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import FeatureKind, FeatureRefused, FeatureValue
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame

IDENTITY = CameraIdentity("gige", "gige:S1", "camera S1", serial="S1")
SELF_TOLD = replace(IDENTITY, vendor="Maker", model="M1", place="192.0.2.1")
GONE = "the camera S1 does not answer any more; check its cable"
MONO8 = format_code("Mono8")


@dataclass
class MemoryDevice:
    """A device whose pictures, words and failures a test plays; its own nodes and stream too."""

    identity: CameraIdentity = SELF_TOLD
    values: dict[str, Node] = field(
        default_factory=lambda: {
            "Width": Node(FeatureKind.WHOLE_NUMBER, 4, 2, 8, 2),
            "GevSCPSPacketSize": Node(FeatureKind.WHOLE_NUMBER, 1400, 220, 16000, 4),
            "TriggerMode": Node(FeatureKind.CHOICE, "Off", choices=("Off", "On")),
            "TriggerSource": Node(FeatureKind.CHOICE, "Software", choices=("Line1", "Software")),
            "AcquisitionMode": Node(FeatureKind.CHOICE, "SingleFrame", choices=("SingleFrame", "Continuous")),
            "AcquisitionFrameRate": Node(FeatureKind.NUMBER, 20.0, 1, 100),
        }
    )
    gone: str = ""
    failing: str = ""
    starts: list[bool] = field(default_factory=list)
    stops: list[bool] = field(default_factory=list)
    closed: int = 0
    block: int = 0
    delivered: int = 0
    triggers: int = 0
    hold: threading.Event = field(default_factory=threading.Event)
    waiting: SimpleQueue[RawPicture | Exception] = field(default_factory=SimpleQueue)

    @property
    def nodes(self) -> "MemoryDevice":
        return self

    def read(self, name: str) -> Node | None:
        if name == self.failing:
            self.hold.wait(5)
            raise NodeFailed("it did not answer")
        return self.values.get(name)

    def write(self, name: str, value: FeatureValue) -> None:
        if name == "Width" and len(self.starts) > len(self.stops):
            raise NodeFailed("locked")
        self.values[name] = replace(self.values[name], value=value)

    def execute(self, name: str) -> bool:
        self.triggers += 1
        self.picture()
        return name == "TriggerSoftware"

    def picture(self, complete: bool = True) -> None:
        self.block += 1
        width = self.values["Width"].value
        assert isinstance(width, int)
        self.waiting.put(RawPicture(bytes(width * 3), MONO8, width, 3, self.block, complete))

    def start(self, negotiate: bool) -> "MemoryDevice":
        if self.failing == "start":
            raise NodeFailed("no bandwidth")
        self.starts.append(negotiate)
        self.block = self.delivered = 0
        return self

    def next(self, seconds: float) -> RawPicture | None:
        try:
            picture = self.waiting.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(picture, Exception):
            raise picture
        self.delivered += 1
        return picture

    def counts(self) -> CameraCounts:
        return CameraCounts(frames=self.delivered)

    def stop(self, answers: bool) -> None:
        self.stops.append(answers)

    def trouble(self) -> str:
        return self.gone

    def tend(self) -> None:
        pass

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def device() -> MemoryDevice:
    return MemoryDevice()


@pytest.fixture
def camera(device: MemoryDevice) -> Iterator[GenicamCamera]:
    camera = GenicamCamera(IDENTITY, SystemClock(), lambda: device)
    yield camera
    camera.close()


def test_it_is_an_adjustable_camera_and_says_who_it_is_once_open(camera: GenicamCamera) -> None:
    assert isinstance(camera, AdjustableCamera)
    assert camera.identity == IDENTITY
    camera.open()
    assert (camera.identity.address, camera.identity.model, camera.identity.place) == ("gige:S1", "M1", "192.0.2.1")


def test_it_sends_without_end_and_in_negotiated_packets(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    frames = camera.frames()
    device.picture()
    assert isinstance(next(frames), Frame)
    assert device.starts == [True]
    assert device.values["AcquisitionMode"].value == "Continuous"


def test_what_the_address_asks_for_is_set_and_a_packet_size_no_more_negotiated(device: MemoryDevice) -> None:
    camera = GenicamCamera(IDENTITY, SystemClock(), lambda: device, (("GevSCPSPacketSize", 1000),))
    camera.open()
    device.picture()
    next(camera.frames())
    camera.close()
    assert device.values["GevSCPSPacketSize"].value == 1000
    assert device.starts == [False]


def test_what_the_address_asks_for_in_vain_is_told_with_the_address(device: MemoryDevice) -> None:
    camera = GenicamCamera(IDENTITY, SystemClock(), lambda: device, (("GevSCPSPacketSize", 99999),))
    with pytest.raises(CameraUnavailable, match="'gige:S1': GevSCPSPacketSize lies within 576 to 16000"):
        camera.open()
    assert device.closed == 1


def test_a_locked_feature_is_changed_with_the_stream_at_rest_and_the_stream_goes_on(
    camera: GenicamCamera, device: MemoryDevice
) -> None:
    camera.open()
    frames = camera.frames()
    device.picture()
    next(frames)
    device.picture()
    time.sleep(0.2)
    assert camera.change("Width", 8).value == 8
    device.picture()
    frame = next(frames)
    assert isinstance(frame, Frame)
    assert frame.width == 8, "a picture from before the change is stale"
    assert frame.sequence >= 2
    assert (device.starts, device.stops) == ([True, True], [True])
    assert camera.counts().frames == 3


def test_a_value_that_cannot_be_taken_stops_no_stream(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    frames = camera.frames()
    device.picture()
    next(frames)
    with pytest.raises(FeatureRefused, match="2 to 8"):
        camera.change("Width", 100)
    assert device.stops == []


def test_a_stream_that_does_not_start_again_is_no_endless_wait(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    frames = camera.frames()
    device.picture()
    next(frames)
    device.failing = "start"
    assert camera.change("Width", 8).value == 8
    with pytest.raises(CameraUnavailable, match="did not start again: no bandwidth"):
        next(frames)


def test_triggered_pictures_come_each_and_those_before_the_trigger_do_not(
    camera: GenicamCamera, device: MemoryDevice
) -> None:
    camera.open()
    frames = camera.frames()
    device.picture()
    next(frames)
    assert not camera.trigger()
    camera.change("TriggerMode", "On")
    for _ in range(3):
        assert camera.trigger()
    time.sleep(0.2)
    taken = [next(frames) for _ in range(3)]
    assert [frame.sequence for frame in taken if isinstance(frame, Frame)] == [1, 2, 3]
    camera.change("TriggerSource", "Line1")
    assert not camera.trigger()
    assert device.triggers == 3


def test_a_trigger_before_pictures_are_taken_says_so(
    camera: GenicamCamera, device: MemoryDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.cameras.genicam_camera._TRIGGER_SECONDS", 0.05)
    device.values["TriggerMode"] = replace(device.values["TriggerMode"], value="On")
    camera.open()
    with pytest.raises(CameraUnavailable, match="takes no pictures yet"):
        camera.trigger()
    assert device.triggers == 0


def test_a_silent_device_that_does_not_answer_is_lost_in_time(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    frames = camera.frames()
    device.picture()
    next(frames)
    device.gone = GONE
    began = time.monotonic()
    with pytest.raises(CameraUnavailable, match="does not answer any more"):
        next(frames)
    assert time.monotonic() - began < 2
    for ask in (camera.features, camera.trigger, lambda: camera.change("Width", 4)):
        with pytest.raises(CameraUnavailable, match="does not answer any more"):
            ask()
    camera.close()
    assert device.stops == [False], "a dead camera is not told to stop: that takes seconds"


def test_one_that_waits_for_its_trigger_is_not_lost(camera: GenicamCamera, device: MemoryDevice) -> None:
    device.values["TriggerMode"] = replace(device.values["TriggerMode"], value="On")
    camera.open()
    frames = camera.frames()
    timer = threading.Timer(1.6, device.picture)
    timer.start()
    assert isinstance(next(frames), Frame)
    timer.join()


def test_one_that_answers_and_yet_sends_nothing_is_told_apart(
    camera: GenicamCamera, device: MemoryDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.cameras.frame_age.STUCK_SECONDS", 0.5)
    camera.open()
    with pytest.raises(CameraUnavailable, match="answers, but for 1 s no picture"):
        next(camera.frames())


def test_a_broken_stream_is_a_loss(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    device.waiting.put(StreamBroken("endpoint halted"))
    with pytest.raises(CameraUnavailable, match="broke off: endpoint halted"):
        next(camera.frames())


def test_a_fault_of_the_receiving_thread_is_not_swallowed(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    device.waiting.put(ZeroDivisionError("a fault"))
    with pytest.raises(ZeroDivisionError, match="a fault"):
        next(camera.frames())


def test_what_the_device_refuses_is_no_loss(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    device.failing = "GevSCPSPacketSize"
    device.hold.set()
    with pytest.raises(FeatureRefused, match="refused what was asked of it: it did not answer"):
        camera.change("GevSCPSPacketSize", 1000)
    assert camera.change("Width", 6).value == 6


def test_closing_does_not_wait_for_one_who_asks_a_dead_camera(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    device.failing, device.gone = "Width", GONE
    refused: list[str] = []

    def ask() -> None:
        try:
            camera.change("Width", 6)
        except CameraUnavailable as unavailable:
            refused.append(str(unavailable))

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.1)
    began = time.monotonic()
    camera.close()
    assert time.monotonic() - began < 0.6
    assert device.closed == 0
    device.hold.set()
    thread.join(2)
    assert refused == [GONE]
    assert device.closed == 1, "whoever held the device lets it go"


def test_closing_while_it_is_opened_leaves_nothing_open(device: MemoryDevice) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def connect() -> MemoryDevice:
        reached.set()
        go_on.wait(5)
        return device

    camera = GenicamCamera(IDENTITY, SystemClock(), connect)
    thread = threading.Thread(target=camera.open)
    thread.start()
    reached.wait(2)
    camera.close()
    go_on.set()
    thread.join(2)
    assert device.closed == 1
    assert list(camera.frames()) == []


def test_frames_that_are_left_stop_the_camera_and_can_begin_again(camera: GenicamCamera, device: MemoryDevice) -> None:
    camera.open()
    for _ in range(3):
        frames = camera.frames()
        device.picture()
        assert isinstance(next(frames), Frame)
        frames.close()  # type: ignore[attr-defined]
    assert (len(device.starts), device.stops) == (3, [True, True, True])
