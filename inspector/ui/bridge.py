"""The way from the station's threads to the window's: collected there, drained here by one timer, never per part.

The window asks nothing that makes it wait: what takes time is a future, looked at with each tick.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.domain.inspection import Event
from inspector.inspection.shown import ShownPart
from inspector.inspection.states import StationChange
from inspector.station import Scan, Station
from inspector.station_lane import StationLane
from inspector.ui.faults import Fault

_LOG = logging.getLogger("inspector.window")
TICK_MILLISECONDS = 33
_TICKS_A_SECOND = 30
KEPT_PARTS = 12
_MOST_EVENTS = 50
PICTURE_BUDGET = 96 * 1024**2
"""Bytes of whole pictures that are held for the parts on the strip; beyond it the older ones keep a thumbnail only."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class _Followed(Generic[Result]):
    future: "Future[Result]"
    done: Callable[[Result], None]
    failed: Callable[[BaseException], None]


class LaneBridge(QObject):
    """Signals on the window's thread for what happens in one lane.

    `parts_shown` carries the newest parts since the last tick, oldest first, at most as many as the strip holds.
    """

    parts_shown = Signal(object)
    state_changed = Signal(object)

    def __init__(self, lane: StationLane, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._order = count()
        self._parts: deque[tuple[int, ShownPart]] = deque(maxlen=KEPT_PARTS)
        self._changes: deque[tuple[int, StationChange]] = deque()
        self._leave = (
            lane.shown.subscribe(self._collect(self._parts)),
            lane.lane.states.subscribe(self._collect(self._changes)),
        )

    def detach(self) -> None:
        """Hear no more of the lane."""
        for leave in self._leave:
            leave()

    def tell(self) -> None:
        """Tell them in the order in which they came: a part of the last run is not to be taken for one of this run."""
        parts: deque[tuple[int, ShownPart]] = deque(self._drain(self._parts))
        for place, change in self._drain(self._changes):
            self._tell_parts_before(place, parts)
            self.state_changed.emit(change)
        self._tell_parts_before(None, parts)

    def _collect(self, place: "deque[Any]") -> Callable[[Any], None]:
        def collect(item: object) -> None:
            with self._lock:
                place.append((next(self._order), item))

        return collect

    def _drain(self, place: "deque[Any]") -> tuple[Any, ...]:
        with self._lock:
            drained = tuple(place)
            place.clear()
        return drained

    def _tell_parts_before(self, place: int | None, parts: "deque[tuple[int, ShownPart]]") -> None:
        earlier: list[ShownPart] = []
        while parts and (place is None or parts[0][0] < place):
            earlier.append(parts.popleft()[1])
        if earlier:
            self.parts_shown.emit(tuple(earlier))


class Bridge(QObject):
    """Signals on the window's thread for what happens in the station; those of each lane in `lanes`.

    `ticked` comes 30 times a second and `second_passed` once.
    """

    trouble_changed = Signal(object)
    event_happened = Signal(object)
    fault_happened = Signal(object)
    code_scanned = Signal(object)
    ticked = Signal()
    second_passed = Signal()

    def __init__(self, station: Station) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self.lanes = tuple(LaneBridge(lane, self) for lane in station.lanes)
        self._trouble: deque[str | None] = deque(maxlen=1)
        self._events: deque[Event] = deque(maxlen=_MOST_EVENTS)
        self._scans: deque[Scan] = deque(maxlen=_MOST_EVENTS)
        self._faults: deque[Fault] = deque(maxlen=_MOST_EVENTS)
        self._followed: list[_Followed[Any]] = []
        self._aside = ThreadPoolExecutor(1, "window-aside")
        self._ticks = 0
        self._leave = (
            station.journal.trouble.subscribe(self._collect(self._trouble)),
            station.journal.events.subscribe(self._collect(self._events)),
            station.scans.subscribe(self._collect(self._scans)),
        )
        self._timer = QTimer(self)
        self._timer.setObjectName("bridge: drains what the station's threads collected")
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def detach(self) -> None:
        """Hear no more of the station. What was followed is left to itself."""
        for leave in (*self._leave, *(lane.detach for lane in self.lanes)):
            leave()
        self._timer.stop()
        self._followed.clear()
        self._aside.shutdown(wait=False, cancel_futures=True)

    def report_fault(self, fault: Fault) -> None:
        """Take a failure of the program, from any thread."""
        with self._lock:
            self._faults.append(fault)

    def follow(
        self, future: "Future[Result]", done: Callable[[Result], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Call `done` with the future's result, or `failed` with its exception, on the window's thread."""
        self._followed.append(_Followed(future, done, failed))

    def aside(
        self, work: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Do something that may take long on a thread of its own, and then as `follow` does."""
        self.follow(self._aside.submit(work), done, failed)

    def _collect(self, place: "deque[Any]") -> Callable[[Any], None]:
        def collect(item: object) -> None:
            with self._lock:
                place.append(item)

        return collect

    def _drain(self, place: "deque[Any]") -> tuple[Any, ...]:
        with self._lock:
            drained = tuple(place)
            place.clear()
        return drained

    def _tick(self) -> None:
        for lane in self.lanes:
            lane.tell()
        for trouble in self._drain(self._trouble):
            self.trouble_changed.emit(trouble)
        for event in self._drain(self._events):
            self.event_happened.emit(event)
        for scan in self._drain(self._scans):
            self.code_scanned.emit(scan)
        for fault in self._drain(self._faults):
            self.fault_happened.emit(fault)
        self._look_after_followed()
        self.ticked.emit()
        self._ticks += 1
        if self._ticks % _TICKS_A_SECOND == 0:
            self.second_passed.emit()

    def _look_after_followed(self) -> None:
        finished = [one for one in self._followed if one.future.done()]
        if not finished:
            return
        self._followed = [one for one in self._followed if one not in finished]
        for one in finished:
            error = one.future.exception()
            if error is None:
                one.done(one.future.result())
            else:
                _LOG.info("what the window had asked for failed: %s", error)
                one.failed(error)


def within_budget(newest_first: list[ShownPart]) -> list[ShownPart]:
    """Return the parts, the older ones without their whole picture where the newer ones fill the budget."""
    kept: list[ShownPart] = []
    used = 0
    for part in newest_first:
        used += part.picture.pixels.nbytes if part.picture is not None else 0
        kept.append(part if used <= PICTURE_BUDGET else ShownPart(part.inspection, part.thumbnail, None))
    return kept
