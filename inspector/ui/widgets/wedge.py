"""Barcode scanners that type: a burst of keys, faster than anybody types, is a code and not typing."""

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

LONGEST_GAP = 50
LEAST_CHARACTERS = 4
_GROUP_SEPARATOR = "\x1d"
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_KEY_TYPES = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class WedgeFilter(QObject):
    """Recognises the scans of a keyboard wedge in a window and keeps them from what has the focus there.

    A scan is at least `LEAST_CHARACTERS` characters, at most `LONGEST_GAP` milliseconds apart, ended by Enter or Tab.
    Since the first key of a scan looks like typing, each key that writes something is held back for that long; when no
    scan comes of it, it goes its ordinary way: to the focused field, or to the shortcut that it is. Keys that write
    nothing (function keys, Page Down, modifiers) are never held back.
    """

    scanned = Signal(str)

    def __init__(self, window: QWidget) -> None:
        """Watch the keys of this top-level window. It belongs to the window and ends with it."""
        super().__init__(window)
        self._window = window
        window.winId()  # the window's handle, which gets the keys first, is made by this
        self._handle = window.windowHandle()
        self._held: list[QKeyEvent] = []
        self._code = ""
        self._swallowed: set[int] = set()
        self._replaying = False
        self._clock = QElapsedTimer()
        self._clock.start()
        self._last_stamp = 0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LONGEST_GAP)
        self._patience.setTimerType(Qt.TimerType.PreciseTimer)
        self._patience.timeout.connect(self._let_go)
        self._handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold keys back that may be of a scan."""
        if self._replaying or event.type() not in _KEY_TYPES or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._released(event)
        if event.key() in _ENDS and self._is_scan(event):
            return self._end_scan(event)
        character = _character(event)
        if event.isAutoRepeat() or not character:
            if not _is_modifier(event):
                self._let_go()
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # else a shortcut of this key would be set off now
            return True
        self._hold(event, character)
        return True

    def _hold(self, event: QKeyEvent, character: str) -> None:
        if self._gap(event) > LONGEST_GAP:
            self._let_go()
        self._last_stamp = event.timestamp()
        self._clock.restart()
        self._held.append(event.clone())
        self._code += character
        self._patience.start()

    def _released(self, event: QKeyEvent) -> bool:
        if event.key() in self._swallowed and not event.isAutoRepeat():
            self._swallowed.discard(event.key())
            return True
        if any(held.key() == event.key() for held in self._held):
            self._held.append(event.clone())
            return True
        return False

    def _is_scan(self, event: QKeyEvent) -> bool:
        return len(self._code) >= LEAST_CHARACTERS and self._gap(event) <= LONGEST_GAP

    def _end_scan(self, event: QKeyEvent) -> bool:
        event.accept()
        if event.type() == QEvent.Type.ShortcutOverride:
            return True
        down = [held.key() for held in self._held if held.type() == QEvent.Type.KeyPress]
        for held in self._held:
            if held.type() == QEvent.Type.KeyRelease and held.key() in down:
                down.remove(held.key())
        self._swallowed |= {*down, event.key()}
        code = self._forget()
        self.scanned.emit(code)
        return True

    def _forget(self) -> str:
        code, self._code = self._code, ""
        self._held.clear()
        self._patience.stop()
        return code

    def _let_go(self) -> None:
        """Send the keys that were held back their ordinary way."""
        held = list(self._held)
        self._forget()
        self._replaying = True
        try:
            for event in held:
                self._replay(event)
        finally:
            self._replaying = False

    def _replay(self, event: QKeyEvent) -> None:
        if event.type() == QEvent.Type.KeyPress:
            override = QKeyEvent(QEvent.Type.ShortcutOverride, event.key(), event.modifiers(), event.text())
            override.ignore()
            QCoreApplication.sendEvent(self._handle, override)
            shortcut = None if override.isAccepted() else self._shortcut_of(event)
            if shortcut is not None:
                shortcut.activated.emit()
                return
        QCoreApplication.sendEvent(self._handle, event)

    def _shortcut_of(self, event: QKeyEvent) -> QShortcut | None:
        wanted = QKeySequence(event.keyCombination())
        for shortcut in self._window.findChildren(QShortcut):
            if shortcut.isEnabled() and _is_for(shortcut, wanted) and _reaches(shortcut):
                return shortcut
        return None

    def _gap(self, event: QKeyEvent) -> int:
        """Return how many milliseconds after the last key this one came.

        By the keys' own times, which a busy window does not delay, or else by the clock.
        """
        if self._last_stamp and event.timestamp():
            return event.timestamp() - self._last_stamp
        return self._clock.elapsed()


def _character(event: QKeyEvent) -> str:
    """Return what a key writes into a code, empty for a key that writes nothing."""
    control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    if event.text() == _GROUP_SEPARATOR or (control and event.key() == Qt.Key.Key_BracketRight):
        return _GROUP_SEPARATOR
    return event.text() if event.text().isprintable() else ""


def _is_modifier(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)


def _is_for(shortcut: QShortcut, wanted: QKeySequence) -> bool:
    sequences = shortcut.keys()  # a method of Qt's, not of a dictionary
    return wanted in sequences


def _reaches(shortcut: QShortcut) -> bool:
    """Say whether a shortcut works where the focus is, as Qt decides it."""
    parent = shortcut.parent()
    if not isinstance(parent, QWidget) or not (parent.isVisible() and parent.isEnabled()):
        return False
    focus = QApplication.focusWidget()
    if shortcut.context() == Qt.ShortcutContext.WidgetShortcut:
        return focus is parent
    if shortcut.context() == Qt.ShortcutContext.WidgetWithChildrenShortcut:
        return focus is parent or (focus is not None and parent.isAncestorOf(focus))
    return True
