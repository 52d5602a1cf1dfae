"""The one big verdict, readable from three metres."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.domain.verdict import Verdict
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, VerdictColours, font
from inspector.ui.widgets.verdict_mark import paint_mark
from inspector.ui.words import verdict_word

_LARGEST_WORD = 220
_STATE_SIZES = (48, TextSize.DISPLAY, TextSize.TITLE)
_HEADLINE_SIZES = (TextSize.FIGURE, TextSize.TITLE, TextSize.HEADING)
_UPRIGHT_FROM = 0.62
"""A panel at least this many times as high as it is wide has the mark above the word, a flatter one beside it."""


@dataclass(frozen=True)
class Shown:
    """What the panel says. `verdict` None: there is none, and `word` stands alone.

    `stale`: the verdict is of the last part and the station is not judging now, so it must not look like news.
    """

    verdict: Verdict | None
    word: str
    headline: str = ""
    detail: str = ""
    stale: bool = False


class VerdictPanel(QWidget):
    """Paints a verdict as large as the panel allows: mark, word, class or reason, and which part it was.

    The word has the same size for all verdicts, so nothing jumps. A new verdict is one repaint, never a layout.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown = Shown(None, "")
        self._word_font = font(TextSize.DISPLAY, bold=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(260, 112))
        look.changed.connect(self.update)

    @property
    def shown(self) -> Shown:
        """What the panel says now."""
        return self._shown

    def show_verdict(self, shown: Shown) -> None:
        """Say something else."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(". ".join(filter(None, (shown.word, shown.headline, shown.detail))))
            self.setToolTip(shown.headline)
            self.update()

    def colours(self) -> VerdictColours:
        """Return the colours in use; a stale verdict, or none, is quiet."""
        theme = self._look.theme
        if self._shown.verdict is None or self._shown.stale:
            return VerdictColours(theme.card, theme.text, theme.muted)
        return theme.verdicts[self._shown.verdict]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the panel."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.colours()
        area = QRectF(self.rect())
        painter.setBrush(QColor(colours.fill))
        painter.setPen(Qt.PenStyle.NoPen)
        if self._shown.verdict is None or self._shown.stale:
            painter.setPen(QPen(QColor(self._look.theme.line), 1))
            area = area.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, Space.RADIUS, Space.RADIUS)
        inner = QRectF(self.rect()).adjusted(Space.WIDE, Space.LARGE, -Space.WIDE, -Space.LARGE)
        if self._shown.verdict is None:
            self._paint_words_alone(painter, inner)
        else:
            self._paint_verdict(painter, inner, self._shown.verdict, colours)
        painter.end()

    def _paint_words_alone(self, painter: QPainter, area: QRectF) -> None:
        word, line = _fitting(self._shown.word, area.width(), _STATE_SIZES), font(TextSize.HEADING)
        word_height, line_height = QFontMetricsF(word).height(), QFontMetricsF(line).height()
        height = word_height + (Space.SMALL + 2 * line_height if self._shown.headline else 0)
        top = area.top() + (area.height() - height) / 2
        painter.setFont(word)
        painter.setPen(QColor(self._look.theme.text))
        painter.drawText(
            QRectF(area.left(), top, area.width(), word_height), Qt.AlignmentFlag.AlignCenter, self._shown.word
        )
        painter.setFont(line)
        painter.setPen(QColor(self._look.theme.muted))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        below = QRectF(area.left(), top + word_height + Space.SMALL, area.width(), 2 * line_height + 2)
        painter.drawText(below, flags, self._shown.headline)

    def _paint_verdict(self, painter: QPainter, area: QRectF, verdict: Verdict, colours: VerdictColours) -> None:
        headline_font = _fitting(self._shown.headline, area.width(), _HEADLINE_SIZES)
        detail_font = font(TextSize.BODY)
        headline_height = QFontMetricsF(headline_font).height()
        detail_height = QFontMetricsF(detail_font).height()
        words_height = detail_height + (headline_height + Space.HAIR if self._shown.headline else 0)
        upper = area.adjusted(0, 0, 0, -(words_height + Space.SMALL))
        self._paint_mark_and_word(painter, upper, verdict, colours)
        painter.setPen(QColor(colours.ink))
        line = QRectF(area.left(), area.bottom() - words_height, area.width(), headline_height)
        self._write(painter, line, headline_font, self._shown.headline)
        line = QRectF(area.left(), area.bottom() - detail_height, area.width(), detail_height)
        self._write(painter, line, detail_font, self._shown.detail)

    def _paint_mark_and_word(self, painter: QPainter, area: QRectF, verdict: Verdict, colours: VerdictColours) -> None:
        upright = self.height() >= _UPRIGHT_FROM * self.width()
        self._fit_word(area, upright)
        metrics = QFontMetricsF(self._word_font)
        cap = metrics.capHeight()
        quiet = self._shown.stale
        shape = self._look.theme.verdicts[verdict].mark if quiet else colours.ink
        sign = colours.fill
        painter.setFont(self._word_font)
        painter.setPen(QColor(colours.ink))
        width = metrics.horizontalAdvance(self._shown.word)
        if upright:
            mark_side = max(0.0, min(area.height() - cap * 1.5, area.width() * 0.62))
            height = mark_side + cap * 1.5
            top = area.top() + (area.height() - height) / 2
            mark = QRectF(area.center().x() - mark_side / 2, top, mark_side, mark_side)
            baseline = top + height - cap * 0.1
            left = area.center().x() - width / 2
        else:
            mark_side = min(area.height(), cap * 1.42)
            gap = cap * 0.32
            start = area.left() + (area.width() - mark_side - gap - width) / 2
            mark = QRectF(start, area.center().y() - mark_side / 2, mark_side, mark_side)
            baseline = area.center().y() + cap / 2
            left = start + mark_side + gap
        paint_mark(painter, verdict, mark, shape, sign)
        painter.drawText(round(left), round(baseline), self._shown.word)

    def _fit_word(self, area: QRectF, upright: bool) -> None:
        """Choose the size at which the longest of the four words fits."""
        probe = font(100, bold=True)
        metrics = QFontMetricsF(probe)
        longest = max(metrics.horizontalAdvance(verdict_word(verdict)) for verdict in Verdict)
        cap = metrics.capHeight()
        if upright:
            scale = min(area.width() / longest, area.height() / (cap * 3.1))
        else:
            scale = min(area.width() / (longest + cap * 1.74), area.height() / (cap * 1.42))
        self._word_font = font(max(TextSize.DISPLAY, min(_LARGEST_WORD, int(100 * scale))), bold=True)

    def _write(self, painter: QPainter, line: QRectF, text_font: QFont, text: str) -> None:
        painter.setFont(text_font)
        shown = QFontMetricsF(text_font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)


def _fitting(text: str, width: float, sizes: tuple[int, ...]) -> QFont:
    """Return the largest of these sizes at which the text fits, else the smallest."""
    for size in sizes:
        made = font(size, bold=True)
        if QFontMetricsF(made).horizontalAdvance(text) <= width:
            return made
    return font(sizes[-1], bold=True)
