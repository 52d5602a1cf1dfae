"""`inspector teach DATASET --out FILE`: a recipe from a folder of labelled pictures, one sub-folder a class."""

import argparse
import getpass
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.commands.failure import CommandFailed
from inspector.commands.messages import print_json
from inspector.commands.number_option import degrees, milliseconds, positive, seed
from inspector.commands.progress import ProgressLine
from inspector.domain.clock import SystemClock
from inspector.domain.recipe import (
    CodeReading,
    CodeTarget,
    Locating,
    LocatingMethod,
    RecipeKind,
    Region,
    Variation,
    verdict_of_class_name,
)
from inspector.domain.verdict import Verdict

if TYPE_CHECKING:
    from inspector.domain.frame import Pixels
    from inspector.teaching.dataset import Dataset
    from inspector.teaching.teach import Taught
    from inspector.vision.model_file import ModelFile


_ANY_CODE, _NO_CODE = "any", "none"
_VARIATIONS = ("mirror", "turn", "light", "noise")


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "teach", help="make a recipe from labelled pictures", description=__doc__
    )
    parser.add_argument("dataset", metavar="DATASET", type=Path)
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the recipe file to write")
    parser.add_argument("--per-class", metavar="N", type=positive, help="teach on at most N pictures a class")
    parser.add_argument("--seed", metavar="S", type=seed, default=0, help="which pictures are picked (default: 0)")
    parser.add_argument("--product", metavar="NAME", help="the product's name (default: the folder's)")
    parser.add_argument("--author", metavar="NAME", default=None, help="who teaches (default: the account's name)")
    parser.add_argument("--reason", metavar="TEXT", default="taught from labelled pictures")
    parser.add_argument("--json", action="store_true", help="print the held-out figures as JSON")
    _add_looking(parser)
    _add_codes(parser)
    return parser


def _add_looking(parser: argparse.ArgumentParser) -> None:
    """Add what the station shall look with and at; what is not given stays as in the version before."""
    parser.add_argument(
        "--kind",
        choices=[str(kind) for kind in RecipeKind],
        help="good parts and defects, products to tell apart, or what a fixed camera shows (default: defects)",
    )
    parser.add_argument(
        "--backbone",
        choices=["auto", "fast", "accurate"],
        default="auto",
        help="which network: auto takes a dearer one only for a measured gain (default: auto)",
    )
    parser.add_argument(
        "--budget", metavar="MS", type=milliseconds, help="what judging one part may take (default: 100 ms)"
    )
    parser.add_argument(
        "--region", metavar="L,T,W,H", type=_region, help="the area that is looked at, as shares of the picture"
    )
    parser.add_argument(
        "--locate",
        choices=[str(method) for method in LocatingMethod],
        help="how the part is found: it lies fixed, is the only thing there, or is found by its outline or its marks",
    )
    parser.add_argument(
        "--part",
        metavar="L,T,W,H",
        type=_region,
        help="where the part lies in the first good picture, as shares of it; for --locate template and features",
    )
    parser.add_argument(
        "--turned",
        metavar="DEGREES",
        type=degrees,
        default=Locating.turn,
        help="how far it may lie turned (default: 15)",
    )
    for name in _VARIATIONS:
        parser.add_argument(
            f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=f"good parts may differ by {name}"
        )


def _add_codes(parser: argparse.ArgumentParser) -> None:
    """Add which code on the part is read; what is not given stays as in the version before."""
    parser.add_argument(
        "--read-code",
        metavar="KINDS",
        type=_symbologies,
        help="read a code on the part: any, or kinds with commas between, such as DataMatrix,QRCode; none reads none",
    )
    parser.add_argument(
        "--code-region", metavar="L,T,W,H", type=_region, help="where the code stands, as shares of the picture"
    )
    parser.add_argument(
        "--code-into", choices=[str(target) for target in CodeTarget], help="what it becomes (default: serial)"
    )
    parser.add_argument(
        "--code-required",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="an OK part whose code cannot be read is CHECK",
    )


def execute(options: argparse.Namespace) -> int:
    """Teach and write the recipe in one step; Ctrl-C leaves what was there before."""
    from inspector.teaching.dataset import read_dataset
    from inspector.teaching.teach import Progress, teach
    from inspector.vision.model_file import read_model_file, write_model_file

    if options.out.is_dir():
        raise CommandFailed(f"--out {options.out} is a folder; name the recipe file to write")
    dataset = _without_locked(read_dataset(options.dataset), options.out)
    parent = read_model_file(options.out) if options.out.exists() else None
    kind = RecipeKind(options.kind) if options.kind else None
    reading = _reading(options, parent.recipe.reading if parent else None)
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
        region=options.region,
        kind=kind,
        backbone=options.backbone,
        milliseconds=options.budget,
        variation=_variation(options, kind, parent),
        locating=Locating(LocatingMethod(options.locate), options.turned) if options.locate else None,
        reference=_reference(options, dataset),
        progress=show,
        cancelled=lambda: False,
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    recipe = replace(taught.recipe, reading=reading)
    model_file = write_model_file(
        options.out, recipe, taught.manifest, taught.graph, taught.golden, taught.taught, taught.reference
    )
    _report(options, taught, model_file)
    return 0


def _without_locked(dataset: "Dataset", recipe: Path) -> "Dataset":
    """Return the data set without what is set aside for validating this recipe; a problem says how much that is."""
    from inspector.teaching.validation_set import set_folder, without_locked

    kept, left_out = without_locked(dataset.samples, set_folder(recipe))
    classes = tuple(name for name in dataset.classes if any(sample.class_name == name for sample in kept))
    return replace(dataset, samples=tuple(kept), classes=classes, problems=(*dataset.problems, *left_out))


def _variation(options: argparse.Namespace, kind: RecipeKind | None, parent: "ModelFile | None") -> Variation | None:
    """Return the variation with what was asked for changed, None where nothing was."""
    from inspector.teaching.kinds import defaults

    asked = {name: getattr(options, name) for name in _VARIATIONS if getattr(options, name) is not None}
    if not asked:
        return None
    return replace(parent.recipe.variation if parent else defaults(kind or RecipeKind.DEFECTS).variation, **asked)


def _reading(options: argparse.Namespace, before: CodeReading | None) -> CodeReading | None:
    """Return which code is read, with what was asked for changed. Raises CommandFailed where none is read at all."""
    if options.read_code == (_NO_CODE,):
        before = None
    elif options.read_code is not None:
        before = replace(before or CodeReading(), symbologies=options.read_code)
    asked = {
        "region": options.code_region,
        "target": CodeTarget(options.code_into) if options.code_into else None,
        "required": options.code_required,
    }
    changed = {name: value for name, value in asked.items() if value is not None}
    if before is None and changed:
        raise CommandFailed("this recipe reads no code; say which with --read-code, such as --read-code any")
    return None if before is None else replace(before, **changed)


def _symbologies(text: str) -> tuple[str, ...]:
    """Return the kinds of codes as the library calls them; none of them for any, `none` alone for no code."""
    from inspector.vision.code_symbologies import SymbologyUnknown, formats_of

    names = tuple(name.strip() for name in text.split(","))
    if [name.lower() for name in names] == [_ANY_CODE]:
        return ()
    if [name.lower() for name in names] == [_NO_CODE]:
        return (_NO_CODE,)
    try:
        return tuple(one.name for one in formats_of(names))
    except SymbologyUnknown as unknown:
        raise argparse.ArgumentTypeError(str(unknown)) from unknown


def _reference(options: argparse.Namespace, dataset: "Dataset") -> "Pixels | None":
    """Return the part's picture, cut out of the first picture of good parts, or of any where there are none."""
    from inspector.pictures import read_picture
    from inspector.vision.preparation import teach_reference

    if options.part is None:
        return None
    good = [sample for sample in dataset.samples if verdict_of_class_name(sample.class_name) is Verdict.OK]
    return teach_reference(read_picture((good or dataset.samples)[0].path), options.part)


def _report(options: argparse.Namespace, taught: "Taught", model_file: "ModelFile") -> None:
    manifest = model_file.manifest
    for problem in taught.problems:
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
                "method": manifest.training.method,
                "network": taught.why,
                "problems": list(taught.problems),
            }
        )
        return
    print(
        f"{options.out}: version {model_file.recipe.version.number} of '{model_file.recipe.product}', "
        f"{manifest.training.pictures} pictures; {_held_out(model_file)}"
    )
    print(taught.why)


def _held_out(model_file: "ModelFile") -> str:
    held_out, recipe = model_file.manifest.held_out, model_file.recipe
    if len(recipe.classes) == 1:
        right = round(held_out.accuracy * held_out.pictures)
        return f"good parts alone: left out in turn, {right} of {held_out.pictures} lie below the anomaly limit"
    accuracy = f"accuracy on pictures left out in turn {held_out.accuracy:.1%} ({held_out.method})"
    return f"{len(recipe.classes)} classes; {accuracy}"


def _region(text: str) -> Region:
    try:
        left, top, width, height = (float(part) for part in text.split(","))
        return Region(left, top, width, height)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not LEFT,TOP,WIDTH,HEIGHT as shares of the picture, such as 0.1,0.2,0.5,0.5"
        ) from error
