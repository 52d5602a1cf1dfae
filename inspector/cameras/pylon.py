"""`pylon:SERIAL`: Basler's cameras through pypylon, on every interface that pylon knows.

With PYLON_CAMEMU=2 in the environment, pylon plays two cameras itself, 0815-0000 and 0815-0001; of those
`pylon:0815-0000?pictures=FOLDER` shows the pictures of a folder in the order of their names, in the size and the colour
of the first.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.genicam_features import NodeFailed
from inspector.cameras.pylon_device import PylonDevice, load_pylon
from inspector.domain.clock import Clock
from inspector.pictures import PICTURE_SUFFIXES, PictureUnreadable, read_picture

if TYPE_CHECKING:
    from pypylon.pylon import DeviceInfo

OPTIONS = frozenset({"pictures"})
LIBRARY = "pypylon"

_EMULATED = "BaslerCamEmu"


def problem() -> str:
    """Return why this driver cannot be used here, and the line that mends it; empty where it can."""
    if importlib.util.find_spec(LIBRARY) is not None:
        return ""
    return f'{LIBRARY} is missing; install with: pip install "inspector-station[pylon]"'


def pylon_camera(address: Address, clock: Clock, transports: Sequence[str] = ()) -> GenicamCamera:
    """Return the camera at an address, not yet open. Raises CameraUnavailable for an address that says nothing.

    `transports` are pylon's device classes to look at, such as BaslerGigE; all unless given.
    """
    address.check_options(OPTIONS)
    if not address.target.strip():
        raise CameraUnavailable(
            f"camera address '{address.text}' names no camera; write it as pylon:SERIAL, "
            "as `inspector cameras` lists it"
        )
    identity = CameraIdentity("pylon", address.text, f"Basler camera {address.target}", serial=address.target)
    return GenicamCamera(identity, clock, lambda: _connect(address, transports))


def discover_pylon(transports: Sequence[str] = ()) -> tuple[CameraIdentity, ...]:
    """Return Basler's cameras. Takes about a second where there are network cards."""
    load_pylon()
    from pypylon import pylon

    factory = pylon.TlFactory.GetInstance()
    found = []
    for info in _devices(transports):
        used_by = "" if factory.IsDeviceAccessible(info) else "another program"
        found.append(_identity(info, f"pylon:{info.GetSerialNumber()}", used_by))
    return tuple(found)


def _devices(transports: Sequence[str]) -> list[DeviceInfo]:
    from pypylon import pylon

    factory = pylon.TlFactory.GetInstance()
    if not transports:
        return list(factory.EnumerateDevices())
    found: list[DeviceInfo] = []
    for name in transports:
        layer = factory.CreateTl(name)
        found += layer.EnumerateDevices()
        factory.ReleaseTl(layer)
    return found


def _identity(info: DeviceInfo, address: str, used_by: str = "") -> CameraIdentity:
    model, serial = info.GetModelName(), info.GetSerialNumber()
    return CameraIdentity(
        driver="pylon",
        address=address,
        name=info.GetUserDefinedName() or f"Basler {model} {serial}",
        simulated=info.GetDeviceClass() == _EMULATED,
        serial=serial,
        vendor=info.GetVendorName(),
        model=model,
        place=info.GetIpAddress() if info.IsIpAddressAvailable() else info.GetTLType(),
        used_by=used_by,
    )


def _connect(address: Address, transports: Sequence[str]) -> PylonDevice:
    load_pylon()
    from pypylon import genicam, pylon

    factory = pylon.TlFactory.GetInstance()
    found = [info for info in _devices(transports) if info.GetSerialNumber() == address.target]
    if not found:
        raise CameraUnavailable(
            f"pylon sees no camera {address.target}; check power and cable and that the serial number is right"
        )
    identity = _identity(found[0], address.text)
    if not factory.IsDeviceAccessible(found[0]):
        raise CameraUnavailable(
            f"the {identity.name} is held by another program; close that, or wait a few seconds if the station was "
            "ended hard"
        )
    camera = pylon.InstantCamera(factory.CreateDevice(found[0]))
    try:
        # Without this pylon would switch the trigger off each time it opens a camera.
        handler = pylon.ConfigurationEventHandler()
        camera.RegisterConfiguration(handler, pylon.RegistrationMode_ReplaceAll, pylon.Cleanup_None)
        camera.Open()
    except genicam.GenericException as error:
        camera.DestroyDevice()
        said = " ".join(str(error).split()).split(" : ")[0]
        raise CameraUnavailable(f"the {identity.name} cannot be opened: {said}") from error
    device = PylonDevice(camera, identity, handler)
    try:
        _show_pictures(device, address)
    except CameraUnavailable:
        device.close()
        raise
    return device


def _show_pictures(device: PylonDevice, address: Address) -> None:
    """Have an emulated camera show the pictures of a folder, if the address asks for it. Raises CameraUnavailable."""
    given = address.options.get("pictures")
    if given is None:
        return
    folder = Path(given).expanduser().resolve()
    names = sorted(path for path in folder.glob("*") if path.suffix.lower() in PICTURE_SUFFIXES)
    if not names:
        raise CameraUnavailable(f"'{address.text}': there is no picture in '{folder}'")
    if not device.identity.simulated:
        raise CameraUnavailable(
            f"'{address.text}': only a camera that pylon plays itself can show pictures of a folder"
        )
    try:
        shape = read_picture(names[0]).shape
        for name, value in (
            ("TestImageSelector", "Off"),
            ("ImageFilename", str(folder)),
            ("ImageFileMode", "On"),
            ("PixelFormat", "Mono8" if len(shape) == 2 else "RGB8Packed"),
            ("Width", shape[1]),
            ("Height", shape[0]),
        ):
            device.nodes.write(name, value)
    except (NodeFailed, PictureUnreadable) as error:
        raise CameraUnavailable(f"'{address.text}': the pictures of '{folder}' cannot be shown: {error}") from error
