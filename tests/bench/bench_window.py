"""How long the window's event loop pauses at 20 parts a second with the live view on.

`python tests/bench/bench_window.py [--seconds 20] [--rate 20] [--size 1280x800] [--json]`

A timer of 5 ms in the window's own thread notes how late it comes; a pause is the time between two of its ticks beyond
those 5 ms. Cameras deliver 1280 x 1024 colour frames, each is judged by the tiny recipe and recorded. Goal: 99 % of the
pauses at most 16 ms, none over 50 ms.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from inspector.domain.recipe import Trigger, TriggerMode
from tests.ui.staging import Stage

from PySide6.QtCore import QEventLoop, Qt, QTimer  # isort: skip
from PySide6.QtWidgets import QApplication  # isort: skip

from inspector.ui.app import application, create_window, window_first  # isort: skip
from inspector.ui.look import Look  # isort: skip

STEP = 0.005
WARM_UP = 3.0


class PauseMeter:
    """Notes how late a 5 ms timer comes, in seconds."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(STEP * 1000))
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.pauses.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.pauses.append(max(0.0, now - self._last - STEP))
        self._last = now


class Belt(threading.Thread):
    """Delivers frames at an even rate until it is told to stop."""

    def __init__(self, stage: Stage, rate: float) -> None:
        super().__init__(name="belt", daemon=True)
        self._stage = stage
        self._rate = rate
        self.leave = threading.Event()
        self.delivered = 0

    def end(self) -> None:
        """Stop and wait for it."""
        self.leave.set()
        self.join()

    def run(self) -> None:
        generator = np.random.default_rng(0)
        levels = (25, 25, 25, 25, 25, 25, 90, 130, 170, 230)
        frames = [np.clip(generator.normal(level, 9, (1024, 1280, 3)), 0, 255).astype(np.uint8) for level in levels]
        following = time.perf_counter()
        while not self.leave.is_set():
            self._stage.camera.show(frames[self.delivered % len(frames)], f"frame {self.delivered}")
            self.delivered += 1
            following += 1 / self._rate
            self.leave.wait(max(0.0, following - time.perf_counter()))


def measure(seconds: float, rate: float, size: tuple[int, int], *, live: bool = True) -> dict[str, object]:
    """Return the pauses in milliseconds, and how many parts were recorded meanwhile."""
    app = application()
    look = Look(app, "light")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        stage = Stage(Path(folder))
        held.callback(stage.station.close)
        window = create_window(stage.station, look)
        held.callback(window.deleteLater)
        held.callback(window.leave)
        window.resize(*size)
        window.show()
        stage.ready(stage.recipe(trigger=Trigger(TriggerMode.EACH_FRAME)))
        window.show_screen(0 if live else 1)
        shown: list[object] = []
        held.callback(stage.station.lanes[0].shown.subscribe(shown.append))
        stage.station.lanes[0].start()
        belt = Belt(stage, rate)
        held.callback(belt.end)
        belt.start()
        meter = PauseMeter()
        _spin(WARM_UP)
        held.enter_context(window_first())
        before = len(shown)
        meter.start()
        _spin(seconds)
        meter.stop()
        parts = len(shown) - before
    QApplication.processEvents()
    pauses = 1000 * np.array(meter.pauses)
    return {
        "platform": QApplication.platformName(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "size": f"{size[0]}x{size[1]}",
        "live": live,
        "seconds": seconds,
        "parts_a_second": round(parts / seconds, 2),
        "ticks": len(pauses),
        "pause_ms": {
            "median": round(float(np.median(pauses)), 2),
            "p95": round(float(np.percentile(pauses, 95)), 2),
            "p99": round(float(np.percentile(pauses, 99)), 2),
            "p999": round(float(np.percentile(pauses, 99.9)), 2),
            "max": round(float(pauses.max()), 2),
        },
        "over_16_ms": int((pauses > 16).sum()),
        "over_50_ms": int((pauses > 50).sum()),
    }


def _spin(seconds: float) -> None:
    # A loop of its own: `app.quit` asks the window first, and that refuses while parts are being judged.
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))
    result = measure(options.seconds, options.rate, (width, height))
    print(json.dumps(result, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
