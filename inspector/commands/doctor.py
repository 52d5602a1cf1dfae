"""`inspector doctor`: what this machine gives the station, and which accelerator it would take and why."""

import argparse
from dataclasses import asdict
from typing import Any

from inspector.commands.messages import print_json


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser("doctor", help="check this machine", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Look at everything; the exit code is 1 when the station could not judge here."""
    from inspector.vision.doctor import diagnose

    diagnosis = diagnose()
    if options.json:
        print_json(asdict(diagnosis))
    else:
        for line in diagnosis.lines():
            print(line)
    return 0 if diagnosis.healthy else 1
