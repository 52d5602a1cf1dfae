"""One feature of a camera in one row: its name, what it can be, and the thing to change it with."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QSlider, QVBoxLayout, QWidget

from inspector.domain.camera_feature import Feature, FeatureKind, FeatureValue
from inspector.ui.cameras.feature_words import (
    feature_name,
    number_read,
    number_words,
    range_words,
    unit_word,
    value_words,
    why_fixed,
)
from inspector.ui.cameras.slider_scale import SliderScale, scale_of
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize
from inspector.ui.widgets.buttons import Button, Segments
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.translated import Translated

ROW_HEIGHT = 52
_NUMBER_WIDTH = 106
_UNIT_WIDTH = 24
_EDITOR_SHARE, _NAME_SHARE = 15, 9


class CalmSlider(QSlider):
    """A slider a finger high that the mouse's wheel does not move: the wheel is for the page around it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setMinimumHeight(44)
        self.setMinimumWidth(60)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class FeatureRow(Translated):
    """A feature that can be changed, or one that stands fast: then its value in grey, and under its name why.

    `changed` carries the name and the value that a person wants; `refused` a sentence why it is no value at all.
    """

    changed = Signal(str, object)
    refused = Signal(str)

    def __init__(self, look: Look, feature: Feature, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.feature = feature
        self._look = look
        self._by_name: Mapping[str, Feature] = {}
        self.name = Line(look, self, bold=True)
        self.caption = Line(look, self, size=TextSize.CAPTION, role="muted")
        self.fixed = Line(look, self, role="muted", alignment=Qt.AlignmentFlag.AlignRight)
        self.editor = QWidget(self)
        self._editing = QHBoxLayout(self.editor)
        self._editing.setContentsMargins(0, 0, 0, 0)
        self._editing.setSpacing(Space.SMALL)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.caption)
        words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Space.MEDIUM)
        self._row.addLayout(words, _NAME_SHARE)
        self._row.addWidget(self.editor, _EDITOR_SHARE)
        self._row.addWidget(self.fixed, _EDITOR_SHARE)
        self.setFixedHeight(ROW_HEIGHT)

    def retranslate(self) -> None:
        """Set the words anew."""
        self.show_feature(self.feature, self._by_name)

    def show_feature(self, feature: Feature, by_name: Mapping[str, Feature]) -> None:
        """Show the feature as it was read; `by_name` are all of the camera, of which one may rule this one."""
        self.feature, self._by_name = feature, by_name
        why = why_fixed(feature, by_name)
        self.name.set_text(feature_name(feature.name))
        self.name.setToolTip(f"{feature_name(feature.name)} ({feature.name})")
        self.caption.set_text(why or range_words(feature))
        self.caption.setVisible(bool(self.caption.text))
        self.fixed.set_text(f"{value_words(feature.value)} {unit_word(feature.unit)}".rstrip())
        if self.editor.isHidden() != bool(why):
            self.editor.setVisible(not why)
            self.fixed.setVisible(bool(why))
            self._row.setStretch(0, 3 * _NAME_SHARE if why else _NAME_SHARE)
        self.fixed.setVisible(bool(why))
        self.show_value(feature.value)

    def show_value(self, value: FeatureValue) -> None:
        """Show the value that the camera has."""
        raise NotImplementedError


class NumberRow(FeatureRow):
    """A number: a slider where it has two ends, and a field to type it in."""

    def __init__(self, look: Look, feature: Feature, parent: QWidget | None = None) -> None:
        super().__init__(look, feature, parent)
        self._scale: SliderScale | None = None
        self.slider = CalmSlider(self.editor)
        self.slider.valueChanged.connect(self._slide)
        self.field = _field(self.editor)
        self.field.setFixedWidth(_NUMBER_WIDTH)
        self.field.editingFinished.connect(self._type)
        self.unit = Line(look, self.editor, size=TextSize.CAPTION, role="muted")
        self.unit.setFixedWidth(_UNIT_WIDTH)
        self.unit.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._editing.addStretch(0)
        self._editing.addWidget(self.slider, 1)
        self._editing.addWidget(self.field)
        self._editing.addWidget(self.unit)

    def show_feature(self, feature: Feature, by_name: Mapping[str, Feature]) -> None:
        """Show the number and its range."""
        self._scale = scale_of(feature)
        self.unit.set_text(unit_word(feature.unit))
        self.slider.setVisible(self._scale is not None)
        if self._scale is not None and self.slider.maximum() != self._scale.places:
            with QSignalBlocker(self.slider):
                self.slider.setRange(0, self._scale.places)
                self.slider.setPageStep(max(1, self._scale.places // 20))
        name = feature_name(feature.name)
        self.slider.setAccessibleName(name)
        self.field.setAccessibleName(f"{name} {unit_word(feature.unit)}".rstrip())
        super().show_feature(feature, by_name)

    def show_value(self, value: FeatureValue) -> None:
        """Show the number; a hand at the slider, or in the middle of typing, is left alone."""
        if not self.field.isModified():
            self.field.setText(self._words(value))
            self.field.setToolTip(self.field.text())
        if self._scale is not None and not self.slider.isSliderDown() and isinstance(value, int | float):
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._scale.place_of(value))

    def _words(self, value: FeatureValue) -> str:
        whole = self.feature.kind is FeatureKind.WHOLE_NUMBER
        return number_words(value, whole=whole) if isinstance(value, int | float) else str(value)

    def _slide(self, place: int) -> None:
        if self._scale is not None:
            self._want(self._scale.value_at(place))

    def _type(self) -> None:
        if not self.field.isModified():
            return
        text = self.field.text()
        self.field.setModified(False)
        value = number_read(text)
        if value is None:
            self.show_value(self.feature.value)
            name = feature_name(self.feature.name)
            self.refused.emit(self.tr("“{0}” is no number; {1} stays as it is.").format(text, name))
        else:
            self._want(value)

    def _want(self, value: float) -> None:
        whole = self.feature.kind is FeatureKind.WHOLE_NUMBER
        wanted: FeatureValue = round(value) if whole else value
        self.field.setText(self._words(wanted))
        self.changed.emit(self.feature.name, wanted)


class ChoiceRow(FeatureRow):
    """One of several words; a touch opens them. `choice_wanted` carries the feature."""

    choice_wanted = Signal(object)

    def __init__(self, look: Look, feature: Feature, parent: QWidget | None = None) -> None:
        super().__init__(look, feature, parent)
        self.button = Button(look, "chevron-down", self.editor)
        self.button.acted.connect(self._open)
        self._editing.addWidget(self.button, 1)

    def show_value(self, value: FeatureValue) -> None:
        """Show the word in use."""
        words = value_words(value)
        self.button.set_words(words, tip=words, name=f"{feature_name(self.feature.name)}: {words}")

    def _open(self) -> None:
        self.choice_wanted.emit(self.feature)


class SwitchRow(FeatureRow):
    """Off or on."""

    def __init__(self, look: Look, feature: Feature, parent: QWidget | None = None) -> None:
        super().__init__(look, feature, parent)
        self.segments = Segments(look, 2, self.editor)
        self.segments.chosen.connect(self._choose)
        self._editing.addStretch(1)
        self._editing.addWidget(self.segments)

    def show_value(self, value: FeatureValue) -> None:
        """Show which of the two it is."""
        name = feature_name(self.feature.name)
        for button, word in zip(self.segments.buttons, (self.tr("Off"), self.tr("On")), strict=True):
            button.set_words(word, name=f"{name}: {word}")
        self.segments.buttons[int(bool(value))].setChecked(True)

    def _choose(self, place: int) -> None:
        if bool(place) != self.feature.value:
            self.changed.emit(self.feature.name, bool(place))


class TextRow(FeatureRow):
    """Any text."""

    def __init__(self, look: Look, feature: Feature, parent: QWidget | None = None) -> None:
        super().__init__(look, feature, parent)
        self.field = _field(self.editor)
        self.field.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.field.editingFinished.connect(self._type)
        self._editing.addWidget(self.field, 1)

    def show_value(self, value: FeatureValue) -> None:
        """Show the text, unless a person is typing another one."""
        self.field.setAccessibleName(feature_name(self.feature.name))
        if not self.field.isModified():
            self.field.setText(str(value))

    def _type(self) -> None:
        if self.field.isModified():
            self.field.setModified(False)
            self.changed.emit(self.feature.name, self.field.text())


def feature_row(look: Look, feature: Feature, parent: QWidget | None = None) -> FeatureRow:
    """Return the row for a feature's kind; it shows nothing until it is told to."""
    rows: dict[FeatureKind, type[FeatureRow]] = {
        FeatureKind.CHOICE: ChoiceRow,
        FeatureKind.SWITCH: SwitchRow,
        FeatureKind.TEXT: TextRow,
    }
    return rows.get(feature.kind, NumberRow)(look, feature, parent)


def _field(parent: QWidget) -> QLineEdit:
    field = QLineEdit(parent)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    return field
