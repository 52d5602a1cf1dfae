"""The pages of a validation report: which pieces in which order."""

from zoneinfo import ZoneInfo

from inspector.quality.validation import Validation
from inspector.reports.figures import HEADING
from inspector.reports.flow import Piece
from inspector.reports.fonts import Typeface
from inspector.reports.lists import signature_blocks
from inspector.reports.pages import Furniture, Pages, inner_width
from inspector.reports.sheet import DARK, Box, Sheet, Style
from inspector.reports.validation_beside import beside, notes
from inspector.reports.validation_charts import CHART_LEAST, DistributionDrawing
from inspector.reports.validation_classes import class_table, draw_matrix, matrix_height
from inspector.reports.validation_head import figure_band, validation_head
from inspector.reports.validation_mistakes import mistake_rows
from inspector.reports.validation_words import ValidationWords
from inspector.reports.words import Words

_SIDE_BY_SIDE = 8
"""Up to so many classes the matrix leaves room for the distributions beside it."""
_MATRIX_SHARE = 0.47
_GAP = 16.0
_HEAD = 14.0
_CHART_MOST = 130.0
_NOTE = Style(6.5, colour=DARK)


def validation_pages(
    validation: Validation,
    words: Words,
    own: ValidationWords,
    zone: ZoneInfo,
    typeface: Typeface,
    width: float,
    height: float,
) -> Pages:
    """Return a validation report laid out on paper of one size, in points."""
    recipe = validation.subject.recipe
    name = own.title.format(product=recipe.product, number=recipe.version.number)
    furniture = Furniture(
        title=f"{own.document}: {name}",
        reference=f"{validation.made.astimezone(zone):%Y-%m-%d %H:%M}",
        content_hash=validation.content_hash,
        simulated=recipe.simulated,
    )
    blocks = (
        (own.signature_engineer, own.signature_engineer_meaning),
        (own.signature_approval, own.signature_approval_meaning),
    )
    inside = inner_width(width)
    first, *further = mistake_rows(validation, words, own)
    pieces = [
        validation_head(validation, words, own, zone),
        notes(validation, own, typeface, inside),
        figure_band(validation, words, own),
        *_confusion_and_scores(validation, words, own),
        first,
        beside(validation, words, own, typeface, inside),
        class_table(validation.figures, words, own),
        *further,
    ]
    return Pages(
        [piece for piece in pieces if piece is not None],
        signature_blocks(blocks, words),
        furniture,
        words,
        width,
        height,
    )


def _confusion_and_scores(validation: Validation, words: Words, own: ValidationWords) -> tuple[Piece, ...]:
    """Return the matrix with the distributions beside it, or above them where there are many classes."""
    confusion = validation.figures.confusion
    shown = validation.distributions
    high = matrix_height(confusion)

    def draw_both(sheet: Sheet, box: Box) -> None:
        left = Box(box.left, box.top, (box.width - _GAP) * _MATRIX_SHARE, box.height)
        draw_matrix(sheet, left, confusion, words, own)
        right = Box(left.right + _GAP, box.top, box.right - left.right - _GAP, box.height)
        _draw_heading(sheet, right, own)
        each = (right.height - _HEAD) / len(shown)
        for index, one in enumerate(shown):
            place = Box(right.left, right.top + _HEAD + index * each, right.width, each - 4)
            DistributionDrawing(sheet, place, one, words, own).draw()

    def draw_matrix_alone(sheet: Sheet, box: Box) -> None:
        draw_matrix(sheet, box, confusion, words, own)

    def draw_row(sheet: Sheet, box: Box) -> None:
        _draw_heading(sheet, box, own)
        each = (box.width + _GAP) / len(shown)
        for index, one in enumerate(shown):
            place = Box(box.left + index * each, box.top + _HEAD, each - _GAP, box.height - _HEAD)
            DistributionDrawing(sheet, place, one, words, own).draw()

    if not shown:
        return (Piece(high, draw_matrix_alone),)
    if len(confusion.counts) <= _SIDE_BY_SIDE:
        least = _HEAD + CHART_LEAST * len(shown)
        most = max(high, _HEAD + _CHART_MOST * len(shown))
        return (Piece(max(high, least), draw_both, stretch=1, most=most),)
    row = Piece(_HEAD + CHART_LEAST, draw_row, stretch=1, most=_HEAD + _CHART_MOST)
    return Piece(high, draw_matrix_alone), row


def _draw_heading(sheet: Sheet, box: Box, own: ValidationWords) -> None:
    used = sheet.text(box.left, box.top + 9, own.distributions, HEADING, room=box.width)
    room = box.width - used - 8
    if room > 60:
        sheet.text(box.right, box.top + 9, own.distributions_note, _NOTE, align="right", room=room)
