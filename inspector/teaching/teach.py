"""Teaching: from a data set to all that a model file holds."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from inspector import __version__
from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from inspector.domain.recipe import Locating, Mask, Recipe, RecipeKind, Region, Variation
from inspector.domain.verdict import Verdict
from inspector.teaching.anomaly.graph import add_anomaly
from inspector.teaching.backbone import Backbone, load_backbone
from inspector.teaching.class_sheet import read_class_sheet
from inspector.teaching.composition import composed, features_graph
from inspector.teaching.cross_validation import Choice, Features, choose, fit, single_part_classes
from inspector.teaching.dataset import Dataset, DatasetInvalid, Sample, require_teachable
from inspector.teaching.embeddings import Embedded, embed
from inspector.teaching.evaluation import judged_sample, summarise
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.golden import golden_pictures
from inspector.teaching.graph_parts import checked_bytes
from inspector.teaching.mixed_head import LocalPart, MixedHead
from inspector.teaching.normality import Normality, learn_normality
from inspector.teaching.place_by_place import Looking, Places, choose_with_places, taught_places
from inspector.teaching.plan_choice import (
    SCREENED,
    BackboneChoice,
    PlanChoice,
    Screened,
    candidates,
    choose_plan,
    milliseconds,
    surprise,
    typical_side,
)
from inspector.teaching.progress import Progress, TeachingCancelled, Watch
from inspector.teaching.recipe_draft import Wishes, drafted, known_classes
from inspector.teaching.selection import parts_of, pick
from inspector.teaching.taught_images import read_images
from inspector.teaching.taught_sample import taught_pictures
from inspector.teaching.views import View, allowed_views, choose_views
from inspector.vision.decision import decide
from inspector.vision.manifest import SCHEMA, BackboneReference, HeldOut, Manifest, TrainingSet
from inspector.vision.model_file import GoldenPicture, ModelFile
from inspector.vision.preparation import Preparation
from inspector.vision.scene import SceneReference, measure_scene
from inspector.vision.taught_pictures import TaughtPicture

__all__ = ["BackboneChoice", "Progress", "Taught", "TeachingCancelled", "teach"]

VIEW_BUDGET = 1500
"""How many views of all pictures together are run through the fast backbone, at least the original of each."""

_FEWEST_SCREENED = 8  # of a class
_SCENE_BYTES = 30_000_000
_METHOD = "linear head 2"
_STAGE = "composing"


@dataclass(frozen=True, eq=False)
class Taught:
    """All that a model file holds, ready to be written. `problems` are sentences on what was left out or flatters.

    `taught` are some of the taught pictures, small, none where the recipe keeps no pictures; `reference` is the picture
    that the part is found by. `why` is one sentence on the network that was taken.
    """

    recipe: Recipe
    manifest: Manifest
    graph: bytes
    golden: tuple[GoldenPicture, ...]
    problems: tuple[str, ...]
    taught: tuple[TaughtPicture, ...] = ()
    reference: Pixels | None = None
    why: str = ""


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
    kind: RecipeKind | None = None,
    backbone: BackboneChoice | str = BackboneChoice.AUTO,
    milliseconds: float | None = None,
    variation: Variation | None = None,
    locating: Locating | None = None,
    ignored: tuple[Mask, ...] | None = None,
    reference: Pixels | None = None,
    catalogue: CodeCatalogue | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Taught:
    """Teach a recipe on at most `per_class` pictures of each class, picked by `seed`.

    What is None is taken from `parent`, the version before, or else from what recipes of that `kind` begin with:
    `region` (the whole picture), `milliseconds` that judging may take, the `variation` between good parts, `locating`
    with its `reference` picture, `ignored` masks. Of the parent the thresholds, rules, trigger, picture policy and
    known classes are kept too, and the version counts on. What `classes.csv` in the folder says of the classes counts
    before that; its codes are checked by `catalogue`. `backbone` says which networks may be taken.

    The same pictures, seed and parent give the same graph to the bit on the same machine, as long as that finds the
    same plans fast enough.

    Raises DatasetInvalid when there is too little to teach on, LocatingImpossible where the part cannot be looked for,
    and TeachingCancelled. Nothing is written.
    """
    watch = Watch(progress, cancelled)
    wishes = Wishes(kind, region, milliseconds, variation, locating, ignored, reference)
    picked = pick(dataset.samples, per_class, seed)
    sheet = read_class_sheet(dataset.folder, catalogue or CodeCatalogue())
    known = known_classes(dataset.classes, kind, parent, sheet)
    require_teachable(picked, known)
    draft = drafted(known, product, author, reason, clock, wishes, parent)
    chosen = _chosen_plan(picked, draft.recipe, draft.reference, BackboneChoice(backbone), seed, watch)
    return _Teaching(dataset, picked, draft.recipe, draft.reference, chosen, seed, watch).taught()


def _chosen_plan(
    samples: Sequence[Sample],
    recipe: Recipe,
    reference: Pixels | None,
    backbone: BackboneChoice,
    seed: int,
    watch: Watch,
) -> PlanChoice:
    """Return the feature plan, chosen on some of the samples as they were taken."""
    plans = candidates(backbone, typical_side(samples, recipe.region, reference))
    some = pick(samples, max(_FEWEST_SCREENED, SCREENED // len(recipe.classes)), seed)
    graphs = {plan: features_graph(plan, _backbones(plan)) for plan in plans} if len(plans) > 1 else {}
    silent = Watch(lambda _: None, watch.cancelled)

    def screen(plan: FeaturePlan) -> Screened:
        preparation = _preparation(recipe, reference, plan)
        embedded, unusable = embed(graphs[plan], some, [(View.ORIGINAL,)] * len(some), preparation, silent)
        require_teachable([one.sample for one in embedded], recipe.classes, unusable)
        features = _features(embedded, recipe)
        losses, weights = surprise(choose(features, seed, silent).probabilities, features.labels)
        quality = None
        if len(recipe.classes) == 1:  # nothing but the anomaly tells the plans apart
            quality = learn_normality(
                embedded, features.parts, recipe, plan, _backbones(plan), preparation, seed, silent
            ).quality
        return Screened(plan, losses, weights, features.parts, quality)

    try:
        return choose_plan(plans, screen, lambda plan: milliseconds(graphs[plan], plan), recipe.milliseconds, watch)
    except DatasetInvalid:  # of those that were to be compared; whether all are too few is seen when all are read
        return PlanChoice(plans[0], f"{plans[0]}: too few of the pictures that were to be compared could be used.")


@dataclass(frozen=True, eq=False)
class _Teaching:
    """One teaching under way, its plan chosen."""

    dataset: Dataset
    samples: Sequence[Sample]
    recipe: Recipe
    reference: Pixels | None
    chosen: PlanChoice
    seed: int
    watch: Watch

    def taught(self) -> Taught:
        plan, recipe = self.chosen.plan, self.recipe
        backbones = _backbones(plan)
        preparation = _preparation(recipe, self.reference, plan)
        budget = int(VIEW_BUDGET / plan.cost**0.5)
        views = choose_views(len(self.samples), budget, self.seed, allowed_views(recipe.variation))
        embedded, unusable = embed(features_graph(plan, backbones), self.samples, views, preparation, self.watch)
        require_teachable([one.sample for one in embedded], recipe.classes, unusable)
        features = _features(embedded, recipe)
        looking = Looking(recipe, plan, backbones, preparation)
        choice, places = choose_with_places(features, embedded, looking, self.seed, self.watch)
        normality = learn_normality(
            embedded, features.parts, recipe, plan, backbones, preparation, self.seed, self.watch
        )
        self.watch.step(_STAGE, 0, 1)
        head = self._head(features, choice, places)
        model = composed(plan, backbones, head.pooled, head.local)
        if normality.model is not None:
            add_anomaly(model, normality.model)
        graph = checked_bytes(model)
        seen = None if places is None else places.views.of_originals
        originals = head.probabilities(np.stack([one.features[0] for one in embedded]), seen)
        golden = golden_pictures(embedded, originals, recipe, graph, preparation)
        manifest = self._manifest(embedded, features, choice, normality, graph, backbones)
        manifest = replace(manifest, scene=self._scene(embedded, preparation))
        self.watch.step(_STAGE, 1, 1)
        return Taught(
            recipe=recipe,
            manifest=manifest,
            graph=graph,
            golden=golden,
            problems=(*self.dataset.problems, *unusable, *_flattering(features, recipe), *_said(normality)),
            taught=() if recipe.pictures.none else taught_pictures(embedded, self.seed),
            reference=self.reference,
            why=self.chosen.why,
        )

    def _head(self, features: Features, choice: Choice, places: Places | None) -> MixedHead:
        """Return the head taught on all pictures in the chosen setting, calibrated."""
        pooled, calibration, mix = fit(features, choice.setting), choice.calibration, choice.mix
        if mix is None or places is None:
            return MixedHead(calibration.applied_to(pooled, features.bad))
        local = taught_places(places, self.seed, self.watch)
        pooled = pooled.changed(mix.pooled, np.zeros(len(features.bad)))
        part = LocalPart(places.features, local, mix.local / calibration.temperature)
        return MixedHead(calibration.applied_to(pooled, features.bad), part)

    def _scene(self, embedded: Sequence[Embedded], preparation: Preparation) -> SceneReference | None:
        """Return how the scene looked, None where none of the pictures can be read any more."""
        everything = np.arange(len(embedded))
        places, images = read_images(embedded, everything, preparation, self.seed, _SCENE_BYTES)
        if not len(images):
            return None
        return measure_scene(list(images), np.stack([embedded[place].features[0] for place in places]))

    def _manifest(
        self,
        embedded: Sequence[Embedded],
        features: Features,
        choice: Choice,
        normality: Normality,
        graph: bytes,
        backbones: dict[str, Backbone],
    ) -> Manifest:
        plan = self.chosen.plan
        return Manifest(
            schema=SCHEMA,
            input_height=plan.height,
            input_width=plan.width,
            classes=tuple(part_class.name for part_class in self.recipe.classes),
            backbone=_reference_to([backbones[name] for name in plan.backbones]),
            model_sha256=hashlib.sha256(graph).hexdigest(),
            training=_training_set(embedded, features, _in_words(plan, choice, normality), self.seed),
            held_out=_held_out(embedded, choice, normality, self.recipe),
            created=self.recipe.version.created,
            program=f"Inspector {__version__}",
        )


def _backbones(plan: FeaturePlan) -> dict[str, Backbone]:
    return {name: load_backbone(name) for name in plan.backbones}


def _preparation(recipe: Recipe, reference: Pixels | None, plan: FeaturePlan) -> Preparation:
    return Preparation(recipe.region, recipe.locating, recipe.ignored, reference, plan.height, plan.width)


def _reference_to(backbones: Sequence[Backbone]) -> BackboneReference:
    """Return name and hash of a backbone, of several their names and the hash over their hashes."""
    if len(backbones) == 1:
        return BackboneReference(backbones[0].name, backbones[0].sha256)
    together = hashlib.sha256("".join(backbone.sha256 for backbone in backbones).encode()).hexdigest()
    return BackboneReference(" + ".join(backbone.name for backbone in backbones), together)


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


def _training_set(embedded: Sequence[Embedded], features: Features, method: str, seed: int) -> TrainingSet:
    lines = sorted(f"{one.sha256} {one.sample.class_name}\n" for one in embedded)
    counts = Counter(one.sample.class_name for one in embedded)
    return TrainingSet(
        sha256=hashlib.sha256("".join(lines).encode()).hexdigest(),
        pictures=len(embedded),
        per_class={name: counts[name] for name in sorted(counts)},
        groups=len(np.unique(features.parts)),
        seed=seed,
        method=method,
        picture_hashes=tuple(sorted({one.sha256 for one in embedded})),
    )


def _in_words(plan: FeaturePlan, choice: Choice, normality: Normality) -> str:
    parts = [str(plan)]
    if choice.folds > 1:
        parts.append(str(choice.setting))
    if choice.mix is not None:
        parts.append("also place by place")
    if normality.method:
        parts.append(f"normal by {normality.method}")
    return f"{_METHOD}: {'; '.join(parts)}"


def _said(normality: Normality) -> list[str]:
    return [normality.problem] if normality.problem else []


def _held_out(embedded: Sequence[Embedded], choice: Choice, normality: Normality, recipe: Recipe) -> HeldOut:
    """Count the held-out pictures by the decision that production uses."""
    names = [part_class.name for part_class in recipe.classes]
    judged = []
    rows = zip(embedded, choice.probabilities.tolist(), normality.scores.tolist(), strict=True)
    for one, row, held_out_score in rows:
        probabilities = dict(zip(names, row, strict=True))
        score = None if math.isnan(held_out_score) else held_out_score
        decision = decide(probabilities, recipe, anomaly_score=score)
        judged.append(
            judged_sample(
                one.sample, decision.verdict, probabilities, recipe, reason=decision.reason, anomaly_score=score
            )
        )
    figures = summarise(judged, recipe)
    return HeldOut(
        pictures=len(judged),
        accuracy=figures.confusion.accuracy,
        macro_f1=figures.confusion.macro_f1,
        escape=(figures.escape.x, figures.escape.n) if figures.escape else None,
        overkill=(figures.overkill.x, figures.overkill.n) if figures.overkill else None,
        method=f"{choice.folds}-fold cross-validation, each part held out whole",
    )


def _flattering(features: Features, recipe: Recipe) -> list[str]:
    if len(recipe.classes) == 1:
        return []
    names = [recipe.classes[label].name for label in single_part_classes(features.labels, features.parts)]
    return [
        f"All pictures of class '{name}' show one part, so its held-out figures flatter; add other parts."
        for name in names
    ]
