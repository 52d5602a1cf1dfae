"""The last twelve parts, newest first; one touch opens one."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from inspector.domain.frame import Pixels
from inspector.domain.verdict import Verdict
from inspector.ui.images import image_of
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.verdict_mark import paint_mark
from inspector.ui.words import verdict_word

LENGTH = 12
_BAND = 26
_MARK = 16


@dataclass(frozen=True, eq=False)
class StripPart:
    """One part on the strip. `thumbnail` is None where there was no picture; `tip` says more in one line."""

    sequence: int
    verdict: Verdict
    tip: str
    thumbnail: Pixels | None


class Tile(QAbstractButton):
    """One place on the strip: a thumbnail over a band with the verdict's mark and word.

    The part that was under the finger when it came down is the one that opens, even if the strip has moved on since.
    """

    opened = Signal(int)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._part: StripPart | None = None
        self._pixmap: QPixmap | None = None
        self._touched: StripPart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.changed.connect(self.update)

    @property
    def part(self) -> StripPart | None:
        """The part that is shown."""
        return self._part

    def show_part(self, part: StripPart | None, pixmap: QPixmap | None) -> None:
        """Show another part, or an empty place."""
        if part is self._part:
            return
        self._part = part
        self._pixmap = pixmap
        self.setToolTip(part.tip if part is not None else "")
        self.setAccessibleName(part.tip if part is not None else "")
        self.setEnabled(part is not None)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember which part was touched."""
        self._touched = self._part
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the part that was touched."""
        touched, self._touched = self._touched, None
        inside = self.rect().contains(event.position().toPoint())
        super().mouseReleaseEvent(event)
        if inside and touched is not None:
            self.opened.emit(touched.sequence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the part with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._part is not None:
            self.opened.emit(self._part.sequence)
            event.accept()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Ask for a thumb's breadth."""
        return QSize(88, 96)

    def minimumSizeHint(self) -> QSize:
        """Let the strip shrink with its window."""
        return QSize(40, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the part."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, Space.RADIUS, Space.RADIUS)
        if self._part is None:
            painter.setPen(QPen(QColor(theme.line), 1, Qt.PenStyle.DashLine))
            painter.drawPath(outline)
        else:
            painter.setClipPath(outline)
            painter.fillRect(self.rect(), QColor(theme.picture_ground))
            self._paint_picture(painter)
            self._paint_band(painter, self._part)
            painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 3))
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), Space.RADIUS, Space.RADIUS)
        painter.end()

    def _paint_picture(self, painter: QPainter) -> None:
        room = self.rect().adjusted(0, 0, 0, -_BAND)
        if self._pixmap is None:
            icon = self._look.icon("image-off", "#8D99A2").pixmap(28, 28)
            painter.drawPixmap(QPointF(room.center()) - QPointF(14, 14), icon)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._pixmap.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(QPointF(room.center()))
        painter.drawPixmap(target.toRect(), self._pixmap)

    def _paint_band(self, painter: QPainter, part: StripPart) -> None:
        theme = self._look.theme
        colours = theme.verdicts[part.verdict]
        band = QRectF(0, self.height() - _BAND, self.width(), _BAND)
        quiet = part.verdict is Verdict.OK
        painter.fillRect(band, QColor(theme.raised if quiet else colours.fill))
        ink = theme.muted if quiet else colours.ink
        text_font = font(TextSize.CAPTION, bold=True)
        word = verdict_word(part.verdict)
        width = _MARK + 6 + QFontMetrics(text_font).horizontalAdvance(word)
        left = band.left() + max(2.0, (band.width() - width) / 2)
        mark = QRectF(left, band.center().y() - _MARK / 2, _MARK, _MARK)
        paint_mark(painter, part.verdict, mark, ink, theme.raised if quiet else colours.fill)
        painter.setFont(text_font)
        painter.setPen(QColor(ink))
        text = band.adjusted(mark.right() + 6 - band.left(), 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)


class FilmStrip(QWidget):
    """Twelve tiles or fewer, made once; new parts only move what they show."""

    opened = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None, *, length: int = LENGTH) -> None:
        super().__init__(parent)
        self._pixmaps: dict[int, QPixmap | None] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.SMALL)
        self.tiles: list[Tile] = []
        for _ in range(length):
            tile = Tile(look, self)
            tile.setEnabled(False)
            tile.opened.connect(self.opened)
            self.tiles.append(tile)
            row.addWidget(tile, 1)

    def show_parts(self, newest_first: Sequence[StripPart]) -> None:
        """Show the newest of these parts; each thumbnail is made into a pixmap once, when it first appears."""
        shown = newest_first[: len(self.tiles)]
        self._pixmaps = {part.sequence: self._pixmap(part) for part in shown}
        for index, tile in enumerate(self.tiles):
            part = shown[index] if index < len(shown) else None
            tile.show_part(part, self._pixmaps.get(part.sequence) if part is not None else None)

    def _pixmap(self, part: StripPart) -> QPixmap | None:
        if part.sequence in self._pixmaps:
            return self._pixmaps[part.sequence]
        return QPixmap.fromImage(image_of(part.thumbnail)) if part.thumbnail is not None else None
