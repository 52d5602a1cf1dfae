"""From an address to a camera, and what there is."""

from dataclasses import replace

import pytest

from inspector.cameras import discovery
from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.discovery import discover, drivers, open_camera


def test_every_driver_says_how_its_addresses_are_written() -> None:
    for driver in drivers():
        assert driver.pattern.startswith(f"{driver.name}:")
        assert driver.description


def test_the_demo_camera_is_always_found() -> None:
    assert "demo:7" in [camera.address for camera in discover()]
    for found in discover():
        assert open_camera(found.address).identity == found


def test_an_unknown_driver_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CameraUnavailable, match="no camera driver 'webcam'; known are demo, folder, list, video"):
        open_camera("webcam:0")


def test_a_driver_that_lacks_its_library_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = tuple(replace(driver, problem="install it with pip install x") for driver in drivers())
    monkeypatch.setattr(discovery, "drivers", lambda: lacking)
    assert discover() == ()
    with pytest.raises(CameraUnavailable, match="pip install x"):
        open_camera("demo:7")
