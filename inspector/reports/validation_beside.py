"""What a validation is compared with: another version and the processor on the same parts; the time for one part."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.quality.rates import Rate
from inspector.quality.validation import AcceleratorComparison, Comparison, Paired, Validation
from inspector.reports.figures import HEADING
from inspector.reports.flow import Piece
from inspector.reports.fonts import Typeface
from inspector.reports.masthead import SHORT_HASH
from inspector.reports.sheet import DARK, RULE, Box, Sheet, Style
from inspector.reports.validation_words import ValidationWords
from inspector.reports.words import Words

_LEFT_SHARE = 0.57
_GAP = 18.0
_HEAD = 14.0
_ROW = 10.4
_LINE = 9.4
_BETWEEN = 4.0
_VALUE = Style(7.5)
_BOLD = Style(7.5, True)
_LABEL = Style(6.5, colour=DARK)
_NAMES_SHOWN = 4
_SURE = 0.05
"""A p-value below this says that the difference is no chance."""
_SMALLEST_P = 0.0001
_NOTE_WIDTH = 48.0

Lines = tuple[tuple[str, Style], ...]


@dataclass(frozen=True)
class _Table:
    """A small table: `edges` are the right ends of its columns as shares of its width; rows begin with their name."""

    titles: tuple[str, ...]
    edges: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    bold: frozenset[str] = frozenset()

    @property
    def height(self) -> float:
        return (len(self.rows) + 1) * _ROW if self.rows else 0.0

    def draw(self, sheet: Sheet, box: Box) -> None:
        if not self.rows:
            return
        baseline = box.top + 7
        places = [box.left + box.width * edge for edge in self.edges]
        for place, title in zip(places, self.titles, strict=True):
            sheet.text(place, baseline, title, _LABEL, align="right")
        sheet.line([(box.left, baseline + 2.6), (box.right, baseline + 2.6)], thick=0.5, colour=RULE)
        for name, *values in self.rows:
            baseline += _ROW
            style = _BOLD if name in self.bold else _VALUE
            sheet.text(box.left, baseline, name, style, room=places[0] - box.left - 24)
            for place, value in zip(places, values, strict=True):
                sheet.text(place, baseline, value, style, align="right")


@dataclass(frozen=True)
class _Half:
    """One of two halves: a title, tables below one another, and lines of text."""

    title: str
    tables: tuple[_Table, ...]
    lines: Lines

    @property
    def height(self) -> float:
        tables = sum(table.height + _BETWEEN for table in self.tables if table.rows)
        return _HEAD + tables + len(self.lines) * _LINE

    def draw(self, sheet: Sheet, box: Box) -> None:
        sheet.text(box.left, box.top + 9, self.title, HEADING, room=box.width, keep_end=True)
        top = box.top + _HEAD
        for table in self.tables:
            table.draw(sheet, Box(box.left, top, box.width, table.height))
            top += table.height + _BETWEEN if table.rows else 0.0
        _draw_lines(sheet, box.left, top + 6, box.width, self.lines)


def beside(validation: Validation, words: Words, own: ValidationWords, typeface: Typeface, width: float) -> Piece:
    """Return the two halves: the comparison with another version, the times with the comparison of accelerators."""
    left = (width - _GAP) * _LEFT_SHARE
    right = width - _GAP - left
    compared = _comparison_half(validation, words, own, typeface, left)
    timed = _speed_half(validation, words, own, typeface, right)

    def draw(sheet: Sheet, box: Box) -> None:
        compared.draw(sheet, Box(box.left, box.top, left, box.height))
        timed.draw(sheet, Box(box.right - right, box.top, right, box.height))

    return Piece(max(compared.height, timed.height) + 2, draw)


def notes(validation: Validation, own: ValidationWords, typeface: Typeface, width: float) -> Piece | None:
    """Return the sentences that a reader must know before the figures; None where there is none."""
    lines = _wrapped([(note, _VALUE) for note in validation.notes], typeface, width - _NOTE_WIDTH)
    return None if not lines else _notes(own.notes, lines, own)


def _notes(title: str, lines: Lines, own: ValidationWords) -> Piece:
    def draw(sheet: Sheet, box: Box) -> None:
        sheet.text(box.left, box.top + 8, title, Style(8, True))
        _draw_lines(sheet, box.left + _NOTE_WIDTH, box.top + 8, box.width - _NOTE_WIDTH, lines)

    def split(height: float) -> tuple[Piece, Piece] | None:
        fitting = int((height - 2) / _LINE)
        if not 1 <= fitting < len(lines):
            return None
        return _notes(title, lines[:fitting], own), _notes(title, lines[fitting:], own)

    return Piece(len(lines) * _LINE + 2, draw, split=split)


def _comparison_half(
    validation: Validation, words: Words, own: ValidationWords, typeface: Typeface, width: float
) -> _Half:
    comparison = validation.comparison
    if comparison is None:
        return _Half(own.no_comparison_title, (), ((own.no_comparison, _VALUE),))
    here, there = validation.subject, comparison.other
    number = there.recipe.version.number
    same = there.recipe.product == here.recipe.product
    title = (own.comparison if same else own.comparison_other).format(number=number, product=there.recipe.product)
    version = own.other_version.format(number=number)
    if same and number == here.recipe.version.number:
        version = own.other_version_hash.format(number=number, hash=there.content_hash[:SHORT_HASH])
    rates = _Table((own.this_version, version), (0.66, 1.0), _figure_rows(validation, comparison, words, own))
    titles = (own.only_here, own.only_there, own.both, own.neither, own.p_value)
    counts = _Table(titles, (0.38, 0.51, 0.62, 0.72, 1.0), _paired_rows(comparison, words, own))
    worse = [(own.worse_parts.format(names=_some(comparison.worse, own)), _VALUE)] if comparison.worse else []
    return _Half(title, (rates, counts), _wrapped(worse, typeface, width))


def _figure_rows(
    validation: Validation, comparison: Comparison, words: Words, own: ValidationWords
) -> tuple[tuple[str, ...], ...]:
    here, there = validation.figures, comparison.figures
    rates = (
        (own.escape, here.escape, there.escape),
        (own.overkill, here.overkill, there.overkill),
        (own.check, here.check, there.check),
        (own.right_class, here.named_rightly, there.named_rightly),
    )
    return tuple(
        (title, _rate(one, words, own), _rate(other, words, own))
        for title, one, other in rates
        if one is not None or other is not None
    )


def _rate(rate: Rate | None, words: Words, own: ValidationWords) -> str:
    if rate is None or rate.value is None:
        return words.percent(None)
    counted = own.of.format(x=words.number(rate.x), n=words.number(rate.n))
    return f"{words.percent(rate.value, 1)} ({counted})"


def _paired_rows(comparison: Comparison, words: Words, own: ValidationWords) -> tuple[tuple[str, ...], ...]:
    paired = (
        (own.without_mistake, comparison.by_mistake),
        (own.decided_rightly, comparison.by_verdict),
        (own.right_class, comparison.by_class),
    )
    return tuple((title, *_paired_cells(one, words, own)) for title, one in paired if one is not None)


def _paired_cells(paired: Paired, words: Words, own: ValidationWords) -> tuple[str, ...]:
    test = paired.test
    counts = (test.only_first_right, test.only_second_right, paired.both, paired.neither)
    if test.p_value < _SMALLEST_P:
        chance = own.p_below.format(p=words.number(_SMALLEST_P, 4))
    else:
        chance = words.number(test.p_value, 4 if test.p_value < _SURE else 2)
    meaning = own.no_difference
    if test.p_value < _SURE:
        meaning = own.better if test.only_first_right > test.only_second_right else own.worse
    return (*(words.number(count) for count in counts), f"{chance}, {meaning}")


def _speed_half(validation: Validation, words: Words, own: ValidationWords, typeface: Typeface, width: float) -> _Half:
    latency = validation.latency
    rows = tuple(
        (
            own.stages.get(name, name),
            *(own.milliseconds.format(value=words.number(value, 1)) for value in (stage.median, stage.p95)),
        )
        for name, stage in latency.stages.items()
    )
    table = _Table((own.median, own.p95), (0.66, 1.0), rows, frozenset({own.stages["total"]}))
    lines = [(own.measured.format(parts=words.number(latency.parts)), _LABEL)]
    if validation.accelerators is None:
        lines.append((own.on_cpu, _VALUE))
    else:
        lines += _accelerator_lines(validation.accelerators, words, own)
    title = own.speed.format(accelerator=latency.accelerator)
    return _Half(title, (table,), _wrapped(lines, typeface, width))


def _accelerator_lines(found: AcceleratorComparison, words: Words, own: ValidationWords) -> list[tuple[str, Style]]:
    if found.differing:
        said = own.unequal.format(
            accelerator=found.accelerator,
            count=words.number(len(found.differing)),
            parts=words.number(found.parts),
            names=_some(found.differing, own),
        )
    else:
        said = own.equal.format(accelerator=found.accelerator, parts=words.number(found.parts))
    probability = _scientific(found.probability_difference, words)
    if found.anomaly_difference is None:
        difference = own.difference.format(probability=probability)
    else:
        score = _scientific(found.anomaly_difference, words)
        difference = own.differences.format(probability=probability, score=score)
    ratio = own.ratio.format(ratio=words.number(found.time_ratio, 1))
    return [(said, _BOLD if found.differing else _VALUE), (difference, _VALUE), (ratio, _VALUE)]


def _scientific(value: float, words: Words) -> str:
    return f"{value:.1e}".replace(".", words.decimal_mark) if value else "0"


def _some(names: Sequence[str], own: ValidationWords) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    left_out = len(names) - _NAMES_SHOWN
    return shown if left_out <= 0 else own.and_more.format(names=shown, count=left_out)


def _wrapped(sentences: Sequence[tuple[str, Style]], typeface: Typeface, room: float) -> Lines:
    return tuple(
        (line, style)
        for sentence, style in sentences
        for line in typeface.wrapped(sentence, style.size, room, style.bold)
    )


def _draw_lines(sheet: Sheet, left: float, baseline: float, room: float, lines: Lines) -> None:
    for line, style in lines:
        sheet.text(left, baseline, line, style, room=room)
        baseline += _LINE
