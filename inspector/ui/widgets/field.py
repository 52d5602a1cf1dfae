"""A thing that is always in sight and can be changed by a touch: its name in small, its value below."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font

_SIGN = 16


class Field(QAbstractButton):
    """A caption over a value. With a sign at its right it can be changed, without one it only tells."""

    def __init__(
        self, look: Look, parent: QWidget | None = None, *, sign: str = "", width: int = 120, framed: bool = False
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._sign = sign
        self._caption = ""
        self._value = ""
        self._placeholder = ""
        self._wanted = width
        self._framed = framed
        self._inset = Space.MEDIUM if framed else Space.SMALL
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if sign else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, bool(sign))
        look.changed.connect(self.update)

    def set_words(self, caption: str, placeholder: str = "") -> None:
        """Set the caption, and what stands there while there is no value."""
        self._caption, self._placeholder = caption, placeholder
        self._describe()

    def set_value(self, value: str) -> None:
        """Show another value."""
        if value != self._value:
            self._value = value
            self._describe()

    @property
    def value(self) -> str:
        """The whole value, however much of it fits."""
        return self._value

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Ask for the width wanted."""
        return QSize(self._wanted, 52)

    def minimumSizeHint(self) -> QSize:
        """Let the value be cut off before the window is pushed wider."""
        return QSize(64, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        busy = bool(self._sign) and (self.underMouse() or self.isDown())
        if self._framed or busy:
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(QColor(theme.strong_line), 1) if self._framed else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.pressed if self.isDown() or (busy and self._framed) else theme.raised))
            painter.drawRoundedRect(frame, Space.RADIUS, Space.RADIUS)
        left = float(self._inset)
        room = self.width() - 2 * left - (_SIGN + Space.HAIR if self._sign else 0)
        middle = self.height() / 2
        self._write(painter, QRectF(left, middle - 20, room, 18), self._caption, theme.muted, TextSize.CAPTION)
        value = self._value or self._placeholder
        colour = theme.text if self._value else theme.faint
        self._write(painter, QRectF(left, middle - 2, room, 23), value, colour, TextSize.HEADING)
        if self._sign:
            icon = self._look.icon(self._sign, theme.muted).pixmap(_SIGN, _SIGN)
            down = -_SIGN / 2 if self._framed else 2.0
            painter.drawPixmap(QPointF(self.width() - left - _SIGN, middle + down), icon)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), Space.RADIUS, Space.RADIUS)
        painter.end()

    def _write(self, painter: QPainter, area: QRectF, text: str, colour: str, size: int) -> None:
        text_font = font(size, bold=size == TextSize.HEADING)
        painter.setFont(text_font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(text_font).elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)

    def _describe(self) -> None:
        self.setAccessibleName(f"{self._caption}: {self._value or self._placeholder}")
        self.setToolTip(self._value)
        self.update()
