"""`inspector override SEQUENCE`: what a person says of a recorded part; the first judgement is never changed."""

import argparse
from typing import Any

from inspector.commands.folders import add_data_option
from inspector.commands.recipe_option import add_person_options, add_recipe_option, recipe_or_none
from inspector.domain.verdict import Verdict

_DECISIONS = (Verdict.OK, Verdict.NG, Verdict.CHECK)


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "override", help="record a person's decision on a part", description=__doc__
    )
    parser.add_argument("sequence", metavar="SEQUENCE", type=int, help="the part's number")
    parser.add_argument("--verdict", choices=[str(verdict) for verdict in _DECISIONS], required=True)
    parser.add_argument("--class", dest="class_name", metavar="NAME", help="the class that the part is of")
    add_person_options(parser)
    add_recipe_option(parser)
    add_data_option(parser)
    return parser


def execute(options: argparse.Namespace) -> int:
    """Record the decision; the station must not be running on the same folder."""
    from inspector.domain.clock import SystemClock
    from inspector.learning.desk import open_desk
    from inspector.vision.model_file import read_model_file

    path = recipe_or_none(options)
    recipe = read_model_file(path).recipe if path is not None and path.is_file() else None
    with open_desk(options.data, SystemClock()) as desk:
        desk.decide(
            options.sequence,
            Verdict(options.verdict),
            options.class_name,
            options.by,
            options.reason,
            recipe=recipe,
        )
    named = f" {options.class_name}" if options.class_name else ""
    print(f"part {options.sequence}: {options.verdict}{named}, decided by {options.by}")
    return 0
