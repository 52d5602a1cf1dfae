"""Reads the codes in a picture: serial numbers, lots."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from inspector.domain.frame import Pixels
from inspector.domain.read_code import ReadCode
from inspector.domain.recipe import CodeReading
from inspector.vision.code_symbologies import formats_of, looks_needed, too_short
from inspector.vision.code_views import FURTHER, SECOND_LOOKS, Try, View, as_it_is

MOST_PIXELS = 8_000_000
"""What the further tries may look at together, so that a part without a code takes no longer than so much."""
MOST_PIXELS_AGAIN = 1_500_000
"""What one second look at a code may look at."""
LONGEST = 0.5
"""After so many seconds no further try is begun, whatever the picture."""

_MARGIN = 0.1  # of the region, looked at as well: a code needs some quiet around it, and regions are drawn tight
_QUIET = 1.0  # of a code's larger side, kept around it when it is looked at again; stacked ones are told by one row
_LEAST_QUIET = 8  # pixels
_LOOKS_AGAIN = 4

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class _Found:
    """A code as found in a view: its corners are in the view's pixels. `family` are the kinds that look like it."""

    text: str
    kind: zxingcpp.BarcodeFormat
    family: zxingcpp.BarcodeFormats
    corners: tuple[tuple[float, float], ...]

    @property
    def box(self) -> Box:
        """Left, top, right, bottom around it."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return math.floor(min(across)), math.floor(min(down)), math.ceil(max(across)), math.ceil(max(down))


class CodeReader:
    """Reads what one recipe wants read. Used by one thread at a time.

    The picture is read as it is. Only when that gives nothing are other views of it tried: evened, sharpened, doubled,
    turned. A code that does not prove itself (all that is no matrix code) counts only when it reads alike in two of
    five views, an EAN or UPC in three, and no other text is read as often at its place.
    """

    def __init__(
        self,
        reading: CodeReading,
        *,
        most_pixels: int = MOST_PIXELS,
        longest: float = LONGEST,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Get ready. `clock` gives seconds. Raises SymbologyUnknown where the recipe names what cannot be read."""
        self.reading = reading
        self._wanted = formats_of(reading.symbologies)
        self._formats = zxingcpp.BarcodeFormats(self._wanted)  # none of them means any
        self._most_pixels = most_pixels
        self._longest = longest
        self._clock = clock

    def read(self, pixels: Pixels) -> tuple[ReadCode, ...]:
        """Return the codes whose middle lies in the recipe's region, the one nearest to the region's middle first.

        That first one is the part's code. `pixels` is the whole picture, uint8 `H x W` or `H x W x 3` RGB.
        """
        height, width = pixels.shape[:2]
        region = self.reading.region.pixels(width, height)
        left, top, right, bottom = _widened(region, _MARGIN, width, height)
        grey = _grey(pixels[top:bottom, left:right])
        for view in self._views(grey):
            placed = [self._placed(one, view, left, top) for one in self._sure(view)]
            inside = [code for code in placed if _contains(region, code.middle)]
            if inside:
                return tuple(sorted(inside, key=lambda code: math.dist(code.middle, _middle(region))))
        return ()

    def _views(self, grey: Pixels) -> Iterator[View]:
        """Return the picture as it is, and then others of it as long as they may be looked at."""
        started = self._clock()
        yield as_it_is(grey)
        left_over = self._most_pixels
        for one in FURTHER.values():
            if self._clock() - started > self._longest:
                return
            if one.growth * grey.size <= left_over:
                left_over -= round(one.growth * grey.size)
                yield one.make(grey)

    def _sure(self, view: View) -> list[_Found]:
        """Return the codes in a view that can be believed."""
        found = [one for one in _found(view, self._formats) if not too_short(one.kind, one.text, self._wanted)]
        return [one for one in found if looks_needed(one.kind) == 1 or self._agreed(view, one)]

    def _agreed(self, view: View, first: _Found) -> bool:
        """Look at a code again in other ways; whether it keeps saying the same."""
        across, down = first.box[2] - first.box[0], first.box[3] - first.box[1]
        quiet = round(_QUIET * max(across, down)) + _LEAST_QUIET
        left, top = max(0, first.box[0] - quiet), max(0, first.box[1] - quiet)
        around = np.ascontiguousarray(view.pixels[top : first.box[3] + quiet, left : first.box[2] + quiet])
        here = (first.box[0] - left, first.box[1] - top, first.box[2] - left, first.box[3] - top)
        votes = Counter({first.text: 1})
        for one in _second_looks(around.size):
            again = one.make(around)
            votes.update(
                {other.text for other in _found(again, first.family) if _contains(here, _middle_of(other, again))}
            )
        runner_up = max((number for text, number in votes.items() if text != first.text), default=0)
        return votes[first.text] >= looks_needed(first.kind) and votes[first.text] > runner_up

    def _placed(self, found: _Found, view: View, left: int, top: int) -> ReadCode:
        back = [view.back(x, y) for x, y in found.corners]
        return ReadCode(found.text, found.kind.name, tuple((x + left, y + top) for x, y in back))


def _found(view: View, formats: zxingcpp.BarcodeFormats) -> list[_Found]:
    barcodes = zxingcpp.read_barcodes(
        view.pixels, formats=formats, binarizer=view.binarizer, text_mode=zxingcpp.TextMode.Plain
    )
    return [
        _Found(one.text, one.format, zxingcpp.BarcodeFormats((one.symbology, one.format)), _corners(one.position))
        for one in barcodes
        if one.text
    ]


def _second_looks(pixels: int) -> list[Try]:
    """Return how a code in so many pixels is looked at again."""
    fitting = [one for one in SECOND_LOOKS.values() if one.growth == 1 or one.growth * pixels <= MOST_PIXELS_AGAIN]
    return fitting[:_LOOKS_AGAIN]


def _grey(pixels: Pixels) -> Pixels:
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    return np.ascontiguousarray(grey, np.uint8)


def _corners(position: zxingcpp.Position) -> tuple[tuple[float, float], ...]:
    in_turn = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((float(point.x), float(point.y)) for point in in_turn)


def _middle_of(found: _Found, view: View) -> tuple[float, float]:
    left, top, right, bottom = found.box
    return view.back((left + right) / 2, (top + bottom) / 2)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _contains(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _widened(box: Box, share: float, width: int, height: int) -> Box:
    across, down = round(share * (box[2] - box[0])), round(share * (box[3] - box[1]))
    left, top = max(0, box[0] - across), max(0, box[1] - down)
    return left, top, min(width, box[2] + across), min(height, box[3] + down)
