"""The figures of a report: the verdict band, the completeness box with the Pareto beside it, the p chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from inspector.reports.charts import TrendDrawing, draw_pareto, draw_trend_legend
from inspector.reports.flow import Piece
from inspector.reports.model import Completeness, Counts, ShiftReport, Step
from inspector.reports.sheet import BLACK, DARK, PALE, RULE, VERMILION, Box, Sheet, Style, Symbol
from inspector.reports.words import Words

HEADING = Style(9, True)
_NOTE = Style(6.5, colour=DARK)
_BAND = 56.0
_YIELD_SHARE = 0.30
_LINE = 8.4
_STATEMENT = 41.0
_COMPLETENESS_SHARE = 0.385
_CHART_LEAST = 84.0
_CHART_MOST = 200.0


def verdict_band(report: ShiftReport, words: Words) -> Piece:
    """Return the band that is read first: how many, how many of each verdict, the yield and how sure it is."""
    counts = report.counts
    tiles = _tiles(counts, words)

    def draw(sheet: Sheet, box: Box) -> None:
        width = box.width * (1 - _YIELD_SHARE) / len(tiles)
        for index, tile in enumerate(tiles):
            _draw_tile(sheet, Box(box.left + index * width, box.top, width - 4, box.height), tile)
        left = box.left + len(tiles) * width
        _draw_yield(sheet, Box(left, box.top, box.right - left, box.height), counts, words)

    return Piece(_BAND, draw)


@dataclass(frozen=True)
class _Tile:
    title: str
    figure: str
    note: str
    symbol: Symbol | None = None
    alarming: bool = False


def _tiles(counts: Counts, words: Words) -> tuple[_Tile, ...]:
    def share(count: int) -> str:
        return words.percent(count / counts.inspected if counts.inspected else None)

    ok_note = share(counts.ok)
    if counts.target:
        ok_note = words.ok_note.format(target=words.number(counts.target))
    return (
        _Tile(words.inspected, words.number(counts.inspected), words.inspected_note),
        _Tile("OK", words.number(counts.ok), ok_note, Symbol.TICK),
        _Tile("NG", words.number(counts.ng), share(counts.ng), Symbol.CROSS, counts.ng > 0),
        _Tile("CHECK", words.number(counts.check), share(counts.check), Symbol.QUESTION),
        _Tile("ERROR", words.number(counts.error), words.error_note, Symbol.WARNING, counts.error > 0),
    )


def _draw_tile(sheet: Sheet, box: Box, tile: _Tile) -> None:
    sheet.rectangle(box, thick=0.6, colour=RULE)
    left = box.left + 6
    if tile.symbol is not None:
        sheet.symbol(tile.symbol, left + 4.5, box.top + 10.5, 9, VERMILION if tile.alarming else BLACK)
        left += 14
    sheet.text(left, box.top + 13.5, tile.title, Style(9, True))
    size = _fitting(sheet, tile.figure, 20, box.width - 10)
    sheet.text(box.left + 6, box.top + 36, tile.figure, Style(size, True))
    sheet.text(box.left + 6, box.top + 49, tile.note, Style(7, colour=DARK), room=box.width - 9)


def _draw_yield(sheet: Sheet, box: Box, counts: Counts, words: Words) -> None:
    sheet.rectangle(box.inset(0.4, 0.4), thick=1.4)
    sheet.text(box.left + 7, box.top + 13.5, words.first_pass, Style(9, True))
    sheet.text(box.right - 7, box.top + 13.5, words.first_pass_note, Style(7, colour=DARK), align="right")
    figure = words.percent(counts.first_pass.value)
    used = sheet.text(box.left + 7, box.top + 36, figure, Style(_fitting(sheet, figure, 22, box.width * 0.62), True))
    if counts.inspected:
        ppm = words.ppm.format(value=words.per_million(counts.defective))
        size = _fitting(sheet, ppm, 8.5, box.width - used - 20)
        sheet.text(box.right - 7, box.top + 36, ppm, Style(size, True), align="right")
    sheet.text(box.left + 7, box.top + 49, words.interval_of(counts.first_pass), Style(7), room=box.width - 14)


def _fitting(sheet: Sheet, text: str, size: float, room: float) -> float:
    """Return the size, or a smaller one at which the text is no wider than `room`."""
    return min(size, size * room / max(1.0, sheet.typeface.width(text, size, True)))


def completeness_and_pareto(report: ShiftReport, words: Words) -> Piece:
    """Return the row of the two boxes that say whether to believe the figures, and what to mend first."""
    lines = _completeness_lines(report.completeness, report.issue.dropped_live, words)
    height = _STATEMENT + len(lines) * _LINE + 3

    def draw(sheet: Sheet, box: Box) -> None:
        left = Box(box.left, box.top, box.width * _COMPLETENESS_SHARE, box.height)
        _draw_completeness(sheet, left, report.completeness, lines, words)
        start = left.right + 14
        used = sheet.text(start, box.top + 9, words.pareto, HEADING, room=box.right - start)
        draw_pareto(sheet, Box(start, box.top + 13, box.right - start, box.height - 13), report.reasons, words)
        if report.reasons:
            room = box.right - start - used - 8
            sheet.text(box.right, box.top + 9, words.pareto_note, _NOTE, align="right", room=room)

    return Piece(height, draw)


@dataclass(frozen=True)
class _Line:
    label: str
    value: str
    abnormal: bool = False
    inset: bool = False


def _completeness_lines(completeness: Completeness, dropped: int | None, words: Words) -> tuple[_Line, ...]:
    def counted(label: str, count: int, inset: bool = False) -> _Line:
        return _Line(label, words.number(count), count > 0, inset)

    first, last = completeness.first_sequence, completeness.last_sequence
    triggers = words.triggers_none
    if first is not None and last is not None:
        triggers = words.triggers.format(first=first, last=last)
    return (
        _Line(triggers, words.number(completeness.triggers)),
        _Line(words.records, words.number(completeness.records), not completeness.complete),
        counted(words.errors, completeness.errors),
        counted(words.overruns, completeness.overruns, inset=True),
        counted(words.camera_faults, completeness.camera_faults, inset=True),
        counted(words.model_faults, completeness.model_faults, inset=True),
        counted(words.stopped, completeness.stopped, inset=True),
        counted(words.simulated, completeness.simulated),
        counted(words.pictures_missing, completeness.pictures_missing),
        counted(_cameras_lost(completeness, words), completeness.cameras_lost),
        counted(words.accelerators_failed, completeness.accelerators_failed),
        counted(words.storage_failed, completeness.storage_failed),
        counted(words.clock_jumps, completeness.clock_jumps),
        counted(words.program_faults, completeness.program_faults),
        _Line(words.dropped, words.not_counted if dropped is None else words.number(dropped)),
    )


def _cameras_lost(completeness: Completeness, words: Words) -> str:
    away = timedelta(seconds=completeness.seconds_away)
    return words.cameras_away.format(lasting=words.lasting_exactly(away)) if away else words.cameras_lost


def _draw_completeness(
    sheet: Sheet, box: Box, completeness: Completeness, lines: Sequence[_Line], words: Words
) -> None:
    sheet.rectangle(box, thick=0.6, colour=RULE)
    inner = box.inset(7, 0)
    sheet.text(inner.left, box.top + 11.5, words.completeness, HEADING, room=inner.width)
    statement, note = _statement(completeness, words)
    symbol = Symbol.TICK if completeness.complete else Symbol.CROSS
    sheet.symbol(symbol, inner.left + 5.5, box.top + 22, 10, BLACK if completeness.complete else VERMILION)
    sheet.text(inner.left + 16, box.top + 25, statement, Style(8.5, True), room=inner.width - 16)
    sheet.text(inner.left + 16, box.top + 33.5, note, _NOTE, room=inner.width - 16)
    baseline = box.top + _STATEMENT + 5.5
    for index, line in enumerate(lines):
        if index % 2 == 0:
            stripe = Box(box.left + 3, baseline - 6.6, box.width - 6, _LINE)
            sheet.rectangle(stripe, colour=None, fill=PALE)
        _draw_line(sheet, inner, baseline, line)
        baseline += _LINE


def _draw_line(sheet: Sheet, box: Box, baseline: float, line: _Line) -> None:
    style = Style(7, line.abnormal)
    value = sheet.text(box.right, baseline, line.value, style, align="right")
    left = box.left + (8 if line.inset else 0)
    if line.abnormal:
        sheet.symbol(Symbol.WARNING, box.right - value - 7, baseline - 2.4, 5.6, VERMILION)
        value += 12
    sheet.text(left, baseline, line.label, style, room=box.right - value - 4 - left)


def _statement(completeness: Completeness, words: Words) -> tuple[str, str]:
    if completeness.complete:
        return words.complete, words.complete_note.format(triggers=words.number(completeness.triggers))
    missing = completeness.missing
    if missing < 0:
        return words.surplus.format(surplus=words.number(-missing)), ""
    note = words.incomplete_note.format(
        first=completeness.first_sequence, last=completeness.last_sequence, missing=words.number(missing)
    )
    return words.incomplete.format(missing=words.number(missing)), note


def trend_chart(report: ShiftReport, words: Words) -> Piece:
    """Return the p chart with its heading, its legend and what its rules mean."""
    trend = report.trend
    title = words.trend_hour if trend.step is Step.HOUR else words.trend_day
    signals = any(point.point.rules for point in trend.points)

    def draw(sheet: Sheet, box: Box) -> None:
        sheet.text(box.left, box.top + 9, title, HEADING)
        if trend.mean is None:
            sheet.text(box.left, box.top + 26, words.trend_empty, Style(8))
            return
        draw_trend_legend(sheet, box.right, box.top + 9, trend, words)
        TrendDrawing(
            sheet, Box(box.left, box.top + 12, box.width, box.height - 20), trend, ZoneInfo(report.span.zone), words
        ).draw()
        sheet.text(box.left + 34, box.bottom - 1, words.rules if signals else words.no_signal, _NOTE)

    if trend.mean is None:
        return Piece(30, draw)
    return Piece(_CHART_LEAST + 20, draw, stretch=1, most=_CHART_MOST)
