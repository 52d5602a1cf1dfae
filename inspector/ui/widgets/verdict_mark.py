"""The shapes of the verdicts: what a colour-blind eye or a black-and-white print tells them apart by.

OK is a disc with a tick, NG an octagon with a cross, CHECK a diamond with a question mark, ERROR a triangle with an
exclamation mark. Each is one solid shape with its sign cut out, so that it carries far.
"""

from math import cos, hypot, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from inspector.domain.verdict import Verdict

_HALF = 50.0


def paint_mark(painter: QPainter, verdict: Verdict, area: QRectF, shape: str, sign: str) -> None:
    """Draw the verdict's mark as large as fits into `area`: the solid shape in one colour, the sign in the other."""
    side = min(area.width(), area.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.center())
    painter.scale(side / (2 * _HALF), side / (2 * _HALF))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shape))
    painter.drawPath(_SHAPES[verdict])
    pen = QPen(QColor(sign), _STROKES[verdict])
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_SIGNS[verdict])
    painter.restore()


def _polygon(corners: int, radius: float, turn: float, soft: float) -> QPainterPath:
    """Return a regular polygon around the middle; `soft` rounds its corners by so much."""
    points = [
        QPointF(radius * cos(turn + 2 * pi * i / corners), radius * sin(turn + 2 * pi * i / corners))
        for i in range(corners)
    ]
    path = QPainterPath()
    for index, corner in enumerate(points):
        before, after = points[index - 1], points[(index + 1) % corners]
        start, end = _towards(corner, before, soft), _towards(corner, after, soft)
        if index == 0:
            path.moveTo(start)
        else:
            path.lineTo(start)
        path.quadTo(corner, end)
    path.closeSubpath()
    return path


def _towards(start: QPointF, end: QPointF, distance: float) -> QPointF:
    across, down = end.x() - start.x(), end.y() - start.y()
    part = distance / hypot(across, down)
    return QPointF(start.x() + across * part, start.y() + down * part)


def _disc() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), 48, 48)
    return path


def _lines(*strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for first, *others in strokes:
        path.moveTo(QPointF(*first))
        for point in others:
            path.lineTo(QPointF(*point))
    return path


def _question() -> QPainterPath:
    path = QPainterPath(QPointF(-12, -12))
    path.cubicTo(QPointF(-12, -28), QPointF(13, -28), QPointF(13, -11))
    path.cubicTo(QPointF(13, 0), QPointF(0, 0), QPointF(0, 11))
    path.moveTo(QPointF(0, 26))
    path.lineTo(QPointF(0, 26.1))
    return path


def _triangle() -> QPainterPath:
    path = _polygon(3, 56, -pi / 2, soft=14)
    path.translate(0, 11)
    return path


_SHAPES = {
    Verdict.OK: _disc(),
    Verdict.NG: _polygon(8, 50, pi / 8, soft=5),
    Verdict.CHECK: _polygon(4, 51, 0, soft=12),
    Verdict.ERROR: _triangle(),
}
_SIGNS = {
    Verdict.OK: _lines(((-21, 1), (-6, 17), (22, -16))),
    Verdict.NG: _lines(((-17, -17), (17, 17)), ((17, -17), (-17, 17))),
    Verdict.CHECK: _question(),
    Verdict.ERROR: _lines(((0, -16), (0, 8)), ((0, 24), (0, 24.1))),
}
_STROKES = {Verdict.OK: 12.0, Verdict.NG: 12.5, Verdict.CHECK: 9.0, Verdict.ERROR: 10.5}
