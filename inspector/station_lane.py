"""One lane of a station with all that belongs to it alone: its counters, its learning, what it used last, its lamps."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inspector.cameras.camera import Camera, CameraIdentity
from inspector.cameras.discovery import is_recording
from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.health import Lamp, LampLevel
from inspector.domain.inspection import Inspection, TriggerSource
from inspector.domain.recipe import Recipe
from inspector.domain.station_state import StationState
from inspector.domain.subscribers import Subscribers
from inspector.inspection.lane import Lane
from inspector.inspection.shift_counts import ShiftCounts
from inspector.inspection.shown import ShownPart, shown_part
from inspector.learning.at_station import LearningAtStation
from inspector.learning.desk import Switched
from inspector.settings import LaneSettings
from inspector.vision.choice import AcceleratorChoice
from inspector.vision.model_file import ModelFile

CameraOpener = Callable[[str], Camera]


@dataclass(frozen=True)
class LaneServices:
    """What a lane needs of its station.

    `recipe_file` reads a recipe and notes it in the journal, raising ModelFileRefused; `shelve` lists a recipe that was
    taken; `remember` keeps what was used for the next start; `accelerator` names the one wanted; `worker` runs what
    takes a while.
    """

    camera_opener: CameraOpener
    recipe_file: Callable[[Path], ModelFile]
    shelve: Callable[[Path], None]
    remember: Callable[[LaneSettings], None]
    accelerator: Callable[[], str]
    worker: Executor


class StationLane:
    """One camera, one recipe, one half of the screen. Calls return at once; what takes longer gives a Future.

    `shown` is published on the journal's thread, after the part's record is committed.
    """

    def __init__(
        self, used: LaneSettings, lane: Lane, counts: ShiftCounts, learning: LearningAtStation, services: LaneServices
    ) -> None:
        """Put the parts together; `used` is what the lane used last."""
        self.lane = lane
        self.counts = counts
        self.learning = learning
        self.shown: Subscribers[ShownPart] = Subscribers()
        self.used = used
        self._services = services

    @property
    def name(self) -> str:
        """The lane's name, as it stands in the records."""
        return self.lane.name

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

    def use_camera(self, address: str, remember: bool = True) -> "Future[CameraIdentity]":
        """Take this camera; the future brings its identity, or CameraUnavailable or NotReady."""
        return self._services.worker.submit(self._use_camera, address, remember)

    def use_recipe(self, path: Path, remember: bool = True) -> "Future[AcceleratorChoice]":
        """Judge by this recipe file; the future brings the accelerator, or ModelFileRefused or NoAccelerator."""
        return self._services.worker.submit(self._use_recipe, path, remember)

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

    def scanned(self, code: str) -> int:
        """Take a scanned code as the next part's serial, in mode SCAN also as its trigger. Raises NotReady."""
        return self.lane.scanned(code)

    def keep_camera_settings(self, settings: tuple[FeatureSetting, ...], by: str) -> "Future[Switched]":
        """Have the recipe want its camera set like this: a new version, which judges as the one before."""
        return self.learning.keep_camera(settings, by)

    def take(self, inspection: Inspection) -> None:
        """Count and show a part that was recorded, if it is this lane's."""
        if inspection.context.lane == self.name:
            self.counts.add(inspection)
            self.shown.publish(shown_part(inspection, self.lane.recent.of(inspection.sequence)))

    def camera_lamp(self) -> Lamp:
        """Return how the camera is."""
        identity, outage = self.lane.camera, self.lane.outage
        if self.lane.state is StationState.ERROR:
            return Lamp(LampLevel.FAULT, self.lane.why)
        if outage is not None:
            return Lamp(LampLevel.FAULT, f"{outage.latest or outage.reason}; it is being looked for again and again")
        if identity is None:
            return Lamp(LampLevel.OFF, "No camera was chosen yet.")
        unlike = self.lane.camera_differences
        if unlike:
            names = ", ".join(difference.name for difference in unlike)
            text = f"{identity.name} is not set as the recipe wants it: {names}; open the Cameras screen."
            return Lamp(LampLevel.WARNING, text)
        return Lamp(LampLevel.OK, identity.name)

    def accelerator_lamp(self) -> Lamp:
        """Return how the accelerator is."""
        choice = self.lane.accelerator
        if choice is None:
            return Lamp(LampLevel.OFF, "No recipe was chosen yet.")
        return Lamp(LampLevel.OK, choice.why)

    def close(self) -> None:
        """End learning and the run, let the camera go. Waits for it."""
        self.learning.close()
        self.lane.close()

    def _use_camera(self, address: str, remember: bool) -> CameraIdentity:
        opener = self._services.camera_opener
        camera = opener(address)
        # A recording begins anew when it is opened again, so its parts would be judged twice.
        again = None if is_recording(address) else partial(opener, address)
        future = self.lane.open_camera(camera, again)
        if remember and (again is not None or future.exception() is None):
            self._remember(camera=address)  # also one that is away now: it is tried until it is there
        return future.result()

    def _use_recipe(self, path: Path, remember: bool) -> AcceleratorChoice:
        model_file = self._services.recipe_file(path)
        choice = self.lane.activate(model_file, self._services.accelerator()).result()
        self._services.shelve(path)
        self.learning.follow(path)
        if remember:
            self._remember(recipe=str(path))
        return choice

    def _remember(self, camera: str | None = None, recipe: str | None = None) -> None:
        used = self.used
        self.used = LaneSettings(
            used.name, used.camera if camera is None else camera, used.recipe if recipe is None else recipe
        )
        self._services.remember(self.used)
