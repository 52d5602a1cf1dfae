"""From the records of a period to the report of it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import cv2
import numpy as np

from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from inspector.domain.inspection import Event, EventKind, Inspection, StoredPicture
from inspector.domain.verdict import Reason, Verdict
from inspector.pictures import PictureUnreadable
from inspector.quality.control_chart import p_chart
from inspector.quality.pareto import pareto
from inspector.quality.rates import wilson
from inspector.records.pictures import PictureDamaged, PictureStore
from inspector.records.queries import Period, Records, Totals
from inspector.reports.codes import counts_by_code
from inspector.reports.hours import edges, step_of
from inspector.reports.model import (
    ChartPoint,
    CodeCount,
    Completeness,
    Counts,
    EventLine,
    Heading,
    Issue,
    Mark,
    PictureFault,
    Place,
    ReasonBar,
    RecipeUse,
    ShiftReport,
    Span,
    Thumbnail,
    TrendChart,
)
from inspector.reports.outages import ENDS_OF_OUTAGES, event_lines, seconds_away

MOST_THUMBNAILS = 8
MOST_EVENTS = 150
_NEWEST_NG = 1000
"""Among how many of the newest NG parts the thumbnails are sought."""
_THUMBNAIL = 280
"""The longer side of a thumbnail in pixels: 300 to the inch as it is printed."""

LISTED_EVENTS = (
    EventKind.STATION_STARTED,
    EventKind.STATION_CLOSED,
    EventKind.RECIPE_ACTIVATED,
    EventKind.RECIPE_REFUSED,
    EventKind.CAMERA_OPENED,
    EventKind.CAMERA_LOST,
    EventKind.CAMERA_BACK,
    EventKind.CAMERA_CHANGED,
    EventKind.CAMERA_ENDED,
    EventKind.ACCELERATOR_FAILED,
    EventKind.STORAGE_FAILED,
    EventKind.STORAGE_RECOVERED,
    EventKind.CLOCK_JUMPED,
    EventKind.PROGRAM_FAULT,
)
"""What a supervisor wants to know of; every single change of state would drown it."""

_LOOK_BACK = timedelta(days=7)
"""How long before the period an outage is sought that reaches into it."""

_Kept = tuple[Inspection, StoredPicture]
_LOG = logging.getLogger("inspector.reports")


def collect(
    records: Records,
    pictures: PictureStore,
    period: Period,
    heading: Heading,
    clock: Clock,
    dropped_live: int | None = None,
    catalogue: CodeCatalogue | None = None,
) -> ShiftReport:
    """Return the report of a period. `dropped_live` counts live frames that were not shown, None where nobody counted.

    `catalogue` names the classes' codes, by default without the company's own ones.

    All figures are of one moment, also while the station goes on judging. Runs for a second or so over a large period:
    call it off the window's thread.
    """
    now = clock.now()
    with records.snapshot() as view:
        answers = _ask(view, period, heading.zone, catalogue or CodeCatalogue(None))
    thumbnails = tuple(_thumbnail(inspection, picture, pictures) for inspection, picture in answers.shown)
    totals = answers.totals
    events = event_lines(answers.before, answers.events, period.start, min(now, period.end))
    number = heading.number or f"R-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    return ShiftReport(
        issue=Issue(number, now, heading.software, dropped_live),
        place=Place(heading.site, heading.line, heading.station, period.lane or "", period.lot or ""),
        span=Span(heading.title, period.start, period.end, heading.zone.key, now < period.end, heading.shifts),
        counts=_counts(totals, heading.target),
        completeness=_completeness(answers, events, thumbnails),
        recipes=answers.recipes,
        accelerators=answers.accelerators,
        operators=answers.operators,
        lots=answers.lots,
        reasons=_bars(answers.reasons, totals.inspected),
        trend=answers.trend,
        thumbnails=thumbnails,
        events=events[:MOST_EVENTS],
        events_left_out=max(0, len(events) - MOST_EVENTS),
        codes=answers.codes,
    )


@dataclass(frozen=True)
class _Answers:
    """What the records say of the period, all of one moment; `before` are events that may reach into it."""

    totals: Totals
    reasons: Mapping[tuple[Verdict, str], int]
    events: tuple[Event, ...]
    before: tuple[Event, ...]
    recipes: tuple[RecipeUse, ...]
    accelerators: tuple[str, ...]
    operators: tuple[str, ...]
    lots: tuple[str, ...]
    trend: TrendChart
    shown: tuple[_Kept, ...]
    codes: tuple[CodeCount, ...]


def _ask(records: Records, period: Period, zone: ZoneInfo, catalogue: CodeCatalogue) -> _Answers:
    reasons = records.by_reason(period)
    events = records.events(period, LISTED_EVENTS)
    totals = records.totals(period)
    uses = records.recipes(period)
    recipes = tuple(RecipeUse(use.product, use.number, use.content_hash, use.model_hash, use.parts) for use in uses)
    return _Answers(
        totals=totals,
        reasons=reasons,
        events=events,
        before=records.events(_before(period), (EventKind.CAMERA_LOST, *ENDS_OF_OUTAGES)),
        recipes=recipes,
        accelerators=tuple(presence.name for presence in records.accelerators(period)),
        operators=tuple(presence.name for presence in records.operators(period)),
        lots=tuple(presence.name for presence in records.lots(period)),
        trend=_trend(records, period, zone, events, recipes),
        shown=_chosen(records, period, reasons),
        codes=counts_by_code(records, period, uses, catalogue),
    )


def _before(period: Period) -> Period:
    return replace(period, start=period.start - _LOOK_BACK, end=period.start)


def _counts(totals: Totals, target: int) -> Counts:
    inspected = totals.inspected
    return Counts(
        inspected=inspected,
        ok=totals.ok,
        ng=totals.ng,
        check=totals.check,
        error=totals.error,
        first_pass=wilson(totals.ok, inspected),
        defective=wilson(totals.ng, inspected),
        target=target,
    )


def _completeness(answers: _Answers, events: Sequence[EventLine], thumbnails: Sequence[Thumbnail]) -> Completeness:
    totals = answers.totals

    def errors(reason: Reason) -> int:
        return answers.reasons.get((Verdict.ERROR, reason), 0)

    def happened(kind: EventKind) -> int:
        return sum(event.kind is kind for event in answers.events)

    return Completeness(
        triggers=totals.triggers,
        records=totals.records,
        first_sequence=totals.first_sequence,
        last_sequence=totals.last_sequence,
        errors=totals.error,
        overruns=errors(Reason.OVERRUN),
        camera_faults=errors(Reason.CAMERA_FAULT),
        model_faults=errors(Reason.MODEL_FAULT),
        stopped=errors(Reason.STOPPED),
        simulated=totals.simulated,
        pictures_missing=sum(thumbnail.fault is not None for thumbnail in thumbnails),
        cameras_lost=happened(EventKind.CAMERA_LOST),
        accelerators_failed=happened(EventKind.ACCELERATOR_FAILED),
        storage_failed=happened(EventKind.STORAGE_FAILED),
        clock_jumps=happened(EventKind.CLOCK_JUMPED),
        program_faults=happened(EventKind.PROGRAM_FAULT),
        seconds_away=seconds_away(events),
    )


def _bars(reasons: Mapping[tuple[Verdict, str], int], inspected: int) -> tuple[ReasonBar, ...]:
    """Return the bars of NG and CHECK reasons; an ERROR is no judgement, it stands in the completeness box."""
    counted = {
        f"{verdict} {reason}": (verdict, reason, count)
        for (verdict, reason), count in reasons.items()
        if verdict in (Verdict.NG, Verdict.CHECK)
    }
    bars = pareto({key: count for key, (_, _, count) in counted.items()}, inspected)
    return tuple(ReasonBar(*counted[bar.name][:2], bar.count, bar.share, bar.cumulative) for bar in bars)


def _trend(
    records: Records, period: Period, zone: ZoneInfo, events: Sequence[Event], recipes: Sequence[RecipeUse]
) -> TrendChart:
    step = step_of(period.start, period.end)
    intervals = records.by_interval(period, edges(period.start, period.end, zone, step))
    chart = p_chart([interval.ng for interval in intervals], [interval.inspected for interval in intervals])
    points = tuple(
        ChartPoint(interval.start, interval.end, point) for interval, point in zip(intervals, chart.points, strict=True)
    )
    marks = tuple(
        Mark(event.time, _mark_label(event, recipes)) for event in events if event.kind is EventKind.RECIPE_ACTIVATED
    )
    return TrendChart(step, chart.mean, points, marks)


def _mark_label(event: Event, recipes: Sequence[RecipeUse]) -> str:
    """Return product and version of the recipe, its hash where it judged no part of the period."""
    recipe_hash = event.details.get("recipe_hash", "")
    named = [f"{recipe.product} v{recipe.number}" for recipe in recipes if recipe.recipe_hash == recipe_hash]
    return named[0] if named else recipe_hash[:8]


def _chosen(records: Records, period: Period, reasons: Mapping[tuple[Verdict, str], int]) -> tuple[_Kept, ...]:
    """Return the NG parts to show: of each reason the newest, the frequent reasons first and with more of them."""
    by_frequency = sorted(reasons, key=lambda key: (-reasons[key], key))
    newest: dict[str, list[_Kept]] = {reason: [] for verdict, reason in by_frequency if verdict is Verdict.NG}
    for inspection in records.latest(period, (Verdict.NG,), _NEWEST_NG):
        if inspection.picture is not None:
            newest[inspection.judgement.reason].append((inspection, inspection.picture))
    # Each reason shows one before any shows a second, and so on: the frequent ones are asked first in each round.
    rounds = (queue[turn : turn + 1] for turn in range(MOST_THUMBNAILS) for queue in newest.values())
    shown = [kept for found in rounds for kept in found][:MOST_THUMBNAILS]
    return tuple(kept for queue in newest.values() for kept in queue if kept in shown)


def _thumbnail(inspection: Inspection, picture: StoredPicture, pictures: PictureStore) -> Thumbnail:
    pixels, fault = _read(inspection.sequence, picture, pictures)
    judgement = inspection.judgement
    return Thumbnail(
        sequence=inspection.sequence,
        serial=inspection.context.serial,
        source=inspection.source,
        time=inspection.time,
        reason=judgement.reason,
        probability=judgement.probabilities.get(judgement.reason),
        sha256=picture.sha256,
        fault=fault,
        pixels=pixels,
    )


def _read(sequence: int, picture: StoredPicture, pictures: PictureStore) -> tuple[Pixels | None, PictureFault | None]:
    try:
        return _small(pictures.read(picture)), None
    except (PictureDamaged, PictureUnreadable) as error:
        # The report itself says so too; the log keeps which file and why.
        _LOG.warning("The picture of part %d is left out of the report: %s", sequence, error)
    gone = not pictures.path(picture).is_file()
    return None, PictureFault.MISSING if gone else PictureFault.ALTERED


def _small(pixels: Pixels) -> Pixels:
    """Return the picture no larger than a thumbnail is printed."""
    height, width = pixels.shape[:2]
    scale = _THUMBNAIL / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.ascontiguousarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
