"""The top of the window: which station, what it is doing, and for whom."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inspector.domain.station_state import StationState
from inspector.domain.verdict import Verdict
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.field import Field
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.translated import Translated
from inspector.ui.words import state_word

HEIGHT = 68


class StatePill(QWidget):
    """The station's state in one word; filled with colour only when it is not as it should be."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._state = StationState.PREOPERATIONAL
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)
        self.show_state(self._state, "")

    def show_state(self, state: StationState, why: str) -> None:
        """Show another state, and in the tip why, with the name that OPC 40100-1 gives it."""
        self._state = state
        self.setAccessibleName(state_word(state))
        self.setToolTip("\n".join(filter(None, (why, f"OPC 40100-1: {state}"))))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for one small line."""
        return QSize(120, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pill as wide as its word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, ink = self._colours()
        word_font = font(TextSize.CAPTION, bold=True)
        metrics = QFontMetrics(word_font)
        dot = 8
        word = metrics.elidedText(state_word(self._state), Qt.TextElideMode.ElideRight, self.width() - 32)
        width = metrics.horizontalAdvance(word) + dot + 6 + 2 * Space.SMALL
        plate = QRectF(0, (self.height() - 20) / 2, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(plate, 10, 10)
        self._paint_dot(painter, QRectF(plate.left() + Space.SMALL, plate.center().y() - dot / 2, dot, dot), ink)
        painter.setFont(word_font)
        painter.setPen(QColor(ink))
        text = plate.adjusted(Space.SMALL + dot + 6, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, word)
        painter.end()

    def _paint_dot(self, painter: QPainter, place: QRectF, ink: str) -> None:
        """Draw a disc while it runs, a ring while it stands, a bar when it is held or at fault."""
        painter.setBrush(QColor(ink))
        if self._state in (StationState.CONTINUOUS_EXECUTION, StationState.SINGLE_EXECUTION):
            painter.drawEllipse(place)
        elif self._state in (StationState.HALTED, StationState.ERROR):
            painter.drawRect(place)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(ink))
            painter.drawEllipse(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def _colours(self) -> tuple[str, str]:
        theme = self._look.theme
        if self._state is StationState.ERROR:
            colours = theme.verdicts[Verdict.ERROR]
            return colours.fill, colours.ink
        if self._state is StationState.HALTED:
            colours = theme.verdicts[Verdict.CHECK]
            return colours.fill, colours.ink
        return theme.pressed, theme.text


class LaneFields(Translated):
    """What belongs to one lane: its state, then recipe, lot and serial, which a touch changes.

    In a window of one lane they stand in the header, else above the lane's half.
    """

    def __init__(self, look: Look, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self._name = name
        self.title = Line(look, self, size=TextSize.TITLE, bold=True)
        self.state = StatePill(look, self)
        self.recipe = Field(look, self, sign="chevron-down", width=200 if name else 240)
        self.lot = Field(look, self, sign="pencil", width=90 if name else 130)
        self.serial = Field(look, self, sign="pencil", width=90 if name else 130)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.HAIR)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.setContentsMargins(0, Space.SMALL, 0, Space.SMALL)
        names.addWidget(self.title)
        names.addWidget(self.state)
        row.addLayout(names, 18)
        for field, share in ((self.recipe, 24), (self.lot, 13), (self.serial, 13)):
            row.addWidget(field, share)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        if self._name:
            self.title.set_text(self.tr("Lane {0}").format(self._name))
        self.recipe.set_words(self.tr("Recipe"), self.tr("Choose a recipe"))
        self.lot.set_words(self.tr("Lot"), "–")
        self.serial.set_words(self.tr("Serial"), "–")
        self.state.update()


class Header(Translated):
    """Station, then what belongs to its only lane, then operator, which a touch changes, then shift and clock."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, lane: LaneFields | None = None) -> None:
        """Make the header; `lane` is given where the station has one lane alone."""
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.station = lane.title if lane is not None else Line(look, self, size=TextSize.TITLE, bold=True)
        self.operator = Field(look, self, sign="pencil", width=130)
        self.shift = Field(look, self, width=110)
        self.clock = Field(look, self, width=100)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.LARGE, 0, Space.SMALL, 0)
        row.setSpacing(Space.HAIR)
        row.addWidget(lane if lane is not None else self.station, 68)
        for field, share in ((self.operator, 14), (self.shift, 11), (self.clock, 10)):
            row.addWidget(field, share)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.operator.set_words(self.tr("Operator"), "–")
        self.shift.set_words(self.tr("Shift"), "–")
        self.clock.set_words(self.tr("Time"))
