"""What the station does, shown on the bench screen. Nothing here waits, and nothing is done once a part."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QElapsedTimer, QObject

from inspector.domain.health import Lamp, LampLevel
from inspector.domain.inspection import Inspection
from inspector.domain.placement import Placement
from inspector.domain.recipe import Recipe, Region
from inspector.domain.station_state import EXECUTING, StationState
from inspector.domain.verdict import Verdict
from inspector.inspection.counts import Counts
from inspector.inspection.shown import ShownPart
from inspector.inspection.states import StationChange
from inspector.quality.control_chart import p_chart
from inspector.station import Station
from inspector.station_lane import StationLane
from inspector.ui.bench.bench_page import BenchParts
from inspector.ui.bench.charts import ClassCount
from inspector.ui.bench.counters import Tally
from inspector.ui.bench.film_strip import StripPart
from inspector.ui.bench.lamps import LampState
from inspector.ui.bench.live_view import LAST_PART
from inspector.ui.bench.saying import Situation, of_part, saying, sentence
from inspector.ui.bridge import KEPT_PARTS, Bridge, LaneBridge, within_budget
from inspector.ui.header import LaneFields
from inspector.ui.scaling import PictureThread, Scene
from inspector.vision.model_file import ModelFile

_VERDICT_MILLISECONDS = 100
_STRIP_MILLISECONDS = 200
_CHARTS_MILLISECONDS = 400
_LEAST_OF_A_TREND = 10


class BenchBinding(QObject):
    """Feeds the bench page and the fields of one lane from the bridge.

    The verdict changes at most ten times a second, the strip five times, and one chart is drawn anew at a time, so that
    no single pass of the event loop has much to do. No eye reads more, and the newest is never left out.
    """

    def __init__(
        self,
        station: Station,
        lane: StationLane,
        bridge: Bridge,
        lane_bridge: LaneBridge,
        page: BenchParts,
        fields: LaneFields,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._station = station
        self._lane = lane
        self._page = page
        self._fields = fields
        self.zone: ZoneInfo = station.settings.pattern().zone
        self.newest_first: list[ShownPart] = []
        self._state = StationChange(lane.name, lane.lane.state, lane.lane.why)
        self._of_this_run = False
        self._verdict_waits = False
        self._verdict_age = QElapsedTimer()
        self._verdict_age.start()
        self._strip_waits = False
        self._strip_age = QElapsedTimer()
        self._strip_age.start()
        self._charts_age = QElapsedTimer()
        self._charts_age.start()
        self._charts_due: list[Callable[[Counts], None]] = []
        self._counts: Counts | None = None
        self._camera_address = ""
        self._shown_away = ""
        self.pictures = PictureThread(lane.lane.live.take)
        lane_bridge.parts_shown.connect(self._take_parts)
        lane_bridge.state_changed.connect(self._take_state)
        bridge.ticked.connect(self._tick)
        bridge.second_passed.connect(self.show_second)
        self.show_all()

    def close(self) -> None:
        """End the thread that scales pictures."""
        self.pictures.close()

    def show_all(self) -> None:
        """Show everything as it is now."""
        self._show_state()
        self._show_setting()
        self._show_counts(self._lane.counts.snapshot())
        self.show_second()

    def show_second(self) -> None:
        """Show what changes slowly: lamps, what is in use, whether the camera is away."""
        if self._away() != self._shown_away:
            self._show_verdict()
        self._show_setting()
        self._show_lamps()

    def region_of(self, inspection: Inspection) -> Region | None:
        """Return what was judged of a part's picture; None where its recipe is no longer in use."""
        recipe, context = self._lane.recipe, inspection.context
        if recipe is None or (recipe.product, recipe.version.number) != (context.product, context.recipe_version):
            return None
        return recipe.region

    def model_file_of(self, inspection: Inspection) -> ModelFile | None:
        """Return the recipe file that judged a part; None where it is no longer in use."""
        model_file = self._lane.lane.model_file
        if model_file is None or model_file.content_hash != inspection.context.recipe_hash:
            return None
        return model_file

    def _take_parts(self, parts: tuple[ShownPart, ...]) -> None:
        self.newest_first = within_budget([*reversed(parts), *self.newest_first][:KEPT_PARTS])
        self._of_this_run = True
        self._strip_waits = True
        serial = self._fields.serial.value
        if serial and any(part.inspection.context.serial == serial for part in parts):
            self._fields.serial.set_value("")  # it belonged to that one part
        self._verdict_waits = True

    def _take_state(self, change: StationChange) -> None:
        starts = change.state in EXECUTING and self._state.state not in EXECUTING
        self._state = change
        if starts:
            self._of_this_run = False
        self._show_state()

    def _tick(self) -> None:
        if self._verdict_waits and self._verdict_age.hasExpired(_VERDICT_MILLISECONDS):
            self._show_verdict()
        if self._strip_waits and self._strip_age.hasExpired(_STRIP_MILLISECONDS):
            self._strip_waits = False
            self._strip_age.restart()
            self._page.strip.show_parts([self._strip_part(part) for part in self.newest_first])
        elif self._charts_due:
            if self._counts is not None:
                self._charts_due.pop(0)(self._counts)
        elif self._charts_age.hasExpired(_CHARTS_MILLISECONDS):
            self._charts_age.restart()
            self._show_counts(self._lane.counts.snapshot())
        self._show_picture()

    def _show_picture(self) -> None:
        if not self._page.isVisible():
            return
        live = self._page.live
        ready = self.pictures.answer()
        if ready is not None:
            live.show_picture(ready)
        live.picture.show_placement(self._last_placement(), remembered=live.view != LAST_PART)
        self.pictures.ask(live.room(), self._last_scene() if live.view == LAST_PART else None)

    def _last_placement(self) -> Placement | None:
        """Return where the last part was found, while pictures still come from the camera that saw it."""
        part = self.newest_first[0] if self.newest_first else None
        if part is None or part.picture is None or part.picture.camera != self._camera_address:
            return None
        return part.inspection.judgement.placement

    def _last_scene(self) -> Scene | None:
        if not self.newest_first:
            return None
        part = self.newest_first[0]
        if part.picture is None:
            return None
        region = self.region_of(part.inspection) or Region()
        judgement = part.inspection.judgement
        return Scene(part.picture.pixels, part.inspection.source, region, judgement.heat_map, judgement.placement)

    def _strip_part(self, part: ShownPart) -> StripPart:
        inspection = part.inspection
        shown = of_part(inspection, self.zone)
        tip = "  ·  ".join(filter(None, (shown.word, shown.headline, shown.detail)))
        return StripPart(inspection.sequence, inspection.judgement.verdict, tip, part.thumbnail)

    def _show_state(self) -> None:
        state, why = self._state.state, self._state.why
        self._fields.state.show_state(state, sentence(why))
        mode = self._lane.lane.trigger_mode
        self._page.controls.show_state(state, mode, self._what_is_missing())
        self._show_verdict()

    def _what_is_missing(self) -> str:
        """Return what the station still needs before it can start; an empty text when it needs nothing."""
        lane, state = self._lane, self._state.state
        if state in (StationState.READY, StationState.INITIALIZED):
            return ""
        if lane.camera is None and lane.recipe is None:
            return self.tr("Choose a camera and a recipe first.")
        if lane.camera is None:
            return self.tr("Choose a camera first: touch its name above the picture.")
        if lane.recipe is None:
            return self.tr("Choose a recipe first: touch its name at the top.")
        return sentence(self._state.why)

    def _away(self) -> str:
        """Return why the camera is away; an empty text where it is not."""
        outage = self._lane.lane.outage
        return outage.reason if outage is not None else ""

    def _show_verdict(self) -> None:
        self._verdict_waits = False
        self._shown_away = self._away()
        self._verdict_age.restart()
        newest = self.newest_first[0].inspection if self.newest_first else None
        mode = self._lane.lane.trigger_mode
        situation = Situation(
            self._state.state, self._state.why, mode, newest, self._of_this_run, self._what_is_missing(), self._away()
        )
        self._page.verdict.show_verdict(saying(situation, self.zone))

    def _show_setting(self) -> None:
        lane = self._lane
        recipe, camera = lane.recipe, lane.camera
        self._fields.recipe.set_value(_recipe_words(recipe, self.tr("{0} · version {1}")))
        simulated = (camera is not None and camera.simulated) or (recipe is not None and recipe.simulated)
        lost = camera is None and (lane.lane.state is StationState.ERROR or bool(self._away()))
        if not lost:
            self._page.live.show_camera(camera.name if camera is not None else "", simulated=simulated)
        self._page.live.picture.set_old(self.tr("Last picture before the fault") if lost else "")
        self._page.live.show_region(recipe.region if recipe is not None else None)
        address = camera.address if camera is not None else ""
        if address and address != self._camera_address:
            self._camera_address = address
            if self.pictures.forget_others(address):
                self._page.live.show_picture(None)
        self._page.live.picture.set_empty_words(*self._why_no_picture(bool(camera)))

    def _why_no_picture(self, has_camera: bool) -> tuple[str, str]:
        if self._state.state is StationState.ERROR:
            return self.tr("No picture"), sentence(self._state.why)
        if self._away():
            return self.tr("No picture"), sentence(self._away())
        if not has_camera:
            return self.tr("No camera"), self.tr("Choose a camera above.")
        if self._state.state in EXECUTING:
            return self.tr("No picture yet"), self.tr("The camera has not given a picture so far.")
        return self.tr("No picture yet"), self.tr("Pictures appear when the station runs.")

    def _show_lamps(self) -> None:
        health = self._station.health(self._lane)
        camera, accelerator = self._lane.camera, self._lane.accelerator
        lamps = self._page.controls.lamps
        lamps["camera"].show_state(self._lamp(health.camera, camera.name if camera is not None else ""))
        lamps["accelerator"].show_state(
            self._lamp(health.accelerator, accelerator.name.upper() if accelerator is not None else "")
        )
        lamps["disk"].show_state(self._lamp(health.disk, ""))

    def _lamp(self, lamp: Lamp, word_when_well: str) -> LampState:
        words = {
            LampLevel.OK: word_when_well or self.tr("All is well"),
            LampLevel.WARNING: self.tr("See here"),
            LampLevel.FAULT: self.tr("Fault"),
            LampLevel.OFF: self.tr("Not chosen"),
        }
        return LampState(lamp.level, words[lamp.level], sentence(lamp.text))

    def _show_counts(self, counts: Counts) -> None:
        """Show the figures now, and have the charts that can be seen drawn one a tick."""
        target = self._station.settings.target
        verdicts = counts.verdicts
        self._page.counters.show_tally(
            Tally(verdicts[Verdict.OK], verdicts[Verdict.NG], verdicts[Verdict.CHECK], verdicts[Verdict.ERROR], target)
        )
        if counts != self._counts:
            self._counts = counts
            self._charts_due = [self._show_classes, self._show_trend, self._show_p_chart]

    def _show_classes(self, counts: Counts) -> None:
        recipe = self._lane.recipe
        good = {one.name for one in recipe.classes if one.verdict is Verdict.OK} if recipe is not None else set()
        self._page.charts.classes.show_counts(
            [ClassCount(name, count, name not in good) for name, count in counts.classes.items()]
        )

    def _show_trend(self, counts: Counts) -> None:
        """Leave out the first few parts of a shift: the share of NG among three parts is no trend."""
        judged = sum(count for verdict, count in counts.verdicts.items() if verdict is not Verdict.ERROR)
        first = max(0, _LEAST_OF_A_TREND - (judged - len(counts.trend)) - 1)
        window = self.tr("share of the last {0} parts").format(counts.window)
        self._page.charts.trend.show_trend(counts.trend[first:], window)

    def _show_p_chart(self, counts: Counts) -> None:
        group = counts.inspected[-1] if counts.inspected else 0
        window = self.tr("groups of {0} parts").format(group)
        self._page.charts.p_chart.show_chart(p_chart(counts.defective, counts.inspected), window)


def _recipe_words(recipe: Recipe | None, form: str) -> str:
    return "" if recipe is None else form.format(recipe.product, recipe.version.number)
