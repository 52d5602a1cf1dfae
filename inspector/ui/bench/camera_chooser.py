"""The choice of where the pictures come from."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.discovery import Driver
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.choice_list import Choice, ChoiceList
from inspector.ui.widgets.file_choice import ask_for_file, ask_for_folder
from inspector.ui.widgets.overlay import Overlay

FOLDER_PACE = "?fps=2"
"""A folder is shown at a pace that a person can follow; an address written by hand can say otherwise."""


def folder_address(folder: Path) -> str:
    """Return the camera address of a folder of pictures."""
    return f"folder:{folder}{FOLDER_PACE}"


def video_address(file: Path) -> str:
    """Return the camera address of a video file."""
    return f"video:{file}"


class CameraChooser(Overlay):
    """The cameras that were found, a folder of pictures, or a video; `chosen` carries the address."""

    chosen = Signal(str)
    producer_chosen = Signal(object)

    def __init__(self, look: Look, window: QWidget, current: str) -> None:
        super().__init__(look, window, width=720, height=500)
        self._current = current
        self._found: tuple[CameraIdentity, ...] = ()
        heading = QLabel(self.tr("Choose a camera"), self.sheet)
        heading.setFont(font(TextSize.TITLE, bold=True))
        self._words = QLabel(self.tr("Looking for cameras…"), self.sheet)
        self._words.setWordWrap(True)
        self.list = ChoiceList(look, self.sheet)
        self.list.chosen.connect(self._take)
        self.folder = Button(look, "images", self.sheet, glove=True)
        self.folder.set_words(self.tr("Folder…"), tip=self.tr("Judge the pictures in a folder and its sub-folders"))
        self.folder.acted.connect(self._ask_for_folder)
        self.video = Button(look, "film", self.sheet, glove=True)
        self.video.set_words(self.tr("Video…"), tip=self.tr("Judge the pictures of a video file"))
        self.video.acted.connect(self._ask_for_video)
        self.producer = Button(look, "folder-open", self.sheet, glove=True)
        self.producer.set_words(
            self.tr("Producer…"), tip=self.tr("Look through a camera vendor's GenTL producer, a .cti file")
        )
        self.producer.acted.connect(self._ask_for_producer)
        self.lacking = QLabel("", self.sheet)
        self.lacking.setWordWrap(True)
        self.lacking.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cancel = Button(look, "x", self.sheet, glove=True)
        self.cancel.set_words(self.tr("Cancel"))
        self.cancel.acted.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self.folder)
        row.addWidget(self.video)
        row.addWidget(self.producer)
        row.addStretch(1)
        row.addWidget(self.cancel)
        self.sheet.column.addWidget(heading)
        self.sheet.column.addWidget(self._words)
        self.sheet.column.addWidget(self.list, 1)
        self.sheet.column.addWidget(self.lacking)
        self.sheet.column.addLayout(row)

    def show_found(self, found: Sequence[CameraIdentity]) -> None:
        """List the cameras that were found."""
        self._found = tuple(found)
        self.list.show_choices(
            tuple(
                Choice(
                    identity.name,
                    identity.serial or identity.address,
                    self.tr("DEMO") if identity.simulated else "",
                    identity.address == self._current,
                )
                for identity in self._found
            )
        )
        real = any(not identity.simulated for identity in self._found)
        self._words.setText(
            self.tr("These cameras were found.")
            if real
            else self.tr("No camera is connected. The demo, a folder of pictures or a video can stand in for one.")
        )

    def show_looking(self) -> None:
        """Say that cameras are looked for."""
        self._words.setText(self.tr("Looking for cameras…"))

    def show_lacking(self, drivers: Sequence[Driver]) -> None:
        """Name the drivers that cannot be used here, each with the line that installs it."""
        lines = [f"{driver.description}: {driver.problem}" for driver in drivers if driver.problem]
        self.lacking.setText("\n".join(lines))
        self.lacking.setVisible(bool(lines))

    def show_failure(self, sentence: str) -> None:
        """Say why no cameras can be listed."""
        self._words.setText(sentence)

    def _take(self, place: int) -> None:
        self._finish(self._found[place].address)

    def _ask_for_folder(self) -> None:
        def take(folder: Path) -> None:
            self._finish(folder_address(folder))

        ask_for_folder(self, self.tr("Choose a folder of pictures"), take)

    def _ask_for_video(self) -> None:
        def take(file: Path) -> None:
            self._finish(video_address(file))

        kinds = self.tr("Videos (*.mp4 *.avi *.mkv *.mov *.gif);;All files (*)")
        ask_for_file(self, self.tr("Choose a video"), kinds, take)

    def _ask_for_producer(self) -> None:
        ask_for_file(
            self, self.tr("Choose a GenTL producer"), self.tr("GenTL producers (*.cti)"), self.producer_chosen.emit
        )

    def _finish(self, address: str) -> None:
        self.dismiss()
        self.chosen.emit(address)
