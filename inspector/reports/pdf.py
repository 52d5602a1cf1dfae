"""A document as a PDF file: the same content gives the same bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from inspector.reports.page import shift_pages
from inspector.reports.pages import Pages
from inspector.reports.sheet import Sheet
from inspector.reports.words import ENGLISH, Words

Paper = Literal["A4", "Letter"]
_SIZES: Mapping[Paper, tuple[float, float]] = MappingProxyType({"A4": A4, "Letter": LETTER})
LayOut = Callable[[Typeface, float, float], Pages]
"""Lays a document out on paper of a width and height in points."""


class ReportNotWritten(Refusal, RuntimeError):
    """A report that could not be put where it was wanted; the message is one sentence that says why."""


@dataclass(frozen=True)
class Description:
    """What the file says of itself. `moment` is its date: the document's, so that equal ones give equal bytes."""

    title: str
    author: str
    subject: str
    keywords: str
    creator: str
    moment: datetime


def render_pdf(report: ShiftReport, paper: Paper = "A4", words: Words = ENGLISH) -> bytes:
    """Return the report as a PDF file. Equal reports give equal bytes."""

    def lay_out(typeface: Typeface, width: float, height: float) -> Pages:
        return shift_pages(report, words, typeface, width, height)

    place = report.place
    description = Description(
        title=f"{document_name(report, words)}: {report.span.title}",
        author=", ".join(part for part in (place.site, place.line, place.station) if part),
        subject=words.content_hash.format(hash=report.content_hash),
        keywords=report.issue.number,
        creator=f"{words.program} {report.issue.software}",
        moment=report.issue.generated,
    )
    return render(lay_out, description, paper, words)


def render(lay_out: LayOut, description: Description, paper: Paper, words: Words) -> bytes:
    """Return a document as a PDF file. Equal pages and descriptions give equal bytes."""
    width, height = _SIZES[paper]
    typeface = Typeface()
    pages = lay_out(typeface, width, height)
    file = BytesIO()
    canvas = Canvas(
        file, pagesize=(width, height), invariant=1, pageCompression=1, initialFontName=REGULAR, lang=words.language
    )
    _describe(canvas, description)
    for index in range(len(pages)):
        pages.draw(Sheet(canvas, typeface, width, height), index)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def write_pdf(report: ShiftReport, path: Path, paper: Paper = "A4", words: Words = ENGLISH) -> None:
    """Write the report in one step, so that a half-written file is never found. Raises ReportNotWritten."""
    write_document(render_pdf(report, paper, words), path)


def write_document(data: bytes, path: Path) -> None:
    """Put a finished document in its place in one step, making the folder. Raises ReportNotWritten."""
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


def _describe(canvas: Canvas, description: Description) -> None:
    canvas.setTitle(description.title)
    canvas.setAuthor(description.author)
    canvas.setSubject(description.subject)
    canvas.setKeywords(description.keywords)
    canvas.setCreator(description.creator)
    moment = _pdf_date(description.moment)
    canvas.setDateFormatter(lambda *_: moment)


def _pdf_date(moment: datetime) -> str:
    return f"D:{moment.astimezone(UTC):%Y%m%d%H%M%S}+00'00'"
