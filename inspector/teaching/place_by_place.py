"""Looking place by place while teaching: only where whole pictures leave mistakes, and only kept where it helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from threadpoolctl import threadpool_limits

from inspector.domain.recipe import Recipe
from inspector.pictures import PictureUnreadable
from inspector.teaching.backbone import FAST
from inspector.teaching.composition import Backbones, features_graph, maps_graph, places
from inspector.teaching.cross_validation import Choice, Features, choose, choose_among, hold_out
from inspector.teaching.embeddings import Embedded, Workers, read_prepared
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.local_choice import LocalViews, fit_local, held_out_local_logits, may_gain
from inspector.teaching.local_features import LOCAL, LocalFeatures, Moments, listed, moments_of, whitened_by
from inspector.teaching.local_head import LocalHead
from inspector.teaching.normality import normal_classes
from inspector.teaching.progress import Watch
from inspector.teaching.views import LIGHTS, NOISE, View, allowed_views, choose_views, view_of
from inspector.vision.preparation import Preparation

FEWEST_PICTURES = 150
"""With fewer pictures there is too little to learn from at so many places, and teaching shall be over in seconds."""

MOST_VIEWS = 6
"""In how many views each picture is seen; what defects look like turned and mirrored is most of what there is to win.

Measured on five folds of magnetic tiles: 70 % balanced accuracy with the original alone, 75 % with 2 views, 80 % with 4
or more, all of them turned or mirrored; views in another light or noisy gain nothing.
"""

MOST_BYTES = 500_000_000
"""How much memory the features of all places may take; beyond that there are fewer views, at last none."""

MOST_USUAL = 600
"""On how many pictures it is measured at most what is usual."""

_FEWEST_VIEWS = 3
_STAGE_USUAL = "looking at good parts"
_STAGE = "looking at places"


@dataclass(frozen=True, eq=False)
class Places:
    """How places are looked at, and what was seen at them."""

    features: LocalFeatures
    views: LocalViews


@dataclass(frozen=True)
class Looking:
    """With what pictures are looked at: the `recipe` and its `plan`, the `preparation` of its pictures."""

    recipe: Recipe
    plan: FeaturePlan
    backbones: Backbones
    preparation: Preparation

    @property
    def fast_plan(self) -> FeaturePlan:
        """The plan whose only backbone is the one that gives the places; its maps are the same."""
        return FeaturePlan((FAST,), height=self.plan.height, width=self.plan.width)


def choose_with_places(
    features: Features, embedded: Sequence[Embedded], looking: Looking, seed: int, watch: Watch
) -> tuple[Choice, Places | None]:
    """Return how to teach, and the places where they help: the choice has a mix then. Raises TeachingCancelled.

    `embedded` are the pictures of the `features`.
    """
    if len(features.bad) == 1:
        return choose(features, seed, watch), None
    tried = hold_out(features, seed, watch)
    found = None
    if len(embedded) >= FEWEST_PICTURES and may_gain(tried.best(features), features.labels, features.bad):
        found = _look(features, embedded, looking, seed, watch)
    if found is None:
        return choose_among(features, tried), None
    choice = choose_among(features, tried, held_out_local_logits(found.views, tried.folds, seed, watch))
    return choice, None if choice.mix is None else found


def taught_places(places: Places, seed: int, watch: Watch) -> LocalHead:
    """Return the local head taught on all pictures. Raises TeachingCancelled."""
    with threadpool_limits(1):  # so that the same pictures give the same head to the bit
        return fit_local(places.views, np.arange(len(places.views.labels)), seed, watch)


def _look(features: Features, embedded: Sequence[Embedded], looking: Looking, seed: int, watch: Watch) -> Places | None:
    """Return what is seen at the places of all pictures, None where that cannot be had."""
    plan = looking.plan
    if plan.tiles > 1 or FAST not in plan.backbones:
        return None
    usual = _usual(embedded, looking, seed, watch)
    if usual is None:
        return None
    one_view = places(plan) * usual.size * np.dtype(np.float16).itemsize
    most = min(MOST_VIEWS, MOST_BYTES // (one_view * len(embedded)))
    allowed = allowed_views(looking.recipe.variation) - LIGHTS - NOISE
    if most < min(_FEWEST_VIEWS, len(allowed)):
        return None
    views = choose_views(len(embedded), most * len(embedded), seed, allowed)
    seen = _seen(features, embedded, views, usual, looking, watch)
    return None if seen is None else Places(usual, seen)


def _usual(embedded: Sequence[Embedded], looking: Looking, seed: int, watch: Watch) -> LocalFeatures | None:
    """Return the local features measured by what is usual: on the pictures that mean OK, where there are any.

    A picture that can no longer be read is passed over; None where that is all of them.
    """
    names = normal_classes(looking.recipe)
    usual = [one for one in embedded if one.sample.class_name in names] or list(embedded)
    order = np.sort(np.random.default_rng(seed).permutation(len(usual))[:MOST_USUAL])
    backbone, plan = looking.backbones[FAST], looking.fast_plan

    def measure(one: Embedded) -> dict[str, Moments]:
        picture = read_prepared(one.sample.path, looking.preparation)
        return moments_of(workers.run(picture.pixels[None]), backbone)

    # Each picture has a thread already, so the sums get no more.
    with Workers(maps_graph(plan, looking.backbones), plan.size, len(order)) as workers, threadpool_limits(1):
        found = workers.results(measure, [usual[place] for place in order], _STAGE_USUAL, watch)
    measured = [one for one in found if not isinstance(one, PictureUnreadable)]
    if not measured:
        return None
    together = {name: reduce(lambda one, other: one + other, [each[name] for each in measured]) for name in measured[0]}
    return whitened_by(together, backbone)


def _seen(
    features: Features,
    embedded: Sequence[Embedded],
    views: Sequence[tuple[View, ...]],
    usual: LocalFeatures,
    looking: Looking,
    watch: Watch,
) -> LocalViews | None:
    """Return the features of all places, None where a picture can no longer be read as it was."""
    plan = looking.fast_plan
    ends = np.cumsum([len(each) for each in views])
    rows = tuple(np.arange(end - len(each), end) for end, each in zip(ends, views, strict=True))
    values = np.empty((int(ends[-1]), places(plan), usual.size), dtype=np.float16)

    def work(place: int) -> None:
        picture = read_prepared(embedded[place].sample.path, looking.preparation)
        if picture.problem or picture.sha256 != embedded[place].sha256:
            raise PictureUnreadable("it is no longer what was taught")
        for row, view in zip(rows[place], views[place], strict=True):
            values[row] = listed(workers.run(view_of(picture.pixels, view)[None])[LOCAL])[0]

    graph = features_graph(plan, looking.backbones, usual)
    with Workers(graph, plan.size, len(embedded)) as workers:
        found = workers.results(work, range(len(embedded)), _STAGE, watch)
    if any(isinstance(one, PictureUnreadable) for one in found):
        return None
    originals = np.array([one[0] for one in rows])
    return LocalViews(values, rows, originals, features.labels, len(features.bad))
