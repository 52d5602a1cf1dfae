"""The choice of a recipe: those at hand, or a file from a stick."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from inspector.recipe_shelf import RecipeEntry
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.choice_list import Choice, ChoiceList
from inspector.ui.widgets.file_choice import ask_for_file
from inspector.ui.widgets.overlay import Overlay


class RecipeChooser(Overlay):
    """A list of recipes; `chosen` carries the file of the one that was touched."""

    chosen = Signal(object)

    def __init__(self, look: Look, window: QWidget, entries: Sequence[RecipeEntry], current: Path | None) -> None:
        super().__init__(look, window, width=720, height=620)
        self._entries = tuple(sorted(entries, key=lambda entry: bool(entry.problem)))
        heading = QLabel(self.tr("Choose a recipe"), self.sheet)
        heading.setFont(font(TextSize.TITLE, bold=True))
        self.list = ChoiceList(look, self.sheet)
        self.list.show_choices(tuple(self._choice(entry, entry.path == current) for entry in self._entries))
        self.list.chosen.connect(self._take)
        self.file_button = Button(look, "folder-open", self.sheet, glove=True)
        self.file_button.set_words(self.tr("Open a file…"), tip=self.tr("A recipe is one file of any name"))
        self.file_button.acted.connect(self._ask_for_file)
        self.cancel = Button(look, "x", self.sheet, glove=True)
        self.cancel.set_words(self.tr("Cancel"))
        self.cancel.acted.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self.file_button)
        row.addStretch(1)
        row.addWidget(self.cancel)
        self.sheet.column.addWidget(heading)
        if not self._entries:
            nothing = QLabel(
                self.tr("No recipe is at hand yet. Open a recipe file, from a stick for example."), self.sheet
            )
            nothing.setWordWrap(True)
            self.sheet.column.addWidget(nothing)
        self.sheet.column.addWidget(self.list, 1)
        self.sheet.column.addLayout(row)

    def _choice(self, entry: RecipeEntry, current: bool) -> Choice:
        if entry.problem:
            return Choice(entry.product, entry.problem, self.tr("NOT USABLE"), current)
        text = self.tr("Version {0}  ·  {1}").format(entry.version, entry.path)
        return Choice(entry.product, text, self.tr("DEMO") if entry.simulated else "", current)

    def _take(self, place: int) -> None:
        self._finish(self._entries[place].path)

    def _ask_for_file(self) -> None:
        ask_for_file(self, self.tr("Open a recipe file"), self.tr("All files (*)"), self._finish)

    def _finish(self, path: Path) -> None:
        self.dismiss()
        self.chosen.emit(path)
