"""A value against its limit: how far it is from deciding otherwise, seen at a glance."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.domain.verdict import Verdict
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font

_GROOVE = 8
_TICK = 18
_TITLE = 22
_FOOT = 18


@dataclass(frozen=True)
class Measure:
    """What a bar shows.

    `value` and `limit` lie on one scale from 0 to `full`; a limit of None has no mark. `colour_of` is the verdict that
    the value speaks for where it is abnormal, None where it is not.
    """

    title: str
    value: float
    limit: float | None
    full: float
    value_words: str
    limit_words: str = ""
    colour_of: Verdict | None = None


class ThresholdBar(QWidget):
    """A title and the value over a groove that is filled as far as the value goes, with a mark at the limit."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._measure: Measure | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()
        look.changed.connect(self.update)

    @property
    def measure(self) -> Measure | None:
        """What it shows."""
        return self._measure

    def show_measure(self, measure: Measure | None) -> None:
        """Show another value; None hides the bar."""
        self._measure = measure
        self.setVisible(measure is not None)
        if measure is not None:
            limit = f", {measure.limit_words}" if measure.limit_words else ""
            self.setAccessibleName(f"{measure.title}: {measure.value_words}{limit}")
            self.setToolTip(measure.title)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a title, a groove and the limit's words."""
        measure = self._measure
        foot = _FOOT if measure is not None and measure.limit is not None else 0
        return QSize(0, _TITLE + _TICK + foot)

    def minimumSizeHint(self) -> QSize:
        """Ask for the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        measure = self._measure
        if measure is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_title(painter, measure)
        theme = self._look.theme
        groove = QRectF(0, _TITLE + (_TICK - _GROOVE) / 2, self.width(), _GROOVE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.pressed))
        painter.drawRoundedRect(groove, _GROOVE / 2, _GROOVE / 2)
        filled = QRectF(groove)
        filled.setWidth(max(_GROOVE, self._place(measure.value, measure)))
        verdict = measure.colour_of
        painter.setBrush(QColor(theme.chart_line if verdict is None else theme.verdicts[verdict].mark))
        painter.drawRoundedRect(filled, _GROOVE / 2, _GROOVE / 2)
        if measure.limit is not None:
            self._paint_limit(painter, measure, measure.limit)
        painter.end()

    def _place(self, value: float, measure: Measure) -> float:
        return self.width() * min(1.0, max(0.0, value / measure.full))

    def _paint_title(self, painter: QPainter, measure: Measure) -> None:
        theme = self._look.theme
        line = QRectF(0, 0, self.width(), _TITLE - 2)
        figure_font = font(TextSize.BODY, bold=True)
        painter.setFont(figure_font)
        painter.setPen(QColor(theme.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, measure.value_words)
        room = int(line.width()) - QFontMetrics(figure_font).horizontalAdvance(measure.value_words) - Space.MEDIUM
        title_font = font(TextSize.BODY)
        painter.setFont(title_font)
        shown = QFontMetrics(title_font).elidedText(measure.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_limit(self, painter: QPainter, measure: Measure, limit: float) -> None:
        """Draw the mark, set off from the filled part by the card's colour, and its words below."""
        theme = self._look.theme
        place = min(self.width() - 2.0, max(2.0, self._place(limit, measure)))
        top, bottom = QPointF(place, _TITLE), QPointF(place, _TITLE + _TICK)
        painter.setPen(QPen(QColor(theme.card), 6))
        painter.drawLine(top, bottom)
        painter.setPen(QPen(QColor(theme.text), 2))
        painter.drawLine(top, bottom)
        text_font = font(TextSize.CAPTION)
        painter.setFont(text_font)
        painter.setPen(QColor(theme.muted))
        width = QFontMetrics(text_font).horizontalAdvance(measure.limit_words) + 2
        left = min(max(0.0, place - width / 2), max(0.0, self.width() - width))
        words = QRectF(left, _TITLE + _TICK, width, _FOOT)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, measure.limit_words)
