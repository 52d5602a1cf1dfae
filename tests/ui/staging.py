"""A real station whose camera and judge are played by hand, so that every state of the screen can be brought about."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

from inspector.cameras.camera import CameraIdentity, Delivery
from inspector.domain.clock import Clock, SystemClock
from inspector.domain.frame import Frame, FrameFault, Pixels
from inspector.domain.inspection import Inspection, PartContext, TriggerSource
from inspector.domain.placement import Placement
from inspector.domain.recipe import Region
from inspector.domain.verdict import Judgement, Reason, Timings, Verdict
from inspector.records.pictures import PictureStore
from inspector.station import Station, open_station
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import ModelFile, write_model_file
from tests.fixtures.tiny_recipe import write_tiny_recipe

PATIENCE = 20.0
CLASSES = ("good", "rolled-in_scale", "scratches", "patches", "crazing")


class StagedCamera:
    """A camera whose pictures the test hands in."""

    def __init__(self, name: str = "Bench camera 1", *, simulated: bool = False, address: str = "hand:1") -> None:
        self.identity = CameraIdentity("hand", address, name, simulated)
        self.waits = False
        self._coming: queue.Queue[Delivery | Exception | None] = queue.Queue()
        self._sequence = count()
        self._away: Exception | None = None

    def open(self) -> None:
        """Be there, unless the camera is away."""
        if self._away is not None:
            raise self._away
        self._coming = queue.Queue()

    def frames(self) -> Iterator[Delivery]:
        while True:
            delivery = self._coming.get()
            if isinstance(delivery, Exception):
                raise delivery
            if delivery is None:
                return
            yield delivery

    def close(self) -> None:
        self._coming.put(None)

    def show(self, pixels: Pixels, source: str = "") -> None:
        """Deliver a picture."""
        clock = SystemClock()
        whole = np.ascontiguousarray(pixels).copy()
        frame = Frame(whole, next(self._sequence), clock.monotonic(), clock.now(), self.identity.address, source)
        self._coming.put(frame)

    def spoil(self, message: str, source: str = "") -> None:
        """Deliver the news that a picture could not be had."""
        clock = SystemClock()
        address = self.identity.address
        self._coming.put(FrameFault(next(self._sequence), clock.monotonic(), clock.now(), address, message, source))

    def fail(self, error: Exception) -> None:
        """Let the camera be lost until it comes back."""
        self._away = error
        self._coming.put(error)

    def comes_back(self) -> None:
        """Let the camera be there again."""
        self._away = None


class StagedJudge:
    """Says what the test wrote down for the next part; else what the real judge says. Takes `seconds` over it."""

    def __init__(self, real: Judge, script: "queue.Queue[Judgement]", seconds: float) -> None:
        self.model_file, self.choice, self.recipe = real.model_file, real.choice, real.recipe
        self._real = real
        self._script = script
        self._seconds = seconds

    def judge(self, pixels: Pixels, expected: str = "") -> Judgement:
        time.sleep(self._seconds)
        try:
            return self._script.get_nowait()
        except queue.Empty:
            return self._real.judge(pixels, expected)

    def close(self) -> None:
        self._real.close()


class Stage:
    """A station, its camera, its recipe and what its judge will say."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        pictures: PictureStore | None = None,
        judging_takes: float = 0.0,
        camera: StagedCamera | None = None,
        lanes: int | None = None,
    ) -> None:
        self.folder = folder
        self.camera = camera or StagedCamera()
        self.cameras: dict[str, StagedCamera] = {}
        self.script: queue.Queue[Judgement] = queue.Queue()
        self._takes = judging_takes
        self.station: Station = open_station(
            folder / "station",
            clock,
            lanes=lanes,
            judge_opener=self._open_judge,
            camera_opener=lambda address: self.cameras.get(address, self.camera),
            pictures=pictures,
        )

    def recipe(self, product: str = "Hot-rolled steel", name: str = "steel.recipe", **options: object) -> Path:
        """Write a recipe file and return where. `taught` are pictures that it carries."""
        path = self.folder / name
        taught = options.pop("taught", ())
        options.setdefault("classes", CLASSES)
        options.setdefault("region", Region(0.08, 0.08, 0.84, 0.84))
        made = write_tiny_recipe(path, product=product, **options)
        if taught:
            write_model_file(path, made.recipe, made.manifest, made.graph, made.golden, taught)
        return path

    def ready(self, recipe: Path | None = None) -> None:
        """Take the camera and a recipe and wait until the station is Ready."""
        self.station.lanes[0].use_recipe(recipe or self.recipe()).result(PATIENCE)
        self.station.lanes[0].use_camera(self.camera.identity.address).result(PATIENCE)
        self.eventually(lambda: self.station.lanes[0].lane.state == "Ready")

    def part(self, pixels: Pixels, judgement: Judgement | None = None, source: str = "") -> None:
        """Trigger one part with this picture and wait until it is recorded."""
        before = threading.Event()
        leave = self.station.lanes[0].shown.subscribe(lambda _part: before.set())
        if judgement is not None:
            self.script.put(judgement)
        self.station.lanes[0].trigger()
        self.camera.show(pixels, source)
        assert before.wait(PATIENCE), "the part was never published"
        leave()

    @staticmethod
    def eventually(true: Callable[[], object]) -> None:
        """Wait until the condition holds."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.005)

    def _open_judge(self, model_file: ModelFile, wanted: str, excluded: frozenset[str]) -> StagedJudge:
        assert wanted == "auto"
        assert not excluded
        return StagedJudge(open_judge(model_file, "cpu"), self.script, self._takes)


def judgement(
    verdict: Verdict,
    class_name: str | None = None,
    sure: float = 0.985,
    *,
    reason: str | None = None,
    message: str = "",
    heat_map: Pixels | None = None,
    classes: tuple[str, ...] = CLASSES,
) -> Judgement:
    """Return a judgement as the judge would give it."""
    name = class_name or (classes[0] if verdict is Verdict.OK else classes[1])
    rest = (1 - sure) / max(1, len(classes) - 1)
    probabilities = {one: sure if one == name else rest for one in classes}
    said = {Verdict.OK: "", Verdict.NG: name, Verdict.CHECK: str(Reason.UNSURE), Verdict.ERROR: str(Reason.MODEL_FAULT)}
    return Judgement(
        verdict=verdict,
        reason=reason if reason is not None else said[verdict],
        class_name=None if verdict is Verdict.ERROR else name,
        probabilities=MappingProxyType(probabilities if verdict is not Verdict.ERROR else {}),
        heat_map=heat_map,
        message=message,
        timings=Timings(network=12.0),
    )


def explained(
    said: Judgement, frame: Pixels, *, turn: float = 0.0, size: int = 224, share: float = 0.7, **details: object
) -> Judgement:
    """Return the judgement with a part picture cut out of the middle of the frame, turned by so many degrees.

    `share` is how much of the frame's shorter side it takes; `details` are other fields of the judgement.
    """
    height, width = frame.shape[:2]
    scale = share * min(height, width) / size
    cosine, sine = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
    middle = (size - 1) / 2
    across = (width - 1) / 2 - middle * (cosine - sine)
    down = (height - 1) / 2 - middle * (sine + cosine)
    matrix = (float(cosine), float(-sine), float(across), float(sine), float(cosine), float(down))
    rows = np.array(matrix).reshape(2, 3)
    part = cv2.warpAffine(frame, rows, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    if part.ndim == 2:
        part = cv2.cvtColor(part, cv2.COLOR_GRAY2RGB)
    certainty = 0.93 if turn else 1.0
    placement = Placement(size, size, matrix, certainty)
    return replace(said, part_picture=np.asarray(part, np.uint8), placement=placement, **details)


def inspection(verdict: Verdict = Verdict.NG, class_name: str = "rolled-in_scale", **options: object) -> Inspection:
    """Return the record of part 1284, of the afternoon of a summer's day in Europe; `options` go to `judgement`."""
    return Inspection(
        id="x",
        sequence=1284,
        time=datetime(2026, 7, 1, 12, 3, 22, tzinfo=UTC),
        trigger=TriggerSource.OPERATOR,
        camera="hand:1",
        source="",
        context=PartContext("1", "steel", 3, "", "", "cpu"),
        judgement=judgement(verdict, class_name, **options),
    )
