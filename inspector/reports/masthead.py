"""The head of a report: where, when, who, what was made and judged by which recipe."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from inspector.reports.flow import Piece
from inspector.reports.fonts import Typeface
from inspector.reports.model import RecipeUse, ShiftReport
from inspector.reports.sheet import BLACK, DARK, RULE, VERMILION, WHITE, Box, Sheet, Style, Symbol
from inspector.reports.words import Words, day_and_time

_TITLE = Style(17, True)
_LABEL = Style(7, colour=DARK)
_VALUE = Style(8)
_PITCH = 10.5
_FACTS_TOP = 33.0
_FACTS_ROWS = 6
_FACT_WIDTH = 172.0
_FACT_GAP = 12.0
_LABEL_WIDTH = 58.0
_NAME_LINES = 3
_ROW = 10.5
MOST_RECIPES = 5
SHORT_HASH = 8
NOTHING = "\u2013"

Fact = tuple[str, tuple[str, ...]]


def masthead(report: ShiftReport, words: Words, width: float, typeface: Typeface) -> Piece:
    """Return the head of the first page."""
    notes = _notes(report, words)
    room = name_room(width)
    columns = _columns_of_facts(report, words, room, typeface)

    def draw(sheet: Sheet, box: Box) -> None:
        _draw_title(sheet, box, report, words)
        for index, facts in enumerate(columns):
            values = room if index == len(columns) - 1 else _FACT_WIDTH - _LABEL_WIDTH
            left = box.left + index * (_FACT_WIDTH + _FACT_GAP)
            _draw_facts(sheet, left, box.top + _FACTS_TOP + 9, values, facts)
        for index, note in enumerate(notes):
            _draw_note(sheet, box.left, box.top + _FACTS_TOP + _FACTS_ROWS * _PITCH + 4 + index * 15, box.width, note)

    return Piece(_FACTS_TOP + _FACTS_ROWS * _PITCH + (15 * len(notes) + 2 if notes else 0), draw)


def document_name(report: ShiftReport, words: Words) -> str:
    """Return what kind of report it is."""
    return words.document_shift if report.span.shifts else words.document


def _notes(report: ShiftReport, words: Words) -> tuple[str, ...]:
    notes = []
    completeness = report.completeness
    if completeness.simulated:
        count, records = words.number(completeness.simulated), words.number(completeness.records)
        notes.append(words.demo_note.format(count=count, records=records))
    if report.span.running:
        notes.append(words.interim_note.format(end=day_and_time(report.span.end, ZoneInfo(report.span.zone))))
    if completeness.records == 0:
        notes.append(words.nothing_recorded)
    elif report.counts.inspected == 0:
        notes.append(words.nothing_inspected)
    return tuple(notes)


def _draw_title(sheet: Sheet, box: Box, report: ShiftReport, words: Words) -> None:
    sheet.text(box.left, box.top + 7, document_name(report, words), Style(8, colour=DARK))
    number = f"{words.report_number} {report.issue.number}"
    sheet.text(box.right, box.top + 7, number, Style(8, colour=DARK), align="right", room=box.width / 2, keep_end=True)
    left = box.left
    if report.simulated:
        left += draw_demo_tag(sheet, left, box.top + 11, 16, words) + 7
    station = sheet.text(
        box.right, box.top + 25, report.place.station, Style(12, True), align="right", room=box.width * 0.35
    )
    sheet.text(left, box.top + 25, report.span.title, _TITLE, room=box.right - station - 14 - left)
    sheet.line([(box.left, box.top + 30.5), (box.right, box.top + 30.5)], thick=1.4)


def draw_demo_tag(sheet: Sheet, left: float, top: float, height: float, words: Words) -> float:
    """Draw the word DEMO, white in a black box, and return its width."""
    style = Style(height * 0.68, True, WHITE)
    width = sheet.typeface.width(words.demo, style.size, True) + height * 0.6
    sheet.rectangle(Box(left, top, width, height), colour=None, fill=BLACK)
    sheet.text(left + width / 2, top + height * 0.75, words.demo, style, align="centre")
    return width


def _draw_note(sheet: Sheet, left: float, top: float, width: float, note: str) -> None:
    sheet.rectangle(Box(left, top, width, 13), thick=0.8)
    sheet.symbol(Symbol.WARNING, left + 9, top + 6.4, 8, VERMILION)
    sheet.text(left + 19, top + 9.4, note, Style(8, True), room=width - 24)


def _columns_of_facts(
    report: ShiftReport, words: Words, room: float, typeface: Typeface
) -> tuple[tuple[Fact, ...], tuple[Fact, ...], tuple[Fact, ...]]:
    span, place = report.span, report.place
    zone = ZoneInfo(span.zone)
    dates = sorted({shift.date.isoformat() for shift in span.shifts})
    return (
        (
            (words.site, (place.site or NOTHING,)),
            (words.line, (place.line or NOTHING,)),
            (words.station, (" / ".join(part for part in (place.station, place.lane) if part),)),
            (words.accelerator, (", ".join(report.accelerators) or NOTHING,)),
            (words.software, (f"{words.program} {report.issue.software}",)),
            (words.generated, (day_and_time(report.issue.generated, zone),)),
        ),
        (
            (words.production_date, (" \u2013 ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else NOTHING,)),
            (words.period_from, (day_and_time(span.start, zone),)),
            (words.period_to, (day_and_time(span.end, zone),)),
            (words.duration, (words.lasting(span.duration),)),
            (words.time_zone, (span.zone,)),
            (words.shifts, (", ".join(shift.name for shift in span.shifts) or NOTHING,)),
        ),
        (
            (words.operators, listed(report.operators, words, room, typeface)),
            (words.lots, listed(lots_of(report), words, room, typeface)),
        ),
    )


def lots_of(report: ShiftReport) -> tuple[str, ...]:
    """Return the lots that the head names: the one asked for, or else all that were recorded."""
    return (report.place.lot,) if report.place.lot else report.lots


def name_room(width: float) -> float:
    """Return how wide a list of names may be in the head of a report that is `width` wide."""
    return width - 2 * (_FACT_WIDTH + _FACT_GAP) - _LABEL_WIDTH


def listed(names: Sequence[str], words: Words, room: float, typeface: Typeface) -> tuple[str, ...]:
    """Return names as three lines at most; how many are left out is said at the end."""
    if not names:
        return (words.none,)

    def begun(count: int) -> tuple[str, ...]:
        left_out = len(names) - count
        tail = f" {words.full_list.format(count=left_out)}" if left_out else ""
        return typeface.wrapped(", ".join(names[:count]) + tail, _VALUE.size, room)

    shown = begun(len(names))
    if len(shown) <= _NAME_LINES:
        return shown
    first = typeface.shortened(names[0], _VALUE.size, room)
    shown = (first, words.full_list.format(count=len(names) - 1)) if len(names) > 1 else (first,)
    for count in range(1, len(names)):
        lines = begun(count)
        if len(lines) > _NAME_LINES:
            break
        shown = lines
    return shown


def overflows(names: Sequence[str], words: Words, room: float, typeface: Typeface) -> bool:
    """Say whether the head cannot hold all of these names, so that a full list must follow."""
    return bool(names) and " ".join(listed(names, words, room, typeface)) != ", ".join(names)


def _draw_facts(sheet: Sheet, left: float, baseline: float, room: float, facts: Sequence[Fact]) -> None:
    for label, lines in facts:
        sheet.text(left, baseline, label, _LABEL, room=_LABEL_WIDTH - 2)
        for line in lines:
            sheet.text(left + _LABEL_WIDTH, baseline, line, _VALUE, room=room)
            baseline += _PITCH


def recipe_table(recipes: Sequence[RecipeUse], words: Words, width: float, left_out: int = 0) -> Piece:
    """Return the table of the recipes that judged parts; `left_out` of them follow in a list of their own."""
    columns = _columns(width)
    rows = len(recipes) + (1 if left_out or not recipes else 0)

    def draw(sheet: Sheet, box: Box) -> None:
        titles = (
            words.product,
            words.recipe_version,
            words.recipe_hash,
            words.model_hash,
            words.recipe_parts,
        )
        _draw_row(sheet, box, box.top + 7, columns, titles, _LABEL)
        sheet.line([(box.left, box.top + 10), (box.right, box.top + 10)], thick=0.5, colour=RULE)
        baseline = box.top + 18.5
        for recipe in recipes:
            _draw_row(sheet, box, baseline, columns, _cells(recipe, words), _VALUE)
            baseline += _ROW
        if left_out:
            sheet.text(box.left, baseline, words.full_list.format(count=left_out), _VALUE)
        elif not recipes:
            sheet.text(box.left, baseline, words.no_recipe, _VALUE)

    return Piece(10 + _ROW * rows + 1, draw)


def _columns(width: float) -> tuple[tuple[float, float], ...]:
    """Return where each column begins and how wide it is; the first takes what the others leave."""
    widths = (60.0, 64.0, 64.0, 60.0)
    first = width - sum(widths)
    starts = [0.0, *(first + sum(widths[:index]) for index in range(len(widths)))]
    return tuple(zip(starts, (first, *widths), strict=True))


def _draw_row(
    sheet: Sheet, box: Box, baseline: float, columns: Sequence[tuple[float, float]], cells: Sequence[str], style: Style
) -> None:
    *texts, last = zip(columns, cells, strict=True)
    for (start, width), cell in texts:
        sheet.text(box.left + start, baseline, cell, style, room=width - 6)
    sheet.text(box.right, baseline, last[1], style, align="right", room=last[0][1] - 2)


def _cells(recipe: RecipeUse, words: Words) -> tuple[str, ...]:
    return (
        recipe.product,
        str(recipe.number),
        recipe.recipe_hash[:SHORT_HASH],
        recipe.model_hash[:SHORT_HASH],
        words.number(recipe.parts),
    )
