"""`inspector cameras`: what the station can see through, and `inspector cameras test ADDRESS`: how well."""

import argparse
from typing import TYPE_CHECKING, Any

from inspector.commands.camera_test import execute_test
from inspector.commands.messages import print_json
from inspector.commands.number_option import positive

if TYPE_CHECKING:
    from inspector.cameras.camera import CameraIdentity
    from inspector.cameras.discovery import Driver

_COLUMNS = ("address", "driver", "vendor", "model", "serial", "place", "used by")


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "cameras", help="list cameras and other sources of pictures, or test one", description=__doc__
    )
    parser.add_argument("test", nargs="?", choices=["test"], help="measure the camera at ADDRESS instead of listing")
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help="such as gige:40123456")
    parser.add_argument(
        "--seconds", metavar="S", type=positive, default=10, help="how long to measure (default: 10), with test"
    )
    parser.add_argument("--json", action="store_true", help="print the list or the figures as JSON")
    parser.set_defaults(usage_error=parser.error)
    return parser


def execute(options: argparse.Namespace) -> int:
    """List what discovery finds, and the drivers; or test one camera."""
    if options.test:
        if options.address is None:
            options.usage_error("test needs the ADDRESS of a camera, as `inspector cameras` lists it")
        return execute_test(options.address, options.seconds, options.json)
    from inspector.cameras.discovery import drivers

    known = drivers()
    found, problems = _found(known)
    if options.json:
        print_json({"cameras": [_as_json(one) for one in found], "drivers": [_driver(one, problems) for one in known]})
        return 0
    _print_table([_COLUMNS, *(_row(one) for one in found)])
    print("\nHow addresses are written:")
    for driver in known:
        print(f"  {driver.pattern:<40}  {driver.description}")
    missing = [(driver.name, problems[driver.name]) for driver in known if driver.name in problems]
    if missing:
        print("\nNot usable here:")
        for name, problem in missing:
            print(f"  {name:<8}  {problem}")
    return 0


def _found(known: "tuple[Driver, ...]") -> "tuple[list[CameraIdentity], dict[str, str]]":
    """Return the cameras of all drivers, and by driver why it cannot be used or has found nothing.

    A driver that stumbles hides no other's cameras.
    """
    found: list[CameraIdentity] = []
    problems = {driver.name: driver.problem for driver in known if driver.problem}
    for driver in known:
        if driver.problem:
            continue
        try:
            found += driver.discover()
        except Exception as error:  # noqa: BLE001 - whatever a foreign library does, the others are listed
            problems[driver.name] = f"looking for cameras failed: {str(error) or type(error).__name__}"
    return found, problems


def _as_json(one: "CameraIdentity") -> dict[str, Any]:
    return {
        "driver": one.driver,
        "address": one.address,
        "name": one.name,
        "vendor": one.vendor or None,
        "model": one.model or None,
        "serial": one.serial or None,
        "place": one.place or None,
        "used_by": one.used_by or None,
        "simulated": one.simulated,
    }


def _driver(driver: "Driver", problems: dict[str, str]) -> dict[str, Any]:
    return {
        "name": driver.name,
        "address": driver.pattern,
        "description": driver.description,
        "problem": problems.get(driver.name),
    }


def _row(one: "CameraIdentity") -> tuple[str, ...]:
    return one.address, one.driver, one.vendor, one.model or one.name, one.serial, one.place, one.used_by


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for row in rows:
        cells = (f"{cell or '-':<{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
