"""From a station to its window on the screen."""

import gc
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from inspector.domain.clock import Clock, SystemClock
from inspector.settings import LaneSettings
from inspector.station import Station
from inspector.ui.faults import watch_for_faults
from inspector.ui.look import Look, draw_icon
from inspector.ui.window import BENCH, MainWindow

_COMFORTABLE = (1440, 900)
_TURN_SECONDS = 0.001


def application() -> QApplication:
    """Return the process's one QApplication, in the program's own look; made on the first call."""
    known = QApplication.instance()
    made = known if isinstance(known, QApplication) else QApplication(["inspector"])
    made.setApplicationName("Inspector")
    made.setDesktopFileName("inspector")
    made.setStyle("Fusion")
    # The words are English so far, so numbers and dates are too.
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    return made


def create_window(station: Station, look: Look, clock: Clock | None = None) -> MainWindow:
    """Return the window of a station that is open, not yet shown."""
    window = MainWindow(station, look, clock or SystemClock())
    window.setWindowIcon(QIcon(draw_icon("scan-eye", "#2C3943", 64)))
    return window


def open_window(station: Station, asked: Sequence[LaneSettings] = ()) -> int:
    """Show the window and return the exit code when it is closed.

    Each lane takes the camera and the recipe that are `asked` of it, and goes on with what it used last for the rest.
    """
    app = application()
    look = Look(app, station.settings.theme)
    window = create_window(station, look)
    stop_watching = watch_for_faults(window.bridge.report_fault)
    # Asked to end by Ctrl-C or by the system; Python hears of it at the bridge's next tick.
    before = {end: signal.signal(end, lambda *_: _quit(app, window)) for end in (signal.SIGINT, signal.SIGTERM)}
    try:
        _resume(window, station, asked)
        _show(app, window)
        with window_first():
            return app.exec()
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)
        stop_watching()
        window.leave()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _quit(app: QApplication, window: MainWindow) -> None:
    window.leave()
    app.quit()


@contextmanager
def window_first() -> Iterator[None]:
    """Keep what the station's threads do from holding the window up.

    Python lets a thread compute for 5 ms before another gets its turn; with 1 ms the window's worst pauses become half
    as long (measured). And what was made so far is taken out of garbage collection: the libraries leave hundreds of
    thousands of objects that live for ever, and walking through them held everything up for 0.2 s each time.
    """
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(interval)


def _resume(window: MainWindow, station: Station, asked: Sequence[LaneSettings]) -> None:
    """Take what was asked for, or what was used last; what cannot be had is said on the screen."""
    by_name = {one.name: one for one in asked}
    for lane, actions in zip(station.lanes, window.actions_of_benches, strict=True):
        wanted = by_name.get(lane.name, LaneSettings())
        address, recipe = wanted.camera or lane.used.camera, wanted.recipe or lane.used.recipe
        if address:
            actions.use_camera(address)
        if recipe:
            actions.use_recipe(Path(recipe))
        if address or recipe:
            window.show_screen(BENCH)


def _show(app: QApplication, window: MainWindow) -> None:
    room = app.primaryScreen().availableSize()
    if room.width() < _COMFORTABLE[0] * 1.2 or room.height() < _COMFORTABLE[1] * 1.2:
        window.resize(room)  # a kiosk without a window manager maximizes nothing
        window.showMaximized()
        return
    window.resize(*_COMFORTABLE)
    window.show()
