"""The bar that says what is wrong, and stays until it is put right or read."""

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from inspector.domain.verdict import Verdict
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.translated import Translated

_SECONDS_OF_A_NOTE = 6


class Level(IntEnum):
    """How much a message matters. A note goes away by itself; the others stay until cleared or dismissed."""

    NOTE = 0
    WARNING = 1
    FAULT = 2


@dataclass(frozen=True)
class Message:
    """One sentence for a person. A newer message with the same `key` takes the older one's place."""

    key: str
    level: Level
    text: str
    times: int = 1


_ICONS = {Level.NOTE: "info", Level.WARNING: "triangle-alert", Level.FAULT: "octagon-x"}


class MessageBar(Translated):
    """Shows the gravest message, of equal ones the newest, and how many more wait behind it.

    It takes no room while there is nothing to say; its margins are its own.
    """

    dismissed = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._messages: dict[str, Message] = {}
        self._text = QLabel(self)
        self._text.setFont(font(TextSize.BODY, bold=True))
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._icon = QLabel(self)
        self._more = QLabel(self)
        self._close = Button(look, "x", self, kind="quiet")
        self._close.setFixedSize(QSize(44, 44))
        self._close.acted.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(
            Space.MEDIUM + Space.LARGE, Space.MEDIUM + Space.HAIR, Space.MEDIUM + Space.HAIR, Space.HAIR
        )
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._close)
        self._fading = QTimer(self)
        self._fading.setObjectName("message bar: a note goes away")
        self._fading.setSingleShot(True)
        self._fading.timeout.connect(self._fade)
        look.changed.connect(self._show_first)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self._close.set_words("", tip=self.tr("Dismiss this message"), name=self.tr("Dismiss this message"))
        self._show_first()

    def show_message(self, message: Message) -> None:
        """Put a message up; one with the same key and text counts up instead."""
        known = self._messages.pop(message.key, None)
        if known is not None and known.text == message.text and message.level is not Level.NOTE:
            message = Message(message.key, message.level, message.text, known.times + 1)
        self._messages[message.key] = message
        self._show_first()

    def clear(self, key: str) -> None:
        """Take the message of that key away: what it said is over."""
        if self._messages.pop(key, None) is not None:
            self._show_first()

    def dismiss(self) -> None:
        """Take away the message that is shown: a person has read it."""
        shown = self.shown
        if shown is not None:
            self.clear(shown.key)
            self.dismissed.emit(shown.key)

    @property
    def shown(self) -> Message | None:
        """The message that stands on the bar."""
        newest_first = reversed(self._messages.values())
        return max(newest_first, key=lambda message: message.level, default=None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the bar with the level's colour."""
        fill, _ink = self._colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(
            self.rect().adjusted(Space.MEDIUM, Space.MEDIUM, -Space.MEDIUM, 0), Space.RADIUS, Space.RADIUS
        )
        painter.end()

    def _colours(self) -> tuple[str, str]:
        shown = self.shown
        level = shown.level if shown is not None else Level.NOTE
        verdict = {Level.NOTE: Verdict.OK, Level.WARNING: Verdict.CHECK, Level.FAULT: Verdict.ERROR}[level]
        colours = self._look.theme.verdicts[verdict]
        return colours.fill, colours.ink

    def _show_first(self) -> None:
        shown = self.shown
        self.setVisible(shown is not None)
        self._fading.stop()
        if shown is None:
            return
        _fill, ink = self._colours()
        self._icon.setPixmap(self._look.icon(_ICONS[shown.level], ink).pixmap(24, 24))
        times = self.tr(" ({0} times)").format(shown.times) if shown.times > 1 else ""
        self._text.setText(shown.text + times)
        self._text.setAccessibleName(shown.text)
        waiting = len(self._messages) - 1
        self._more.setText(self.tr("+ {0} more").format(waiting) if waiting else "")
        for label in (self._text, self._more):
            label.setStyleSheet(f"color: {ink}")
        self._close.set_ink(ink)
        if shown.level is Level.NOTE:
            self._fading.start(_SECONDS_OF_A_NOTE * 1000)
        self.update()

    def _fade(self) -> None:
        shown = self.shown
        if shown is not None and shown.level is Level.NOTE:
            self.clear(shown.key)
