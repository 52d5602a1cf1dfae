"""Where a lane's camera is set: by its recipe, by the set-up screen and by the command line."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from inspector.cameras.camera import AdjustableCamera, Camera, CameraControls, CameraUnavailable
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import (
    Feature,
    FeatureDifference,
    FeatureSetting,
    FeatureValue,
    differences,
)
from inspector.domain.recipe import Recipe
from inspector.inspection.camera_settings import FeatureChange, apply_settings, not_settable
from inspector.inspection.lane_log import LaneLog
from inspector.inspection.worker import Worker, WorkerClosed

Result = TypeVar("Result")


class CameraDesk:
    """Sets and asks the camera of one lane, one thing after the other, on a thread of its own.

    `features`, `change` and `counts` are for whoever sets the camera up; their futures bring CameraUnavailable where
    there is no camera, or none that can be set, or it does not answer. Calls return at once, from any thread.
    """

    def __init__(
        self,
        lane: str,
        log: LaneLog,
        camera: Callable[[], Camera | None],
        recipe: Callable[[], Recipe | None],
        changed: Callable[[], None],
    ) -> None:
        """Make the desk of a lane.

        `camera` returns the one that is open, `recipe` the one in use; `changed` is told when something was set. All
        are called on any thread.
        """
        self._log = log
        self._camera = camera
        self._recipe = recipe
        self._worker = Worker(f"camera desk of lane {lane}")
        self._lock = threading.Lock()
        self._under_way = 0
        self._differences: tuple[FeatureDifference, ...] = ()
        self._changed = changed

    @property
    def differences(self) -> tuple[FeatureDifference, ...]:
        """What at the camera is not as the recipe wants it."""
        return self._differences

    @property
    def setting(self) -> bool:
        """Whether the camera is being set to a recipe just now, so that its pictures are of neither."""
        return self._under_way > 0

    def features(self) -> "Future[tuple[Feature, ...]]":
        """Read all features that matter to an inspection."""
        return self._ask(lambda controls: controls.features())

    def change(self, name: str, value: FeatureValue, by: str = "") -> "Future[Feature]":
        """Set one feature, for the person `by`; the future brings it as read back, or FeatureRefused."""
        return self._ask(lambda controls: self._change(controls, FeatureSetting(name, value), by))

    def counts(self) -> "Future[CameraCounts]":
        """Return how the pictures have come in."""
        return self._ask(lambda controls: controls.counts())

    def set_up(self, camera: Camera) -> "Future[None] | None":
        """Set this camera as the recipe wants it; None where there is nothing to set.

        The future brings CameraUnavailable when the camera does not answer.
        """
        self._differences = ()
        if not self._wanted(camera):
            return None
        with self._lock:
            self._under_way += 1
        future = self._worker.submit(lambda: self._set_up(camera))
        future.add_done_callback(self._came_to_an_end)
        return future

    def close(self) -> None:
        """Do nothing more; what is asked from now on fails."""
        self._worker.close()

    def join(self) -> None:
        """Wait for the thread's end."""
        self._worker.join()

    def _ask(self, question: Callable[[CameraControls], Result]) -> "Future[Result]":
        def ask() -> Result:
            camera = self._camera()
            if camera is None:
                raise CameraUnavailable("there is no camera to be set; choose one, or wait until it is back")
            if not isinstance(camera, AdjustableCamera):
                raise CameraUnavailable(f"the camera '{camera.identity.name}' has nothing that can be set from here")
            return question(camera.controls)

        return self._worker.submit(ask)

    def _change(self, controls: CameraControls, setting: FeatureSetting, by: str) -> Feature:
        before = next((one.value for one in controls.features() if one.name == setting.name), None)
        feature = controls.change(setting.name, setting.value)
        camera = self._camera()
        if camera is not None and before is not None and before != feature.value:
            self._log.camera_changed(camera.identity, FeatureChange(setting.name, before, feature.value), by)
        self._note_difference(feature)
        self._changed()
        return feature

    def _note_difference(self, feature: Feature) -> None:
        recipe = self._recipe()
        wanted = () if recipe is None else recipe.camera
        found = {one.name: one for one in self._differences if one.name != feature.name}
        found |= {one.name: one for one in differences([w for w in wanted if w.name == feature.name], (feature,))}
        self._differences = tuple(found[setting.name] for setting in wanted if setting.name in found)

    def _wanted(self, camera: Camera) -> tuple[FeatureSetting, ...]:
        """Return what is to be set; pictures that no lens takes now cannot be taken otherwise."""
        recipe = self._recipe()
        taken_before = camera.waits or camera.identity.simulated
        if recipe is None or (taken_before and not isinstance(camera, AdjustableCamera)):
            return ()
        return recipe.camera

    def _set_up(self, camera: Camera) -> None:
        wanted = self._wanted(camera)
        if not isinstance(camera, AdjustableCamera):
            found = not_settable(wanted, "this camera cannot be set from here")
            self._differences = found
            self._log.camera_set(camera.identity, (), found)
            return
        try:
            applied = apply_settings(camera.controls, wanted)
        except CameraUnavailable as error:
            self._differences = not_settable(wanted, str(error))
            raise
        self._differences = applied.differences
        self._log.camera_set(camera.identity, applied.changes, applied.differences)

    def _came_to_an_end(self, _future: "Future[None]") -> None:
        with self._lock:
            self._under_way -= 1
        self._changed()


def controls_of(camera: Camera) -> CameraControls | None:
    """Return the controls of an open camera; None where it has none, or is just being lost."""
    try:
        return camera.controls if isinstance(camera, AdjustableCamera) else None
    except CameraUnavailable:
        return None


def wait_for(future: "Future[None] | None") -> None:
    """Wait until a camera is set up. Raises CameraUnavailable."""
    if future is not None:
        try:
            future.result()
        except WorkerClosed as closed:
            raise CameraUnavailable(str(closed)) from closed
