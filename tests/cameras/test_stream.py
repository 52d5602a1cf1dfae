"""Network streams: an MJPEG server of our own on loopback."""

import logging
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from inspector.cameras.address import parse_address
from inspector.cameras.camera import AdjustableCamera, CameraUnavailable
from inspector.cameras.capture_source import Patience
from inspector.cameras.stream import Login, StreamCamera, environment_logins
from inspector.domain.camera_feature import FeatureRefused
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame
from tests.cameras.devices_stream import HEIGHT, WIDTH, MjpegServer, number_of
from tests.fixtures.logs import ExpectedLogs

SECRET = "s3cret:/@?"


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    running = MjpegServer(login=f"line:{SECRET}")
    yield running
    running.close()


def stream(url: str, login: Login | None = None, patience: Patience = Patience()) -> StreamCamera:  # noqa: B008 - frozen
    return StreamCamera(parse_address(f"stream:{url}"), SystemClock(), lambda _: login, patience)


def test_pictures_come_in_order_in_rgb(server: MjpegServer) -> None:
    camera = stream(f"{server.url}/line")
    assert isinstance(camera, AdjustableCamera)
    camera.open()
    frames = camera.frames()
    taken = [next(frames) for _ in range(8)]
    assert all(isinstance(frame, Frame) for frame in taken)
    numbers = [number_of(frame.pixels) for frame in taken if isinstance(frame, Frame)]
    steps = [(later - former) % 12 for former, later in pairwise(numbers)]
    assert all(1 <= step <= 3 for step in steps), numbers
    assert {frame.camera for frame in taken} == {f"stream:{server.url}/line"}
    assert [frame.sequence for frame in taken] == sorted({frame.sequence for frame in taken})
    assert {feature.name: feature.value for feature in camera.controls.features()}["Width"] == WIDTH
    assert {feature.name: feature.value for feature in camera.controls.features()}["Height"] == HEIGHT
    with pytest.raises(FeatureRefused, match="own pages"):
        camera.controls.change("Width", 320)
    assert not camera.controls.trigger()
    camera.close()
    assert next(frames, None) is None
    counts = camera.controls.counts()
    assert counts.frames >= 8
    assert counts.bytes == counts.frames * WIDTH * HEIGHT * 3


def test_the_newest_picture_wins(server: MjpegServer) -> None:
    camera = stream(f"{server.url}/line")
    camera.open()
    frames = camera.frames()
    next(frames)
    time.sleep(1.0)  # some 25 pictures come meanwhile, and nobody takes them
    late = next(frames)
    assert isinstance(late, Frame)
    age = (server.sent - 1 - number_of(late.pixels)) % 12
    assert age <= 3, f"the picture was {age} pictures old"
    assert camera.controls.counts().dropped > 10
    frames.close()  # type: ignore[attr-defined]


def test_a_stream_that_falls_silent_is_lost_within_3_seconds(server: MjpegServer) -> None:
    camera = stream(f"{server.url}/line")
    camera.open()
    frames = camera.frames()
    next(frames)
    server.hold.set()
    begin = time.monotonic()
    with pytest.raises(CameraUnavailable, match="check its cable and power"):
        list(frames)
    assert time.monotonic() - begin < 3.0


def test_a_stream_that_breaks_off_is_lost_at_once_and_opens_again(server: MjpegServer) -> None:
    camera = stream(f"{server.url}/line")
    camera.open()
    frames = camera.frames()
    next(frames)
    server.ended.set()
    begin = time.monotonic()
    with pytest.raises(CameraUnavailable, match="sends no pictures any more"):
        list(frames)
    assert time.monotonic() - begin < 1.0
    server.ended.clear()
    again = stream(f"{server.url}/line")
    again.open()
    assert isinstance(next(again.frames()), Frame)
    again.close()


def test_close_while_opening_gives_a_hanging_driver_up(server: MjpegServer, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("the driver of 'stream:.*' does not let go; its thread is given up")
    server.hold.set()
    camera = stream(f"{server.url}/line", patience=Patience(leave=0.2))
    begin = time.monotonic()
    threading.Timer(0.2, camera.close).start()
    with pytest.raises(CameraUnavailable, match="closed while opening"):
        camera.open()
    assert time.monotonic() - begin < 1.0
    server.hold.clear()


def test_nobody_there_is_said_without_waiting_long() -> None:
    camera = stream("http://127.0.0.1:9/line")
    with pytest.raises(CameraUnavailable, match=r"'stream:http://127.0.0.1:9/line' cannot be opened; check"):
        camera.open()


def test_a_login_opens_the_stream_and_is_shown_nowhere(
    server: MjpegServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    camera = stream(f"{server.url}/locked#login=DOCK", Login("line", SECRET))
    camera.open()
    frame = next(camera.frames())
    wrong = stream(f"{server.url}/locked#login=DOCK", Login("line", f"not{SECRET}"))
    with pytest.raises(CameraUnavailable) as refused:
        wrong.open()
    camera.close()
    output = capfd.readouterr()
    shown = [repr(camera.identity), frame.camera, str(refused.value), caplog.text, output.out, output.err]
    shown += [repr(Login("line", SECRET)), *(thread.name for thread in threading.enumerate())]
    assert not any("s3cret" in text for text in shown)


def test_a_login_goes_into_a_query_that_asks_for_it(server: MjpegServer) -> None:
    camera = stream(f"{server.url}/line?usr={{user}}&pwd={{password}}&size=2#login=DOCK", Login("line", "a&b"))
    camera.open()
    camera.close()
    assert server.queries == ["/line?usr=line&pwd=a%26b&size=2"]


def test_a_login_that_is_not_kept_here_is_said() -> None:
    with pytest.raises(CameraUnavailable, match="variable INSPECTOR_LOGIN_DOCK to user:password"):
        stream("rtsp://127.0.0.1/line#login=dock").open()


def test_logins_are_kept_in_the_environment() -> None:
    logins = environment_logins({"INSPECTOR_LOGIN_DOCK": "line:a:b", "INSPECTOR_LOGIN_BAD": "line"})
    assert logins("dock") == Login("line", "a:b")
    assert logins("bad") is None
    assert logins("other") is None


@pytest.mark.parametrize(
    "url",
    ["rtsp://line:s3cret@host/a", "rtsp://s3cret@host/a", "http://host/a?pwd=s3cret", "http://host/a?x=1&Token=s3cret"],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(CameraUnavailable, match="#login=NAME") as refused:
        stream(url)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["", "host/line", "ftp://host/line", "rtsp://", "rtsp://host:port/line", "rtsp://[::1/a"]
)
def test_what_is_no_stream_is_refused(url: str) -> None:
    with pytest.raises(CameraUnavailable, match="stream:rtsp://HOST/PATH"):
        stream(url)


def test_the_fragment_holds_a_login_name_alone() -> None:
    with pytest.raises(CameraUnavailable, match="ends with #login=NAME or with nothing"):
        stream("rtsp://host/line#fast")


def test_a_camera_of_a_stream_keeps_its_query() -> None:
    camera = stream("rtsp://host/cam?channel=1&subtype=0")
    assert camera.identity.name == "Stream host/cam"
    assert camera._url.query == "channel=1&subtype=0"
