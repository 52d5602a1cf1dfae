"""The three live charts of the bench: classes, defect trend, p chart. Made once, fed with `setData`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QWidget

from inspector.domain.verdict import Verdict
from inspector.quality.control_chart import PChart as PChartData
from inspector.ui.bench.plot import Chart, pen
from inspector.ui.look import Look
from inspector.ui.theme import TextSize, font
from inspector.ui.words import class_words, number, percent

_MOST_CLASSES = 6
_NAME_WIDTH = 128
_COUNT_ROOM = 1.22
"""The longest bar leaves this much of the axis for the count at its end."""


@dataclass(frozen=True)
class ClassCount:
    """How many parts were of a class. `abnormal`: the class means NG, or is no class of the recipe at all."""

    name: str
    count: int
    abnormal: bool


class _NameAxis(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of names, each cut off to the axis's width."""

    def __init__(self) -> None:
        super().__init__("left")
        self.setWidth(_NAME_WIDTH)

    def show_names(self, names: Sequence[str]) -> None:
        """Write the names at 0, 1, 2 and so on."""
        metrics = QFontMetrics(font(TextSize.CAPTION))
        cut = (metrics.elidedText(name, Qt.TextElideMode.ElideRight, _NAME_WIDTH - 12) for name in names)
        self.setTicks([list(enumerate(cut))])


class ClassChart(Chart):
    """How many parts of each defect class, the most first; the good classes are counted in the line above the bars.

    Good parts are not drawn: there are so many more of them that they would leave no room to tell defects apart.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        self._names = _NameAxis()
        super().__init__(look, parent, {"left": self._names})
        self._shown: tuple[ClassCount, ...] = ()
        places = np.arange(_MOST_CLASSES, dtype=float)
        nothing = np.zeros(_MOST_CLASSES)
        self._bars = pyqtgraph.BarGraphItem(x0=nothing, y=places, width=nothing, height=0.56, pen=None)
        self.plot.addItem(self._bars)
        self._counts = [pyqtgraph.TextItem(anchor=(0, 0.5)) for _ in range(_MOST_CLASSES)]
        for text in self._counts:
            text.setFont(font(TextSize.CAPTION, bold=True))
            self.plot.addItem(text, ignoreBounds=True)
        self.plot.hideAxis("bottom")
        self.plot.setYRange(-0.5, _MOST_CLASSES - 0.5, padding=0)
        self.plot.getViewBox().invertY(True)
        self.retranslate()
        self.wear()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.title.set_text(self.tr("Classes"))
        self._read()

    def wear(self) -> None:
        """Take the theme's colours."""
        super().wear()
        self._draw()

    def show_counts(self, counts: Sequence[ClassCount]) -> None:
        """Show these classes; those that do not fit are counted in the line above."""
        wanted = tuple(sorted(counts, key=lambda one: (-one.count, one.name)))
        if wanted != self._shown:
            self._shown = wanted
            self.show_plot(bool(self._abnormal()))
            self._draw()
            self._read()

    def _draw(self) -> None:
        theme = self.look.theme
        shown = self._abnormal()[:_MOST_CLASSES]
        most = max((one.count for one in shown), default=1) or 1
        empty = _MOST_CLASSES - len(shown)
        self._bars.setOpts(
            width=np.array([one.count for one in shown] + [0] * empty, dtype=float),
            brushes=[QColor(theme.verdicts[Verdict.NG].mark)] * len(shown) + [QColor(0, 0, 0, 0)] * empty,
        )
        self._names.show_names([class_words(one.name) for one in shown])
        self.plot.setXRange(0, most * _COUNT_ROOM, padding=0)
        for index, text in enumerate(self._counts):
            filled = index < len(shown)
            text.setVisible(filled)
            if filled:
                text.setText(number(shown[index].count), QColor(theme.text))
                text.setPos(shown[index].count, index)

    def _abnormal(self) -> tuple[ClassCount, ...]:
        return tuple(one for one in self._shown if one.abnormal)

    def _read(self) -> None:
        if not self._shown:
            self.reading.set_text(self.tr("No parts yet"))
            return
        said = [f"{class_words(one.name)} {number(one.count)}" for one in self._shown if not one.abnormal]
        rest = self._abnormal()[_MOST_CLASSES:]
        if rest:
            count = sum(one.count for one in rest)
            said.append(self.tr("{0} rarer defects {1}").format(len(rest), number(count)))
        self.reading.set_text("  ·  ".join(said))


class TrendChart(Chart):
    """The share of NG over time."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._shares: tuple[float | None, ...] = ()
        self._window = ""
        self._curve = self.plot.plot([], [], connect="finite")
        self.plot.getAxis("left").setWidth(44)
        self.plot.hideAxis("bottom")
        self.retranslate()
        self.wear()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.title.set_text(self.tr("Defect trend"))
        self._read()

    def wear(self) -> None:
        """Take the theme's colours."""
        super().wear()
        theme = self.look.theme
        self._curve.setPen(pen(theme.chart_line, 2))
        fill = QColor(theme.chart_line)
        fill.setAlpha(36)
        self._curve.setFillLevel(0)
        self._curve.setBrush(fill)

    def show_trend(self, shares: Sequence[float | None], window: str) -> None:
        """Show the NG shares (0 to 1), oldest first, None where nothing was inspected.

        `window` says of what each is.
        """
        wanted = tuple(shares)
        if wanted == self._shares and window == self._window:
            return
        self._shares, self._window = wanted, window
        self.show_plot(bool(wanted))
        values = np.array([np.nan if share is None else 100 * share for share in wanted])
        self._curve.setData(np.arange(len(values)), values)
        top = _round_top(float(np.nanmax(values)) if np.isfinite(values).any() else 0.0)
        self.plot.setYRange(0, top, padding=0.04)
        self.plot.setXRange(0, max(1, len(values) - 1), padding=0.01)
        self.plot.getAxis("left").setTicks([_percent_ticks(top)])
        self._read()

    def _read(self) -> None:
        newest = next((share for share in reversed(self._shares) if share is not None), None)
        if newest is None:
            self.reading.set_text(self.tr("No parts yet"))
        else:
            self.reading.set_text(self.tr("NG {0} now – {1}").format(percent(newest), self._window))


class PChartPlot(Chart):
    """The p chart with stepped limits. A point that signals is a diamond, with the numbers of the rules it breaks."""

    _MOST_LABELS = 12

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._chart = PChartData(None, ())
        self._window = ""
        self._mean = self.plot.plot([], [])
        self._upper = self.plot.plot([], [], stepMode="center")
        self._lower = self.plot.plot([], [], stepMode="center")
        self._line = self.plot.plot([], [], connect="finite")
        self._points = pyqtgraph.ScatterPlotItem(pxMode=True)
        self.plot.addItem(self._points)
        self._labels = [pyqtgraph.TextItem(anchor=(0, 0.5)) for _ in range(self._MOST_LABELS)]
        for text in self._labels:
            text.setFont(font(TextSize.CAPTION, bold=True))
            self.plot.addItem(text, ignoreBounds=True)
        self.plot.getAxis("left").setWidth(44)
        self.plot.hideAxis("bottom")
        self.retranslate()
        self.wear()

    def retranslate(self) -> None:
        """Set the words anew."""
        self.title.set_text(self.tr("p chart"))
        self.setToolTip(
            self.tr(
                "Share of NG in groups of parts, with control limits at three standard deviations.\n"
                "Rule 1: outside the limits. Rule 2: nine in a row on one side of the mean. "
                "Rule 3: six in a row rising or falling."
            )
        )
        self._read()

    def wear(self) -> None:
        """Take the theme's colours."""
        super().wear()
        theme = self.look.theme
        self._mean.setPen(pen(theme.strong_line, 1))
        for limit in (self._upper, self._lower):
            limit.setPen(pen(theme.strong_line, 1.4, Qt.PenStyle.DashLine))
        self._line.setPen(pen(theme.chart_line, 1.4))
        self._draw()

    def show_chart(self, chart: PChartData, window: str) -> None:
        """Show another chart; `window` says what one point is."""
        if chart != self._chart or window != self._window:
            self._chart, self._window = chart, window
            self.show_plot(chart.mean is not None)
            self._draw()
            self._read()

    def _draw(self) -> None:
        points = self._chart.points
        places = np.arange(len(points), dtype=float)
        values = _percents([point.p for point in points])
        upper, lower = _percents([point.upper for point in points]), _percents([point.lower for point in points])
        edges = np.arange(len(points) + 1, dtype=float) - 0.5
        steps: dict[str, Any] = {"stepMode": "center"} if len(points) else {"stepMode": None}
        for curve, limit in ((self._upper, upper), (self._lower, lower)):
            curve.setData(edges if len(points) else [], limit, **steps)
        mean = self._chart.mean
        ends = [] if mean is None else [-0.5, len(points) - 0.5]
        self._mean.setData(ends, [] if mean is None else [100 * mean] * 2)
        self._line.setData(places, values)
        self._draw_points(places, values)
        seen = np.concatenate([values, upper])
        top = _round_top(float(np.nanmax(seen)) if np.isfinite(seen).any() else 0.0)
        self.plot.setYRange(0, top, padding=0.04)
        self.plot.setXRange(-0.5, max(9.5, len(points) - 0.5), padding=0.01)
        self.plot.getAxis("left").setTicks([_percent_ticks(top)])

    def _draw_points(self, places: "np.ndarray[Any, Any]", values: "np.ndarray[Any, Any]") -> None:
        theme = self.look.theme
        points = self._chart.points
        signalling = [bool(point.rules) for point in points]
        calm, loud = QColor(theme.chart_line), QColor(theme.verdicts[Verdict.NG].mark)
        there = np.isfinite(values)
        self._points.setData(
            x=places[there],
            y=values[there],
            symbol=["d" if loud_point else "o" for loud_point, shown in zip(signalling, there, strict=True) if shown],
            size=[13 if loud_point else 6 for loud_point, shown in zip(signalling, there, strict=True) if shown],
            brush=[loud if loud_point else calm for loud_point, shown in zip(signalling, there, strict=True) if shown],
            pen=None,
        )
        labelled = [(place, point) for place, point in zip(places, points, strict=True) if point.rules]
        labelled = labelled[-self._MOST_LABELS :]
        for index, text in enumerate(self._labels):
            filled = index < len(labelled)
            text.setVisible(filled)
            if filled:
                place, point = labelled[index]
                text.setText(",".join(str(rule) for rule in point.rules), loud)
                text.setPos(place, 100 * (point.p or 0.0))
                # Beside its point, towards the middle of the chart, where there is always room.
                text.setAnchor((-0.4 if place < len(points) / 2 else 1.4, 0.5))

    def _read(self) -> None:
        if self._chart.mean is None:
            self.reading.set_text(self.tr("No full group of parts yet"))
            return
        signals = sum(1 for point in self._chart.points if point.rules)
        mean = self.tr("mean {0} – {1}").format(percent(self._chart.mean), self._window)
        self.reading.set_text(self.tr("signals: {0} – {1}").format(signals, mean) if signals else mean)


def _percents(shares: Sequence[float | None]) -> "np.ndarray[Any, Any]":
    return np.array([np.nan if share is None else 100 * share for share in shares], dtype=float)


def _round_top(highest: float) -> float:
    """Return the next round percentage above, so that the axis seldom changes."""
    for top in (1.0, 2.0, 5.0, 10.0, 20.0, 50.0):
        if highest <= top:
            return top
    return 100.0


def _percent_ticks(top: float) -> list[tuple[float, str]]:
    digits = 1 if top < 2 else 0
    return [(value, percent(value / 100, digits)) for value in (0.0, top / 2, top)]
