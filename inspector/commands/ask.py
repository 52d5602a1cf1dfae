"""`inspector ask`: the parts about which a person should be asked first, because most is learned from them."""

import argparse
from typing import TYPE_CHECKING, Any

from inspector.commands.failure import CommandFailed
from inspector.commands.folders import add_data_option
from inspector.commands.messages import inspection_message, print_json
from inspector.commands.recipe_option import add_recipe_option, chosen_recipe

if TYPE_CHECKING:
    from inspector.learning.informative import Question


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "ask", help="list the parts that a person should decide on first", description=__doc__
    )
    parser.add_argument("--limit", metavar="N", type=int, default=10, help="how many at most (default: 10)")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    add_recipe_option(parser)
    add_data_option(parser)
    return parser


def execute(options: argparse.Namespace) -> int:
    """Rank the undecided parts; a running station is only read from."""
    from inspector.data_folder import JOURNAL, PICTURES
    from inspector.learning.ask import questions
    from inspector.records.database import Database
    from inspector.records.pictures import PictureStore
    from inspector.records.queries import Records
    from inspector.vision.model_file import read_model_file

    if options.limit < 1:
        raise CommandFailed("--limit must be 1 or more")
    active = read_model_file(chosen_recipe(options))
    database = Database.open_for_reading(options.data / JOURNAL)
    try:
        found = questions(Records(database), PictureStore(options.data / PICTURES), active, options.limit)
    finally:
        database.close()
    if options.json:
        print_json([_message(one) for one in found])
        return 0
    for one in found:
        inspection = one.part.inspection
        print(f"{inspection.sequence:>9}  {inspection.judgement.verdict:<5}  {one.why}  {one.part.picture}")
    if not found:
        print("no undecided part has a picture from which something could be learned")
    return 0


def _message(one: "Question") -> dict[str, Any]:
    return inspection_message(one.part.inspection) | {
        "why": one.why,
        "worth": one.worth,
        "doubt": one.doubt,
        "novelty": one.novelty,
        "picture": str(one.part.picture),
    }
