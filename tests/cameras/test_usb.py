"""The USB camera over a host that is played by hand."""

import threading
import time
from collections.abc import Iterator

import cv2
import pytest

from inspector.cameras.address import parse_address
from inspector.cameras.camera import AdjustableCamera, CameraUnavailable
from inspector.cameras.capture_source import Patience
from inspector.cameras.usb import UsbCamera, discover
from inspector.cameras.usb_devices import UsbDevice, discover_usb
from inspector.domain.camera_feature import Feature, FeatureDifference, FeatureKind, FeatureRefused
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame, FrameFault
from tests.cameras.devices_usb import PlayedCapture, PlayedHost
from tests.fixtures.logs import ExpectedLogs

DEVICE = UsbDevice("v4l2", "/dev/video0", 0, "Cam", "A1", ("1-1", "1-1:1.0"), "Maker", "Cam 5")
HASTY = Patience(first=0.5, silence=0.4, leave=0.2)


def usb(address: str, host: PlayedHost, patience: Patience | None = None) -> UsbCamera:
    return UsbCamera(parse_address(address), SystemClock(), host, patience)


@pytest.fixture
def host() -> Iterator[PlayedHost]:
    played = PlayedHost([DEVICE])
    yield played
    played.capture.let_go.set()
    played.capture.gone.set()


def test_pictures_in_rgb_and_who_took_them(host: PlayedHost) -> None:
    camera = usb("usb:A1", host)
    assert isinstance(camera, AdjustableCamera)
    assert not camera.waits
    assert camera.identity.address == "usb:A1"
    camera.open()
    frames = camera.frames()
    frame = next(frames)
    assert isinstance(frame, Frame)
    red, green, blue = frame.pixels[0, 0]
    assert (red, green, blue) == (200, 0, frame.sequence)
    assert frame.camera == "usb:A1"
    identity = camera.identity
    assert (identity.serial, identity.vendor, identity.model, identity.place) == ("A1", "Maker", "Cam 5", "1-1")
    camera.close()
    camera.close()
    assert list(frames) == []
    assert host.capture.released.wait(1)


def test_what_came_before_anybody_looked_is_left_out(host: PlayedHost) -> None:
    camera = usb("usb:A1", host)
    camera.open()
    time.sleep(0.05)
    begin = time.monotonic()
    frames = camera.frames()
    assert next(frames).monotonic >= begin
    camera.close()
    assert next(frames, None) is None


def test_a_camera_is_found_again_wherever_it_is_plugged_in(host: PlayedHost) -> None:
    moved = UsbDevice("v4l2", "/dev/video7", 7, "Cam", "A1", ("2-4", "2-4:1.0"))
    other = UsbDevice("v4l2", "/dev/video0", 0, "Cam", "B2", ("1-1", "1-1:1.0"))
    for plugged in ([DEVICE], [other, moved]):
        host.plugged[:] = plugged
        camera = usb("usb:A1", host)
        camera.open()
        camera.close()
    assert [device.path for device in host.opened_devices] == ["/dev/video0", "/dev/video7"]


def test_format_first_then_size_then_rate(host: PlayedHost) -> None:
    camera = usb("usb:A1?fps=15&size=1280x1024&format=yuy2", host)
    camera.open()
    camera.close()
    assert host.capture.wishes == [
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"YUYV")),
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 1024),
        (cv2.CAP_PROP_FPS, 15),
    ]


def test_mjpg_is_asked_for_where_nothing_is_said(host: PlayedHost, expected_logs: ExpectedLogs) -> None:
    host.capture = PlayedCapture(lambda *_: 0.0)  # takes nothing: no complaint, as nothing was asked for
    camera = usb("usb:A1", host)
    camera.open()
    camera.close()
    assert host.capture.wishes == [(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))]


def test_what_is_not_as_asked_is_said(host: PlayedHost, expected_logs: ExpectedLogs) -> None:
    host.capture = PlayedCapture(lambda wish, value: 800 if wish == cv2.CAP_PROP_FRAME_WIDTH else value)
    expected_logs.append("'usb:A1.*' gives Width 800, not 1280")
    camera = usb("usb:A1?size=1280x1024&fps=20", host)
    camera.open()
    assert camera.controls.unlike_address() == (FeatureDifference("Width", 1280, 800),)
    features = {feature.name: feature for feature in camera.controls.features()}
    assert (features["Width"].value, features["Height"].value, features["PixelFormat"].value) == (800, 1024, "MJPG")
    assert not features["Width"].writable
    with pytest.raises(FeatureRefused, match="chosen in its address"):
        camera.controls.change("Width", 1280)
    camera.close()


def test_a_damaged_picture_is_a_fault_and_counted(host: PlayedHost) -> None:
    host.capture.damaged = set(range(1, 2000))
    camera = usb("usb:A1", host)
    camera.open()
    frames = camera.frames()
    fault = next(picture for picture in frames if isinstance(picture, FrameFault))
    assert fault.message == "the picture came damaged from the camera"
    assert camera.controls.counts().frames == 1
    assert camera.controls.counts().incomplete >= 1
    camera.close()
    assert next(frames, None) is None


def test_unplugged_is_said_by_the_driver(host: PlayedHost) -> None:
    camera = usb("usb:A1", host)
    camera.open()
    frames = camera.frames()
    next(frames)
    host.capture.gone.set()
    with pytest.raises(CameraUnavailable, match="sends no pictures any more"):
        list(frames)
    assert host.capture.released.wait(1)


def test_unplugged_with_a_driver_that_hangs(host: PlayedHost, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("the driver of 'usb:A1' does not let go; its thread is given up")
    camera = usb("usb:A1", host, Patience(silence=30, leave=0.1))
    camera.open()
    frames = camera.frames()
    next(frames)
    host.capture.hang.set()
    host.plugged.clear()
    begin = time.monotonic()
    with pytest.raises(CameraUnavailable, match="'usb:A1' is gone; plug it in again"):
        list(frames)
    assert time.monotonic() - begin < 2.0


def test_a_camera_that_stays_and_sends_nothing_is_lost(host: PlayedHost, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("does not let go")
    camera = usb("usb:A1", host, HASTY)
    camera.open()
    frames = camera.frames()
    next(frames)
    host.capture.hang.set()
    with pytest.raises(CameraUnavailable, match=r"has sent no picture for 0\.\d s; check its cable and power"):
        list(frames)


def test_close_returns_at_once_though_the_driver_hangs(host: PlayedHost, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("does not let go")
    camera = usb("usb:A1", host, Patience(leave=0.1))
    camera.open()
    frames = camera.frames()
    next(frames)
    host.capture.hang.set()
    assert host.capture.hanging.wait(1)
    begin = time.monotonic()
    camera.close()
    assert time.monotonic() - begin < 0.05
    assert list(frames) == []


def test_no_first_picture(host: PlayedHost, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("does not let go")
    host.capture.hang.set()
    with pytest.raises(CameraUnavailable, match=r"sent no picture within 0\.5 s"):
        usb("usb:A1", host, HASTY).open()


def test_a_driver_that_breaks_is_one_sentence_and_a_log_record(host: PlayedHost, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("ERROR inspector.cameras: reading from 'usb:A1' failed")

    def broken(*_: object) -> bool:
        raise cv2.error("C++ says no")

    host.capture.grab = broken  # type: ignore[method-assign]
    with pytest.raises(CameraUnavailable, match="'usb:A1' failed in its driver"):
        usb("usb:A1", host).open()


def test_a_camera_that_opens_and_gives_nothing(host: PlayedHost) -> None:
    host.capture.gone.set()
    with pytest.raises(CameraUnavailable, match="could be opened but sends no picture"):
        usb("usb:A1", host).open()


def test_a_camera_in_use_says_so(host: PlayedHost) -> None:
    host.held_by = "cheese"
    with pytest.raises(CameraUnavailable, match=r"in use by another program \(cheese\)"):
        usb("usb:A1", host).open()


def test_controls_before_opening_and_when_the_camera_is_gone(host: PlayedHost) -> None:
    camera = usb("usb:A1", host)
    with pytest.raises(CameraUnavailable, match="is not open"):
        camera.controls.features()
    with pytest.raises(CameraUnavailable, match="must be opened"):
        next(camera.frames())
    camera.open()
    host.played_controls.error = OSError(19, "No such device")
    with pytest.raises(CameraUnavailable, match="does not answer"):
        camera.controls.features()
    camera.close()
    with pytest.raises(CameraUnavailable, match="is not open"):
        camera.controls.change("Gain", 3)


def test_a_control_is_set_and_read_back(host: PlayedHost) -> None:
    host.played_controls.there.append(Feature("Gain", FeatureKind.WHOLE_NUMBER, 3))
    camera = usb("usb:A1", host)
    camera.open()
    assert camera.controls.change("Gain", 3).value == 3
    assert host.played_controls.changed == [("Gain", 3)]
    assert not camera.controls.trigger()
    camera.close()


def test_closed_before_open(host: PlayedHost) -> None:
    camera = usb("usb:A1", host)
    camera.close()
    with pytest.raises(CameraUnavailable, match="closed before"):
        camera.open()


def test_a_thousand_sessions_leave_no_thread(host: PlayedHost) -> None:
    host.capture.period = 0.0
    before = threading.active_count()
    for _ in range(1000):
        camera = usb("usb:A1", host)
        camera.open()
        frames = camera.frames()
        next(frames)
        camera.close()
        assert next(frames, None) is None
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("usb:", "names no camera"),
        ("usb:A1?format=raw", "format is mjpg or yuy2, not 'raw'"),
        ("usb:A1?size=big", "size is written as 1280x1024, not 'big'"),
        ("usb:A1?fps=fast", "fps must be a number"),
        ("usb:A1?backend=msmf", "backend is one of v4l2 here, not 'msmf'"),
        ("usb:A1?gain=3", "no option 'gain'"),
    ],
)
def test_an_address_that_will_not_do(address: str, sentence: str, host: PlayedHost) -> None:
    with pytest.raises(CameraUnavailable, match=sentence):
        usb(address, host)


def test_what_is_found_opens(host: PlayedHost) -> None:
    (found,) = discover_usb(host)
    assert found.address == "usb:A1"
    camera = usb(found.address, host)
    camera.open()
    assert camera.identity == found
    camera.close()


def test_looking_for_cameras_works_on_this_machine() -> None:
    assert all(found.address.startswith("usb:") for found in discover())
