"""`inspector import MODEL.onnx`: a recipe from somebody's own trained classifier, checked by its own results."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.commands.failure import CommandFailed
from inspector.commands.messages import print_json
from inspector.commands.progress import ProgressLine
from inspector.domain.clock import SystemClock
from inspector.domain.recipe import OK_CLASS_NAMES, RecipeKind, Region
from inspector.domain.verdict import Verdict

if TYPE_CHECKING:
    from inspector.teaching.importing.guide import Question, Settled, Wishes
    from inspector.teaching.importing.mapping import Normalisation
    from inspector.teaching.importing.recipe import Agreement, Imported
    from inspector.vision.model_file import ModelFile

_MOST_NAMED = 20
_NORMALISATIONS = ("unit", "imagenet", "symmetric", "raw", "caffe")


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "import", help="make a recipe from a trained ONNX classifier", description=__doc__
    )
    parser.add_argument("model", metavar="MODEL", type=Path)
    parser.add_argument("--labels", metavar="FILE", type=Path, required=True, help="one name a line, or JSON")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the recipe file to write")
    parser.add_argument("--samples", metavar="CSV", type=Path, help="pictures with the network's results: file,class")
    parser.add_argument(
        "--agreement", metavar="SHARE", type=float, default=0.95, help="that must agree (default: 0.95)"
    )
    parser.add_argument("--accept", action="store_true", help="write the recipe although it agrees less, or unchecked")
    _add_mapping(parser)
    parser.add_argument("--verdict", metavar="LABEL=OK", action="append", default=[], help="OK, NG, in scenes CHECK")
    parser.add_argument(
        "--kind",
        choices=[str(kind) for kind in RecipeKind],
        default=str(RecipeKind.DEFECTS),
        help="what the classes are (default: defects)",
    )
    parser.add_argument("--product", metavar="NAME", help="the product's name (default: the file's)")
    parser.add_argument("--author", metavar="NAME", default=None, help="who imports (default: the account's name)")
    parser.add_argument("--reason", metavar="TEXT", default="imported from a trained network")
    parser.add_argument("--json", action="store_true", help="print the mapping and the agreement as JSON")
    return parser


def _add_mapping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layout", choices=("nchw", "nhwc"), help="colours first or last (default: as it shows)")
    parser.add_argument("--colour", choices=("rgb", "bgr", "grey"), help="their order (default: tried on the samples)")
    parser.add_argument(
        "--normalisation", choices=_NORMALISATIONS, help="of the pixels (default: tried on the samples)"
    )
    parser.add_argument("--mean", metavar="M", type=_numbers, help="the network takes (pixel/255 - M)/S: one or three")
    parser.add_argument("--scale", metavar="S", type=_numbers, help="goes with --mean")
    parser.add_argument("--input-size", metavar="HxW", help="where the network leaves it open")
    parser.add_argument("--crop", metavar="SHARE", type=float, default=1.0, help="judge the middle of the picture only")
    parser.add_argument("--output", metavar="NAME", default="", help="the output that holds the answer")
    answer = parser.add_mutually_exclusive_group()
    answer.add_argument("--softmax", action="store_true", help="the output is scores before a softmax")
    answer.add_argument("--already-probabilities", action="store_true", help="the output adds up to 1")


def execute(options: argparse.Namespace) -> int:
    """Settle the mapping, check it by the samples and write the recipe; 1 when it agrees too little."""
    from inspector.teaching.importing.guide import settle
    from inspector.teaching.importing.recipe import ImportPlan, import_network
    from inspector.teaching.importing.samples import read_labels, read_samples
    from inspector.teaching.importing.source import read_source
    from inspector.vision.model_file import read_model_file

    _require_sense(options)
    source = read_source(options.model)
    for note in source.notes:
        sys.stderr.write(f"inspector: {note}\n")
    labels = read_labels(options.labels)
    samples = read_samples(options.samples, labels) if options.samples else ()
    region = _region(options.crop)
    settled = settle(source, labels, samples, region, _wishes(options), _ask())
    for note in settled.notes:
        sys.stderr.write(f"inspector: {note}\n")
    plan = ImportPlan(
        product=options.product or options.model.stem,
        author=options.author or getpass.getuser(),
        reason=options.reason,
        labels=labels,
        verdicts=_verdicts(options, labels),
        kind=RecipeKind(options.kind),
        region=region,
    )
    parent = read_model_file(options.out) if options.out.exists() else None
    line = ProgressLine()
    imported = import_network(
        source,
        settled.shape,
        settled.mapping,
        samples,
        plan,
        SystemClock(),
        parent,
        progress=lambda step: line.show(step.stage, step.done, step.total),
    )
    accepted = options.accept or (imported.agreement.share or 0.0) >= options.agreement
    if not options.json:
        _print_mapping(settled, imported)
        _print_agreement(imported.agreement, labels)
    if accepted:
        _write(options.out, imported.model_file)
    if options.json:
        print_json(_as_json(options, settled, imported, accepted))
    if not accepted:
        raise CommandFailed(_refusal(imported.agreement, options.agreement))
    if not options.json:
        print(f"{options.out}: version {imported.model_file.recipe.version.number} of '{plan.product}'")
    return 0


def _write(path: Path, made: "ModelFile") -> None:
    from inspector.vision.model_file import write_model_file

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_model_file(path, made.recipe, made.manifest, made.graph, made.golden, made.taught, made.reference)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written ({error.strerror or error}); name another --out") from error


def _require_sense(options: argparse.Namespace) -> None:
    if options.out.is_dir():
        raise CommandFailed(f"--out {options.out} is a folder; name the recipe file to write")
    if not 0 < options.agreement <= 1:
        raise CommandFailed(f"--agreement {options.agreement:g} is no share; it lies within 0 to 1")
    if options.normalisation and (options.mean or options.scale):
        raise CommandFailed("--normalisation stands for a mean and a scale; give either it or those")


def _region(share: float) -> Region:
    if not 0 < share <= 1:
        raise CommandFailed(f"--crop {share:g} is no share; it lies within 0 to 1")
    edge = (1 - share) / 2
    return Region(edge, edge, share, share)


def _wishes(options: argparse.Namespace) -> "Wishes":
    from inspector.teaching.importing.guide import Wishes, size_from
    from inspector.teaching.importing.mapping import Answer, Colour, Layout

    answer = Answer.LOGITS if options.softmax else None
    return Wishes(
        layout=Layout(options.layout) if options.layout else None,
        colour=Colour(options.colour) if options.colour else None,
        normalisation=_normalisation(options),
        size=size_from(options.input_size) if options.input_size else None,
        output=options.output,
        answer=Answer.PROBABILITIES if options.already_probabilities else answer,
    )


def _normalisation(options: argparse.Namespace) -> "Normalisation | None":
    from inspector.teaching.importing.mapping import NORMALISATIONS, Normalisation

    if options.normalisation:
        return NORMALISATIONS[options.normalisation]
    if options.mean or options.scale:
        return Normalisation(options.mean or (0.0,), options.scale or (1.0,))
    return None


def _verdicts(options: argparse.Namespace, labels: Sequence[str]) -> dict[str, Verdict]:
    """Return what was said of the labels; on a terminal, ask which are good where no name says so."""
    verdicts = {}
    for text in options.verdict:
        label, equals, word = text.rpartition("=")
        if not equals or label not in labels:
            raise CommandFailed(f"--verdict {text} names none of the labels; write it as LABEL=OK or LABEL=NG")
        if word not in ("OK", "NG", "CHECK"):
            raise CommandFailed(f"--verdict {text}: a class means OK or NG, in a scene also CHECK")
        verdicts[label] = Verdict(word)
    named = any(label.lower() in OK_CLASS_NAMES for label in labels)
    if verdicts or named or options.kind != RecipeKind.DEFECTS or not sys.stdin.isatty():
        return verdicts
    sys.stderr.write(f"Which of these mean a good part ({', '.join(labels)})? Several with commas, none for none: ")
    sys.stderr.flush()
    good = [name.strip() for name in sys.stdin.readline().split(",") if name.strip()]
    unknown = [name for name in good if name not in labels]
    if unknown:
        raise CommandFailed(f"'{unknown[0]}' is none of the labels")
    return dict.fromkeys(good, Verdict.OK)


def _ask() -> Any:  # noqa: ANN401 - a function of the guide
    from inspector.teaching.importing.guide import answer_without_asking

    return _asked if sys.stdin.isatty() else answer_without_asking


def _asked(question: "Question") -> str:
    """Ask on the terminal until the answer is one of the choices; an empty line takes the guess."""
    choices = f" [{'/'.join(question.choices)}]" if question.choices else ""
    guess = f" ({question.guess})" if question.guess else ""
    while True:
        sys.stderr.write(f"{question.text}{choices}{guess} ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise CommandFailed(f"no answer was given; say it with {question.option}")
        answer = line.strip() or question.guess
        if answer and (not question.choices or answer in question.choices):
            return answer


def _print_mapping(settled: "Settled", imported: "Imported") -> None:
    mapping = settled.mapping
    mean = ", ".join(f"{value:.4g}" for value in mapping.normalisation.mean)
    scale = ", ".join(f"{value:.4g}" for value in mapping.normalisation.scale)
    features = len(imported.model_file.golden[0].embedding)
    for name, value in (
        ("pictures", f"{mapping.height} x {mapping.width}, {mapping.layout}, {mapping.colour}"),
        ("normalisation", f"mean {mean}, scale {scale}"),
        ("answer", f"'{mapping.output}', {mapping.answer}"),
        ("embedding", f"{features} features"),
    ):
        print(f"{name:<14}  {value}")
    if len(settled.tried) > 1:
        print("\nways of feeding, tried on samples      agree  distance")
        for one in settled.tried[:4]:
            print(f"  {one.name:<36} {one.agreeing:>5}  {one.distance:>8.3f}")


def _print_agreement(agreement: "Agreement", labels: Sequence[str]) -> None:
    if agreement.share is None:
        print("\nno samples: nothing proves that the pictures are fed as the network was trained")
        return
    width = max(5, *(len(label) for label in labels))
    print(f"\n{'class':<{width}}  samples  agree")
    for label in labels:
        of_class = [result for result in agreement.results if result.expected == label]
        print(f"{label:<{width}}  {len(of_class):>7}  {sum(result.agrees for result in of_class):>5}")
    total = len(agreement.results)
    print(f"{'all':<{width}}  {total:>7}  {sum(result.agrees for result in agreement.results):>5}")
    differing = [result for result in agreement.results if not result.agrees]
    for result in differing[:_MOST_NAMED]:
        off = f", a probability is off by {result.difference:.2f}" if result.difference is not None else ""
        print(f"  {result.name}: {result.said} {result.probability:.2f} instead of {result.expected}{off}")
    if len(differing) > _MOST_NAMED:
        print(f"  and {len(differing) - _MOST_NAMED} more")
    for sentence in agreement.unreadable:
        sys.stderr.write(f"inspector: {sentence}\n")


def _refusal(agreement: "Agreement", wanted: float) -> str:
    if agreement.share is None:
        return (
            "nothing was written, because the import was not checked: give pictures with your network's results as "
            "--samples, or write it unchecked with --accept"
        )
    return (
        f"nothing was written, because only {agreement.share:.1%} of the samples agree where {wanted:.1%} are wanted; "
        "correct the mapping (colours, normalisation, size, labels), or take it as it is with --accept"
    )


def _as_json(options: argparse.Namespace, settled: "Settled", imported: "Imported", accepted: bool) -> dict[str, Any]:
    mapping, agreement = settled.mapping, imported.agreement
    return {
        "recipe": str(options.out) if accepted else None,
        "mapping": {
            "layout": str(mapping.layout),
            "colour": str(mapping.colour),
            "mean": list(mapping.normalisation.mean),
            "scale": list(mapping.normalisation.scale),
            "height": mapping.height,
            "width": mapping.width,
            "output": mapping.output,
            "answer": str(mapping.answer),
        },
        "classes": {one.name: str(one.verdict) for one in imported.model_file.recipe.classes},
        "agreement": agreement.share,
        "samples": len(agreement.results),
        "differing": [
            {
                "file": result.name,
                "expected": result.expected,
                "said": result.said,
                "probability": result.probability,
                "difference": result.difference,
            }
            for result in agreement.results
            if not result.agrees
        ],
        "unreadable": list(agreement.unreadable),
    }


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("must be one number, or three with commas") from None
