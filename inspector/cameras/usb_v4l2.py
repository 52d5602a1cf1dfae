"""The few words of Video4Linux that OpenCV does not speak: the ranges of controls, and whether a device is taken."""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_QUERY_CONTROL = struct.Struct("=II32siiiiI8x")
_CONTROL = struct.Struct("=Ii")
_QUERY_MENU = struct.Struct("=II32sI")
_REQUEST_BUFFERS = struct.Struct("=IIIIB3x")


def _read_write(number: int, size: int) -> int:
    """Return the request code of `_IOWR('V', number, size)`."""
    return 3 << 30 | size << 16 | ord("V") << 8 | number


_VIDIOC_REQBUFS = _read_write(8, _REQUEST_BUFFERS.size)
_VIDIOC_G_CTRL = _read_write(27, _CONTROL.size)
_VIDIOC_S_CTRL = _read_write(28, _CONTROL.size)
_VIDIOC_QUERYCTRL = _read_write(36, _QUERY_CONTROL.size)
_VIDIOC_QUERYMENU = _read_write(37, _QUERY_MENU.size)

_DISABLED, _GRABBED, _READ_ONLY, _INACTIVE = 0x1, 0x2, 0x4, 0x10
_VIDEO_CAPTURE, _MEMORY_MAPPED = 1, 1


@dataclass(frozen=True)
class V4l2Control:
    """The range of one control in the driver's units; `locked` while another (an automatic) holds it."""

    number: int
    name: str
    minimum: int
    maximum: int
    step: int
    locked: bool


def query_control(path: str, number: int) -> V4l2Control | None:
    """Return a control, None where the camera has none of this number. Raises OSError when the camera is gone."""
    asked = _QUERY_CONTROL.pack(number, 0, b"", 0, 0, 0, 0, 0)
    try:
        with _device(path) as device:
            answer = fcntl.ioctl(device, _VIDIOC_QUERYCTRL, asked)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ENOTTY):
            return None
        raise
    _, _, name, minimum, maximum, step, _, flags = _QUERY_CONTROL.unpack(answer)
    if flags & _DISABLED:
        return None
    locked = bool(flags & (_GRABBED | _READ_ONLY | _INACTIVE))
    text = name.split(b"\0")[0].decode("utf-8", "replace")
    return V4l2Control(number, text, minimum, maximum, max(1, step), locked)


def read_control(path: str, number: int) -> int:
    """Return the value of a control. Raises OSError."""
    with _device(path) as device:
        answer = fcntl.ioctl(device, _VIDIOC_G_CTRL, _CONTROL.pack(number, 0))
    return int(_CONTROL.unpack(answer)[1])


def write_control(path: str, number: int, value: int) -> None:
    """Set a control. Raises OSError."""
    with _device(path) as device:
        fcntl.ioctl(device, _VIDIOC_S_CTRL, _CONTROL.pack(number, value))


def menu_items(path: str, control: V4l2Control) -> dict[int, str]:
    """Return the choices of a menu by their number; not each number between the bounds is one. Raises OSError."""
    items = {}
    with _device(path) as device:
        for index in range(control.minimum, control.maximum + 1):
            try:
                answer = fcntl.ioctl(device, _VIDIOC_QUERYMENU, _QUERY_MENU.pack(control.number, index, b"", 0))
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
            else:
                items[index] = _QUERY_MENU.unpack(answer)[2].split(b"\0")[0].decode("utf-8", "replace")
    return items


def try_to_take(path: str) -> int:
    """Return 0 where pictures could be asked of the device now, else the error number (EBUSY: somebody else's)."""
    try:
        with _device(path) as device:
            fcntl.ioctl(device, _VIDIOC_REQBUFS, _REQUEST_BUFFERS.pack(1, _VIDEO_CAPTURE, _MEMORY_MAPPED, 0, 0))
    except OSError as error:
        return error.errno or errno.EIO
    return 0


@contextmanager
def _device(path: str) -> Iterator[int]:
    device = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield device
    finally:
        os.close(device)
