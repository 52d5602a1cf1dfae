"""One screen of the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from inspector.ui.widgets.translated import Translated


class Page(Translated):
    """A screen; it has the window's ground behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
