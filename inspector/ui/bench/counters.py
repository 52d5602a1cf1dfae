"""The shift so far, in six figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.domain.verdict import Verdict
from inspector.quality.rates import Rate, wilson
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.translated import Translated
from inspector.ui.widgets.verdict_mark import paint_mark
from inspector.ui.words import number, percent, verdict_word

_ROW = 76
_MARK = 14
_YIELD_SHARE = 1.35


@dataclass(frozen=True)
class Tally:
    """Parts of the shift by verdict. `inspected` are those with a judgement; `target` counts good parts, 0 for none."""

    ok: int = 0
    ng: int = 0
    check: int = 0
    error: int = 0
    target: int = 0

    @property
    def inspected(self) -> int:
        """Parts that were judged; an ERROR was not."""
        return self.ok + self.ng + self.check

    @property
    def yields(self) -> Rate:
        """The good among the inspected, with the Wilson interval."""
        return wilson(self.ok, self.inspected)


@dataclass(frozen=True)
class _Cell:
    caption: str
    figure: str
    note: str = ""
    verdict: Verdict | None = None
    lit: bool = False


class Counters(Translated):
    """Paints the figures; new ones are a repaint, never a layout. One row, or two where there is room."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tally = Tally()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows = 1
        look.changed.connect(self.update)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.setToolTip(
            self.tr(
                "Inspected = OK + NG + CHECK. ERROR is counted apart: those parts were not judged.\n"
                "Yield = OK of inspected, with its 95 % interval (Wilson)."
            )
        )
        self._describe()
        self.update()

    @property
    def tally(self) -> Tally:
        """What is shown."""
        return self._tally

    def show_tally(self, tally: Tally) -> None:
        """Show other figures."""
        if tally != self._tally:
            self._tally = tally
            self._describe()
            self.update()

    def set_rows(self, rows: int) -> None:
        """Lay the figures out in one row of six or two rows of three."""
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for the height of the rows."""
        return QSize(0, self._rows * _ROW)

    def minimumSizeHint(self) -> QSize:
        """Ask for the height of the rows."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Space.RADIUS, Space.RADIUS)
        cells = self._cells()
        across = len(cells) // self._rows
        height = self.height() / self._rows
        # The yield carries its interval, so in one row it gets more room than a count.
        shares = [_YIELD_SHARE if index == 2 and self._rows == 1 else 1.0 for index in range(across)]
        edges = [self.width() * sum(shares[:index]) / sum(shares) for index in range(across + 1)]
        figure_font = _fitting_font(
            [(cell.figure, edges[i % across + 1] - edges[i % across]) for i, cell in enumerate(cells)]
        )
        for index, cell in enumerate(cells):
            row, column = divmod(index, across)
            area = QRectF(edges[column], row * height, edges[column + 1] - edges[column], height)
            self._paint_cell(painter, area, cell, figure_font)
            painter.setPen(QPen(QColor(theme.line), 1))
            if column:
                painter.drawLine(area.topLeft() + _down(Space.MEDIUM), area.bottomLeft() - _down(Space.MEDIUM))
        if self._rows > 1:
            middle = self.height() / 2
            painter.drawLine(QPointF(Space.MEDIUM, middle), QPointF(self.width() - Space.MEDIUM, middle))
        painter.end()

    def _cells(self) -> tuple[_Cell, ...]:
        tally = self._tally
        rate = tally.yields
        interval = "" if rate.low is None or rate.high is None else f"{percent(rate.low)[:-2]}–{percent(rate.high)}"
        target = self.tr("of {0}").format(number(tally.target)) if tally.target else ""
        inspected = tally.inspected

        def share(count: int) -> str:
            return percent(count / inspected) if inspected and count else ""

        def word(verdict: Verdict) -> str:
            return verdict_word(verdict)

        return (
            _Cell(self.tr("Inspected"), number(inspected)),
            _Cell(word(Verdict.OK), number(tally.ok), target, Verdict.OK),
            _Cell(self.tr("Yield"), percent(rate.value), interval),
            _Cell(word(Verdict.NG), number(tally.ng), share(tally.ng), Verdict.NG, tally.ng > 0),
            _Cell(word(Verdict.CHECK), number(tally.check), share(tally.check), Verdict.CHECK, tally.check > 0),
            _Cell(word(Verdict.ERROR), number(tally.error), "", Verdict.ERROR, tally.error > 0),
        )

    def _paint_cell(self, painter: QPainter, area: QRectF, cell: _Cell, figure_font: QFont) -> None:
        theme = self._look.theme
        inner = area.adjusted(Space.MEDIUM, Space.SMALL, -Space.HAIR, -Space.HAIR)
        caption_font = font(TextSize.CAPTION, bold=True)
        left = inner.left()
        line = QFontMetrics(caption_font).height()
        if cell.verdict is not None:
            colour = theme.verdicts[cell.verdict].mark if cell.lit else theme.faint
            mark = QRectF(left, inner.top() + (line - _MARK) / 2, _MARK, _MARK)
            paint_mark(painter, cell.verdict, mark, colour, theme.card)
            left += _MARK + 5
        painter.setFont(caption_font)
        painter.setPen(QColor(theme.muted))
        room = QRectF(left, inner.top(), inner.right() - left, line)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _cut(caption_font, cell.caption, room.width()))
        painter.setFont(figure_font)
        painter.setPen(QColor(theme.text))
        figure = QRectF(inner.left(), inner.top() + line - 1, inner.width(), 32)
        painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter, cell.figure)
        note_font = font(TextSize.CAPTION)
        painter.setFont(note_font)
        painter.setPen(QColor(theme.muted))
        note = QRectF(inner.left(), figure.bottom() - 2, inner.width(), line)
        painter.drawText(note, Qt.AlignmentFlag.AlignVCenter, _cut(note_font, cell.note, note.width()))

    def _describe(self) -> None:
        words = (f"{cell.caption}: {cell.figure} {cell.note}".strip() for cell in self._cells())
        self.setAccessibleName(", ".join(words))


def _fitting_font(figures: Sequence[tuple[str, float]]) -> QFont:
    """Return the largest font of the scale at which every figure fits into the width beside it."""
    for size in (TextSize.DISPLAY, TextSize.FIGURE, TextSize.TITLE, TextSize.HEADING):
        made = font(size, bold=True)
        metrics = QFontMetrics(made)
        if all(metrics.horizontalAdvance(text) <= width - Space.MEDIUM - Space.HAIR for text, width in figures):
            return made
    return font(TextSize.BODY, bold=True)


def _cut(text_font: QFont, text: str, width: float) -> str:
    return QFontMetrics(text_font).elidedText(text, Qt.TextElideMode.ElideRight, int(width))


def _down(distance: float) -> QPointF:
    return QPointF(0, distance)
