"""What the station said of one part: its verdict in a band, and how probable it found each class."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.domain.verdict import Verdict
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.verdict_mark import paint_mark
from inspector.ui.words import class_words, percent, verdict_word

_BAR_ROW = 34


class VerdictBand(QWidget):
    """The part's verdict in one line, coloured as on the bench."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._verdict = Verdict.OK
        self._reason = ""
        self.setFixedHeight(72)
        look.changed.connect(self.update)

    def show_verdict(self, verdict: Verdict, reason: str) -> None:
        """Show another part's verdict."""
        self._verdict, self._reason = verdict, reason
        self.setAccessibleName(f"{verdict_word(verdict)} {reason}".strip())
        self.setToolTip(reason)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the band."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._look.theme.verdicts[self._verdict]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.fill))
        painter.drawRoundedRect(self.rect(), Space.RADIUS, Space.RADIUS)
        mark = QRectF(Space.LARGE, 16, 40, 40)
        paint_mark(painter, self._verdict, mark, colours.ink, colours.fill)
        painter.setPen(QColor(colours.ink))
        left = mark.right() + Space.MEDIUM
        room = self.width() - left - Space.MEDIUM
        painter.setFont(font(TextSize.FIGURE, bold=True))
        word = QRectF(left, 7 if self._reason else 0, room, 34 if self._reason else self.height())
        painter.drawText(word, Qt.AlignmentFlag.AlignVCenter, verdict_word(self._verdict))
        reason_font = font(TextSize.BODY, bold=True)
        painter.setFont(reason_font)
        shown = QFontMetrics(reason_font).elidedText(self._reason, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, 40, room, 22), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class ProbabilityBars(QWidget):
    """How probable the station found each class, the most probable first."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._bars: tuple[tuple[str, float], ...] = ()
        self._most = 6
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_probabilities(self, bars: Sequence[tuple[str, float]]) -> None:
        """Show these classes with their probabilities (0 to 1)."""
        self._bars = tuple(sorted(bars, key=lambda bar: -bar[1]))
        self.setAccessibleName(", ".join(f"{class_words(name)} {percent(share)}" for name, share in self._bars))
        self.updateGeometry()
        self.update()

    def set_most(self, most: int) -> None:
        """Show so many classes at most."""
        if most != self._most:
            self._most = most
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for a line a class."""
        return QSize(0, _BAR_ROW * min(self._most, len(self._bars)))

    def minimumSizeHint(self) -> QSize:
        """Ask for the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a name, a figure and a bar for each class."""
        painter = QPainter(self)
        theme = self._look.theme
        text_font = font(TextSize.BODY)
        painter.setFont(text_font)
        metrics = QFontMetrics(text_font)
        for index, (name, share) in enumerate(self._bars[: self._most]):
            line = QRectF(0, index * _BAR_ROW, self.width(), 20)
            figure = percent(share)
            painter.setPen(QColor(theme.text))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
            room = int(line.width()) - metrics.horizontalAdvance(figure) - Space.MEDIUM
            shown = metrics.elidedText(class_words(name), Qt.TextElideMode.ElideRight, room)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            groove = QRectF(0, line.bottom() + 2, self.width(), 5)
            painter.fillRect(groove, QColor(theme.pressed))
            painter.fillRect(QRectF(groove.left(), groove.top(), groove.width() * share, 5), QColor(theme.chart_line))
        painter.end()
