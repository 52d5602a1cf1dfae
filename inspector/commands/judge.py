"""`inspector judge RECIPE PICTURE...`: the recipe's verdict on picture files, nothing recorded."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.commands.messages import judgement_message, print_json
from inspector.domain.verdict import Judgement, Reason, Verdict

if TYPE_CHECKING:
    from inspector.vision.judge import Judge


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "judge", help="judge picture files without recording", description=__doc__
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path)
    parser.add_argument("pictures", metavar="PICTURE", nargs="+")
    parser.add_argument("--accelerator", default="auto", metavar="NAME", help="auto, cpu or directml:N")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Judge every picture; a picture that cannot be read is an ERROR, and the exit code is 1."""
    from inspector.vision.judge import open_judge
    from inspector.vision.model_file import read_model_file

    judge = open_judge(read_model_file(options.recipe), options.accelerator)
    try:
        judged = [(source, _judged(judge, source)) for source in options.pictures]
    finally:
        judge.close()
    if options.json:
        print_json([judgement_message(source, judgement) for source, judgement in judged])
    else:
        for source, judgement in judged:
            print(_line(source, judgement))
    for _, judgement in judged:
        if judgement.verdict is Verdict.ERROR:
            sys.stderr.write(f"inspector: {judgement.message}\n")
    return 1 if any(judgement.verdict is Verdict.ERROR for _, judgement in judged) else 0


def _judged(judge: "Judge", source: str) -> Judgement:
    from inspector.pictures import PictureUnreadable, read_picture

    try:
        return judge.judge(read_picture(Path(source)))
    except PictureUnreadable as error:
        return Judgement(Verdict.ERROR, Reason.CAMERA_FAULT, message=str(error))


def _line(source: str, judgement: Judgement) -> str:
    probability = judgement.probabilities.get(judgement.class_name or "", 0.0)
    named = f"{judgement.class_name} {probability:.3f}" if judgement.class_name else judgement.message
    if judgement.reason == Reason.ANOMALY and judgement.anomaly_score is not None:
        named = f"score {judgement.anomaly_score:.2f}"
    code = f"  {judgement.codes[0].label}" if judgement.codes else ""
    return f"{judgement.verdict:<5}  {judgement.reason or '-':<16}  {named:<24}  {source}{code}"
