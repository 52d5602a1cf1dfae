"""Classes in a validation report: which was taken for which, and the figures of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.domain.verdict import Verdict
from inspector.quality.classification import Confusion
from inspector.quality.figures import Figures
from inspector.quality.rates import Rate
from inspector.reports.figures import HEADING
from inspector.reports.flow import Piece
from inspector.reports.masthead import NOTHING
from inspector.reports.sheet import BLACK, DARK, MIDDLE, RULE, WHITE, Box, Colour, Sheet, Style
from inspector.reports.validation_words import ValidationWords
from inspector.reports.words import Words

_MATRIX_HEAD = 26.0
_MATRIX_ROW = 12.0
_MATRIX_FOOT = 11.0
_CELL_MOST = 24.0
_LABEL_LEAST = 84.0
_LABEL_MOST = 150.0
_TABLE_HEAD = 25.0
_TABLE_ROW = 10.8
_VALUE = Style(7.5)
_LABEL = Style(6.5, colour=DARK)
_NOTE = Style(6.5, colour=DARK)
_DARKEST = 0.55
"""How far the cell of a class that was always named so is from white."""


def matrix_height(confusion: Confusion) -> float:
    """Return how high the matrix is drawn, in points."""
    return _MATRIX_HEAD + _MATRIX_ROW * len(confusion.counts) + _MATRIX_FOOT


def draw_matrix(sheet: Sheet, box: Box, confusion: Confusion, words: Words, own: ValidationWords) -> None:
    """Draw the matrix into the left top of a box: a row for each true class, a numbered column for each name given.

    The darker a cell, the larger its share of the row. What is right stands in a frame on the diagonal.
    """
    names = list(confusion.counts)
    cell = min(_CELL_MOST, (box.width - _LABEL_LEAST) / len(names))
    label = min(_LABEL_MOST, box.width - cell * len(names))
    sheet.text(box.left, box.top + 9, own.confusion, HEADING, room=box.width)
    number_width = sheet.typeface.width(str(len(names)), _VALUE.size) + 5
    for column in range(len(names)):
        x = box.left + label + (column + 0.5) * cell
        sheet.text(x, box.top + _MATRIX_HEAD - 4, str(column + 1), _LABEL, align="centre")
    for row, true in enumerate(names):
        top = box.top + _MATRIX_HEAD + row * _MATRIX_ROW
        sheet.text(box.left + number_width - 5, top + 8.6, str(row + 1), _LABEL, align="right")
        sheet.text(box.left + number_width, top + 8.6, true, _VALUE, room=label - number_width - 4, keep_end=True)
        counts = [confusion.counts[true][predicted] for predicted in names]
        for column, count in enumerate(counts):
            place = Box(box.left + label + column * cell, top, cell, _MATRIX_ROW)
            _draw_cell(sheet, place, count, sum(counts), column == row, words)
    note = box.top + _MATRIX_HEAD + len(names) * _MATRIX_ROW + 8.5
    sheet.text(box.left, note, own.confusion_note, _NOTE, room=box.width)
    for row in range(len(names)):  # over the thin edges of the neighbours
        place = Box(box.left + label + row * cell, box.top + _MATRIX_HEAD + row * _MATRIX_ROW, cell, _MATRIX_ROW)
        sheet.rectangle(place, thick=1.0)


def _draw_cell(sheet: Sheet, place: Box, count: int, of: int, right: bool, words: Words) -> None:
    shade = 1 - _DARKEST * (count / of if of else 0.0)
    fill: Colour = (shade, shade, shade) if count else WHITE
    sheet.rectangle(place, thick=0.3, colour=RULE, fill=fill)
    middle = place.left + place.width / 2
    if not count:
        sheet.circle(middle, place.top + place.height / 2, 0.45, thick=0, colour=MIDDLE, fill=MIDDLE)
        return
    text = words.number(count)
    bold = not right
    size = min(7.5, 7.5 * (place.width - 2) / sheet.typeface.width(text, 7.5, bold))
    sheet.text(middle, place.top + 8.6, text, Style(size, bold, BLACK), align="centre")


@dataclass(frozen=True)
class _Row:
    """A class as printed; what is None was not counted by class."""

    name: str
    side: str
    n: int
    recall: Rate | None
    precision: Rate | None
    verdicts: tuple[int, ...] | None


def class_table(figures: Figures, words: Words, own: ValidationWords) -> Piece:
    """Return the table of classes; it goes on on the next page where it is long."""
    rows = [_row_of(name, figures) for name in figures.verdicts]
    rows += [_row_of(name, figures) for name in figures.confusion.counts if name not in figures.verdicts]
    reasons = ", ".join(f"{words.reason(name)} {words.number(count)}" for name, count in figures.checks.items())
    return _table(own.by_class, rows, own.checks.format(reasons=reasons) if reasons else "", words, own)


def _row_of(name: str, figures: Figures) -> _Row:
    counted = figures.confusion.figures(name) if name in figures.confusion.counts else None
    said = figures.verdicts.get(name)
    verdicts = None if said is None else tuple(said.counts[one] for one in (Verdict.OK, Verdict.NG, Verdict.CHECK))
    return _Row(
        name=name,
        side=str(said.side) if said else "",
        n=sum(verdicts) if verdicts is not None else counted.n if counted else 0,
        recall=counted.recall if counted else None,
        precision=counted.precision if counted else None,
        verdicts=verdicts,
    )


def _table(
    title: str, rows: Sequence[_Row], note: str, words: Words, own: ValidationWords, goes_on: bool = False
) -> Piece:
    def draw(sheet: Sheet, box: Box) -> None:
        used = sheet.text(box.left, box.top + 9, title, HEADING)
        said = f"{note}; {words.goes_on}" if note and goes_on else words.goes_on if goes_on else note
        sheet.text(box.right, box.top + 9, said, _NOTE, align="right", room=box.width - used - 10)
        _draw_titles(sheet, box, own)
        for index, row in enumerate(rows):
            baseline = box.top + _TABLE_HEAD + 8 + index * _TABLE_ROW
            _draw_row(sheet, box, baseline, row, words)
            if index:
                y = baseline - 8
                sheet.line([(box.left, y), (box.right, y)], thick=0.2, colour=RULE)

    def split(height: float) -> tuple[Piece, Piece] | None:
        fitting = int((height - _TABLE_HEAD) / _TABLE_ROW)
        if not 2 <= fitting < len(rows):
            return None
        rest = _table(own.by_class_continued, rows[fitting:], "", words, own)
        return _table(title, rows[:fitting], note, words, own, goes_on=True), rest

    return Piece(_TABLE_HEAD + len(rows) * _TABLE_ROW, draw, split=split)


# Right edges of the columns, from the right edge of the table; the class takes what is left.
_MEANS, _N = 361.0, 333.0
_RECALL, _RECALL_INTERVAL = 292.0, 212.0
_PRECISION, _PRECISION_INTERVAL = 174.0, 94.0
_VERDICTS = (61.0, 33.0, 0.0)
_INTERVAL = Style(6.5, colour=DARK)


def _draw_titles(sheet: Sheet, box: Box, own: ValidationWords) -> None:
    baseline = box.top + _TABLE_HEAD - 5
    sheet.text(box.left, baseline, own.class_name, _LABEL)
    for edge, title in (
        (_N, own.class_parts),
        (_RECALL, own.recall),
        (_RECALL_INTERVAL, own.interval),
        (_PRECISION, own.precision),
        (_PRECISION_INTERVAL, own.interval),
        *zip(_VERDICTS, ("OK", "NG", "CHECK"), strict=True),
    ):
        sheet.text(box.right - edge, baseline, title, _LABEL, align="right")
    sheet.text(box.right - _MEANS, baseline, own.means, _LABEL, align="right")
    sheet.line([(box.left, baseline + 3), (box.right, baseline + 3)], thick=0.5, colour=RULE)


def _draw_row(sheet: Sheet, box: Box, baseline: float, row: _Row, words: Words) -> None:
    sheet.text(box.left, baseline, row.name, _VALUE, room=box.width - _MEANS - 26, keep_end=True)
    sheet.text(box.right - _MEANS, baseline, row.side, _VALUE, align="right")
    sheet.text(box.right - _N, baseline, words.number(row.n), _VALUE, align="right")
    for rate, edge, interval in (
        (row.recall, _RECALL, _RECALL_INTERVAL),
        (row.precision, _PRECISION, _PRECISION_INTERVAL),
    ):
        value = None if rate is None else rate.value
        sheet.text(box.right - edge, baseline, words.percent(value, 1), _VALUE, align="right")
        if rate is not None and rate.low is not None and rate.high is not None:
            text = f"{words.percent(rate.low, 1)} \u2013 {words.percent(rate.high, 1)}"
            sheet.text(box.right - interval, baseline, text, _INTERVAL, align="right")
    verdicts = row.verdicts or ()
    for verdict, count, edge in zip((Verdict.OK, Verdict.NG, Verdict.CHECK), verdicts, _VERDICTS, strict=False):
        costly = count > 0 and verdict != row.side and verdict is not Verdict.CHECK
        text = words.number(count) if count else NOTHING
        sheet.text(box.right - edge, baseline, text, Style(7.5, costly), align="right")
