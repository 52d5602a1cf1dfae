"""How the station is, as the lamps show it: what is wrong and what to do, in words."""

from dataclasses import dataclass
from enum import StrEnum


class LampLevel(StrEnum):
    """What a lamp shows. `OFF` is not a fault: the thing was not chosen yet."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    OFF = "off"


@dataclass(frozen=True)
class Lamp:
    """One lamp. `text` is one sentence: what is so, and for a warning or fault what to do."""

    level: LampLevel
    text: str


@dataclass(frozen=True)
class Health:
    """The lamps of a station."""

    camera: Lamp
    accelerator: Lamp
    disk: Lamp
