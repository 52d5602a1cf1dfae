"""The only place that puts the parts together: one station with its journal, its lane and its accelerator."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

from inspector import __version__, assets
from inspector.cameras.camera import Camera, CameraIdentity
from inspector.cameras.discovery import open_camera
from inspector.codes.catalogue import CodeCatalogue
from inspector.data_folder import JOURNAL, PICTURES, SETTINGS, StationBusy, StationFolderUnusable, held
from inspector.domain.clock import Clock, SystemClock
from inspector.domain.health import Health, Lamp, LampLevel
from inspector.domain.inspection import Event, EventKind, Inspection, TriggerSource
from inspector.domain.recipe import Recipe
from inspector.domain.shift import Shift
from inspector.domain.station_state import StationState
from inspector.domain.subscribers import Subscribers
from inspector.inspection.clock_watch import ClockWatch
from inspector.inspection.housekeeping import Housekeeper
from inspector.inspection.inference import InferenceThread, JudgeOpener
from inspector.inspection.lane import Lane
from inspector.inspection.shift_counts import ShiftCounts
from inspector.inspection.shown import ShownPart, shown_part
from inspector.learning.at_station import LearningAtStation
from inspector.learning.desk import record_of
from inspector.recipe_shelf import RecipeEntry, RecipeShelf
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Period, Records
from inspector.reports.make import make_report
from inspector.reports.shift_choice import Choice
from inspector.settings import LoadedSettings, Settings, load_settings, save_settings
from inspector.vision.choice import AcceleratorChoice
from inspector.vision.errors import ModelFileRefused
from inspector.vision.judge import open_watching_judge
from inspector.vision.model_file import read_model_file

_LOG = logging.getLogger("inspector.station")
_LOOK_BACK = timedelta(days=60)

CameraOpener = Callable[[str], Camera]


__all__ = ["CameraOpener", "Station", "StationBusy", "StationFolderUnusable", "open_station"]


class Station:
    """One station on one data folder, from opening to closing.

    Calls return within milliseconds; what takes longer gives a Future. Everything may be called from any thread.
    `shown` is published on the journal's thread, after the part's record is committed.
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
        camera_opener: CameraOpener,
        held: ExitStack,
    ) -> None:
        """Put the parts together; nothing runs before `start_up`. `held` is let go when the station is closed."""
        self.data = data
        self.settings = loaded.settings
        self.notices: tuple[str, ...] = loaded.problems
        self.shown: Subscribers[ShownPart] = Subscribers()
        self.records = Records(database)
        self.pictures = pictures
        self.journal = Journal(database, pictures, clock)
        self._clock = clock
        self._camera_opener = camera_opener
        self._held = held
        self._pattern = loaded.settings.pattern()
        self._shift: Shift | None = None
        self._trouble: str | None = None
        sequences = count(self.records.last_sequence() + 1)
        self._inference = InferenceThread(self.journal, clock, judge_opener)
        self.lane = Lane("1", self._inference, self.journal, clock, lambda: next(sequences))
        self.counts = ShiftCounts(self.records, self.shift_now, clock)
        self._shelf = RecipeShelf(data / "recipes", (assets.model("demo", "demo.recipe"),))
        self._worker = ThreadPoolExecutor(1, "station-worker")
        self.learning = LearningAtStation(
            data,
            self.journal,
            self.records,
            pictures,
            clock,
            self.lane,
            self._worker,
            lambda: self.settings.accelerator,
        )
        chores = (ClockWatch(self.journal, clock).check, self._follow_shift, self._shelf.look)
        self._housekeeper = Housekeeper(data, chores)
        self._unsubscribe = (
            self.journal.inspections.subscribe(self.counts.add),
            self.journal.inspections.subscribe(self._show),
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

    def close(self) -> None:
        """End the run, record all that is under way, and let everything go. Waits for it."""
        self._housekeeper.close()
        self.learning.close()
        self.lane.close()
        self._inference.close()
        self._worker.shutdown()
        self._event(EventKind.STATION_CLOSED, "the station was closed")
        self.journal.close()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._held.close()

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """All lanes; for now there is one."""
        return (self.lane,)

    @property
    def camera(self) -> CameraIdentity | None:
        """The camera that is open."""
        return self.lane.camera

    @property
    def recipe(self) -> Recipe | None:
        """The recipe by which parts are judged."""
        return self.lane.recipe

    @property
    def accelerator(self) -> AcceleratorChoice | None:
        """What runs the model, and why."""
        return self.lane.accelerator

    def shift_now(self) -> Shift:
        """Return the shift that is running."""
        return self._pattern.shift_at(self._clock.now())

    def recipes(self) -> tuple[RecipeEntry, ...]:
        """Return the recipes at hand; looked for anew every second."""
        return self._shelf.entries()

    def use_camera(self, address: str, remember: bool = True) -> "Future[CameraIdentity]":
        """Take this camera; the future brings its identity, or CameraUnavailable or NotReady."""
        return self._worker.submit(self._use_camera, address, remember)

    def use_recipe(self, path: Path, remember: bool = True) -> "Future[AcceleratorChoice]":
        """Judge by this recipe file; the future brings the accelerator, or ModelFileRefused or NoAccelerator."""
        return self._worker.submit(self._use_recipe, path, remember)

    def start(self, count: int | None = None) -> None:
        """Begin a run. Raises NotReady."""
        self.lane.start(count)

    def stop(self) -> None:
        """End the run."""
        self.lane.stop()

    def hold(self, reason: str) -> None:
        """Stop, and judge nothing until `reset`."""
        self.lane.hold(reason)

    def reset(self) -> None:
        """Leave Halted or Error."""
        self.lane.reset()

    def trigger(self) -> int:
        """Have the part that lies there judged; returns its sequence number. Raises NotReady."""
        return self.lane.trigger(TriggerSource.OPERATOR)

    def change_settings(self, settings: Settings) -> "Future[None]":
        """Take over these settings and keep them; the future raises OSError when the file cannot be written."""
        self.settings = settings
        self._pattern = settings.pattern()
        return self._worker.submit(save_settings, settings, self.data / SETTINGS)

    def health(self) -> Health:
        """Return how the station is, for the lamps."""
        return Health(self._camera_lamp(), self._accelerator_lamp(), self._disk_lamp())

    def make_report(self, choice: Choice, path: Path) -> "Future[Path]":
        """Write the report of a period; the future brings the path, or ReportNotWritten."""
        return self._worker.submit(self._make_report, choice, path)

    def _use_camera(self, address: str, remember: bool) -> CameraIdentity:
        identity = self.lane.open_camera(self._camera_opener(address)).result()
        if remember:
            self._remember(camera=address)
        return identity

    def _use_recipe(self, path: Path, remember: bool) -> AcceleratorChoice:
        try:
            model_file = read_model_file(path)
        except ModelFileRefused as refusal:
            self._event(EventKind.RECIPE_REFUSED, str(refusal))
            raise
        self.journal.record_recipe(record_of(model_file))
        choice = self.lane.activate(model_file, self.settings.accelerator).result()
        self._shelf.add(path)
        self.learning.follow(path)
        if remember:
            self._remember(recipe=str(path))
        return choice

    def _remember(self, **used: str) -> None:
        self.settings = replace(self.settings, **used)  # type: ignore[arg-type] # only text fields are given
        try:
            save_settings(self.settings, self.data / SETTINGS)
        except OSError as error:
            _LOG.error("the settings could not be kept: %s", error)

    def _make_report(self, choice: Choice, path: Path) -> Path:
        self.journal.flush(5.0)
        dropped = self.lane.live.dropped
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

    def _show(self, inspection: Inspection) -> None:
        self.shown.publish(shown_part(inspection, self.lane.recent.of(inspection.sequence)))

    def _note_trouble(self, sentence: str | None) -> None:
        self._trouble = sentence

    def _follow_shift(self) -> None:
        self.counts.follow()
        shift = self.counts.shift
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

    def _camera_lamp(self) -> Lamp:
        identity = self.lane.camera
        if self.lane.state is StationState.ERROR:
            return Lamp(LampLevel.FAULT, self.lane.why)
        if identity is None:
            return Lamp(LampLevel.OFF, "No camera was chosen yet.")
        return Lamp(LampLevel.OK, identity.name)

    def _accelerator_lamp(self) -> Lamp:
        choice = self.lane.accelerator
        if choice is None:
            return Lamp(LampLevel.OFF, "No recipe was chosen yet.")
        return Lamp(LampLevel.OK, choice.why)

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
    judge_opener: JudgeOpener = open_watching_judge,
    camera_opener: CameraOpener | None = None,
    pictures: PictureStore | None = None,
) -> Station:
    """Open the station of this data folder, start it up and return it; `close` lets everything go.

    The keyword arguments replace parts of it in tests. Raises StationBusy when another program has the folder open,
    StationFolderUnusable when it cannot be made or written, DatabaseRefused when its journal cannot be used.
    """
    clock = clock or SystemClock()
    with ExitStack() as let_go:
        let_go.enter_context(held(data))
        database = Database.open(data / JOURNAL)
        let_go.callback(database.close)
        station = Station(
            data,
            load_settings(data / SETTINGS),
            clock,
            database=database,
            pictures=pictures or PictureStore.open(data / PICTURES),
            judge_opener=judge_opener,
            camera_opener=camera_opener or partial(open_camera, clock=clock),
            held=let_go.pop_all(),
        )
    station.start_up()
    return station
