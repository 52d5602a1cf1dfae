"""The bench's big buttons and lamps, in one row at the bottom where a hand finds them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.domain.recipe import TriggerMode
from inspector.domain.station_state import EXECUTING, StationState
from inspector.ui.bench.lamps import LampButton
from inspector.ui.look import Look
from inspector.ui.theme import Space
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.translated import Translated

LAMPS = ("camera", "accelerator", "disk")


class Controls(Translated):
    """Start or Stop, Hold or Release, Trigger, Report; then the lamps. Each button says why it cannot be used."""

    start = Signal()
    stop = Signal()
    hold = Signal()
    release = Signal()
    trigger = Signal()
    report = Signal()
    refused = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None, *, keys: str = "", narrow: bool = False) -> None:
        """Make the row, or two of them where it is narrow. `keys` stands before each key in the tips: `Shift+`."""
        super().__init__(parent)
        self._keys = keys
        self._state = StationState.PREOPERATIONAL
        self._missing = ""
        self._mode: TriggerMode | None = None
        self.run_button = Button(look, "play", self, kind="primary", glove=True)
        self.hold_button = Button(look, "hand", self, glove=True)
        self.trigger_button = Button(look, "aperture", self, glove=True)
        self.report_button = Button(look, "file-text", self, glove=True)
        self.run_button.acted.connect(self.press_run)
        self.hold_button.acted.connect(self.press_hold)
        self.trigger_button.acted.connect(self.trigger)
        self.report_button.acted.connect(self.report)
        self.lamps = {name: LampButton(look, self, low=narrow) for name in LAMPS}
        buttons = (self.run_button, self.hold_button, self.trigger_button, self.report_button)
        for button in buttons:
            button.refused.connect(self.refused)
        self._arrange(buttons, narrow=narrow)
        self.retranslate()

    def _arrange(self, buttons: Sequence[Button], *, narrow: bool) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.SMALL)
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL if narrow else Space.MEDIUM)
        for button in buttons:
            row.addWidget(button, 5)
        whole.addLayout(row)
        if narrow:
            row = QHBoxLayout()
            row.setSpacing(Space.SMALL)
            whole.addLayout(row)
        else:
            row.addSpacing(Space.MEDIUM)
        for lamp in self.lamps.values():
            row.addWidget(lamp, 5)

    def retranslate(self) -> None:
        """Set the words anew."""
        titles = {"camera": self.tr("Camera"), "accelerator": self.tr("Accelerator"), "disk": self.tr("Disk")}
        for name, lamp in self.lamps.items():
            lamp.set_title(titles[name])
        self.trigger_button.set_words(
            self.tr("Trigger"),
            tip=self._tip(self.tr("Judge the part in front of the camera ({0})"), self.tr("space bar")),
        )
        self.report_button.set_words(
            self.tr("Report"), tip=self._tip(self.tr("Make the report of this shift ({0})"), "F8")
        )
        self._show()

    def show_state(self, state: StationState, mode: TriggerMode | None, missing: str) -> None:
        """Show what can be done in this state; `missing` says what the station still needs, if anything."""
        if (state, mode, missing) != (self._state, self._mode, self._missing):
            self._state, self._mode, self._missing = state, mode, missing
            self._show()

    def press_run(self) -> None:
        """Start, or stop where it runs."""
        if self._state in EXECUTING:
            self.stop.emit()
        else:
            self.start.emit()

    def press_hold(self) -> None:
        """Hold, or release where it is held or at fault."""
        if self._state in (StationState.HALTED, StationState.ERROR):
            self.release.emit()
        else:
            self.hold.emit()

    def _show(self) -> None:
        runs = self._state in EXECUTING
        if runs:
            self.run_button.set_words(self.tr("Stop"), tip=self._tip(self.tr("Stop judging ({0})"), "F6"))
        else:
            self.run_button.set_words(self.tr("Start"), tip=self._tip(self.tr("Start judging ({0})"), "F5"))
        self.run_button.set_icon("square" if runs else "play")
        self.run_button.set_kind("plain" if runs else "primary")
        self.run_button.block("" if runs else self._why_no_start())
        self._show_hold()
        self.trigger_button.set_kind("primary" if runs and self._mode is TriggerMode.SOFTWARE else "plain")
        self.trigger_button.block(self._why_no_trigger())

    def _show_hold(self) -> None:
        held = self._state is StationState.HALTED
        fault = self._state is StationState.ERROR
        if held:
            self.hold_button.set_words(self.tr("Release"), tip=self._tip(self.tr("Let the line go on ({0})"), "F7"))
        elif fault:
            self.hold_button.set_words(
                self.tr("Reset"), tip=self._tip(self.tr("Try again after the fault is mended ({0})"), "F7")
            )
        else:
            self.hold_button.set_words(
                self.tr("Hold"), tip=self._tip(self.tr("Hold the line until a person releases it ({0})"), "F7")
            )
        self.hold_button.set_icon("rotate-ccw" if held or fault else "hand")
        self.hold_button.set_kind("primary" if held or fault else "plain")

    def _tip(self, text: str, key: str) -> str:
        return text.format(self._keys + key)

    def _why_no_start(self) -> str:
        if self._state is StationState.HALTED:
            return self.tr("The station is on hold. Press Release first.")
        if self._state is StationState.ERROR:
            return self.tr("The station has a fault. Mend it, then press Reset.")
        return self._missing

    def _why_no_trigger(self) -> str:
        if self._state not in EXECUTING:
            return self._why_no_start() or self.tr("The station is not running. Press Start first.")
        if self._mode is TriggerMode.EACH_FRAME:
            return self.tr("This recipe judges every picture by itself; there is nothing to trigger.")
        if self._mode is TriggerMode.LINE:
            return self.tr("The camera's trigger line triggers here; there is nothing to press.")
        return ""
