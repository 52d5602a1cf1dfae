"""Basler's cameras, played by pylon itself: pictures of a folder, triggers, failed pictures, what is refused."""

import os
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from inspector.cameras import pylon
from inspector.cameras.address import parse_address
from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.pylon import discover_pylon, pylon_camera
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Pixels
from inspector.pictures import encode_png
from tests.cameras.conformance import Taker, picture
from tests.cameras.devices_pylon import EMULATOR

pytest.importorskip("pypylon", reason="pypylon is not installed: pip install pypylon")

SERIAL = "0815-0001"


@pytest.fixture(autouse=True)
def emulated() -> None:
    os.environ["PYLON_CAMEMU"] = "2"  # read once by pylon, so it stays


@pytest.fixture
def colours(tmp_path: Path) -> tuple[Pixels, ...]:
    """Return colour pictures, which lie in `tmp_path` too."""
    random = np.random.default_rng(7)
    pictures = tuple(random.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(3))
    for number, shown in enumerate(pictures):
        (tmp_path / f"part{number}.png").write_bytes(encode_png(shown))
    return pictures


def camera_of(options: str = "", serial: str = SERIAL) -> GenicamCamera:
    return pylon_camera(parse_address(f"pylon:{serial}{options}"), SystemClock(), EMULATOR)


def test_cameras_are_found() -> None:
    first, second = discover_pylon(EMULATOR)
    assert (first.address, second.address) == ("pylon:0815-0000", "pylon:0815-0001")
    assert second.name == "Basler Emulation 0815-0001"
    assert second.simulated
    assert second.used_by == ""


def test_colour_pictures_of_a_folder_come_out_equal_one_for_each_trigger(
    colours: tuple[Pixels, ...], tmp_path: Path
) -> None:
    camera = camera_of(f"?pictures={tmp_path}")
    camera.open()
    camera.controls.change("TriggerSource", "Software")
    camera.controls.change("TriggerMode", "On")
    with Taker(camera).taking() as taker:
        for count in range(1, 6):
            assert camera.controls.trigger()
            assert taker.wait_for(count, 3), taker.loss
        for number, frame in enumerate(taker.frames):
            assert np.array_equal(frame.pixels, colours[number % 3]), number
    assert camera.identity.place == "CamEmu"


@pytest.mark.parametrize(
    "name", ["Mono8", "Mono12", "BayerRG8", "BayerGB12", "RGB8Packed", "BGR8Packed", "BGRA8Packed"]
)
def test_pixel_formats_of_the_emulator_become_pictures(name: str) -> None:
    camera = camera_of()
    camera.open()
    camera.controls.change("Width", 320)
    camera.controls.change("Height", 240)
    camera.controls.change("PixelFormat", name)
    frame = picture(next(camera.frames()))
    camera.close()
    assert frame.pixels.shape[:2] == (240, 320)
    assert frame.pixels.ndim == (2 if name.startswith("Mono") else 3)
    assert frame.pixels.std() > 10


def test_formats_that_cannot_be_read_are_not_offered() -> None:
    camera = camera_of()
    camera.open()
    formats = {feature.name: feature for feature in camera.controls.features()}["PixelFormat"].choices
    camera.close()
    assert "BayerGR12" in formats
    assert "RGB16Packed" not in formats


def test_a_failed_picture_is_delivered_as_incomplete() -> None:
    camera = camera_of()
    camera.open()
    camera.controls.change("TriggerSource", "Software")
    camera.controls.change("TriggerMode", "On")
    with Taker(camera).taking() as taker:
        device = camera._device
        assert device is not None
        assert camera.controls.trigger()
        assert taker.wait_for(1, 3), taker.loss
        device.nodes.write("ForceFailedBufferCount", 1)
        assert device.nodes.execute("ForceFailedBuffer")
        for count in (2, 3):
            assert camera.controls.trigger()
            assert taker.wait_for(count, 3), taker.loss
        assert [frame.incomplete for frame in taker.frames] == [False, True, False]
        assert len({frame.pixels.shape for frame in taker.frames}) == 1
        counts = camera.controls.counts()
        assert (counts.frames, counts.incomplete) == (2, 1)


def test_the_trigger_stays_set_when_it_is_opened_and_started() -> None:
    """Pylon's own way is to switch it off."""
    camera = camera_of()
    camera.open()
    camera.controls.change("TriggerSource", "Software")
    camera.controls.change("TriggerMode", "On")
    with Taker(camera).taking() as taker:
        assert not taker.wait_for(1, 0.5)
        values = {feature.name: feature.value for feature in camera.controls.features()}
        assert (values["TriggerMode"], values["TriggerSource"]) == ("On", "Software")
        began = time.monotonic()
        assert camera.controls.trigger()
        assert taker.wait_for(1, 3), taker.loss
        assert time.monotonic() - began < 1.0


def test_opened_and_closed_again_and_again_leaves_no_handle() -> None:
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("handles are counted in /proc")
    counts = []
    for _ in range(30):
        camera = camera_of()
        camera.open()
        assert len(list(islice(camera.frames(), 1))) == 1
        camera.close()
        counts.append(len(list(handles.iterdir())))
    assert counts[-1] == counts[5]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("pylon:4711", "pylon sees no camera 4711"),
        (f"pylon:{SERIAL}?pictures={{tmp}}/gone", "there is no picture in"),
        (f"pylon:{SERIAL}?pictures={{tmp}}", "cannot be shown"),
    ],
)
def test_what_cannot_be_opened(address: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"this is no picture")
    camera = pylon_camera(parse_address(address.format(tmp=tmp_path)), SystemClock(), EMULATOR)
    with pytest.raises(CameraUnavailable, match=message):
        camera.open()
    camera.close()


@pytest.mark.parametrize(
    ("address", "message"), [("pylon:", "names no camera"), ("pylon:1?packet=1500", "no option 'packet'")]
)
def test_an_address_that_says_nothing(address: str, message: str) -> None:
    with pytest.raises(CameraUnavailable, match=message):
        pylon_camera(parse_address(address), SystemClock())


def test_a_missing_library_is_said_with_the_line_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pylon.problem() == ""
    monkeypatch.setattr(pylon, "LIBRARY", "no_such_library")
    assert pylon.problem() == 'no_such_library is missing; install with: pip install "inspector-station[pylon]"'
