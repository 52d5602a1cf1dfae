"""The station's one settings file: TOML, versioned, validated value by value; a bad value never blocks the start."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import time
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomli_w
import tzlocal
from pydantic import ConfigDict, TypeAdapter, ValidationError

from inspector.atomic_file import write_atomically
from inspector.domain.shift import ShiftPattern, ShiftPatternInvalid, ShiftTime

SCHEMA = 2
MOST_LANES = 2
DEFAULT_SHIFTS = (ShiftTime("Early", time(6)), ShiftTime("Late", time(14)), ShiftTime("Night", time(22)))


@dataclass(frozen=True)
class LaneSettings:
    """A lane, and the camera's address and the recipe's file that it used last; empty while there was none."""

    name: str = "1"
    camera: str = ""
    recipe: str = ""


@dataclass(frozen=True)
class Settings:
    """What the station is told once and keeps.

    `time_zone` is an IANA name. `accelerator` is `auto`, `cpu` or `directml:N`. `target` is the count of good parts
    wanted in a shift, 0 for none. There are one or two `lanes`. `scanner` is the serial port of a barcode scanner,
    `COM3` or `/dev/ttyUSB0`; `producers` are the GenTL producers (.cti) of camera vendors.
    """

    site: str = ""
    line: str = ""
    station: str = "Station 1"
    time_zone: str = ""
    shifts: tuple[ShiftTime, ...] = DEFAULT_SHIFTS
    accelerator: str = "auto"
    paper: Literal["A4", "Letter"] = "A4"
    theme: Literal["light", "dark"] = "light"
    target: int = 0
    lanes: tuple[LaneSettings, ...] = (LaneSettings(),)
    operator: str = ""
    scanner: str = ""
    scanner_baud: int = 9600
    producers: tuple[str, ...] = ()

    @property
    def in_use(self) -> bool:
        """Whether a camera or a recipe was used before."""
        return any(lane.camera or lane.recipe for lane in self.lanes)

    def remembering(self, used: LaneSettings) -> "Settings":
        """Return these settings with what a lane of that name used last."""
        return replace(self, lanes=tuple(used if lane.name == used.name else lane for lane in self.lanes))

    def with_lanes(self, count: int) -> "Settings":
        """Return these settings with so many lanes; a lane that is added gets its number as its name."""
        added = tuple(LaneSettings(str(number)) for number in range(len(self.lanes) + 1, count + 1))
        return replace(self, lanes=(*self.lanes, *added)[:count])

    def pattern(self) -> ShiftPattern:
        """Return the shift pattern in the site's time zone."""
        return ShiftPattern(self.shifts, ZoneInfo(self.time_zone or tzlocal.get_localzone_name()))


@dataclass(frozen=True)
class LoadedSettings:
    """Settings as read, and a sentence for each value that was not taken over."""

    settings: Settings
    problems: tuple[str, ...]


def load_settings(path: Path) -> LoadedSettings:
    """Read the file; what is missing or wrong in it falls back to the default, each with a sentence that says so."""
    if not path.exists():
        return LoadedSettings(Settings(), ())
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = f"The settings file {path} could not be read ({error}); the defaults are used until it is mended."
        return LoadedSettings(Settings(), (problem,))
    return _from_table(_upgraded(raw), path)


def save_settings(settings: Settings, path: Path) -> None:
    """Write the file in one step, so that a power cut leaves the old one or the new one. Raises OSError."""
    table = asdict(settings)
    table["shifts"] = [{"name": shift.name, "start": shift.start} for shift in settings.shifts]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, tomli_w.dumps({"version": SCHEMA, **table}).encode())


def _lanes(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a table of version 1, which knew one lane alone, as version 2."""
    raw["lanes"] = [{"name": "1", "camera": raw.pop("camera", ""), "recipe": raw.pop("recipe", "")}]
    return raw


_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _lanes}
"""From each older schema number to the next: a function from table to table."""


def _upgraded(raw: dict[str, Any]) -> dict[str, Any]:
    version = raw.pop("version", SCHEMA)
    while isinstance(version, int) and version in _UPGRADES:
        raw = _UPGRADES[version](raw)
        version += 1
    return raw


def _from_table(raw: dict[str, Any], path: Path) -> LoadedSettings:
    good: dict[str, Any] = {}
    problems: list[str] = []
    known = {field.name: field.type for field in fields(Settings)}
    for name, value in raw.items():
        if name not in known:
            problems.append(f"{path.name}: '{name}' is not a setting and is ignored.")
            continue
        try:
            good[name] = _value(name, known[name], value)
        except (ValidationError, ShiftPatternInvalid, ZoneInfoNotFoundError, ValueError) as error:
            problems.append(f"{path.name}: '{name}' is not usable ({_first_line(error)}); its default is used.")
    return LoadedSettings(Settings(**good), tuple(problems))


def _value(name: str, kind: Any, value: Any) -> Any:  # noqa: ANN401 - what a TOML value is, is found out here
    adapter = TypeAdapter(kind, config=ConfigDict(strict=False))
    checked = adapter.validate_python(value)
    if name == "time_zone" and checked:
        ZoneInfo(checked)
    if name == "shifts":
        ShiftPattern(checked, ZoneInfo("UTC"))
    if name == "target" and checked < 0:
        raise ValueError("a target is 0 or more")
    if name == "lanes":
        _check_lanes(checked)
    return checked


def _check_lanes(lanes: tuple[LaneSettings, ...]) -> None:
    names = [lane.name for lane in lanes]
    if not 1 <= len(names) <= MOST_LANES:
        raise ValueError(f"a station has 1 to {MOST_LANES} lanes")
    if "" in names or len(set(names)) < len(names):
        raise ValueError("lanes need names that differ")


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return str(error.errors()[0]["msg"])
    return str(error).splitlines()[0]
