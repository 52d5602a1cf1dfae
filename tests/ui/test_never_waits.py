"""A promise: the window never waits, whatever the judge and the disk are doing.

A judge that takes two seconds and a disk that takes two seconds a picture; meanwhile a timer of 5 ms on the window's
thread must never come more than 50 ms late. Other programs on the machine can also hold a timer up, which no window can
help; a window that waits does so every time. So the promise is kept when one of three tries is clean.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.domain.inspection import JudgedPart, StoredPicture
from inspector.domain.verdict import Verdict
from inspector.records.pictures import PictureStore
from inspector.ui.app import create_window, window_first
from inspector.ui.look import Look
from inspector.ui.window import BENCH, MainWindow
from tests.ui.staging import Stage, judgement

STEP, LONGEST, SLOW = 0.005, 0.050, 2.0
TRIES = 3
PICTURE = np.full((240, 320, 3), 90, np.uint8)


class SlowPictureStore(PictureStore):
    """A disk that takes its time."""

    def write(self, part: JudgedPart) -> StoredPicture:
        time.sleep(SLOW)
        return super().write(part)


class PauseMeter:
    """Notes how late a 5 ms timer comes, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(round(STEP * 1000))

    def stop(self) -> float:
        self._timer.stop()
        return self.longest

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last - STEP)
        self._last = now


@pytest.fixture
def slow(tmp_path: Path, look: Look, qtbot: QtBot) -> Iterator[tuple[Stage, MainWindow]]:
    """Return a running station whose judge and disk are slow, and its window."""
    pictures = SlowPictureStore.open(tmp_path / "slow pictures")
    stage = Stage(tmp_path, pictures=pictures, judging_takes=SLOW)
    stage.ready()
    window = create_window(stage.station, look)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_screen(BENCH)
    stage.station.lanes[0].start()
    qtbot.wait(1500)
    with window_first():
        yield stage, window
    window.leave()
    window.deleteLater()
    stage.station.close()


def one_try(stage: Stage, window: MainWindow, qtbot: QtBot) -> float:
    """Have a part judged and kept while the operator goes on working; return the longest pause in seconds."""
    shown = []
    leave = stage.station.lanes[0].shown.subscribe(shown.append)
    stage.script.put(judgement(Verdict.NG, "scratches"))
    meter = PauseMeter()
    QTest.keyClick(window, Qt.Key.Key_Space)
    stage.camera.show(PICTURE)
    deadline = time.monotonic() + 30
    steps = 0
    while not shown and time.monotonic() < deadline:
        qtbot.wait(100)
        steps += 1
        if steps % 3 == 0:
            stage.camera.show(PICTURE)
        if steps % 10 == 0:
            window.show_screen(BENCH)
    qtbot.waitUntil(lambda: window.bench.verdict.shown.verdict is Verdict.NG, timeout=10_000)
    longest = meter.stop()
    leave()
    assert len(shown) == 1
    assert steps >= 10 * (SLOW + SLOW) - 2, "the judge and the disk were not slow; the test tests nothing"
    return longest


def test_a_slow_judge_and_a_slow_disk_do_not_hold_the_window_up(slow: tuple[Stage, MainWindow], qtbot: QtBot) -> None:
    stage, window = slow
    pauses = []
    for _ in range(TRIES):
        pauses.append(one_try(stage, window, qtbot))
        if pauses[-1] <= LONGEST:
            return
        window.bench.strip.show_parts([])
    pytest.fail(f"the event loop paused for {', '.join(f'{1000 * pause:.0f} ms' for pause in pauses)}")
