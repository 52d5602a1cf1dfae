"""What is chosen on the reports page, done: a PDF file made, opened in the system's viewer."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from inspector.domain.clock import Clock
from inspector.domain.shift import Shift
from inspector.reports.shift_choice import choose_shift
from inspector.station import Station
from inspector.ui.bench.saying import sentence
from inspector.ui.bridge import Bridge
from inspector.ui.reports.reports_page import MadeReport, ReportsPage
from inspector.ui.widgets.message_bar import Level, Message, MessageBar

_KEY = "report"


class ReportsActions(QObject):
    """Makes reports on the station's own thread; the page shows that it goes on, and how it ended."""

    def __init__(
        self,
        station: Station,
        bridge: Bridge,
        page: ReportsPage,
        messages: MessageBar,
        clock: Clock,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._station = station
        self._bridge = bridge
        self._page = page
        self._messages = messages
        self._clock = clock
        page.day_wanted.connect(self.show_day)
        page.report_wanted.connect(self.make)
        page.open_wanted.connect(self.open_file)
        page.folder_wanted.connect(self._open_folder)
        page.refused.connect(self._note)
        self.show_now()

    def show_now(self) -> None:
        """Show the day of the running shift, with that shift chosen."""
        now = self._station.shift_now()
        shifts = self._station.settings.pattern().shifts_of(now.date)
        self._page.show_day(shifts, now.date, shifts.index(now))

    def show_day(self, day: date) -> None:
        """Show the shifts of a day."""
        now = self._station.shift_now()
        shifts = self._station.settings.pattern().shifts_of(day)
        chosen = shifts.index(now) if now in shifts else 0
        self._page.show_day(shifts, now.date, chosen)

    def make(self, shift: Shift) -> None:
        """Make the report of a shift and list it."""
        pattern = self._station.settings.pattern()
        choice = choose_shift(f"{shift.date.isoformat()}/{shift.name}", pattern, self._clock)
        path = self._station.data / "reports" / report_name(shift, self._clock)
        self._page.show_busy(True)
        self._messages.clear(_KEY)

        def done(made: Path) -> None:
            self._page.show_busy(False)
            self._page.show_made(MadeReport(made, choice.title))
            self._messages.show_message(Message(_KEY, Level.NOTE, self.tr("The report is made: {0}").format(made.name)))

        def failed(error: BaseException) -> None:
            self._page.show_busy(False)
            self._messages.show_message(Message(_KEY, Level.WARNING, sentence(str(error))))

        self._bridge.follow(self._station.make_report(choice, path), done, failed)

    def open_file(self, path: Path) -> None:
        """Open a report, or the folder of them, with what the system has for it."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            text = self.tr("This computer has no program to open {0}; the file is kept there.").format(path)
            self._messages.show_message(Message(_KEY, Level.WARNING, text))

    def _open_folder(self) -> None:
        self.open_file(self._station.data / "reports")

    def _note(self, text: str) -> None:
        self._messages.show_message(Message("note", Level.NOTE, text))


def report_name(shift: Shift, clock: Clock) -> str:
    """Return a file name that says of which shift the report is and when it was made, and fits every file system."""
    name = "".join(letter if letter.isalnum() else "-" for letter in shift.name)
    return f"{shift.date.isoformat()}-{name}-{clock.now():%Y%m%dT%H%M%SZ}.pdf"
