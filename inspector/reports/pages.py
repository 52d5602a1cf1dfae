"""What every page of a document has: margins, a running head from the second on, a foot, and pieces in between."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.reports.flow import Piece, Placed, flow
from inspector.reports.masthead import draw_demo_tag
from inspector.reports.sheet import DARK, RULE, Box, Sheet, Style
from inspector.reports.words import Words

_MARGIN_ACROSS = 36.0
_MARGIN_TOP = 28.0
_MARGIN_BOTTOM = 26.0
_FOOT = 13.0
_RUNNING_HEAD = 26.0
_GAP = 7.0


@dataclass(frozen=True)
class Furniture:
    """What is said on pages of a document besides its pieces: `title` and `reference` in the running head.

    `content_hash` stands in the foot; `simulated` has DEMO printed across every page.
    """

    title: str
    reference: str
    content_hash: str
    simulated: bool


def inner_width(width: float) -> float:
    """Return how wide the pieces of a page are on paper of that width."""
    return width - 2 * _MARGIN_ACROSS


class Pages:
    """A document laid out on paper of one size, in points.

    `signatures` stand at the foot of the first page, which is whole in itself; only what is too long for it goes on
    behind it.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        signatures: Piece,
        furniture: Furniture,
        words: Words,
        width: float,
        height: float,
    ) -> None:
        self._furniture = furniture
        self._words = words
        self._inside = inner_width(width)
        self._room = height - _MARGIN_TOP - _MARGIN_BOTTOM - _FOOT
        self._signatures = signatures
        first_room = self._room - self._signatures.height - _GAP
        self._pages = flow(pieces, first_room, self._room - _RUNNING_HEAD, _GAP)

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self._pages)

    def draw(self, sheet: Sheet, index: int) -> None:
        """Draw one page, counted from 0."""
        if self._furniture.simulated:
            sheet.watermark(self._words.demo)
        top = _MARGIN_TOP
        if index:
            self._draw_running_head(sheet)
            top += _RUNNING_HEAD
        for placed in self._pages[index]:
            placed.piece.draw(sheet, _box(placed, top, self._inside))
        if index == 0:
            foot = self._room - self._signatures.height
            self._signatures.draw(sheet, Box(_MARGIN_ACROSS, top + foot, self._inside, self._signatures.height))
        self._draw_foot(sheet, index)

    def _draw_running_head(self, sheet: Sheet) -> None:
        left, right = _MARGIN_ACROSS, _MARGIN_ACROSS + self._inside
        if self._furniture.simulated:
            left += draw_demo_tag(sheet, left, _MARGIN_TOP, 11, self._words) + 5
        text = self._furniture.reference
        used = sheet.text(right, _MARGIN_TOP + 8.5, text, Style(8, colour=DARK), align="right", room=self._inside * 0.5)
        sheet.text(left, _MARGIN_TOP + 8.5, self._furniture.title, Style(9, True), room=right - used - 12 - left)
        sheet.line([(_MARGIN_ACROSS, _MARGIN_TOP + 14), (right, _MARGIN_TOP + 14)], thick=0.8)

    def _draw_foot(self, sheet: Sheet, index: int) -> None:
        words = self._words
        left, right = _MARGIN_ACROSS, _MARGIN_ACROSS + self._inside
        line = sheet.height - _MARGIN_BOTTOM - _FOOT + 5
        sheet.line([(left, line), (right, line)], thick=0.4, colour=RULE)
        style = Style(6.5, colour=DARK)
        page = words.page.format(page=index + 1, pages=len(self))
        used = sheet.text(right, line + 9, page, Style(7), align="right")
        digest = words.content_hash.format(hash=self._furniture.content_hash[:16])
        sheet.text(left, line + 9, digest, style, room=right - used - 12 - left)


def _box(placed: Placed, top: float, width: float) -> Box:
    return Box(_MARGIN_ACROSS, top + placed.top, width, placed.height)
