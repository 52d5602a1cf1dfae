"""What the faces of a lane share: its lock, its state, its triggers, and the way of a part into the journal."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from inspector.cameras.camera import Camera, CameraIdentity
from inspector.domain.clock import Clock
from inspector.domain.frame import Frame, FrameFault
from inspector.domain.inspection import Event, EventKind, Inspection, TriggerSource
from inspector.domain.station_state import EXECUTING, StationState
from inspector.domain.verdict import Reason
from inspector.inspection.alarm import Alarm
from inspector.inspection.feed import CameraFeed, FeedSink
from inspector.inspection.inference import InferenceThread
from inspector.inspection.lane_log import LaneLog
from inspector.inspection.latest import LatestFrame
from inspector.inspection.part import PartJob, PartTrigger, RecipeInUse, error, judged_part, submit
from inspector.inspection.recent import RecentFrames
from inspector.inspection.states import StateMachine
from inspector.inspection.triggers import TriggerDesk
from inspector.records.journal import Journal


class LaneCore:
    """The inside of one lane.

    Fields and the methods named `_under_lock` are used under `lock`; nobody outside the lane is called under it but the
    sequence counter, so it is held for microseconds. Whoever changed the state calls `tell` after letting the lock go.
    """

    def __init__(
        self, name: str, inference: InferenceThread, journal: Journal, clock: Clock, sequences: Callable[[], int]
    ) -> None:
        self.name = name
        self.live = LatestFrame()
        self.recent = RecentFrames()
        self.ended = threading.Event()
        self.lock = threading.RLock()
        self.clock = clock
        self.inference = inference
        self.log = LaneLog(name, journal, clock)
        self.states = StateMachine(name)
        self.desk = TriggerDesk(sequences)
        self.alarm = Alarm(f"lane {name}", clock, self._on_time)
        self.feed: CameraFeed | None = None
        self.opened = False
        self.in_use: RecipeInUse | None = None
        self.judge_lost = False
        self.faults_in_a_row = 0
        self._journal = journal
        self._last_feed: CameraFeed | None = None
        self._last_camera = CameraIdentity("", "", "")
        self._leave_journal = (
            journal.inspections.subscribe(self._on_published),
            journal.events.subscribe(self._on_event),
        )
        self.states.changes.subscribe(self.log.state_changed)

    @property
    def state(self) -> StationState:
        """The state by its name in OPC 40100-1."""
        return self.states.current.state

    def tell(self) -> None:
        """Tell the subscribers what has changed, and have the camera and the clock looked after. Without the lock."""
        self.states.tell()
        self.alarm.wake()
        feed = self.feed
        if feed is not None:
            feed.wake()

    def take_feed_under_lock(self, camera: Camera, sink: FeedSink) -> CameraFeed:
        """Make this the lane's camera, to be opened when the one before has been let go; return its feed to start."""
        self.drop_feed_under_lock()
        self.feed = self._last_feed = CameraFeed(camera, sink, self._last_feed)
        self._last_camera = camera.identity
        return self.feed

    def drop_feed_under_lock(self) -> None:
        """Have the lane's camera closed, if there is one; its thread ends soon."""
        feed, self.feed, self.opened = self.feed, None, False
        if feed is not None:
            feed.close()

    def become_ready_under_lock(self) -> None:
        """Go from Preoperational to Ready if nothing is missing, else say what is."""
        if self.state is not StationState.PREOPERATIONAL:
            return
        if self.feed is None:
            self.states.become(StationState.PREOPERATIONAL, "there is no camera")
        elif not self.opened:
            self.states.become(StationState.PREOPERATIONAL, "the camera is being opened")
        elif self.in_use is None or self.judge_lost:
            self.states.become(StationState.PREOPERATIONAL, "there is no recipe")
        else:
            self.states.become(StationState.INITIALIZED, "camera and recipe are there")
            self.states.become(StationState.READY, "camera and recipe are there")

    def fail_under_lock(self, why: str) -> list[PartTrigger]:
        """Go to Error, unless the lane is on hold; return the triggers that got no picture."""
        if self.state is not StationState.HALTED:
            self.states.become(StationState.ERROR, why)
        return self.desk.end()

    def finish_under_lock(self) -> None:
        """Be Ready again if the run has come to its own end and all its parts are published."""
        if self.desk.through and self.state in EXECUTING:
            why = self.desk.ending
            self.desk.end()
            self.states.become(StationState.READY, why)
            self.ended.set()

    def hand_over(self, camera: CameraIdentity, trigger: PartTrigger, capture: Frame | FrameFault) -> None:
        """Have a part judged, or recorded as ERROR `overrun` when too many wait already."""
        with self.lock:
            in_use = self.in_use
        assert in_use is not None, "a lane triggers only with a recipe"
        if isinstance(capture, Frame):
            self.recent.put(trigger.sequence, capture)
        job = PartJob(self.name, camera, trigger, capture)
        if not self.inference.submit(job):
            overrun = error(Reason.OVERRUN, "the part came before the ones ahead of it were judged")
            submit(self._journal, replace(judged_part(job, in_use, overrun), pixels=None))

    def record_without_picture(self, triggers: Iterable[PartTrigger], reason: Reason, message: str) -> None:
        """Record ERROR for triggers that got no picture."""
        with self.lock:
            in_use, camera = self.in_use, self._last_camera
        for trigger in triggers:
            assert in_use is not None, "a lane triggers only with a recipe"
            nothing = FrameFault(0, trigger.monotonic, trigger.time, camera.address, message)
            job = PartJob(self.name, camera, trigger, nothing)
            submit(self._journal, judged_part(job, in_use, error(reason, message)))

    def close(self) -> None:
        """End the threads and be told of published parts no more."""
        self.alarm.close()
        if self._last_feed is not None:
            self._last_feed.join()
        for leave in self._leave_journal:
            leave()

    def _on_published(self, inspection: Inspection) -> None:
        if inspection.context.lane == self.name:
            self._recorded(inspection.sequence)

    def _on_event(self, event: Event) -> None:
        """Wait no more for a part whose record no database takes: it is never published."""
        sequence = event.details.get("sequence", "")
        if event.kind is EventKind.PROGRAM_FAULT and sequence.isdecimal():
            self._recorded(int(sequence))

    def _recorded(self, sequence: int) -> None:
        with self.lock:
            self.desk.recorded(sequence)
            self.finish_under_lock()
        self.states.tell()

    def _on_time(self, now: float) -> float:
        """Trigger by the clock, and give up triggers whose picture did not come; return when to look again."""
        with self.lock:
            timeout = self.desk.trigger.timeout
            late = self.desk.expired(now)
            by_clock = self.desk.interval_due(now)
            if by_clock:
                self.desk.await_picture(TriggerSource.INTERVAL, self.clock.now(), now)
            due, feed = self.desk.next_due(), self.feed
        self.record_without_picture(late, Reason.CAMERA_FAULT, f"the camera gave no picture within {timeout:g} s")
        if by_clock and feed is not None:
            feed.wake()
        return due
