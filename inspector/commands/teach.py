"""`inspector teach DATASET --out FILE`: a recipe from a folder of labelled pictures, one sub-folder a class."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from inspector.commands.failure import CommandFailed
from inspector.commands.messages import print_json
from inspector.commands.progress import ProgressLine
from inspector.domain.clock import SystemClock


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "teach", help="make a recipe from labelled pictures", description=__doc__
    )
    parser.add_argument("dataset", metavar="DATASET", type=Path)
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the recipe file to write")
    parser.add_argument("--per-class", metavar="N", type=_positive, help="teach on at most N pictures a class")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="which pictures are picked (default: 0)")
    parser.add_argument("--product", metavar="NAME", help="the product's name (default: the folder's)")
    parser.add_argument("--author", metavar="NAME", default=None, help="who teaches (default: the account's name)")
    parser.add_argument("--reason", metavar="TEXT", default="taught from labelled pictures")
    parser.add_argument("--json", action="store_true", help="print the held-out figures as JSON")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Teach and write the recipe in one step; Ctrl-C leaves what was there before."""
    from inspector.teaching.dataset import read_dataset
    from inspector.teaching.teach import Progress, teach
    from inspector.vision.model_file import read_model_file, write_model_file

    if options.out.is_dir():
        raise CommandFailed(f"--out {options.out} is a folder; name the recipe file to write")
    dataset = read_dataset(options.dataset)
    parent = read_model_file(options.out) if options.out.exists() else None
    line = ProgressLine()

    def show(progress: Progress) -> None:
        line.show(progress.stage, progress.done, progress.total)

    taught = teach(
        dataset,
        product=options.product or options.dataset.resolve().name,
        author=options.author or getpass.getuser(),
        reason=options.reason,
        clock=SystemClock(),
        per_class=options.per_class,
        seed=options.seed,
        parent=parent,
        progress=show,
        cancelled=lambda: False,
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    model_file = write_model_file(options.out, taught.recipe, taught.manifest, taught.graph, taught.golden)
    _report(options, taught.problems, model_file)
    return 0


def _report(options: argparse.Namespace, problems: tuple[str, ...], model_file: Any) -> None:  # noqa: ANN401
    manifest = model_file.manifest
    for problem in problems:
        sys.stderr.write(f"inspector: {problem}\n")
    if options.json:
        print_json(
            {
                "recipe": str(options.out),
                "content_hash": model_file.content_hash,
                "version": model_file.recipe.version.number,
                "classes": list(manifest.classes),
                "pictures": manifest.training.pictures,
                "per_class": dict(manifest.training.per_class),
                "held_out": {
                    "pictures": manifest.held_out.pictures,
                    "accuracy": manifest.held_out.accuracy,
                    "macro_f1": manifest.held_out.macro_f1,
                    "method": manifest.held_out.method,
                },
                "problems": list(problems),
            }
        )
        return
    print(
        f"{options.out}: version {model_file.recipe.version.number} of '{model_file.recipe.product}', "
        f"{manifest.training.pictures} pictures, {len(manifest.classes)} classes; "
        f"accuracy on pictures left out in turn {manifest.held_out.accuracy:.1%} ({manifest.held_out.method})"
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
