"""`inspector approve`: let a candidate replace the active version, when it is no worse, in a person's name."""

import argparse
from typing import Any

from inspector.commands.folders import add_data_option
from inspector.commands.recipe_option import add_person_options, add_recipe_option, chosen_recipe


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "approve", help="let a candidate replace the active version", description=__doc__
    )
    parser.add_argument("number", metavar="NUMBER", nargs="?", type=int, help="which candidate (default: the newest)")
    add_person_options(parser)
    add_recipe_option(parser)
    add_data_option(parser)
    return parser


def execute(options: argparse.Namespace) -> int:
    """Compare, record and switch; a refusal says why, with numbers."""
    from inspector.domain.clock import SystemClock
    from inspector.learning.desk import open_desk

    recipe = chosen_recipe(options)
    with open_desk(options.data, SystemClock()) as desk:
        switched = desk.approve(recipe, options.number, options.by, options.reason)
    print(f"{recipe.name}: version {switched.now.number} replaces {switched.before.number} ({switched.comparison})")
    return 0
