"""`inspector evaluate RECIPE DATASET`: how right the recipe is on labelled pictures."""

import argparse
import sys
from pathlib import Path
from typing import Any

from inspector.commands.failure import CommandFailed
from inspector.commands.figure_table import print_figures
from inspector.commands.messages import print_json
from inspector.commands.progress import ProgressLine


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "evaluate", help="measure a recipe on labelled pictures", description=__doc__
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path)
    parser.add_argument("dataset", metavar="DATASET", type=Path)
    parser.add_argument("--unseen", action="store_true", help="leave out the pictures that the recipe was taught on")
    parser.add_argument("--accelerator", default="auto", metavar="NAME", help="auto, cpu or directml:N")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Judge every picture of the data set by the path that production uses, and count."""
    from inspector.teaching.dataset import read_dataset
    from inspector.teaching.evaluation import evaluate, unseen
    from inspector.teaching.teach import Progress
    from inspector.vision.judge import open_judge
    from inspector.vision.model_file import read_model_file

    model_file = read_model_file(options.recipe)
    dataset = read_dataset(options.dataset)
    others = unseen(dataset.samples, model_file.manifest)
    taught = len(dataset.samples) - len(others)
    samples = others if options.unseen else dataset.samples
    if not samples:
        raise CommandFailed(f"every picture of {options.dataset} was taught on, so nothing is left to measure")
    if taught and not options.unseen:
        sys.stderr.write(
            f"inspector: {taught} of these pictures were taught on, so the figures flatter; --unseen leaves them out\n"
        )
    line = ProgressLine()

    def show(progress: Progress) -> None:
        line.show(progress.stage, progress.done, progress.total)

    judge = open_judge(model_file, options.accelerator)
    try:
        evaluation = evaluate(judge, samples, progress=show, cancelled=lambda: False)
    finally:
        judge.close()
    figures = evaluation.as_json()
    if options.json:
        print_json(figures)
    else:
        print_figures(figures)
    return 0
