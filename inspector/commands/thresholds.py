"""`inspector thresholds RECIPE DATASET`: thresholds for wanted rates of escape and overkill, and their proof."""

import argparse
import getpass
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.commands.failure import CommandFailed
from inspector.commands.messages import print_json
from inspector.commands.progress import ProgressLine

if TYPE_CHECKING:
    from inspector.quality.operating_curve import OperatingCurve
    from inspector.quality.rates import Rate
    from inspector.teaching.evaluation import JudgedSample
    from inspector.teaching.operating_point import OperatingPoint, Shares
    from inspector.vision.model_file import ModelFile

_ROWS = 12


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "thresholds", help="choose thresholds for wanted error rates", description=__doc__
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path)
    parser.add_argument("dataset", metavar="DATASET", type=Path)
    parser.add_argument("--escape", metavar="RATE", type=_rate, default=0.01, help="bad called good (default: 1%%)")
    parser.add_argument("--overkill", metavar="RATE", type=_rate, default=0.03, help="good called bad (default: 3%%)")
    parser.add_argument("--with-taught", action="store_true", help="count pictures that the recipe was taught on too")
    parser.add_argument("--apply", action="store_true", help="write them into the recipe file as its next version")
    parser.add_argument("--author", metavar="NAME", default=None, help="who decides (default: the account's name)")
    parser.add_argument("--reason", metavar="TEXT", default=None, help="why (default: the wanted rates)")
    parser.add_argument("--accelerator", default="auto", metavar="NAME", help="auto, cpu or directml:N")
    parser.add_argument("--json", action="store_true", help="print curve, choice and claims as JSON")
    return parser


def execute(options: argparse.Namespace) -> int:
    """Judge the pictures by the path that production uses, choose, say what may be claimed; apply it where asked."""
    from inspector.teaching.operating_point import choose_thresholds
    from inspector.vision.model_file import read_model_file

    model_file = read_model_file(options.recipe)
    point = choose_thresholds(_judged(options, model_file), model_file.recipe, options.escape, options.overkill)
    if options.json:
        print_json(point.as_json())
    else:
        for line in _lines(point):
            print(line)
    if options.apply:
        _apply(options, model_file, point)
    return 0


def _judged(options: argparse.Namespace, model_file: "ModelFile") -> "tuple[JudgedSample, ...]":
    from inspector.teaching.dataset import read_dataset
    from inspector.teaching.evaluation import evaluate, unseen
    from inspector.teaching.progress import Progress
    from inspector.vision.judge import open_judge

    dataset = read_dataset(options.dataset)
    others = unseen(dataset.samples, model_file.manifest)
    taught = len(dataset.samples) - len(others)
    if not others and not options.with_taught:
        raise CommandFailed(
            f"every picture of {options.dataset} was taught on, so it says nothing of thresholds; show other parts, or "
            "add --with-taught to see figures that flatter"
        )
    if taught:
        said = "count all the same, so the figures flatter" if options.with_taught else "are left out"
        sys.stderr.write(f"inspector: {taught} of these pictures were taught on and {said}\n")
    line = ProgressLine()

    def show(progress: Progress) -> None:
        line.show(progress.stage, progress.done, progress.total)

    judge = open_judge(model_file, options.accelerator)
    try:
        evaluation = evaluate(judge, dataset.samples if options.with_taught else others, show)
    finally:
        judge.close()
    for problem in evaluation.unreadable:
        sys.stderr.write(f"inspector: {problem}\n")
    return evaluation.judged


def _apply(options: argparse.Namespace, model_file: "ModelFile", point: "OperatingPoint") -> None:
    from inspector.domain.clock import SystemClock
    from inspector.domain.recipe import RecipeVersion
    from inspector.teaching.operating_point import with_thresholds
    from inspector.vision.model_file import write_model_file

    before = model_file.recipe
    if (point.thresholds, point.anomaly) == (before.thresholds, before.anomaly):
        sys.stderr.write("inspector: the recipe has these thresholds already, so nothing was written\n")
        return
    recipe, golden = with_thresholds(model_file, point.thresholds, point.anomaly)
    version = RecipeVersion(
        number=before.version.number + 1,
        author=options.author or getpass.getuser(),
        reason=options.reason or f"thresholds for {options.escape:.2%} escape and {options.overkill:.2%} overkill",
        created=SystemClock().now(),
        parent=model_file.content_hash,
    )
    write_model_file(
        options.recipe,
        replace(recipe, version=version),
        model_file.manifest,
        model_file.graph,
        golden,
        model_file.taught,
        model_file.reference,
    )
    sys.stderr.write(f"inspector: {options.recipe} is now version {version.number}\n")


def _lines(point: "OperatingPoint") -> Iterator[str]:
    for name, curve in point.curves.items():
        yield from _table(name, curve)
    yield f"chosen    OK from {point.thresholds.ok:.4g}, NG from {point.thresholds.ng:.4g}"
    yield (f"anomaly   {point.anomaly.verdict} from {point.anomaly.limit:.4g}, doubt from {point.anomaly.doubt:.4g}")
    yield f"{'':<10}{'escape':<32}{'overkill':<32}CHECK"
    yield _row("before", point.before)
    yield _row("chosen", point.shares)
    if point.expected is not None:
        yield _row("expected", point.expected)
    yield from point.claims
    yield from point.problems


def _row(name: str, shares: "Shares") -> str:
    return f"{name:<10}{_interval(shares.escape):<32}{_interval(shares.overkill):<32}{_interval(shares.check)}"


def _interval(rate: "Rate") -> str:
    if rate.value is None or rate.low is None or rate.high is None:
        return "no part of this side"
    return f"{rate.value:.2%} ({rate.low:.2%} to {rate.high:.2%})"


def _table(name: str, curve: "OperatingCurve") -> Iterator[str]:
    """Yield some rows of a curve, those at which the most happens: where either count leaves 0, and evenly between."""
    yield f"{name} score   escapes                   overkills"
    last = len(curve.thresholds) - 1
    clean = [place for place in range(last + 1) if curve.escapes[place].x == 0][-1:]
    clean += [place for place in range(last + 1) if curve.overkills[place].x == 0][:1]
    places = sorted({*clean, *(round(step * last / (_ROWS - 1)) for step in range(_ROWS))})
    for place in places:
        escape, overkill = curve.escapes[place], curve.overkills[place]
        bounds = curve.escapes_at_most[place], curve.overkills_at_most[place]
        cells = (
            f"{rate.x} of {rate.n} (<= {bound:.1%})" for rate, bound in zip((escape, overkill), bounds, strict=True)
        )
        yield f"{curve.thresholds[place]:>12.4f}   " + "".join(f"{cell:<26}" for cell in cells).rstrip()


def _rate(text: str) -> float:
    try:
        rate = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no rate; write 1% or 0.01")
    return rate
