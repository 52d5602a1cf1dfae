"""What the faces of a lane share: its lock, its state, its triggers, and the way of a part into the journal."""

import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from inspector.cameras.camera import Camera, CameraIdentity
from inspector.domain.clock import Clock
from inspector.domain.frame import Frame, FrameFault
from inspector.domain.inspection import Event, EventKind, Inspection, TriggerSource
from inspector.domain.recipe import Recipe, TriggerMode
from inspector.domain.station_state import EXECUTING, OPERATIONAL, StationState
from inspector.domain.verdict import Reason
from inspector.inspection.alarm import Alarm
from inspector.inspection.camera_desk import CameraDesk, controls_of
from inspector.inspection.feed import CameraFeed, FeedSink
from inspector.inspection.inference import InferenceThread
from inspector.inspection.lane_log import LaneLog
from inspector.inspection.latest import LatestFrame
from inspector.inspection.outage import Outage
from inspector.inspection.part import PartJob, PartTrigger, RecipeInUse, error, judged_part, submit
from inspector.inspection.presence import PresenceWatch
from inspector.inspection.recent import RecentFrames
from inspector.inspection.retry import RetryPauses
from inspector.inspection.software_trigger import SoftwareTrigger
from inspector.inspection.states import StateMachine
from inspector.inspection.triggers import TriggerDesk
from inspector.records.journal import Journal

_ASKED_FOR = frozenset({TriggerMode.SOFTWARE, TriggerMode.INTERVAL, TriggerMode.SCAN})
"""The modes in which a camera may have to be told to take its picture."""


class LaneCore:
    """The inside of one lane.

    Fields and the methods named `_under_lock` are used under `lock`; nobody outside the lane is called under it but the
    sequence counter, so it is held for microseconds. Whoever changed the state calls `tell` after letting the lock go.
    """

    def __init__(
        self,
        name: str,
        inference: InferenceThread,
        journal: Journal,
        clock: Clock,
        sequences: Callable[[], int],
        pauses: RetryPauses,
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
        self.software = SoftwareTrigger(name, self.lock, clock, lambda: self.camera_desk.setting)
        self.camera_desk = CameraDesk(name, self.log, self.open_camera, lambda: self.recipe, self._camera_was_set)
        self.presence: PresenceWatch | None = None
        self.feed: CameraFeed | None = None
        self.opened = False
        self.outage: Outage | None = None
        self.in_use: RecipeInUse | None = None
        self.judge_lost = False
        self.faults_in_a_row = 0
        self._journal = journal
        self._pauses = pauses
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

    @property
    def recipe(self) -> Recipe | None:
        """The recipe by which parts are judged; None while there is none."""
        in_use = self.in_use
        return None if in_use is None else in_use.recipe

    def open_camera(self) -> Camera | None:
        """Return the camera that is open; None while there is none."""
        with self.lock:
            return self.feed.camera if self.feed is not None and self.opened else None

    def tell(self) -> None:
        """Tell the subscribers what has changed, and have the camera and the clock looked after. Without the lock."""
        self.states.tell()
        self.alarm.wake()
        self.software.send()
        feed = self.feed
        if feed is not None:
            feed.wake()

    def take_feed_under_lock(self, camera: Camera, sink: FeedSink, again: Callable[[], Camera] | None) -> CameraFeed:
        """Make this the lane's camera, to be opened when the one before has been let go; return its feed to start."""
        self.feed = self._last_feed = CameraFeed(camera, sink, self._last_feed, again, self._pauses)
        self._last_camera = camera.identity
        self.watch_presence_under_lock()
        return self.feed

    def drop_feed_under_lock(self) -> CameraFeed | None:
        """Leave the lane without a camera; return the feed of the one that it had, to be closed without the lock."""
        feed, self.feed, self.opened = self.feed, None, False
        self.software.attach_under_lock(None)
        return feed

    def camera_is_there_under_lock(self, camera: Camera) -> Outage | None:
        """Note that the lane's camera is open; return the outage that this ends."""
        self.opened = True
        self._last_camera = camera.identity
        self.software.attach_under_lock(controls_of(camera))
        outage = self.end_outage_under_lock()
        if outage is not None and self.state in EXECUTING:
            self.states.become(self.state, "the camera is back")
        self.become_ready_under_lock()
        return outage

    def camera_is_away_under_lock(self, camera: CameraIdentity, why: str) -> bool:
        """Note that the lane's camera is tried again and again; say whether it was not so before. A run goes on."""
        self.opened = False
        self.software.attach_under_lock(None)
        if self.outage is not None:
            self.outage = replace(self.outage, latest=why)
            return False
        self.outage = Outage(camera, self.clock.now(), self.clock.monotonic(), why, why)
        if self.state in EXECUTING:
            self.states.become(self.state, why)
        self.unready_under_lock()
        return True

    def end_outage_under_lock(self) -> Outage | None:
        """Let the outage be over, if there is one, and return it."""
        outage, self.outage = self.outage, None
        return outage

    def unready_under_lock(self) -> None:
        """Be Preoperational without a camera, unless a run goes on or somebody must reset the lane first."""
        waiting = self.state in OPERATIONAL - EXECUTING or self.state is StationState.PREOPERATIONAL
        if self.outage is not None and waiting:
            self.states.become(StationState.PREOPERATIONAL, self.outage.reason)

    def await_picture_under_lock(
        self, source: TriggerSource, scanned: str = ""
    ) -> tuple[PartTrigger, list[PartTrigger]]:
        """Return a new trigger and those, itself among them, that get no picture because the camera is away.

        A code that was `scanned` is the part's serial.
        """
        now, monotonic = self.clock.now(), self.clock.monotonic()
        if scanned:
            trigger = self.desk.scanned(scanned, now, monotonic)
        else:
            trigger = self.desk.await_picture(source, now, monotonic)
        if self.outage is not None:
            return trigger, self.give_up_waiting_under_lock()
        if self.desk.mode in _ASKED_FOR:
            self.software.give_under_lock(trigger)
        return trigger, []

    def give_up_waiting_under_lock(self) -> list[PartTrigger]:
        """Return, and wait no more for, all triggers without a picture; the run goes on."""
        return self.desk.expired(math.inf)

    def set_camera_under_lock(self) -> None:
        """Have an open camera set as the recipe wants it; one that is opened later is set then."""
        if self.feed is not None and self.opened:
            self.camera_desk.set_up(self.feed.camera)

    def watch_presence_under_lock(self) -> None:
        """Begin to watch for parts that come to rest, or leave it, as the trigger wants."""
        wanted = self.desk.mode is TriggerMode.PRESENCE
        self.presence = PresenceWatch(self.desk.trigger.presence) if wanted else None

    def become_ready_under_lock(self) -> None:
        """Go from Preoperational to Ready if nothing is missing, else say what is."""
        if self.state is not StationState.PREOPERATIONAL:
            return
        if self.feed is None:
            self.states.become(StationState.PREOPERATIONAL, "there is no camera")
        elif self.outage is not None:
            self.unready_under_lock()
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
            self.unready_under_lock()
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
        for worker in (self.software, self.camera_desk):
            worker.close()
        if self._last_feed is not None:
            self._last_feed.join()
        for worker in (self.software, self.camera_desk):
            worker.join()
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
        """Trigger by the clock, and give up triggers whose picture did not come; return when to look again.

        The clock triggers no part while there is no camera: nobody has put one there to be judged.
        """
        with self.lock:
            timeout, problem = self.desk.trigger.timeout, self.software.problem
            late = self.desk.expired(now)
            self.software.expire_under_lock(late, now + timeout / 2)
            by_clock = self.desk.interval_due(now) and self.outage is None
            if by_clock:
                self.await_picture_under_lock(TriggerSource.INTERVAL)
            due, feed = min(self.desk.next_due(), self.software.next_due_under_lock(now)), self.feed
        why = f"the camera gave no picture within {timeout:g} s"
        self.record_without_picture(late, Reason.CAMERA_FAULT, f"{why}: {problem}" if problem else why)
        self.software.send()
        if by_clock and feed is not None:
            feed.wake()
        return due

    def _camera_was_set(self) -> None:
        with self.lock:
            self.software.ask_again_under_lock()
        self.software.send()
