"""USB cameras played by hand: a `VideoCapture` that does as it is told, and a host that lists what is plugged in."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inspector.cameras.address import parse_address
from inspector.cameras.camera import Camera, CameraIdentity, CameraUnavailable
from inspector.cameras.capture_source import VideoDevice
from inspector.cameras.usb import UsbCamera
from inspector.cameras.usb_devices import Asking, UsbControls, UsbDevice, discover_usb
from inspector.domain.camera_feature import Feature, FeatureValue
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from tests.cameras.conformance import Ability, Kind


@dataclass(frozen=True)
class PlayedListing:
    """One line of `cv2_enumerate_cameras`."""

    index: int
    name: str | None
    path: str | None


class PlayedCapture:
    """Gives a picture each `period` seconds: its number in the blue channel, or one of `pictures`.

    What is set is noted in `wishes`, in order; `take` changes a wish into what the device makes of it. `hang` holds
    `grab` up as a driver does that waits for ever; `hanging` says that it does.
    """

    def __init__(
        self,
        take: Callable[[int, float], float] = lambda _, value: value,
        period: float = 0.01,
        pictures: Sequence[Pixels] = (),
    ) -> None:
        self.wishes: list[tuple[int, float]] = []
        self.properties: dict[int, float] = {cv2.CAP_PROP_FRAME_WIDTH: 640, cv2.CAP_PROP_FRAME_HEIGHT: 480}
        self.take = take
        self.gone = threading.Event()
        self.period = period
        self.pictures = pictures
        self.hang = threading.Event()
        self.hanging = threading.Event()
        self.let_go = threading.Event()
        self.released = threading.Event()
        self.damaged: set[int] = set()
        self.number = -1

    def grab(self) -> bool:
        while self.hang.is_set() and not self.let_go.wait(0.01):
            self.hanging.set()
        self.gone.wait(self.period)
        self.number += 1
        return not self.gone.is_set()

    def retrieve(self) -> tuple[bool, Any]:
        if self.number in self.damaged:
            return False, None
        if self.pictures:
            return True, cv2.cvtColor(self.pictures[self.number % len(self.pictures)], cv2.COLOR_GRAY2BGR)
        picture = np.zeros((6, 8, 3), np.uint8)
        picture[:, :, 0] = self.number % 256
        picture[:, :, 2] = 200
        return True, picture

    def get(self, property_id: int, /) -> float:
        return self.properties.get(property_id, -1.0)

    def set(self, property_id: int, value: float, /) -> bool:
        self.wishes.append((property_id, value))
        taken = self.take(property_id, value)
        self.properties[property_id] = taken
        return taken == value

    def release(self) -> None:
        self.released.set()


class PlayedControls:
    """A camera with nothing to set, or with what `features_there` holds."""

    def __init__(self) -> None:
        self.there: list[Feature] = []
        self.changed: list[tuple[str, FeatureValue]] = []
        self.error: OSError | None = None

    def features(self) -> tuple[Feature, ...]:
        if self.error is not None:
            raise self.error
        return tuple(self.there)

    def change(self, name: str, value: FeatureValue) -> None:
        self.changed.append((name, value))


@dataclass
class PlayedHost:
    """A host whose plugs are pulled and put in by the test: `plugged` is what it lists."""

    plugged: list[UsbDevice]
    capture: PlayedCapture = field(default_factory=PlayedCapture)
    backends: tuple[str, ...] = ("v4l2",)
    held_by: str = ""
    asked: list[str] = field(default_factory=list)
    opened_devices: list[UsbDevice] = field(default_factory=list)
    played_controls: PlayedControls = field(default_factory=PlayedControls)

    def devices(self, backend: str) -> tuple[UsbDevice, ...]:
        self.asked.append(backend)
        return tuple(device for device in self.plugged if device.backend == backend)

    def opened(self, device: UsbDevice) -> VideoDevice:
        if self.held_by:
            raise CameraUnavailable(f"'{device.name}' is in use by another program ({self.held_by}); close it there")
        self.opened_devices.append(device)
        return self.capture

    def present(self, device: UsbDevice) -> bool:
        return device in self.plugged

    def used_by(self, device: UsbDevice) -> str:  # noqa: ARG002 - as the protocol has it
        return self.held_by

    def controls(self, device: UsbDevice, ask: Asking) -> UsbControls:  # noqa: ARG002 - as above
        return self.played_controls


def plug(sysfs: Path, index: int, port: str, serial: str = "", interface: int = 0) -> PlayedListing:
    """Write what the kernel's sysfs says of a camera, and return how it is listed."""
    devices = sysfs.parent / "devices"
    usb = devices / "usb1" / port
    function = usb / f"{port}:1.{interface}"
    node = function / "video4linux" / f"video{index}"
    node.mkdir(parents=True)
    for name, text in {"idVendor": "046d", "manufacturer": "Maker", "product": "Cam", "serial": serial}.items():
        if text:
            (usb / name).write_text(f"{text}\n")
    (node / "index").write_text("0\n")
    (node / "device").symlink_to(function)
    sysfs.mkdir(exist_ok=True)
    (sysfs / f"video{index}").symlink_to(node)
    return PlayedListing(index, "Cam: Cam", f"/dev/video{index}")


class UsbDevices:
    """The driver `usb` above a host played by hand; that of Linux is proved on real devices in `tests/uvc`."""

    def __init__(self, folder: Path, pictures: Sequence[Pixels]) -> None:  # noqa: ARG002 - there are no files
        self._pictures = pictures
        self._captures: dict[str, PlayedCapture] = {}
        self._host = ManyCaptures([])

    def start(self, serial: str, loss: float = 0.0) -> None:  # noqa: ARG002 - it loses nothing
        """Plug one in."""
        number = len(self._host.plugged)
        device = UsbDevice("v4l2", f"/dev/video{number}", number, "Played camera", serial, (f"1-{number}",))
        self._host.plugged.append(device)
        self._host.captures[serial] = lambda: self._capture(serial)

    def kill(self, serial: str) -> None:
        """Unplug one."""
        self._host.plugged[:] = [device for device in self._host.plugged if device.serial != serial]
        self._captures[serial].gone.set()

    def address(self, serial: str) -> str:
        """Return `usb:SERIAL`."""
        return f"usb:{serial}"

    def make(self, address: str, clock: Clock) -> Camera:
        """Return the driver's camera."""
        return UsbCamera(parse_address(address), clock, self._host)

    def discover(self) -> tuple[CameraIdentity, ...]:
        """Return what is plugged in."""
        return discover_usb(self._host)

    def close(self) -> None:
        """Unplug all."""
        for capture in self._captures.values():
            capture.gone.set()

    def _capture(self, serial: str) -> PlayedCapture:
        self._captures[serial] = PlayedCapture(period=0.03, pictures=self._pictures)
        return self._captures[serial]


@dataclass
class ManyCaptures(PlayedHost):
    """A host with a capture for each serial number, made anew at each opening."""

    captures: dict[str, Callable[[], PlayedCapture]] = field(default_factory=dict)

    def opened(self, device: UsbDevice) -> VideoDevice:
        return self.captures[device.serial]()


_ABILITIES = (
    Ability.DISCOVERED,
    Ability.SERIAL,
    Ability.EXACT,
    Ability.RUNS,
    Ability.TWO,
    Ability.MORTAL,
    Ability.REOPENED,
)
DEVICES = (Kind("usb", UsbDevices, frozenset(_ABILITIES)),)
