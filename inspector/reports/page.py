"""The pages of a shift report: which pieces in which order."""

from collections.abc import Sequence

from inspector.reports.figures import completeness_and_pareto, trend_chart, verdict_band
from inspector.reports.flow import Piece
from inspector.reports.fonts import Typeface
from inspector.reports.lists import by_code, events, full_list, signatures, thumbnails
from inspector.reports.masthead import MOST_RECIPES, lots_of, masthead, name_room, overflows, recipe_table
from inspector.reports.model import ShiftReport
from inspector.reports.pages import Furniture, Pages, inner_width
from inspector.reports.words import Words


def shift_pages(report: ShiftReport, words: Words, typeface: Typeface, width: float, height: float) -> Pages:
    """Return a shift report laid out on paper of one size, in points."""
    furniture = Furniture(
        title=report.span.title,
        reference=f"{report.place.station}, {words.report_number} {report.issue.number}",
        content_hash=report.content_hash,
        simulated=report.simulated,
    )
    pieces = _pieces(report, words, typeface, inner_width(width))
    return Pages(pieces, signatures(words), furniture, words, width, height)


def _pieces(report: ShiftReport, words: Words, typeface: Typeface, inside: float) -> Sequence[Piece]:
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
        by_code(report, words),
        *_full_lists(report, len(shown), words, typeface, inside),
    ]
    return [piece for piece in pieces if piece is not None]


def _full_lists(
    report: ShiftReport, recipes_shown: int, words: Words, typeface: Typeface, inside: float
) -> list[Piece]:
    room = name_room(inside)
    lists = []
    if recipes_shown < len(report.recipes):
        lists.append(recipe_table(report.recipes[recipes_shown:], words, inside))
    for title, names in ((words.all_operators, report.operators), (words.all_lots, lots_of(report))):
        if overflows(names, words, room, typeface):
            lists.append(full_list(title, names, typeface, inside))
    return lists
