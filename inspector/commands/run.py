"""`inspector run`: judge what a camera sees, record everything, print what was published."""

import argparse
import threading
from array import array
from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.commands.failure import CommandFailed
from inspector.commands.folders import add_data_option
from inspector.commands.messages import inspection_message, print_json, print_line
from inspector.domain.inspection import Inspection
from inspector.domain.recipe import RecipeKind, TriggerMode
from inspector.domain.station_state import StationState
from inspector.domain.verdict import Timings, Verdict

if TYPE_CHECKING:
    from inspector.inspection.states import StationChange
    from inspector.station import Station
    from inspector.station_lane import StationLane

_STAGES = tuple(stage.name for stage in fields(Timings))


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "run", help="run the station, in the window or without one", description=__doc__
    )
    parser.add_argument(
        "--camera",
        metavar="ADDRESS",
        required=True,
        action="append",
        help="for example gige:SERIAL, folder:PATH, demo:7; given twice, with two recipes, it runs two lanes",
    )
    parser.add_argument("--recipe", metavar="FILE", type=Path, required=True, action="append")
    parser.add_argument("--headless", action="store_true", help="without a window; ends when the camera's pictures end")
    parser.add_argument("--count", metavar="N", type=int, help="end after N parts")
    parser.add_argument(
        "--trigger",
        choices=[str(mode) for mode in TriggerMode],
        help="what makes a part be judged (default: the recipe's; each-frame when nobody is there to press a button)",
    )
    parser.add_argument("--operator", default="", metavar="NAME")
    parser.add_argument("--lot", default="", metavar="LOT")
    parser.add_argument(
        "--expected", default="", metavar="PRODUCT", help="the lot's product, where a recipe tells products apart"
    )
    add_data_option(parser)
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print the figures of the run at its end")
    output.add_argument("--jsonl", action="store_true", help="print one line a verdict at the moment it is published")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Run until the pictures end, the count is reached, Ctrl-C, or the station can go on no more."""
    from inspector.settings import MOST_LANES

    if len(options.camera) != len(options.recipe) or len(options.camera) > MOST_LANES:
        raise CommandFailed(f"name a --recipe for each --camera, for 1 to {MOST_LANES} lanes")
    if not options.headless:
        from inspector.commands import window

        for name in ("count", "json", "jsonl"):
            if getattr(options, name):
                raise CommandFailed(f"--{name} is for a run without a window; add --headless")
        return window.execute(options)
    if options.count is not None and options.count < 1:
        raise CommandFailed("--count must be 1 or more")
    from inspector.station import open_station

    station = open_station(options.data, lanes=len(options.camera))
    try:
        return _run(station, options)
    finally:
        station.close()


def _run(station: "Station", options: argparse.Namespace) -> int:
    for lane, camera, recipe in zip(station.lanes, options.camera, options.recipe, strict=True):
        lane.use_camera(camera, remember=False).result()
        lane.use_recipe(recipe, remember=False).result()
        _require_expected(options.expected, lane)
        lane.lane.set_context(operator=options.operator, lot=options.lot, expected=options.expected)
        lane.lane.set_trigger_mode(_trigger_mode(options, lane))
    tally = _Tally(jsonl=options.jsonl)
    station.journal.inspections.subscribe(tally.add)
    trouble = _until_the_end(station, options.count)
    station.journal.flush()
    accelerators = ", ".join(sorted({lane.accelerator.name for lane in station.lanes if lane.accelerator}))
    if options.json:
        dropped = sum(lane.lane.live.dropped for lane in station.lanes)
        print_json(tally.figures() | {"dropped_live_frames": dropped, "accelerator": accelerators})
    elif not options.jsonl:
        print(tally.sentence(accelerators))
    if trouble:
        raise CommandFailed(trouble[0])
    return 0


def _until_the_end(station: "Station", count: int | None) -> list[str]:
    """Start every lane and wait until all have ended or one cannot go on; return what went wrong."""
    ended: set[str] = set()
    done = threading.Event()
    trouble: list[str] = []

    def changed(change: "StationChange") -> None:
        if change.state in (StationState.ERROR, StationState.HALTED):
            trouble.append(change.why)
            done.set()
        if change.state is StationState.READY:
            ended.add(change.lane)
        if len(ended) == len(station.lanes):
            done.set()

    for lane in station.lanes:
        lane.start(count)
    leave = [lane.lane.states.subscribe(changed) for lane in station.lanes]
    try:
        while station.executing and not done.wait(0.1):
            pass
    except KeyboardInterrupt:
        trouble.append("stopped before the pictures ended")
    for unsubscribe in leave:
        unsubscribe()
    for lane in station.lanes:
        lane.stop()
    return trouble


def _require_expected(expected: str, lane: "StationLane") -> None:
    """Refuse a product that the recipe cannot tell: every part would be the wrong one."""
    recipe = lane.recipe
    if not expected or recipe is None:
        return
    if recipe.kind is not RecipeKind.IDENTITY:
        raise CommandFailed(f"--expected is for recipes that tell products apart; '{recipe.product}' tells defects")
    known = [part_class.name for part_class in recipe.classes]
    if expected not in known:
        raise CommandFailed(
            f"--expected {expected}: the recipe does not know that product; it knows {', '.join(known)}"
        )


def _trigger_mode(options: argparse.Namespace, lane: "StationLane") -> TriggerMode:
    """Return what was asked for, or what the recipe says where that needs nobody to press a button."""
    if options.trigger:
        return TriggerMode(options.trigger)
    recipe = lane.recipe
    if recipe is None or recipe.trigger.mode in (TriggerMode.SOFTWARE, TriggerMode.SCAN):
        return TriggerMode.EACH_FRAME
    return recipe.trigger.mode


@dataclass
class _Tally:
    """What was published in this run, counted on the journal's thread."""

    jsonl: bool
    verdicts: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    stages: dict[str, "array[float]"] = field(default_factory=lambda: {name: array("d") for name in _STAGES})

    def add(self, inspection: Inspection) -> None:
        """Count one published part and, if wished, print it."""
        judgement = inspection.judgement
        self.verdicts[str(judgement.verdict)] += 1
        if judgement.class_name is not None:
            self.classes[judgement.class_name] += 1
        if judgement.verdict is not Verdict.ERROR:
            for name in _STAGES:
                self.stages[name].append(getattr(judgement.timings, name))
        if self.jsonl:
            print_line(inspection_message(inspection))

    def figures(self) -> dict[str, Any]:
        """Return the counts, and the median and the 99th percentile of each stage in milliseconds."""
        import numpy as np

        stages = {
            name: {"median": float(np.percentile(values, 50)), "p99": float(np.percentile(values, 99))}
            if len(values)
            else None
            for name, values in self.stages.items()
        }
        return {
            "triggers": self.verdicts.total(),
            "records": {str(verdict): self.verdicts[str(verdict)] for verdict in Verdict},
            "classes": dict(sorted(self.classes.items())),
            "stages_ms": stages,
        }

    def sentence(self, accelerator: str) -> str:
        """Return the run in one line for a person."""
        counts = ", ".join(f"{verdict} {self.verdicts[str(verdict)]}" for verdict in Verdict)
        return f"{self.verdicts.total()} parts: {counts} (accelerator {accelerator})"
