"""The taught part of a recipe: standardised features, one linear map, softmax."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

_STD_FLOOR = 0.1  # of the median standard deviation: a feature that hardly varies would be blown up by its own noise
_SMALLEST_SCALE = 1e-6
_RANK_TOLERANCE = 1e-10  # of the largest eigenvalue
_ABSENT_BIAS = -30.0  # the logit of a class that was not among the taught pictures
_MOST_ITERATIONS = 5000


@dataclass(frozen=True, eq=False)
class Head:
    """A linear classifier of `F` features into `C` classes; all float32.

    `probabilities = softmax(weights @ ((features - mean) * scale) + bias)` with `mean` and `scale` `[F]`, `weights`
    `[C, F]`, `bias` `[C]`.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, features: NDArray[np.float32]) -> Floats:
        """Return the logits `[N, C]` of features `[N, F]`."""
        standardised = (features.astype(np.float64) - self.mean) * self.scale
        return np.asarray(standardised @ self.weights.astype(np.float64).T + self.bias)

    def probabilities(self, features: NDArray[np.float32]) -> Floats:
        """Return the probabilities `[N, C]` of features `[N, F]`."""
        return softmax(self.logits(features))

    def changed(self, factor: float, added: Floats) -> "Head":
        """Return the head whose logits are multiplied by `factor`, then `added` `[C]` to."""
        return Head(
            self.mean,
            self.scale,
            (self.weights * factor).astype(np.float32),
            (self.bias * factor + added).astype(np.float32),
        )


class Method(StrEnum):
    """How the linear map is found.

    LOGISTIC: multinomial logistic regression with an L2 penalty of `1 / (2 strength)`. DISCRIMINANT: Fisher's linear
    discriminant; what differs between pictures of one class, and between the views of one picture, counts for little.
    Its covariance within the classes is shrunken towards `features / strength` times the identity.
    """

    LOGISTIC = "logistic"
    DISCRIMINANT = "discriminant"


@dataclass(frozen=True)
class Fit:
    """One way to find a head."""

    method: Method
    strength: float


@dataclass(frozen=True, eq=False)
class Support:
    """What a head is taught on: `features` `[R, F]`, `labels` `[R]` from 0 to `classes - 1`, `weights` `[R]` > 0."""

    features: NDArray[np.float32]
    labels: Labels
    weights: Floats
    classes: int


def fit_heads(support: Support, fits: Sequence[Fit]) -> tuple[Head, ...]:
    """Return one head for each way to find it.

    Each class weighs the same, whatever the number of its rows. The fit runs in the span of the rows, which gives the
    same solution as the full space (the penalty keeps the weights in that span) at a fraction of the cost.
    """
    with threadpool_limits(1):  # on problems of this size more threads wait for one another, for many times as long
        return _fit_heads(support, fits)


def softmax(logits: Floats) -> Floats:
    """Return probabilities `[N, C]` of logits `[N, C]`."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def balanced(labels: Labels, weights: Floats, classes: int) -> Floats:
    """Return the weights, scaled so that the rows of each class add up to the same, and all rows to what they did."""
    totals = np.bincount(labels, weights=weights, minlength=classes)
    present = int(np.count_nonzero(totals))
    return np.asarray(weights * (weights.sum() / present) / totals[labels])


def _fit_heads(support: Support, fits: Sequence[Fit]) -> tuple[Head, ...]:
    features = support.features.astype(np.float64)
    mean = np.average(features, axis=0, weights=support.weights)
    deviation = np.sqrt(np.average((features - mean) ** 2, axis=0, weights=support.weights))
    scale = 1 / np.maximum(deviation, max(_STD_FLOOR * float(np.median(deviation)), _SMALLEST_SCALE))
    coordinates, expand = _reduced((features - mean) * scale)
    heads = []
    for fit in fits:
        weights, bias = _fit(coordinates, support, fit, features.shape[1])
        heads.append(
            Head(
                mean.astype(np.float32),
                scale.astype(np.float32),
                expand(weights).astype(np.float32),
                bias.astype(np.float32),
            )
        )
    return tuple(heads)


def _reduced(rows: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
    """Return the coordinates `[R, K]` of rows `[R, F]` in an orthonormal basis of their span, and the way back.

    The way back turns weights `[C, K]` of the coordinates into weights `[C, F]` of the rows. Where there are more rows
    than features nothing is gained, and the rows are their own coordinates.
    """
    if rows.shape[0] > rows.shape[1]:
        return rows, lambda weights: weights
    values, vectors = np.linalg.eigh(rows @ rows.T)
    kept = values > _RANK_TOLERANCE * max(float(values[-1]), np.finfo(np.float64).tiny)
    vectors, lengths = vectors[:, kept], np.sqrt(values[kept])
    return vectors * lengths, lambda weights: np.asarray((weights / lengths) @ vectors.T @ rows)


def _fit(coordinates: Floats, support: Support, fit: Fit, features: int) -> tuple[Floats, Floats]:
    """Return weights `[C, K]` and bias `[C]` of all classes; one without rows gets a probability of almost nothing."""
    weights = np.zeros((support.classes, coordinates.shape[1]))
    bias = np.full(support.classes, _ABSENT_BIAS)
    present = np.unique(support.labels)
    if len(present) == 1 or not coordinates.shape[1]:  # nothing to tell apart, or nothing to tell it by
        bias[present] = 0.0
    elif fit.method is Method.DISCRIMINANT:
        weights[present], bias[present] = _discriminant(coordinates, support, features / fit.strength)
    else:
        weights[present], bias[present] = _logistic(coordinates, support, fit.strength)
    return weights, bias


def _logistic(coordinates: Floats, support: Support, strength: float) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=strength, max_iter=_MOST_ITERATIONS)
    model.fit(coordinates, support.labels, sample_weight=balanced(support.labels, support.weights, support.classes))
    if len(model.classes_) == 2:  # one row of logits for the second class against the first
        weights = np.concatenate([-model.coef_, model.coef_]) / 2
        return weights, np.concatenate([-model.intercept_, model.intercept_]) / 2
    return np.asarray(model.coef_), np.asarray(model.intercept_)


def _discriminant(coordinates: Floats, support: Support, shrinkage: float) -> tuple[Floats, Floats]:
    """Return weights and bias of Fisher's discriminant, all classes equally likely beforehand."""
    present, places = np.unique(support.labels, return_inverse=True)
    means = np.stack(
        [
            np.average(coordinates[places == place], axis=0, weights=support.weights[places == place])
            for place in range(len(present))
        ]
    )
    within = (coordinates - means[places]) * np.sqrt(support.weights / support.weights.sum())[:, None]
    scatter = within.T @ within
    scatter[np.diag_indices_from(scatter)] += shrinkage
    weights = np.linalg.solve(scatter, means.T).T
    return weights, -0.5 * (weights * means).sum(axis=1)
