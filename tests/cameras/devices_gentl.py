"""The GenTL producer that the genicam wheel carries: drawn pictures of bouncing balls from up to three cameras.

Its serial numbers are its own, so it is not found under those of the suite; `kill` ends the worker process and takes
the producer away, as if the vendor's software had gone down.
"""

import importlib.util
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from inspector.cameras.address import parse_address
from inspector.cameras.camera import Camera, CameraIdentity
from inspector.cameras.gentl import discover_gentl, gentl_camera
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from tests.cameras.conformance import SERIALS, Ability, Kind

_OWN_SERIALS = dict(zip(SERIALS, ("0", "1"), strict=True))


def viky() -> Path:
    """Return the producer's file."""
    found = importlib.util.find_spec("genicam")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("viky.cti")


def workers(producer: Path | None = None) -> list[psutil.Process]:
    """Return the worker processes of this one; with a producer, those that have it loaded."""
    children = [child for child in psutil.Process().children() if "inspector.cameras.gentl_worker" in child.cmdline()]
    if producer is None:
        return children
    return [child for child in children if any(str(producer) in loaded.path for loaded in child.memory_maps())]


class VikyDevices:
    """A copy of the producer for each device, which is there while the device is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def start(self, serial: str, loss: float = 0.0) -> None:
        assert loss == 0.0, "it loses nothing"
        producer = self._producer(serial)
        producer.parent.mkdir(exist_ok=True)
        shutil.copy(viky(), producer)

    def kill(self, serial: str) -> None:
        running = workers(self._producer(serial))
        self._producer(serial).unlink()
        assert running
        for worker in running:
            worker.send_signal(signal.SIGKILL)

    def address(self, serial: str) -> str:
        return f"gentl:{_OWN_SERIALS.get(serial, serial)}?producer={self._producer(serial)}"

    def make(self, address: str, clock: Clock) -> Camera:
        return gentl_camera(parse_address(address), clock)

    def discover(self) -> tuple[CameraIdentity, ...]:
        return discover_gentl(sorted(self._folder.rglob("*.cti")))

    def close(self) -> None:
        pass

    def _producer(self, serial: str) -> Path:
        return self._folder / (serial if serial in SERIALS else SERIALS[0]) / "viky.cti"


def _make(folder: Path, pictures: Sequence[Pixels]) -> VikyDevices:
    return VikyDevices(folder)


DEVICES = (
    Kind(
        "gentl",
        _make,
        frozenset(
            {Ability.SERIAL, Ability.RUNS, Ability.TWO, Ability.REOPENED}
            | ({Ability.MORTAL} if hasattr(signal, "SIGKILL") else set())
        ),
        (
            pytest.mark.skipif(
                importlib.util.find_spec("genicam") is None, reason="genicam is not installed: pip install genicam"
            ),
        ),
    ),
)
