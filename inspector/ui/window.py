"""The window: header, rail, message bar and the screens. It only arranges; what things do is said where they are."""

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from inspector.domain.clock import Clock
from inspector.domain.inspection import Event, EventKind
from inspector.domain.station_state import StationState
from inspector.inspection.lane import NotReady
from inspector.inspection.states import StationChange
from inspector.settings import Settings
from inspector.station import Scan, Station
from inspector.ui.bench.bench_actions import BenchActions, LaneKeys
from inspector.ui.bench.bench_binding import BenchBinding
from inspector.ui.bench.bench_page import BenchPage, BenchParts, LanePage
from inspector.ui.bench.saying import sentence
from inspector.ui.bridge import Bridge
from inspector.ui.cameras.camera_actions import CameraActions
from inspector.ui.cameras.camera_binding import CameraBinding
from inspector.ui.cameras.camera_page import CameraPage
from inspector.ui.faults import Fault
from inspector.ui.first_start.first_start_actions import FirstStartActions
from inspector.ui.first_start.first_start_page import FirstStartPage
from inspector.ui.header import Header, LaneFields
from inspector.ui.header_actions import HeaderActions
from inspector.ui.look import Look
from inspector.ui.rail import Rail
from inspector.ui.reports.reports_actions import ReportsActions
from inspector.ui.reports.reports_page import ReportsPage
from inspector.ui.widgets.message_bar import Level, Message, MessageBar
from inspector.ui.widgets.overlay import Overlay
from inspector.ui.widgets.question import Question
from inspector.ui.widgets.wedge import WedgeFilter

BENCH, REPORTS, CAMERAS = 0, 1, 2
_IN_RAIL = (BENCH, CAMERAS, REPORTS)
"""The screens as they stand in the rail, from the top."""
_NARROWEST = 1180
_KEYS = (
    LaneKeys(Qt.KeyboardModifier.NoModifier, (Qt.Key.Key_F9, Qt.Key.Key_PageDown)),
    LaneKeys(Qt.KeyboardModifier.ShiftModifier, (Qt.Key.Key_F10, Qt.Key.Key_PageUp)),
)
_TOLD_EVENTS = {
    EventKind.ACCELERATOR_FAILED: Level.WARNING,
    EventKind.CLOCK_JUMPED: Level.WARNING,
    EventKind.CAMERA_LOST: Level.FAULT,
    EventKind.CAMERA_BACK: Level.NOTE,
    EventKind.CAMERA_ENDED: Level.NOTE,
    EventKind.SCANNER_PROBLEM: Level.WARNING,
}
"""What has no lamp or state of its own and must not pass unnoticed."""


class MainWindow(QMainWindow):
    """One window on one station. Closing it leaves the station to whoever opened that."""

    def __init__(self, station: Station, look: Look, clock: Clock) -> None:
        super().__init__()
        self._station = station
        self._look = look
        self._clock = clock
        self._asked = False
        self.bridge = Bridge(station)
        fields = LaneFields(look, self) if len(station.lanes) == 1 else None
        self.header = Header(look, self, lane=fields)
        self.rail = Rail(look, self)
        self.messages = MessageBar(look, self)
        self.benches = self._bench_pages(fields)
        self.bench_screen = self._bench_screen()
        self.cameras = CameraPage(look, [lane.name for lane in station.lanes], self)
        self.reports = ReportsPage(look, self)
        self.first_start = FirstStartPage(look, self)
        self._wedge = WedgeFilter(self)
        self.pages = QStackedWidget(self)
        for page in (self.bench_screen, self.cameras, self.reports, self.first_start):
            self.pages.addWidget(page)
        self.setMinimumWidth(_NARROWEST)
        self._screen_buttons = [self.rail.add_screen(icon) for icon in ("scan-eye", "camera", "file-text")]
        self._theme_button = self.rail.add_action("moon")
        self._arrange()
        self.bindings = tuple(
            BenchBinding(station, lane, self.bridge, lane_bridge, page, lane_fields, self)
            for lane, lane_bridge, (page, lane_fields) in zip(
                station.lanes, self.bridge.lanes, self.benches, strict=True
            )
        )
        self.actions_of_benches = tuple(
            BenchActions(
                station, lane, self.bridge, look, self, page, lane_fields, binding, self.messages, _KEYS[number]
            )
            for number, (lane, (page, lane_fields), binding) in enumerate(
                zip(station.lanes, self.benches, self.bindings, strict=True)
            )
        )
        self.binding_of_cameras = CameraBinding(station, self.bridge, self.cameras, self)
        self.actions_of_cameras = CameraActions(
            station, self.bridge, look, self, self.cameras, self.binding_of_cameras, self.messages, self._choose_camera
        )
        self.actions_of_header = HeaderActions(station, self.bridge, look, self, self.header, clock)
        self.actions_of_reports = ReportsActions(station, self.bridge, self.reports, self.messages, clock, self)
        self.actions_of_first_start = FirstStartActions(
            self.first_start, self.actions_of_benches[0], self._start_first_run, self
        )
        self._wire()
        self.retranslate()
        self._begin()

    @property
    def bench(self) -> BenchParts:
        """The page of the first lane."""
        return self.benches[0][0]

    @property
    def fields(self) -> LaneFields:
        """The fields of the first lane."""
        return self.benches[0][1]

    def retranslate(self) -> None:
        """Set the words anew."""
        self.setWindowTitle(self.tr("{0} – Inspector").format(self._station.settings.station))
        bench, cameras, reports = self._screen_buttons
        bench.set_words(self.tr("Bench"), self.tr("What the station does now"))
        cameras.set_words(self.tr("Cameras"), self.tr("Set the cameras up"))
        reports.set_words(self.tr("Reports"), self.tr("Make and print shift reports"))
        dark = self._look.theme.name == "dark"
        self._theme_button.set_words(
            self.tr("Light") if dark else self.tr("Dark"),
            self.tr("Change to the light look") if dark else self.tr("Change to the dark look"),
        )
        self._theme_button.set_icon("sun" if dark else "moon")

    def show_screen(self, number: int) -> None:
        """Show the bench, the cameras or the reports."""
        self.rail.show_screen(_IN_RAIL.index(number))
        if number == REPORTS:
            self.actions_of_reports.show_now()
        if number == CAMERAS:
            self.actions_of_cameras.show_now()
        self._show_page({BENCH: self.bench_screen, CAMERAS: self.cameras, REPORTS: self.reports}[number])

    def show_fault(self, fault: Fault) -> None:
        """Say that the program itself failed somewhere, and keep it in the journal the first time."""
        known = self.messages.shown
        self.messages.show_message(
            Message(
                f"fault {fault.key}",
                Level.FAULT,
                self.tr("A fault in the program: {0}. Parts are still recorded; the log has the details.").format(
                    fault.text
                ),
            )
        )
        if known is None or known.key != f"fault {fault.key}":
            self._station.journal.record_event(Event(EventKind.PROGRAM_FAULT, self._clock.now(), fault.text))

    def changeEvent(self, event: QEvent) -> None:
        """Hear of a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def leave(self) -> None:
        """Close without asking."""
        self._asked = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first while the station runs; then let go of it: nothing of it reaches the window from here on."""
        if not self._asked and self._station.executing:
            event.ignore()
            self._ask_before_leaving()
            return
        for overlay in self.findChildren(Overlay):
            overlay.dismiss()
        self.bridge.detach()
        for binding in self.bindings:
            binding.close()
        self.binding_of_cameras.close()
        super().closeEvent(event)

    def _ask_before_leaving(self) -> None:
        if self.findChildren(Question):
            return
        question = Question(
            self._look,
            self,
            self.tr("The station is running. Stop it and close?"),
            self.tr("Parts that come after that are not inspected. What was judged so far is kept."),
            self.tr("Stop and close"),
            self.tr("Keep running"),
        )
        question.agreed.connect(self.leave)
        question.open()

    def _bench_pages(self, fields: LaneFields | None) -> tuple[tuple[BenchParts, LaneFields], ...]:
        """Return each lane's page, with the fields that belong to the lane."""
        if fields is not None:
            return ((BenchPage(self._look, self), fields),)
        pages = [
            LanePage(self._look, lane.name, keys, self)
            for lane, keys in zip(self._station.lanes, ("", self.tr("Shift+")), strict=True)
        ]
        return tuple((page, page.fields) for page in pages)

    def _bench_screen(self) -> QWidget:
        """Return the lanes side by side, or the only one."""
        if len(self.benches) == 1:
            return self.benches[0][0]
        screen = QWidget(self)
        row = QHBoxLayout(screen)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for page, _fields in self.benches:
            row.addWidget(page, 1)
        return screen

    def _arrange(self) -> None:
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.pages, 1)
        whole = QWidget(self)
        grid = QGridLayout(whole)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.header, 0, 0, 1, 2)
        grid.addWidget(self.rail, 1, 0)
        grid.addWidget(body, 1, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)
        self.setCentralWidget(whole)

    def _wire(self) -> None:
        self.actions_of_header.operator_changed.connect(self._keep_operator)
        self.actions_of_header.opened.connect(self._let_keys_rest)
        for lane_bridge, actions in zip(self.bridge.lanes, self.actions_of_benches, strict=True):
            lane_bridge.state_changed.connect(self._hear_state)
            actions.report_wanted.connect(self._make_report)
            actions.opened.connect(self._let_keys_rest)
        self.actions_of_cameras.opened.connect(self._let_keys_rest)
        self.rail.chosen.connect(self._show_place)
        self._theme_button.clicked.connect(self._change_theme)
        self.bridge.trouble_changed.connect(self._hear_trouble)
        self.bridge.event_happened.connect(self._hear_event)
        self.bridge.fault_happened.connect(self.show_fault)
        self.actions_of_first_start.begun.connect(self._show_bench)
        self._wedge.scanned.connect(self._scan)
        self.bridge.code_scanned.connect(self._show_scanned)
        full_screen = QShortcut(QKeySequence(Qt.Key.Key_F11), self)
        full_screen.activated.connect(self._toggle_full_screen)

    def _begin(self) -> None:
        for number, notice in enumerate(self._station.notices):
            self.messages.show_message(Message(f"notice {number}", Level.WARNING, sentence(notice)))
        used = any(lane.recipe is not None for lane in self._station.lanes)
        if used or self._station.settings.in_use or len(self._station.lanes) > 1:
            self.show_screen(BENCH)
        else:
            self._show_page(self.first_start)

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self._set_keys_active(page is self.bench_screen)
        first = self.bench.controls.run_button if page is self.bench_screen else page
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_keys_rest(self, overlay: Overlay) -> None:
        """Let the keys of the lanes work only while the bench is in sight and nothing lies over it."""
        self._set_keys_active(False)
        overlay.closed.connect(self._keys_back)

    def _keys_back(self) -> None:
        self._set_keys_active(self.bench_screen.isVisible())

    def _set_keys_active(self, active: bool) -> None:
        for actions in self.actions_of_benches:
            actions.set_keys_active(active)

    def _show_place(self, place: int) -> None:
        self.show_screen(_IN_RAIL[place])

    def _choose_camera(self, lane: int) -> None:
        self.actions_of_benches[lane].choose_camera()

    def _show_bench(self) -> None:
        self.show_screen(BENCH)

    def _make_report(self) -> None:
        self.show_screen(REPORTS)
        shift = self.reports.shift
        if shift is not None:
            self.actions_of_reports.make(shift)

    def _start_first_run(self) -> None:
        self.bench.controls.press_run()

    def _change_theme(self) -> None:
        self._look.use("light" if self._look.theme.name == "dark" else "dark")
        self.retranslate()
        self._keep(replace(self._station.settings, theme=self._look.theme.name))

    def _keep_operator(self, name: str) -> None:
        self._keep(replace(self._station.settings, operator=name))

    def _keep(self, settings: Settings) -> None:
        """Keep changed settings for the next start; if that fails they hold until the window is closed."""

        def failed(error: BaseException) -> None:
            text = self.tr("The settings could not be kept: {0}").format(error)
            self.messages.show_message(Message("settings", Level.WARNING, sentence(text)))

        self.bridge.follow(self._station.change_settings(settings), _nothing_more, failed)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _hear_state(self, change: StationChange) -> None:
        key = f"state {change.lane}"
        if change.state is StationState.ERROR:
            self.messages.show_message(Message(key, Level.FAULT, sentence(change.why)))
        else:
            self.messages.clear(key)

    def _hear_event(self, event: Event) -> None:
        level = _TOLD_EVENTS.get(event.kind)
        if level is None:
            return
        # That a camera is back takes the place of the news that it was lost.
        about_camera = event.kind in (EventKind.CAMERA_LOST, EventKind.CAMERA_BACK, EventKind.CAMERA_ENDED)
        key = f"camera of {event.lane}" if about_camera else f"event {event.kind}"
        self.messages.show_message(Message(key, level, sentence(event.text)))

    def _scan(self, code: str) -> None:
        """Take what a scanner typed."""
        try:
            self._station.scan(code)
        except NotReady as refusal:
            self.messages.show_message(Message("scan", Level.NOTE, sentence(str(refusal))))

    def _show_scanned(self, scan: Scan) -> None:
        """Show the serial that the next part of the lane gets; one that triggered a part belongs to that."""
        for lane, (_page, fields) in zip(self._station.lanes, self.benches, strict=True):
            if lane.name == scan.lane and not scan.sequence:
                fields.serial.set_value(scan.code)

    def _hear_trouble(self, trouble: str | None) -> None:
        if trouble is None:
            self.messages.clear("disk")
        else:
            self.messages.show_message(Message("disk", Level.FAULT, sentence(trouble)))


def _nothing_more(_result: object) -> None:
    """Do nothing: what was asked for was done, and the window shows it already."""
