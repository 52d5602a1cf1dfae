"""The sources without a device: a folder of pictures, and the demo camera."""

from collections.abc import Sequence
from pathlib import Path

import cv2

from inspector.cameras.camera import Camera, CameraIdentity
from inspector.cameras.discovery import discover, open_camera
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from tests.cameras.conformance import Ability, Kind


class FolderDevices:
    """The driver `folder`."""

    def __init__(self, folder: Path, pictures: Sequence[Pixels]) -> None:
        self._folder = folder
        self._pictures = pictures

    def start(self, serial: str, loss: float = 0.0) -> None:  # noqa: ARG002 - it loses nothing
        """Write the pictures."""
        (self._folder / serial).mkdir()
        for number, picture in enumerate(self._pictures):
            cv2.imwrite(str(self._folder / serial / f"{number}.png"), picture)

    def kill(self, serial: str) -> None:
        """Do nothing: there is nobody."""

    def address(self, serial: str) -> str:
        """Return `folder:PATH`, gone through for ever."""
        return f"folder:{self._folder / serial}?loop=1"

    def make(self, address: str, clock: Clock) -> Camera:
        """Return the driver's camera."""
        return open_camera(address, clock)

    def discover(self) -> tuple[CameraIdentity, ...]:
        """Return what is found without being told where."""
        return discover()

    def close(self) -> None:
        """Do nothing."""


class DemoDevices(FolderDevices):
    """The driver `demo`, its belt running."""

    def address(self, serial: str) -> str:
        """Return `demo:SEED`."""
        return f"demo:{int(serial[-1])}?fps=20"


DEVICES = (
    Kind("folder", FolderDevices, frozenset({Ability.EXACT, Ability.SERIAL, Ability.REOPENED})),
    Kind("demo", DemoDevices, frozenset({Ability.RUNS})),
)
