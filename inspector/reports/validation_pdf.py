"""A validation report as a PDF file: the same validation gives the same bytes."""

from pathlib import Path
from zoneinfo import ZoneInfo

from inspector.quality.validation import Validation
from inspector.reports.fonts import Typeface
from inspector.reports.pages import Pages
from inspector.reports.pdf import Description, Paper, render, write_document
from inspector.reports.validation_page import validation_pages
from inspector.reports.validation_words import ENGLISH_VALIDATION, ValidationWords
from inspector.reports.words import ENGLISH, Words

_UTC = ZoneInfo("UTC")


def render_validation_pdf(
    validation: Validation,
    paper: Paper = "A4",
    zone: ZoneInfo = _UTC,
    words: Words = ENGLISH,
    own: ValidationWords = ENGLISH_VALIDATION,
) -> bytes:
    """Return the report as a PDF file with times of the site's zone. Equal validations give equal bytes."""

    def lay_out(typeface: Typeface, width: float, height: float) -> Pages:
        return validation_pages(validation, words, own, zone, typeface, width, height)

    recipe = validation.subject.recipe
    name = own.title.format(product=recipe.product, number=recipe.version.number)
    description = Description(
        title=f"{own.document}: {name}",
        author=recipe.version.author,
        subject=words.content_hash.format(hash=validation.content_hash),
        keywords=validation.part_set.sha256,
        creator=f"{words.program} {validation.software}",
        moment=validation.made,
    )
    return render(lay_out, description, paper, words)


def write_validation_pdf(
    validation: Validation,
    path: Path,
    paper: Paper = "A4",
    zone: ZoneInfo = _UTC,
    words: Words = ENGLISH,
    own: ValidationWords = ENGLISH_VALIDATION,
) -> None:
    """Write the report in one step, so that a half-written file is never found. Raises ReportNotWritten."""
    write_document(render_validation_pdf(validation, paper, zone, words, own), path)
