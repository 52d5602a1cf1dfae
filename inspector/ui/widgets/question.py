"""A question with two answers, asked over the window."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.overlay import Overlay


class Question(Overlay):
    """Asks before something that cannot be taken back. Escape, or a touch beside it, means no, and so does Enter."""

    agreed = Signal()

    def __init__(self, look: Look, window: QWidget, title: str, text: str, yes: str, no: str) -> None:
        super().__init__(look, window, width=560)
        heading = QLabel(title, self.sheet)
        heading.setFont(font(TextSize.TITLE, bold=True))
        heading.setWordWrap(True)
        words = QLabel(text, self.sheet)
        words.setWordWrap(True)
        self.no = Button(look, "", self.sheet, kind="primary", glove=True)
        self.no.set_words(no)
        self.no.acted.connect(self.dismiss)
        self.yes = Button(look, "", self.sheet, glove=True)
        self.yes.set_words(yes)
        self.yes.acted.connect(self._agree)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.sheet.column.addWidget(heading)
        self.sheet.column.addWidget(words)
        self.sheet.column.addLayout(row)

    def _agree(self) -> None:
        self.dismiss()
        self.agreed.emit()
