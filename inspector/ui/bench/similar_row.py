"""The taught pictures that a part resembles most, small, with what they were taught as."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from inspector.domain.frame import Pixels
from inspector.domain.verdict import SimilarPicture
from inspector.ui.bench.explaining import score
from inspector.ui.images import image_of
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.words import class_words

SHOWN = 3
_LINE = 18
_FLAT = 44
"""How high the place of a picture is where none is at hand."""


class SimilarTile(QWidget):
    """One taught picture over its class and its similarity."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._similar: SimilarPicture | None = None
        self._pixmap: QPixmap | None = None
        self._picture_height = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    @property
    def similar(self) -> SimilarPicture | None:
        """What it shows."""
        return self._similar

    @property
    def has_picture(self) -> bool:
        """Whether the taught picture itself is shown, not its name alone."""
        return self._pixmap is not None

    def show_similar(self, similar: SimilarPicture | None, thumbnail: Pixels | None) -> None:
        """Show another taught picture; None leaves the place empty."""
        self._similar = similar
        self._pixmap = QPixmap.fromImage(image_of(thumbnail)) if thumbnail is not None else None
        text = ""
        if similar is not None:
            text = f"{class_words(similar.class_name)}, {score(similar.similarity)}, {similar.name}"
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def set_picture_height(self, height: int) -> None:
        """Draw the picture so high."""
        if height != self._picture_height:
            self._picture_height = height
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for the picture and two lines."""
        return QSize(72, self._picture_height + 2 * _LINE + Space.HAIR)

    def minimumSizeHint(self) -> QSize:
        """Ask for the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and its words."""
        if self._similar is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(0.5, 0.5, self.width() - 1, self._picture_height - 1)
        outline = QPainterPath()
        outline.addRoundedRect(frame, Space.HAIR, Space.HAIR)
        if self._pixmap is None:
            self._paint_name(painter, outline, frame, self._similar.name)
        else:
            painter.setClipPath(outline)
            size = self._pixmap.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(frame.center())
            painter.drawPixmap(target.toRect(), self._pixmap)
            painter.setClipping(False)
            painter.setPen(QPen(QColor(self._look.theme.line), 1))
            painter.drawPath(outline)
        top = self._picture_height + Space.HAIR
        self._write(painter, top, class_words(self._similar.class_name), self._look.theme.text, bold=True)
        self._write(painter, top + _LINE, score(self._similar.similarity), self._look.theme.muted, bold=False)
        painter.end()

    def _paint_name(self, painter: QPainter, outline: QPainterPath, frame: QRectF, name: str) -> None:
        """Write the picture's name where the picture itself is not at hand."""
        theme = self._look.theme
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawPath(outline)
        text_font = font(TextSize.CAPTION)
        painter.setFont(text_font)
        painter.setPen(QColor(theme.muted))
        room = frame.adjusted(Space.HAIR, 0, -Space.HAIR, 0)
        last = name.rsplit("/", maxsplit=1)[-1]
        shown = QFontMetrics(text_font).elidedText(last, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)

    def _write(self, painter: QPainter, top: float, text: str, colour: str, *, bold: bool) -> None:
        text_font = font(TextSize.CAPTION, bold=bold)
        painter.setFont(text_font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(text_font).elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, top, self.width(), _LINE), Qt.AlignmentFlag.AlignVCenter, shown)


class SimilarRow(QWidget):
    """Three tiles side by side, made once."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture_height = 0
        self._flat = True
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.SMALL)
        self.tiles = [SimilarTile(look, self) for _ in range(SHOWN)]
        for tile in self.tiles:
            row.addWidget(tile, 1)

    def show_similar(self, similar: Sequence[SimilarPicture], thumbnails: Mapping[int, Pixels]) -> None:
        """Show these, the likest first; `thumbnails` by number, where the pictures are at hand."""
        self._flat = not any(one.number in thumbnails for one in similar)
        for place, tile in enumerate(self.tiles):
            one = similar[place] if place < len(similar) else None
            tile.show_similar(one, thumbnails.get(one.number) if one is not None else None)
        self.setVisible(bool(similar))
        self._size_tiles()

    def set_picture_height(self, height: int) -> None:
        """Give the pictures more room or less."""
        if height != self._picture_height:
            self._picture_height = height
            self._size_tiles()

    def _size_tiles(self) -> None:
        for tile in self.tiles:
            tile.set_picture_height(_FLAT if self._flat else self._picture_height)
