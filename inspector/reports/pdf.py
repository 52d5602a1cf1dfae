"""A report as a PDF file: the same report gives the same bytes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from inspector.atomic_file import write_atomically
from inspector.domain.refusal import Refusal
from inspector.reports.fonts import REGULAR, Typeface
from inspector.reports.masthead import document_name
from inspector.reports.model import ShiftReport
from inspector.reports.page import ShiftPages
from inspector.reports.sheet import Sheet
from inspector.reports.words import ENGLISH, Words

Paper = Literal["A4", "Letter"]
_SIZES: Mapping[Paper, tuple[float, float]] = MappingProxyType({"A4": A4, "Letter": LETTER})


class ReportNotWritten(Refusal, RuntimeError):
    """A report that could not be put where it was wanted; the message is one sentence that says why."""


def render_pdf(report: ShiftReport, paper: Paper = "A4", words: Words = ENGLISH) -> bytes:
    """Return the report as a PDF file. Equal reports give equal bytes."""
    width, height = _SIZES[paper]
    typeface = Typeface()
    pages = ShiftPages(report, words, typeface, width, height)
    file = BytesIO()
    canvas = Canvas(
        file, pagesize=(width, height), invariant=1, pageCompression=1, initialFontName=REGULAR, lang=words.language
    )
    _describe(canvas, report, words)
    for index in range(len(pages)):
        pages.draw(Sheet(canvas, typeface, width, height), index)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def write_pdf(report: ShiftReport, path: Path, paper: Paper = "A4", words: Words = ENGLISH) -> None:
    """Write the report in one step, so that a half-written file is never found. Raises ReportNotWritten."""
    data = render_pdf(report, paper, words)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    except PermissionError as error:
        raise ReportNotWritten(
            f"The report cannot be written to {path}: close it in the program that shows it, or choose another folder."
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReportNotWritten(f"The report cannot be written to {path} ({reason}); choose another folder.") from error


def _describe(canvas: Canvas, report: ShiftReport, words: Words) -> None:
    place = report.place
    canvas.setTitle(f"{document_name(report, words)}: {report.span.title}")
    canvas.setAuthor(", ".join(part for part in (place.site, place.line, place.station) if part))
    canvas.setSubject(words.content_hash.format(hash=report.content_hash))
    canvas.setKeywords(report.issue.number)
    canvas.setCreator(f"{words.program} {report.issue.software}")
    moment = _pdf_date(report.issue.generated)
    # The file's date is the report's, not the clock's, so that the same report gives the same bytes.
    canvas.setDateFormatter(lambda *_: moment)


def _pdf_date(moment: datetime) -> str:
    return f"D:{moment.astimezone(UTC):%Y%m%d%H%M%S}+00'00'"
