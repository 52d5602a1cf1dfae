"""What a person asks a report for: `today`, `now`, a date, a shift of a date, or the time between two moments."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inspector.domain.clock import Clock
from inspector.domain.refusal import Refusal
from inspector.domain.shift import Shift, ShiftPattern
from inspector.records.queries import Period
from inspector.reports.words import ENGLISH, Words


class ShiftChoiceInvalid(Refusal, ValueError):
    """Words that name no shift and no moment; the message is one sentence that says what is known."""


@dataclass(frozen=True)
class Choice:
    """A period that somebody asked for. `shifts` are the shifts in it, none where two moments were given."""

    title: str
    start: datetime
    end: datetime
    shifts: tuple[Shift, ...] = ()

    def period(self, lane: str | None = None, lot: str | None = None) -> Period:
        """Return the records asked for, of one lane or lot or of all."""
        return Period(self.start, self.end, lane, lot)


def choose_shift(text: str, pattern: ShiftPattern, clock: Clock, words: Words = ENGLISH) -> Choice:
    """Return the period of `today`, `now`, `DATE` or `DATE/NAME`.

    `today` is the production date of this moment: the night shift that began yesterday is yesterday's until it ends.
    Raises ShiftChoiceInvalid with the names of the site's shifts.
    """
    asked = text.strip()
    if asked.casefold() == "now":
        return _of_shifts((pattern.shift_at(clock.now()),), words)
    if asked.casefold() == "today":
        return _of_shifts(pattern.shifts_of(pattern.shift_at(clock.now()).date), words)
    day_text, slash, name = asked.partition("/")
    try:
        day = date.fromisoformat(day_text.strip())
    except ValueError:
        raise ShiftChoiceInvalid(
            f"'{text}' is no shift: give today, now, a date as 2026-10-24, or a date and a shift as "
            f"2026-10-24/{pattern.shifts[0].name}; the shifts are {_names(pattern)}."
        ) from None
    if not slash:
        return _of_shifts(pattern.shifts_of(day), words)
    try:
        return _of_shifts((pattern.named(day, name.strip()),), words)
    except KeyError:
        raise ShiftChoiceInvalid(f"There is no shift '{name.strip()}'; the shifts are {_names(pattern)}.") from None


def choose_span(start: str, end: str, zone: ZoneInfo) -> Choice:
    """Return the period between two moments: a date, or a date and a time, of the site unless an offset stands with it.

    A date alone means its beginning as `start` and its end as `end`. A time in the hour that the clocks repeat is taken
    the first time as `start` and the second time as `end`, so that nothing is left out. Raises ShiftChoiceInvalid.
    """
    first = _moment(start, zone, is_end=False)
    last = _moment(end, zone, is_end=True)
    if last <= first:
        raise ShiftChoiceInvalid(f"The period ends ({end}) before or when it begins ({start}); give an end after it.")
    return Choice(f"{start.strip()} \u2013 {end.strip()}", first, last)


def _of_shifts(shifts: tuple[Shift, ...], words: Words) -> Choice:
    day = shifts[0].date.isoformat()
    if len(shifts) == 1:
        title = words.title_shift.format(name=shifts[0].name, date=day)
    else:
        title = words.title_day.format(date=day)
    return Choice(title, shifts[0].start, shifts[-1].end, shifts)


def _moment(text: str, zone: ZoneInfo, is_end: bool) -> datetime:
    asked = text.strip()
    try:
        moment = _midnight(date.fromisoformat(asked), is_end) if len(asked) == _DATE_LENGTH else None
        moment = moment or datetime.fromisoformat(asked)
    except (ValueError, OverflowError):
        raise ShiftChoiceInvalid(
            f"'{text}' is no moment: give a date as 2026-10-24 or a date and a time as 2026-10-24T22:00."
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone, fold=int(is_end))
    return moment.astimezone(UTC)


_DATE_LENGTH = len("2026-10-24")


def _midnight(day: date, is_end: bool) -> datetime:
    return datetime.combine(day + timedelta(days=int(is_end)), time())


def _names(pattern: ShiftPattern) -> str:
    return ", ".join(shift.name for shift in pattern.shifts)
