"""What the GigE drivers do beyond the common suite, on a device that streams pictures over loopback."""

import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.cameras import gige, gige2
from inspector.cameras.address import parse_address
from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.gige_control import GVCP_PORT, holder_of, names_of, own_address, read_register
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame
from tests.cameras.conformance import Taker
from tests.fixtures.gige import RunningDevice

HERE = "127.0.0.1"
DRIVERS = {"gige": gige.gige_camera, "gige2": gige2.gige2_camera}
Start = Callable[..., RunningDevice]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(7)
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), random.integers(0, 256, (96, 128, 3), dtype=np.uint8))
    return tmp_path


@pytest.fixture
def opened() -> Iterator[Callable[[str], GenicamCamera]]:
    cameras: list[GenicamCamera] = []

    def open_at(text: str) -> GenicamCamera:
        address = parse_address(text)
        cameras.append(DRIVERS[address.driver](address, SystemClock()))
        cameras[-1].open()
        return cameras[-1]

    yield open_at
    for camera in cameras:
        camera.close()


def _value(camera: GenicamCamera, name: str) -> object:
    return {feature.name: feature.value for feature in camera.controls.features()}[name]


def _first(camera: GenicamCamera) -> Frame:
    frame = next(iter(camera.frames()))
    assert isinstance(frame, Frame)
    return frame


both = pytest.mark.parametrize("driver", sorted(DRIVERS))
on_the_network = pytest.mark.own_network


def test_an_address_that_names_no_camera_or_an_unknown_option_is_refused() -> None:
    for text, why in (("gige:", "write it as gige:SERIAL"), ("gige:S1?speed=2", "no option 'speed'")):
        with pytest.raises(CameraUnavailable, match=why):
            gige.gige_camera(parse_address(text), SystemClock())
    with pytest.raises(CameraUnavailable, match="packet must be a number"):
        gige2.gige2_camera(parse_address("gige2:S1?packet=big"), SystemClock())


def test_a_second_driver_that_is_not_installed_is_told_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert gige2.problem() == ""
    monkeypatch.setattr(gige2, "find_spec", lambda _: None)
    assert "pip install 'inspector-station[gige2]'" in gige2.problem()


@on_the_network
@both
def test_the_address_sets_packet_size_and_delay(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    gige_device(folder, serial="S1")
    camera = opened(f"{driver}:S1?packet=1200&delay=5000")
    _first(camera)
    assert read_register(HERE, 0x0D04) is not None
    assert (read_register(HERE, 0x0D04) or 0) & 0xFFFF == 1200
    assert read_register(HERE, 0x0D08) == 5000


@on_the_network
@both
def test_a_packet_size_out_of_range_is_refused_with_the_range(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    gige_device(folder, serial="S1")
    with pytest.raises(CameraUnavailable, match="GevSCPSPacketSize lies within 576 to 16000"):
        opened(f"{driver}:S1?packet=60000")
    opened(f"{driver}:S1")


@on_the_network
@both
@pytest.mark.parametrize("pixel_format", ["Mono12Packed", "BayerRG8", "BayerGB12p", "RGB8"])
def test_both_drivers_give_the_same_picture_bit_for_bit(
    driver: str,
    pixel_format: str,
    gige_device: Start,
    folder: Path,
    opened: Callable[[str], GenicamCamera],
) -> None:
    gige_device(folder, serial="S1", pixel_format="Mono8")
    pictures = []
    for each in (driver, "gige" if driver == "gige2" else "gige2"):
        camera = opened(f"{each}:S1")
        camera.controls.change("PixelFormat", pixel_format)
        pictures.append(_shown(camera))
        camera.close()
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) == 3


def _shown(camera: GenicamCamera) -> set[bytes]:
    """Return the bytes of the three pictures that the device shows by turns."""
    frames = [frame for frame in islice(camera.frames(), 9) if isinstance(frame, Frame)]
    assert not any(frame.incomplete for frame in frames)
    return {frame.pixels.tobytes() for frame in frames}


@on_the_network
@both
def test_the_serial_number_and_the_ip_address_lead_to_the_same_camera(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    gige_device(folder, serial="S1", vendor="Maker", model="M5")
    camera = opened(f"{driver}:{HERE}")
    identity = camera.identity
    assert (identity.serial, identity.vendor, identity.model, identity.place) == ("S1", "Maker", "M5", HERE)
    assert identity.name == "Maker M5 S1"


@on_the_network
def test_others_that_are_there_are_named_when_one_is_not(gige_device: Start, folder: Path) -> None:
    gige_device(folder, serial="S1")
    with pytest.raises(CameraUnavailable, match=r"S9 answers .*; there is S1"):
        gige.gige_camera(parse_address("gige:S9"), SystemClock()).open()


@on_the_network
@both
def test_a_line_s_pulse_is_a_picture(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    device = gige_device(folder, serial="S1")
    camera = opened(f"{driver}:S1")
    camera.controls.change("TriggerSource", "Line1")
    camera.controls.change("TriggerMode", "On")
    with Taker(camera).taking() as taker:
        assert not taker.wait_for(1, 0.5)
        assert not camera.controls.trigger()
        for count in (1, 2, 3):
            device.pulse()
            assert taker.wait_for(count, 2), taker.loss
        assert not taker.wait_for(4, 0.3)


@on_the_network
@both
def test_what_gets_lost_is_asked_for_again(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    gige_device(folder, serial="S1", loss=0.02)
    camera = opened(f"{driver}:S1?packet=600")
    frames = [frame for frame in islice(camera.frames(), 20) if isinstance(frame, Frame)]
    counts = camera.controls.counts()
    assert counts.resends
    assert counts.recovered
    assert counts.bytes > 20 * 96 * 128 * 0.5
    assert sum(frame.incomplete for frame in frames) <= 4
    assert counts.frames + counts.incomplete >= 20


@on_the_network
@both
def test_a_device_that_falls_silent_is_lost_in_three_seconds_and_closed_in_one(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    """A pulled cable: no answer at all, where a killed device on loopback refuses at once."""
    device = gige_device(folder, serial="S1")
    camera = opened(f"{driver}:S1")
    with Taker(camera).taking() as taker:
        assert taker.wait_for(2, 3), taker.loss
        os.kill(device.process.pid, signal.SIGSTOP)
        try:
            stopped = time.monotonic()
            assert taker.wait_for_end(4)
            assert time.monotonic() - stopped < 3
            assert "does not answer any more" in taker.loss
            closing = time.monotonic()
            camera.close()
            assert time.monotonic() - closing < 1.0
        finally:
            os.kill(device.process.pid, signal.SIGCONT)


@on_the_network
@both
def test_a_trigger_that_waits_for_a_silent_device_does_not_hide_the_loss(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    device = gige_device(folder, serial="S1")
    camera = opened(f"{driver}:S1")
    camera.change("TriggerMode", "On")
    camera.change("TriggerSource", "Software")
    with Taker(camera).taking() as taker, ThreadPoolExecutor(1) as asking:
        assert asking.submit(camera.trigger).result(5)
        assert taker.wait_for(1, 3), taker.loss
        os.kill(device.process.pid, signal.SIGSTOP)
        try:
            stopped = time.monotonic()
            waiting = asking.submit(camera.trigger)
            assert taker.wait_for_end(4)
            assert time.monotonic() - stopped < 3
            assert "does not answer any more" in taker.loss
        finally:
            os.kill(device.process.pid, signal.SIGCONT)
        waiting.exception(15)  # however it ends, it ends


@on_the_network
@both
def test_a_device_that_was_restarted_behind_our_back_is_lost_too(
    driver: str, gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    device = gige_device(folder, serial="S1")
    camera = opened(f"{driver}:S1")
    camera.controls.change("TriggerMode", "On")
    with Taker(camera).taking() as taker:
        assert not taker.wait_for(1, 0.3)
        device.kill()
        gige_device(folder, serial="S1")
        restarted = time.monotonic()
        assert taker.wait_for_end(4)
        assert time.monotonic() - restarted < 3
        assert "was restarted" in taker.loss


@on_the_network
def test_names_and_holder_are_asked_past_the_libraries(
    gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    assert names_of(HERE) is None
    assert read_register(HERE, 0x0A00) is None
    gige_device(folder, serial="S1", vendor="Maker", model="M5", user_name="left")
    names = names_of(HERE)
    assert names is not None
    assert (names.vendor, names.model, names.serial, names.user_name) == ("Maker", "M5", "S1", "left")
    assert holder_of(HERE) is None
    camera = opened("gige:S1")
    holder = holder_of(HERE)
    assert holder is not None
    assert holder.address == HERE == own_address(HERE)
    with pytest.raises(CameraUnavailable, match="is held by another application on this computer; close it there"):
        opened("gige2:S1")
    camera.close()
    assert holder_of(HERE) is None


@on_the_network
def test_answers_that_are_none_are_not_believed(own_network: None) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as liar:
        liar.bind((HERE, GVCP_PORT))
        liar.settimeout(5)
        for answer in (struct.pack(">HHHH", 0x8006, 0x81, 0, 1), b"", struct.pack(">HHHH", 0, 0x81, 0, 1)):
            answers = _answering(liar, answer)
            assert read_register(HERE, 0x0A00) is None
            answers()


def _answering(liar: socket.socket, answer: bytes) -> Callable[[], None]:
    def reply() -> None:
        _, caller = liar.recvfrom(2048)
        liar.sendto(answer, caller)

    thread = threading.Thread(target=reply)
    thread.start()
    return thread.join


@on_the_network
def test_a_stalled_reader_s_newest_picture_is_new(
    gige_device: Start, folder: Path, opened: Callable[[str], GenicamCamera]
) -> None:
    gige_device(folder, serial="S1", fps=50)
    frames = opened("gige:S1").frames()
    for _ in range(5):
        frame = next(frames)
        assert isinstance(frame, Frame)
        time.sleep(0.3)
        newest = next(frames)
        assert isinstance(newest, Frame)
        assert newest.sequence - frame.sequence >= 10
        assert time.monotonic() - newest.monotonic < 0.1
