"""The sheet on which a group of things lies."""

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from inspector.ui.theme import Space


class Card(QFrame):
    """A quiet sheet with rounded corners; its things lie under one another in `column`."""

    def __init__(self, parent: QWidget | None = None, *, margin: int = Space.MEDIUM) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(Space.SMALL)
