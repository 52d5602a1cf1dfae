"""The pages of a shift report: which pieces in which order, and what stands on every page."""

from collections.abc import Sequence

from inspector.reports.figures import completeness_and_pareto, trend_chart, verdict_band
from inspector.reports.flow import Piece, Placed, flow
from inspector.reports.fonts import Typeface
from inspector.reports.lists import events, full_list, signatures, thumbnails
from inspector.reports.masthead import (
    MOST_RECIPES,
    draw_demo_tag,
    lots_of,
    masthead,
    name_room,
    overflows,
    recipe_table,
)
from inspector.reports.model import ShiftReport
from inspector.reports.sheet import DARK, RULE, Box, Sheet, Style
from inspector.reports.words import Words

_MARGIN_ACROSS = 36.0
_MARGIN_TOP = 28.0
_MARGIN_BOTTOM = 26.0
_FOOT = 13.0
_RUNNING_HEAD = 26.0
_GAP = 7.0


class ShiftPages:
    """A shift report laid out on paper of one size, in points.

    The first page is whole in itself, signatures included; only lists that are too long for it go on behind it.
    """

    def __init__(self, report: ShiftReport, words: Words, typeface: Typeface, width: float, height: float) -> None:
        self._report = report
        self._words = words
        self._typeface = typeface
        self._inside = width - 2 * _MARGIN_ACROSS
        self._room = height - _MARGIN_TOP - _MARGIN_BOTTOM - _FOOT
        self._signatures = signatures(words)
        first_room = self._room - self._signatures.height - _GAP
        self._pages = flow(self._pieces(), first_room, self._room - _RUNNING_HEAD, _GAP)

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self._pages)

    def draw(self, sheet: Sheet, index: int) -> None:
        """Draw one page, counted from 0."""
        if self._report.simulated:
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

    def _pieces(self) -> Sequence[Piece]:
        report, words, typeface, inside = self._report, self._words, self._typeface, self._inside
        recipes = report.recipes
        shown = recipes if len(recipes) <= MOST_RECIPES else recipes[: MOST_RECIPES - 1]
        pieces = [
            masthead(report, words, inside, typeface),
            recipe_table(shown, words, inside, len(recipes) - len(shown)),
            verdict_band(report, words),
            completeness_and_pareto(report, words),
            trend_chart(report, words),
            thumbnails(report, words, inside),
            events(report, words, typeface),
            *self._full_lists(len(shown)),
        ]
        return [piece for piece in pieces if piece is not None]

    def _full_lists(self, recipes_shown: int) -> list[Piece]:
        report, words, typeface = self._report, self._words, self._typeface
        room = name_room(self._inside)
        lists = []
        if recipes_shown < len(report.recipes):
            lists.append(recipe_table(report.recipes[recipes_shown:], words, self._inside))
        for title, names in ((words.all_operators, report.operators), (words.all_lots, lots_of(report))):
            if overflows(names, words, room, typeface):
                lists.append(full_list(title, names, typeface, self._inside))
        return lists

    def _draw_running_head(self, sheet: Sheet) -> None:
        report, words = self._report, self._words
        left, right = _MARGIN_ACROSS, _MARGIN_ACROSS + self._inside
        if report.simulated:
            left += draw_demo_tag(sheet, left, _MARGIN_TOP, 11, words) + 5
        text = f"{report.place.station}, {words.report_number} {report.issue.number}"
        used = sheet.text(right, _MARGIN_TOP + 8.5, text, Style(8, colour=DARK), align="right", room=self._inside * 0.5)
        sheet.text(left, _MARGIN_TOP + 8.5, report.span.title, Style(9, True), room=right - used - 12 - left)
        sheet.line([(_MARGIN_ACROSS, _MARGIN_TOP + 14), (right, _MARGIN_TOP + 14)], thick=0.8)

    def _draw_foot(self, sheet: Sheet, index: int) -> None:
        words = self._words
        left, right = _MARGIN_ACROSS, _MARGIN_ACROSS + self._inside
        line = sheet.height - _MARGIN_BOTTOM - _FOOT + 5
        sheet.line([(left, line), (right, line)], thick=0.4, colour=RULE)
        style = Style(6.5, colour=DARK)
        page = words.page.format(page=index + 1, pages=len(self))
        used = sheet.text(right, line + 9, page, Style(7), align="right")
        digest = words.content_hash.format(hash=self._report.content_hash[:16])
        sheet.text(left, line + 9, digest, style, room=right - used - 12 - left)


def _box(placed: Placed, top: float, width: float) -> Box:
    return Box(_MARGIN_ACROSS, top + placed.top, width, placed.height)
