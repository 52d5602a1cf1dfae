"""Finding a USB camera again by its serial number or its place."""

import pytest

from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.usb_devices import UsbDevice, discover_usb, find_device, unique_name
from tests.cameras.devices_usb import PlayedHost


def device(index: int, serial: str, *places: str, backend: str = "v4l2") -> UsbDevice:
    return UsbDevice(backend, f"/dev/video{index}", index, "Cam", serial, places)


def test_a_serial_number_names_its_camera() -> None:
    devices = (device(0, "A1", "1-1"), device(2, "B2", "1-2"))
    assert [unique_name(one, devices) for one in devices] == ["A1", "B2"]
    assert find_device("b2", "usb:b2", devices) is devices[1]
    assert find_device("1-1", "usb:1-1", devices) is devices[0]
    assert find_device("/dev/video2", "usb:/dev/video2", devices) is devices[1]


def test_two_cameras_of_one_serial_number_are_told_apart_by_their_place() -> None:
    devices = (device(0, "0001", "1-1"), device(2, "0001", "1-2"), device(4, "", "1-3"))
    assert [unique_name(one, devices) for one in devices] == ["1-1", "1-2", "1-3"]
    with pytest.raises(
        CameraUnavailable, match="2 cameras answer to '0001'; choose one by its place: usb:1-1, usb:1-2"
    ):
        find_device("0001", "usb:0001", devices)


def test_two_pictures_of_one_camera_are_told_apart_by_their_function() -> None:
    devices = (device(0, "A1", "1-1", "1-1:1.0"), device(2, "A1", "1-1", "1-1:1.2"))
    assert [unique_name(one, devices) for one in devices] == ["1-1:1.0", "1-1:1.2"]


def test_a_camera_that_is_not_there_says_what_is() -> None:
    with pytest.raises(CameraUnavailable, match="'usb:A1' is not plugged in; found was no camera"):
        find_device("A1", "usb:A1", ())
    with pytest.raises(CameraUnavailable, match="found was usb:B2"):
        find_device("A1", "usb:A1", (device(0, "B2"),))


def test_a_camera_of_the_second_backend_is_addressed_through_it() -> None:
    both = [
        device(0, "A1", backend="msmf"),
        device(1, "A1", backend="dshow"),
        device(0, "", "OBS", backend="dshow"),
    ]
    host = PlayedHost(both, backends=("msmf", "dshow"), held_by="cheese")
    found = discover_usb(host)
    assert [one.address for one in found] == ["usb:A1", "usb:OBS?backend=dshow"]
    assert found[0].used_by == "cheese"
