"""`inspector`: the window."""

import argparse
import os
import sys
from pathlib import Path

from inspector.commands.failure import CommandFailed
from inspector.commands.folders import add_data_option
from inspector.domain.recipe import TriggerMode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the window itself."""
    add_data_option(parser)


def execute(options: argparse.Namespace) -> int:
    """Open the station and its window; `run` without `--headless` also hands over camera and recipe."""
    if _no_display():
        raise CommandFailed(
            "there is no display; without one use: inspector run --camera folder:PATH --recipe FILE --headless"
        )
    from inspector.settings import LaneSettings
    from inspector.station import open_station  # loads onnxruntime, which must come before Qt
    from inspector.ui.app import open_window

    cameras: list[str] = getattr(options, "camera", [])
    recipes: list[Path] = getattr(options, "recipe", [])
    trigger: str | None = getattr(options, "trigger", None)
    station = open_station(options.data, lanes=len(cameras) or None)
    try:
        for lane in station.lanes:
            if trigger is not None:
                lane.lane.set_trigger_mode(TriggerMode(trigger))
            lane.lane.set_context(
                operator=getattr(options, "operator", None),
                lot=getattr(options, "lot", None),
                expected=getattr(options, "expected", None),
            )
        asked = [
            LaneSettings(lane.name, camera, str(recipe))
            for lane, camera, recipe in zip(station.lanes, cameras, recipes, strict=False)
        ]
        return open_window(station, asked)
    finally:
        station.close()


def _no_display() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
