"""Three ways to begin: the demo, a folder of pictures, a camera."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.card import Card
from inspector.ui.widgets.field import Field
from inspector.ui.widgets.page import Page

_WIDEST = 1160


@dataclass(frozen=True)
class Beginning:
    """What to begin with: a camera's address and a recipe's file."""

    camera: str
    recipe: Path


class WayCard(Card):
    """One way to begin: an icon, a title, sentences, what must be chosen, and one button."""

    def __init__(self, look: Look, icon: str, fields: int, parent: QWidget) -> None:
        super().__init__(parent, margin=Space.WIDE)
        self._look = look
        self._icon_name = icon
        self.column.setSpacing(Space.MEDIUM)
        self._icon = QLabel(self)
        self._title = QLabel(self)
        self._title.setFont(font(TextSize.TITLE, bold=True))
        self._title.setWordWrap(True)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.fields = tuple(Field(look, self, sign="chevron-down", width=200, framed=True) for _ in range(fields))
        self.button = Button(look, "play", self, kind="primary", glove=True)
        self.column.addWidget(self._icon)
        self.column.addWidget(self._title)
        self.column.addWidget(self._text, 1)
        for field in self.fields:
            field.setFixedHeight(64)
            self.column.addWidget(field)
        self.column.addWidget(self.button)
        look.changed.connect(self._draw_icon)
        self._draw_icon()

    def set_words(self, title: str, text: str, button: str) -> None:
        """Set the words."""
        self._title.setText(title)
        self._text.setText(text)
        self.button.set_words(button)

    def _draw_icon(self) -> None:
        self._icon.setPixmap(self._look.icon(self._icon_name, self._look.theme.text).pixmap(40, 40))


class FirstStartPage(Page):
    """Asks for what a station needs and no more. `begin` carries a `Beginning`, `demo_wanted` says the demo will do."""

    demo_wanted = Signal()
    folder_wanted = Signal()
    camera_wanted = Signal()
    recipe_wanted = Signal()
    begin = Signal(object)
    refused = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = ""
        self._camera = ""
        self._recipe: Path | None = None
        self._busy = False
        self._heading = QLabel(self)
        self._heading.setFont(font(TextSize.DISPLAY, bold=True))
        self._heading.setWordWrap(True)
        self._words = QLabel(self)
        self._words.setFont(font(TextSize.HEADING))
        self._words.setWordWrap(True)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self.demo = WayCard(look, "circle-play", 0, self)
        self.folder = WayCard(look, "images", 2, self)
        self.camera = WayCard(look, "camera", 2, self)
        self._wire()
        row = QHBoxLayout()
        row.setSpacing(Space.LARGE)
        for card in (self.demo, self.folder, self.camera):
            row.addWidget(card, 1)
        inner = QWidget(self)
        inner.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inner)
        column.setContentsMargins(Space.WIDE, Space.LARGE, Space.WIDE, Space.LARGE)
        column.setSpacing(Space.MEDIUM)
        column.addStretch(2)
        column.addWidget(self._heading)
        column.addWidget(self._words)
        column.addSpacing(Space.SMALL)
        column.addLayout(row, 8)
        column.addWidget(self._note)
        column.addStretch(3)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        outer.addWidget(inner, 20)
        outer.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self._heading.setText(self.tr("Welcome. What shall this station look at?"))
        self._words.setText(
            self.tr("Everything stays on this computer. All of it can be changed later on the bench screen.")
        )
        self.demo.set_words(
            self.tr("Try the demo"),
            self.tr(
                "Rendered parts come along, good ones and bad ones, and the station judges them. "
                "No camera and no preparation are needed. Everything is marked DEMO, on the screen and on the report."
            ),
            self.tr("Start the demo"),
        )
        self.folder.set_words(
            self.tr("Judge a folder of pictures"),
            self.tr(
                "Pictures that you already have are judged one after another, as if a camera had taken them. "
                "The files themselves are not changed."
            ),
            self.tr("Judge the folder"),
        )
        self.camera.set_words(
            self.tr("Use a camera"),
            self.tr("Choose the camera over the bench and the recipe for the part that lies under it."),
            self.tr("Use the camera"),
        )
        self.folder.fields[0].set_words(self.tr("Folder"), self.tr("Choose a folder"))
        self.camera.fields[0].set_words(self.tr("Camera"), self.tr("Choose a camera"))
        for card in (self.folder, self.camera):
            card.fields[1].set_words(self.tr("Recipe"), self.tr("Choose a recipe"))
        self._show()

    def show_folder(self, address: str, name: str) -> None:
        """Show the folder that was chosen."""
        self._folder = address
        self.folder.fields[0].set_value(name)
        self._show()

    def show_camera(self, address: str, name: str) -> None:
        """Show the camera that was chosen."""
        self._camera = address
        self.camera.fields[0].set_value(name)
        self._show()

    def show_recipe(self, path: Path, name: str) -> None:
        """Show the recipe that was chosen, for both ways that need one."""
        self._recipe = path
        for card in (self.folder, self.camera):
            card.fields[1].set_value(name)
        self._show()

    def show_busy(self, busy: bool) -> None:
        """Show that the station is getting ready, or that it no longer is."""
        self._busy = busy
        self._show()

    def _wire(self) -> None:
        self.demo.button.acted.connect(self.demo_wanted)
        self.folder.fields[0].clicked.connect(self.folder_wanted)
        self.camera.fields[0].clicked.connect(self.camera_wanted)
        for card in (self.folder, self.camera):
            card.fields[1].clicked.connect(self.recipe_wanted)
        self.folder.button.acted.connect(self._begin_folder)
        self.camera.button.acted.connect(self._begin_camera)
        for card in (self.demo, self.folder, self.camera):
            card.button.refused.connect(self.refused)

    def _begin_folder(self) -> None:
        if self._recipe is not None:
            self.begin.emit(Beginning(self._folder, self._recipe))

    def _begin_camera(self) -> None:
        if self._recipe is not None:
            self.begin.emit(Beginning(self._camera, self._recipe))

    def _show(self) -> None:
        busy = self.tr("The station is getting ready: the recipe proves itself on this computer.")
        self._note.setText(busy if self._busy else "")
        self.demo.button.block(busy if self._busy else "")
        no_folder = "" if self._folder else self.tr("Choose a folder of pictures first.")
        no_camera = "" if self._camera else self.tr("Choose a camera first.")
        no_recipe = "" if self._recipe is not None else self.tr("Choose a recipe first.")
        self.folder.button.block(busy if self._busy else no_folder or no_recipe)
        self.camera.button.block(busy if self._busy else no_camera or no_recipe)
