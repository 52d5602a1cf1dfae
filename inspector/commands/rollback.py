"""`inspector rollback`: go back to an earlier version of a recipe, in a person's name."""

import argparse
from typing import Any

from inspector.commands.folders import add_data_option
from inspector.commands.recipe_option import add_person_options, add_recipe_option, chosen_recipe


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "rollback", help="go back to an earlier version of a recipe", description=__doc__
    )
    parser.add_argument(
        "--to", metavar="NUMBER", type=int, help="which version (default: the one from which the active one was made)"
    )
    add_person_options(parser)
    add_recipe_option(parser)
    add_data_option(parser)
    return parser


def execute(options: argparse.Namespace) -> int:
    """Record and switch."""
    from inspector.domain.clock import SystemClock
    from inspector.learning.desk import open_desk

    recipe = chosen_recipe(options)
    with open_desk(options.data, SystemClock()) as desk:
        switched = desk.roll_back(recipe, options.by, options.reason, options.to)
    print(f"{recipe.name}: version {switched.now.number} is active again in place of {switched.before.number}")
    return 0
