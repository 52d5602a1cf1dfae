"""The words and number forms that a report prints, in one place, so that another language is another `Words`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from inspector.domain.inspection import EventKind
from inspector.domain.verdict import Reason
from inspector.quality.rates import Rate

_MOST_DECIMALS = 6

_EVENTS: Mapping[EventKind, str] = MappingProxyType(
    {
        EventKind.STATION_STARTED: "Station started",
        EventKind.STATION_CLOSED: "Station closed",
        EventKind.STATE_CHANGED: "State changed",
        EventKind.RECIPE_ACTIVATED: "Recipe activated",
        EventKind.RECIPE_REFUSED: "Recipe refused",
        EventKind.CAMERA_OPENED: "Camera opened",
        EventKind.CAMERA_LOST: "Camera lost",
        EventKind.CAMERA_BACK: "Camera back",
        EventKind.CAMERA_CHANGED: "Camera changed",
        EventKind.CAMERA_ENDED: "Camera ended",
        EventKind.ACCELERATOR_CHOSEN: "Accelerator chosen",
        EventKind.ACCELERATOR_FAILED: "Accelerator failed",
        EventKind.STORAGE_FAILED: "Storage failed",
        EventKind.STORAGE_RECOVERED: "Storage recovered",
        EventKind.SCANNER_PROBLEM: "Scanner",
        EventKind.CLOCK_JUMPED: "Clock jumped",
        EventKind.PROGRAM_FAULT: "Program fault",
        EventKind.REPORT_MADE: "Report made",
        EventKind.CANDIDATE_MADE: "Candidate made",
        EventKind.CANDIDATE_REFUSED: "Candidate refused",
        EventKind.CANDIDATE_APPROVED: "Candidate approved",
        EventKind.RECIPE_CHANGED: "Recipe changed",
        EventKind.RECIPE_ROLLED_BACK: "Recipe rolled back",
    }
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        Reason.ANOMALY: "unknown anomaly",
        Reason.UNSURE: "not sure",
        Reason.SCENE_CHANGED: "scene changed",
        Reason.NO_PART: "no part found",
        Reason.WRONG_PRODUCT: "wrong product",
        Reason.CODE_UNREAD: "code not read",
        Reason.CODE_DIFFERS: "another code than given",
        Reason.CAMERA_FAULT: "camera fault",
        Reason.MODEL_FAULT: "model fault",
        Reason.OVERRUN: "overrun",
        Reason.STOPPED: "stopped",
    }
)


@dataclass(frozen=True)
class Words:
    """What is printed, in English unless replaced. Names in braces are filled in by the page."""

    language: str = "en-GB"
    decimal_mark: str = "."
    thousands_mark: str = ","

    document: str = "Inspection report"
    document_shift: str = "Shift report"
    title_shift: str = "{name}, {date}"
    title_day: str = "All shifts, {date}"
    demo: str = "DEMO"
    demo_note: str = "DEMO: {count} of {records} parts are simulated. Not for release of goods."
    interim_note: str = "INTERIM: the period runs until {end}; printed before its end."
    site: str = "Site"
    line: str = "Line"
    station: str = "Station"
    lane: str = "Lane"
    lot: str = "Lot"
    production_date: str = "Production date"
    period_from: str = "From"
    period_to: str = "To"
    shifts: str = "Shifts"
    duration: str = "Duration"
    time_zone: str = "Time zone"
    operators: str = "Operators"
    lots: str = "Lots"
    report_number: str = "Report"
    generated: str = "Made"
    software: str = "Software"
    program: str = "Inspector"
    page: str = "Page {page} of {pages}"
    hours: str = "{hours} h {minutes:02d} min"
    none: str = "none recorded"
    full_list: str = "and {count} more, listed below"

    product: str = "Product"
    recipe_version: str = "Version"
    recipe_hash: str = "Recipe hash"
    model_hash: str = "Model hash"
    accelerator: str = "Accelerator"
    recipe_parts: str = "Parts"
    no_recipe: str = "No recipe judged a part in this period."

    inspected: str = "Inspected"
    inspected_note: str = "OK + NG + CHECK"
    ok_note: str = "target {target}"
    error_note: str = "not judged"
    first_pass: str = "Yield"
    first_pass_note: str = "OK / inspected"
    interval: str = "95 % interval {low} to {high}"
    ppm: str = "NG {value} ppm"
    nothing_inspected: str = "No part was inspected in this period."
    nothing_recorded: str = "No part was triggered in this period; the figures below are all zero."

    completeness: str = "Are the figures complete?"
    complete: str = "Yes: triggers = records"
    complete_note: str = "Each of the {triggers} triggers has exactly one record."
    incomplete: str = "NO: {missing} triggers without a record"
    incomplete_note: str = "Of sequence {first} to {last}, {missing} numbers are missing."
    surplus: str = "NO: {surplus} records without a trigger"
    triggers: str = "Triggers (sequence {first} to {last})"
    triggers_none: str = "Triggers"
    records: str = "Records"
    errors: str = "Errors, no judgement"
    overruns: str = "overruns: part came too early"
    camera_faults: str = "camera faults, unreadable pictures"
    model_faults: str = "model faults"
    stopped: str = "stopped while a part waited"
    dropped: str = "Live view: frames not shown"
    not_counted: str = "not counted"
    simulated: str = "Simulated parts (DEMO)"
    pictures_missing: str = "NG pictures not readable"
    cameras_lost: str = "Camera lost"
    cameras_away: str = "Camera lost (away {lasting})"
    accelerators_failed: str = "Accelerator failed"
    storage_failed: str = "Storage failed"
    clock_jumps: str = "Clock jumped"
    program_faults: str = "Program faults"

    pareto: str = "What kept parts from being OK"
    pareto_note: str = "filled: NG, hatched: CHECK; line: cumulative"
    pareto_empty: str = "No NG and no CHECK in this period."
    count: str = "Count"
    of_units: str = "of units"
    cumulative: str = "cumul."
    others: str = "{kinds} other reasons"

    trend_hour: str = "NG share by hour (p chart)"
    trend_day: str = "NG share by day (p chart)"
    trend_empty: str = "Nothing to chart: no part was inspected."
    mean: str = "mean {mean}"
    limits: str = "limits (3 sigma)"
    signal: str = "signal, with rule number"
    recipe_change: str = "recipe change"
    rules: str = "Rules: 1 beyond a limit, 2 nine in a row on one side of the mean, 3 six in a row rising or falling."
    no_signal: str = "No point signals by rule 1, 2 or 3."
    units: str = "parts"

    thumbnails: str = "NG parts, newest of the most frequent reasons ({shown} of {all})"
    picture_missing: str = "picture is missing"
    picture_altered: str = "picture was altered"
    without_serial: str = "no. {sequence}"

    events: str = "Events"
    events_continued: str = "Events, continued"
    goes_on: str = "continued on the next page"
    no_events: str = "No recipe change, no outage and no fault was recorded."
    outage: str = "until {end}, {lasting}: {text}"
    outage_goes_on: str = "still away at {end}, {lasting}: {text}"
    seconds: str = "{seconds} s"
    minutes: str = "{minutes} min {seconds:02d} s"
    events_left_out: str = "{count} further events are in the station's journal."

    codes: str = "OK and NG parts by code"
    all_operators: str = "All operators"
    all_lots: str = "All lots"

    signature_operator: str = "Operator"
    signature_operator_meaning: str = "Station run, doubtful parts checked."
    signature_leader: str = "Shift leader"
    signature_leader_meaning: str = "Report read, parts released or held."
    signature_quality: str = "Quality"
    signature_quality_meaning: str = "Figures and events reviewed."
    signature_name: str = "Name"
    signature_role: str = "Role"
    signature_date: str = "Date, signature"
    content_hash: str = "Content SHA-256 {hash}"

    events_by_kind: Mapping[EventKind, str] = field(default_factory=lambda: _EVENTS)
    reasons_by_name: Mapping[str, str] = field(default_factory=lambda: _REASONS)

    def reason(self, name: str) -> str:
        """Return the words for a reason of the station; a defect class keeps its own name."""
        return self.reasons_by_name.get(name, name)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return the number with marks between the thousands."""
        text = f"{value:,.{decimals}f}"
        return text.translate({ord(","): self.thousands_mark, ord("."): self.decimal_mark})

    def percent(self, fraction: float | None, decimals: int = 2) -> str:
        """Return a fraction as per cent, a dash for None.

        Nothing but 0 prints as 0 and nothing but 1 as 100: more decimals are given where rounding would say so.
        """
        if fraction is None:
            return "\u2013"
        exact = Decimal(repr(fraction)) * 100
        shown = _rounded(exact, decimals)
        while shown in (0, 100) and shown != exact and decimals < _MOST_DECIMALS:
            decimals += 1
            shown = _rounded(exact, decimals)
        return f"{shown:.{decimals}f}".replace(".", self.decimal_mark) + "\u00a0%"

    def interval_of(self, rate: Rate) -> str:
        """Return the sentence with the rate's interval, empty where nothing was seen."""
        if rate.low is None or rate.high is None:
            return ""
        return self.interval.format(low=self.percent(rate.low), high=self.percent(rate.high))

    def per_million(self, rate: Rate) -> str:
        """Return the rate in parts per million."""
        return "\u2013" if rate.value is None else self.number(rate.value * 1e6)

    def lasting(self, duration: timedelta) -> str:
        """Return a duration in hours and minutes, seconds left out."""
        minutes = int(duration.total_seconds()) // 60
        return self.hours.format(hours=minutes // 60, minutes=minutes % 60)

    def lasting_exactly(self, duration: timedelta) -> str:
        """Return a duration with its seconds, unless it is of hours; what is not nothing is a second at least."""
        seconds = duration.total_seconds()
        whole = max(1, round(seconds)) if seconds > 0 else 0
        if whole >= 3600:
            return self.lasting(duration)
        if whole >= 60:
            return self.minutes.format(minutes=whole // 60, seconds=whole % 60)
        return self.seconds.format(seconds=whole)


ENGLISH = Words()


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def offset(moment: datetime) -> str:
    """Return the distance of a local moment from UTC, as `+02:00`."""
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return the site's date, time and distance from UTC, without which a time in the repeated hour is in doubt."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} ({offset(local)})"


def changes_clocks(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Say whether the site's clocks change between two moments."""
    return start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset()
