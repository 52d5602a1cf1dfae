"""From what a person asks for to the file: the report of one station's records, headed by its settings."""

from pathlib import Path

from inspector import __version__
from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.clock import Clock
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.reports.collect import collect
from inspector.reports.events_csv import render_csv
from inspector.reports.model import Heading, ShiftReport
from inspector.reports.pdf import Paper, write_document, write_pdf
from inspector.reports.shift_choice import Choice
from inspector.settings import Settings


def make_report(
    records: Records,
    pictures: PictureStore,
    settings: Settings,
    clock: Clock,
    choice: Choice,
    path: Path,
    *,
    paper: Paper | None = None,
    dropped_live: int | None = None,
    catalogue: CodeCatalogue | None = None,
) -> ShiftReport:
    """Write the report of a period to `path` and return what it says. Blocks. Raises ReportNotWritten.

    A path that ends in `.csv` gets the report's events as a table, any other one the report as PDF.
    """
    heading = Heading(
        site=settings.site,
        line=settings.line,
        station=settings.station,
        title=choice.title,
        zone=settings.pattern().zone,
        software=__version__,
        shifts=choice.shifts,
        target=settings.target * len(choice.shifts),
    )
    report = collect(records, pictures, choice.period(), heading, clock, dropped_live, catalogue)
    if path.suffix.lower() == ".csv":
        write_document(render_csv(report), path)
    else:
        write_pdf(report, path, paper or settings.paper)
    return report
