"""From the start of the process to Ready with the demo recipe, without and with the window (goal: 3 s).

    python tests/bench/bench_start.py [--rounds 5]

Each round is a new process; the first, which fills the caches of imports and disk, is not counted.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_HEADLESS = """
import sys
from pathlib import Path
from inspector import assets
from inspector.domain.station_state import StationState
from inspector.station import open_station
station = open_station(Path(sys.argv[1]))
camera, recipe = station.lanes[0].use_camera("demo:1"), station.lanes[0].use_recipe(assets.model("demo", "demo.recipe"))
camera.result(), recipe.result()
assert station.lanes[0].lane.state is StationState.READY, station.lanes[0].lane.why
print("ready", flush=True)
station.close()
"""
_WINDOW = """
import sys
from pathlib import Path
from inspector import assets
from inspector.domain.station_state import StationState
from inspector.station import open_station
from inspector.ui.app import application, create_window
from inspector.ui.look import Look
from PySide6.QtCore import QTimer
station = open_station(Path(sys.argv[1]))
app = application()
window = create_window(station, Look(app, "light"))
window.actions_of_benches[0].use_camera("demo:1")
window.actions_of_benches[0].use_recipe(assets.model("demo", "demo.recipe"))
window.resize(1280, 800)
window.show()
def look():
    if station.lanes[0].lane.state is StationState.READY:
        print("ready", flush=True)
        window.close()
        app.quit()
timer = QTimer()
timer.timeout.connect(look)
timer.start(5)
app.exec()
station.close()
"""


def _seconds(program: str) -> float:
    with tempfile.TemporaryDirectory() as data:
        started = time.perf_counter()
        command = [sys.executable, "-c", program, str(Path(data) / "station")]
        environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            seconds = time.perf_counter() - started
            process.wait(30)
    if line.strip() != "ready":
        raise SystemExit("the station did not become Ready")
    return seconds


def main() -> None:
    """Print the median and the range of each way of starting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for name, program in (("headless", _HEADLESS), ("window", _WINDOW)):
        _seconds(program)
        times = sorted(_seconds(program) for _ in range(rounds))
        print(f"{name:<10} median {statistics.median(times):.2f} s   ({times[0]:.2f} to {times[-1]:.2f} s)")


if __name__ == "__main__":
    main()
