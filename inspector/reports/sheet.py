"""A sheet of paper to draw on, measured in points from its top left corner.

Everything is black, grey or one vermilion that prints as a middle grey; whatever colour says is also said by a shape
or a word.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Literal

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from inspector.domain.frame import Pixels
from inspector.pictures import encode_jpeg
from inspector.reports.fonts import Typeface

Align = Literal["left", "centre", "right"]
Colour = tuple[float, float, float]

BLACK: Colour = (0.0, 0.0, 0.0)
DARK: Colour = (0.27, 0.27, 0.27)
MIDDLE: Colour = (0.45, 0.45, 0.45)
RULE: Colour = (0.72, 0.72, 0.72)
PALE: Colour = (0.94, 0.94, 0.94)
WHITE: Colour = (1.0, 1.0, 1.0)
VERMILION: Colour = (0.74, 0.20, 0.0)

_ROUND_CAP = 1
_FILLED_AND_STROKED = 2
_STROKE_OF_BOLD = 0.022
_JPEG_QUALITY = 90


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet by its left top corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def inset(self, across: float, down: float) -> "Box":
        """Return the box inside this one, that much smaller on each side."""
        return Box(self.left + across, self.top + down, self.width - 2 * across, self.height - 2 * down)


class Symbol(Enum):
    """Shapes that stand beside a word. They are drawn, so that no font has to have them."""

    TICK = "tick"
    CROSS = "cross"
    QUESTION = "question"
    WARNING = "warning"


@dataclass(frozen=True)
class Style:
    """How a line of text looks."""

    size: float = 8.0
    bold: bool = False
    colour: Colour = BLACK


class Sheet:
    """The page being drawn."""

    def __init__(self, canvas: Canvas, typeface: Typeface, width: float, height: float) -> None:
        self._canvas = canvas
        self.typeface = typeface
        self.width = width
        self.height = height

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        style: Style = Style(),
        *,
        align: Align = "left",
        room: float | None = None,
        keep_end: bool = False,
    ) -> float:
        """Print one line, shortened to `room` with an ellipsis, and return its width. `align` says what `x` is."""
        if room is not None:
            text = self.typeface.shortened(text, style.size, room, style.bold, keep_end)
        width = self.typeface.width(text, style.size, style.bold)
        left = x - {"left": 0.0, "centre": width / 2, "right": width}[align]
        line = self._canvas.beginText(left, self.height - baseline)
        line.setFillColorRGB(*style.colour)
        for run in self.typeface.runs(text, style.bold):
            line.setFont(run.font, style.size)
            line.setTextRenderMode(_FILLED_AND_STROKED if run.stroked else 0)
            if run.stroked:
                line.setStrokeColorRGB(*style.colour)
                self._canvas.setLineWidth(style.size * _STROKE_OF_BOLD)
            line.textOut(run.text)
        line.setTextRenderMode(0)
        self._canvas.drawText(line)
        return width

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        thick: float = 0.5,
        colour: Colour = BLACK,
        dashes: Sequence[float] = (),
        closed: bool = False,
        fill: Colour | None = None,
    ) -> None:
        """Draw a line through the points; closed ones may be filled."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setLineWidth(thick)
        canvas.setStrokeColorRGB(*colour)
        canvas.setDash(list(dashes))
        canvas.setLineJoin(_ROUND_CAP)
        if fill is not None:
            canvas.setFillColorRGB(*fill)
        path = canvas.beginPath()
        for index, (x, y) in enumerate(points):
            (path.lineTo if index else path.moveTo)(x, self.height - y)
        if closed:
            path.close()
        canvas.drawPath(path, stroke=1, fill=int(fill is not None))
        canvas.restoreState()

    def rectangle(
        self, box: Box, *, thick: float = 0.5, colour: Colour | None = BLACK, fill: Colour | None = None
    ) -> None:
        """Draw a rectangle, its edge in `colour` and its inside in `fill`; None leaves either out."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setLineWidth(thick)
        if colour is not None:
            canvas.setStrokeColorRGB(*colour)
        if fill is not None:
            canvas.setFillColorRGB(*fill)
        bottom = self.height - box.bottom
        canvas.rect(box.left, bottom, box.width, box.height, stroke=int(colour is not None), fill=int(fill is not None))
        canvas.restoreState()

    def hatched(self, box: Box, *, gap: float = 2.6, colour: Colour = BLACK) -> None:
        """Fill a box with slanting lines and an edge: told from a grey one on any printer."""
        canvas = self._canvas
        with self.clipped(box):
            canvas.setLineWidth(0.5)
            canvas.setStrokeColorRGB(*colour)
            start = box.left - box.height
            while start < box.right:
                canvas.line(start, self.height - box.bottom, start + box.height, self.height - box.top)
                start += gap
        self.rectangle(box, thick=0.6, colour=colour)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        thick: float = 0.6,
        colour: Colour = BLACK,
        fill: Colour | None = None,
    ) -> None:
        """Draw a circle about a point."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setLineWidth(thick)
        canvas.setStrokeColorRGB(*colour)
        if fill is not None:
            canvas.setFillColorRGB(*fill)
        canvas.circle(x, self.height - y, radius, stroke=1, fill=int(fill is not None))
        canvas.restoreState()

    def symbol(self, symbol: Symbol, x: float, y: float, size: float, colour: Colour = BLACK) -> None:
        """Draw a symbol about its middle; `size` is its height."""
        half = size / 2
        thick = max(0.7, size * 0.13)
        if symbol is Symbol.TICK:
            self.line(
                [(x - half, y), (x - half * 0.3, y + half * 0.75), (x + half, y - half * 0.8)],
                thick=thick,
                colour=colour,
            )
        elif symbol is Symbol.CROSS:
            arm = half * 0.8
            self.line([(x - arm, y - arm), (x + arm, y + arm)], thick=thick, colour=colour)
            self.line([(x - arm, y + arm), (x + arm, y - arm)], thick=thick, colour=colour)
        elif symbol is Symbol.QUESTION:
            self.circle(x, y, half, thick=thick * 0.6, colour=colour)
            self.text(x, y + size * 0.27, "?", Style(size * 0.75, True, colour), align="centre")
        else:
            corners = [(x - half * 1.1, y + half * 0.9), (x, y - half), (x + half * 1.1, y + half * 0.9)]
            self.line(corners, thick=thick * 0.6, colour=colour, closed=True)
            self.text(x, y + size * 0.36, "!", Style(size * 0.62, True, colour), align="centre")

    def picture(self, box: Box, pixels: Pixels) -> None:
        """Print a picture into the box, as large as it fits, in the middle, never out of shape."""
        height, width = pixels.shape[:2]
        scale = min(box.width / width, box.height / height)
        shown = (width * scale, height * scale)
        left = box.left + (box.width - shown[0]) / 2
        bottom = self.height - box.bottom + (box.height - shown[1]) / 2
        self._canvas.drawImage(ImageReader(BytesIO(encode_jpeg(pixels, _JPEG_QUALITY))), left, bottom, *shown)

    def watermark(self, text: str) -> None:
        """Print a word across the page, from corner to corner, so light that figures on it stay readable."""
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(self.width / 2, self.height / 2)
        canvas.rotate(52)
        size = 190.0
        line = canvas.beginText(-self.typeface.width(text, size, True) / 2, -size * 0.36)
        line.setFillColorRGB(0.925, 0.925, 0.925)
        for run in self.typeface.runs(text, True):
            line.setFont(run.font, size)
            line.textOut(run.text)
        canvas.drawText(line)
        canvas.restoreState()

    @contextmanager
    def clipped(self, box: Box) -> Iterator[None]:
        """Keep what is drawn meanwhile inside the box."""
        canvas = self._canvas
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(box.left, self.height - box.bottom, box.width, box.height)
        canvas.clipPath(path, stroke=0, fill=0)
        try:
            yield
        finally:
            canvas.restoreState()
