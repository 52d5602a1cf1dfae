"""A picture with the region that is judged, where the part was found in it, and what is abnormal."""

from collections.abc import Sequence
from math import hypot
from pathlib import PurePath

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.domain.placement import Placement
from inspector.domain.recipe import Region
from inspector.ui.look import Look
from inspector.ui.scaling import ReadyPicture, Room
from inspector.ui.theme import Space, TextSize, font

_CORNER = 0.09
"""The corners of the region are drawn this long, as a part of its shorter side."""
_SAME = 0.015
"""Two outlines whose corners lie closer than this share of the diagonal are one."""
_DASH = 12.0
_INK = "#FFFFFF"
_SHADE = QColor(0, 0, 0, 150)
_DIM = "#9AA6AF"


class PictureView(QWidget):
    """Shows a picture that was made ready for it; whoever owns it asks `room` for the size wanted."""

    resized = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._ready: ReadyPicture | None = None
        self._region: Region | None = None
        self._heat_opacity = 0.6
        self._badge = ""
        self._old = ""
        self._placement: Placement | None = None
        self._remembered = False
        self._empty = ("", "")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    @property
    def ready(self) -> ReadyPicture | None:
        """The picture that is shown."""
        return self._ready

    @property
    def badge(self) -> str:
        """The mark on the picture."""
        return self._badge

    def room(self) -> Room:
        """Return how large a picture may be, in device pixels."""
        ratio = self.devicePixelRatio()
        return Room(int(self.width() * ratio), int(self.height() * ratio))

    def show_picture(self, ready: ReadyPicture | None) -> None:
        """Show another picture, or none."""
        self._ready = ready
        self.update()

    def show_region(self, region: Region | None) -> None:
        """Outline the region that is judged; None outlines nothing."""
        if region != self._region:
            self._region = region
            self.update()

    def show_placement(self, placement: Placement | None, *, remembered: bool = False) -> None:
        """Outline where the part was found; `remembered` is for a picture that is newer than the find."""
        if (placement, remembered) != (self._placement, self._remembered):
            self._placement, self._remembered = placement, remembered
            self.update()

    @property
    def placement(self) -> Placement | None:
        """Where the part was found."""
        return self._placement

    def set_heat_opacity(self, opacity: float) -> None:
        """Let the heat map cover the picture more or less (0 to 1)."""
        self._heat_opacity = opacity
        self.update()

    def set_badge(self, text: str) -> None:
        """Mark the picture, for instance as not real."""
        if text != self._badge:
            self._badge = text
            self.update()

    def set_old(self, text: str) -> None:
        """Dim the picture and say on it that it is no longer true; an empty text when it is."""
        if text != self._old:
            self._old = text
            self.update()

    def set_empty_words(self, title: str, text: str) -> None:
        """Set what is said where there is no picture: what, and what to do."""
        if (title, text) != self._empty:
            self._empty = (title, text)
            self.setAccessibleDescription(f"{title}. {text}")
            self.update()

    def minimumSizeHint(self) -> QSize:
        """Let the picture shrink with its window."""
        return QSize(240, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the owner that another size is wanted."""
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and what lies over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ready is None:
            painter.fillRect(self.rect(), QColor(self._look.theme.picture_ground))
            self._paint_empty(painter)
        else:
            self._paint_picture(painter, self._ready)
        if self._ready is not None and self._old:
            self._paint_old(painter)
        if self._badge:
            self._paint_badge(painter)
        painter.end()

    def _picture_place(self, ready: ReadyPicture) -> QRectF:
        ratio = self.devicePixelRatio()
        size = ready.image.size()
        fit = min(self.width() * ratio / size.width(), self.height() * ratio / size.height())
        # A picture made for the size before the last change of size is stretched until its successor comes.
        scale = 1.0 if 0.97 < fit < 1.03 else fit
        width, height = size.width() * scale / ratio, size.height() * scale / ratio
        left, top = int((self.width() - width) / 2 * ratio) / ratio, int((self.height() - height) / 2 * ratio) / ratio
        return QRectF(left, top, width, height)

    def _paint_picture(self, painter: QPainter, ready: ReadyPicture) -> None:
        place = self._picture_place(ready)
        self._paint_bands(painter, place)
        painter.drawImage(place, ready.image)
        if ready.heat is not None and self._heat_opacity > 0:
            painter.setOpacity(self._heat_opacity)
            painter.drawImage(place, ready.heat)
            painter.setOpacity(1.0)
        region = self._region_outline(place)
        found = self._part_outline(place, ready)
        if region:
            self._paint_outline(painter, _corners_of(_drawn_in(region)))
        if found and not (region and _alike(region, found)):
            self._paint_outline(painter, _closed(found), dashed=self._remembered)
        self._paint_caption(painter, ready)

    def _region_outline(self, place: QRectF) -> list[QPointF]:
        region = self._region
        if region is None:
            return []
        left, top = place.left() + region.left * place.width(), place.top() + region.top * place.height()
        right, bottom = left + region.width * place.width(), top + region.height * place.height()
        return [QPointF(left, top), QPointF(right, top), QPointF(right, bottom), QPointF(left, bottom)]

    def _part_outline(self, place: QRectF, ready: ReadyPicture) -> list[QPointF]:
        if self._placement is None:
            return []
        across, down = place.width() / ready.width, place.height() / ready.height
        corners = self._placement.corners()
        return [QPointF(place.left() + (x + 0.5) * across, place.top() + (y + 0.5) * down) for x, y in corners]

    def _paint_bands(self, painter: QPainter, place: QRectF) -> None:
        """Fill what the picture leaves free, and only that: on a large screen the picture itself is work enough."""
        ground = QColor(self._look.theme.picture_ground)
        inside = place.toRect().adjusted(1, 1, -1, -1)
        width, height = self.width(), self.height()
        for left, top, right, bottom in (
            (0, 0, width, inside.top()),
            (0, inside.bottom() + 1, width, height),
            (0, inside.top(), inside.left(), inside.bottom() + 1),
            (inside.right() + 1, inside.top(), width, inside.bottom() + 1),
        ):
            painter.fillRect(left, top, right - left, bottom - top, ground)

    def _paint_outline(self, painter: QPainter, path: QPainterPath, *, dashed: bool = False) -> None:
        """Draw lines white on a dark shade, so that they show on any picture."""
        for colour, width in ((_SHADE, 5.0), (QColor(_INK), 2.0)):
            pen = QPen(colour, width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            if dashed:
                pen.setDashPattern([_DASH / width, _DASH / width])
            painter.strokePath(path, pen)

    def _paint_caption(self, painter: QPainter, ready: ReadyPicture) -> None:
        text = f"{ready.width} × {ready.height}"
        if ready.source:
            # The end of a path tells pictures apart; the whole of it stands in the part's details.
            text = f"{'/'.join(PurePath(ready.source).parts[-2:])}  ·  {text}"
        text_font = font(TextSize.CAPTION)
        metrics = QFontMetrics(text_font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, self.width() - 2 * Space.WIDE)
        width, height = metrics.horizontalAdvance(text) + 2 * Space.SMALL, metrics.height() + Space.HAIR
        plate = QRectF(self.width() - width - Space.SMALL, self.height() - height - Space.SMALL, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_SHADE)
        painter.drawRoundedRect(plate, 4, 4)
        painter.setFont(text_font)
        painter.setPen(QColor(_INK))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_old(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(0, 0, 0, 165))
        painter.setFont(font(TextSize.TITLE, bold=True))
        painter.setPen(QColor(_INK))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._old)

    def _paint_badge(self, painter: QPainter) -> None:
        text_font = font(TextSize.BODY, bold=True)
        metrics = QFontMetrics(text_font)
        width, height = metrics.horizontalAdvance(self._badge) + 2 * Space.MEDIUM, metrics.height() + Space.SMALL
        plate = QRectF(Space.SMALL, Space.SMALL, min(width, self.width() - 2 * Space.SMALL), height)
        painter.setPen(QPen(QColor("#000000"), 1))
        painter.setBrush(QColor(_INK))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setFont(text_font)
        painter.setPen(QColor("#000000"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self._badge)

    def _paint_empty(self, painter: QPainter) -> None:
        title, text = self._empty
        middle = QRectF(self.rect()).center()
        icon = self._look.icon("image-off", _DIM).pixmap(48, 48)
        painter.drawPixmap(QPointF(middle.x() - 24, middle.y() - 84), icon)
        painter.setFont(font(TextSize.TITLE, bold=True))
        painter.setPen(QColor("#E4E9EC"))
        line = QRectF(Space.WIDE, middle.y() - 24, self.width() - 2 * Space.WIDE, 32)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, title)
        painter.setFont(font(TextSize.BODY))
        painter.setPen(QColor(_DIM))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(line.translated(0, 38).adjusted(0, 0, 0, 60), flags, text)


def _corners_of(outline: Sequence[QPointF]) -> QPainterPath:
    """Return the corners of a four-sided outline, a little of each side."""
    sides = [_length(outline[place - 1], corner) for place, corner in enumerate(outline)]
    reach = max(10.0, _CORNER * min(sides))
    path = QPainterPath()
    for place, corner in enumerate(outline):
        before, after = outline[place - 1], outline[(place + 1) % len(outline)]
        path.moveTo(_towards(corner, before, reach))
        path.lineTo(corner)
        path.lineTo(_towards(corner, after, reach))
    return path


def _closed(outline: Sequence[QPointF]) -> QPainterPath:
    path = QPainterPath(outline[0])
    for corner in outline[1:]:
        path.lineTo(corner)
    path.closeSubpath()
    return path


def _drawn_in(outline: Sequence[QPointF]) -> list[QPointF]:
    """Return an upright outline made smaller, so that the lines lie inside what they mark."""
    left, top, right, bottom = outline[0].x() + 3, outline[0].y() + 3, outline[2].x() - 3, outline[2].y() - 3
    return [QPointF(left, top), QPointF(right, top), QPointF(right, bottom), QPointF(left, bottom)]


def _alike(one: Sequence[QPointF], other: Sequence[QPointF]) -> bool:
    """Say whether two outlines are the same to the eye: then the part is the region, and one of them is enough."""
    size = max(_length(one[0], one[2]), 1.0)
    return all(_length(first, second) <= _SAME * size for first, second in zip(one, other, strict=True))


def _length(one: QPointF, other: QPointF) -> float:
    return hypot(one.x() - other.x(), one.y() - other.y())


def _towards(start: QPointF, end: QPointF, reach: float) -> QPointF:
    share = min(1.0, reach / max(_length(start, end), 1e-6))
    return start + (end - start) * share
