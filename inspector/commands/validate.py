"""`inspector validate RECIPE`: the recipe on its locked set, as a table, as JSON and as a page to print."""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from inspector.commands.failure import CommandFailed
from inspector.commands.figure_table import print_beside, print_figures
from inspector.commands.progress import ProgressLine


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "validate", help="measure a recipe on its locked set", description=__doc__
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path)
    parser.add_argument("set", metavar="SET", type=Path, nargs="?", help="a locked set, or other labelled pictures")
    parser.add_argument("--against", metavar="RECIPE", type=Path, help="the version to compare with, part by part")
    parser.add_argument("--accelerator", default="auto", metavar="NAME", help="auto, cpu or directml:N")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures as JSON; - for standard output")
    parser.add_argument("--pdf", metavar="FILE", type=Path, help="write the page")
    parser.add_argument("--paper", choices=["A4", "Letter"], default="A4")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Judge the set by the path that production uses; what was taught is refused or left out."""
    from inspector.domain.clock import SystemClock
    from inspector.teaching.progress import Progress
    from inspector.teaching.validation import validate
    from inspector.vision.accelerator import CPU
    from inspector.vision.judge import Judge, open_judge
    from inspector.vision.model_file import read_model_file

    line = ProgressLine()

    def show(progress: Progress) -> None:
        line.show(progress.stage, progress.done, progress.total)

    model_file = read_model_file(options.recipe)
    with ExitStack() as opened:

        def opened_judge(file: Any, accelerator: str) -> Judge:  # noqa: ANN401
            judge = open_judge(file, accelerator)
            opened.callback(judge.close)
            return judge

        judge = opened_judge(model_file, options.accelerator)
        against = opened_judge(read_model_file(options.against), judge.choice.name) if options.against else None
        cpu = opened_judge(model_file, CPU.name) if judge.choice.name != CPU.name else None
        to_validate = _to_validate(options, judge)
        validation = validate(judge, to_validate, SystemClock(), against=against, cpu=cpu, progress=show)
    _write(options, validation)
    return 0


def _to_validate(options: argparse.Namespace, judge: Any) -> Any:  # noqa: ANN401
    from inspector.teaching.dataset import read_dataset
    from inspector.teaching.validation import of_locked_set, of_samples
    from inspector.teaching.validation_set import is_locked_set, read_locked_set, set_folder

    folder = options.set or set_folder(options.recipe)
    if is_locked_set(folder):
        return of_locked_set(read_locked_set(folder), judge)
    if options.set is None:
        raise CommandFailed(
            f"{options.recipe} has no locked set; make one with 'inspector lock {options.recipe} DATASET', or name "
            "the pictures to validate on"
        )
    return of_samples(read_dataset(folder).samples, judge)


def _write(options: argparse.Namespace, validation: Any) -> None:  # noqa: ANN401
    from inspector.atomic_file import write_atomically
    from inspector.reports.validation_pdf import write_validation_pdf

    figures = validation.as_json()
    for note in validation.notes:
        sys.stderr.write(f"inspector: {note}\n")
    if options.pdf is not None:
        write_validation_pdf(validation, options.pdf, options.paper)
    text = json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
    if str(options.json) == "-":
        sys.stdout.write(text)
        return
    print_figures(figures)
    print_beside(figures)
    if options.json is None:
        return
    try:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(options.json, text.encode())
    except OSError as error:
        raise CommandFailed(f"{options.json} cannot be written: {error.strerror or error}") from error
