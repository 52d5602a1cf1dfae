"""The bench screen: everything an operator needs at one glance, nothing that moves by itself."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.ui.bench.charts_panel import ChartsPanel
from inspector.ui.bench.controls import Controls
from inspector.ui.bench.counters import Counters
from inspector.ui.bench.film_strip import FilmStrip
from inspector.ui.bench.live_view import LiveView
from inspector.ui.bench.verdict_panel import VerdictPanel
from inspector.ui.header import LaneFields
from inspector.ui.look import Look
from inspector.ui.theme import Space
from inspector.ui.widgets.page import Page

_WIDE_FROM = 1560
"""From this width on, in logical pixels, the charts have a column of their own."""

_LANE_PARTS = 8
_LANE_WIDE_FROM = 880
"""From this width on one lane's half has room for its charts."""


class BenchParts(Page):
    """What is shown of one lane, not yet laid out."""

    def __init__(self, look: Look, controls: Controls, strip: FilmStrip, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.live = LiveView(look, self)
        self.verdict = VerdictPanel(look, self)
        self.counters = Counters(look, self)
        self.charts = ChartsPanel(look, self)
        self.strip = strip
        self.controls = controls

    def retranslate(self) -> None:
        """Nothing here has words of its own; its parts see to theirs."""


class BenchPage(BenchParts):
    """One fixed layout: picture, verdict, figures and charts above; film strip; buttons and lamps at the bottom."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, Controls(look), FilmStrip(look), parent)
        self._wide = False
        self._middle = QVBoxLayout()
        self._middle.setSpacing(Space.MEDIUM)
        self._middle.addWidget(self.verdict, 10)
        self._middle.addWidget(self.counters)
        self._middle.addWidget(self.charts, 13)
        self._upper = QHBoxLayout()
        self._upper.setSpacing(Space.MEDIUM)
        self._upper.addWidget(self.live, 58)
        self._upper.addLayout(self._middle, 42)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        column.setSpacing(Space.MEDIUM)
        column.addLayout(self._upper, 100)
        column.addWidget(self.strip, 16)
        column.addWidget(self.controls)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the charts a column of their own where there is room for it."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE_FROM
        if wide != self._wide:
            self._wide = wide
            self._arrange()

    def _arrange(self) -> None:
        """Move the charts between the two places, small while they move: the window must not be pushed open by it."""
        if self._wide:
            self._upper.addWidget(self.charts, 26)
            self._upper.setStretch(0, 48)
            self._upper.setStretch(1, 26)
            self.charts.stack(True)
            self.counters.set_rows(2)
        else:
            self.charts.stack(False)
            self.counters.set_rows(1)
            self._middle.addWidget(self.charts, 13)
            self._upper.setStretch(0, 58)
            self._upper.setStretch(1, 42)


class LanePage(BenchParts):
    """One lane of two: its fields above, then picture, verdict and figures, film strip, buttons and lamps.

    Charts stand beside the verdict where the half is wide enough for them.
    """

    def __init__(self, look: Look, name: str, keys: str, parent: QWidget | None = None) -> None:
        """Make the half of lane `name`; `keys` is what its keys are pressed with, `Shift+` or nothing."""
        super().__init__(look, Controls(look, keys=keys, narrow=True), FilmStrip(look, length=_LANE_PARTS), parent)
        self.fields = LaneFields(look, self, name=name)
        self.charts.stack(False)
        self.charts.hide()
        self._wide = False
        self._middle = QHBoxLayout()
        self._middle.setSpacing(Space.MEDIUM)
        self._middle.addWidget(self.verdict, 1)
        self._middle.addWidget(self.charts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.fields)
        column.addWidget(self.live, 60)
        column.addLayout(self._middle, 30)
        column.addWidget(self.counters)
        column.addWidget(self.strip, 16)
        column.addWidget(self.controls)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the charts where there is room for them."""
        super().resizeEvent(event)
        wide = self.width() >= _LANE_WIDE_FROM
        if wide != self._wide:
            self._wide = wide
            self.charts.setVisible(wide)
