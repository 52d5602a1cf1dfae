"""USB cameras on Linux: Video4Linux, with serial number and port from sysfs."""

import errno
import os
from pathlib import Path

import cv2

from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.capture_source import VideoDevice
from inspector.cameras.usb_devices import Asking, Enumeration, UsbDevice
from inspector.cameras.usb_v4l2 import try_to_take
from inspector.cameras.usb_v4l2_controls import V4l2Controls

SYSFS = Path("/sys/class/video4linux")
PROCESSES = Path("/proc")
_V4L2 = "v4l2"


class LinuxHost:
    """The cameras that the kernel shows as `/dev/videoN`."""

    backends = (_V4L2,)

    def __init__(self, enumerate_cameras: Enumeration, sysfs: Path = SYSFS, processes: Path = PROCESSES) -> None:
        self._enumerate = enumerate_cameras
        self._sysfs = sysfs
        self._processes = processes

    def devices(self, backend: str) -> tuple[UsbDevice, ...]:  # noqa: ARG002 - Linux has one
        """Return the cameras in the order of their device files."""
        listed = sorted(self._enumerate(cv2.CAP_V4L2), key=lambda found: found.index)
        devices = (self._device(found.index, found.path or "", found.name or "") for found in listed)
        return tuple(device for device in devices if device.places)  # one without a place is being pulled out

    def opened(self, device: UsbDevice) -> VideoDevice:
        """Open the device file; by its path, as the number would be resolved anew."""
        taken = try_to_take(device.path)
        if taken:
            raise CameraUnavailable(f"'{device.name}' at {device.path} {self._refusal(device, taken)}")
        capture = cv2.VideoCapture(device.path, cv2.CAP_V4L2)
        if not capture.isOpened():
            capture.release()
            raise CameraUnavailable(f"'{device.name}' at {device.path} could not be opened; plug it in again")
        return capture

    def present(self, device: UsbDevice) -> bool:
        """Say whether the device file's entry in sysfs is still the same camera's."""
        return self._device(device.index, device.path, device.name).places == device.places

    def used_by(self, device: UsbDevice) -> str:
        """Return the name of the first other program that has the device file open; '' also where that is hidden."""
        for process in self._processes.iterdir():
            if process.name.isdecimal() and process.name != str(os.getpid()) and _has_open(process, device.path):
                return _line(process / "comm") or f"process {process.name}"
        return ""

    def controls(self, device: UsbDevice, ask: Asking) -> V4l2Controls:  # noqa: ARG002 - Windows needs to ask
        """Return the controls of the device file."""
        return V4l2Controls(device.path)

    def _device(self, index: int, path: str, name: str) -> UsbDevice:
        node = self._sysfs / Path(path).name
        interface = (node / "device").resolve()
        port = next((folder for folder in (interface, *interface.parents) if (folder / "idVendor").exists()), None)
        places: tuple[str, ...] = ()
        if node.exists():
            own = (interface.name, f"{interface.name}#{_line(node / 'index') or 0}")
            places = own if port is None else tuple(dict.fromkeys((port.name, *own)))
        first, _, second = name.partition(": ")
        return UsbDevice(
            backend=_V4L2,
            path=path,
            index=index,
            # The kernel writes "Product: Product" for cameras whose function has no name of its own.
            name=first if second and first.startswith(second) else name,
            serial=_line(port / "serial") if port else "",
            places=places,
            vendor=_line(port / "manufacturer") if port else "",
            model=_line(port / "product") if port else "",
        )

    def _refusal(self, device: UsbDevice, error: int) -> str:
        if error == errno.EBUSY:
            user = self.used_by(device)
            if not user and _has_open(self._processes / str(os.getpid()), device.path):
                return "is still held by this program; wait, or unplug it and plug it in again"
            return f"is in use by another program{f' ({user})' if user else ''}; close it there"
        if error in (errno.EACCES, errno.EPERM):
            return "may not be opened by this user; add the user to the group video and log in again"
        if error in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
            return "was unplugged just now; plug it in again"
        return f"could not be opened ({os.strerror(error)}); plug it in again"


def _has_open(process: Path, path: str) -> bool:
    try:
        return any(str(file.readlink()) == path for file in (process / "fd").iterdir())
    except OSError:
        return False


def _line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
