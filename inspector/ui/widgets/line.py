"""One line of text that takes the room it is given and no more."""

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import TextSize, font

ColourRole = Literal["text", "muted"]


class Line(QWidget):
    """A line of text, cut off with an ellipsis where it is too long; then a touch or the pointer shows all of it.

    Setting the text repaints and never lays anything out anew, however often it comes.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget | None = None,
        *,
        size: int = TextSize.BODY,
        bold: bool = False,
        role: ColourRole = "text",
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._text = ""
        self._role: ColourRole = role
        self._alignment = alignment
        self._elide = elide
        self.setFont(font(size, bold=bold))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The whole text, however much of it fits."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def shown_text(self) -> str:
        """Return what fits."""
        return QFontMetrics(self.font()).elidedText(self._text, self._elide, self.width())

    def sizeHint(self) -> QSize:
        """Ask for the height of a line, and for any width."""
        return QSize(0, QFontMetrics(self.font()).height())

    def minimumSizeHint(self) -> QSize:
        """Ask for the height of a line."""
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        """Show the whole text as a tip where it was cut off."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self.toolTip() or (self._text if self.shown_text() != self._text else "")
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the text."""
        painter = QPainter(self)
        painter.setPen(QColor(getattr(self._look.theme, self._role)))
        painter.drawText(self.rect(), self._alignment | Qt.AlignmentFlag.AlignVCenter, self.shown_text())
        painter.end()
