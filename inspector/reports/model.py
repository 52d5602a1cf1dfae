"""A report as plain data: all that its pages print, and nothing of how they look.

Every moment is an aware `datetime`; the pages turn it into the site's time by `Span.zone`. The content hash covers the
facts of the period and leaves out when, under which number and by which program version this copy was made, so that a
second print of the same records carries the same hash.
"""

import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from inspector.domain.frame import Pixels
from inspector.domain.inspection import EventKind
from inspector.domain.shift import Shift
from inspector.domain.verdict import Verdict
from inspector.quality.control_chart import PPoint
from inspector.quality.rates import Rate

_NOT_CONTENT = {"content": False}


@dataclass(frozen=True)
class Heading:
    """What the caller knows of a report and the records do not: where the station stands and what is asked for.

    `title` names the period ("Night shift, 2026-10-24"); `shifts` are the shifts in it, none for a free period. An
    empty `number` is made from the moment of making. `target` is the count of OK parts wanted, 0 for none.
    """

    site: str
    line: str
    station: str
    title: str
    zone: ZoneInfo
    software: str
    shifts: tuple[Shift, ...] = ()
    number: str = ""
    target: int = 0


@dataclass(frozen=True)
class Issue:
    """One copy of the report: under which number, when and by which program version it was made.

    `dropped_live` counts the live frames that the running program did not show, None where nobody counted. It is in no
    record, so that a later copy cannot say it again.
    """

    number: str
    generated: datetime
    software: str
    dropped_live: int | None = None


@dataclass(frozen=True)
class Place:
    """Where the parts were inspected. `lane` and `lot` are empty unless the report is narrowed to them."""

    site: str
    line: str
    station: str
    lane: str = ""
    lot: str = ""


@dataclass(frozen=True)
class Span:
    """The time reported, the end excluded. `running` says that it had not ended when the report was made."""

    title: str
    start: datetime
    end: datetime
    zone: str
    running: bool = False
    shifts: tuple[Shift, ...] = ()

    @property
    def duration(self) -> timedelta:
        """How long it really lasts: an hour less or more on the nights when the clocks change."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


@dataclass(frozen=True)
class Counts:
    """The parts by verdict. `inspected` = OK + NG + CHECK; ERROR is no judgement and stands apart.

    `first_pass` is OK / inspected, `defective` NG / inspected, each with its Wilson 95 % interval.
    """

    inspected: int
    ok: int
    ng: int
    check: int
    error: int
    first_pass: Rate
    defective: Rate
    target: int = 0


@dataclass(frozen=True)
class Completeness:
    """Whether the figures hold all that happened. Sequences are None where nothing was recorded.

    `seconds_away` is for how long cameras were away, all lanes together.
    """

    triggers: int
    records: int
    first_sequence: int | None
    last_sequence: int | None
    errors: int
    overruns: int
    camera_faults: int
    model_faults: int
    stopped: int
    simulated: int
    pictures_missing: int
    cameras_lost: int
    accelerators_failed: int
    storage_failed: int
    clock_jumps: int
    program_faults: int
    seconds_away: float = 0.0

    @property
    def missing(self) -> int:
        """Triggers of which there is no record."""
        return self.triggers - self.records

    @property
    def complete(self) -> bool:
        """Whether every trigger has exactly one record."""
        return self.triggers == self.records


@dataclass(frozen=True)
class RecipeUse:
    """One version of a recipe that judged parts in the period. The hashes are hexadecimal SHA-256."""

    product: str
    number: int
    recipe_hash: str
    model_hash: str
    parts: int


@dataclass(frozen=True)
class ReasonBar:
    """One bar of the Pareto chart. `share` is of the inspected units, `cumulative` of all bars together (0 to 1)."""

    verdict: Verdict
    reason: str
    count: int
    share: float
    cumulative: float


class Step(StrEnum):
    """What one point of the control chart stands for."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True)
class ChartPoint:
    """One hour or day of the control chart. Where nothing was inspected, the point's `p` is None."""

    start: datetime
    end: datetime
    point: PPoint


@dataclass(frozen=True)
class Mark:
    """A moment on the control chart at which another recipe took over."""

    time: datetime
    label: str


@dataclass(frozen=True)
class TrendChart:
    """The p chart of the period. `mean` is None where nothing was inspected."""

    step: Step
    mean: float | None
    points: tuple[ChartPoint, ...]
    marks: tuple[Mark, ...]


class PictureFault(StrEnum):
    """Why a kept picture is not printed."""

    MISSING = "missing"
    ALTERED = "altered"


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """The picture of one NG part. `pixels` is uint8 `h x w [x 3]`, already small, None where it could not be read.

    `fault` then says why. `sha256` is that of the picture's file as recorded.
    """

    sequence: int
    serial: str
    source: str
    time: datetime
    reason: str
    probability: float | None
    sha256: str
    fault: PictureFault | None = None
    pixels: Pixels | None = field(default=None, metadata=_NOT_CONTENT)


@dataclass(frozen=True)
class EventLine:
    """Something that happened to the station, as the report lists it.

    `end` is when an outage ended, or until when it is known to go on; None for what has no duration.
    """

    time: datetime
    kind: EventKind
    text: str
    lane: str = ""
    end: datetime | None = None
    goes_on: bool = False

    @property
    def lasted(self) -> timedelta:
        """How long it lasted, or has lasted so far."""
        return timedelta() if self.end is None else self.end.astimezone(UTC) - self.time.astimezone(UTC)


@dataclass(frozen=True)
class CodeCount:
    """How many parts carry a code of an industry standard or of the company's own catalogue.

    `wider` is the sector, division or section that it belongs to; `title` is of the code, or else of the nearest wider
    one that is known by name, empty where none is.
    """

    system: str
    code: str
    wider: str
    title: str
    count: int


@dataclass(frozen=True, eq=False)
class ShiftReport:
    """The whole report of a period.

    `accelerators` are all that judged a part; `events_left_out` counts the events beyond those listed.
    """

    issue: Issue = field(metadata=_NOT_CONTENT)
    place: Place
    span: Span
    counts: Counts
    completeness: Completeness
    recipes: tuple[RecipeUse, ...]
    accelerators: tuple[str, ...]
    operators: tuple[str, ...]
    lots: tuple[str, ...]
    reasons: tuple[ReasonBar, ...]
    trend: TrendChart
    thumbnails: tuple[Thumbnail, ...]
    events: tuple[EventLine, ...]
    events_left_out: int = 0
    codes: tuple[CodeCount, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether any part in it is simulated, so that the report must say DEMO."""
        return self.completeness.simulated > 0

    @property
    def content_hash(self) -> str:
        """SHA-256, hexadecimal, over the canonical JSON of the content."""
        return hashlib.sha256(canonical_json(self).encode()).hexdigest()


def canonical_json(report: ShiftReport) -> str:
    """Return the report's content as JSON with sorted keys, no spaces and moments in UTC: equal for equal content."""
    return json.dumps(_plain(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        kept = (part for part in fields(value) if part.metadata.get("content", True))
        return {part.name: _plain(getattr(value, part.name)) for part in kept}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value
