"""Whether looking place by place helps, found on pictures that neither head had seen."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from inspector.teaching.calibration import Flags, class_temperature, side_weights
from inspector.teaching.head import Floats, Labels, softmax
from inspector.teaching.local_head import LocalHead, LocalSupport, fit_local_head
from inspector.teaching.progress import Watch

SMALLEST_GAIN = 0.02
"""By how much (log loss of the classes when held out) it must help: it costs teaching time and must not be a whim."""

WORTH_TRYING = 0.15
"""From which log loss of whole pictures on places are tried at all: below it there is little that they could mend."""

_STANDARD_ERRORS = 2.0
_LEAST_PROBABILITY = 1e-6
_STAGE = "looking place by place"


@dataclass(frozen=True, eq=False)
class LocalViews:
    """What local heads are taught on: the features of `places` `[R, P, K]` of all views.

    Of each picture the `rows` of the views that may be taught, the row of the `originals` `[N]` and the `labels` `[N]`;
    `classes` is how many there are.
    """

    places: NDArray[np.float16]
    rows: tuple[NDArray[np.int64], ...]
    originals: NDArray[np.int64]
    labels: Labels
    classes: int

    @property
    def of_originals(self) -> NDArray[np.float16]:
        """The features of the places of the pictures as they were taken, `[N, P, K]`."""
        return self.places[self.originals]


@dataclass(frozen=True)
class Mix:
    """By which factors the logits of the head on pooled features and of the local one are added."""

    pooled: float
    local: float

    def apply(self, pooled: Floats, local: Floats) -> Floats:
        """Return the mixed logits `[N, C]` of both."""
        return np.asarray(self.pooled * pooled + self.local * local)


def may_gain(logits: Floats, labels: Labels, bad: Flags) -> bool:
    """Say whether held-out logits `[N, C]` of whole pictures leave so many mistakes that places may help."""
    weights = side_weights(labels, bad) / len(labels)
    return float(weights @ _surprise(logits, labels, bad)) > WORTH_TRYING


def held_out_local_logits(views: LocalViews, folds: NDArray[np.int64], seed: int, watch: Watch) -> Floats:
    """Return the local logits `[N, C]` of each picture when its fold `[N]` is held out. Raises TeachingCancelled."""
    count = int(folds.max()) + 1
    logits = np.zeros((len(views.labels), views.classes))

    def judge(fold: int) -> None:
        held_out = np.flatnonzero(folds == fold)
        head = fit_local(views, np.flatnonzero(folds != fold), seed, watch)
        for picture in held_out:
            logits[picture] = head.logits(views.places[views.originals[picture]][None])[0]

    # The limit stands around all of the threads: one that ended would lift it for the others.
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="teaching") as pool:
        futures = [pool.submit(judge, fold) for fold in range(count)]
        try:
            for done, future in enumerate(futures):
                watch.step(_STAGE, done, count)
                future.result()
        finally:
            pool.shutdown(cancel_futures=True)
    watch.step(_STAGE, count, count)
    return logits


def fit_local(views: LocalViews, pictures: NDArray[np.int64], seed: int, watch: Watch) -> LocalHead:
    """Return the local head taught on these pictures. Raises TeachingCancelled."""
    rows = tuple(views.rows[picture] for picture in pictures)
    support = LocalSupport(views.places, rows, views.labels[pictures], views.classes)
    return fit_local_head(support, seed, watch)


def best_mix(pooled: Floats, local: Floats, labels: Labels, parts: NDArray[np.int64], bad: Flags) -> Mix | None:
    """Return how to mix held-out logits `[N, C]` of both heads, None where the local ones do not help measurably.

    Each is brought to the temperature at which it is most likely, so that the surer of the two counts more. The gain
    must stand out from its own noise between the `parts` `[N]`.
    """
    mix = Mix(1 / class_temperature(pooled, labels, bad)[0], 1 / class_temperature(local, labels, bad)[0])
    weights = side_weights(labels, bad) / len(labels)
    gains = weights * (_surprise(pooled, labels, bad) - _surprise(mix.apply(pooled, local), labels, bad))
    gain = float(gains.sum())
    by_part = np.bincount(parts, weights=gains - weights * gain)
    noise = float(np.sqrt((by_part**2).sum()))
    return mix if gain > max(SMALLEST_GAIN, _STANDARD_ERRORS * noise) else None


def _surprise(logits: Floats, labels: Labels, bad: Flags) -> Floats:
    """Return the losses `[N]` at the true classes, at the temperature at which they are smallest."""
    probabilities = softmax(logits / class_temperature(logits, labels, bad)[0])
    return np.asarray(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], _LEAST_PROBABILITY)))
