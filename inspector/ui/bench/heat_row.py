"""How strongly the heat map covers the picture."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from inspector.ui.theme import Space
from inspector.ui.widgets.picture_view import PictureView
from inspector.ui.widgets.translated import Translated

_AT_FIRST = 60


class HeatRow(Translated):
    """A slider for the picture's heat map. It is there only while the picture has one."""

    def __init__(self, picture: PictureView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self._words = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, 100)
        self.slider.setValue(_AT_FIRST)
        self.slider.setMinimumHeight(44)
        self.slider.valueChanged.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self._words)
        row.addWidget(self.slider, 1)
        self.hide()
        self._take(_AT_FIRST)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self._words.setText(self.tr("Heat map"))
        self.slider.setAccessibleName(self.tr("How strongly the heat map covers the picture"))

    def follow_picture(self) -> None:
        """Appear or vanish as the picture that is shown has a heat map or not."""
        ready = self._picture.ready
        has_heat = ready is not None and ready.heat is not None
        if self.isHidden() == has_heat:
            self.setVisible(has_heat)

    def _take(self, value: int) -> None:
        self._picture.set_heat_opacity(value / 100)
