"""A list to choose from with a finger: one tall row a choice."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.glove import glove_size

_TICK = 22


@dataclass(frozen=True)
class Choice:
    """One row: what it is, a line more, a short tag such as DEMO, and whether it is the one in use."""

    title: str
    text: str = ""
    tag: str = ""
    current: bool = False


class ChoiceRow(QAbstractButton):
    """A row of the list. Long texts are cut off; the tip has all of them."""

    def __init__(self, look: Look, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._choice = choice
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(", ".join(filter(None, (choice.title, choice.tag, choice.text))))
        self.setToolTip("\n".join(filter(None, (choice.title, choice.text))))
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Ask for a finger's height."""
        return QSize(320, max(64, glove_size(self) - Space.MEDIUM))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        busy = self.isDown() or self.underMouse()
        painter.setBrush(QColor(theme.pressed if busy else theme.raised))
        edge = QPen(QColor(theme.focus), 2) if self.hasFocus() else QPen(QColor(theme.line), 1)
        painter.setPen(edge)
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), Space.RADIUS, Space.RADIUS)
        right = self._paint_right(painter)
        room = right - 2 * Space.LARGE
        middle = self.height() / 2
        if self._choice.text:
            upper = QRectF(Space.LARGE, middle - 24, room, 24)
            lower = QRectF(Space.LARGE, middle + 1, room, 20)
            self._write(painter, lower, self._choice.text, theme.muted, TextSize.CAPTION, middle=True)
        else:
            upper = QRectF(Space.LARGE, middle - 12, room, 24)
        self._write(painter, upper, self._choice.title, theme.text, TextSize.HEADING, middle=False)
        painter.end()

    def _paint_right(self, painter: QPainter) -> float:
        """Draw the tick and the tag; return where they begin."""
        theme = self._look.theme
        right = float(self.width() - Space.SMALL)
        middle = self.height() / 2
        if self._choice.current:
            tick = self._look.icon("check", theme.text).pixmap(_TICK, _TICK)
            right -= _TICK + Space.SMALL
            painter.drawPixmap(int(right), int(middle - _TICK / 2), tick)
        if self._choice.tag:
            tag_font = font(TextSize.CAPTION, bold=True)
            width = QFontMetrics(tag_font).horizontalAdvance(self._choice.tag) + 2 * Space.SMALL
            right -= width + Space.SMALL
            plate = QRectF(right, middle - 11, width, 22)
            painter.setPen(QPen(QColor(theme.strong_line), 1))
            painter.setBrush(QColor(theme.card))
            painter.drawRoundedRect(plate, 4, 4)
            painter.setFont(tag_font)
            painter.setPen(QColor(theme.text))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self._choice.tag)
        return right

    def _write(self, painter: QPainter, area: QRectF, text: str, colour: str, size: int, *, middle: bool) -> None:
        text_font = font(size, bold=size == TextSize.HEADING)
        painter.setFont(text_font)
        painter.setPen(QColor(colour))
        way = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        shown = QFontMetrics(text_font).elidedText(text, way, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)


class ChoiceList(QScrollArea):
    """Rows under one another; `chosen` carries the place of the one that was touched."""

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.rows: list[ChoiceRow] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.SMALL)
        self._column.addStretch(1)
        self.setWidget(inner)

    def show_choices(self, choices: tuple[Choice, ...]) -> None:
        """Show other rows."""
        for row in self.rows:
            self._group.removeButton(row)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for number, choice in enumerate(choices):
            row = ChoiceRow(self._look, choice, self.widget())
            self._group.addButton(row, number)
            self.rows.append(row)
            self._column.insertWidget(number, row)
