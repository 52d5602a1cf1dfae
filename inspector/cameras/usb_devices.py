"""Which USB cameras there are, and how one is found again: by serial number or place, never by an index."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from inspector.cameras.camera import CameraIdentity, CameraUnavailable
from inspector.cameras.capture_source import VideoDevice
from inspector.domain.camera_feature import Feature, FeatureValue


@dataclass(frozen=True)
class UsbDevice:
    """One camera as a backend lists it now. `path` and `index` are valid only until the next plug is pulled.

    `places` says where it is plugged in, from the shortest name to the longest (`1-1.2`, `1-1.2:1.0`).
    """

    backend: str
    path: str
    index: int
    name: str
    serial: str = ""
    places: tuple[str, ...] = ()
    vendor: str = ""
    model: str = ""

    def names(self) -> tuple[str, ...]:
        """Return what an address may call it, the strongest first."""
        return tuple(name for name in (self.serial, *self.places, self.path) if name)


class Listed(Protocol):
    """What is used of `cv2_enumerate_cameras.CameraInfo`."""

    @property
    def index(self) -> int:
        """The backend's number of the camera."""
        ...

    @property
    def name(self) -> str | None:
        """The name for people."""
        ...

    @property
    def path(self) -> str | None:
        """The device file, or the interface path on Windows; a virtual camera may have none."""
        ...


Enumeration = Callable[[int], Iterable[Listed]]
"""`cv2_enumerate_cameras.enumerate_cameras`: from OpenCV's number of a backend to its cameras."""


class UsbControls(Protocol):
    """What can be set at an open camera beside the shape of its pictures. Raises OSError when it is gone."""

    def features(self) -> tuple[Feature, ...]:
        """Read all controls that the camera has."""
        ...

    def change(self, name: str, value: FeatureValue) -> None:
        """Check and set one. Raises FeatureRefused."""
        ...


Asking = Callable[[Callable[[VideoDevice], object]], object]
"""Puts a question to the open `VideoCapture` on the thread that owns it."""


class UsbHost(Protocol):
    """The operating system's side of a USB camera."""

    @property
    def backends(self) -> tuple[str, ...]:
        """What cameras can be read through, the first choice first."""
        ...

    def devices(self, backend: str) -> tuple[UsbDevice, ...]:
        """Return the cameras that this backend sees now, in its order."""
        ...

    def opened(self, device: UsbDevice) -> VideoDevice:
        """Open it. Raises CameraUnavailable with who holds it where that is the cause."""
        ...

    def present(self, device: UsbDevice) -> bool:
        """Say whether it is still plugged in."""
        ...

    def used_by(self, device: UsbDevice) -> str:
        """Return the name of a program that has it open, empty for none or not known."""
        ...

    def controls(self, device: UsbDevice, ask: Asking) -> UsbControls:
        """Return the controls of an open camera."""
        ...


def unique_name(device: UsbDevice, devices: Sequence[UsbDevice]) -> str:
    """Return the strongest name that no other of the devices answers to."""
    for name in device.names():
        if sum(_answers(other, name) for other in devices) == 1:
            return name
    return device.path


def find_device(name: str, address: str, devices: Sequence[UsbDevice]) -> UsbDevice:
    """Return the one device that answers to a name. Raises CameraUnavailable where it is none or more than one."""
    found = [device for device in devices if _answers(device, name)]
    if len(found) == 1:
        return found[0]
    if found:
        others = ", ".join(f"usb:{unique_name(device, devices)}" for device in found)
        raise CameraUnavailable(
            f"'{address}': {len(found)} cameras answer to '{name}'; choose one by its place: {others}"
        )
    there = ", ".join(f"usb:{unique_name(device, devices)}" for device in devices) or "no camera"
    raise CameraUnavailable(f"'{address}' is not plugged in; found was {there}")


def identity_of(device: UsbDevice, address: str, used_by: str = "") -> CameraIdentity:
    """Return which camera this is to the station, under the address that opens it."""
    place = device.places[0] if device.places else device.path
    return CameraIdentity(
        "usb",
        address,
        device.name or "USB camera",
        serial=device.serial,
        vendor=device.vendor,
        model=device.model or device.name,
        place=place,
        used_by=used_by,
    )


def discover_usb(host: UsbHost) -> tuple[CameraIdentity, ...]:
    """Return the USB cameras, each once; one that only a backend of second choice sees is addressed through it."""
    seen: set[str] = set()
    found = []
    for backend in host.backends:
        devices = host.devices(backend)
        option = "" if backend == host.backends[0] else f"?backend={backend}"
        for device in devices:
            name = unique_name(device, devices)
            if name not in seen:
                seen.add(name)
                found.append(identity_of(device, f"usb:{name}{option}", host.used_by(device)))
    return tuple(found)


def _answers(device: UsbDevice, name: str) -> bool:
    return name.casefold() in (own.casefold() for own in device.names())
