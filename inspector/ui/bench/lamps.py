"""Lamps that say how the station's parts are, and why."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from inspector.domain.health import LampLevel
from inspector.domain.verdict import Verdict
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.glove import glove_size
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.overlay import Popover

_SIGNS = {
    LampLevel.OK: "check",
    LampLevel.WARNING: "triangle-alert",
    LampLevel.FAULT: "octagon-x",
    LampLevel.OFF: "minus",
}
_QUIET = frozenset({LampLevel.OK, LampLevel.OFF})
_ICON = 22
_LOW = 44
_EXPLANATION_WIDTH = 380


@dataclass(frozen=True)
class LampState:
    """How one part of the station is: in a word or two, and in the sentence that a touch shows."""

    level: LampLevel
    word: str
    text: str


class LampButton(QAbstractButton):
    """One lamp: grey and small-voiced when all is well, filled with colour when not. A touch explains."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, low: bool = False) -> None:
        """Make a lamp, a finger high, or `low` where two lanes share the screen."""
        super().__init__(parent)
        self._look = look
        self._low = low
        self._title = ""
        self._state = LampState(LampLevel.OFF, "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self.explain)
        look.changed.connect(self.update)

    @property
    def state(self) -> LampState:
        """What the lamp shows."""
        return self._state

    def set_title(self, title: str) -> None:
        """Say what the lamp stands for."""
        self._title = title
        self._describe()
        self.update()

    def show_state(self, state: LampState) -> None:
        """Show another state."""
        if state != self._state:
            self._state = state
            self._describe()
            self.update()

    def explain(self) -> Popover:
        """Open the sheet that says what is the matter and what to do."""
        sheet = Popover(self._look, self, width=_EXPLANATION_WIDTH)
        title = Line(self._look, sheet.sheet, size=TextSize.HEADING, bold=True)
        title.set_text(f"{self._title}: {self._state.word}")
        label = QLabel(self._state.text, sheet.sheet)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        sheet.sheet.column.addWidget(title)
        sheet.sheet.column.addWidget(label)
        sheet.open()
        return sheet

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Explain with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Ask for a finger's height."""
        return QSize(150, self._height())

    def minimumSizeHint(self) -> QSize:
        """Let the lamp shrink to its sign."""
        return QSize(64, self._height())

    def _height(self) -> int:
        return _LOW if self._low else glove_size(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lamp."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        fill, ink = self._colours()
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(QColor(theme.pressed if self.isDown() else fill))
        painter.setPen(QPen(QColor(theme.line if self._state.level in _QUIET else fill), 1))
        painter.drawRoundedRect(frame, Space.RADIUS, Space.RADIUS)
        middle = self.height() / 2
        sign = self._look.icon(_SIGNS[self._state.level], ink).pixmap(_ICON, _ICON)
        painter.drawPixmap(QPointF(Space.MEDIUM, middle - _ICON / 2), sign)
        left = Space.MEDIUM + _ICON + Space.SMALL
        room = self.width() - left - Space.SMALL
        self._write(painter, QRectF(left, middle - 20, room, 20), self._title, ink, bold=True)
        self._write(painter, QRectF(left, middle, room, 19), self._state.word, ink, bold=False)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), Space.RADIUS, Space.RADIUS)
        painter.end()

    def _colours(self) -> tuple[str, str]:
        """Return the fill and the colour of what is on it."""
        theme = self._look.theme
        if self._state.level is LampLevel.FAULT:
            colours = theme.verdicts[Verdict.ERROR]
            return colours.fill, colours.ink
        if self._state.level is LampLevel.WARNING:
            colours = theme.verdicts[Verdict.CHECK]
            return colours.fill, colours.ink
        return theme.card, theme.muted

    def _write(self, painter: QPainter, area: QRectF, text: str, colour: str, *, bold: bool) -> None:
        text_font = font(TextSize.BODY if bold else TextSize.CAPTION, bold=bold)
        painter.setFont(text_font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(text_font).elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)

    def _describe(self) -> None:
        self.setAccessibleName(f"{self._title}: {self._state.word}")
        self.setAccessibleDescription(self._state.text)
        self.setToolTip(self._state.text)
