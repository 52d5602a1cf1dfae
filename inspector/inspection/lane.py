"""A lane: one camera and one recipe, from trigger to record."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from inspector.cameras.camera import Camera, CameraIdentity
from inspector.domain.camera_feature import FeatureDifference
from inspector.domain.clock import Clock
from inspector.domain.inspection import TriggerSource
from inspector.domain.recipe import Recipe, TriggerMode
from inspector.domain.refusal import Refusal
from inspector.domain.station_state import EXECUTING, OPERATIONAL, StationState
from inspector.domain.subscribers import Subscribers
from inspector.domain.verdict import Reason
from inspector.inspection.camera_desk import CameraDesk
from inspector.inspection.inference import InferenceThread
from inspector.inspection.lane_camera import CameraSide
from inspector.inspection.lane_core import LaneCore
from inspector.inspection.lane_judge import JudgeSide
from inspector.inspection.latest import LatestFrame
from inspector.inspection.outage import Outage
from inspector.inspection.recent import RecentFrames
from inspector.inspection.retry import USUAL_PAUSES, RetryPauses
from inspector.inspection.states import StationChange
from inspector.records.journal import Journal
from inspector.vision.choice import AcceleratorChoice
from inspector.vision.model_file import ModelFile


class NotReady(Refusal, RuntimeError):
    """What was asked cannot be done in this state. The message is one sentence: why, and what to do."""


class Lane:
    """One camera and one recipe. Public calls may come from any thread and return at once; only `close` waits.

    Every trigger gets a sequence number and exactly one record, whatever happens: a judgement, or ERROR with the reason
    `camera_fault`, `model_fault`, `overrun` or `stopped`. The lane writes its own events into the journal.
    """

    def __init__(
        self,
        name: str,
        inference: InferenceThread,
        journal: Journal,
        clock: Clock,
        sequences: Callable[[], int],
        pauses: RetryPauses = USUAL_PAUSES,
    ) -> None:
        """Make a lane without camera and recipe.

        `sequences` gives the station's next trigger number, on any thread; `pauses` lie between the tries of a camera
        that is away.
        """
        self._core = LaneCore(name, inference, journal, clock, sequences, pauses)
        self._camera_side = CameraSide(self._core)
        self._closed = False
        inference.attach(name, JudgeSide(self._core))

    @property
    def name(self) -> str:
        """The lane's name, as it stands in the records."""
        return self._core.name

    @property
    def live(self) -> LatestFrame:
        """The newest picture of the camera."""
        return self._core.live

    @property
    def recent(self) -> RecentFrames:
        """The pictures of the last parts."""
        return self._core.recent

    @property
    def ended(self) -> threading.Event:
        """Set when a run has come to its own end, by its count or the camera's, and all its parts are published."""
        return self._core.ended

    @property
    def states(self) -> Subscribers[StationChange]:
        """Who is told of each change of state, in order, on the thread that caused it."""
        return self._core.states.changes

    @property
    def state(self) -> StationState:
        """The state by its name in OPC 40100-1."""
        return self._core.states.current.state

    @property
    def why(self) -> str:
        """Why the lane is in its state, in one sentence."""
        return self._core.states.current.why

    @property
    def executing(self) -> bool:
        """Whether a run goes on."""
        return self.state in EXECUTING

    @property
    def camera(self) -> CameraIdentity | None:
        """The camera that is open; None while there is none."""
        camera = self._core.open_camera()
        return None if camera is None else camera.identity

    @property
    def outage(self) -> Outage | None:
        """Since when and why the lane's camera is away while it is tried again; None while all is well."""
        return self._core.outage

    @property
    def camera_differences(self) -> tuple[FeatureDifference, ...]:
        """What at the camera is not as the recipe wants it."""
        return self._core.camera_desk.differences

    @property
    def controls(self) -> CameraDesk:
        """What can be asked of and set at the camera, off the caller's thread."""
        return self._core.camera_desk

    @property
    def recipe(self) -> Recipe | None:
        """The recipe by which parts are judged; None while there is none."""
        return self._core.recipe

    @property
    def model_file(self) -> ModelFile | None:
        """The recipe file by which parts are judged, with its taught pictures; None while there is none."""
        in_use = self._core.in_use
        return None if in_use is None else in_use.model_file

    @property
    def content_hash(self) -> str:
        """The content hash of the recipe file in use; empty while there is none."""
        in_use = self._core.in_use
        return "" if in_use is None else in_use.model_file.content_hash

    @property
    def accelerator(self) -> AcceleratorChoice | None:
        """What runs the model, and why; None while there is no recipe."""
        in_use = self._core.in_use
        return None if in_use is None else in_use.accelerator

    @property
    def trigger_mode(self) -> TriggerMode:
        """What makes a part be judged: what was set, or else what the recipe says."""
        with self._core.lock:
            return self._core.desk.mode

    @property
    def outstanding(self) -> int:
        """How many triggers have no published record yet."""
        with self._core.lock:
            return self._core.desk.outstanding

    def set_trigger_mode(self, mode: TriggerMode | None) -> None:
        """Overrule the recipe's trigger, or follow it again (None)."""
        with self._core.lock:
            self._core.desk.overruled = mode
            self._core.watch_presence_under_lock()
        self._core.tell()

    def set_context(
        self,
        operator: str | None = None,
        lot: str | None = None,
        serial: str | None = None,
        expected: str | None = None,
    ) -> None:
        """Set what is written on the parts that follow; None leaves a field as it is.

        The serial goes to the next part alone. `expected` is the product of the lot: where a recipe tells products
        apart, any other one is NG `wrong_product`; empty takes any.
        """
        given = {"operator": operator, "lot": lot, "serial": serial, "expected": expected}
        changed = {field: text for field, text in given.items() if text is not None}
        with self._core.lock:
            self._core.desk.labels = replace(self._core.desk.labels, **changed)

    def open_camera(self, camera: Camera, again: Callable[[], Camera] | None = None) -> "Future[CameraIdentity]":
        """Take this camera instead of the one before. Raises NotReady in a run.

        The future brings the identity, or CameraUnavailable when the first try fails. With `again`, which makes the
        same camera anew, a camera that is away is tried until it is back or another one is taken: the lane has an
        `outage` meanwhile, and a run goes on, in which each part that is asked for is ERROR `camera_fault`. Without it
        a lost camera ends the run and means Error.
        """
        core, name = self._core, camera.identity.name
        with core.lock:
            if self.executing:
                raise NotReady(f"the camera '{name}' cannot be taken in a run; stop it first")
            if self._closed:
                raise NotReady(f"the camera '{name}' cannot be taken: the station is closing")
            outage = core.end_outage_under_lock()
            if self.state is StationState.PREOPERATIONAL or self.state in OPERATIONAL:
                core.states.become(StationState.PREOPERATIONAL, f"the camera '{name}' is being opened")
            before = core.drop_feed_under_lock()
            feed = core.take_feed_under_lock(camera, self._camera_side, again)
        if before is not None:
            before.close()
        if outage is not None:
            core.log.outage_left(outage, "another camera was taken")
        future = feed.start()
        core.tell()
        return future

    def activate(self, model_file: ModelFile, wanted: str = "auto") -> "Future[AcceleratorChoice]":
        """Judge further parts by this recipe, also in the middle of a run: the switch comes between two parts.

        The future brings the accelerator, or the exception for which the recipe was refused; then the one before stays.
        """
        return self._core.inference.activate(self.name, model_file, wanted)

    def start(self, count: int | None = None) -> None:
        """Begin a run, of `count` parts or until `stop`. Raises NotReady unless the state is Ready.

        A recording that was through begins anew. When the parts have their records, the state is Ready again.
        """
        if count is not None and count < 1:
            raise ValueError("a run has at least one part")
        core = self._core
        with core.lock:
            if self.state is not StationState.READY or core.feed is None:
                raise NotReady(f"the station cannot start: it is {self.state} ({self.why})")
            core.ended.clear()
            core.desk.begin(count, core.clock.monotonic())
            if count == 1:
                core.states.become(StationState.SINGLE_EXECUTION, "started for one part")
            else:
                core.states.become(StationState.CONTINUOUS_EXECUTION, "started")
            core.alarm.start()
            core.feed.begin_anew()
        core.tell()

    def stop(self) -> None:
        """End the run. Pictures that were taken are still judged; triggers without one become ERROR `stopped`."""
        core = self._core
        with core.lock:
            given_up = core.desk.end()
            if self.executing:
                core.states.become(StationState.READY, "stopped")
                core.unready_under_lock()
        core.record_without_picture(given_up, Reason.STOPPED, "the station was stopped before there was a picture")
        core.tell()

    def hold(self, reason: str) -> None:
        """Stop as `stop` does and judge nothing until `reset`, for this reason."""
        core = self._core
        with core.lock:
            given_up = core.desk.end()
            core.states.become(StationState.HALTED, reason)
        core.record_without_picture(given_up, Reason.STOPPED, "the station was held before there was a picture")
        core.tell()

    def reset(self) -> None:
        """Leave Halted or Error; the state is Ready again as soon as camera and recipe are. Else nothing happens."""
        core = self._core
        with core.lock:
            if self.state not in (StationState.HALTED, StationState.ERROR):
                return
            core.faults_in_a_row = 0
            core.states.become(StationState.PREOPERATIONAL, "reset")
            core.become_ready_under_lock()
            again = core.in_use if core.judge_lost else None
        core.tell()
        if again is not None:
            self.activate(again.model_file)

    def trigger(self, source: TriggerSource = TriggerSource.OPERATOR) -> int:
        """Have the next picture judged and return the part's sequence number.

        Raises NotReady outside of a run, and where each picture is judged anyway.
        """
        return self._trigger(source)

    def scanned(self, code: str) -> int:
        """Take a code that was scanned: it is the serial of the next part.

        Where a scan triggers, the part is triggered and its sequence number returned, else 0. Raises NotReady as
        `trigger` does; then the code is forgotten.
        """
        serial = code.strip()
        if not serial:
            raise NotReady("the scanner gave an empty code; scan it again")
        if self.trigger_mode is TriggerMode.SCAN:
            return self._trigger(TriggerSource.SCAN, serial)
        self.set_context(serial=serial)
        return 0

    def close(self) -> None:
        """End the run, let the camera go and wait for its thread. The inference thread and the journal close later."""
        core = self._core
        with core.lock:
            if self._closed:
                return
            self._closed = True
            given_up = core.desk.end()
            outage = core.end_outage_under_lock()
            feed = core.drop_feed_under_lock()
            core.states.become(StationState.PREOPERATIONAL, "the station is closing")
        if feed is not None:
            feed.close()
        core.record_without_picture(given_up, Reason.STOPPED, "the station was closed before there was a picture")
        if outage is not None:
            core.log.outage_left(outage, "the station was closed")
        core.states.tell_all()
        core.close()

    def _trigger(self, source: TriggerSource, scanned: str = "") -> int:
        core = self._core
        with core.lock:
            self._refuse_trigger_under_lock()
            trigger, given_up = core.await_picture_under_lock(source, scanned)
            outage = core.outage
        if outage is not None:
            core.record_without_picture(given_up, Reason.CAMERA_FAULT, outage.reason)
        core.tell()
        return trigger.sequence

    def _refuse_trigger_under_lock(self) -> None:
        desk = self._core.desk
        if not self.executing:
            raise NotReady(f"no part can be triggered: the station is {self.state} ({self.why}); start it first")
        if not desk.accepting:
            raise NotReady(f"no part can be triggered: {desk.ending}")
        if desk.mode is TriggerMode.EACH_FRAME:
            raise NotReady("no part can be triggered: each picture of the camera is judged already")
