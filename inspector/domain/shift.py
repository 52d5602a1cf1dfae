"""Shifts: each belongs whole to the local date on which it starts, and is kept as UTC instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inspector.domain.refusal import Refusal


class ShiftPatternInvalid(Refusal, ValueError):
    """Shift times that do not cover each moment once."""


@dataclass(frozen=True)
class ShiftTime:
    """One named shift of the day, by its local start; it lasts until the next one starts."""

    name: str
    start: time


@dataclass(frozen=True)
class Shift:
    """One shift. `date` is the local date of its start; `start` and `end` are UTC instants, the end excluded."""

    name: str
    date: date
    start: datetime
    end: datetime
    zone: str

    @property
    def duration(self) -> timedelta:
        """How long it really lasts: an hour less or more on the nights when the clocks change."""
        return self.end - self.start


@dataclass(frozen=True)
class ShiftPattern:
    """The shifts of a day at a site, in order of their starts; they follow one another without a gap."""

    shifts: tuple[ShiftTime, ...]
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart or is out of order."""
        starts = [shift.start for shift in self.shifts]
        names = [shift.name for shift in self.shifts]
        if not starts:
            raise ShiftPatternInvalid("a shift pattern needs at least one shift")
        if starts != sorted(set(starts)):
            raise ShiftPatternInvalid("shifts must be listed in the order of their starts, no two at the same time")
        if len(set(names)) != len(names) or not all(name.strip() for name in names):
            raise ShiftPatternInvalid("each shift needs a name of its own")

    def shifts_of(self, day: date) -> tuple[Shift, ...]:
        """Return the shifts that start on that local date, in order."""
        starts = [self._instant(day, shift.start) for shift in self.shifts]
        following = self._instant(day + timedelta(days=1), self.shifts[0].start)
        ends = [*starts[1:], following]
        return tuple(
            Shift(shift.name, day, start, end, self.zone.key)
            for shift, start, end in zip(self.shifts, starts, ends, strict=True)
        )

    def shift_at(self, instant: datetime) -> Shift:
        """Return the shift that covers this UTC instant."""
        day = instant.astimezone(self.zone).date()
        for candidate in (day + timedelta(days=1), day, day - timedelta(days=1)):
            for shift in reversed(self.shifts_of(candidate)):
                if shift.start <= instant < shift.end:
                    return shift
        raise AssertionError("shifts follow one another without a gap, so one covers every instant")

    def named(self, day: date, name: str) -> Shift:
        """Return the shift of that name on that date. Raises KeyError with the known names."""
        for shift in self.shifts_of(day):
            if shift.name.casefold() == name.casefold():
                return shift
        raise KeyError(f"no shift '{name}'; known: {', '.join(shift.name for shift in self.shifts)}")

    def _instant(self, day: date, start: time) -> datetime:
        """Return the UTC instant of a local wall time: the first of two in autumn, the end of the gap in spring."""
        wall = datetime.combine(day, start)
        instant = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if self._wall_time(instant) == wall:
            return instant
        # Skipped: the two offsets around the gap give an instant before its end and one at or after it.
        before = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        while instant - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(instant - before) // timedelta(seconds=2))
            if self._wall_time(middle) < wall:
                before = middle
            else:
                instant = middle
        return instant

    def _wall_time(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone).replace(tzinfo=None)
