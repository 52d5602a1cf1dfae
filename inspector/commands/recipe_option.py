"""Which recipe a command is about when nobody names one."""

import argparse
from pathlib import Path

from inspector.commands.failure import CommandFailed


def add_recipe_option(parser: argparse.ArgumentParser) -> None:
    """Add `--recipe FILE`."""
    parser.add_argument(
        "--recipe", metavar="FILE", type=Path, help="the recipe file (default: the one that the station used last)"
    )


def add_person_options(parser: argparse.ArgumentParser) -> None:
    """Add `--by NAME` and `--reason TEXT`."""
    parser.add_argument("--by", metavar="NAME", required=True, help="who decides")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why")


def chosen_recipe(options: argparse.Namespace) -> Path:
    """Return the recipe file that was named or used last. Raises CommandFailed where there is none."""
    recipe = recipe_or_none(options)
    if recipe is None:
        raise CommandFailed(f"the station in {options.data} has used no recipe yet; name one with --recipe")
    return recipe


def recipe_or_none(options: argparse.Namespace) -> Path | None:
    """Return the same, None where there is none."""
    from inspector.data_folder import SETTINGS
    from inspector.settings import load_settings

    named: Path | None = options.recipe
    if named is not None:
        return named
    last = load_settings(options.data / SETTINGS).settings.lanes[0].recipe
    return Path(last) if last else None
