"""`inspector report`: the shift report as a PDF file."""

import argparse
from pathlib import Path
from typing import Any

from inspector.commands.failure import CommandFailed
from inspector.commands.folders import add_data_option


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser("report", help="make the shift report", description=__doc__)
    period = parser.add_mutually_exclusive_group()
    period.add_argument(
        "--shift", metavar="SHIFT", help="today, now, DATE or DATE/NAME, for example 2026-11-24/Early (default: today)"
    )
    period.add_argument("--from", dest="start", metavar="TIME", help="start, local time of the site: 2026-11-24T06:00")
    parser.add_argument("--to", dest="end", metavar="TIME", help="end, with --from")
    parser.add_argument(
        "--out", metavar="FILE.pdf", type=Path, required=True, help="FILE.csv gets the events as a table instead"
    )
    parser.add_argument("--paper", choices=["A4", "Letter"], help="default: the station's setting")
    add_data_option(parser)
    return parser


def execute(options: argparse.Namespace) -> int:
    """Write the report; a running station is not disturbed by it."""
    from inspector.codes.catalogue import CodeCatalogue
    from inspector.domain.clock import SystemClock
    from inspector.records.database import Database
    from inspector.records.pictures import PictureStore
    from inspector.records.queries import Records
    from inspector.reports.make import make_report
    from inspector.reports.shift_choice import choose_shift, choose_span
    from inspector.settings import load_settings

    if (options.start is None) != (options.end is None):
        raise CommandFailed("--from and --to go together")
    clock = SystemClock()
    settings = load_settings(options.data / "settings.toml").settings
    pattern = settings.pattern()
    if options.start is None:
        choice = choose_shift(options.shift or "today", pattern, clock)
    else:
        choice = choose_span(options.start, options.end, pattern.zone)
    database = Database.open_for_reading(options.data / "journal.sqlite")
    try:
        pictures = PictureStore(options.data / "pictures")
        catalogue = CodeCatalogue(options.data)
        records = Records(database)
        make_report(records, pictures, settings, clock, choice, options.out, paper=options.paper, catalogue=catalogue)
    finally:
        database.close()
    print(options.out)
    return 0
