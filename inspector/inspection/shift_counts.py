"""The counts of the shift that is running: taken up from the records at the start, begun anew when the shift turns."""

import threading
from collections.abc import Callable

from inspector.domain.clock import Clock
from inspector.domain.inspection import Inspection
from inspector.domain.shift import Shift
from inspector.domain.verdict import Verdict
from inspector.inspection.counts import Counts, LiveCounts
from inspector.records.queries import Period, Records

_JUDGED = (Verdict.OK, Verdict.NG, Verdict.CHECK)
_TAKEN_UP = 1000
"""How many of the newest parts of a shift are read for the trend and the p chart when the station starts."""


class ShiftCounts:
    """Counts parts by the shift in which they were triggered. From any thread.

    A part of the next shift turns the page at once; with no parts coming, `follow` does so, to be called about once a
    second. A part of the shift before that comes late is no longer counted here: the report has it.
    """

    def __init__(self, records: Records, shift_at_now: Callable[[], Shift], clock: Clock, lane: str) -> None:
        """Take up the running shift from a lane's records. Reads the journal; call it before the window is shown."""
        self._shift_at_now = shift_at_now
        self._clock = clock
        self._lock = threading.Lock()
        self._shift = shift_at_now()
        self._live = LiveCounts()
        period = Period(self._shift.start, self._shift.end, lane)
        with records.snapshot() as view:
            totals, newest = view.totals(period), view.latest(period, _JUDGED, _TAKEN_UP)
            self._live.resume(
                {
                    Verdict.OK: totals.ok,
                    Verdict.NG: totals.ng,
                    Verdict.CHECK: totals.check,
                    Verdict.ERROR: totals.error,
                },
                view.by_class(period),
                view.by_reason(period),
                [inspection.judgement.verdict is Verdict.NG for inspection in reversed(newest)],
            )

    @property
    def shift(self) -> Shift:
        """The shift that is counted."""
        with self._lock:
            return self._shift

    def add(self, inspection: Inspection) -> None:
        """Count one part."""
        with self._lock:
            if inspection.time >= self._shift.end:
                self._turn()
            if inspection.time >= self._shift.start:
                self._live.add(inspection)

    def follow(self) -> None:
        """Begin anew if the shift has turned meanwhile."""
        with self._lock:
            now = self._clock.now()
            if not self._shift.start <= now < self._shift.end:
                self._turn()

    def snapshot(self) -> Counts:
        """Return how the shift stands."""
        return self._live.snapshot()

    def _turn(self) -> None:
        self._shift = self._shift_at_now()
        self._live.clear()
