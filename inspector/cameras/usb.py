"""USB cameras (UVC) through OpenCV's `VideoCapture`."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable, Delivery
from inspector.cameras.capture_source import CaptureSource, Patience, VideoDevice, size_features
from inspector.cameras.usb_devices import UsbControls, UsbDevice, UsbHost, discover_usb, find_device, identity_of
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import (
    Feature,
    FeatureDifference,
    FeatureKind,
    FeatureRefused,
    FeatureSetting,
    FeatureValue,
    differences,
)
from inspector.domain.clock import Clock

_LOG = logging.getLogger("inspector.cameras")
OPTIONS = frozenset({"format", "size", "fps", "backend"})
_FORMATS = {"mjpg": "MJPG", "yuy2": "YUY2"}
_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")
_SHAPE = frozenset({"PixelFormat", "Width", "Height", "AcquisitionFrameRate"})
# Media Foundation may take 20 s for the first picture.
_FIRST_PICTURE = {"msmf": 40.0, "dshow": 20.0}


class UsbCamera:
    """`usb:SERIAL` or `usb:PLACE`, with `?format=mjpg&size=1280x1024&fps=30&backend=msmf`.

    MJPG is asked for unless `format=yuy2` says otherwise: it is the format in which a camera reaches all its sizes at
    full rate; YUY2 is not compressed, and slow when large. What the camera makes of it is read back, and what is not as
    asked is logged and told by `controls.unlike_address`. Shape and rate belong to the address: they are read-only
    features. Free-running; the newest picture wins.
    """

    def __init__(
        self, address: Address, clock: Clock, host: UsbHost | None = None, patience: Patience | None = None
    ) -> None:
        """Make the camera without looking for it. Raises CameraUnavailable for an address that is none."""
        address.check_options(OPTIONS)
        if not address.target.strip():
            raise CameraUnavailable(
                f"camera address '{address.text}' names no camera; write it as usb:SERIAL or usb:PORT"
            )
        self._address = address
        self._host = host or usb_host()
        self._backend = _chosen_backend(address, self._host)
        self._asked = _asked(address)
        self._identity = CameraIdentity("usb", address.text, f"USB {address.target}")
        self._source = CaptureSource(
            address.text, self._opened, clock, patience or _patience(address, self._backend), self._present
        )
        self._device: UsbDevice | None = None
        self._controls = UsbCameraControls(address.text, self._source, self._asked)

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is; its name, serial number and port are known once it is open."""
        return self._identity

    @property
    def waits(self) -> bool:
        """False: it runs on by itself."""
        return False

    @property
    def controls(self) -> "UsbCameraControls":
        """What can be asked and set while it is open."""
        return self._controls

    def open(self) -> None:
        """Find the camera, take hold of it and wait for its first picture. Raises CameraUnavailable."""
        self._source.open()
        for difference in self._controls.unlike_address():
            found = "nothing of the kind" if difference.found is None else difference.found
            _LOG.warning("'%s' gives %s %s, not %s", self._address.text, difference.name, found, difference.wanted)

    def frames(self) -> Iterator[Delivery]:
        """Return pictures in RGB, the newest each time. Raises CameraUnavailable within 3 s of the camera's loss."""
        return self._source.frames()

    def close(self) -> None:
        """Let the camera go and end `frames`."""
        self._source.close()

    def _opened(self) -> VideoDevice:
        """Find the camera by its identity and open it as asked; on the thread of the source."""
        devices = self._host.devices(self._backend)
        device = find_device(self._address.target, self._address.text, devices)
        self._identity = identity_of(device, self._address.text)
        capture = self._host.opened(device)
        _shape(capture, self._asked)
        self._device = device
        self._controls.attach(self._host.controls(device, self._source.ask))
        return capture

    def _present(self) -> bool:
        return self._device is not None and self._host.present(self._device)


class UsbCameraControls:
    """Controls of one USB camera under the names of the SFNC where it has them, else of UVC."""

    def __init__(self, camera: str, source: CaptureSource, asked: tuple[FeatureSetting, ...]) -> None:
        self._camera = camera
        self._source = source
        self._asked = asked
        self._controls: UsbControls | None = None

    def attach(self, controls: UsbControls) -> None:
        """Take over the controls of the device that was found."""
        self._controls = controls

    def features(self) -> tuple[Feature, ...]:
        """Read all controls, and the shape and rate of the pictures. Raises CameraUnavailable."""
        shape = self._source.ask(_shape_features)
        with self._gone_is_unavailable():
            return (*self._attached().features(), *shape)

    def change(self, name: str, value: FeatureValue) -> Feature:
        """Set one control and return it as read back. Raises FeatureRefused, CameraUnavailable."""
        if name in _SHAPE:
            raise FeatureRefused(
                f"{name} of a USB camera is chosen in its address, as usb:SERIAL?size=1280x1024&fps=30"
            )
        self._source.ask(_shape_features)
        with self._gone_is_unavailable():
            self._attached().change(name, value)
        return next(feature for feature in self.features() if feature.name == name)

    def trigger(self) -> bool:
        """Return False: a USB camera runs freely."""
        return False

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in."""
        return self._source.counts()

    def unlike_address(self) -> tuple[FeatureDifference, ...]:
        """Return what of format, size and rate the address asks for and the camera does not give."""
        return differences(self._asked, self._source.ask(_shape_features))

    def _attached(self) -> UsbControls:
        if self._controls is None:
            raise CameraUnavailable(f"'{self._camera}' is not open")
        return self._controls

    @contextmanager
    def _gone_is_unavailable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CameraUnavailable(f"'{self._camera}' does not answer ({error.strerror}); plug it in again") from error


def usb_host() -> UsbHost:
    """Return this operating system's side of USB cameras."""
    from cv2_enumerate_cameras import enumerate_cameras  # looks at the cameras' backends when imported

    if sys.platform == "win32":
        from inspector.cameras.usb_windows import WindowsHost

        return WindowsHost(enumerate_cameras)
    else:  # noqa: RET505 - so that each system's type check sees its own half alone
        from inspector.cameras.usb_linux import LinuxHost  # knows fcntl, which Windows has not

        return LinuxHost(enumerate_cameras)


def discover() -> tuple[CameraIdentity, ...]:
    """Return the USB cameras that are plugged in, under the addresses that find them again."""
    return discover_usb(usb_host())


def _chosen_backend(address: Address, host: UsbHost) -> str:
    backend = address.options.get("backend", host.backends[0]).lower()
    if backend not in host.backends:
        raise CameraUnavailable(
            f"camera address '{address.text}': backend is one of {', '.join(host.backends)} here, not '{backend}'"
        )
    return backend


def _asked(address: Address) -> tuple[FeatureSetting, ...]:
    """Return the wishes of the address, in the order in which they must be set: format, size, rate."""
    wishes: list[FeatureSetting] = []
    if "format" in address.options:
        pixel_format = address.options["format"].lower()
        if pixel_format not in _FORMATS:
            raise CameraUnavailable(f"camera address '{address.text}': format is mjpg or yuy2, not '{pixel_format}'")
        wishes.append(FeatureSetting("PixelFormat", _FORMATS[pixel_format]))
    if "size" in address.options:
        size = _SIZE.fullmatch(address.options["size"])
        if size is None:
            text = address.options["size"]
            raise CameraUnavailable(f"camera address '{address.text}': size is written as 1280x1024, not '{text}'")
        wishes += [FeatureSetting("Width", int(size[1])), FeatureSetting("Height", int(size[2]))]
    rate = address.number("fps", 0)
    if rate:
        wishes.append(FeatureSetting("AcquisitionFrameRate", rate))
    return tuple(wishes)


def _patience(address: Address, backend: str) -> Patience:
    rate = address.number("fps", 0)
    usual = Patience(first=_FIRST_PICTURE.get(backend, 12.0))
    return replace(usual, silence=max(usual.silence, 3 / rate)) if rate else usual


def _shape(capture: VideoDevice, asked: tuple[FeatureSetting, ...]) -> None:
    """Ask for format, then size, then rate: each later one is lost when an earlier one is set after it."""
    wishes = {wish.name: wish.value for wish in asked}
    capture.set(cv2.CAP_PROP_FOURCC, _fourcc(str(wishes.get("PixelFormat", "MJPG"))))
    if "Width" in wishes:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, float(wishes["Width"]))
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, float(wishes["Height"]))
    if "AcquisitionFrameRate" in wishes:
        capture.set(cv2.CAP_PROP_FPS, float(wishes["AcquisitionFrameRate"]))


def _fourcc(name: str) -> float:
    # Video4Linux calls by YUYV what UVC and Windows call YUY2.
    return float(cv2.VideoWriter.fourcc(*("YUYV" if name == "YUY2" and sys.platform != "win32" else name)))


def _shape_features(device: VideoDevice) -> tuple[Feature, ...]:
    number = int(device.get(cv2.CAP_PROP_FOURCC))
    name = "".join(chr(number >> shift & 0xFF) for shift in (0, 8, 16, 24)) if number > 0 else ""
    pixel_format = "YUY2" if name == "YUYV" else name.strip("\0 ") if name.isprintable() else ""
    return (
        Feature("PixelFormat", FeatureKind.CHOICE, pixel_format, choices=(pixel_format,), writable=False),
        *size_features(device),
    )
