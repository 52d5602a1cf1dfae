"""A UVC camera over USB/IP: `python -m tests.uvc.device SERIAL PORT`, with the package `usbip` on the path.

It streams its six pictures as MJPG or YUY2 at 10 a second and has exposure, brightness, gain and white balance. It
prints READY, and a line `SET name value` for each control that is set.
"""

import argparse
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from usbip import USBDevice, core
from usbip.classes.device.uvc import (
    CS_INTERFACE,
    GET_CUR,
    GET_DEF,
    GET_INFO,
    GET_LEN,
    GET_MAX,
    GET_MIN,
    GET_RES,
    ITT_CAMERA,
    SC_CONTROL,
    SET_CUR,
    TT_STREAMING,
    UVC,
    VC_HEADER,
    VC_INPUT_TERMINAL,
    VC_OUTPUT_TERMINAL,
    VideoControl,
    VideoStreaming,
    _interface,
)
from usbip.core import Stall
from usbip.function import Function
from usbip.transport import USBIP

from tests.uvc.pictures import HEIGHT, WIDTH, pictures_of

_CAMERA, _OUTPUT, _PROCESSING = 1, 2, 3
_VC_PROCESSING_UNIT = 0x05
_CAMERA_CONTROLS = 0x0A  # exposure mode, exposure time
_PROCESSING_CONTROLS = 0x1241  # brightness, gain, white balance temperature and its automatic
_BY_HAND, _BY_ITSELF = 1, 8


@dataclass
class Register:
    """One control as UVC has it; `layout` is that of `struct`."""

    name: str
    layout: str
    minimum: int
    maximum: int
    step: int
    now: int

    def answer(self, request: int) -> bytes:
        """Return what the host asks for."""
        if request == GET_INFO:
            return b"\x03"
        if request == GET_LEN:
            return struct.pack("<H", struct.calcsize(self.layout))
        values = {
            GET_CUR: self.now,
            GET_MIN: self.minimum,
            GET_MAX: self.maximum,
            GET_RES: self.step,
            GET_DEF: self.minimum,
        }
        if request not in values:
            raise Stall
        return struct.pack(f"<{self.layout}", values[request])


def registers() -> dict[tuple[int, int], Register]:
    """Return the controls by unit and selector."""
    modes = _BY_HAND | _BY_ITSELF
    return {
        (_CAMERA, 0x02): Register("exposure_mode", "B", 0, modes, modes, _BY_ITSELF),
        (_CAMERA, 0x04): Register("exposure", "I", 3, 2047, 1, 250),
        (_PROCESSING, 0x02): Register("brightness", "h", -64, 64, 1, 0),
        (_PROCESSING, 0x04): Register("gain", "H", 0, 100, 4, 40),
        (_PROCESSING, 0x0A): Register("white_balance", "H", 2800, 6500, 10, 4600),
        (_PROCESSING, 0x0B): Register("white_balance_auto", "B", 0, 1, 1, 1),
    }


class ControlledCamera(VideoControl):
    """The control interface with a processing unit and registers that can be set."""

    def __init__(self) -> None:
        super().__init__()
        self._registers = registers()

    def descriptor_block(self) -> bytes:
        number = self.interface_number
        header = struct.pack("<BBBHHIBB", 13, CS_INTERFACE, VC_HEADER, 0x0100, 51, 48_000_000, 1, number + 1)
        camera = struct.pack("<BBBBHBBHHHB", 18, CS_INTERFACE, VC_INPUT_TERMINAL, _CAMERA, ITT_CAMERA, 0, 0, 0, 0, 0, 3)
        camera += _CAMERA_CONTROLS.to_bytes(3, "little")
        unit = struct.pack("<BBBBBHBHB", 11, CS_INTERFACE, _VC_PROCESSING_UNIT, _PROCESSING, _CAMERA, 0, 2,
                           _PROCESSING_CONTROLS, 0)  # fmt: skip
        output = struct.pack("<BBBBHBBB", 9, CS_INTERFACE, VC_OUTPUT_TERMINAL, _OUTPUT, TT_STREAMING, 0, _PROCESSING, 0)
        return bytes(_interface(number, 0, 0, SC_CONTROL)) + header + camera + unit + output

    def on_control(self, setup: core.Setup, data: bytes = b"") -> bytes:
        register = self._registers.get((setup.wIndex >> 8, setup.wValue >> 8))
        if register is None:
            raise Stall
        if setup.bRequest != SET_CUR:
            return register.answer(setup.bRequest)
        (register.now,) = struct.unpack(f"<{register.layout}", data[: struct.calcsize(register.layout)])
        print("SET", register.name, register.now, flush=True)  # noqa: T201 - what the other side waits for
        return b""


class TestCamera(UVC):
    """A UVC function with those controls; `source` gives the encoded picture of a format (`M`, `Y`) and a number."""

    def __init__(self, source: Callable[[object, str, int], bytes]) -> None:
        self.vc = ControlledCamera()
        self.vs = VideoStreaming(WIDTH, HEIGHT, 10, ("mjpeg", "yuyv"), source)
        self.interfaces = (self.vc, self.vs)
        Function.__init__(self)


def yuy2(picture: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture as YUY2, in the range that video has (BT.601)."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_YUY2).tobytes()


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture as JPEG."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 92]
    return cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), quality)[1].tobytes()


def main() -> None:
    """Plug the camera in and stay."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("serial")
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    pictures = pictures_of(asked.serial)
    encoded = {"M": [jpeg(picture) for picture in pictures], "Y": [yuy2(picture) for picture in pictures]}
    device = USBDevice(0x1209, 0x5743, manufacturer="Inspector tests", product="Test camera", serial=asked.serial)
    device.set_speed(core.SPEED_HIGH)
    camera = TestCamera(lambda _, kind, number: encoded[kind][number % len(pictures)])
    device.add(camera)
    device.plug(via=USBIP("127.0.0.1", asked.port))
    print("READY", asked.serial, flush=True)  # noqa: T201
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
