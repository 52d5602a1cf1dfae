"""The part of a head that looks for defects place by place, taught from the classes of whole pictures alone.

Pooled over the whole picture a small defect drowns. Here each place has a score for each class, linear in its features;
a picture's logit is the logarithm of the mean of the exponentials of its places' scores, which a few high scores rule.
Nobody marks where a defect is: the sum's slope finds the places (multiple-instance learning; pooling by log-sum-exp
after Pinheiro and Collobert, 2015).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.teaching.head import Floats, Labels, balanced, softmax
from inspector.teaching.progress import Watch

_BATCH = 64
_ROUNDS = 40  # how often each picture is seen
_FEWEST_STEPS = 120
_REACH = 1.4  # largest step times number of steps: how far a weight can come, whatever the number of pictures
_WARM_UP = 0.3  # of all steps
_DECAY = 1e-3  # of the weights in each step of full size
_MOMENTUM, _SQUARES, _LEAST = 0.9, 0.999, 1e-8  # Adam's own (Kingma and Ba, 2015)

Single = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LocalHead:
    """Scores for each class at each place: float32 `weights` `[C, K]`, and a `bias` `[C]` of the picture's logits."""

    weights: Single
    bias: Single

    def logits(self, places: NDArray[np.float16]) -> Floats:
        """Return the logits `[N, C]` of pictures by the features of their places `[N, P, K]`."""
        logits = np.empty((len(places), len(self.bias)))
        for start in range(0, len(places), _BATCH):  # in single precision all of them would fill the memory
            some = slice(start, start + _BATCH)
            logits[some] = _pooled(places[some].astype(np.float32), self.weights)[0] + self.bias
        return logits


@dataclass(frozen=True, eq=False)
class LocalSupport:
    """What a local head is taught on.

    `places` `[R, P, K]` are the features of the places of all views, `rows` the views of each taught picture, `labels`
    its class, from 0 to `classes - 1`.
    """

    places: NDArray[np.float16]
    rows: tuple[NDArray[np.int64], ...]
    labels: Labels
    classes: int


def fit_local_head(support: LocalSupport, seed: int, watch: Watch) -> LocalHead:
    """Return the local head, each class weighing the same; in each round every picture is seen in one of its views.

    The steps are Adam's with decoupled decay of the weights (Loshchilov and Hutter, 2019); their size grows, then falls
    to nothing. Raises TeachingCancelled.
    """
    random = np.random.default_rng(seed)
    count = len(support.labels)
    batch = min(_BATCH, max(1, count // 2))
    steps = max(_FEWEST_STEPS, _ROUNDS * count // batch)
    weighs = balanced(support.labels, np.ones(count), support.classes)
    fitted = _Steps(support.classes, support.places.shape[2], steps)
    order = np.zeros(0, dtype=np.int64)
    for _ in range(steps):
        watch.heed()
        if len(order) < batch:
            order = np.concatenate([order, random.permutation(count)])
        pictures, order = order[:batch], order[batch:]
        rows = np.array([random.choice(support.rows[picture]) for picture in pictures])
        places = support.places[rows].astype(np.float32)
        logits, attention = _pooled(places, fitted.weights)
        slope = softmax(logits.astype(np.float64) + fitted.bias)
        slope[np.arange(batch), support.labels[pictures]] -= 1
        slope *= weighs[pictures, None] / batch
        attention *= slope.astype(np.float32)[:, None]
        gradient = attention.reshape(-1, support.classes).T @ places.reshape(-1, places.shape[2])
        fitted.take(gradient, slope.sum(axis=0).astype(np.float32))
    return LocalHead(fitted.weights, fitted.bias)


def _pooled(places: Single, weights: Single) -> tuple[Single, Single]:
    """Return the logits `[N, C]` without bias of places `[N, P, K]`, and each place's share `[N, P, C]` in them."""
    count, positions, size = places.shape
    scores = (places.reshape(-1, size) @ weights.T).reshape(count, positions, -1)
    highest = scores.max(axis=1, keepdims=True)
    shares = np.exp(scores - highest)
    total = shares.sum(axis=1, keepdims=True)
    shares /= total
    return (highest + np.log(total / np.float32(positions)))[:, 0], shares


class _Steps:
    """Weights and bias under way."""

    def __init__(self, classes: int, size: int, total: int) -> None:
        self._values = np.zeros((classes, size + 1), dtype=np.float32)
        self._mean = np.zeros_like(self._values)
        self._square = np.zeros_like(self._values)
        self._done, self._total = 0, total

    @property
    def weights(self) -> Single:
        return np.ascontiguousarray(self._values[:, :-1])

    @property
    def bias(self) -> Single:
        return self._values[:, -1].copy()

    def take(self, gradient: Single, bias_gradient: Single) -> None:
        """Take one step against the gradients `[C, K]` and `[C]`."""
        slope = np.concatenate([gradient, bias_gradient[:, None]], axis=1)
        self._done += 1
        self._mean += (1 - _MOMENTUM) * (slope - self._mean)
        self._square += (1 - _SQUARES) * (slope**2 - self._square)
        size = _REACH / self._total * _share(self._done / self._total)
        mean = self._mean / (1 - _MOMENTUM**self._done)
        square = self._square / (1 - _SQUARES**self._done)
        self._values[:, :-1] *= 1 - size * _DECAY
        self._values -= (size * mean / (np.sqrt(square) + _LEAST)).astype(np.float32)


def _share(progress: float) -> float:
    """Return the share of the largest step at that progress from 0 to 1: half a wave up, half a longer one down."""
    if progress < _WARM_UP:
        return 0.04 + 0.96 * (1 - float(np.cos(np.pi * progress / _WARM_UP))) / 2
    return (1 + float(np.cos(np.pi * (progress - _WARM_UP) / (1 - _WARM_UP)))) / 2
