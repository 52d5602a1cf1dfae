"""One part, opened from the film strip: its picture large, why it was judged so, and its record."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimerEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.domain.inspection import Inspection
from inspector.domain.recipe import Region
from inspector.inspection.shown import ShownPart
from inspector.ui.bench.part_picture import PartPicture
from inspector.ui.bench.part_verdict import VerdictBand
from inspector.ui.bench.record_panel import RecordPanel
from inspector.ui.bench.why_panel import Background, WhyPanel
from inspector.ui.look import Look
from inspector.ui.theme import Space, TextSize
from inspector.ui.widgets.buttons import Button, Segments
from inspector.ui.widgets.line import Line
from inspector.ui.widgets.overlay import Overlay
from inspector.ui.widgets.picture_view import PictureView
from inspector.ui.words import number, reason_words
from inspector.vision.model_file import ModelFile

WHY, RECORD = 0, 1
_FACTS_WIDTH = 380


def _no_model_file(_inspection: Inspection) -> ModelFile | None:
    """Say that the recipe is not at hand."""
    return None


class PartDetail(Overlay):
    """Shows one of the parts that were on the strip when it was touched; the arrows go to its neighbours."""

    def __init__(
        self,
        look: Look,
        window: QWidget,
        parts: Sequence[ShownPart],
        place: int,
        *,
        region_of: Callable[[Inspection], Region | None],
        zone: ZoneInfo,
        model_file_of: Callable[[Inspection], ModelFile | None] = _no_model_file,
    ) -> None:
        """Open on `parts[place]`; the newest part comes first.

        `region_of` gives what was judged of the picture, `model_file_of` the recipe file that judged it, both None
        where it is no longer in use.
        """
        super().__init__(look, window, width=1480, height=920)
        self._parts = tuple(parts)
        self._index = place
        self._region_of = region_of
        self._model_file_of = model_file_of
        self._zone = zone
        self._timer = self.startTimer(33)
        self.sheet.column.addLayout(self._head())
        self.part_picture = PartPicture(look, self.sheet)
        row = QHBoxLayout()
        row.setSpacing(Space.WIDE)
        row.addWidget(self.part_picture, 1)
        row.addWidget(self._facts_side())
        self.sheet.column.addLayout(row, 1)
        self._show()
        self.close_button.setFocus()

    @property
    def part(self) -> ShownPart:
        """The part that is shown."""
        return self._parts[self._index]

    @property
    def picture(self) -> PictureView:
        """Where its picture is shown."""
        return self.part_picture.picture

    def go(self, step: int) -> None:
        """Show the part so many places on, towards the older ones; at an end nothing happens."""
        index = self._index + step
        if 0 <= index < len(self._parts):
            self._index = index
            self._show()

    def dismiss(self) -> None:
        """Close it and end its thread."""
        if self.open_now:
            self.killTimer(self._timer)
            self.part_picture.close_down()
        super().dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrow keys go from part to part."""
        steps = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}
        if event.key() in steps:
            self.go(steps[event.key()])
            event.accept()
            return
        super().keyPressEvent(event)

    def timerEvent(self, event: QTimerEvent) -> None:
        """Put up the picture when it is ready."""
        self.part_picture.take_ready()

    def _go_newer(self) -> None:
        self.go(-1)

    def _go_older(self) -> None:
        self.go(1)

    def _head(self) -> QHBoxLayout:
        self._title = Line(self._look, self.sheet, size=TextSize.TITLE, bold=True)
        self.newer = Button(self._look, "chevron-left", self.sheet, glove=True)
        self.newer.set_words(self.tr("Newer"))
        self.newer.acted.connect(self._go_newer)
        self.older = Button(self._look, "chevron-right", self.sheet, glove=True)
        self.older.set_words(self.tr("Older"))
        self.older.acted.connect(self._go_older)
        self.close_button = Button(self._look, "x", self.sheet, kind="primary", glove=True)
        self.close_button.set_words(self.tr("Close"))
        self.close_button.acted.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self._title, 1)
        for button in (self.newer, self.older, self.close_button):
            row.addWidget(button)
        return row

    def _facts_side(self) -> QWidget:
        side = QWidget(self.sheet)
        side.setFixedWidth(_FACTS_WIDTH)
        self._band = VerdictBand(self._look, side)
        self.tabs = Segments(self._look, 2, side)
        self.tabs.set_words(self.tr("Why"), self.tr("Record"))
        self.tabs.chosen.connect(self._choose)
        self.why = WhyPanel(self._look, side)
        self.record = RecordPanel(self._look, side)
        self.record.hide()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(self._band)
        column.addWidget(self.tabs)
        column.addWidget(self.why, 1)
        column.addWidget(self.record, 1)
        return side

    def _choose(self, tab: int) -> None:
        self.why.setVisible(tab == WHY)
        self.record.setVisible(tab == RECORD)

    def _show(self) -> None:
        inspection = self.part.inspection
        judgement = inspection.judgement
        self._title.set_text(self.tr("Part {0}").format(number(inspection.sequence)))
        self._band.show_verdict(judgement.verdict, reason_words(judgement.reason) if judgement.reason else "")
        self.why.show_judgement(judgement, self._background(inspection))
        self.record.show_inspection(inspection, self._zone)
        self.newer.block("" if self._index > 0 else self.tr("This is the newest part of those that were on the strip."))
        last = self._index + 1 >= len(self._parts)
        self.older.block(self.tr("This is the oldest part of those that were on the strip.") if last else "")
        self.part_picture.show_part(self.part, self._region_of(inspection))

    def _background(self, inspection: Inspection) -> Background:
        model_file = self._model_file_of(inspection)
        if model_file is None:
            return Background()
        recipe, taught = model_file.recipe, model_file.taught
        numbers = [one.number for one in inspection.judgement.similar if one.number < len(taught)]
        return Background(
            same_recipe=True,
            anomaly_limit=recipe.anomaly.limit,
            scene_tolerance=recipe.scene.tolerance,
            thumbnails={number: taught[number].thumbnail for number in numbers},
        )
