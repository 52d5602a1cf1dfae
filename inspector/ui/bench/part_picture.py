"""The picture of one part: the whole frame, or the part alone as the network saw it, under its heat map."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inspector.domain.recipe import Region
from inspector.inspection.shown import ShownPart
from inspector.ui.bench.heat_row import HeatRow
from inspector.ui.look import Look
from inspector.ui.scaling import PictureThread, Scene, whole
from inspector.ui.theme import Space
from inspector.ui.widgets.buttons import Segments
from inspector.ui.widgets.picture_view import PictureView
from inspector.ui.widgets.translated import Translated

FRAME, PART = 0, 1


def _no_frame() -> None:
    """Say that there is no live picture here."""


class PartPicture(Translated):
    """A picture with a choice of what it shows below it. Its thread ends with `close_down`."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part: ShownPart | None = None
        self._region: Region | None = None
        self._pictures = PictureThread(_no_frame)
        self.picture = PictureView(look, self)
        self.picture.resized.connect(self._ask)
        self.heat = HeatRow(self.picture, self)
        self.views = Segments(look, 2, self)
        self.views.chosen.connect(self._choose)
        self.views.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._view = FRAME
        row = QHBoxLayout()
        row.setSpacing(Space.WIDE)
        row.addWidget(self.views)
        row.addWidget(self.heat, 1)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.views.set_words(self.tr("Whole picture"), self.tr("As the network saw it"))
        self.picture.setAccessibleName(self.tr("Picture"))

    def show_part(self, part: ShownPart, region: Region | None) -> None:
        """Show another part; `region` is what its recipe looks at, None where that is not known."""
        self._part, self._region = part, region
        judgement = part.inspection.judgement
        has_both = judgement.part_picture is not None
        self.views.setVisible(has_both)
        if not has_both and self._view == PART:
            self.views.choose(FRAME)
        self.picture.set_empty_words(*self._why_no_picture(part))
        self.picture.set_badge(self.tr("DEMO – no real parts") if part.inspection.context.simulated else "")
        self._show()

    def take_ready(self) -> None:
        """Put up the picture when it is ready."""
        ready = self._pictures.answer()
        if ready is not None:
            self.picture.show_picture(ready)
            self.heat.follow_picture()

    def close_down(self) -> None:
        """End the thread."""
        self._pictures.close()

    def _choose(self, view: int) -> None:
        self._view = view
        self._show()

    def _show(self) -> None:
        self.picture.show_picture(None)
        self.heat.follow_picture()
        part = self._part
        on_frame = part is not None and self._view == FRAME
        known = part is not None and part.picture is not None
        self.picture.show_region(self._region if on_frame else None)
        placement = part.inspection.judgement.placement if part is not None else None
        self.picture.show_placement(placement if on_frame and known else None)
        self._ask()

    def _ask(self) -> None:
        scene = self._scene()
        if scene is not None:
            self._pictures.ask(self.picture.room(), scene)

    def _scene(self) -> Scene | None:
        part = self._part
        if part is None:
            return None
        judgement, source = part.inspection.judgement, part.inspection.source
        if self._view == PART and judgement.part_picture is not None:
            pixels = judgement.part_picture
            return Scene(pixels, source, heat_map=judgement.heat_map, placement=whole(pixels))
        if part.picture is not None:
            region = self._region or Region()
            return Scene(part.picture.pixels, source, region, judgement.heat_map, judgement.placement)
        if part.thumbnail is None:
            return None
        # Of a frame that is no longer held only a small one is left, whose pixels the placement does not count.
        heat_map = judgement.heat_map if judgement.placement is None else None
        return Scene(part.thumbnail, source, self._region or Region(), heat_map)

    def _why_no_picture(self, part: ShownPart) -> tuple[str, str]:
        if part.picture is None and part.thumbnail is None:
            return self.tr("No picture"), self.tr("The camera gave none for this part.")
        return "", ""
