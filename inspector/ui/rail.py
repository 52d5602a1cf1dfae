"""The rail at the left: one touch from screen to screen."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font

WIDTH = 84
_ICON = 26


class RailButton(QAbstractButton):
    """An icon over a word; the one in use has a bar at its edge."""

    def __init__(self, look: Look, icon: str, parent: QWidget, *, lasting: bool) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self.setCheckable(lasting)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self.update)

    def set_words(self, text: str, tip: str) -> None:
        """Set the word under the icon and the tip."""
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.update()

    def set_icon(self, icon: str) -> None:
        """Put another icon on it."""
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the rail's width and a finger's height."""
        return QSize(WIDTH, 76)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        inner = QRectF(self.rect()).adjusted(Space.SMALL, Space.HAIR, -Space.SMALL, -Space.HAIR)
        if self.isChecked() or self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.pressed if self.isChecked() or self.isDown() else theme.raised))
            painter.drawRoundedRect(inner, Space.RADIUS, Space.RADIUS)
        if self.isChecked():
            painter.setBrush(QColor(theme.action))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(0, inner.top() + 14, 4, inner.height() - 28), 2, 2)
        ink = theme.text if self.isChecked() else theme.muted
        icon = self._look.icon(self._icon, ink).pixmap(_ICON, _ICON)
        painter.drawPixmap(QPointF(inner.center().x() - _ICON / 2, inner.top() + 11), icon)
        word_font = font(TextSize.CAPTION, bold=True)
        painter.setFont(word_font)
        painter.setPen(QColor(ink))
        word = QFontMetrics(word_font).elidedText(self.text(), Qt.TextElideMode.ElideRight, int(inner.width()) - 4)
        line = QRectF(inner.left(), inner.bottom() - 26, inner.width(), 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, word)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), Space.RADIUS, Space.RADIUS)
        painter.end()


class Rail(QFrame):
    """The screens at the top, what belongs to the whole window at the bottom."""

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedWidth(WIDTH + 1)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, Space.SMALL, 1, Space.SMALL)
        self._column.setSpacing(0)
        self._column.addStretch(1)

    def add_screen(self, icon: str) -> RailButton:
        """Add the next screen's button; its number is its place."""
        button = RailButton(self._look, icon, self, lasting=True)
        number = len(self._group.buttons())
        self._group.addButton(button, number)
        self._column.insertWidget(number, button)
        return button

    def add_action(self, icon: str) -> RailButton:
        """Add a button at the bottom."""
        button = RailButton(self._look, icon, self, lasting=False)
        self._column.addWidget(button)
        return button

    def show_screen(self, number: int) -> None:
        """Mark the screen in use."""
        self._group.button(number).setChecked(True)
