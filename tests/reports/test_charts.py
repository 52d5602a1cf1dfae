"""The charts: everything is on the paper, nothing outside its box."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from inspector.domain.verdict import Verdict
from inspector.quality.control_chart import p_chart
from inspector.reports.charts import TrendDrawing, _scale, draw_pareto, draw_trend_legend
from inspector.reports.fonts import REGULAR, Typeface
from inspector.reports.model import ChartPoint, Mark, ReasonBar, Step, TrendChart
from inspector.reports.sheet import Box, Sheet
from inspector.reports.words import ENGLISH

START = datetime(2026, 6, 1, 4, tzinfo=UTC)
BOX = Box(50, 60, 400, 120)


class Recorder(Sheet):
    """Draws and keeps where."""

    def __init__(self) -> None:
        typeface = Typeface()
        self.file = BytesIO()
        self.canvas = Canvas(self.file, pagesize=(500, 300), invariant=1, initialFontName=REGULAR)
        super().__init__(self.canvas, typeface, 500, 300)
        self.places: list[tuple[float, float]] = []
        self.circles: list[tuple[float, float]] = []
        self.lines: list[list[tuple[float, float]]] = []

    def line(self, points: Sequence[tuple[float, float]], **options: Any) -> None:
        self.places += points
        self.lines.append(list(points))
        super().line(points, **options)

    def circle(self, x: float, y: float, radius: float, **options: Any) -> None:
        self.places.append((x, y))
        self.circles.append((x, y))
        super().circle(x, y, radius, **options)

    def printed(self) -> str:
        self.canvas.showPage()
        self.canvas.save()
        return PdfReader(self.file).pages[0].extract_text().replace("\u00a0", " ")


def trend_of(defective: list[int], inspected: list[int], step: Step = Step.HOUR, marks: int = 0) -> TrendChart:
    chart = p_chart(defective, inspected)
    length = timedelta(hours=1) if step is Step.HOUR else timedelta(days=1)
    points = tuple(
        ChartPoint(START + index * length, START + (index + 1) * length, point)
        for index, point in enumerate(chart.points)
    )
    return TrendChart(
        step, chart.mean, points, tuple(Mark(START + timedelta(minutes=n), f"Recipe {n}") for n in range(marks))
    )


def drawn(trend: TrendChart) -> Recorder:
    sheet = Recorder()
    TrendDrawing(sheet, BOX, trend, ZoneInfo("Europe/Berlin"), ENGLISH).draw()
    return sheet


subgroups = st.lists(
    st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=40
)


@settings(deadline=None)
@given(subgroups)
def test_the_scale_holds_every_point_and_is_round(counts: list[tuple[int, int]]) -> None:
    trend = trend_of([d for d, _ in counts], [n for _, n in counts])
    top, steps = _scale(trend)
    assert 0 < top <= 1
    assert steps in (3, 4)
    assert max(point.point.p or 0 for point in trend.points) <= top


@settings(deadline=None)
@given(subgroups)
def test_points_stay_inside_the_chart(counts: list[tuple[int, int]]) -> None:
    sheet = drawn(trend_of([d for d, _ in counts], [n for _, n in counts]))
    for x, y in sheet.circles:
        assert BOX.left <= x <= BOX.right
        assert BOX.top <= y <= BOX.bottom


def test_an_hour_without_parts_is_a_gap_and_not_a_zero() -> None:
    sheet = drawn(trend_of([4, 0, 5, 6], [100, 0, 100, 100]))
    assert len(sheet.circles) == 3
    assert [line for line in sheet.lines if line == sheet.circles[1:]]
    assert not [line for line in sheet.lines if set(sheet.circles[:2]) <= set(line)]


def test_numbers_of_the_rules_stand_at_the_points() -> None:
    sheet = drawn(trend_of([2, 2, 2, 2, 2, 40], [100] * 6))
    assert len(sheet.circles) == 5
    assert "1" in sheet.printed().splitlines()


def test_a_single_hour_is_a_chart_too() -> None:
    assert "06:00" in drawn(trend_of([3], [50])).printed()


def test_days_are_named_by_their_date() -> None:
    text = drawn(trend_of([1] * 60, [100] * 60, Step.DAY)).printed()
    assert "06-01" in text
    assert 5 <= text.count("06-") <= 30


def test_everything_bad_ends_at_a_hundred_per_cent() -> None:
    sheet = drawn(trend_of([50, 60], [50, 60]))
    assert "100 %" in sheet.printed()


def test_nothing_bad_has_a_scale_too() -> None:
    assert "1.00 %" in drawn(trend_of([0, 0], [50, 60])).printed()


def test_the_legend_names_only_what_is_drawn() -> None:
    def legend(trend: TrendChart) -> str:
        sheet = Recorder()
        draw_trend_legend(sheet, 450, 50, trend, ENGLISH)
        return sheet.printed()

    steady = legend(trend_of([2, 2, 2], [100, 100, 100]))
    assert "mean 2.00 %" in steady
    assert "signal" not in steady
    assert "recipe change" not in steady
    troubled = legend(trend_of([2, 2, 2, 2, 2, 40], [100] * 6, marks=1))
    assert "signal, with rule number" in troubled
    assert "recipe change" in troubled


def bars(count: int, verdict: Verdict = Verdict.NG) -> list[ReasonBar]:
    return [ReasonBar(verdict, f"reason-{n:02d}", 1, 0.01, (n + 1) / count) for n in range(count)]


@pytest.mark.parametrize("verdict", [Verdict.NG, Verdict.CHECK])
def test_the_rest_of_one_verdict_keeps_its_word(verdict: Verdict) -> None:
    sheet = Recorder()
    draw_pareto(sheet, BOX, bars(20, verdict), ENGLISH)
    text = sheet.printed()
    assert "13 other reasons" in text
    assert text.count(verdict.value) == 8


def test_a_rest_of_both_verdicts_has_no_word() -> None:
    sheet = Recorder()
    mixed = [replace(bar, verdict=Verdict.CHECK) if n % 2 else bar for n, bar in enumerate(bars(20))]
    draw_pareto(sheet, BOX, mixed, ENGLISH)
    text = sheet.printed()
    assert text.count("NG") + text.count("CHECK") == 7


def test_bars_that_fit_are_all_shown() -> None:
    sheet = Recorder()
    draw_pareto(sheet, BOX, bars(8), ENGLISH)
    text = sheet.printed()
    assert "other reasons" not in text
    assert all(f"reason-{n:02d}" in text for n in range(8))
    assert all(y <= BOX.bottom for _, y in sheet.places)
