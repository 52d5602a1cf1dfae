"""From somebody's own network and an agreed mapping to all that a model file holds, checked by their own results."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector import __version__
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from inspector.domain.recipe import PartClass, Recipe, RecipeKind, RecipeVersion, Region
from inspector.domain.verdict import Judgement, Verdict
from inspector.pictures import PictureUnreadable, read_picture
from inspector.quality.classification import confusion
from inspector.teaching.importing.graph import find_embedding, wrap
from inspector.teaching.importing.guess import Shaped
from inspector.teaching.importing.mapping import ImportMapping, ImportRefused
from inspector.teaching.importing.samples import ImportSample
from inspector.teaching.importing.search import answers, spread
from inspector.teaching.importing.source import ImportSource
from inspector.teaching.part_classes import part_classes
from inspector.teaching.progress import Progress
from inspector.vision.accelerator import CPU, Network
from inspector.vision.decision import decide, margin
from inspector.vision.judge import open_judge
from inspector.vision.manifest import SCHEMA, BackboneReference, HeldOut, Manifest, TrainingSet
from inspector.vision.model_file import GoldenPicture, ModelFile
from inspector.vision.preparation import Preparation
from inspector.vision.taught_pictures import TaughtPicture

MOST_GOLDEN = 8
MOST_KEPT = 300
"""Samples that are kept small in the model file, to be shown beside the parts that resemble them."""

SAME = 0.05
"""A probability that was expected may come out this much otherwise: pictures are made smaller in different ways."""

_STEADY = 0.02  # as far as a golden picture should lie from any other verdict
_WRAPPED_RIGHT = 1e-3
_WRAPPED_RIGHT_HALF = 2e-2  # float16 keeps three digits
_THUMBNAIL = 128
_LARGEST_HALF = 65504.0


@dataclass(frozen=True)
class SampleResult:
    """One sample judged as production does. `difference` is the largest of the probabilities, where they are known."""

    name: str
    expected: str
    said: str
    probability: float
    verdict: Verdict
    difference: float | None
    agrees: bool


@dataclass(frozen=True)
class Agreement:
    """How the recipe does on the samples; `unreadable` holds a sentence for each that could not be read."""

    results: tuple[SampleResult, ...]
    unreadable: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The share of samples that agree, those that could not be read counted against it; None without samples."""
        total = len(self.results) + len(self.unreadable)
        return sum(result.agrees for result in self.results) / total if total else None


@dataclass(frozen=True)
class ImportPlan:
    """What the recipe is to be. `verdicts` say what the classes mean where their names do not."""

    product: str
    author: str
    reason: str
    labels: tuple[str, ...]
    verdicts: Mapping[str, Verdict]
    kind: RecipeKind = RecipeKind.DEFECTS
    region: Region = Region()


@dataclass(frozen=True, eq=False)
class Imported:
    """A model file, not yet written (without a content hash), and how it agrees with the samples."""

    model_file: ModelFile
    agreement: Agreement


@dataclass(frozen=True, eq=False)
class _Read:
    sample: ImportSample
    pixels: Pixels
    image: Pixels
    sha256: str


def import_network(
    source: ImportSource,
    shape: Shaped,
    mapping: ImportMapping,
    samples: Sequence[ImportSample],
    plan: ImportPlan,
    clock: Clock,
    parent: ModelFile | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Imported:
    """Make the recipe and judge the samples with it as production does. Nothing is written.

    The golden pictures come from the samples; without any, made-up pictures prove that the network is the same, but not
    that it is right. Raises ImportRefused, also where the wrapped graph does not give what the network itself gives.
    """
    embedding = find_embedding(source, mapping, shape)
    graph = wrap(source, mapping, embedding, len(plan.labels))
    recipe = _recipe(plan, clock, parent)
    reference = parent.reference if parent else None
    preparation = Preparation(recipe.region, recipe.locating, recipe.ignored, reference, mapping.height, mapping.width)
    read, unreadable = _read(samples, preparation)
    network = Network(graph, CPU)
    try:
        _require_same_answers(source, mapping, network, [one.image for one in read[:MOST_GOLDEN]] or made_up(mapping))
        golden = _golden(read, recipe, network, mapping)
        kept = _kept(read, network)
    finally:
        network.close()
    manifest = _manifest(source, mapping, graph, recipe)
    model_file = ModelFile(recipe, manifest, graph, golden, "", kept, reference)
    agreement = Agreement(_judged(model_file, read, progress), unreadable)
    checked = replace(manifest, held_out=_held_out(agreement, recipe))
    return Imported(replace(model_file, manifest=checked), agreement)


def made_up(mapping: ImportMapping) -> list[Pixels]:
    """Return pictures of no thing, to compare two networks by: a slope, noise and a chequered one."""
    rows, columns = np.mgrid[0 : mapping.height, 0 : mapping.width]
    slope = np.dstack([rows * 255 // mapping.height, columns * 255 // mapping.width, (rows + columns) % 256])
    noise = np.random.default_rng(0).integers(0, 256, slope.shape)
    squares = np.repeat((((rows // 8) + (columns // 8)) % 2 * 200 + 20)[:, :, None], 3, axis=2)
    return [np.ascontiguousarray(picture, dtype=np.uint8) for picture in (slope, noise, squares)]


def _read(samples: Sequence[ImportSample], preparation: Preparation) -> tuple[list[_Read], tuple[str, ...]]:
    read, unreadable = [], []
    for sample in samples:
        try:
            pixels = read_picture(sample.path)
            digest = hashlib.sha256(sample.path.read_bytes()).hexdigest()
        except (PictureUnreadable, OSError) as error:
            unreadable.append(f"{error}.")
            continue
        read.append(_Read(sample, pixels, preparation.prepare(pixels).image, digest))
    return read, tuple(unreadable)


def _recipe(plan: ImportPlan, clock: Clock, parent: ModelFile | None) -> Recipe:
    known = part_classes(plan.labels, parent.recipe if parent else None)
    classes = tuple(replace(one, verdict=_meaning(one, plan)) for one in known)
    number = parent.recipe.version.number + 1 if parent else 1
    hash_before = parent.content_hash if parent else ""
    version = RecipeVersion(number, plan.author, plan.reason, clock.now(), hash_before)
    if parent is None:
        return Recipe(plan.product, classes, version, plan.region, kind=plan.kind)
    return replace(
        parent.recipe, product=plan.product, classes=classes, version=version, region=plan.region, kind=plan.kind
    )


def _meaning(one: PartClass, plan: ImportPlan) -> Verdict:
    if plan.kind is RecipeKind.IDENTITY:
        return Verdict.OK
    return plan.verdicts.get(one.name, one.verdict)


def _require_same_answers(
    source: ImportSource, mapping: ImportMapping, network: Network, images: Sequence[Pixels]
) -> None:
    """Compare the recipe's graph with the network as it is, fed by other means: a slip of either shows."""
    answer = answers(source, source.opened(), mapping)
    allowed = _WRAPPED_RIGHT_HALF if source.kind == "float16" else _WRAPPED_RIGHT
    for image in images:
        expected = answer(image)
        found = network.run(image[None]).probabilities[0]
        difference = float(np.abs(found - expected).max())
        if not difference <= allowed:
            raise ImportRefused(
                f"{source.name} gives other results inside a recipe than by itself (they differ by {difference:.2g}); "
                "this is a fault of the import."
            )


def _golden(
    read: Sequence[_Read], recipe: Recipe, network: Network, mapping: ImportMapping
) -> tuple[GoldenPicture, ...]:
    names = [one.sample.class_name for one in read]
    candidates = [(read[place].sample.name, read[place].image) for place in spread(names, most=4 * MOST_GOLDEN)]
    if not candidates:
        candidates = [(f"made-up {number}", image) for number, image in enumerate(made_up(mapping), start=1)]
    golden = [_golden_picture(name, image, recipe, network) for name, image in candidates]
    steady = [picture for picture, distance in golden if distance >= _STEADY]
    return tuple(steady[:MOST_GOLDEN] or [max(golden, key=lambda one: one[1])[0]])


def _golden_picture(name: str, image: Pixels, recipe: Recipe, network: Network) -> tuple[GoldenPicture, float]:
    """Return the picture with the network's answer, and how far it lies from any other verdict."""
    output = network.run(image[None])
    values = _plain(output.probabilities[0])
    probabilities = dict(zip((one.name for one in recipe.classes), values, strict=True))
    decision = decide(probabilities, recipe)
    embedding = _plain(output.embedding[0])
    picture = GoldenPicture(name, image, values, embedding, decision.verdict, decision.reason)
    return picture, margin(probabilities, recipe)


def _kept(read: Sequence[_Read], network: Network) -> tuple[TaughtPicture, ...]:
    places = spread([one.sample.class_name for one in read], most=MOST_KEPT)
    return tuple(_small(read[place], network) for place in sorted(places))


def _small(one: _Read, network: Network) -> TaughtPicture:
    scale = min(1.0, _THUMBNAIL / max(one.image.shape[:2]))
    size = (max(1, round(one.image.shape[1] * scale)), max(1, round(one.image.shape[0] * scale)))
    thumbnail = np.asarray(cv2.resize(one.image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    embedding = np.clip(network.run(one.image[None]).embedding[0], -_LARGEST_HALF, _LARGEST_HALF)
    name = one.sample.name.replace("\\", "/")
    return TaughtPicture(name, one.sample.class_name, one.sha256, thumbnail, embedding.astype(np.float16))


def _judged(
    model_file: ModelFile, read: Sequence[_Read], progress: Callable[[Progress], None]
) -> tuple[SampleResult, ...]:
    judge = open_judge(model_file, "cpu")
    results = []
    try:
        for one in read:
            results.append(_result(one, judge.judge(one.pixels), model_file.manifest.classes))
            progress(Progress("judging the samples", len(results), len(read)))
    finally:
        judge.close()
    return tuple(results)


def _result(one: _Read, judgement: Judgement, labels: Sequence[str]) -> SampleResult:
    sample = one.sample
    said = max(labels, key=judgement.probabilities.__getitem__)
    difference = None
    if sample.probabilities is not None:
        pairs = zip(labels, sample.probabilities, strict=True)
        difference = max(abs(judgement.probabilities[name] - value) for name, value in pairs)
    return SampleResult(
        name=sample.name,
        expected=sample.class_name,
        said=said,
        probability=judgement.probabilities[said],
        verdict=judgement.verdict,
        difference=difference,
        agrees=said == sample.class_name and (difference is None or difference <= SAME),
    )


def _manifest(source: ImportSource, mapping: ImportMapping, graph: bytes, recipe: Recipe) -> Manifest:
    classes = tuple(one.name for one in recipe.classes)
    return Manifest(
        schema=SCHEMA,
        input_height=mapping.height,
        input_width=mapping.width,
        classes=classes,
        backbone=BackboneReference("imported", source.sha256),
        model_sha256=hashlib.sha256(graph).hexdigest(),
        training=TrainingSet(
            sha256=hashlib.sha256(b"").hexdigest(),
            pictures=0,
            per_class=dict.fromkeys(sorted(classes), 0),
            groups=0,
            seed=0,
            method=f"imported from {source.name}",
            picture_hashes=(),
        ),
        held_out=HeldOut(0, 0.0, 0.0, None, None, "not measured: imported without samples"),
        created=recipe.version.created,
        program=f"Inspector {__version__}",
    )


def _held_out(agreement: Agreement, recipe: Recipe) -> HeldOut:
    results = agreement.results
    if not results:
        return HeldOut(0, 0.0, 0.0, None, None, "not measured: imported without samples")
    meaning = {one.name: one.verdict for one in recipe.classes}
    figures = confusion([one.expected for one in results], [one.said for one in results], list(meaning))
    bad = [one.verdict for one in results if meaning[one.expected] is Verdict.NG]
    good = [one.verdict for one in results if meaning[one.expected] is Verdict.OK]
    two_sided = len(set(meaning.values())) > 1
    return HeldOut(
        pictures=len(results),
        accuracy=figures.accuracy,
        macro_f1=figures.macro_f1,
        escape=(bad.count(Verdict.OK), len(bad)) if two_sided else None,
        overkill=(good.count(Verdict.NG), len(good)) if two_sided else None,
        method="judged against the results that came with the imported network",
    )


def _plain(values: NDArray[np.float32]) -> tuple[float, ...]:
    """Return the floats that print with the fewest digits and still mean the same float32."""
    return tuple(float(str(value)) for value in values)
