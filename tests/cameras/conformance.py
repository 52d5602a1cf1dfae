"""What every camera driver is measured by: the devices under test, and how a test gets hold of their cameras.

Each driver brings its devices in a file of its own, `tests/cameras/devices_NAME.py`, as `DEVICES: tuple[Kind, ...]`;
the one suite in `test_conformance.py` runs over all of them. A `Kind` says what the driver can do (`Ability`); a test
that needs what it cannot is left out for it.
"""

import importlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from inspector.cameras.address import parse_address
from inspector.cameras.camera import AdjustableCamera, Camera, CameraIdentity, CameraUnavailable, Delivery, Preview
from inspector.domain.clock import Clock, SystemClock
from inspector.domain.frame import Frame, Pixels

SERIALS = ("CONFORM1", "CONFORM2")
"""The serial numbers of the two devices that a test may start."""

PICTURE_SIZE = (96, 64)
"""Width and height of the pictures that are to be shown."""


class Ability(Enum):
    """What a driver and its device under test can do."""

    DISCOVERED = auto()
    """They are found without being told where."""
    SERIAL = auto()
    """They are opened by their serial number, and no other answers for it."""
    EXACT = auto()
    """They show the pictures given to them, grey, bit for bit, in their order and round about."""
    RUNS = auto()
    """They send pictures by themselves (`waits` is False)."""
    SETTABLE = auto()
    """They have features; ExposureTime with bounds and Width among them."""
    TRIGGERED = auto()
    """TriggerMode On and TriggerSource Software make each picture wait for its word."""
    TWO = auto()
    """Two of them can be open at once."""
    LOSSY = auto()
    """They can be started so that parts of pictures get lost (`loss`), and then are incomplete."""
    MORTAL = auto()
    """They can be killed in the middle and started again."""
    EXCLUSIVE = auto()
    """Only one can have them open."""
    REOPENED = auto()
    """They can be opened again and again."""


class DeviceUnderTest(Protocol):
    """The devices of one test. Made with an empty folder and the pictures that they are to show, uint8 grey."""

    def start(self, serial: str, loss: float = 0.0) -> None:
        """Start a device and wait until it can be found. `loss` is the share of a picture's parts that get lost."""
        ...

    def kill(self, serial: str) -> None:
        """End a device without a word, as if its cable were pulled."""
        ...

    def address(self, serial: str) -> str:
        """Return the address that opens a device, started or not."""
        ...

    def make(self, address: str, clock: Clock) -> Camera:
        """Return the camera at an address, not yet open."""
        ...

    def discover(self) -> tuple[CameraIdentity, ...]:
        """Look for cameras as the driver does."""
        ...

    def close(self) -> None:
        """End all devices that still run."""
        ...


@dataclass(frozen=True)
class Kind:
    """One driver with its device. `marks` are pytest's, such as a skip where a library or a network is missing."""

    name: str
    make: Callable[[Path, Sequence[Pixels]], DeviceUnderTest]
    abilities: frozenset[Ability]
    marks: tuple[Any, ...] = field(default=())


def kinds() -> tuple[Kind, ...]:
    """Return the devices of all drivers: those of every `devices_*.py` beside this file."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("devices_*.py"))
    modules = [importlib.import_module(f"tests.cameras.{name}") for name in names]
    return tuple(kind for module in modules for kind in getattr(module, "DEVICES", ()))


def pictures_to_show(count: int = 4) -> tuple[Pixels, ...]:
    """Return grey pictures, uint8 height x width, no two of them alike in any row."""
    width, height = PICTURE_SIZE
    random = np.random.default_rng(4)
    return tuple(random.integers(0, 256, (height, width), dtype=np.uint8) for _ in range(count))


class Hands:
    """Opens cameras of a device under test for a test, and closes them all at its end."""

    def __init__(self, device: DeviceUnderTest) -> None:
        self.device = device
        self._cameras: list[Camera] = []

    def camera(self, serial: str = SERIALS[0]) -> Camera:
        """Return a camera that is not open yet."""
        camera = self.device.make(self.device.address(serial), SystemClock())
        self._cameras.append(camera)
        return camera

    def opened(self, serial: str = SERIALS[0]) -> Camera:
        """Return an open camera."""
        camera = self.camera(serial)
        camera.open()
        return camera

    def adjustable(self, serial: str = SERIALS[0]) -> AdjustableCamera:
        """Return an open camera that has something to set."""
        camera = self.opened(serial)
        assert isinstance(camera, AdjustableCamera)
        return camera

    def triggered(self, serial: str = SERIALS[0]) -> AdjustableCamera:
        """Return an open camera that takes a picture at each word."""
        camera = self.adjustable(serial)
        camera.controls.change("TriggerSource", "Software")
        camera.controls.change("TriggerMode", "On")
        return camera

    def close(self) -> None:
        """Close all cameras, then end the devices."""
        for camera in self._cameras:
            camera.close()
        self.device.close()


class Taker:
    """Takes the pictures of a camera on a thread of its own, as the station does; `pause` seconds after each."""

    def __init__(self, camera: Camera, pause: float = 0.0) -> None:
        self._camera = camera
        self._pause = pause
        self._changed = threading.Condition()
        self.deliveries: list[Delivery] = []
        self.loss = ""
        self._over = False
        self._thread = threading.Thread(target=self._run, name="taker")

    @property
    def frames(self) -> list[Frame]:
        """The pictures so far."""
        with self._changed:
            return [delivery for delivery in self.deliveries if isinstance(delivery, Frame)]

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until so many pictures have come; False when they did not in that time."""
        return self._wait(lambda: len(self.deliveries) >= count, seconds)

    def wait_for_end(self, seconds: float) -> bool:
        """Wait until no more picture can come; False when that was not in time."""
        return self._wait(lambda: self._over, seconds)

    def _wait(self, what: Callable[[], bool], seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(what, seconds)

    def _run(self) -> None:
        try:
            for delivery in self._camera.frames():
                with self._changed:
                    self.deliveries.append(delivery)
                    self._changed.notify_all()
                time.sleep(self._pause)
        except CameraUnavailable as loss:
            self.loss = str(loss)
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    @contextmanager
    def taking(self) -> Iterator["Taker"]:
        """Take pictures within the block; the camera is closed at its end."""
        self._thread.start()
        try:
            yield self
        finally:
            self._camera.close()
            self._thread.join(10)
            assert not self._thread.is_alive(), "frames() did not end when the camera was closed"


def picture(delivery: Delivery) -> Frame:
    """Return the picture of a delivery."""
    captured = delivery.frame if isinstance(delivery, Preview) else delivery
    assert isinstance(captured, Frame), captured
    return captured


def driver_of(address: str) -> str:
    """Return the driver that an address names."""
    return parse_address(address).driver
