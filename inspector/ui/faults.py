"""No failure of the program dies silently: each reaches the log and the screen."""

import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_LOG = logging.getLogger("inspector.window")
_QT_LOG = logging.getLogger("inspector.qt")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_HARMLESS = ("This plugin does not support propagateSizeHints()", "This plugin does not support raise()")
"""What Qt says on every start without a real screen; it means nothing for the station."""


@dataclass(frozen=True)
class Fault:
    """A failure of the program itself. `key` is the same for each repetition, `text` is for the screen."""

    key: str
    text: str


def watch_for_faults(report: Callable[[Fault], None]) -> Callable[[], None]:
    """Send what nobody caught, on any thread, and what Qt calls critical, to the log and to `report`.

    `report` runs on the thread of the failure and must return at once. Returns the function that undoes it all.
    """
    before = sys.excepthook, threading.excepthook

    def from_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _take(error, trace, threading.current_thread().name)

    def from_thread(arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None:
            _take(error, arguments.exc_traceback, arguments.thread.name if arguments.thread else "?")

    def from_qt(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if text.startswith(_HARMLESS):
            return
        _QT_LOG.log(_QT_LEVELS.get(kind, logging.ERROR), "%s", text)
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            report(Fault(f"qt:{text}", text))

    def _take(error: BaseException, trace: TracebackType | None, thread: str) -> None:
        _LOG.error("nobody caught this, on thread '%s'", thread, exc_info=(type(error), error, trace))
        report(Fault(f"{type(error).__name__}:{_place(trace)}", f"{type(error).__name__}: {error}"))

    sys.excepthook, threading.excepthook = from_main, from_thread
    qt_before = qInstallMessageHandler(from_qt)

    def undo() -> None:
        sys.excepthook, threading.excepthook = before
        qInstallMessageHandler(qt_before)

    return undo


def _place(trace: TracebackType | None) -> str:
    """Return where the failure happened, as file and line, to tell repetitions from new ones."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
