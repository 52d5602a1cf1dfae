"""From real records on a real disk to the report, against an independent calculation."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from math import sqrt
from typing import Any

import pytest
from pypdf import PdfReader
from scipy.stats import binomtest

from inspector.domain.inspection import Event, EventKind, JudgedPart
from inspector.domain.verdict import Verdict
from inspector.records.queries import Period
from inspector.reports.collect import MOST_EVENTS, collect
from inspector.reports.model import Heading, PictureFault, Step
from inspector.reports.pdf import render_pdf

START = datetime(2026, 10, 24, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NIGHT = Period(START, START + timedelta(hours=9))

MakePart = Callable[..., JudgedPart]


@pytest.fixture(scope="module")
def drawn() -> list[tuple[datetime, Verdict, str]]:
    """Return what happened in one night, drawn at random."""
    chance = random.Random(20261024)
    kinds = [
        (Verdict.OK, ""),
        (Verdict.NG, "scratch"),
        (Verdict.NG, "dent"),
        (Verdict.NG, "anomaly"),
        (Verdict.CHECK, "unsure"),
        (Verdict.CHECK, "anomaly"),
        (Verdict.ERROR, "overrun"),
        (Verdict.ERROR, "camera_fault"),
    ]
    weights = [930, 30, 12, 3, 9, 4, 6, 6]
    moments = sorted(START + timedelta(seconds=chance.uniform(0, 9 * 3600 - 1)) for _ in range(1500))
    return [(moment, *chance.choices(kinds, weights)[0]) for moment in moments]


@pytest.fixture
def night(site: Any, part: MakePart, drawn: list[tuple[datetime, Verdict, str]]) -> Any:
    """Return a site on whose disk that night is."""
    site.write(
        part(
            number,
            *what,
            lot=f"L-{number // 800}",
            operator="王小明" if number < 700 else "J. Smith",
            recipe_version=7 if number < 1000 else 8,
            recipe_hash="ab" * 32 if number < 1000 else "ef" * 32,
        )
        for number, what in enumerate(drawn, 1)
    )
    return site


def test_the_figures_equal_an_independent_calculation(
    night: Any, heading: Heading, fake_clock: Any, drawn: list[tuple[datetime, Verdict, str]]
) -> None:
    report = collect(night.records, night.pictures, NIGHT, heading, fake_clock)
    verdicts = Counter(verdict for _, verdict, _ in drawn)
    inspected = len(drawn) - verdicts[Verdict.ERROR]
    counts = report.counts
    assert (counts.inspected, counts.ok, counts.ng, counts.check, counts.error) == (
        inspected,
        verdicts[Verdict.OK],
        verdicts[Verdict.NG],
        verdicts[Verdict.CHECK],
        verdicts[Verdict.ERROR],
    )
    for rate, found in ((counts.first_pass, verdicts[Verdict.OK]), (counts.defective, verdicts[Verdict.NG])):
        interval = binomtest(found, inspected).proportion_ci(method="wilson")
        assert rate.value == pytest.approx(found / inspected, abs=1e-12)
        assert (rate.low, rate.high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    reasons = Counter((verdict, reason) for _, verdict, reason in drawn if verdict in (Verdict.NG, Verdict.CHECK))
    assert {(bar.verdict, bar.reason): bar.count for bar in report.reasons} == reasons
    assert [bar.count for bar in report.reasons] == sorted(reasons.values(), reverse=True)
    assert report.reasons[0].share == reasons.most_common(1)[0][1] / inspected
    assert report.reasons[-1].cumulative == pytest.approx(1)


def test_the_chart_equals_an_independent_calculation(
    night: Any, heading: Heading, fake_clock: Any, drawn: list[tuple[datetime, Verdict, str]]
) -> None:
    trend = collect(night.records, night.pictures, NIGHT, heading, fake_clock).trend
    hours: list[list[Verdict]] = [[] for _ in range(9)]
    for moment, verdict, _ in drawn:
        if verdict is not Verdict.ERROR:
            hours[int((moment - START).total_seconds() // 3600)].append(verdict)
    everything = [verdict for hour in hours for verdict in hour]
    mean = everything.count(Verdict.NG) / len(everything)
    assert trend.step is Step.HOUR
    assert trend.mean == pytest.approx(mean)
    assert [(point.point.inspected, point.point.defective) for point in trend.points] == [
        (len(hour), hour.count(Verdict.NG)) for hour in hours
    ]
    for point, hour in zip(trend.points, hours, strict=True):
        width = 3 * sqrt(mean * (1 - mean) / len(hour))
        assert point.point.upper == pytest.approx(mean + width)
        assert point.point.lower == pytest.approx(max(0.0, mean - width))


def test_who_what_and_which(night: Any, heading: Heading, fake_clock: Any) -> None:
    report = collect(night.records, night.pictures, NIGHT, heading, fake_clock)
    assert report.operators == ("王小明", "J. Smith")
    assert report.lots == ("L-0", "L-1")
    assert [(use.number, use.parts) for use in report.recipes] == [(7, 999), (8, 501)]
    assert report.accelerators == ("cpu",)
    assert report.place.station == "Bench 1"
    assert report.span.shifts == heading.shifts


def test_completeness_of_a_night_without_a_gap(
    night: Any, heading: Heading, fake_clock: Any, drawn: list[tuple[datetime, Verdict, str]]
) -> None:
    report = collect(night.records, night.pictures, NIGHT, heading, fake_clock, dropped_live=5)
    found = report.completeness
    errors = Counter(reason for _, verdict, reason in drawn if verdict is Verdict.ERROR)
    assert (found.triggers, found.records, found.complete, found.missing) == (1500, 1500, True, 0)
    assert (found.first_sequence, found.last_sequence) == (1, 1500)
    assert (found.errors, found.overruns, found.camera_faults) == (
        sum(errors.values()),
        errors["overrun"],
        errors["camera_fault"],
    )
    assert (found.model_faults, found.stopped, found.simulated, report.issue.dropped_live) == (0, 0, 0, 5)


def test_a_gap_in_the_sequence_is_a_missing_record(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any
) -> None:
    site.write(part(number, START + timedelta(seconds=number)) for number in (1, 2, 5, 6))
    found = collect(site.records, site.pictures, NIGHT, heading, fake_clock).completeness
    assert (found.triggers, found.records, found.missing, found.complete) == (6, 4, 2, False)


def test_simulated_parts_are_counted_and_make_it_a_demo(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any
) -> None:
    site.write(part(number, START, simulated=number > 3) for number in range(1, 6))
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    assert report.completeness.simulated == 2
    assert report.simulated


def test_an_empty_period_is_a_report(site: Any, heading: Heading, fake_clock: Any) -> None:
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    assert report.counts.inspected == 0
    assert report.counts.first_pass.value is None
    assert report.completeness.complete
    assert report.trend.mean is None
    assert report.accelerators == ()
    assert render_pdf(report).startswith(b"%PDF")


def test_a_lot_alone(night: Any, heading: Heading, fake_clock: Any) -> None:
    report = collect(night.records, night.pictures, replace(NIGHT, lot="L-1"), heading, fake_clock)
    assert report.place.lot == "L-1"
    assert report.completeness.records == 701
    assert report.counts.inspected + report.counts.error == 701


def test_only_the_period_itself_is_counted(site: Any, part: MakePart, heading: Heading, fake_clock: Any) -> None:
    tick = timedelta(microseconds=1)
    moments = [NIGHT.start - tick, NIGHT.start, NIGHT.end - tick, NIGHT.end]
    site.write(part(number, moment) for number, moment in enumerate(moments, 1))
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    assert report.counts.inspected == 2
    assert (report.completeness.first_sequence, report.completeness.last_sequence) == (2, 3)


def test_a_period_that_still_runs(site: Any, heading: Heading, fake_clock: Any) -> None:
    fake_clock.jump(NIGHT.end - timedelta(seconds=1))
    assert collect(site.records, site.pictures, NIGHT, heading, fake_clock).span.running
    fake_clock.jump(NIGHT.end)
    assert not collect(site.records, site.pictures, NIGHT, heading, fake_clock).span.running


def test_a_number_is_made_from_the_moment_unless_one_is_given(site: Any, heading: Heading, fake_clock: Any) -> None:
    fake_clock.jump(datetime(2026, 10, 25, 5, 1, 2, tzinfo=UTC))
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    assert report.issue.number == "R-20261025-050102"
    assert report.issue.generated == fake_clock.now()
    given = replace(heading, number="Q-17", target=500)
    report = collect(site.records, site.pictures, NIGHT, given, fake_clock)
    assert (report.issue.number, report.counts.target) == ("Q-17", 500)


def test_a_long_period_is_charted_by_day(site: Any, part: MakePart, heading: Heading, fake_clock: Any) -> None:
    week = Period(START, START + timedelta(days=7))
    site.write(part(number, START + timedelta(days=number - 1)) for number in range(1, 8))
    trend = collect(site.records, site.pictures, week, heading, fake_clock).trend
    assert trend.step is Step.DAY
    assert sum(point.point.inspected for point in trend.points) == 7


def test_the_same_records_twice_are_the_same_report(night: Any, heading: Heading, fake_clock: Any) -> None:
    first = collect(night.records, night.pictures, NIGHT, heading, fake_clock)
    second = collect(night.records, night.pictures, NIGHT, heading, fake_clock)
    assert first.content_hash == second.content_hash
    assert render_pdf(first) == render_pdf(second)
    fake_clock.advance(60)
    assert collect(night.records, night.pictures, NIGHT, heading, fake_clock).content_hash == first.content_hash


def event(kind: EventKind, minutes: float, text: str = "Something happened.", **details: str) -> Event:
    return Event(kind, START + timedelta(minutes=minutes), text, "main", details)


def test_events_are_counted_listed_and_marked_on_the_chart(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any
) -> None:
    site.write(
        [part(1, START)],
        [
            event(EventKind.STATION_STARTED, 1),
            event(EventKind.RECIPE_ACTIVATED, 2, recipe_hash="ab" * 32),
            event(EventKind.RECIPE_ACTIVATED, 2.5, recipe_hash="12" * 32),
            event(EventKind.STATE_CHANGED, 3),
            event(EventKind.CAMERA_LOST, 4, "The camera fell silent."),
            event(EventKind.CAMERA_LOST, 5),
            event(EventKind.ACCELERATOR_FAILED, 6),
            event(EventKind.STORAGE_FAILED, 7),
            event(EventKind.CLOCK_JUMPED, 8),
            event(EventKind.PROGRAM_FAULT, 9),
            event(EventKind.REPORT_MADE, 10),
            event(EventKind.CAMERA_LOST, 9 * 60 + 1, "After the end."),
        ],
    )
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    found = report.completeness
    assert (found.cameras_lost, found.accelerators_failed, found.storage_failed) == (2, 1, 1)
    assert (found.clock_jumps, found.program_faults) == (1, 1)
    assert [mark.label for mark in report.trend.marks] == ["Bearing cap v7", "12121212"]
    kinds = [line.kind for line in report.events]
    assert len(kinds) == 9
    assert not {EventKind.STATE_CHANGED, EventKind.REPORT_MADE} & set(kinds)
    assert (report.events[3].text, report.events[3].lane) == ("The camera fell silent.", "main")


def test_an_outage_is_one_line_from_start_to_end_with_its_reason(site: Any, heading: Heading, fake_clock: Any) -> None:
    site.write(
        [],
        [
            event(EventKind.CAMERA_LOST, -90, "Gone before the shift."),
            event(EventKind.CAMERA_BACK, 10, reason="x"),
            event(EventKind.CAMERA_LOST, 60, "The cable was pulled."),
            event(EventKind.CAMERA_BACK, 62.5, reason="x"),
            event(EventKind.CAMERA_CHANGED, 70, "Somebody set it."),
            event(EventKind.CAMERA_LOST, 9 * 60 - 3, "The power failed."),
            event(EventKind.CAMERA_BACK, 9 * 60 + 5, reason="x"),
        ],
    )
    fake_clock.jump(START + timedelta(days=1))
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    told = [(line.text, (line.time - START) / MINUTE, line.lasted / MINUTE, line.goes_on) for line in report.events]
    assert told == [
        ("Gone before the shift.", 0, 10, False),
        ("The cable was pulled.", 60, 2.5, False),
        ("Somebody set it.", 70, 0, False),
        ("The power failed.", 537, 3, True),
    ]
    assert report.completeness.seconds_away == 60 * 15.5
    assert report.completeness.cameras_lost == 2
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(render_pdf(report))).pages)
    assert "until 23:02:30 (+02:00), 2 min 30 s: The cable was pulled." in " ".join(printed.split())
    assert "still away at 06:00:00 (+01:00), 3 min 00 s: The power failed." in " ".join(printed.split())
    assert "Camera lost (away 15 min 30 s)" in printed


def test_making_a_report_does_not_change_the_next_one(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any
) -> None:
    site.write([part(1, START)])
    before = collect(site.records, site.pictures, NIGHT, heading, fake_clock).content_hash
    site.write([], [event(EventKind.REPORT_MADE, 5)])
    assert collect(site.records, site.pictures, NIGHT, heading, fake_clock).content_hash == before


def test_a_flood_of_events_is_cut_and_counted(site: Any, heading: Heading, fake_clock: Any) -> None:
    site.write([], [event(EventKind.CAMERA_LOST, n / 10) for n in range(MOST_EVENTS + 25)])
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    assert (len(report.events), report.events_left_out) == (MOST_EVENTS, 25)
    assert report.completeness.cameras_lost == MOST_EVENTS + 25


def test_every_accelerator_that_judged_a_part_is_named_in_order(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any
) -> None:
    names = ("directml:1", "directml:0", "cpu", "directml:0")
    site.write(
        part(number, START + timedelta(seconds=number), accelerator=name) for number, name in enumerate(names, 1)
    )
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    assert report.accelerators == ("directml:1", "directml:0", "cpu")


def test_thumbnails_show_the_newest_of_each_reason_and_more_of_the_frequent_ones(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any
) -> None:
    reasons = ["scratch"] * 12 + ["dent"] * 4 + ["stain"]
    site.write(
        part(number, START + timedelta(minutes=number), Verdict.NG, reason, shade=number, serial=f"SN-{number}")
        for number, reason in enumerate(reasons, 1)
    )
    thumbnails = collect(site.records, site.pictures, NIGHT, heading, fake_clock).thumbnails
    assert [(thumbnail.reason, thumbnail.sequence) for thumbnail in thumbnails] == [
        ("scratch", 12),
        ("scratch", 11),
        ("scratch", 10),
        ("scratch", 9),
        ("dent", 16),
        ("dent", 15),
        ("dent", 14),
        ("stain", 17),
    ]
    newest = thumbnails[0]
    assert (newest.serial, newest.source, newest.probability, newest.fault) == ("SN-12", "12.png", 0.9, None)
    assert newest.pixels is not None
    assert newest.pixels.shape == (210, 280, 3)
    assert set(newest.pixels.ravel()) == {12}


def test_a_part_without_a_kept_picture_has_no_thumbnail(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any
) -> None:
    site.write([part(1, START, Verdict.NG, "scratch"), part(2, START, Verdict.CHECK, "unsure", shade=9)])
    assert collect(site.records, site.pictures, NIGHT, heading, fake_clock).thumbnails == ()


def test_pictures_that_are_gone_or_altered_are_counted_and_said(
    site: Any, part: MakePart, heading: Heading, fake_clock: Any, expected_logs: Any
) -> None:
    expected_logs.append("The picture of part 1 is left out of the report")
    expected_logs.append("The picture of part 2 is left out of the report")
    site.write(
        part(number, START + timedelta(minutes=number), Verdict.NG, "scratch", shade=number) for number in (1, 2, 3)
    )
    kept = {found.sequence: found.picture for found in site.records.latest(NIGHT, (Verdict.NG,), 9)}
    site.pictures.path(kept[1]).unlink()
    site.pictures.path(kept[2]).write_bytes(site.pictures.path(kept[3]).read_bytes())
    report = collect(site.records, site.pictures, NIGHT, heading, fake_clock)
    assert {thumbnail.sequence: thumbnail.fault for thumbnail in report.thumbnails} == {
        1: PictureFault.MISSING,
        2: PictureFault.ALTERED,
        3: None,
    }
    assert report.completeness.pictures_missing == 2
