"""Teaching: from a data set to all that a model file holds."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from inspector import __version__
from inspector.domain.clock import Clock
from inspector.domain.recipe import Recipe, RecipeVersion, Region
from inspector.domain.verdict import Verdict
from inspector.teaching.backbone import INPUT_HEIGHT, INPUT_WIDTH, load_backbone
from inspector.teaching.composition import compose, features_graph
from inspector.teaching.cross_validation import Choice, Features, choose, fit, single_part_classes
from inspector.teaching.dataset import Dataset, require_teachable
from inspector.teaching.embeddings import Embedded, embed
from inspector.teaching.evaluation import judged_sample, summarise
from inspector.teaching.golden import golden_pictures
from inspector.teaching.part_classes import part_classes
from inspector.teaching.progress import Progress, TeachingCancelled, Watch
from inspector.teaching.selection import parts_of, pick
from inspector.teaching.views import choose_views
from inspector.vision.decision import decide
from inspector.vision.manifest import SCHEMA, BackboneReference, HeldOut, Manifest, TrainingSet
from inspector.vision.model_file import GoldenPicture, ModelFile

__all__ = ["Progress", "Taught", "TeachingCancelled", "teach"]

VIEW_BUDGET = 1000
"""How many views of all pictures together are run through the backbone, at least the original of each."""

_METHOD = "linear head 1"
_STAGE = "composing"


@dataclass(frozen=True, eq=False)
class Taught:
    """All that a model file holds, ready to be written. `problems` are sentences on what was left out or flatters."""

    recipe: Recipe
    manifest: Manifest
    graph: bytes
    golden: tuple[GoldenPicture, ...]
    problems: tuple[str, ...]


def teach(
    dataset: Dataset,
    *,
    product: str,
    author: str,
    reason: str,
    clock: Clock,
    per_class: int | None = None,
    seed: int = 0,
    parent: ModelFile | None = None,
    region: Region | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Taught:
    """Teach a recipe on at most `per_class` pictures of each class, picked by `seed`, within `region` (None: all).

    With `parent`, the version before, its region (unless one is given), thresholds, trigger, picture policy and known
    classes are kept and the version counts on. The same pictures, seed and parent give the same graph to the bit on
    the same machine.

    Raises DatasetInvalid when there are less than two classes or less than two readable pictures of one, and
    TeachingCancelled. Nothing is written.
    """
    watch = Watch(progress, cancelled)
    picked = pick(dataset.samples, per_class, seed)
    require_teachable(picked, dataset.classes)
    backbone = load_backbone()
    region = region or (parent.recipe.region if parent else Region())
    views = choose_views(len(picked), VIEW_BUDGET, seed)
    embedded, unreadable = embed(features_graph(backbone), picked, views, region, watch)
    classes = dataset.classes
    require_teachable([one.sample for one in embedded], classes)
    version = _version(author, reason, clock, parent)
    recipe = _recipe(product, classes, version, region, parent.recipe if parent else None)

    features = _features(embedded, recipe)
    choice = choose(features, seed, watch)
    watch.step(_STAGE, 0, 1)
    head = choice.calibration.applied_to(fit(features, choice.setting), features.bad)
    graph = compose(backbone, head)
    originals = head.probabilities(np.stack([one.features[0] for one in embedded]))
    golden = golden_pictures(embedded, originals, recipe, graph)
    manifest = Manifest(
        schema=SCHEMA,
        input_height=INPUT_HEIGHT,
        input_width=INPUT_WIDTH,
        classes=classes,
        backbone=BackboneReference(backbone.name, backbone.sha256),
        model_sha256=hashlib.sha256(graph).hexdigest(),
        training=_training_set(embedded, features, choice, seed),
        held_out=_held_out(embedded, choice, recipe),
        created=version.created,
        program=f"Inspector {__version__}",
    )
    watch.step(_STAGE, 1, 1)
    flattering = [_flattering(classes[label]) for label in single_part_classes(features.labels, features.parts)]
    return Taught(recipe, manifest, graph, golden, (*dataset.problems, *unreadable, *flattering))


def _features(embedded: Sequence[Embedded], recipe: Recipe) -> Features:
    classes = [part_class.name for part_class in recipe.classes]
    pictures = [place for place, one in enumerate(embedded) for _ in one.views]
    views = [int(view) for one in embedded for view in one.views]
    return Features(
        values=np.concatenate([one.features for one in embedded]),
        picture=np.array(pictures, dtype=np.int64),
        view=np.array(views, dtype=np.int64),
        labels=np.array([classes.index(one.sample.class_name) for one in embedded], dtype=np.int64),
        parts=np.array(parts_of([one.sample for one in embedded], [one.sha256 for one in embedded]), dtype=np.int64),
        bad=np.array([part_class.verdict is Verdict.NG for part_class in recipe.classes]),
    )


def _version(author: str, reason: str, clock: Clock, parent: ModelFile | None) -> RecipeVersion:
    number = parent.recipe.version.number + 1 if parent else 1
    return RecipeVersion(number, author, reason, clock.now(), parent.content_hash if parent else "")


def _recipe(
    product: str, classes: tuple[str, ...], version: RecipeVersion, region: Region, parent: Recipe | None
) -> Recipe:
    known = part_classes(classes, parent)
    if parent is None:
        return Recipe(product, known, version, region)
    return Recipe(product, known, version, region, parent.thresholds, parent.trigger, parent.pictures)


def _training_set(embedded: Sequence[Embedded], features: Features, choice: Choice, seed: int) -> TrainingSet:
    lines = sorted(f"{one.sha256} {one.sample.class_name}\n" for one in embedded)
    counts = Counter(one.sample.class_name for one in embedded)
    return TrainingSet(
        sha256=hashlib.sha256("".join(lines).encode()).hexdigest(),
        pictures=len(embedded),
        per_class={name: counts[name] for name in sorted(counts)},
        groups=len(np.unique(features.parts)),
        seed=seed,
        method=f"{_METHOD}: views {choice.setting.policy}, strength {choice.setting.strength:g}",
        picture_hashes=tuple(sorted({one.sha256 for one in embedded})),
    )


def _held_out(embedded: Sequence[Embedded], choice: Choice, recipe: Recipe) -> HeldOut:
    """Count the held-out pictures by the decision that production uses."""
    names = [part_class.name for part_class in recipe.classes]
    judged = []
    for one, row in zip(embedded, choice.probabilities.tolist(), strict=True):
        probabilities = dict(zip(names, row, strict=True))
        judged.append(judged_sample(one.sample, decide(probabilities, recipe).verdict, probabilities, recipe))
    figures = summarise(judged, recipe)
    return HeldOut(
        pictures=len(judged),
        accuracy=figures.confusion.accuracy,
        macro_f1=figures.confusion.macro_f1,
        escape=(figures.escape.x, figures.escape.n) if figures.escape else None,
        overkill=(figures.overkill.x, figures.overkill.n) if figures.overkill else None,
        method=f"{choice.folds}-fold cross-validation, each part held out whole",
    )


def _flattering(class_name: str) -> str:
    return f"All pictures of class '{class_name}' show one part, so its held-out figures flatter; add other parts."
