"""The cameras that pylon plays itself, showing pictures of a folder. They are always there."""

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from inspector.cameras.address import parse_address
from inspector.cameras.camera import Camera, CameraIdentity
from inspector.cameras.pylon import discover_pylon, pylon_camera
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from inspector.pictures import encode_png
from tests.cameras.conformance import SERIALS, Ability, Kind

EMULATOR = ("BaslerCamEmu",)
"""The only transport that tests look at: others would call out on the network."""

_OWN_SERIALS = dict(zip(SERIALS, ("0815-0000", "0815-0001"), strict=True))


class EmulatedDevices:
    def __init__(self, folder: Path, pictures: Sequence[Pixels]) -> None:
        os.environ["PYLON_CAMEMU"] = "2"
        self._folder = folder
        for number, shown in enumerate(pictures):
            (folder / f"picture{number}.png").write_bytes(encode_png(shown))

    def start(self, serial: str, loss: float = 0.0) -> None:
        assert serial in _OWN_SERIALS
        assert loss == 0.0, "it loses what it is told to lose, see test_pylon.py"

    def kill(self, serial: str) -> None:
        raise NotImplementedError

    def address(self, serial: str) -> str:
        return f"pylon:{_OWN_SERIALS.get(serial, serial)}?pictures={self._folder}"

    def make(self, address: str, clock: Clock) -> Camera:
        return pylon_camera(parse_address(address), clock, EMULATOR)

    def discover(self) -> tuple[CameraIdentity, ...]:
        return discover_pylon(EMULATOR)

    def close(self) -> None:
        pass


DEVICES = (
    Kind(
        "pylon",
        EmulatedDevices,
        frozenset(
            {
                Ability.SERIAL,
                Ability.EXACT,
                Ability.RUNS,
                Ability.SETTABLE,
                Ability.TRIGGERED,
                Ability.TWO,
                Ability.REOPENED,
            }
        ),
        (
            pytest.mark.skipif(
                importlib.util.find_spec("pypylon") is None, reason="pypylon is not installed: pip install pypylon"
            ),
        ),
    ),
)
