"""Sheets that lie over the window for a moment: a question, a choice, an explanation.

They are part of the window, not windows of their own, so that a kiosk without a window manager shows them rightly.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space
from inspector.ui.widgets.card import Card


class Sheet(Card):
    """The card of an overlay; it looks lifted from the page."""


class Overlay(QWidget):
    """Covers its window, dims what is below and holds the keyboard until it is closed; Escape closes it."""

    closed = Signal()

    def __init__(self, look: Look, window: QWidget, *, width: int, height: int = 0) -> None:
        super().__init__(window)
        self._look = look
        self._wanted = (width, height)
        self.open_now = False
        self._before: QWidget | None = QApplication.focusWidget()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sheet = Sheet(self, margin=Space.WIDE)
        self.sheet.column.setSpacing(Space.LARGE)
        window.installEventFilter(self)

    def open(self) -> None:
        """Show it over the whole window and take the keyboard."""
        self.open_now = True
        self._place()
        self.show()
        self.raise_()
        if not self.isAncestorOf(QApplication.focusWidget() or self.window()):
            first = self._stops()
            (first[0] if first else self).setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close it and give the keyboard back."""
        if not self.open_now:
            return
        self.open_now = False
        self.window().removeEventFilter(self)
        self.close()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.closed.emit()

    def focusNextPrevChild(self, following: bool) -> bool:
        """Let the Tab key go around inside the sheet."""
        stops = self._stops()
        if not stops:
            return True
        focused = QApplication.focusWidget()
        step = 1 if following else -1
        index = (stops.index(focused) + step) % len(stops) if focused in stops else 0
        reason = Qt.FocusReason.TabFocusReason if following else Qt.FocusReason.BacktabFocusReason
        stops[index].setFocus(reason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape close the sheet, and let no key through to what is below."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let a touch beside the sheet close it."""
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.dismiss()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what lies below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(8, 12, 15, 140))
        painter.end()

    def _stops(self) -> list[QWidget]:
        """Return what takes the keyboard, in reading order."""
        tab = Qt.FocusPolicy.TabFocus
        return [
            child
            for child in self.sheet.findChildren(QWidget)
            if child.isVisibleTo(self) and child.isEnabled() and child.focusPolicy() & tab == tab
        ]

    def _place(self) -> None:
        room = self.window().size()
        self.resize(room)
        width, height = self._wanted
        width = min(width, room.width() - 2 * Space.WIDE)
        wanted = height or self.sheet.heightForWidth(width)
        if wanted <= 0:
            wanted = self.sheet.sizeHint().height()
        height = min(wanted, room.height() - 2 * Space.WIDE)
        self.sheet.setGeometry((room.width() - width) // 2, (room.height() - height) // 2, width, height)


class Popover(Overlay):
    """A small sheet beside the thing that it explains; nothing is dimmed. A touch elsewhere, or Escape, closes it."""

    def __init__(self, look: Look, anchor: QWidget, *, width: int) -> None:
        super().__init__(look, anchor.window(), width=width)
        self.sheet.column.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        self.sheet.column.setSpacing(Space.SMALL)
        # Only where the anchor is, not the anchor: a child that holds its parent's parts can outlive them.
        self._beside = QRect(anchor.mapTo(anchor.window(), QPoint(0, 0)), anchor.size())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Leave what lies below as it is."""

    def _place(self) -> None:
        super()._place()
        room, sheet = self.rect(), self.sheet.geometry()
        above = self._beside.top() - sheet.height() - Space.SMALL
        top = above if above >= Space.SMALL else self._beside.bottom() + Space.SMALL
        left = min(self._beside.left(), room.width() - sheet.width() - Space.SMALL)
        self.sheet.move(max(Space.SMALL, left), top)
