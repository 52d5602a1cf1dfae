"""`inspector learn`: a candidate from people's decisions; the active version stays until one is approved."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.commands.folders import add_data_option
from inspector.commands.messages import print_line
from inspector.commands.number_option import seed
from inspector.commands.progress import ProgressLine
from inspector.commands.recipe_option import add_recipe_option, chosen_recipe
from inspector.domain.clock import SystemClock

if TYPE_CHECKING:
    from inspector.learning.learn import Learned, Prepared
    from inspector.teaching.progress import Progress


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "learn", help="make a candidate from people's decisions", description=__doc__
    )
    add_recipe_option(parser)
    parser.add_argument(
        "--dataset", metavar="FOLDER", type=Path, help="the pictures that the recipe was taught on; needed once"
    )
    parser.add_argument("--author", metavar="NAME", default=None, help="who teaches (default: the account's name)")
    parser.add_argument("--seed", metavar="S", type=seed, default=0)
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what would be taught and which decisions contradict each other"
    )
    parser.add_argument("--background", action="store_true", help="give way to everything else on this machine")
    parser.add_argument("--jsonl", action="store_true", help="print progress and result as one JSON object a line")
    add_data_option(parser)
    return parser


def execute(options: argparse.Namespace) -> int:
    """Teach and write a candidate; a running station is only read from. Ctrl-C leaves everything as it was."""
    from inspector.data_folder import JOURNAL, PICTURES
    from inspector.learning.learn import Learning, learn, prepare
    from inspector.learning.process import lower_priority
    from inspector.records.database import Database
    from inspector.records.pictures import PictureStore
    from inspector.records.queries import Records
    from inspector.teaching.dataset import read_dataset

    if options.background:
        lower_priority()
    line = ProgressLine(quiet=options.jsonl)

    def show(progress: "Progress") -> None:
        line.show(progress.stage, progress.done, progress.total)
        if options.jsonl:
            print_line({"stage": progress.stage, "done": progress.done, "total": progress.total})

    database = Database.open_for_reading(options.data / JOURNAL)
    try:
        learning = Learning(
            chosen_recipe(options),
            Records(database),
            PictureStore(options.data / PICTURES),
            options.author or getpass.getuser(),
            SystemClock(),
            None if options.dataset is None else read_dataset(options.dataset),
            options.seed,
            show,
        )
        if options.dry_run:
            _foretell(prepare(learning))
        else:
            _report(learn(learning), as_line=options.jsonl)
    finally:
        database.close()
    return 0


def _foretell(prepared: "Prepared") -> None:
    chosen = prepared.chosen
    for sentence in (*map(str, chosen.contradictions), *prepared.notes):
        sys.stderr.write(f"inspector: {sentence}\n")
    print(
        f"a candidate would be taught on {len(chosen.samples)} pictures, {chosen.corrected} of them corrected; "
        f"{chosen.alike} more corrections show what is taught already; "
        f"{len(chosen.contradictions)} contradictions are left out"
    )


def _report(learned: "Learned", as_line: bool) -> None:
    contradictions = [str(one) for one in learned.contradictions]
    if as_line:
        print_line(
            {
                "candidate": str(learned.candidate.path),
                "number": learned.candidate.number,
                "pictures": learned.pictures,
                "corrected": learned.corrected,
                "contradictions": contradictions,
                "notes": list(learned.notes),
            }
        )
        return
    for sentence in (*contradictions, *learned.notes):
        sys.stderr.write(f"inspector: {sentence}\n")
    print(
        f"candidate {learned.candidate.number}: {learned.pictures} pictures, {learned.corrected} of them corrected; "
        f"approve it with 'inspector approve --by NAME --reason TEXT'"
    )
