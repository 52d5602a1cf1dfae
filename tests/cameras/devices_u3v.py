"""The USB3 Vision camera inside viva-genicam, which no USB enumeration finds: it is handed to the driver."""

from collections.abc import Sequence
from pathlib import Path

from viva_genicam.testing import FakeU3vCamera

from inspector.cameras.address import parse_address
from inspector.cameras.camera import Camera, CameraIdentity
from inspector.cameras.u3v import UsbCamera, u3v_camera
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from tests.cameras.conformance import Ability, Kind


class U3vDevices:
    """The device under test of the driver `u3v`. It sends a pattern of its own."""

    def __init__(self, folder: Path, pictures: Sequence[Pixels]) -> None:  # noqa: ARG002 - it has its own
        self._plugged_in: dict[str, UsbCamera] = {}

    def start(self, serial: str, loss: float = 0.0) -> None:  # noqa: ARG002 - it loses nothing
        """Plug one in."""
        fake = FakeU3vCamera(160, 120)
        identity = CameraIdentity("u3v", f"u3v:{serial}", f"FakeCorp FakeU3V {serial}", serial=serial)
        self._plugged_in[serial] = UsbCamera(identity, fake.connect)

    def kill(self, serial: str) -> None:
        """Unplug one; what is open stays so."""
        del self._plugged_in[serial]

    def address(self, serial: str) -> str:
        """Return `u3v:SERIAL`."""
        return f"u3v:{serial}"

    def make(self, address: str, clock: Clock) -> Camera:
        """Return the driver's camera."""
        return u3v_camera(parse_address(address), clock, self._find)

    def discover(self) -> tuple[CameraIdentity, ...]:
        """Return what is plugged in."""
        return tuple(camera.identity for camera in self._find())

    def close(self) -> None:
        """Unplug all."""
        self._plugged_in.clear()

    def _find(self) -> tuple[UsbCamera, ...]:
        return tuple(self._plugged_in.values())


DEVICES = (Kind("u3v", U3vDevices, frozenset({Ability.SERIAL, Ability.RUNS, Ability.TWO, Ability.REOPENED})),)
