"""What is normal, taught on the same pictures: which of them are good, how abnormal each is when held out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Recipe, RecipeKind
from inspector.domain.verdict import Verdict
from inspector.teaching.anomaly.choice import AnomalyChoice, choose_anomaly
from inspector.teaching.anomaly.model import AnomalyModel
from inspector.teaching.composition import Backbones, maps_graph
from inspector.teaching.dataset import FEWEST_GOOD
from inspector.teaching.embeddings import Embedded, Outputs, Workers
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.progress import Watch
from inspector.teaching.taught_images import read_images
from inspector.vision.preparation import Preparation

_EMBEDDING = "embedding"


@dataclass(frozen=True, eq=False)
class Normality:
    """What is known of normal parts; `model` is None where there are too few.

    `scores` `[N]` are the anomaly scores of the taught pictures when held out, NaN where there is none. `quality` and
    `method` are those of the choice, `problem` is empty or says why there is no model.
    """

    model: AnomalyModel | None
    scores: NDArray[np.float64]
    quality: float | None = None
    method: str = ""
    problem: str = ""


def learn_normality(
    embedded: Sequence[Embedded],
    parts: NDArray[np.int64],
    recipe: Recipe,
    plan: FeaturePlan,
    backbones: Backbones,
    preparation: Preparation,
    seed: int,
    watch: Watch,
) -> Normality:
    """Learn what is normal from the taught pictures, of the parts `[N]`. Raises TeachingCancelled."""
    names = normal_classes(recipe)
    good = np.array([one.sample.class_name in names for one in embedded], dtype=bool)
    scores = np.full(len(embedded), np.nan)
    if np.count_nonzero(good) < FEWEST_GOOD:
        problem = (
            f"There are only {np.count_nonzero(good)} good pictures, too few to learn what is normal, so unknown "
            f"defects are not found; add good ones up to {FEWEST_GOOD} at least."
        )
        return Normality(None, scores, problem=problem)
    good_places, good_images = read_images(embedded, np.flatnonzero(good), preparation, seed)
    bad_places, bad_images = read_images(embedded, np.flatnonzero(~good), preparation, seed)
    with Workers(maps_graph(plan, backbones), plan.size) as workers:

        def extract(images: Pixels) -> Outputs:
            return {name: values for name, values in workers.outputs(images).items() if name != _EMBEDDING}

        with threadpool_limits(1):  # sums of this size gain little from more threads and lose all beside a busy line
            choice: AnomalyChoice = choose_anomaly(good_images, parts[good_places], bad_images, extract, seed, watch)
    scores[good_places] = choice.held_out
    scores[bad_places] = choice.defect_scores
    return Normality(choice.model, scores, choice.quality, choice.method)


def normal_classes(recipe: Recipe) -> frozenset[str]:
    """Return the classes whose pictures show what is normal.

    Those that mean OK in a recipe of defects that has any; else all, so that an anomaly is none of what was taught.
    """
    good = frozenset(known.name for known in recipe.classes if known.verdict is Verdict.OK)
    if recipe.kind is RecipeKind.DEFECTS and good:
        return good
    return frozenset(known.name for known in recipe.classes)
