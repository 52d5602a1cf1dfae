"""A question that is answered by typing or by scanning a code: lot, serial, operator."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.overlay import Overlay

_LONGEST = 80


class TextEntry(Overlay):
    """One line to fill in. Enter, which a code reader sends too, takes it over; Escape leaves things as they were."""

    entered = Signal(str)

    def __init__(self, look: Look, window: QWidget, title: str, explanation: str, value: str) -> None:
        super().__init__(look, window, width=520)
        heading = QLabel(title, self.sheet)
        heading.setFont(font(TextSize.TITLE, bold=True))
        words = QLabel(explanation, self.sheet)
        words.setWordWrap(True)
        self.field = QLineEdit(value, self.sheet)
        self.field.setMaxLength(_LONGEST)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        self.field.returnPressed.connect(self._take)
        self.cancel = Button(look, "x", self.sheet, glove=True)
        self.cancel.set_words(self.tr("Cancel"))
        self.cancel.acted.connect(self.dismiss)
        self.take = Button(look, "check", self.sheet, kind="primary", glove=True)
        self.take.set_words(self.tr("Take over"))
        self.take.acted.connect(self._take)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.take)
        for part in (heading, words, self.field):
            self.sheet.column.addWidget(part)
        self.sheet.column.addLayout(row)

    def _take(self) -> None:
        text = self.field.text().strip()
        self.dismiss()
        self.entered.emit(text)
