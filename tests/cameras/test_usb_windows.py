"""Windows: what the backends list, played by hand; the paths are those that real cameras have."""

from dataclasses import dataclass, field

import cv2
import pytest

from inspector.cameras.usb_devices import discover_usb, find_device, unique_name
from inspector.cameras.usb_windows import OpenCvControls, WindowsHost
from inspector.domain.camera_feature import FeatureRefused
from tests.cameras.devices_usb import PlayedCapture, PlayedListing

MSMF = "#{e5323777-f976-4f5b-9b55-b94699c46e44}\\global"
DSHOW = "#{65e8773d-8f56-11d0-a3b9-00a0c9223196}\\global"
WEBCAM = r"\\?\usb#vid_046d&pid_0825&mi_00#7&2a5b1c4e&0&0000"
TWIN = r"\\?\usb#vid_046d&pid_0825&mi_00#7&19ff0c01&0&0000"
SERIAL = r"\\?\USB#VID_199E&PID_8457#12345678"


def host() -> WindowsHost:
    listed = {
        cv2.CAP_MSMF: [
            PlayedListing(0, "C270", WEBCAM + MSMF),
            PlayedListing(1, "C270", TWIN + MSMF),
            PlayedListing(2, "DFK", SERIAL + MSMF),
        ],
        cv2.CAP_DSHOW: [
            PlayedListing(0, "DFK", SERIAL.lower() + DSHOW),
            PlayedListing(1, "C270", TWIN + DSHOW),
            PlayedListing(2, "OBS Virtual Camera", None),
            PlayedListing(3, "C270", WEBCAM + DSHOW),
        ],
    }
    return WindowsHost(lambda backend: listed[backend])


def test_cameras_are_named_by_serial_or_by_instance() -> None:
    devices = host().devices("msmf")
    assert [unique_name(device, devices) for device in devices] == [
        "046d:0825#7&2a5b1c4e&0&0000",
        "046d:0825#7&19ff0c01&0&0000",
        "12345678",
    ]
    assert devices[2].serial == "12345678"


def test_one_name_finds_the_same_camera_in_both_backends_orders() -> None:
    name = "046d:0825#7&19FF0C01&0&0000"
    assert find_device(name, name, host().devices("msmf")).index == 1
    assert find_device(name, name, host().devices("dshow")).index == 1
    assert find_device("12345678", "usb:12345678", host().devices("msmf")).index == 2
    assert find_device("12345678", "usb:12345678", host().devices("dshow")).index == 0


def test_each_camera_is_found_once_the_virtual_one_through_directshow() -> None:
    assert [found.address for found in discover_usb(host())] == [
        "usb:046d:0825#7&2a5b1c4e&0&0000",
        "usb:046d:0825#7&19ff0c01&0&0000",
        "usb:12345678",
        "usb:OBS Virtual Camera?backend=dshow",
    ]


def test_a_camera_is_there_while_its_path_is_listed() -> None:
    device = host().devices("msmf")[0]
    assert host().present(device)
    assert not WindowsHost(lambda _: []).present(device)
    assert host().used_by(device) == ""


@dataclass
class Driver:
    """Controls of a driver that takes whole numbers up to 10 and has no focus."""

    capture: PlayedCapture = field(default_factory=lambda: PlayedCapture(lambda _, value: min(value, 10.0)))

    def controls(self) -> OpenCvControls:
        self.capture.properties |= {
            cv2.CAP_PROP_EXPOSURE: -1.0,
            cv2.CAP_PROP_GAIN: 4.0,
            cv2.CAP_PROP_AUTO_EXPOSURE: 1.0,
        }
        return OpenCvControls(lambda question: question(self.capture))


def test_controls_in_the_drivers_own_units() -> None:
    features = {feature.name: feature for feature in Driver().controls().features()}
    assert sorted(features) == ["Exposure", "ExposureAuto", "Gain"]
    assert (features["Exposure"].value, features["Exposure"].unit) == (-1.0, "driver units")
    assert features["ExposureAuto"].value == "Continuous"
    assert features["Gain"].minimum is None


def test_a_control_is_set() -> None:
    driver = Driver()
    controls = driver.controls()
    controls.change("Gain", 7)
    controls.change("ExposureAuto", "Off")
    controls.change("Exposure", -6)
    assert driver.capture.wishes == [
        (cv2.CAP_PROP_GAIN, 7.0),
        (cv2.CAP_PROP_AUTO_EXPOSURE, 0.0),
        (cv2.CAP_PROP_EXPOSURE, -6.0),
    ]


def test_what_the_driver_did_not_take_is_refused() -> None:
    with pytest.raises(FeatureRefused, match=r"did not take 50\.0 for Gain; it is 10 driver units"):
        Driver().controls().change("Gain", 50)
    with pytest.raises(FeatureRefused, match="has no Focus"):
        Driver().controls().change("Focus", 1)
    with pytest.raises(FeatureRefused, match="ExposureAuto is one of Off, Continuous"):
        Driver().controls().change("ExposureAuto", "On")
