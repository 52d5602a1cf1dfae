"""The two charts of a report, drawn as lines and letters, not as pictures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from inspector.domain.verdict import Verdict
from inspector.reports.model import ChartPoint, ReasonBar, Step, TrendChart
from inspector.reports.sheet import BLACK, DARK, MIDDLE, RULE, VERMILION, WHITE, Box, Sheet, Style
from inspector.reports.words import Words, changes_clocks, offset

_SMALL = Style(6.5, colour=DARK)
_TINY = Style(6.0, colour=DARK)
_ROW = 12.5
_SYMBOL = 2.6
_SCALES = ((1.0, 4), (1.5, 3), (2.0, 4), (3.0, 3), (4.0, 4), (6.0, 3), (8.0, 4))
"""Round upper ends of a scale within a power of ten, and into how many steps each is divided."""


@dataclass(frozen=True)
class _Row:
    """One bar as drawn; `verdict` is None where reasons of both verdicts are taken together."""

    name: str
    verdict: Verdict | None
    count: int
    share: float
    cumulative: float


def draw_pareto(sheet: Sheet, box: Box, bars: Sequence[ReasonBar], words: Words) -> None:
    """Draw the bars lying, so that long names stay readable, with count, share, cumulative share and its line.

    Reasons beyond what the box holds are taken together in the last row.
    """
    if not bars:
        sheet.text(box.left, box.top + 18, words.pareto_empty, Style(8))
        return
    plot = Box(box.left + 0.36 * box.width, box.top + _ROW, 0.27 * box.width, box.height - _ROW)
    columns = (plot.right + 0.12 * box.width, plot.right + 0.245 * box.width, box.right)
    for x, title in zip(columns, (words.count, words.of_units, words.cumulative), strict=True):
        sheet.text(x, box.top + 7.5, title, _SMALL, align="right")
    rows = _rows(bars, max(2, int(plot.height / _ROW)), words)
    bottom = plot.top + len(rows) * _ROW
    _draw_scale(sheet, plot, bottom, words)
    corners = []
    for index, row in enumerate(rows):
        place = Box(plot.left, plot.top + index * _ROW, plot.width, _ROW)
        _draw_bar(sheet, place, row, max(shown.count for shown in rows))
        _draw_bar_words(sheet, box.left, place, row, columns, words)
        corners.append((plot.left + plot.width * row.cumulative, place.bottom - _ROW / 2))
    sheet.line([(plot.left, plot.top), (plot.left, bottom)], thick=0.6)
    sheet.line(corners, thick=0.9)
    for x, y in corners:
        sheet.circle(x, y, 1.5, thick=0.7, fill=WHITE)


def _draw_scale(sheet: Sheet, plot: Box, bottom: float, words: Words) -> None:
    """Draw the ends of the cumulative line's scale."""
    for x, share in ((plot.left, 0.0), (plot.right, 1.0)):
        sheet.text(x, plot.top - 5, words.percent(share, 0), _TINY, align="centre")
        sheet.line([(x, plot.top - 3), (x, bottom)], thick=0.3, colour=RULE)


def _rows(bars: Sequence[ReasonBar], most: int, words: Words) -> list[_Row]:
    rows = [_Row(words.reason(bar.reason), bar.verdict, bar.count, bar.share, bar.cumulative) for bar in bars]
    if len(rows) <= most:
        return rows
    rest = rows[most - 1 :]
    verdicts = {row.verdict for row in rest}
    name = words.others.format(kinds=words.number(len(rest)))
    verdict = verdicts.pop() if len(verdicts) == 1 else None
    return [*rows[: most - 1], _Row(name, verdict, sum(row.count for row in rest), sum(row.share for row in rest), 1.0)]


def _draw_bar(sheet: Sheet, place: Box, row: _Row, most: int) -> None:
    # The longest bar takes a good half of the width, so that the cumulative line stays clear of most bars.
    shape = Box(place.left, place.top + 2, max(1.0, place.width * 0.62 * row.count / most), place.height - 4)
    if row.verdict is Verdict.CHECK:
        sheet.hatched(shape, colour=MIDDLE)
    else:
        sheet.rectangle(shape, thick=0.6, colour=MIDDLE, fill=MIDDLE if row.verdict is Verdict.NG else WHITE)


def _draw_bar_words(sheet: Sheet, left: float, place: Box, row: _Row, columns: Sequence[float], words: Words) -> None:
    baseline = place.top + 8.8
    verdict = sheet.text(place.left - 5, baseline, row.verdict or "", _TINY, align="right")
    sheet.text(left, baseline, row.name, Style(8), room=place.left - 5 - verdict - 4 - left)
    figures = (words.number(row.count), words.percent(row.share), words.percent(row.cumulative, 1))
    for x, figure in zip(columns, figures, strict=True):
        sheet.text(x, baseline, figure, Style(8), align="right")


class TrendDrawing:
    """The p chart, drawn once into a box."""

    def __init__(self, sheet: Sheet, box: Box, trend: TrendChart, zone: ZoneInfo, words: Words) -> None:
        self._sheet = sheet
        self._trend = trend
        self._zone = zone
        self._words = words
        self._plot = Box(box.left + 34, box.top + 10, box.width - 36, box.height - 34)
        self._top_value, self._lines = _scale(trend)

    def draw(self) -> None:
        """Draw axes, limits, marks and points."""
        self._draw_grid()
        self._draw_hours()
        self._draw_limits()
        self._draw_marks()
        self._draw_points()

    def _x(self, moment: datetime) -> float:
        first, last = self._trend.points[0].start, self._trend.points[-1].end
        share = (moment - first).total_seconds() / max(1.0, (last - first).total_seconds())
        return self._plot.left + self._plot.width * min(1.0, max(0.0, share))

    def _y(self, value: float) -> float:
        return self._plot.bottom - self._plot.height * value / self._top_value

    def _draw_grid(self) -> None:
        step = self._top_value / self._lines
        decimals = next(count for count in range(9) if math.isclose(round(step * 100, count), step * 100, rel_tol=1e-6))
        for index in range(self._lines + 1):
            y = self._y(step * index)
            self._sheet.line([(self._plot.left, y), (self._plot.right, y)], thick=0.3, colour=RULE)
            label = self._words.percent(step * index, decimals)
            self._sheet.text(self._plot.left - 4, y + 2.2, label, _SMALL, align="right")

    def _draw_hours(self) -> None:
        points = self._trend.points
        plot = self._plot
        shifted = self._trend.step is Step.HOUR and changes_clocks(points[0].start, points[-1].end, self._zone)
        widest = max(self._sheet.typeface.width(self._label(point.start, shifted), _SMALL.size) for point in points) + 4
        every = max(1, math.ceil(widest / (plot.width / len(points))))
        for index, point in enumerate(points):
            left, right = self._x(point.start), self._x(point.end)
            self._sheet.line([(left, plot.bottom), (left, plot.bottom + 3)], thick=0.5)
            if index % every == 0:
                # An hour is named where it begins; a day by its date, in its middle.
                place = left if self._trend.step is Step.HOUR else (left + right) / 2
                self._sheet.text(place, plot.bottom + 10, self._label(point.start, shifted), _SMALL, align="centre")
            count = self._words.number(point.point.inspected)
            if self._sheet.typeface.width(count, _TINY.size) < right - left - 1:
                self._sheet.text((left + right) / 2, plot.bottom + 19, count, _TINY, align="centre")
        self._sheet.text(plot.left - 14, plot.bottom + 19, self._words.units, _TINY, align="right")
        self._sheet.line([(plot.left, plot.bottom), (plot.right, plot.bottom)], thick=0.6)
        self._sheet.line([(plot.right, plot.bottom), (plot.right, plot.bottom + 3)], thick=0.5)

    def _label(self, moment: datetime, shifted: bool) -> str:
        local = moment.astimezone(self._zone)
        if self._trend.step is Step.DAY:
            return f"{local:%m-%d}"
        return f"{local:%H:%M} ({offset(local)})" if shifted else f"{local:%H:%M}"

    def _draw_limits(self) -> None:
        """Draw the limits stepped: each subgroup has its own, as wide as its count of parts makes them."""
        for stretch in _stretches(self._trend.points):
            lower = [(point, point.point.lower or 0.0) for point in stretch]
            upper = [(point, point.point.upper or 0.0) for point in stretch]
            for limits in (lower, upper):
                corners = [
                    (self._x(edge), self._y(limit)) for point, limit in limits for edge in (point.start, point.end)
                ]
                with self._sheet.clipped(self._plot):
                    self._sheet.line(corners, thick=0.7, colour=DARK, dashes=(3, 1.6))
        if self._trend.mean is not None:
            y = self._y(self._trend.mean)
            self._sheet.line([(self._plot.left, y), (self._plot.right, y)], thick=0.6, colour=DARK)

    def _draw_marks(self) -> None:
        free_from = self._plot.left
        for mark in self._trend.marks:
            x = self._x(mark.time)
            self._sheet.line([(x, self._plot.top - 4), (x, self._plot.bottom)], thick=0.8, dashes=(0.8, 1.8))
            corners = [(x - 2.4, self._plot.top - 8), (x + 2.4, self._plot.top - 8), (x, self._plot.top - 3.5)]
            self._sheet.line(corners, closed=True, fill=BLACK)
            if x >= free_from:
                room = min(110.0, self._plot.right - x - 5)
                if room > 20:
                    free_from = x + 9 + self._sheet.text(x + 4.5, self._plot.top - 3.5, mark.label, _TINY, room=room)

    def _draw_points(self) -> None:
        for stretch in _stretches(self._trend.points):
            places = [self._place(point) for point in stretch]
            if len(places) > 1:
                self._sheet.line(places, thick=0.6, colour=BLACK)
            for point, (x, y) in zip(stretch, places, strict=True):
                self._draw_point(point, x, y)

    def _draw_point(self, point: ChartPoint, x: float, y: float) -> None:
        if not point.point.rules:
            self._sheet.circle(x, y, 1.6, fill=BLACK)
            return
        draw_signal(self._sheet, x, y)
        rules = ", ".join(str(rule) for rule in point.point.rules)
        label = Style(7.5, True, VERMILION)
        above = y - 6 if y - 14 > self._plot.top - 8 else y + 12
        width = self._sheet.typeface.width(rules, label.size, True)
        self._sheet.rectangle(Box(x - width / 2 - 1, above - 6.5, width + 2, 8), colour=None, fill=WHITE)
        self._sheet.text(x, above, rules, label, align="centre")

    def _place(self, point: ChartPoint) -> tuple[float, float]:
        return (self._x(point.start) + self._x(point.end)) / 2, self._y(point.point.p or 0.0)


def draw_signal(sheet: Sheet, x: float, y: float) -> None:
    """Draw the shape of a point at which a rule signals: a filled diamond, told from a dot without colour."""
    size = _SYMBOL + 0.8
    sheet.line([(x - size, y), (x, y - size), (x + size, y), (x, y + size)], colour=BLACK, closed=True, fill=VERMILION)


def draw_trend_legend(sheet: Sheet, right: float, baseline: float, trend: TrendChart, words: Words) -> None:
    """Draw what the lines and shapes of the p chart mean, ending at `right`."""
    x = right
    middle = baseline - 2.3
    entries = (
        ("mark", words.recipe_change),
        ("signal", words.signal),
        ("limits", words.limits),
        ("mean", words.mean.format(mean=words.percent(trend.mean))),
    )
    signals = any(point.point.rules for point in trend.points)
    shown = {"mark": bool(trend.marks), "signal": signals, "limits": True, "mean": True}
    for kind, text in entries:
        if not shown[kind]:
            continue
        x -= sheet.text(x, baseline, text, _SMALL, align="right") + 4
        if kind == "signal":
            draw_signal(sheet, x - 4, middle)
            x -= 18
        elif kind == "mark":
            sheet.line(
                [(x - 6.4, middle - 2.4), (x - 1.6, middle - 2.4), (x - 4, middle + 2.2)], closed=True, fill=BLACK
            )
            x -= 18
        else:
            sheet.line(
                [(x - 14, middle), (x, middle)], thick=0.7, colour=DARK, dashes=(3, 1.6) if kind == "limits" else ()
            )
            x -= 25


def _stretches(points: tuple[ChartPoint, ...]) -> list[list[ChartPoint]]:
    """Return the stretches of points that follow one another without an empty hour between."""
    stretches: list[list[ChartPoint]] = [[]]
    for point in points:
        if point.point.p is None:
            stretches.append([])
        else:
            stretches[-1].append(point)
    return [stretch for stretch in stretches if stretch]


def _scale(trend: TrendChart) -> tuple[float, int]:
    """Return the upper end of the scale and its steps: all points are on it, and limits unless they squeeze them."""
    highest = max((point.point.p or 0.0 for point in trend.points), default=0.0)
    limits = sorted(point.point.upper for point in trend.points if point.point.upper is not None)
    # A nearly empty hour has limits as wide as the sheet; the middle one says how wide they usually are.
    usual = limits[len(limits) // 2] if limits else 0.0
    wanted = max(highest, usual) * 1.12
    if not 0 < wanted <= 1:
        return (1.0, 4) if wanted else (0.01, 4)
    tops = ((factor * 10.0**exponent, steps) for exponent in range(-8, 1) for factor, steps in _SCALES)
    return next((top, steps) for top, steps in tops if top >= min(wanted, 1.0))
