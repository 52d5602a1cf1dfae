"""What a lane writes into the journal besides its parts."""

import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from inspector.cameras.camera import CameraIdentity
from inspector.domain.camera_feature import FeatureDifference
from inspector.domain.clock import Clock
from inspector.domain.inspection import Event, EventKind
from inspector.inspection.camera_settings import FeatureChange
from inspector.inspection.outage import Outage
from inspector.inspection.states import StationChange
from inspector.records.journal import Journal
from inspector.records.waiting_line import JournalClosed
from inspector.vision.choice import AcceleratorChoice
from inspector.vision.model_file import ModelFile

_LOG = logging.getLogger("inspector.inspection")
_NOTHING: Mapping[str, str] = MappingProxyType({})


class LaneLog:
    """Turns what happens to a lane into events. Returns at once."""

    def __init__(self, lane: str, journal: Journal, clock: Clock) -> None:
        self._lane = lane
        self._journal = journal
        self._clock = clock

    def state_changed(self, change: StationChange) -> None:
        """Write a change of state."""
        self._write(EventKind.STATE_CHANGED, f"{change.state}: {change.why}", {"state": str(change.state)})

    def camera_opened(self, camera: CameraIdentity) -> None:
        """Write that the camera is there."""
        details = {"camera": camera.address, "driver": camera.driver, "serial": camera.serial}
        self._write(EventKind.CAMERA_OPENED, f"camera '{camera.name}' is open", details)

    def camera_ended(self, camera: CameraIdentity) -> None:
        """Write that a recording is through."""
        self._write(EventKind.CAMERA_ENDED, f"camera '{camera.name}' has no more pictures", {"camera": camera.address})

    def camera_lost(self, camera: CameraIdentity, why: str) -> None:
        """Write that the camera could not be opened or is lost."""
        self._write(EventKind.CAMERA_LOST, why, {"camera": camera.address})

    def camera_back(self, camera: CameraIdentity, outage: Outage) -> None:
        """Write that the camera is there again."""
        lasted = outage.seconds(self._clock.monotonic())
        self._outage_ended(EventKind.CAMERA_BACK, f"camera '{camera.name}' is back after {lasted:.1f} s", outage)

    def outage_left(self, outage: Outage, why: str) -> None:
        """Write that the camera was still away when nobody waited for it any more."""
        text = f"camera '{outage.camera.name}' was still away when {why}"
        self._outage_ended(EventKind.CAMERA_ENDED, text, outage)

    def camera_set(
        self, camera: CameraIdentity, changes: Sequence[FeatureChange], differences: Sequence[FeatureDifference]
    ) -> None:
        """Write what was set at the camera for the recipe and what is not as wanted; nothing where all was so."""
        told = [f"{change.name} from {change.before} to {change.after}" for change in changes]
        text = f"camera '{camera.name}' was set for the recipe: {', '.join(told)}" if told else ""
        if differences:
            unlike = "; ".join(_unlike(difference) for difference in differences)
            begin = f"{text}; but it" if text else f"camera '{camera.name}'"
            text = f"{begin} is not as the recipe wants it: {unlike}"
        if text:
            details = {change.name: str(change.after) for change in changes}
            details |= {one.name: "" if one.found is None else str(one.found) for one in differences}
            unlike_names = " ".join(one.name for one in differences)
            self._write(
                EventKind.CAMERA_CHANGED, text, {"camera": camera.address, "differences": unlike_names, **details}
            )

    def camera_changed(self, camera: CameraIdentity, change: FeatureChange, by: str) -> None:
        """Write that somebody changed a feature of the camera by hand."""
        text = f"{change.name} of camera '{camera.name}' was changed from {change.before} to {change.after}"
        details = {
            "camera": camera.address,
            "feature": change.name,
            "before": str(change.before),
            "after": str(change.after),
            "by": by,
        }
        self._write(EventKind.CAMERA_CHANGED, text + (f" by {by}" if by else ""), details)

    def recipe_activated(self, model_file: ModelFile, choice: AcceleratorChoice) -> None:
        """Write by what is judged from now on, and on what."""
        recipe = model_file.recipe
        self._write(
            EventKind.RECIPE_ACTIVATED,
            f"recipe '{recipe.product}' version {recipe.version.number} is in use",
            {"recipe_hash": model_file.content_hash, "model_hash": model_file.manifest.model_sha256},
        )
        self.accelerator_chosen(choice)

    def recipe_refused(self, model_file: ModelFile, why: str) -> None:
        """Write that a recipe was not taken."""
        self._write(EventKind.RECIPE_REFUSED, why, {"recipe_hash": model_file.content_hash})

    def accelerator_chosen(self, choice: AcceleratorChoice) -> None:
        """Write what runs the model and why."""
        self._write(EventKind.ACCELERATOR_CHOSEN, choice.why, {"accelerator": choice.name})

    def accelerator_failed(self, why: str) -> None:
        """Write that the accelerator broke at a part."""
        self._write(EventKind.ACCELERATOR_FAILED, why, _NOTHING)

    def _outage_ended(self, kind: EventKind, text: str, outage: Outage) -> None:
        details = outage.details(self._clock.now(), self._clock.monotonic())
        self._write(kind, f"{text}; it was away because: {outage.reason}", details)

    def _write(self, kind: EventKind, text: str, details: Mapping[str, str]) -> None:
        event = Event(kind, self._clock.now(), text, self._lane, details)
        try:
            self._journal.record_event(event)
        except JournalClosed:
            _LOG.critical("not in the journal, which was closed before the lane: %s", text)


def _unlike(difference: FeatureDifference) -> str:
    if difference.problem:
        return f"{difference.name} {difference.wanted} ({difference.problem})"
    if difference.found is None:
        return f"{difference.name} {difference.wanted} (it has no such feature)"
    return f"{difference.name} is {difference.found} and not {difference.wanted}"
