"""The GigE Vision device of `tests/fixtures/gige_device`, under both GigE drivers."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cv2
import pytest

from inspector.cameras import gige, gige2
from inspector.cameras.address import Address, parse_address
from inspector.cameras.camera import Camera, CameraIdentity
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from tests.cameras.conformance import SERIALS, Ability, Kind
from tests.fixtures.gige import RunningDevice, start_device

_PLACES = {SERIALS[0]: "127.0.0.1", SERIALS[1]: "127.0.0.2"}


class GigeDevices:
    """The device under test of a GigE driver."""

    def __init__(
        self,
        driver: str,
        make: Callable[[Address, Clock], Camera],
        discover: Callable[[], tuple[CameraIdentity, ...]],
        folder: Path,
        pictures: Sequence[Pixels],
    ) -> None:
        self._driver = driver
        self._make = make
        self.discover = discover
        self._folder = folder
        self._running: dict[str, RunningDevice] = {}
        for number, picture in enumerate(pictures):
            cv2.imwrite(str(folder / f"{number}.png"), picture)

    def start(self, serial: str, loss: float = 0.0) -> None:
        """Start a device; one that loses packets cannot send them again."""
        lossy = {"loss": loss, "no_resend": True} if loss else {}
        self._running[serial] = start_device(self._folder, address=_PLACES[serial], serial=serial, **lossy)

    def kill(self, serial: str) -> None:
        """Kill a device."""
        self._running.pop(serial).kill()

    def address(self, serial: str) -> str:
        """Return `gige:SERIAL`."""
        return f"{self._driver}:{serial}"

    def make(self, address: str, clock: Clock) -> Camera:
        """Return the driver's camera."""
        return self._make(parse_address(address), clock)

    def close(self) -> None:
        """Kill what still runs."""
        for serial in tuple(self._running):
            self.kill(serial)


_ABILITIES = frozenset(Ability)
_MARKS = (pytest.mark.own_network,)

DEVICES = (
    Kind("gige", partial(GigeDevices, "gige", gige.gige_camera, gige.discover), _ABILITIES, _MARKS),
    Kind("gige2", partial(GigeDevices, "gige2", gige2.gige2_camera, gige2.discover), _ABILITIES, _MARKS),
)
