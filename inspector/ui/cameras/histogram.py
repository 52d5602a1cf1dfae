"""How often each level occurs in the picture. Made once, fed with `setData`."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from inspector.domain.verdict import Verdict
from inspector.ui.bench.plot import Chart, pen
from inspector.ui.look import Look
from inspector.vision.picture_health import BRIGHTEST, PictureHealth

_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
_FILL = 60
_TOGETHER = 4


class HistogramChart(Chart):
    """One curve of a grey picture, three of a colour one, each with a stroke of its own besides its colour.

    Drawn by the square root of the counts, so that few pixels at an end are seen beside many in the middle.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._health: PictureHealth | None = None
        self._curves = [self.plot.plot([], []) for _ in _STYLES]
        self.plot.setAntialiasing(False)
        self.plot.hideAxis("left")
        self.plot.getAxis("bottom").setTicks([[(0, "0"), (64, "64"), (128, "128"), (192, "192"), (255, "255")]])
        self.plot.setXRange(0, BRIGHTEST, padding=0.02)
        self.plot.setYRange(0, 1, padding=0.02)
        self.retranslate()
        self.wear()

    @property
    def health(self) -> PictureHealth | None:
        """What it shows."""
        return self._health

    def retranslate(self) -> None:
        """Set the words anew."""
        self.title.set_text(self.tr("Histogram"))
        self._read()

    def wear(self) -> None:
        """Take the theme's colours."""
        super().wear()
        self._dress()

    def show_health(self, health: PictureHealth | None) -> None:
        """Show the levels of another picture, or of none."""
        other = self._colours(health) != self._colours(self._health)
        self._health = health
        self.show_plot(health is not None)
        if other:
            self._dress()
        if health is not None:
            for curve, heights in zip(self._curves, drawn(health.histograms), strict=False):
                curve.setData(np.linspace(0, BRIGHTEST, len(heights)), heights)
        self._read()

    def _dress(self) -> None:
        theme = self.look.theme
        in_colour = self._colours(self._health) == 3
        inks = (theme.verdicts[Verdict.NG].mark, "#009E73", theme.focus) if in_colour else (theme.chart_line,) * 3
        for number, (curve, ink, style) in enumerate(zip(self._curves, inks, _STYLES, strict=True)):
            curve.setPen(pen(ink, 1.6 if in_colour else 1.0, style if in_colour else Qt.PenStyle.SolidLine))
            fill = QColor(ink)
            fill.setAlpha(0 if in_colour else _FILL)
            curve.setFillLevel(None if in_colour else 0)
            curve.setBrush(fill)
            curve.setVisible(in_colour or number == 0)

    def _read(self) -> None:
        if self._health is None:
            self.reading.set_text(self.tr("No picture yet"))
            return
        mean = self.tr("mean {0} of 255").format(round(self._health.mean))
        if self._colours(self._health) == 3:
            mean = "  ·  ".join((self.tr("red ——  green – –  blue ···"), mean))
        self.reading.set_text(mean)

    @staticmethod
    def _colours(health: PictureHealth | None) -> int:
        return 1 if health is None else len(health.histograms)


def drawn(histograms: tuple[NDArray[np.int64], ...]) -> tuple[NDArray[np.float64], ...]:
    """Return the heights of the curves, 0 to 1: square roots, with the highest inner level of all curves at the top.

    The two ends are cut off there: a black ground would else press all the rest flat. Levels are put together by four:
    a camera that multiplies its samples leaves gaps between them that say nothing of the picture.
    """
    summed = tuple(counts.reshape(-1, _TOGETHER).sum(axis=1) for counts in histograms)
    highest = max(int(counts[1:-1].max()) for counts in summed) or max(int(counts.max()) for counts in summed)
    return tuple(np.sqrt(np.minimum(counts / max(1, highest), 1.0)) for counts in summed)
