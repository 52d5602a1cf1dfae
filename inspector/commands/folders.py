"""Where the station keeps its data when nobody says otherwise."""

import argparse
from pathlib import Path

from platformdirs import user_data_path


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Add `--data DIR`."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        default=user_data_path("Inspector", appauthor=False),
        help="folder for journal, pictures, settings and reports (default: %(default)s)",
    )
