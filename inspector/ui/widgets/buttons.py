"""Buttons for gloves, keys and screen readers."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.glove import glove_size

ButtonKind = Literal["primary", "plain", "quiet"]
_PRESSING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_ICON = 22


class Button(QPushButton):
    """A button of one kind of weight. Enter presses it as well as the space bar, which a screen may need for itself.

    `acted` says that it was pressed. One that cannot do its work just now stays touchable and says why: set the
    sentence with `block`, and `refused` carries it when it is pressed.
    """

    acted = Signal()
    refused = Signal(str)

    def __init__(
        self,
        look: Look,
        icon: str = "",
        parent: QWidget | None = None,
        *,
        kind: ButtonKind = "plain",
        glove: bool = False,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self._words = ""
        self._own_ink = ""
        self._tip = ""
        self._why_not = ""
        self.setProperty("kind", kind)
        self.setFont(font(TextSize.HEADING if glove else TextSize.BODY, bold=True))
        self.setMinimumHeight(glove_size(self) if glove else 44)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.changed.connect(self.update)
        self.clicked.connect(self._on_clicked)

    def set_words(self, text: str, *, tip: str = "", name: str = "") -> None:
        """Set what stands on the button, what more a tip says, and what a screen reader calls it."""
        if text != self._words:
            self._words = text
            self.setText(text)
            self.update()
        self._tip = tip
        self.setToolTip(self._why_not or tip)
        self.setAccessibleName(name or text)

    def set_icon(self, icon: str) -> None:
        """Put another icon on the button."""
        if icon != self._icon:
            self._icon = icon
            self.update()

    def set_ink(self, colour: str) -> None:
        """Write in a colour of its own, where the button lies on a coloured ground."""
        self._own_ink = colour
        self.update()

    def set_kind(self, kind: ButtonKind) -> None:
        """Give the button another weight."""
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self._restyle()

    def block(self, why: str) -> None:
        """Say why pressing does nothing just now; an empty text lets it work."""
        if why == self._why_not:
            return
        was_blocked = bool(self._why_not)
        self._why_not = why
        self.setToolTip(why or self._tip)
        self.setAccessibleDescription(why)
        if was_blocked != bool(why):
            self.setProperty("blocked", bool(why))
            self._restyle()

    @property
    def blocked(self) -> str:
        """Why pressing does nothing just now, or an empty text."""
        return self._why_not

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button."""
        if event.key() in _PRESSING_KEYS and not event.isAutoRepeat():
            self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Ask for the icon and the words."""
        words = QFontMetrics(self.font()).horizontalAdvance(self._words)
        icon = _ICON + Space.SMALL if self._icon else 0
        return QSize(words + icon + 2 * Space.LARGE, max(self.minimumHeight(), super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """Ask for the icon alone; the words are cut off before the window is pushed wider."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), self.minimumHeight()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, its icon, and as much of its words as fits."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        option.text, option.icon = "", QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        metrics = QFontMetrics(self.font())
        icon_room = _ICON + (Space.SMALL if self._words else 0) if self._icon else 0
        room = self.width() - 2 * Space.SMALL - icon_room
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, max(0, room))
        left = (self.width() - icon_room - metrics.horizontalAdvance(words)) / 2
        if self._icon:
            icon = self._look.icon(self._icon, self._ink()).pixmap(_ICON, _ICON)
            painter.drawPixmap(QPointF(left, (self.height() - _ICON) / 2), icon)
        painter.setFont(self.font())
        painter.setPen(QColor(self._ink()))
        text = QRectF(left + icon_room, 0, self.width() - left - icon_room, self.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()

    def _on_clicked(self) -> None:
        if self._why_not:
            self.refused.emit(self._why_not)
        else:
            self.acted.emit()

    def _ink(self) -> str:
        theme = self._look.theme
        if self._own_ink:
            return self._own_ink
        if self._why_not or not self.isEnabled():
            return theme.faint
        if self.property("kind") == "primary":
            return theme.action_ink
        quiet = self.property("kind") == "quiet" and not self.isChecked()
        return theme.muted if quiet else theme.text

    def _restyle(self) -> None:
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()


class Segments(QWidget):
    """A row of buttons of which one is down: a choice between few views."""

    chosen = Signal(int)

    def __init__(self, look: Look, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.HAIR)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: list[Button] = []
        for index in range(count):
            button = Button(look, parent=self, kind="quiet")
            button.setCheckable(True)
            button.setChecked(index == 0)
            self._group.addButton(button, index)
            self.buttons.append(button)
            row.addWidget(button)
        self._group.idClicked.connect(self.chosen)

    def set_words(self, *texts: str) -> None:
        """Set the words of the buttons, in their order."""
        for button, text in zip(self.buttons, texts, strict=True):
            button.set_words(text)

    def choose(self, index: int) -> None:
        """Put the button down as if it had been pressed."""
        self.buttons[index].click()
