"""`u3v:SERIAL`: USB3 Vision cameras through viva-genicam, without a vendor's kit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.genicam_device import GenicamDevice
from inspector.cameras.viva_device import VivaDevice
from inspector.domain.clock import Clock

if TYPE_CHECKING:
    import viva_genicam

_VERSION_REGISTER = 0x0000


@dataclass(frozen=True)
class UsbCamera:
    """A USB3 Vision camera that is plugged in, and how it is opened. `connect` raises GenicamError."""

    identity: CameraIdentity
    connect: "Callable[[], viva_genicam.Camera]"


def u3v_camera(
    address: Address, clock: Clock, find: "Callable[[], tuple[UsbCamera, ...]] | None" = None
) -> GenicamCamera:
    """Return the camera at an address, not yet open. `find` says what is plugged in. Raises CameraUnavailable."""
    address.check_options(frozenset())
    if not address.target.strip():
        raise CameraUnavailable(f"camera address '{address.text}' names no camera; write it as u3v:SERIAL")
    identity = CameraIdentity("u3v", address.text, f"USB3 camera {address.target}", serial=address.target)
    return GenicamCamera(identity, clock, lambda: _connect(address, find or find_cameras))


def discover() -> tuple[CameraIdentity, ...]:
    """Return the cameras that are plugged in."""
    return tuple(camera.identity for camera in find_cameras())


def find_cameras() -> tuple[UsbCamera, ...]:
    """Return the USB3 Vision cameras that are plugged in; none where the machine has no USB."""
    import viva_genicam

    try:
        found = viva_genicam.discover_u3v()
    except viva_genicam.GenicamError:
        return ()
    return tuple(UsbCamera(_identity(info), partial(viva_genicam.connect_u3v, info)) for info in found)


def _identity(info: "viva_genicam.U3vDeviceInfo") -> CameraIdentity:
    vendor, model, serial = info.manufacturer or "", info.model or "", info.serial or ""
    place = f"USB bus {info.bus} address {info.address}"
    name = " ".join(part for part in (vendor, model, serial) if part) or place
    target = serial or f"{info.vendor_id:04x}-{info.product_id:04x}"
    return CameraIdentity("u3v", f"u3v:{target}", name, serial=serial, vendor=vendor, model=model, place=place)


def _connect(address: Address, find: Callable[[], tuple[UsbCamera, ...]]) -> GenicamDevice:
    import viva_genicam

    camera = _meant(address, find())
    name = camera.identity.name
    try:
        opened = camera.connect()
    except viva_genicam.GenicamError as error:
        raise CameraUnavailable(
            f"the camera {name} cannot be opened: {error}; close other programs that use it, "
            "and see that this user may open USB devices"
        ) from error
    return VivaDevice(opened, camera.identity, lambda: _trouble(opened, name))


def _meant(address: Address, cameras: tuple[UsbCamera, ...]) -> UsbCamera:
    for camera in cameras:
        if address.target.casefold() == camera.identity.address.partition(":")[2].casefold():
            return camera
    others = ", ".join(camera.identity.serial for camera in cameras)
    raise CameraUnavailable(
        f"no USB3 camera with the serial number {address.target} is plugged in; check its cable and power; "
        f"{f'there is {others}' if others else 'none is there'}"
    )


def _trouble(camera: "viva_genicam.Camera", name: str) -> str:
    """Ask the camera for one register; empty where it answers."""
    import viva_genicam

    try:
        camera.read_register(_VERSION_REGISTER, 4)
    except viva_genicam.GenicamError:
        return f"the camera {name} does not answer any more; check its cable and power"
    return ""
