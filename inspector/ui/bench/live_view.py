"""The live picture, or the last part as it was judged."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inspector.domain.recipe import Region
from inspector.ui.bench.heat_row import HeatRow
from inspector.ui.look import Look
from inspector.ui.scaling import ReadyPicture, Room
from inspector.ui.theme import Space
from inspector.ui.widgets.buttons import Segments
from inspector.ui.widgets.card import Card
from inspector.ui.widgets.field import Field
from inspector.ui.widgets.picture_view import PictureView
from inspector.ui.widgets.translated import Translated

LIVE, LAST_PART = 0, 1


class LiveView(Translated):
    """The picture under a row with the camera's name, which opens the choice of cameras, and the choice of view."""

    camera_wanted = Signal()
    view_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._camera_name = ""
        self._simulated = False
        card = Card(self)
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL)
        self.camera = Field(look, self, sign="chevron-down", width=260)
        self.camera.clicked.connect(self.camera_wanted)
        self.views = Segments(look, 2, self)
        self.views.chosen.connect(self._choose)
        row.addWidget(self.camera, 3)
        row.addStretch(1)
        row.addWidget(self.views)
        self.picture = PictureView(look, self)
        self.heat = HeatRow(self.picture, self)
        card.column.addLayout(row)
        card.column.addWidget(self.picture, 1)
        card.column.addWidget(self.heat)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)
        self.view = LIVE
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.views.set_words(self.tr("Live"), self.tr("Last part"))
        self.picture.setAccessibleName(self.tr("Picture"))
        self.show_camera(self._camera_name, simulated=self._simulated)

    def show_camera(self, name: str, *, simulated: bool) -> None:
        """Name the camera; mark the pictures where no lens took them."""
        self._camera_name, self._simulated = name, simulated
        self.camera.set_words(self.tr("Camera"), self.tr("Choose a camera"))
        self.camera.set_value(name)
        self.picture.set_badge(self.tr("DEMO – no real parts") if simulated else "")

    def show_region(self, region: Region | None) -> None:
        """Outline what the recipe judges."""
        self.picture.show_region(region)

    def show_picture(self, ready: ReadyPicture | None) -> None:
        """Show another picture; the heat map's slider is there only when the picture has one."""
        self.picture.show_picture(ready)
        self.heat.follow_picture()

    def room(self) -> Room:
        """Return the size of the picture that is wanted."""
        return self.picture.room()

    def _choose(self, view: int) -> None:
        if view != self.view:
            self.view = view
            self.view_chosen.emit(view)
