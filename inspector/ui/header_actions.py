"""The header put to work: which station, who stands there, which shift, what time it is."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspector.domain.clock import Clock
from inspector.station import Station
from inspector.ui.bench.text_entry import TextEntry
from inspector.ui.bridge import Bridge
from inspector.ui.header import Header
from inspector.ui.look import Look
from inspector.ui.widgets.overlay import Overlay
from inspector.ui.words import time_of_day


class HeaderActions(QObject):
    """Shows what all lanes share and asks for the operator. `opened` carries a sheet that is about to be opened."""

    operator_changed = Signal(str)
    opened = Signal(object)

    def __init__(
        self, station: Station, bridge: Bridge, look: Look, window: QWidget, header: Header, clock: Clock
    ) -> None:
        super().__init__(window)
        self._station = station
        self._look = look
        self._window = window
        self._header = header
        self._clock = clock
        header.operator.clicked.connect(self._ask_operator)
        self._take_operator(station.settings.operator)
        bridge.second_passed.connect(self.show_second)
        self.show_second()

    def show_second(self) -> None:
        """Show what changes slowly."""
        now, settings = self._clock.now(), self._station.settings
        self._header.station.set_text(settings.station)
        self._header.clock.set_value(time_of_day(now, settings.pattern().zone))
        self._header.shift.set_value(self._station.shift_now().name)

    def _ask_operator(self) -> None:
        entry = TextEntry(
            self._look,
            self._window,
            self.tr("Operator"),
            self.tr("Who stands at the station? The name is kept with every part and printed on the report."),
            self._header.operator.value,
        )
        entry.entered.connect(self._set_operator)
        self._open(entry)

    def _open(self, overlay: Overlay) -> None:
        self.opened.emit(overlay)
        overlay.open()

    def _set_operator(self, text: str) -> None:
        self._take_operator(text)
        self.operator_changed.emit(text)

    def _take_operator(self, text: str) -> None:
        self._header.operator.set_value(text)
        for lane in self._station.lanes:
            lane.lane.set_context(operator=text)
