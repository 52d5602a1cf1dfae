"""`inspector cameras`: what the station can see through, and how to name it."""

import argparse
from typing import Any

from inspector.commands.messages import print_json


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "cameras", help="list cameras and other sources of pictures", description=__doc__
    )
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    return parser


def execute(options: argparse.Namespace) -> int:
    """List what discovery finds, and the drivers with the way their addresses are written."""
    from inspector.cameras.discovery import discover, drivers

    found = discover()
    if options.json:
        print_json(
            {
                "cameras": [
                    {"driver": one.driver, "address": one.address, "name": one.name, "serial": one.serial or None}
                    for one in found
                ],
                "drivers": [{"name": driver.name, "address": driver.pattern} for driver in drivers()],
            }
        )
        return 0
    for one in found:
        print(f"{one.address:<24}  {one.name}")
    print("\nHow addresses are written:")
    for driver in drivers():
        print(f"  {driver.pattern:<28}  {driver.description}")
    return 0
