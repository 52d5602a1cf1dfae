"""The only place that puts the parts together: one station with its journal, its lane and its accelerator."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from inspector import __version__, assets
from inspector.cameras.camera import Camera
from inspector.cameras.discovery import open_camera
from inspector.codes.catalogue import CodeCatalogue
from inspector.data_folder import JOURNAL, PICTURES, SETTINGS, StationBusy, StationFolderUnusable, held
from inspector.domain.clock import Clock, SystemClock
from inspector.domain.health import Health, Lamp, LampLevel
from inspector.domain.inspection import Event, EventKind, Inspection
from inspector.domain.recipe import TriggerMode
from inspector.domain.shift import Shift
from inspector.domain.subscribers import Subscribers
from inspector.inspection.clock_watch import ClockWatch
from inspector.inspection.housekeeping import Housekeeper
from inspector.inspection.inference import InferenceThread, JudgeOpener
from inspector.inspection.lane import Lane, NotReady
from inspector.inspection.scanner import Scanner
from inspector.inspection.shift_counts import ShiftCounts
from inspector.learning.at_station import LearningAtStation
from inspector.learning.desk import record_of
from inspector.recipe_shelf import RecipeEntry, RecipeShelf
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Period, Records
from inspector.reports.make import make_report
from inspector.reports.shift_choice import Choice
from inspector.settings import LaneSettings, LoadedSettings, Settings, load_settings, save_settings
from inspector.station_lane import CameraOpener, LaneServices, StationLane
from inspector.vision.errors import ModelFileRefused
from inspector.vision.judge import open_watching_judge
from inspector.vision.model_file import ModelFile, read_model_file

_LOG = logging.getLogger("inspector.station")
_LOOK_BACK = timedelta(days=60)

__all__ = ["CameraOpener", "Scan", "Station", "StationBusy", "StationFolderUnusable", "open_station"]


@dataclass(frozen=True)
class Scan:
    """A code that was scanned, and for which lane. `sequence` is of the part that it triggered, 0 for none."""

    lane: str
    code: str
    sequence: int


class Station:
    """One station on one data folder, with its lanes, from opening to closing.

    Calls return within milliseconds; what takes longer gives a Future. Everything may be called from any thread.
    """

    def __init__(
        self,
        data: Path,
        loaded: LoadedSettings,
        clock: Clock,
        *,
        database: Database,
        pictures: PictureStore,
        judge_opener: JudgeOpener,
        camera_opener: CameraOpener | None,
        held: ExitStack,
    ) -> None:
        """Put the parts together; nothing runs before `start_up`. `held` is let go when the station is closed."""
        self.data = data
        self.settings = loaded.settings
        self.notices: tuple[str, ...] = loaded.problems
        self.records = Records(database)
        self.pictures = pictures
        self.journal = Journal(database, pictures, clock)
        self.scans: Subscribers[Scan] = Subscribers()
        self._clock = clock
        self._held = held
        self._pattern = loaded.settings.pattern()
        self._shift: Shift | None = None
        self._trouble: str | None = None
        self._scanner: Scanner | None = None
        sequences = count(self.records.last_sequence() + 1)
        self._next_sequence: Callable[[], int] = lambda: next(sequences)
        self._inference = InferenceThread(self.journal, clock, judge_opener)
        self._shelf = RecipeShelf(data / "recipes", (assets.model("demo", "demo.recipe"),))
        self._worker = ThreadPoolExecutor(1, "station-worker")
        self._services = LaneServices(
            camera_opener or self._open_camera,
            self._recipe_file,
            self._shelf.add,
            self._remember,
            lambda: self.settings.accelerator,
            self._worker,
        )
        self.lanes = tuple(self._make_lane(used) for used in loaded.settings.lanes)
        chores = (ClockWatch(self.journal, clock).check, self._follow_shift, self._shelf.look)
        self._housekeeper = Housekeeper(data, chores)
        self._unsubscribe = (
            self.journal.inspections.subscribe(self._take),
            self.journal.trouble.subscribe(self._note_trouble),
        )

    def start_up(self) -> None:
        """Start the threads and record that the station was started, and whether it had been closed before."""
        self.journal.start()
        self._inference.start()
        text = "the station was started"
        if self._was_left_open():
            notice = "The station was not closed properly the last time (power cut or crash); all records are kept."
            self.notices = (*self.notices, notice)
            text += "; it had not been closed properly before"
        self._event(EventKind.STATION_STARTED, text, version=__version__)
        self._follow_shift()
        self._housekeeper.start()
        if self.settings.scanner:
            self._scanner = Scanner(
                self.settings.scanner, self._scanned, self._scanner_problem, self.settings.scanner_baud
            )

    def close(self) -> None:
        """End the run, record all that is under way, and let everything go. Waits for it."""
        self._housekeeper.close()
        if self._scanner is not None:
            self._scanner.close()
        for lane in self.lanes:
            lane.close()
        self._inference.close()
        self._worker.shutdown()
        self._event(EventKind.STATION_CLOSED, "the station was closed")
        self.journal.close()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._held.close()

    @property
    def executing(self) -> bool:
        """Whether a run goes on in any lane."""
        return any(lane.lane.executing for lane in self.lanes)

    def scan(self, code: str) -> None:
        """Take a scanned code: for the lane whose parts a scan triggers, else as the next serial of the first lane.

        Raises NotReady where that lane does not run; then the code is forgotten.
        """
        by_scan = [lane for lane in self.lanes if lane.lane.trigger_mode is TriggerMode.SCAN]
        lane = next((lane for lane in by_scan if lane.lane.executing), (*by_scan, *self.lanes)[0])
        self.scans.publish(Scan(lane.name, code, lane.scanned(code)))

    def shift_now(self) -> Shift:
        """Return the shift that is running."""
        return self._pattern.shift_at(self._clock.now())

    def recipes(self) -> tuple[RecipeEntry, ...]:
        """Return the recipes at hand; looked for anew every second."""
        return self._shelf.entries()

    def change_settings(self, settings: Settings) -> "Future[None]":
        """Take over these settings and keep them; the future raises OSError when the file cannot be written."""
        self.settings = settings
        self._pattern = settings.pattern()
        return self._worker.submit(save_settings, settings, self.data / SETTINGS)

    def health(self, lane: StationLane) -> Health:
        """Return how a lane and what it shares with the others are, for its lamps."""
        return Health(lane.camera_lamp(), lane.accelerator_lamp(), self._disk_lamp())

    def make_report(self, choice: Choice, path: Path) -> "Future[Path]":
        """Write the report of a period; the future brings the path, or ReportNotWritten."""
        return self._worker.submit(self._make_report, choice, path)

    def _make_lane(self, used: LaneSettings) -> StationLane:
        lane = Lane(used.name, self._inference, self.journal, self._clock, self._next_sequence)
        counts = ShiftCounts(self.records, self.shift_now, self._clock, used.name)
        learning = LearningAtStation(
            self.data,
            self.journal,
            self.records,
            self.pictures,
            self._clock,
            lane,
            self._worker,
            self._services.accelerator,
        )
        return StationLane(used, lane, counts, learning, self._services)

    def _open_camera(self, address: str) -> Camera:
        return open_camera(address, self._clock, self.settings.producers)

    def _recipe_file(self, path: Path) -> ModelFile:
        try:
            model_file = read_model_file(path)
        except ModelFileRefused as refusal:
            self._event(EventKind.RECIPE_REFUSED, str(refusal))
            raise
        self.journal.record_recipe(record_of(model_file))
        return model_file

    def _remember(self, used: LaneSettings) -> None:
        self.settings = self.settings.remembering(used)
        try:
            save_settings(self.settings, self.data / SETTINGS)
        except OSError as error:
            _LOG.error("the settings could not be kept: %s", error)

    def _make_report(self, choice: Choice, path: Path) -> Path:
        self.journal.flush(5.0)
        dropped = sum(lane.lane.live.dropped for lane in self.lanes)
        report = make_report(
            self.records,
            self.pictures,
            self.settings,
            self._clock,
            choice,
            path,
            dropped_live=dropped,
            catalogue=CodeCatalogue(self.data),
        )
        number, content_hash = report.issue.number, report.content_hash
        text = f"the report {number} of {choice.title} was made"
        self._event(EventKind.REPORT_MADE, text, number=number, content_hash=content_hash, file=path.name)
        return path

    def _take(self, inspection: Inspection) -> None:
        for lane in self.lanes:
            lane.take(inspection)

    def _scanned(self, code: str) -> None:
        try:
            self.scan(code)
        except NotReady as refusal:
            self._scanner_problem(f"the scanned code {code} was not taken: {refusal}")

    def _scanner_problem(self, sentence: str) -> None:
        self._event(EventKind.SCANNER_PROBLEM, sentence)

    def _note_trouble(self, sentence: str | None) -> None:
        self._trouble = sentence

    def _follow_shift(self) -> None:
        for lane in self.lanes:
            lane.counts.follow()
        shift = self.shift_now()
        if shift != self._shift:
            self._shift = shift
            self.journal.record_shift(shift)

    def _was_left_open(self) -> bool:
        now = self._clock.now()
        kinds = (EventKind.STATION_STARTED, EventKind.STATION_CLOSED)
        events = self.records.events(Period(now - _LOOK_BACK, now + _LOOK_BACK), kinds)
        return bool(events) and events[-1].kind is EventKind.STATION_STARTED

    def _event(self, kind: EventKind, text: str, **details: str) -> None:
        self.journal.record_event(Event(kind, self._clock.now(), text, "", details))

    def _disk_lamp(self) -> Lamp:
        if self._trouble is not None:
            return Lamp(LampLevel.FAULT, self._trouble)
        space = self._housekeeper.space
        if space.free is None:
            return Lamp(LampLevel.WARNING, "The data disk does not say how much is free; check that it is there.")
        free = f"{space.free / 1024**3:.1f} GB free"
        if space.scarce:
            return Lamp(LampLevel.WARNING, f"Only {free} on the data disk; make room before it is full.")
        return Lamp(LampLevel.OK, f"{free} on the data disk.")


def open_station(
    data: Path,
    clock: Clock | None = None,
    *,
    lanes: int | None = None,
    judge_opener: JudgeOpener = open_watching_judge,
    camera_opener: CameraOpener | None = None,
    pictures: PictureStore | None = None,
) -> Station:
    """Open the station of this data folder, start it up and return it; `close` lets everything go.

    It has as many lanes as its settings say, or `lanes`; the other arguments replace parts of it in tests. Raises
    StationBusy when another program has the folder open, StationFolderUnusable when it cannot be made or written,
    DatabaseRefused when its journal cannot be used.
    """
    clock = clock or SystemClock()
    with ExitStack() as let_go:
        let_go.enter_context(held(data))
        database = Database.open(data / JOURNAL)
        let_go.callback(database.close)
        loaded = load_settings(data / SETTINGS)
        if lanes is not None:
            loaded = replace(loaded, settings=loaded.settings.with_lanes(lanes))
        station = Station(
            data,
            loaded,
            clock,
            database=database,
            pictures=pictures or PictureStore.open(data / PICTURES),
            judge_opener=judge_opener,
            camera_opener=camera_opener,
            held=let_go.pop_all(),
        )
    station.start_up()
    return station
