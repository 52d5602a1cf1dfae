"""From an address to a camera, and what there is."""

from dataclasses import replace

import pytest

from inspector.cameras import discovery
from inspector.cameras.camera import CameraIdentity, CameraUnavailable
from inspector.cameras.discovery import discover, drivers, open_camera


def test_every_driver_says_how_its_addresses_are_written() -> None:
    for driver in drivers():
        assert driver.pattern.startswith(f"{driver.name}:")
        assert driver.description


@pytest.mark.own_network
def test_the_demo_camera_is_always_found() -> None:
    assert "demo:7" in [camera.address for camera in discover()]


def test_an_unknown_driver_is_refused_with_the_known_ones() -> None:
    known = "demo, usb, gige, gige2, u3v, gentl, pylon, stream, folder, list, video"
    with pytest.raises(CameraUnavailable, match=f"no camera driver 'webcam'; known are {known}"):
        open_camera("webcam:0")


def test_a_stream_without_its_driver_does_not_tell_its_password() -> None:
    with pytest.raises(CameraUnavailable, match="stream:rtsp") as refusal:
        open_camera("rtsp://user:secret@host/door")
    assert "secret" not in str(refusal.value)


def test_a_driver_that_fails_hides_nobody_elses_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[CameraIdentity, ...]:
        raise RuntimeError("no bus")

    failing = tuple(driver if driver.name == "demo" else replace(driver, discover=fail) for driver in drivers())
    monkeypatch.setattr(discovery, "drivers", lambda _producers: failing)
    assert [camera.address for camera in discover()] == ["demo:7"]


def test_a_driver_that_lacks_its_library_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = tuple(replace(driver, problem="install it with pip install x") for driver in drivers())
    monkeypatch.setattr(discovery, "drivers", lambda _producers=(): lacking)
    with pytest.raises(CameraUnavailable, match="pip install x"):
        open_camera("demo:7")
