"""What the operator does on the bench screen, done to the station."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.discovery import discover, drivers
from inspector.domain.station_state import TransitionRefused
from inspector.inspection.lane import NotReady
from inspector.station import Station
from inspector.station_lane import StationLane
from inspector.ui.bench.bench_binding import BenchBinding
from inspector.ui.bench.bench_page import BenchParts
from inspector.ui.bench.camera_chooser import CameraChooser
from inspector.ui.bench.part_detail import PartDetail
from inspector.ui.bench.recipe_chooser import RecipeChooser
from inspector.ui.bench.saying import sentence
from inspector.ui.bench.text_entry import TextEntry
from inspector.ui.bridge import Bridge
from inspector.ui.header import LaneFields
from inspector.ui.look import Look
from inspector.ui.widgets.message_bar import Level, Message, MessageBar
from inspector.ui.widgets.overlay import Overlay


@dataclass(frozen=True)
class LaneKeys:
    """Which keys are a lane's: the usual ones with `modifier`, and `pedals`, as foot pedals send them, to trigger."""

    modifier: Qt.KeyboardModifier
    pedals: tuple[Qt.Key, ...]


class BenchActions(QObject):
    """Buttons and keys of one lane, and the sheets that it opens: `opened` carries each before it is shown."""

    report_wanted = Signal()
    ready_changed = Signal()
    failed = Signal()
    opened = Signal(object)

    def __init__(
        self,
        station: Station,
        lane: StationLane,
        bridge: Bridge,
        look: Look,
        window: QWidget,
        page: BenchParts,
        fields: LaneFields,
        binding: BenchBinding,
        messages: MessageBar,
        keys: LaneKeys,
    ) -> None:
        """Put a lane's page to work."""
        super().__init__(window)
        self._station = station
        self._lane = lane
        self._bridge = bridge
        self._look = look
        self._window = window
        self._page = page
        self._binding = binding
        self._messages = messages
        self._fields = fields
        self._modifier = keys.modifier
        controls = page.controls
        controls.start.connect(self._start)
        controls.stop.connect(lane.stop)
        controls.hold.connect(self._hold)
        controls.release.connect(self._release)
        controls.trigger.connect(self._trigger)
        controls.report.connect(self.report_wanted)
        controls.refused.connect(self.note)
        page.live.camera_wanted.connect(self.choose_camera)
        page.strip.opened.connect(self._open_part)
        fields.recipe.clicked.connect(self.choose_recipe)
        fields.lot.clicked.connect(self._ask_lot)
        fields.serial.clicked.connect(self._ask_serial)
        self.shortcuts = [
            self._key(Qt.Key.Key_Space, controls.trigger_button.click),
            self._key(Qt.Key.Key_F5, self._key_start),
            self._key(Qt.Key.Key_F6, self._key_stop),
            self._key(Qt.Key.Key_F7, controls.hold_button.click),
            self._key(Qt.Key.Key_F8, controls.report_button.click),
            *(self._bare_key(pedal, controls.trigger_button.click) for pedal in keys.pedals),
        ]

    def set_keys_active(self, active: bool) -> None:
        """Let the keys work only while the bench is in sight and nothing lies over it."""
        for shortcut in self.shortcuts:
            shortcut.setEnabled(active)

    def note(self, text: str) -> None:
        """Say something that goes away by itself."""
        self._messages.show_message(Message("note", Level.NOTE, text))

    def choose_recipe(self) -> None:
        """Open the choice of recipes and use the one that is chosen."""
        chooser = self.recipe_chooser()
        chooser.chosen.connect(self.use_recipe)

    def choose_camera(self) -> None:
        """Open the choice of cameras and use the one that is chosen."""
        chooser = self.camera_chooser()
        chooser.chosen.connect(self.use_camera)

    def recipe_chooser(self) -> RecipeChooser:
        """Open the choice of recipes."""
        used = self._lane.used.recipe
        chooser = RecipeChooser(self._look, self._window, self._station.recipes(), Path(used) if used else None)
        self._open(chooser)
        return chooser

    def camera_chooser(self) -> CameraChooser:
        """Open the choice of cameras and look for some; that may take seconds."""
        camera = self._lane.camera
        chooser = CameraChooser(self._look, self._window, camera.address if camera is not None else "")
        self._open(chooser)

        def found(cameras: tuple[CameraIdentity, ...]) -> None:
            if chooser.open_now:
                chooser.show_found(cameras)

        def failed(error: BaseException) -> None:
            if chooser.open_now:
                chooser.show_failure(sentence(str(error)))

        def look() -> None:
            producers = self._station.settings.producers
            chooser.show_looking()
            self._bridge.aside(lambda: discover(producers), found, failed)

        def add_producer(path: Path) -> None:
            settings = self._station.settings
            kept = replace(settings, producers=tuple(dict.fromkeys((*settings.producers, str(path)))))
            self._bridge.follow(self._station.change_settings(kept), lambda _done: look(), failed)

        chooser.producer_chosen.connect(add_producer)
        chooser.show_lacking(drivers())
        look()
        return chooser

    def use_recipe(self, path: Path) -> "Future[Any]":
        """Judge by this recipe; what is wrong with it is said on the screen."""
        text = self.tr("The recipe proves itself on this computer: {0}").format(path.name)
        return self._try(f"recipe {self._lane.name}", text, self._lane.use_recipe(path))

    def use_camera(self, address: str) -> "Future[Any]":
        """Take this camera; why it cannot be had is said on the screen."""
        return self._try(
            f"camera {self._lane.name}",
            self.tr("The camera is being opened: {0}").format(address),
            self._lane.use_camera(address),
        )

    def _try(self, key: str, text: str, future: "Future[Any]") -> "Future[Any]":
        self._messages.show_message(Message(key, Level.NOTE, text))

        def done(_result: object) -> None:
            self._messages.clear(key)
            self._binding.show_all()
            self.ready_changed.emit()

        def failed(error: BaseException) -> None:
            self._messages.show_message(Message(key, Level.WARNING, sentence(str(error))))
            self._binding.show_all()
            self.failed.emit()

        self._bridge.follow(future, done, failed)
        return future

    def _key(self, key: Qt.Key, work: Callable[[], object]) -> QShortcut:
        return self._shortcut(QKeySequence(QKeyCombination(self._modifier, key)), work)

    def _bare_key(self, key: Qt.Key, work: Callable[[], object]) -> QShortcut:
        return self._shortcut(QKeySequence(key), work)

    def _shortcut(self, keys: QKeySequence, work: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(keys, self._window)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(work)
        return shortcut

    def _key_start(self) -> None:
        if not self._lane.lane.executing:
            self._page.controls.run_button.click()

    def _key_stop(self) -> None:
        if self._lane.lane.executing:
            self._page.controls.run_button.click()

    def _start(self) -> None:
        self._attempt(self._lane.start)

    def _trigger(self) -> None:
        self._attempt(self._lane.trigger)

    def _release(self) -> None:
        """Let the station go on; a camera that was lost is taken hold of again."""
        self._lane.reset()
        if self._lane.camera is None and self._lane.used.camera:
            self.use_camera(self._lane.used.camera)

    def _hold(self) -> None:
        self._attempt(self._hold_line)

    def _hold_line(self) -> None:
        self._lane.hold(self.tr("held by the operator"))

    def _attempt(self, work: Callable[[], object]) -> None:
        """Do what may be refused: the state can have changed since the button was drawn."""
        try:
            work()
        except (NotReady, TransitionRefused) as refusal:
            self.note(sentence(str(refusal)))

    def _ask_lot(self) -> None:
        entry = TextEntry(
            self._look,
            self._window,
            self.tr("Lot"),
            self.tr("Scan or type the lot. It is kept with every part from now on, until it is changed."),
            self._fields.lot.value,
        )
        entry.entered.connect(self._set_lot)
        self._open(entry)

    def _ask_serial(self) -> None:
        entry = TextEntry(
            self._look,
            self._window,
            self.tr("Serial number"),
            self.tr("Scan or type the serial number of the next part. It is kept with that one part."),
            self._fields.serial.value,
        )
        entry.entered.connect(self._set_serial)
        self._open(entry)

    def _set_lot(self, text: str) -> None:
        self._fields.lot.set_value(text)
        self._lane.lane.set_context(lot=text)

    def _set_serial(self, text: str) -> None:
        self._fields.serial.set_value(text)
        self._lane.lane.set_context(serial=text)

    def _open_part(self, sequence: int) -> None:
        parts = self._binding.newest_first
        places = [place for place, part in enumerate(parts) if part.inspection.sequence == sequence]
        if not places:
            self.note(self.tr("That part has left the strip. It stays in the records."))
            return
        binding = self._binding
        self._open(
            PartDetail(
                self._look,
                self._window,
                parts,
                places[0],
                region_of=binding.region_of,
                zone=binding.zone,
                model_file_of=binding.model_file_of,
            )
        )

    def _open(self, overlay: Overlay) -> None:
        self.opened.emit(overlay)
        overlay.open()
