"""How scores lie about the thresholds: good parts above the axis, bad ones below, both printable in black."""

from collections.abc import Sequence
from math import sqrt

from inspector.quality.validation import Distribution, Score, ScoreLine
from inspector.reports.sheet import BLACK, DARK, MIDDLE, RULE, WHITE, Box, Sheet, Style
from inspector.reports.validation_words import ValidationWords
from inspector.reports.words import Words

CHART_LEAST = 70.0
_SMALL = Style(6.5, colour=DARK)
_TINY = Style(5.6, colour=DARK)
_TITLE = Style(7, True)
_HEAD = 19.0
_FOOT = 9.0
_COUNT = 6.5
_FEWEST_SHOWN = 1.2
_TICKS = 5


class DistributionDrawing:
    """One distribution, drawn once into a box.

    A bar is as high as the square root of its count, each side to its own scale, so that the few parts beyond a
    threshold are seen beside the many that are not; how many they are stands at each bar.
    """

    def __init__(self, sheet: Sheet, box: Box, distribution: Distribution, words: Words, own: ValidationWords) -> None:
        self._sheet = sheet
        self._box = box
        self._distribution = distribution
        self._words = words
        self._own = own
        self._plot = Box(box.left + 1, box.top + _HEAD, box.width - 2, box.height - _HEAD - _FOOT)
        self._axis = self._plot.top + self._plot.height / 2

    def draw(self) -> None:
        """Draw title, bars, axis and thresholds."""
        self._draw_title()
        self._draw_axis()
        histogram = self._distribution.histogram
        self._draw_bars(histogram.good, up=True)
        self._draw_bars(histogram.bad, up=False)
        self._draw_lines()

    def _x(self, value: float) -> float:
        edges = self._distribution.histogram.edges
        share = (value - edges[0]) / (edges[-1] - edges[0])
        return self._plot.left + self._plot.width * min(1.0, max(0.0, share))

    def _draw_title(self) -> None:
        title, bad, good = self._own.scores[self._distribution.score]
        histogram = self._distribution.histogram
        x = self._box.right
        for word, counts, filled in ((bad, histogram.bad, True), (good, histogram.good, False)):
            text = f"{word} {self._words.number(sum(counts))}"
            x -= self._sheet.text(x, self._box.top + 6.5, text, _SMALL, align="right") + 9
            swatch = Box(x, self._box.top + 1.2, 6, 5.5)
            self._sheet.rectangle(swatch, thick=0.5, fill=MIDDLE if filled else WHITE)
            x -= 8
        self._sheet.text(self._box.left, self._box.top + 6.5, title, _TITLE, room=x - self._box.left)

    def _draw_axis(self) -> None:
        edges = self._distribution.histogram.edges
        low, high = edges[0], edges[-1]
        for index in range(_TICKS + 1):
            value = low + (high - low) * index / _TICKS
            x = self._x(value)
            self._sheet.line([(x, self._plot.top), (x, self._plot.bottom + 2)], thick=0.25, colour=RULE)
            last = index == _TICKS
            text = self._words.number(value, 1)
            if last and self._distribution.score is Score.ANOMALY:
                text = f"{text} {self._own.beyond}"
            align = "left" if index == 0 else "right" if last else "centre"
            self._sheet.text(x, self._plot.bottom + 8, text, _TINY, align=align)  # type: ignore[arg-type]

    def _draw_bars(self, counts: Sequence[int], up: bool) -> None:
        edges = self._distribution.histogram.edges
        room = self._plot.height / 2 - _COUNT
        highest = max(1, *counts)
        for index, count in enumerate(counts):
            if not count:
                continue
            left, right = self._x(edges[index]), self._x(edges[index + 1])
            height = max(_FEWEST_SHOWN, room * sqrt(count / highest))
            top = self._axis - height if up else self._axis
            bar = Box(left + 0.5, top, right - left - 1, height)
            self._sheet.rectangle(bar, thick=0.5, colour=BLACK, fill=WHITE if up else MIDDLE)
            text = self._words.number(count)
            style = Style(min(5.6, 5.6 * (right - left) / self._sheet.typeface.width(text, 5.6)))
            baseline = top - 1.3 if up else bar.bottom + 5.2
            self._sheet.text((left + right) / 2, baseline, text, style, align="centre")

    def _draw_lines(self) -> None:
        self._sheet.line([(self._plot.left, self._axis), (self._plot.right, self._axis)], thick=0.7)
        for line, align in zip(self._distribution.lines, _sides(self._distribution.lines), strict=True):
            x = self._x(line.value)
            top = self._plot.top - 4
            self._sheet.line([(x, top), (x, self._plot.bottom)], thick=0.9, dashes=(2.4, 1.4))
            text = f"{self._own.lines[line.name]} {self._words.number(line.value, 2)}"
            place = x - 2 if align == "right" else x + 2
            self._sheet.text(place, top + 2.6, text, _TINY, align=align)  # type: ignore[arg-type]


def _sides(lines: Sequence[ScoreLine]) -> tuple[str, ...]:
    """Return on which side of each line its name stands: of two, the lower one's to the left, towards what it means."""
    return ("right", "left") if len(lines) == 2 else ("left",) * len(lines)
