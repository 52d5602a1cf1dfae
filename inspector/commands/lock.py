"""`inspector lock RECIPE DATASET`: set pictures aside that will never be taught, to validate the recipe on."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from inspector.commands.messages import print_json
from inspector.commands.number_option import seed
from inspector.domain.clock import SystemClock


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "lock", help="set pictures aside for validation", description=__doc__
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path, help="the recipe file; it need not be taught yet")
    parser.add_argument("dataset", metavar="DATASET", type=Path)
    parser.add_argument(
        "--share", metavar="PERCENT", type=_share, default=0.2, help="of the pictures of each class (default: 20)"
    )
    parser.add_argument("--seed", metavar="S", type=seed, default=0, help="which parts are picked (default: 0)")
    parser.add_argument("--add", action="store_true", help="add to the set that is locked already")
    parser.add_argument("--product", metavar="NAME", help="the product's name (default: the recipe's, or the folder's)")
    parser.add_argument("--author", metavar="NAME", default=None, help="who locks (default: the account's name)")
    parser.add_argument("--json", action="store_true", help="print what was locked as JSON")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Copy the pictures and seal them; nothing else is changed."""
    from inspector.teaching.dataset import read_dataset
    from inspector.teaching.validation_set import lock, set_folder
    from inspector.vision.model_file import read_model_file

    dataset = read_dataset(options.dataset)
    known = read_model_file(options.recipe) if options.recipe.exists() else None
    product = known.recipe.product if known else options.dataset.resolve().name
    done = lock(
        dataset,
        set_folder(options.recipe),
        product=options.product or product,
        author=options.author or getpass.getuser(),
        clock=SystemClock(),
        share=options.share,
        seed=options.seed,
        taught=frozenset(known.manifest.training.picture_hashes) if known else frozenset(),
        add=options.add,
    )
    for problem in (*dataset.problems, *done.problems):
        sys.stderr.write(f"inspector: {problem}\n")
    locked = done.locked
    if options.json:
        print_json(
            {
                "folder": str(locked.folder),
                "seal": locked.seal,
                "pictures": len(locked.pictures),
                "added": done.added,
                "per_class": locked.per_class,
                "problems": [*dataset.problems, *done.problems],
            }
        )
        return 0
    classes = ", ".join(f"{name} {count}" for name, count in locked.per_class.items())
    print(f"{locked.folder}: {len(locked.pictures)} pictures locked ({classes}), seal {locked.seal[:16]}")
    return 0


def _share(text: str) -> float:
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a number of per cent") from error
    if not 0 < percent <= 100:
        raise argparse.ArgumentTypeError("must be more than 0 and at most 100 per cent")
    return percent / 100
