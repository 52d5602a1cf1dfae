"""The three charts together: one at a time where room is short, all under one another where it is not."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.ui.bench.charts import ClassChart, PChartPlot, TrendChart
from inspector.ui.look import Look
from inspector.ui.theme import Space
from inspector.ui.widgets.buttons import Segments
from inspector.ui.widgets.card import Card
from inspector.ui.widgets.translated import Translated


class ChartsPanel(Translated):
    """Holds the charts for as long as the window lives; arranging them anew makes nothing new."""

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = ClassChart(look, self)
        self.trend = TrendChart(look, self)
        self.p_chart = PChartPlot(look, self)
        self._all = (self.classes, self.trend, self.p_chart)
        self._stacked = False
        self._current = 0
        self.tabs = Segments(look, len(self._all), self)
        self.tabs.chosen.connect(self._choose)
        self._card = Card(self)
        self._card.column.setSpacing(Space.MEDIUM)
        self._card.column.addWidget(self.tabs)
        for chart in self._all:
            self._card.column.addWidget(chart, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._card)
        self._arrange()
        self.retranslate()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.tabs.set_words(self.tr("Classes"), self.tr("Trend"), self.tr("p chart"))

    def stack(self, stacked: bool) -> None:
        """Show all charts, or one at a time."""
        if stacked != self._stacked:
            self._stacked = stacked
            self._arrange()

    def _choose(self, index: int) -> None:
        self._current = index
        self._arrange()
        self.chosen.emit(index)

    def _arrange(self) -> None:
        self.tabs.setVisible(not self._stacked)
        for index, chart in enumerate(self._all):
            chart.setVisible(self._stacked or index == self._current)
            chart.title.setVisible(self._stacked)
            chart.updateGeometry()
        # Told at once, not with the next event: a window that is made smaller must not be held open by the old size.
        self._card.updateGeometry()
        self.updateGeometry()
