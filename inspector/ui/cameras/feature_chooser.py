"""The choice between the words that a feature of a camera can be."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from inspector.domain.camera_feature import Feature
from inspector.ui.cameras.feature_words import feature_name
from inspector.ui.look import Look
from inspector.ui.theme import TextSize, font
from inspector.ui.widgets.buttons import Button
from inspector.ui.widgets.choice_list import Choice, ChoiceList
from inspector.ui.widgets.overlay import Overlay

_ROW = 76
_FRAME = 204


class FeatureChooser(Overlay):
    """One tall row a word; `chosen` carries the feature's name and the word that was touched."""

    chosen = Signal(str, str)

    def __init__(self, look: Look, window: QWidget, feature: Feature) -> None:
        super().__init__(look, window, width=480, height=_FRAME + _ROW * min(6, len(feature.choices)))
        self._feature = feature
        heading = QLabel(feature_name(feature.name), self.sheet)
        heading.setFont(font(TextSize.TITLE, bold=True))
        heading.setWordWrap(True)
        self.list = ChoiceList(look, self.sheet)
        self.list.show_choices(tuple(Choice(word, current=word == feature.value) for word in feature.choices))
        self.list.chosen.connect(self._take)
        self.cancel = Button(look, "x", self.sheet, glove=True)
        self.cancel.set_words(self.tr("Cancel"))
        self.cancel.acted.connect(self.dismiss)
        self.sheet.column.addWidget(heading)
        self.sheet.column.addWidget(self.list, 1)
        self.sheet.column.addWidget(self.cancel)

    def _take(self, place: int) -> None:
        self.dismiss()
        self.chosen.emit(self._feature.name, self._feature.choices[place])
