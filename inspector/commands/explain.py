"""`inspector explain RECIPE PICTURE`: why the recipe says what it says of a picture."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.commands.failure import CommandFailed
from inspector.commands.messages import judgement_message, print_json
from inspector.domain.explanation import deciding_sentence
from inspector.domain.frame import Pixels
from inspector.domain.verdict import Judgement

if TYPE_CHECKING:
    from inspector.domain.recipe import Recipe

_MOST_CLASSES = 6


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "explain", help="say why a picture is judged as it is", description=__doc__
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path)
    parser.add_argument("picture", metavar="PICTURE", type=Path)
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="write the network's picture and the heat map there")
    parser.add_argument("--expected", metavar="PRODUCT", default="", help="the product of the lot, for identity")
    parser.add_argument("--accelerator", default="auto", metavar="NAME", help="auto, cpu or directml:N")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Judge one picture and say all that is known of why."""
    from inspector.pictures import read_picture
    from inspector.vision.judge import open_judge
    from inspector.vision.model_file import read_model_file

    model_file = read_model_file(options.recipe)
    pixels = read_picture(options.picture)
    judge = open_judge(model_file, options.accelerator)
    try:
        judgement = judge.judge(pixels, options.expected)
    finally:
        judge.close()
    written = _write(options.out, options.picture, pixels, judgement) if options.out else ()
    if options.json:
        print_json(_as_json(options.picture, judgement, written))
        return 0
    for name, value in _lines(judgement, model_file.recipe):
        print(f"{name:<12}  {value}")
    for path in written:
        print(f"{'written':<12}  {path}")
    return 0


def _lines(judgement: Judgement, recipe: "Recipe") -> list[tuple[str, str]]:
    lines = [("verdict", f"{judgement.verdict} {judgement.reason}".strip())]
    if judgement.deciding is not None:
        lines.append(("because", deciding_sentence(judgement.deciding)))
    if judgement.message:
        lines.append(("message", judgement.message))
    by_share = sorted(judgement.probabilities.items(), key=lambda one: -one[1])[:_MOST_CLASSES]
    lines += [
        ("classes" if place == 0 else "", f"{share:7.1%}  {name}") for place, (name, share) in enumerate(by_share)
    ]
    if judgement.anomaly_score is None:
        lines.append(("anomaly", "this recipe's network gives no anomaly score"))
    else:
        lines.append(("anomaly", f"{judgement.anomaly_score:.2f}, limit {recipe.anomaly.limit:.2f}"))
    similar = [f"{one.similarity:7.3f}  {one.class_name}  {one.name}" for one in judgement.similar]
    lines += [("similar" if place == 0 else "", text) for place, text in enumerate(similar)]
    if not similar:
        lines.append(("similar", "this recipe carries no taught pictures"))
    if judgement.placement is not None and judgement.placement.certainty < 1:
        lines.append(("found", f"{judgement.placement.certainty:.1%} certain"))
    off = [f"{name} {share:+.2f}" for name, share in judgement.scene.items() if abs(share) >= recipe.scene.tolerance]
    if off:
        lines.append(("scene", f"{', '.join(off)} (as shares of what it may be off)"))
    lines += [("" if number else "code", f"{one.symbology}  {one.label}") for number, one in enumerate(judgement.codes)]
    if judgement.zone:
        lines.append(("zone", judgement.zone))
    return lines


def _write(folder: Path, picture: Path, pixels: Pixels, judgement: Judgement) -> tuple[Path, ...]:
    """Write what the network saw, and the frame with its heat map over it at its own size."""
    from inspector.atomic_file import write_atomically
    from inspector.pictures import encode_png

    pictures = []
    if judgement.part_picture is not None:
        pictures.append((f"{picture.stem}-part.png", judgement.part_picture))
    if judgement.heat_map is not None and judgement.placement is not None:
        pictures.append((f"{picture.stem}-heat.png", _heated(pixels, judgement.heat_map, judgement)))
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in pictures:
            write_atomically(folder / name, encode_png(content))
            written.append(folder / name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandFailed(f"the pictures cannot be written to {folder}: {reason}; name another --out") from error
    return tuple(written)


def _heated(pixels: Pixels, heat_map: Pixels, judgement: Judgement) -> Pixels:
    from inspector.vision.heat_map import heat_in_frame
    from inspector.vision.heat_overlay import heat_over

    assert judgement.placement is not None
    return heat_over(pixels, heat_in_frame(heat_map, judgement.placement, *pixels.shape[:2]))


def _as_json(picture: Path, judgement: Judgement, written: tuple[Path, ...]) -> dict[str, Any]:
    deciding, placement = judgement.deciding, judgement.placement
    return judgement_message(str(picture), judgement) | {
        "sentence": None if deciding is None else deciding_sentence(deciding),
        "placement": None
        if placement is None
        else {"corners": [list(corner) for corner in placement.corners()], "certainty": placement.certainty},
        "scene": dict(judgement.scene),
        "written": [str(path) for path in written],
    }
