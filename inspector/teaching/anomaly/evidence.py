"""What the ways to know good parts are tried on, gathered in bounded size.

Feature maps are projected as soon as they are read: so each way finds them short, and memory stays bounded.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.teaching.anomaly.fit import fit_projection
from inspector.teaching.anomaly.made_up_defects import made_up_defects
from inspector.teaching.anomaly.model import FeatureMaps, Floats, Projection
from inspector.teaching.progress import Watch

Extract = Callable[[Pixels], Mapping[str, NDArray[np.float32]]]
"""Pictures uint8 `[N, H, W, 3]` to feature maps: map name -> float32 `[N, C, h, w]`."""

MOST_PICTURES = 300
MOST_BYTES = 300_000_000
MADE_UP = 96
MADE_UP_PER_PICTURE = 8
MOST_REAL = 64
FOLDS = 3
MOST_FOLDS = 10

_DIMENSIONS = 64
_SCORED = 150
_CHUNK = 16
_COVERED = 0.2  # of a heat map's cell: from here on it counts as defective


@dataclass(frozen=True)
class Source:
    """Feature maps of pictures, a few at a time, with word of how far it is."""

    extract: Extract
    watch: Watch

    def chunks(self, pixels: Pixels, stage: str) -> Iterator[tuple[slice, FeatureMaps]]:
        """Yield the feature maps of the pictures piece by piece, and which they are. Raises TeachingCancelled."""
        for start in range(0, len(pixels), _CHUNK):
            self.watch.step(stage, start, len(pixels))
            piece = slice(start, start + _CHUNK)
            yield piece, self.extract(pixels[piece])

    def read(self, pixels: Pixels, stage: str) -> dict[str, Floats]:
        """Return the feature maps of one picture or more. Raises TeachingCancelled."""
        pieces = [maps for _, maps in self.chunks(pixels, stage)]
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


@dataclass(frozen=True, eq=False)
class ProjectedMap:
    """One map of all pictures, projected: `good`, `made_up` and `real` defects, each `[n, h * w, K]`.

    `variances` `[K]` are those of the good pictures' components.
    """

    name: str
    projection: Projection
    variances: Floats
    height: int
    width: int
    good: Floats
    made_up: Floats
    real: Floats


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the ways are tried on: the maps of good pictures with their folds, of made-up and of real defects.

    `made_up_folds` are the folds of the pictures that the made-up defects were made of; `masks` `[D, H, W]` says where
    they are, in the size of the heat map.
    """

    maps: Mapping[str, ProjectedMap]
    folds: NDArray[np.int64]
    made_up_folds: NDArray[np.int64]
    masks: NDArray[np.bool_]
    seed: int

    @property
    def fold_count(self) -> int:
        """How many folds there are."""
        return int(self.folds.max()) + 1

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the heat map."""
        return int(self.masks.shape[1]), int(self.masks.shape[2])


def assign_folds(parts: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    """Return the fold of each picture, of at most so many: a part lies whole in one.

    Where all pictures show one part, they are told apart.
    """
    random = np.random.default_rng(seed)
    units = parts if len(np.unique(parts)) > 1 else np.arange(len(parts))
    names, of_picture = np.unique(units, return_inverse=True)
    order = random.permutation(len(names))
    pictures = np.bincount(of_picture)
    load = np.zeros(min(most, len(names)), dtype=np.int64)
    fold_of = np.empty(len(names), dtype=np.int64)
    for unit in order[np.argsort(-pictures[order], kind="stable")]:  # the largest part first, so that it spreads best
        fold_of[unit] = int(load.argmin())
        load[fold_of[unit]] += pictures[unit]
    return np.asarray(fold_of[of_picture], dtype=np.int64)


def scoring_folds(pictures: int) -> int:
    """Return how many folds good pictures are scored by, so that the limit fits the fit on all of them.

    Of few pictures a third is much: fits without it know less, find good parts stranger than they are, and the limit
    comes out too high. Measured on 19 pictures: 74 % escapes at the limit with 3 folds, 28 % with 8.
    """
    return max(FOLDS, min(MOST_FOLDS, round(_SCORED / pictures)))


def pick_pictures(parts: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    """Return the places of at most so many pictures, in order: of each part one before any part gives a second."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(parts))
    turn = np.empty(len(parts), dtype=np.int64)
    for part in np.unique(parts):
        of_part = order[parts[order] == part]
        turn[of_part] = np.arange(len(of_part))
    return np.sort(order[np.argsort(turn[order], kind="stable")][:most])


def affordable(one: FeatureMaps) -> int:
    """Return how many pictures can be learnt from; `one` are the feature maps of one picture."""
    each = sum(values.nbytes for values in one.values())
    return max(12, min(MOST_PICTURES, MOST_BYTES // each))


def gather(good: Pixels, folds: NDArray[np.int64], defects: Pixels, source: Source, seed: int) -> Evidence:
    """Return the evidence of these good pictures, made-up defects on them, and a part of the labelled defects."""
    of_good = source.read(good, "features of good parts")
    made_up = made_up_defects(good, min(MADE_UP, MADE_UP_PER_PICTURE * len(good)), seed)
    real = defects[np.unique(np.linspace(0, len(defects) - 1, min(MOST_REAL, len(defects))).round().astype(np.int64))]
    of_made_up = _read_or_empty(made_up.pixels, of_good, source)
    of_real = _read_or_empty(real, of_good, source)
    maps = {}
    for name, values in sorted(of_good.items()):
        projection, variances = fit_projection(values, _DIMENSIONS, np.random.default_rng(seed))
        projected = [projection.apply(of[name]) for of in (of_good, of_made_up, of_real)]
        maps[name] = ProjectedMap(name, projection, variances, *values.shape[2:], *projected)
    masks = _shrunk(made_up.masks, max(one.height for one in maps.values()), max(one.width for one in maps.values()))
    return Evidence(maps, folds, folds[made_up.source], masks, seed)


def _read_or_empty(pixels: Pixels, like: FeatureMaps, source: Source) -> FeatureMaps:
    if len(pixels):
        return source.read(pixels, "features of defects")
    return {name: values[:0] for name, values in like.items()}


def _shrunk(masks: NDArray[np.bool_], height: int, width: int) -> NDArray[np.bool_]:
    """Return masks in the size of the heat map."""
    shrunk = np.zeros((len(masks), height, width), dtype=np.bool_)
    for place, mask in enumerate(masks):
        cover = np.asarray(cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA))
        shrunk[place] = cover >= min(_COVERED, float(cover.max()))
    return shrunk
