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

_STAGES = tuple(stage.name for stage in fields(Timings))


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "run", help="run the station, in the window or without one", description=__doc__
    )
    parser.add_argument("--camera", metavar="ADDRESS", required=True, help="for example folder:PATH, demo:7")
    parser.add_argument("--recipe", metavar="FILE", type=Path, required=True)
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
    if not options.headless:
        from inspector.commands import window

        for name in ("count", "json", "jsonl"):
            if getattr(options, name):
                raise CommandFailed(f"--{name} is for a run without a window; add --headless")
        return window.execute(options)
    if options.count is not None and options.count < 1:
        raise CommandFailed("--count must be 1 or more")
    from inspector.station import open_station

    station = open_station(options.data)
    try:
        return _run(station, options)
    finally:
        station.close()


def _run(station: "Station", options: argparse.Namespace) -> int:
    station.use_camera(options.camera, remember=False).result()
    choice = station.use_recipe(options.recipe, remember=False).result()
    _require_expected(options.expected, station)
    lane = station.lane
    lane.set_context(operator=options.operator, lot=options.lot, expected=options.expected)
    lane.set_trigger_mode(_trigger_mode(options, station))
    tally = _Tally(jsonl=options.jsonl)
    done = threading.Event()
    trouble: list[str] = []

    def changed(change: "StationChange") -> None:
        if change.state in (StationState.ERROR, StationState.HALTED):
            trouble.append(change.why)
        if change.state in (StationState.ERROR, StationState.HALTED, StationState.READY):
            done.set()

    station.journal.inspections.subscribe(tally.add)
    station.start(count=options.count)
    unsubscribe = lane.states.subscribe(changed)
    try:
        while lane.executing and not done.wait(0.1):
            pass
    except KeyboardInterrupt:
        trouble.append("stopped before the pictures ended")
    unsubscribe()
    station.stop()
    station.journal.flush()
    if options.json:
        print_json(tally.figures() | {"dropped_live_frames": lane.live.dropped, "accelerator": choice.name})
    elif not options.jsonl:
        print(tally.sentence(choice.name))
    if trouble:
        raise CommandFailed(trouble[0])
    return 0


def _require_expected(expected: str, station: "Station") -> None:
    """Refuse a product that the recipe cannot tell: every part would be the wrong one."""
    recipe = station.recipe
    if not expected or recipe is None:
        return
    if recipe.kind is not RecipeKind.IDENTITY:
        raise CommandFailed(f"--expected is for recipes that tell products apart; '{recipe.product}' tells defects")
    known = [part_class.name for part_class in recipe.classes]
    if expected not in known:
        raise CommandFailed(
            f"--expected {expected}: the recipe does not know that product; it knows {', '.join(known)}"
        )


def _trigger_mode(options: argparse.Namespace, station: "Station") -> TriggerMode:
    if options.trigger:
        return TriggerMode(options.trigger)
    recipe = station.recipe
    if recipe is not None and recipe.trigger.mode is TriggerMode.INTERVAL:
        return TriggerMode.INTERVAL
    return TriggerMode.EACH_FRAME


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
