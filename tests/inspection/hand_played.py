"""A whole lane on real parts (journal, database, tiny model), with cameras and judges played by hand."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

import numpy as np

from inspector.cameras.camera import CameraIdentity, Delivery, Preview
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import (
    Feature,
    FeatureKind,
    FeatureRefused,
    FeatureSetting,
    FeatureValue,
    checked_value,
)
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Frame, FrameFault
from inspector.domain.inspection import Event, EventKind, Inspection
from inspector.domain.verdict import Judgement
from inspector.inspection.inference import InferenceThread
from inspector.inspection.lane import Lane
from inspector.inspection.retry import RetryPauses
from inspector.inspection.states import StationChange
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import ModelFile
from tests.fixtures.tiny_recipe import picture_of

PATIENCE = 20.0
SHORT_PAUSES = RetryPauses(away=0.01, held=0.04)


AnyHandCamera = TypeVar("AnyHandCamera", bound="HandCamera")


def eventually(true: Callable[[], object], what: str = "it") -> None:
    """Wait until the condition holds; fail when it never does."""
    deadline = monotonic() + PATIENCE
    while not true():
        assert monotonic() < deadline, f"{what} never happened"
        sleep(0.002)


class HandCamera:
    """A camera whose pictures the test hands in; with `waits` it stands still until it is asked, as a recording."""

    def __init__(self, name: str = "hand", waits: bool = False, simulated: bool = False) -> None:
        self.identity = CameraIdentity("hand", f"hand:{name}", name, simulated)
        self.waits = waits
        self.opening = threading.Event()
        self.opening.set()
        self.asked = 0
        self.closed = threading.Event()
        self.failure_at_open: Exception | None = None
        self._coming: queue.Queue[Delivery | Exception | None] = queue.Queue()
        self._sequence = count()

    def open(self) -> None:
        self.opening.wait(PATIENCE)
        if self.failure_at_open is not None:
            raise self.failure_at_open

    def frames(self) -> Iterator[Delivery]:
        while not self.closed.is_set():
            self.asked += 1
            delivery = self._coming.get()
            if isinstance(delivery, Exception):
                raise delivery
            if delivery is None:
                return
            yield delivery

    def close(self) -> None:
        self.closed.set()
        self._coming.put(None)

    def frame(self, class_name: str = "good", source: str = "", incomplete: bool = False) -> Frame:
        """Return a picture taken now."""
        clock = SystemClock()
        pixels = picture_of(class_name)
        return Frame(
            pixels, next(self._sequence), clock.monotonic(), clock.now(), self.identity.address, source, incomplete
        )

    def show(
        self, class_name: str = "good", source: str = "", *, preview: bool = False, incomplete: bool = False
    ) -> Frame:
        """Deliver a picture of that class."""
        frame = self.frame(class_name, source, incomplete)
        self._coming.put(Preview(frame) if preview else frame)
        return frame

    def spoil(self, message: str, source: str = "") -> None:
        """Deliver the news that a picture could not be had."""
        clock = SystemClock()
        address = self.identity.address
        self._coming.put(FrameFault(next(self._sequence), clock.monotonic(), clock.now(), address, message, source))

    def end(self) -> None:
        """Let the source be through."""
        self._coming.put(None)

    def fail(self, error: Exception) -> None:
        """Let the driver raise."""
        self._coming.put(error)


class HandControls:
    """The features of a camera that the test made up; notes what was set, in order, and answers triggers as told."""

    def __init__(self, features: Sequence[Feature] = ()) -> None:
        self.known = {feature.name: feature for feature in features}
        self.written: list[tuple[str, FeatureValue]] = []
        self.refusals: dict[str, str] = {}
        self.failure: Exception | None = None
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.waits_for_triggers = False
        self.triggers = 0
        self.on_trigger: Callable[[], object] = lambda: None

    def features(self) -> tuple[Feature, ...]:
        self._enter()
        return tuple(self.known.values())

    def change(self, name: str, value: FeatureValue) -> Feature:
        self._enter()
        if name in self.refusals:
            raise FeatureRefused(self.refusals[name])
        if name not in self.known:
            raise FeatureRefused(f"this camera has no {name}")
        self.written.append((name, value))
        self.known[name] = replace(self.known[name], value=checked_value(self.known[name], value))
        return self.known[name]

    def trigger(self) -> bool:
        self._enter()
        if self.waits_for_triggers:
            self.triggers += 1
            self.on_trigger()
        return self.waits_for_triggers

    def counts(self) -> CameraCounts:
        self._enter()
        return CameraCounts(frames=7)

    def _enter(self) -> None:
        self.threads.add(threading.current_thread().name)
        assert self.gate.wait(PATIENCE)
        if self.failure is not None:
            raise self.failure


class SettableCamera(HandCamera):
    """A hand-played camera with something to set."""

    def __init__(self, name: str = "hand", features: Sequence[Feature] = ()) -> None:
        super().__init__(name)
        self.controls = HandControls(features)


class ComingAndGoing:
    """Makes the same camera anew, time after time; the next ones cannot be opened while there are `failures`."""

    def __init__(self, make: Callable[[], HandCamera] = HandCamera) -> None:
        self.make = make
        self.made: list[HandCamera] = []
        self.failures: list[Exception] = []
        self.away: Exception | None = None

    def __call__(self) -> HandCamera:
        camera = self.make()
        camera.failure_at_open = self.failures.pop(0) if self.failures else self.away
        self.made.append(camera)
        return camera

    @property
    def newest(self) -> HandCamera:
        return self.made[-1]


def wanting(model_file: ModelFile, *settings: FeatureSetting) -> ModelFile:
    """Return the recipe file with these wishes for its camera."""
    return replace(model_file, recipe=replace(model_file.recipe, camera=settings))


def exposure(value: float = 5000.0) -> Feature:
    """Return an exposure time of 10 us to 1 s."""
    return Feature("ExposureTime", FeatureKind.NUMBER, value, 10.0, 1e6, unit="us")


class HandJudge:
    """Judges with the real one behind it, but may be held up or made to raise."""

    def __init__(self, real: Judge) -> None:
        self.model_file, self.choice, self.recipe = real.model_file, real.choice, real.recipe
        self.real = real
        self.threads = {threading.current_thread().name}
        self.gate = threading.Event()
        self.gate.set()
        self.busy = threading.Event()
        self.failures: list[Exception] = []
        self.judged = 0
        self.closed = False

    def judge(self, pixels: np.ndarray, expected: str = "") -> Judgement:
        self.threads.add(threading.current_thread().name)
        self.busy.set()
        assert self.gate.wait(PATIENCE)
        self.busy.clear()
        if self.failures:
            raise self.failures.pop(0)
        self.judged += 1
        return self.real.judge(pixels, expected)

    def close(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.closed = True
        self.real.close()


class Bench:
    """One station's worth of parts, with everything that it published."""

    def __init__(self, folder: Path, room: int = 8, pauses: RetryPauses = SHORT_PAUSES) -> None:
        self.clock = SystemClock()
        self.database = Database.open(folder / "journal.sqlite")
        self.journal = Journal(self.database, PictureStore.open(folder / "pictures"), self.clock)
        self.published: list[Inspection] = []
        self.events: list[Event] = []
        self.changes: list[StationChange] = []
        self.journal.inspections.subscribe(self.published.append)
        self.journal.events.subscribe(self.events.append)
        self.judges: list[HandJudge] = []
        self.opened_with: list[tuple[str, frozenset[str]]] = []
        self.refusals: list[Exception] = []
        self.inference = InferenceThread(self.journal, self.clock, self.open_judge, room)
        self._sequences = count(1)
        self._pauses = pauses
        self._lanes: list[Lane] = []
        self.lane = self.add_lane("1")

    def add_lane(self, name: str) -> Lane:
        lane = Lane(name, self.inference, self.journal, self.clock, lambda: next(self._sequences), self._pauses)
        lane.states.subscribe(self.changes.append)
        self._lanes.append(lane)
        return lane

    def start(self) -> None:
        self.journal.start()
        self.inference.start()

    def open_judge(self, model_file: ModelFile, wanted: str, excluded: frozenset[str]) -> Judge:
        self.opened_with.append((wanted, excluded))
        if self.refusals:
            raise self.refusals.pop(0)
        self.judges.append(HandJudge(open_judge(model_file, "cpu")))
        return self.judges[-1]

    @property
    def judge(self) -> HandJudge:
        return self.judges[-1]

    def ready(
        self,
        camera: AnyHandCamera,
        model_file: ModelFile,
        lane: Lane | None = None,
        again: Callable[[], HandCamera] | None = None,
    ) -> AnyHandCamera:
        """Give the lane this camera and recipe and return when it is Ready."""
        lane = lane or self.lane
        lane.activate(model_file).result(PATIENCE)
        lane.open_camera(camera, again).result(PATIENCE)
        eventually(lambda: lane.state == "Ready", "Ready")
        return camera

    def wait_published(self, number: int) -> list[Inspection]:
        """Return the published parts when there are so many; fail if there are more."""
        eventually(lambda: len(self.published) >= number, f"publishing {number} parts")
        assert self.journal.flush(PATIENCE)
        assert len(self.published) == number
        return self.published

    def wait_event(self, kind: EventKind) -> Event:
        """Return the first event of that kind."""
        eventually(lambda: any(event.kind is kind for event in self.events), str(kind))
        return next(event for event in self.events if event.kind is kind)

    def states(self) -> list[str]:
        return [str(change.state) for change in self.changes]

    def close(self) -> None:
        for judge in self.judges:
            judge.gate.set()
        for lane in self._lanes:
            lane.close()
        self.inference.close()
        assert self.journal.close() == 0
        self.database.close()


def said(inspections: list[Inspection]) -> list[tuple[int, str, str]]:
    """Return sequence, verdict and reason of each part, by sequence."""
    parts = sorted(inspections, key=lambda part: part.sequence)
    return [(part.sequence, str(part.judgement.verdict), part.judgement.reason) for part in parts]
