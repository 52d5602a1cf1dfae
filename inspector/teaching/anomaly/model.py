"""What is known of good parts, as numbers, and the sums that turn feature maps into a heat map.

These sums are the reference of `anomaly_graph`, which does the same inside the recipe's graph.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FeatureMaps = Mapping[str, Floats]
"""Map name -> float32 `[N, C, h, w]`."""

LEAST_SQUARE = 0.01
"""Added to squared distances before the root: near zero the root would enlarge what rounding leaves."""


@dataclass(frozen=True, eq=False)
class Projection:
    """Features `[C]` of one position to `weights @ features + bias` `[K]`: standardised, turned and shortened."""

    weights: Floats
    bias: Floats

    def apply(self, features: Floats) -> Floats:
        """Return `[N, h * w, K]` of a map `[N, C, h, w]`."""
        count, channels, height, width = features.shape
        projected = np.matmul(self.weights, features.reshape(count, channels, height * width))
        return np.ascontiguousarray(projected.transpose(0, 2, 1)) + self.bias

    def scaled(self, factors: Floats) -> "Projection":
        """Return the projection to the first results only, each times its factor."""
        count = len(factors)
        return Projection(self.weights[:count] * factors[:, None], self.bias[:count] * factors)


@dataclass(frozen=True, eq=False)
class Bank:
    """Vectors `[M, K]` of good parts, wherever on the part: how far is the nearest? For parts that move."""

    vectors: Floats

    def distances(self, projected: Floats) -> Floats:
        """Return `[N, P]` of projected features `[N, P, K]`."""
        halved = (self.vectors**2).sum(axis=1) / 2
        nearest = np.empty(projected.shape[:2], dtype=np.float32)
        for place, one in enumerate(projected):
            nearest[place] = (one @ self.vectors.T - halved).max(axis=1)
        return rooted((projected**2).sum(axis=2) - 2 * nearest)


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A Gaussian at each of P positions: `whitening` `[P, K, K]`, `mean` `[P, K]` already whitened. For aligned parts.

    The distance is Mahalanobis': PaDiM (Defard et al., 2020).
    """

    whitening: Floats
    mean: Floats

    def distances(self, projected: Floats) -> Floats:
        """Return `[N, P]` of projected features `[N, P, K]`."""
        whitened = np.matmul(projected.transpose(1, 0, 2), self.whitening) - self.mean[:, None]
        return rooted((whitened**2).sum(axis=2).T)


@dataclass(frozen=True, eq=False)
class Component:
    """One way to look at one map: `(distance - centre) * scale`, then resized by `rows` and `columns`.

    With `neighbours`, each position's projected features are first averaged with those of the 8 around it.

    `rows` `[H, h]` and `columns` `[W, w]` resize to the size of the heat map and smooth it lightly.
    """

    map_name: str
    projection: Projection
    neighbours: bool
    normal: Bank | Gaussian
    centre: float
    scale: float
    rows: Floats
    columns: Floats


@dataclass(frozen=True, eq=False)
class AnomalyModel:
    """The sum of the components plus `offset`. 0 is the score of an average good part, 0.5 the suggested limit."""

    components: tuple[Component, ...]
    offset: float


def rooted(squares: Floats) -> Floats:
    """Return the root of squared distances, which rounding may have brought below zero."""
    return np.sqrt(np.maximum(squares, 0) + np.float32(LEAST_SQUARE))


def averaged(projected: Floats, height: int, width: int) -> Floats:
    """Return projected features `[N, height * width, K]` averaged over 3 x 3 positions, fewer at the edges."""
    count, _, dimensions = projected.shape
    padded = np.zeros((count, height + 2, width + 2, dimensions), dtype=np.float32)
    padded[:, 1:-1, 1:-1] = projected.reshape(count, height, width, dimensions)
    tall = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    summed = tall[:, :, :-2] + tall[:, :, 1:-1] + tall[:, :, 2:]
    inside = np.pad(np.ones((height, width), dtype=np.float32), 1)
    counts = sum(inside[row : row + height, column : column + width] for row in range(3) for column in range(3))
    return np.asarray(summed / np.asarray(counts)[..., None], dtype=np.float32).reshape(
        count, height * width, dimensions
    )


def resized(maps: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return maps `[N, h, w]` resized by matrices to `[N, H, W]`."""
    return np.asarray(np.matmul(np.matmul(rows, maps), columns.T), dtype=np.float32)


def anomaly_maps(model: AnomalyModel, features: FeatureMaps) -> Floats:
    """Return the heat maps `[N, H, W]`, as the graph's output `anomaly_map`."""
    total: Floats | None = None
    for one in model.components:
        height, width = one.rows.shape[1], one.columns.shape[1]
        projected = one.projection.apply(features[one.map_name])
        if one.neighbours:
            projected = averaged(projected, height, width)
        distances = one.normal.distances(projected).reshape(-1, height, width)
        part = resized((distances - np.float32(one.centre)) * np.float32(one.scale), one.rows, one.columns)
        total = part if total is None else total + part
    if total is None:
        raise ValueError("an anomaly model has one component or more")
    return total + np.float32(model.offset)


def anomaly_scores(maps: Floats) -> Floats:
    """Return the scores `[N]` of heat maps `[N, H, W]`, as the graph's output `anomaly_score`."""
    return np.asarray(maps.max(axis=(1, 2)), dtype=np.float32)
