r"""USB cameras on Windows: Media Foundation first, DirectShow as the second choice.

The number that OpenCV opens is the place in the backend's own order, so it is looked up just before, through the same
backend. What names a camera is its device interface path, which both backends know:
`\\?\usb#vid_046d&pid_0825&mi_00#7&2a5b1c&0&0000#{class}\global`. Its third part is the serial number where the
camera has one and is one function; else Windows makes it up, from the parent's serial number or from the port, and it
holds ampersands. Both stay as they are when the computer starts again.
"""

import re

import cv2

from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.capture_source import VideoDevice
from inspector.cameras.usb_devices import Asking, Enumeration, UsbDevice
from inspector.domain.camera_feature import Feature, FeatureKind, FeatureRefused, FeatureValue, checked_value

_BACKENDS = {"msmf": cv2.CAP_MSMF, "dshow": cv2.CAP_DSHOW}
_PATH = re.compile(r"usb#(vid_([0-9a-f]{4})&pid_([0-9a-f]{4})[^#]*)#([^#]+)#", re.IGNORECASE)
DRIVER_UNITS = "driver units"
_ABSENT = -1.0
_ROUNDED = 0.5

# The unit of the exposure differs between drivers, so that it is not called ExposureTime, which is in microseconds.
_NUMBERS = {
    "Exposure": cv2.CAP_PROP_EXPOSURE,
    "Gain": cv2.CAP_PROP_GAIN,
    "WhiteBalanceTemperature": cv2.CAP_PROP_WB_TEMPERATURE,
    "Gamma": cv2.CAP_PROP_GAMMA,
    "Brightness": cv2.CAP_PROP_BRIGHTNESS,
    "Contrast": cv2.CAP_PROP_CONTRAST,
    "Saturation": cv2.CAP_PROP_SATURATION,
    "Sharpness": cv2.CAP_PROP_SHARPNESS,
    "Focus": cv2.CAP_PROP_FOCUS,
}
_SWITCHES = {
    "ExposureAuto": cv2.CAP_PROP_AUTO_EXPOSURE,
    "BalanceWhiteAuto": cv2.CAP_PROP_AUTO_WB,
    "FocusAuto": cv2.CAP_PROP_AUTOFOCUS,
}
_OFF, _CONTINUOUS = "Off", "Continuous"
_MAY_BE_BELOW_ZERO = frozenset({"Exposure"})


class WindowsHost:
    """The cameras that Media Foundation and DirectShow list."""

    backends = tuple(_BACKENDS)

    def __init__(self, enumerate_cameras: Enumeration) -> None:
        self._enumerate = enumerate_cameras

    def devices(self, backend: str) -> tuple[UsbDevice, ...]:
        """Return the cameras in the backend's order."""
        return tuple(
            _device(backend, found.index, found.path or "", found.name or "")
            for found in self._enumerate(_BACKENDS[backend])
        )

    def opened(self, device: UsbDevice) -> VideoDevice:
        """Open the camera by the number that the same backend has for it now."""
        capture = cv2.VideoCapture(device.index, _BACKENDS[device.backend])
        if not capture.isOpened():
            capture.release()
            raise CameraUnavailable(
                f"'{device.name}' could not be opened; it may be in use by another program, or Windows' privacy "
                "settings keep desktop programs from the camera"
            )
        return capture

    def present(self, device: UsbDevice) -> bool:
        """Say whether the backend still lists this path."""
        return any(other.path == device.path for other in self.devices(device.backend))

    def used_by(self, device: UsbDevice) -> str:  # noqa: ARG002 - Windows does not tell
        """Return nothing: Windows does not tell who holds a camera."""
        return ""

    def controls(self, device: UsbDevice, ask: Asking) -> "OpenCvControls":  # noqa: ARG002 - Linux needs the device
        """Return the controls as OpenCV offers them."""
        return OpenCvControls(ask)


class OpenCvControls:
    """Controls through `VideoCapture`, in the driver's own units and without ranges, which OpenCV does not tell.

    A control that the camera does not have reads -1. A value is read back: one that did not stay was refused.
    """

    def __init__(self, ask: Asking) -> None:
        self._ask = ask

    def features(self) -> tuple[Feature, ...]:
        """Read all controls that the camera has."""
        features: list[Feature] = []
        self._ask(lambda device: features.extend(_features(device)))
        return tuple(features)

    def change(self, name: str, value: FeatureValue) -> None:
        """Check and set one control. Raises FeatureRefused."""
        self._ask(lambda device: _change(device, name, value))


def _features(device: VideoDevice) -> tuple[Feature, ...]:
    numbers = {name: device.get(number) for name, number in _NUMBERS.items()}
    switches = {name: device.get(number) for name, number in _SWITCHES.items()}
    return (
        *(
            Feature(name, FeatureKind.NUMBER, value, unit=DRIVER_UNITS)
            for name, value in numbers.items()
            if value != _ABSENT or name in _MAY_BE_BELOW_ZERO
        ),
        *(
            Feature(name, FeatureKind.CHOICE, _CONTINUOUS if value > 0 else _OFF, choices=(_OFF, _CONTINUOUS))
            for name, value in switches.items()
            if value != _ABSENT
        ),
    )


def _change(device: VideoDevice, name: str, value: FeatureValue) -> None:
    feature = next((feature for feature in _features(device) if feature.name == name), None)
    if feature is None:
        raise FeatureRefused(f"this camera has no {name}")
    checked = checked_value(feature, value)
    if name in _SWITCHES:
        number, raw = _SWITCHES[name], float(checked == _CONTINUOUS)
    else:
        number, raw = _NUMBERS[name], float(checked)
    device.set(number, raw)
    now = device.get(number)
    stayed = (now > 0) == (raw > 0) if name in _SWITCHES else abs(now - raw) <= _ROUNDED
    if not stayed:
        raise FeatureRefused(f"the camera's driver did not take {checked} for {name}; it is {now:g} {DRIVER_UNITS}")


def _device(backend: str, index: int, path: str, name: str) -> UsbDevice:
    """Return a camera from what a backend says; one without an interface path (a virtual one) is known by its name."""
    parts = _PATH.search(path)
    if parts is None:
        return UsbDevice(backend, path, index, name, places=(name,) if name else ())
    function, vendor, product, instance = (part.lower() for part in parts.groups())
    serial = "" if "&" in instance else parts.group(4)
    places = (f"{vendor}:{product}#{instance}", f"{function}#{instance}")
    return UsbDevice(backend, path.lower(), index, name, serial, places, vendor)
