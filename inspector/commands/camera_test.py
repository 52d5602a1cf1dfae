"""`inspector cameras test ADDRESS`: how the pictures of a camera come in, and what limits it."""

import sys
import time
from typing import TYPE_CHECKING, Any

from inspector.commands.messages import print_json

if TYPE_CHECKING:
    from inspector.cameras.camera_check import Measurement

_SHOWN_EVERY = 0.5


class _Line:
    """Rewrites one line on a terminal; on anything else it is silent until the end."""

    def __init__(self) -> None:
        self._shown = 0.0

    def show(self, seconds: float, frames: int) -> None:
        """Show how far the test has come, twice a second at most."""
        if sys.stderr.isatty() and time.monotonic() - self._shown >= _SHOWN_EVERY:
            self._shown = time.monotonic()
            sys.stderr.write(f"\r\x1b[K{seconds:.0f} s: {frames} pictures; Ctrl-C ends the test")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def execute_test(address: str, seconds: float, as_json: bool) -> int:
    """Measure and print the figures; exit code 1 when no whole picture came or the camera was lost."""
    from inspector.cameras.camera_check import CameraCheck
    from inspector.cameras.camera_limits import limits, surroundings
    from inspector.cameras.discovery import open_camera
    from inspector.domain.clock import SystemClock

    clock, line = SystemClock(), _Line()
    sys.stderr.write(
        f"{address} is being opened and measured for {seconds:g} s; Ctrl-C ends it with the figures so far\n"
    )
    measured = CameraCheck(open_camera(address, clock), clock).measure(seconds, line.show)
    line.end()
    found = limits(measured, surroundings(measured.camera.place))
    if as_json:
        print_json(_as_json(measured, found))
    else:
        for name, value in _lines(measured):
            print(f"{name:<12}  {value}")
        for sentence in found or ("Nothing was found that limits it.",):
            print(sentence)
    return 1 if measured.frames == 0 or measured.lost else 0


def _lines(measured: "Measurement") -> list[tuple[str, str]]:
    camera = measured.camera
    about = [camera.vendor, camera.model or camera.name, camera.serial and f"serial {camera.serial}", camera.place]
    lines = [
        ("camera", ", ".join(part for part in about if part)),
        ("picture", f"{measured.width} x {measured.height}" if measured.frames else "none"),
        ("frames", f"{measured.frames} in {measured.seconds:.1f} s: {measured.rate:.1f} a second"),
        ("data", f"{measured.megabytes:.1f} MB/s"),
        ("incomplete", str(measured.incomplete)),
        ("dropped", _known(measured.dropped)),
        ("resends", _known(measured.resends)),
        ("lost packets", _known(measured.lost_packets)),
        ("processor", f"{measured.processor:.0%} of a core"),
    ]
    if measured.ages is not None:
        lines.append(("age", f"{measured.ages[0] * 1000:.0f} ms, oldest {measured.ages[1] * 1000:.0f} ms"))
    if measured.longest_pause is not None:
        lines.append(("pause", f"longest {measured.longest_pause * 1000:.0f} ms"))
    if measured.answer is not None:
        lines.append(("trigger", f"{measured.answer * 1000:.0f} ms from a software trigger to its picture"))
    return lines


def _known(number: int | None) -> str:
    return "not known to this driver" if number is None else str(number)


def _as_json(measured: "Measurement", found: tuple[str, ...]) -> dict[str, Any]:
    ages = measured.ages
    return {
        "address": measured.camera.address,
        "driver": measured.camera.driver,
        "serial": measured.camera.serial or None,
        "seconds": measured.seconds,
        "frames": measured.frames,
        "fps": measured.rate,
        "megabytes_per_second": measured.megabytes,
        "width": measured.width,
        "height": measured.height,
        "incomplete": measured.incomplete,
        "dropped": measured.dropped,
        "resends": measured.resends,
        "lost_packets": measured.lost_packets,
        "processor": measured.processor,
        "age_ms": None if ages is None else {"middle": ages[0] * 1000, "oldest": ages[1] * 1000},
        "longest_pause_ms": None if measured.longest_pause is None else measured.longest_pause * 1000,
        "trigger_ms": None if measured.answer is None else measured.answer * 1000,
        "features": {feature.name: feature.value for feature in measured.features},
        "limits": list(found),
        "lost": measured.lost or None,
    }
