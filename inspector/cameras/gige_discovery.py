"""GigE Vision cameras on the network: which there are, who holds them, and which of them an address means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.cameras.camera import CameraIdentity, CameraUnavailable
from inspector.cameras.gige_control import CONTROL_PRIVILEGE, holder_of, names_of, own_address, read_register

if TYPE_CHECKING:
    from viva_genicam import GigeDeviceInfo

_LIST_MILLISECONDS = 500
_FIND_MILLISECONDS = (150, 600)
"""Most cameras answer within milliseconds; only for one that has not is there a longer wait."""

_SERIAL_NODES = ("DeviceSerialNumber", "DeviceID")


@dataclass(frozen=True)
class GigeCamera:
    """A GigE Vision camera that answers, and how viva-genicam knows it."""

    serial: str
    vendor: str
    model: str
    ip: str
    mac: str
    info: GigeDeviceInfo

    @property
    def name(self) -> str:
        """What it is called for people."""
        return " ".join(part for part in (self.vendor, self.model, self.serial or self.mac) if part)

    def identity(self, driver: str, used_by: str = "") -> CameraIdentity:
        """Return it as the camera of a driver; addressed by its serial number, or by its MAC address without one."""
        target = self.serial or self.mac
        return CameraIdentity(
            driver,
            f"{driver}:{target}",
            self.name,
            serial=self.serial,
            vendor=self.vendor,
            model=self.model,
            place=self.ip,
            used_by=used_by,
        )


def find_cameras(milliseconds: int = _LIST_MILLISECONDS) -> tuple[GigeCamera, ...]:
    """Ask all network cards for cameras, the machine's own loopback too, and wait so long for answers."""
    import viva_genicam

    try:
        found = viva_genicam.discover(milliseconds, all=True)
    except viva_genicam.GenicamError:
        return ()
    return tuple(sorted((_named(info) for info in found), key=lambda camera: camera.name))


def discover_gige(driver: str) -> tuple[CameraIdentity, ...]:
    """Return the cameras there are as those of a driver, with the application that holds each."""
    return tuple(camera.identity(driver, used_by(camera.ip)) for camera in find_cameras())


def find_camera(target: str, address: str) -> GigeCamera:
    """Return the camera with a serial number, MAC or IP address. Raises CameraUnavailable with those that are there."""
    cameras: tuple[GigeCamera, ...] = ()
    for milliseconds in _FIND_MILLISECONDS:
        cameras = find_cameras(milliseconds)
        for camera in cameras:
            if target.casefold() in (camera.serial.casefold(), camera.mac.casefold(), camera.ip):
                return camera
    others = ", ".join(camera.serial or camera.mac for camera in cameras)
    raise CameraUnavailable(
        f"no GigE camera with the serial number {target} answers ('{address}'); check its power, its cable and that "
        f"its IP address belongs to a network of this computer; {f'there is {others}' if others else 'none is there'}"
    )


def used_by(ip: str) -> str:
    """Return who holds the camera at an IP address, empty where nobody does."""
    holder = holder_of(ip)
    if holder is None:
        return ""
    if not holder.address:
        return "another application"
    here = holder.address == own_address(ip)
    return "another application on this computer" if here else f"the application at {holder.address}"


def refused(camera: GigeCamera, why: str) -> CameraUnavailable:
    """Return why a camera that answers could not be opened: held by another, or what the library said."""
    holder = used_by(camera.ip)
    if holder:
        return CameraUnavailable(
            f"the camera {camera.name} at {camera.ip} is held by {holder}; close it there, then it can be opened here"
        )
    return CameraUnavailable(f"the camera {camera.name} at {camera.ip} cannot be opened: {why}")


@dataclass(frozen=True)
class Watch:
    """Asks one camera, past the library and within a second, whether it is there and still ours."""

    camera: GigeCamera

    def trouble(self) -> str:
        """Return an empty text, or one sentence why the camera is lost."""
        control = read_register(self.camera.ip, CONTROL_PRIVILEGE)
        if control is None:
            return (
                f"the camera {self.camera.name} at {self.camera.ip} does not answer any more; "
                "check its power, its cable and the network card"
            )
        if control == 0:
            return (
                f"the camera {self.camera.name} at {self.camera.ip} was restarted, or the network was gone for so long "
                "that it let this station go; it is opened again"
            )
        return ""


def _named(info: GigeDeviceInfo) -> GigeCamera:
    names = names_of(info.ip)
    vendor, model = info.manufacturer or "", info.model or ""
    if names is None:
        return GigeCamera(_serial_of_nodes(info), vendor, model, info.ip, info.mac, info)
    serial = names.serial or _serial_of_nodes(info)
    return GigeCamera(serial, names.vendor or vendor, names.model or model, info.ip, info.mac, info)


def _serial_of_nodes(info: GigeDeviceInfo) -> str:
    """Read the serial number of a camera that does not tell it when it is found; empty where that fails too."""
    import viva_genicam

    try:
        with viva_genicam.connect_gige(info, monitor=True) as camera:
            known = set(camera.nodes())
            for node in _SERIAL_NODES:
                if node in known and (serial := camera.get_string(node).strip()):
                    return serial
    except viva_genicam.GenicamError:
        return ""
    return ""
