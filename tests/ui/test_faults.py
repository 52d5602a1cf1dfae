"""No failure dies silently."""

import sys
import threading

from PySide6.QtCore import QObject, Signal, qCritical, qWarning
from pytestqt.qtbot import QtBot

from inspector.ui.faults import Fault, watch_for_faults


class Sender(QObject):
    sent = Signal()


def test_what_a_slot_raises_is_told_and_logged(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("nobody caught this")
    told: list[Fault] = []
    stop = watch_for_faults(told.append)
    try:
        sender = Sender()

        def slot() -> None:
            raise RuntimeError("the slot broke")

        sender.sent.connect(slot)
        sender.sent.emit()
        sender.sent.emit()
    finally:
        stop()
    assert [fault.text for fault in told] == ["RuntimeError: the slot broke"] * 2
    assert told[0].key == told[1].key


def test_what_a_thread_raises_is_told(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("on thread 'broken'")
    told: list[Fault] = []
    stop = watch_for_faults(told.append)
    try:
        thread = threading.Thread(target=lambda: 1 / 0, name="broken")
        thread.start()
        thread.join()
    finally:
        stop()
    assert told[0].text.startswith("ZeroDivisionError")


def test_what_qt_calls_critical_is_told_and_a_warning_is_logged(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("ERROR inspector.qt: it is grave")
    expected_logs.append("WARNING inspector.qt: it is odd")
    told: list[Fault] = []
    stop = watch_for_faults(told.append)
    try:
        qWarning("it is odd")
        qCritical("it is grave")
        qWarning("This plugin does not support propagateSizeHints()")
    finally:
        stop()
    assert [fault.text for fault in told] == ["it is grave"]


def test_it_can_be_undone(qtbot: QtBot) -> None:
    before = sys.excepthook, threading.excepthook
    watch_for_faults(lambda _fault: None)()
    assert (sys.excepthook, threading.excepthook) == before


def test_ctrl_c_is_no_fault(qtbot: QtBot, capsys: object) -> None:
    told: list[Fault] = []
    stop = watch_for_faults(told.append)
    try:
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    finally:
        stop()
    assert not told


def test_qt_keeps_count_of_none(qapp: object) -> None:
    """One release of the binding dropped a reference of None with every call that returns nothing.

    On Python 3.11, where None can die, that ends the program after some thousand repaints.
    """
    from PySide6.QtGui import QFont

    font = QFont()
    before = sys.getrefcount(None)
    for _ in range(500):
        font.setBold(True)
    assert abs(sys.getrefcount(None) - before) < 100
