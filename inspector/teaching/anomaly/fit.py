"""Fitting what is known of good parts to their feature maps, in bounded size and time."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from inspector.teaching.anomaly.coreset import coreset, sample
from inspector.teaching.anomaly.model import Bank, Floats, Gaussian, Projection

_PROJECTION_SAMPLE = 8000
_LEAST_SPREAD = 0.1  # of the median channel's: a channel that hardly moves must not be blown up
_WHITENING_FLOOR = 0.01  # of the mean variance
_SHRINKAGE = 0.1
_LEAST_VARIANCE = 1e-3


class Way(Enum):
    """A way to know good parts; the value is the word for a person."""

    BANK = "memory bank"
    WHITE_BANK = "whitened memory bank"
    GAUSSIAN = "Gaussian per position"
    NEIGHBOURS = "Gaussian per neighbourhood"


GAUSSIANS = frozenset({Way.GAUSSIAN, Way.NEIGHBOURS})


@dataclass(frozen=True)
class Size:
    """How large a bank may become, and of how many vectors it is picked."""

    vectors: int
    of: int


SEARCH = Size(vectors=200, of=3000)
"""While ways are compared."""

FINAL = Size(vectors=500, of=8000)
"""In the recipe."""


def fit_projection(features: Floats, dimensions: int, random: np.random.Generator) -> tuple[Projection, Floats]:
    """Return the projection of a map `[N, C, h, w]` to at most so many principal components of its channels.

    The channels are standardised first. The second result are the variances `[K]` of the components.
    """
    channels = features.shape[1]
    flat = sample(features.transpose(0, 2, 3, 1).reshape(-1, channels), _PROJECTION_SAMPLE, random)
    mean, spread = flat.mean(axis=0), flat.std(axis=0)
    spread = np.maximum(spread, _LEAST_SPREAD * np.median(spread) + 1e-6)
    standard = (flat - mean) / spread
    variances, directions = np.linalg.eigh(standard.T @ standard / len(standard))
    kept = min(dimensions, channels)
    weights = (directions[:, ::-1][:, :kept].T / spread).astype(np.float32)
    return Projection(weights, (-weights @ mean).astype(np.float32)), np.maximum(variances[::-1][:kept], 0)


def whitener(variances: Floats) -> Floats:
    """Return the factors `[K]` that bring components of these variances to about the same spread."""
    floor = _WHITENING_FLOOR * variances.mean() + 1e-6
    return np.asarray(1 / np.sqrt(variances + floor), dtype=np.float32)


def fit_normal(projected: Floats, way: Way, size: Size, random: np.random.Generator) -> Bank | Gaussian:
    """Return what is known of good parts by their projected features `[N, P, K]`."""
    if way in GAUSSIANS:
        return _fit_gaussian(projected)
    vectors = sample(projected.reshape(-1, projected.shape[2]), size.of, random)
    return Bank(np.ascontiguousarray(coreset(vectors, size.vectors, random)))


def _fit_gaussian(projected: Floats) -> Gaussian:
    count, _, dimensions = projected.shape
    by_position = projected.transpose(1, 0, 2)
    mean = by_position.mean(axis=1)
    centred = by_position - mean[:, None]
    covariance = np.matmul(centred.transpose(0, 2, 1), centred) / max(1, count - 1)
    within = np.trace(covariance, axis1=1, axis2=2) / dimensions
    # A position at which all taught parts are the same knows nothing of its spread: it borrows from the others.
    spread = 0.9 * within + 0.1 * within.mean()
    identity = np.eye(dimensions, dtype=np.float32)
    covariance = (1 - _SHRINKAGE) * covariance + (_SHRINKAGE * spread + _LEAST_VARIANCE)[:, None, None] * identity
    whitening = np.linalg.inv(np.linalg.cholesky(covariance)).transpose(0, 2, 1).astype(np.float32)
    return Gaussian(np.ascontiguousarray(whitening), np.matmul(mean[:, None], whitening)[:, 0])
