"""Controls over a kernel played by hand, in the kernel's own structures; `tests/uvc` has the real one."""

import errno
import struct
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Video4Linux is Linux' own", allow_module_level=True)

from inspector.cameras import usb_v4l2
from inspector.cameras.usb_v4l2 import try_to_take
from inspector.cameras.usb_v4l2_controls import V4l2Controls
from inspector.domain.camera_feature import FeatureKind, FeatureRefused

# As in linux/videodev2.h and linux/v4l2-controls.h.
REQBUFS, G_CTRL, S_CTRL, QUERYCTRL, QUERYMENU = 0xC0145608, 0xC008561B, 0xC008561C, 0xC0445624, 0xC02C5625
GAIN, WHITE_BALANCE_AUTO, POWER_LINE = 0x00980913, 0x0098090C, 0x00980918
EXPOSURE_AUTO, EXPOSURE_ABSOLUTE, FOCUS = 0x009A0901, 0x009A0902, 0x009A090A
INACTIVE, DISABLED = 0x10, 0x1


@dataclass
class PlayedKernel:
    """Controls as (minimum, maximum, step, flags) and values by number, and menus."""

    controls: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)
    values: dict[int, int] = field(default_factory=dict)
    menus: dict[int, dict[int, str]] = field(default_factory=dict)
    busy: bool = False

    def ioctl(self, device: int, request: int, argument: bytes) -> bytes:  # noqa: ARG002 - as fcntl has it
        if request == REQBUFS:
            if self.busy:
                raise OSError(errno.EBUSY, "busy")
            return argument
        (number,) = struct.unpack_from("=I", argument)
        if number not in self.controls:
            raise OSError(errno.EINVAL, "no such control")
        if request == QUERYCTRL:
            low, high, step, flags = self.controls[number]
            return struct.pack("=II32siiiiI8x", number, 1, b"Control", low, high, step, low, flags)
        if request == QUERYMENU:
            (index,) = struct.unpack_from("=4xI", argument)
            if index not in self.menus[number]:
                raise OSError(errno.EINVAL, "no such item")
            return struct.pack("=II32sI", number, index, self.menus[number][index].encode(), 0)
        if request == S_CTRL:
            self.values[number] = struct.unpack("=Ii", argument)[1]
            return argument
        assert request == G_CTRL
        return struct.pack("=Ii", number, self.values[number])


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> PlayedKernel:
    played = PlayedKernel(
        {
            GAIN: (0, 255, 5, 0),
            WHITE_BALANCE_AUTO: (0, 1, 1, 0),
            POWER_LINE: (0, 2, 1, 0),
            EXPOSURE_AUTO: (0, 3, 1, 0),
            EXPOSURE_ABSOLUTE: (3, 2047, 1, INACTIVE),
            FOCUS: (0, 250, 1, DISABLED),
        },
        {GAIN: 64, WHITE_BALANCE_AUTO: 1, POWER_LINE: 2, EXPOSURE_AUTO: 3, EXPOSURE_ABSOLUTE: 250},
        {
            EXPOSURE_AUTO: {1: "Manual Mode", 3: "Aperture Priority Mode"},
            POWER_LINE: {0: "Disabled", 1: "50 Hz", 2: "60 Hz"},
        },
    )
    monkeypatch.setattr(usb_v4l2.fcntl, "ioctl", played.ioctl)
    return played


@pytest.fixture
def controls(tmp_path: Path, kernel: PlayedKernel) -> V4l2Controls:
    (tmp_path / "video0").touch()
    return V4l2Controls(str(tmp_path / "video0"))


def test_controls_have_their_names_ranges_and_units(controls: V4l2Controls) -> None:
    features = {feature.name: feature for feature in controls.features()}
    assert list(features) == ["ExposureTime", "ExposureAuto", "Gain", "BalanceWhiteAuto", "PowerLineFrequency"]
    exposure = features["ExposureTime"]
    assert (exposure.value, exposure.minimum, exposure.maximum, exposure.increment) == (25_000, 300, 204_700, 100)
    assert (exposure.unit, exposure.kind, exposure.writable) == ("us", FeatureKind.NUMBER, False)
    assert (features["ExposureAuto"].value, features["ExposureAuto"].choices) == ("Continuous", ("Off", "Continuous"))
    assert (features["Gain"].value, features["Gain"].increment, features["Gain"].unit) == (64, 5, "driver units")
    assert features["PowerLineFrequency"].value == "60 Hz"


def test_controls_are_set_in_the_drivers_units(controls: V4l2Controls, kernel: PlayedKernel) -> None:
    with pytest.raises(FeatureRefused, match="ExposureTime cannot be changed at this camera now"):
        controls.change("ExposureTime", 10_000.0)
    controls.change("ExposureAuto", "Off")
    assert kernel.values[EXPOSURE_AUTO] == 1
    kernel.controls[EXPOSURE_ABSOLUTE] = (3, 2047, 1, 0)
    controls.change("ExposureTime", 10_050.0)
    assert kernel.values[EXPOSURE_ABSOLUTE] == 100, "between two steps, the lower"
    controls.change("ExposureAuto", "Continuous")
    assert kernel.values[EXPOSURE_AUTO] == 3
    controls.change("PowerLineFrequency", "50 Hz")
    assert kernel.values[POWER_LINE] == 1


def test_what_the_camera_cannot_take_is_refused_unwritten(controls: V4l2Controls, kernel: PlayedKernel) -> None:
    before = dict(kernel.values)
    with pytest.raises(FeatureRefused, match="Gain lies within 0 to 255"):
        controls.change("Gain", 256)
    with pytest.raises(FeatureRefused, match="has no Focus"):
        controls.change("Focus", 1)
    with pytest.raises(FeatureRefused, match="is one of Disabled, 50 Hz, 60 Hz"):
        controls.change("PowerLineFrequency", "16 Hz")
    assert kernel.values == before


def test_a_device_that_others_hold_is_busy(tmp_path: Path, kernel: PlayedKernel) -> None:
    (tmp_path / "video0").touch()
    assert try_to_take(str(tmp_path / "video0")) == 0
    kernel.busy = True
    assert try_to_take(str(tmp_path / "video0")) == errno.EBUSY
    assert try_to_take(str(tmp_path / "video1")) == errno.ENOENT


def test_a_camera_that_is_gone_raises(tmp_path: Path, kernel: PlayedKernel) -> None:
    with pytest.raises(OSError, match="No such file"):
        V4l2Controls(str(tmp_path / "video0")).features()
