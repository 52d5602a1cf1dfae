"""All features of a camera, by group, in as many columns as there is room for."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from inspector.domain.camera_feature import Feature
from inspector.ui.cameras.feature_rows import ROW_HEIGHT, ChoiceRow, FeatureRow, feature_row
from inspector.ui.cameras.feature_words import FeatureGroup, grouped
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize
from inspector.ui.widgets.line import Line

_COLUMN = 360
"""A column narrower than this leaves no room for a slider."""
_WIDE_COLUMN = 460
"""A third column comes only where all three are so wide that no name has to be cut off."""


class FeaturePanel(QScrollArea):
    """Rows to change features with, or one sentence why there are none. Rows live on while the features are the same.

    `changed` carries a feature's name and the value wanted, `choice_wanted` a feature whose choices shall be shown,
    `refused` a sentence.
    """

    changed = Signal(str, object)
    choice_wanted = Signal(object)
    refused = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._features: tuple[Feature, ...] = ()
        self._built: tuple[object, ...] = ()
        self.rows: dict[str, FeatureRow] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget(self)
        self._outer = QVBoxLayout(self._inner)
        self._outer.setContentsMargins(0, 0, Space.SMALL, 0)
        self._sentence = QLabel(self._inner)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._body: QWidget | None = None
        self._outer.addWidget(self._sentence)
        self._outer.addStretch(1)
        self.setWidget(self._inner)

    @property
    def sentence(self) -> str:
        """Why there are no features; an empty text where there are some."""
        return self._sentence.text()

    def show_features(self, features: Sequence[Feature], busy: frozenset[str] = frozenset()) -> None:
        """Show the features as they were read; those that are just being changed (`busy`) are left as they are."""
        self._features = tuple(features)
        self._sentence.setText("")
        self._sentence.hide()
        self._build()
        by_name = {feature.name: feature for feature in features}
        for name, row in self.rows.items():
            if name not in busy:
                row.show_feature(by_name[name], by_name)

    def show_sentence(self, sentence: str) -> None:
        """Say in one sentence why there is nothing to set."""
        self._features = ()
        self._build()
        self._sentence.setText(sentence)
        self._sentence.show()

    def sizeHint(self) -> QSize:
        """Ask for a few rows."""
        return QSize(_COLUMN, 4 * ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Ask for one row; the others are reached by scrolling."""
        return QSize(_COLUMN, ROW_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use as many columns as there is room for."""
        super().resizeEvent(event)
        if self._features:
            self._build()

    def changeEvent(self, event: QEvent) -> None:
        """Make the rows anew when the language changes: their headings are words too."""
        if event.type() == QEvent.Type.LanguageChange and self._features:
            self._built = ()
            self._build()
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring what takes the keyboard into sight."""
        if isinstance(event, QFocusEvent) and event.gotFocus() and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched, 0, Space.WIDE)
        return super().eventFilter(watched, event)

    def _columns(self) -> int:
        width = self.viewport().width()
        return 3 if width >= 3 * _WIDE_COLUMN else max(1, min(2, width // _COLUMN))

    def _build(self) -> None:
        """Make the rows anew if other features are to be shown, or in other columns."""
        wanted = (self._columns(), *((one.name, one.kind) for one in self._features))
        if wanted == self._built:
            return
        self._built = wanted
        focused = self._focused()
        if self._body is not None:
            self._outer.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self.rows = {}
        self._body = QWidget(self._inner)
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.WIDE)
        for groups in in_columns(grouped(self._features), self._columns()):
            row.addLayout(self._column(groups), 1)
        self._outer.insertWidget(0, self._body)
        self._show_again(focused)

    def _focused(self) -> str:
        holder = QApplication.focusWidget()
        return next((name for name, row in self.rows.items() if holder and row.isAncestorOf(holder)), "")

    def _show_again(self, focused: str) -> None:
        by_name = {feature.name: feature for feature in self._features}
        for name, row in self.rows.items():
            row.show_feature(by_name[name], by_name)
        if focused in self.rows:
            stops = [
                one for one in self.rows[focused].findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus
            ]
            if stops:
                stops[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _column(self, groups: Sequence[FeatureGroup]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(Space.HAIR)
        for group in groups:
            heading = Line(self._look, self._body, size=TextSize.CAPTION, bold=True, role="muted")
            heading.set_text(group.heading.upper())
            column.addWidget(heading)
            for feature in group.features:
                column.addWidget(self._row(feature))
            column.addSpacing(Space.SMALL)
        column.addStretch(1)
        return column

    def _row(self, feature: Feature) -> FeatureRow:
        row = feature_row(self._look, feature, self._body)
        row.changed.connect(self.changed)
        row.refused.connect(self.refused)
        if isinstance(row, ChoiceRow):
            row.choice_wanted.connect(self.choice_wanted)
        for child in row.findChildren(QWidget):
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus:
                child.installEventFilter(self)
        self.rows[feature.name] = row
        return row


def in_columns(groups: Sequence[FeatureGroup], columns: int) -> tuple[tuple[FeatureGroup, ...], ...]:
    """Return the groups in so many columns of about the same height, in their order. Some may be empty."""
    heights = [len(group.features) + 0.5 for group in groups]
    share = sum(heights) / columns
    filled: list[list[FeatureGroup]] = [[] for _ in range(columns)]
    before = 0.0
    for group, height in zip(groups, heights, strict=True):
        filled[min(columns - 1, int((before + height / 2) / share))].append(group)
        before += height
    return tuple(tuple(column) for column in filled)
