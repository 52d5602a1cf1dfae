"""Choose a shift, make its report as a PDF file, open or print it in the system's viewer."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from inspector.domain.shift import Shift
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.card import Card
from inspector.ui.widgets.choice_list import Choice, ChoiceList
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.page import Page
from inspector.ui.words import time_of_day

_WIDEST = 960
_LEAST_LIST = 64
_MAKE_WIDTH = 260


@dataclass(frozen=True)
class MadeReport:
    """A report that was made: its file, and what it is of."""

    path: Path
    title: str


class ReportsPage(Page):
    """The day with its shifts above, the reports made since the start below."""

    day_wanted = Signal(object)
    report_wanted = Signal(object)
    open_wanted = Signal(object)
    folder_wanted = Signal()
    refused = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shifts: tuple[Shift, ...] = ()
        self._today = date.min
        self._chosen = -1
        self._made: list[MadeReport] = []
        self._busy = False
        inner = QWidget(self)
        inner.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inner)
        column.setContentsMargins(Space.WIDE, Space.LARGE, Space.WIDE, Space.LARGE)
        column.setSpacing(Space.MEDIUM)
        self._heading = QLabel(self)
        self._heading.setFont(font(TextSize.FIGURE, bold=True))
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        column.addWidget(self._heading)
        column.addWidget(self._words)
        column.addWidget(self._choice_card())
        column.addWidget(self._made_card(), 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        outer.addWidget(inner, 20)
        outer.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self._heading.setText(self.tr("Shift reports"))
        self._words.setText(
            self.tr("One page for the shift: counts, yield, defects, control chart, pictures, and lines to sign.")
        )
        self.earlier.set_words("", tip=self.tr("The day before"), name=self.tr("The day before"))
        self.later.set_words("", tip=self.tr("The day after"), name=self.tr("The day after"))
        self.make.set_words(self.tr("Make the PDF"))
        self.folder.set_words(self.tr("Show the folder"))
        self._made_heading.setText(self.tr("Made since the start"))
        self._show()

    def show_day(self, shifts: tuple[Shift, ...], today: date, chosen: int) -> None:
        """Show the shifts of a day; `today` is the newest day that can be shown, `chosen` the place of one shift."""
        self._shifts, self._today, self._chosen = shifts, today, chosen
        self._show()

    def show_busy(self, busy: bool) -> None:
        """Show that a report is being made, or that it no longer is."""
        self._busy = busy
        self._show()

    def show_made(self, report: MadeReport) -> None:
        """List a report that was made, the newest first."""
        self._made = [report, *(made for made in self._made if made.path != report.path)]
        self.list.show_choices(tuple(Choice(made.title, str(made.path)) for made in self._made))
        self._show()

    @property
    def shift(self) -> Shift | None:
        """The shift that is chosen."""
        return self._shifts[self._chosen] if 0 <= self._chosen < len(self._shifts) else None

    def _choice_card(self) -> Card:
        card = Card(self, margin=Space.MEDIUM)
        card.column.setSpacing(Space.MEDIUM)
        self.earlier = Button(self._look, "chevron-left", card, glove=True)
        self.later = Button(self._look, "chevron-right", card, glove=True)
        for button in (self.earlier, self.later):
            button.setFixedWidth(button.minimumHeight())
            button.refused.connect(self.refused)
        self.earlier.acted.connect(self._go_back)
        self.later.acted.connect(self._go_on)
        self._day = Line(self._look, card, size=TextSize.TITLE, bold=True, alignment=Qt.AlignmentFlag.AlignHCenter)
        days = QHBoxLayout()
        days.setSpacing(Space.MEDIUM)
        days.addWidget(self.earlier)
        days.addWidget(self._day, 5)
        days.addWidget(self.later)
        self._shift_row = QHBoxLayout()
        days.addSpacing(Space.MEDIUM)
        days.addLayout(self._shift_row, 8)
        self._shift_row.setSpacing(Space.MEDIUM)
        self.shift_buttons: list[Button] = []
        self._span = QLabel(card)
        self._span.setWordWrap(True)
        self.make = Button(self._look, "file-text", card, kind="primary", glove=True)
        self.make.setMinimumWidth(_MAKE_WIDTH)
        self.make.acted.connect(self._want_report)
        self.make.refused.connect(self.refused)
        self._progress = QProgressBar(card)
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(8)
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        making = QHBoxLayout()
        making.setSpacing(Space.MEDIUM)
        going_on = QVBoxLayout()
        going_on.setSpacing(Space.SMALL)
        going_on.addStretch(1)
        going_on.addWidget(self._span)
        going_on.addWidget(self._progress)
        going_on.addStretch(1)
        making.addLayout(going_on, 1)
        making.addWidget(self.make)
        card.column.addLayout(days)
        card.column.addLayout(making)
        return card

    def _made_card(self) -> Card:
        card = Card(self, margin=Space.MEDIUM)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        card.column.setSpacing(Space.MEDIUM)
        self._made_heading = QLabel(card)
        self._made_heading.setFont(font(TextSize.HEADING, bold=True))
        self._hint = QLabel(card)
        self._hint.setWordWrap(True)
        self.list = ChoiceList(self._look, card)
        self.list.chosen.connect(self._want_open)
        self.list.setMinimumHeight(_LEAST_LIST)
        self.folder = Button(self._look, "folder-open", card)
        self.folder.acted.connect(self.folder_wanted)
        row = QHBoxLayout()
        row.addWidget(self._made_heading, 1)
        row.addWidget(self.folder)
        card.column.addLayout(row)
        card.column.addWidget(self._hint)
        card.column.addWidget(self.list, 1)
        return card

    def _show(self) -> None:
        while len(self.shift_buttons) < len(self._shifts):
            self._add_shift_button()
        for index, button in enumerate(self.shift_buttons):
            button.setVisible(index < len(self._shifts))
            if index < len(self._shifts):
                button.set_words(self._shifts[index].name)
                button.setChecked(index == self._chosen)
        self._hint.setText(
            self.tr("A touch opens a report in this computer's viewer; print it from there.")
            if self._made
            else self.tr("None yet. A report that was made appears here, to be opened and printed.")
        )
        self._progress.setVisible(self._busy)
        self.make.block(self.tr("A report is being made; wait for it.") if self._busy else "")
        if self._shifts:
            self._show_day_words()

    def _show_day_words(self) -> None:
        day = self._shifts[0].date
        locale = QLocale()
        self._day.set_text(locale.toString(QDate(day.year, day.month, day.day), "ddd, d MMM yyyy"))
        self.later.block("" if day < self._today else self.tr("There is no later shift yet."))
        shift = self.shift
        if shift is not None:
            from zoneinfo import ZoneInfo

            zone = ZoneInfo(shift.zone)
            hours = locale.toString(shift.duration.total_seconds() / 3600, "g", 3)
            begins = time_of_day(shift.start, zone, seconds=False)
            ends = time_of_day(shift.end, zone, seconds=False)
            self._span.setText(
                self.tr("{0}: from {1} to {2} ({3} h, {4})").format(shift.name, begins, ends, hours, shift.zone)
            )

    def _add_shift_button(self) -> None:
        button = Button(self._look, parent=self, glove=True)
        button.setCheckable(True)
        button.acted.connect(self._choose)
        self.shift_buttons.append(button)
        self._shift_row.addWidget(button, 1)

    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._chosen = self.shift_buttons.index(button)
            self._show()

    def _go_back(self) -> None:
        self.day_wanted.emit(self._shifts[0].date - timedelta(days=1))

    def _go_on(self) -> None:
        self.day_wanted.emit(self._shifts[0].date + timedelta(days=1))

    def _want_report(self) -> None:
        if self.shift is not None:
            self.report_wanted.emit(self.shift)

    def _want_open(self, place: int) -> None:
        self.open_wanted.emit(self._made[place].path)
