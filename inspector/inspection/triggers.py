"""The triggers of a lane between being given and having their record. Plain bookkeeping, under the lane's lock."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from inspector.domain.frame import Capture
from inspector.domain.inspection import TriggerSource
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.inspection.part import PartTrigger

_BY_PICTURE: Mapping[TriggerMode, TriggerSource] = MappingProxyType(
    {
        TriggerMode.EACH_FRAME: TriggerSource.FRAME,
        TriggerMode.LINE: TriggerSource.LINE,
        TriggerMode.PRESENCE: TriggerSource.PRESENCE,
    }
)


@dataclass(frozen=True)
class Labels:
    """What is written on the next parts. The serial is of one part: the first that is triggered uses it up.

    `expected` is the product that this lot is of, for recipes that tell products apart; empty when any may come.
    """

    operator: str = ""
    lot: str = ""
    serial: str = ""
    expected: str = ""


class TriggerDesk:
    """Gives out sequence numbers and knows which parts wait for a picture and which for their record.

    Between `begin` and `end` lies a run. While it is `accepting`, new triggers are taken; after its last one it is
    ending, and when all parts have their records it is through.
    """

    def __init__(self, sequences: Callable[[], int]) -> None:
        """Make a desk without a run. `sequences` gives the station's next trigger number."""
        self.labels = Labels()
        self.trigger = Trigger()
        self.overruled: TriggerMode | None = None
        self.ending = ""
        self._sequences = sequences
        self._pending: deque[PartTrigger] = deque()
        self._outstanding: set[int] = set()
        self._running = False
        self._remaining = math.inf
        self._interval = Interval()

    @property
    def mode(self) -> TriggerMode:
        """What makes a part be judged: what was set, or else what the recipe says."""
        return self.overruled or self.trigger.mode

    @property
    def accepting(self) -> bool:
        """Whether new triggers are taken."""
        return self._running and not self.ending

    @property
    def through(self) -> bool:
        """Whether the run has come to its own end: no more triggers, and a record for each."""
        return self._running and bool(self.ending) and not self._outstanding

    @property
    def outstanding(self) -> int:
        """How many triggers have no published record yet."""
        return len(self._outstanding)

    def begin(self, count: int | None, now: float) -> None:
        """Begin a run of `count` triggers, or of any number."""
        self._running, self.ending = True, ""
        self._remaining = math.inf if count is None else count
        self._interval = Interval(now)

    def finish(self, why: str) -> list[PartTrigger]:
        """Let the run come to its end, since the camera gives no more; return the triggers that got no picture."""
        if self._running:
            self.ending = self.ending or why
        return self._give_up()

    def end(self) -> list[PartTrigger]:
        """End the run at once; return the triggers that got no picture."""
        self._running, self.ending = False, ""
        return self._give_up()

    def await_picture(self, source: TriggerSource, time: datetime, monotonic: float) -> PartTrigger:
        """Return a new trigger, which waits for the next picture."""
        trigger = self._new(source, time, monotonic)
        self._pending.append(trigger)
        return trigger

    def scanned(self, code: str, time: datetime, monotonic: float) -> PartTrigger:
        """Return a new trigger for the part on which this code was scanned; the code is its serial."""
        self.labels = replace(self.labels, serial=code)
        return self.await_picture(TriggerSource.SCAN, time, monotonic)

    def for_picture(self, capture: Capture, recorded: bool, preview: bool, present: bool = False) -> PartTrigger | None:
        """Return the trigger that this picture is for; None when it is nobody's part.

        That is the longest waiting one, or a new one where each frame is a part and this is no preview, or where the
        presence of a part makes it one and a new part was seen in this picture (`present`). A picture taken before a
        trigger is not of the part that was meant, unless it comes from a recording. Where a trigger waits and a part is
        seen in the same picture, it is one part.
        """
        if not self._running:
            return None
        if self._pending and (recorded or capture.monotonic >= self._pending[0].monotonic):
            return self._pending.popleft()
        source = self._source_of_picture(preview, present)
        if self.accepting and source is not None:
            return self._new(source, capture.time, capture.monotonic)
        return None

    def wants_picture(self, room: bool) -> bool:
        """Say whether a source that stands still shall give its next picture, when there is `room` for its part."""
        if self._pending:
            return True
        return room and self.accepting and self.mode in _BY_PICTURE

    def expired(self, now: float) -> list[PartTrigger]:
        """Return, and wait no more for, the triggers that got no picture in time."""
        late = []
        while self._pending and now - self._pending[0].monotonic >= self.trigger.timeout:
            late.append(self._pending.popleft())
        return late

    def interval_due(self, now: float) -> bool:
        """Say whether it is time for a trigger by the clock."""
        by_clock = self.accepting and self.mode is TriggerMode.INTERVAL
        return by_clock and self._interval.due(now, self.trigger.interval)

    def next_due(self) -> float:
        """Return the moment of the monotonic clock when `expired` or `interval_due` must be asked next, or infinity."""
        expiry = self._pending[0].monotonic + self.trigger.timeout if self._pending else math.inf
        return min(expiry, self._interval.next if self.accepting and self.mode is TriggerMode.INTERVAL else math.inf)

    def recorded(self, sequence: int) -> None:
        """Note that a part has its record."""
        self._outstanding.discard(sequence)

    def _source_of_picture(self, preview: bool, present: bool) -> TriggerSource | None:
        """Return what makes a picture for which no trigger waits a part by itself; None when nothing does."""
        if self.mode is TriggerMode.PRESENCE:
            return TriggerSource.PRESENCE if present else None
        return None if preview else _BY_PICTURE.get(self.mode)

    def _new(self, source: TriggerSource, time: datetime, monotonic: float) -> PartTrigger:
        labels = self.labels
        trigger = PartTrigger(
            self._sequences(),
            time,
            monotonic,
            source,
            operator=labels.operator,
            lot=labels.lot,
            serial=labels.serial,
            expected=labels.expected,
        )
        self.labels = replace(labels, serial="")
        self._outstanding.add(trigger.sequence)
        self._remaining -= 1
        if self._remaining <= 0:
            self.ending = "the number of parts asked for is reached"
        return trigger

    def _give_up(self) -> list[PartTrigger]:
        given_up = list(self._pending)
        self._pending.clear()
        return given_up


class Interval:
    """Falls due at its start and every so many seconds after, without drift; what was missed is left out."""

    def __init__(self, start: float = math.inf) -> None:
        self.next = start

    def due(self, now: float, seconds: float) -> bool:
        """Say whether it is time, and if so set the next time."""
        if now < self.next:
            return False
        self.next += seconds * (1 + math.floor((now - self.next) / seconds))
        return True
