"""How to know good parts, chosen on the taught pictures: each way judges parts that it never saw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.teaching.anomaly.evidence import Evidence, ProjectedMap
from inspector.teaching.anomaly.fit import GAUSSIANS, Size, Way, fit_normal, whitener
from inspector.teaching.anomaly.model import Bank, Floats, Gaussian, averaged
from inspector.teaching.anomaly.scale import learn_usual, resizing
from inspector.teaching.progress import Watch

_STAGE = "comparing ways to know good parts"
_FINE_DIMENSIONS = 32  # of a Gaussian at each position of a fine map
_FINE = 20  # positions a side
_PIXEL_SHARE = 0.5
_COARSE = 3  # times the heat map's cells
_COARSE_WEIGHT = 0.5
_GAIN_TO_LEAVE_OUT = 0.04

Normal = Bank | Gaussian


@dataclass(frozen=True)
class Look:
    """One way to look at one map."""

    map_name: str
    way: Way

    def factors(self, projected: ProjectedMap) -> Floats:
        """Return what the first components of the projected map are multiplied by, `[K]`."""
        if self.way in GAUSSIANS and projected.height >= _FINE:
            return np.ones(min(_FINE_DIMENSIONS, len(projected.variances)), dtype=np.float32)
        if self.way is Way.WHITE_BANK:
            return whitener(projected.variances)
        return np.ones(len(projected.variances), dtype=np.float32)

    @property
    def neighbours(self) -> bool:
        """Whether positions are averaged with those around them."""
        return self.way is Way.NEIGHBOURS

    def features(self, of: ProjectedMap, projected: Floats) -> Floats:
        """Return what is looked at, `[N, h * w, K]`, of projected features."""
        factors = self.factors(of)
        features = projected[..., : len(factors)] * factors
        return averaged(features, of.height, of.width) if self.neighbours else features


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Distance maps of pictures when held out: good, made-up and real defects, each `[n, h, w]`."""

    good: Floats
    made_up: Floats
    real: Floats


@dataclass(frozen=True, eq=False)
class Found:
    """The looks that were best together with their weights, and how good: higher is better, 1 separates everything."""

    looks: tuple[Look, ...]
    weights: tuple[float, ...]
    quality: float


def search(evidence: Evidence, size: Size, watch: Watch) -> Found:
    """Return the looks that together find most. Raises TeachingCancelled."""
    heats = heats_of(evidence, size, watch)
    rated = []
    for looks in teams(evidence):
        weights = weights_of(looks, evidence)
        quality = quality_of(together([heats[look] for look in looks], weights), evidence.masks)
        missing = len({look.map_name for look in looks}) < len(evidence.maps)
        rated.append((quality - _GAIN_TO_LEAVE_OUT * missing, Found(looks, weights, quality)))
    return max(rated, key=lambda one: one[0])[1]


def heats_of(evidence: Evidence, size: Size, watch: Watch) -> dict[Look, HeldOut]:
    """Return the heat maps of every look. Raises TeachingCancelled."""
    looks = [Look(name, way) for name in evidence.maps for way in Way]
    heats = {}
    for number, look in enumerate(looks):
        watch.step(_STAGE, number, len(looks))
        heats[look] = heat_of(evidence, held_out(evidence, look, size))
    watch.step(_STAGE, len(looks), len(looks))
    return heats


def teams(evidence: Evidence) -> Iterator[tuple[Look, ...]]:
    """Yield the looks that are tried together: each way on all maps, and on all but the finest or the coarsest.

    Made-up defects are small and faint beside many real ones, so they cannot tell what a coarse map is worth: unless
    leaving one out gains much, all maps are looked at.
    """
    names = sorted(evidence.maps, key=lambda name: -evidence.maps[name].height)
    for way in Way:
        for kept in (names, names[1:], names[:-1]):
            if kept:
                yield tuple(Look(name, way) for name in kept)


def weights_of(looks: Sequence[Look], evidence: Evidence) -> tuple[float, ...]:
    """Return the weights, 1 in all.

    A coarse map counts half: its cells smear what they find over a wide place. Maps of one size share a weight.
    """
    heights = [evidence.maps[look.map_name].height for look in looks]
    weights = [
        (_COARSE_WEIGHT if evidence.size[0] >= _COARSE * height else 1.0) / heights.count(height) for height in heights
    ]
    return tuple(weight / sum(weights) for weight in weights)


def fit_look(look: Look, projected: ProjectedMap, pictures: NDArray[np.bool_], size: Size, seed: int) -> Normal:
    """Return what the look knows of those of the good pictures."""
    features = look.features(projected, projected.good[pictures])
    return fit_normal(features, look.way, size, np.random.default_rng(seed))


def fit_folds(evidence: Evidence, look: Look, size: Size) -> tuple[Normal, ...]:
    """Return for each fold what the look knows of the good pictures of the others."""
    projected = evidence.maps[look.map_name]
    return tuple(
        fit_look(look, projected, evidence.folds != fold, size, evidence.seed) for fold in range(evidence.fold_count)
    )


def held_out(evidence: Evidence, look: Look, size: Size) -> HeldOut:
    """Return the look's distance maps, each picture by the fit without its fold, real defects by all in the mean."""
    projected = evidence.maps[look.map_name]
    known = fit_folds(evidence, look, size)
    return HeldOut(
        by_fold(known, look, projected, projected.good, evidence.folds),
        by_fold(known, look, projected, projected.made_up, evidence.made_up_folds),
        by_all(known, look, projected, projected.real),
    )


def by_fold(
    known: Sequence[Normal], look: Look, of: ProjectedMap, features: Floats, folds: NDArray[np.int64]
) -> Floats:
    """Return distance maps `[N, h, w]` of projected features `[N, h * w, K]`, each by the fit without its fold."""
    distances = np.empty((len(features), of.height * of.width), dtype=np.float32)
    for fold, one in enumerate(known):
        distances[folds == fold] = one.distances(look.features(of, features[folds == fold]))
    return distances.reshape(-1, of.height, of.width)


def by_all(known: Sequence[Normal], look: Look, of: ProjectedMap, features: Floats) -> Floats:
    """Return distance maps `[N, h, w]` of projected features `[N, h * w, K]`, the mean of all fits."""
    distances = np.zeros((len(features), of.height * of.width), dtype=np.float32)
    for one in known:
        distances += one.distances(look.features(of, features)) / np.float32(len(known))
    return distances.reshape(-1, of.height, of.width)


def heat_of(evidence: Evidence, distances: HeldOut) -> HeldOut:
    """Return heat maps of distance maps; what is usual is learnt from the held-out good ones."""
    height, width = evidence.size
    rows, columns = resizing(distances.good.shape[1], height), resizing(distances.good.shape[2], width)
    usual = learn_usual(distances.good, rows, columns)
    return HeldOut(*(usual.heat(maps, rows, columns) for maps in (distances.good, distances.made_up, distances.real)))


def together(heats: Sequence[HeldOut], weights: Sequence[float]) -> HeldOut:
    """Return the sum of the looks' heat maps, each times its weight."""
    return HeldOut(
        np.asarray(sum(weight * heat.good for heat, weight in zip(heats, weights, strict=True))),
        np.asarray(sum(weight * heat.made_up for heat, weight in zip(heats, weights, strict=True))),
        np.asarray(sum(weight * heat.real for heat, weight in zip(heats, weights, strict=True))),
    )


def quality_of(heat: HeldOut, masks: NDArray[np.bool_]) -> float:
    """Return how well the heat maps find defects, from 0 to 1.

    For made-up defects it is the mean of two areas under the curve: good pictures against defective ones by their
    maxima, and the pictures' cells against each other. Real defects count by the first alone, as much as all made-up.
    """
    good = heat.good.max(axis=(1, 2))
    parts = []
    if len(heat.made_up):
        of_pictures = area_under_curve(good, heat.made_up.max(axis=(1, 2)))
        of_cells = area_under_curve(heat.made_up[~masks], heat.made_up[masks]) if masks.any() else of_pictures
        parts.append((1 - _PIXEL_SHARE) * of_pictures + _PIXEL_SHARE * of_cells)
    if len(heat.real):
        parts.append(area_under_curve(good, heat.real.max(axis=(1, 2))))
    return float(np.mean(parts)) if parts else 0.5


def area_under_curve(low: Floats, high: Floats) -> float:
    """Return how often one of `high` is above one of `low`, ties counted half."""
    ordered = np.sort(low.ravel())
    below = np.searchsorted(ordered, high.ravel(), "left").mean()
    up_to = np.searchsorted(ordered, high.ravel(), "right").mean()
    return float((below + up_to) / 2 / len(ordered))
