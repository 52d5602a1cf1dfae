"""How to teach, chosen on the taught pictures themselves: each part is judged by a head that never saw it."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from inspector.teaching.calibration import Calibration, Flags, calibrate, class_temperature
from inspector.teaching.head import Fit, Floats, Head, Labels, Method, Support, fit_heads, softmax
from inspector.teaching.local_choice import Mix, best_mix
from inspector.teaching.progress import Watch
from inspector.teaching.views import PLAIN, POLICIES, View

FITS = (
    Fit(Method.DISCRIMINANT, 1e2),
    Fit(Method.LOGISTIC, 0.003),
    Fit(Method.DISCRIMINANT, 1e3),
    Fit(Method.LOGISTIC, 0.03),
    Fit(Method.DISCRIMINANT, 1e4),
    Fit(Method.LOGISTIC, 0.3),
    Fit(Method.LOGISTIC, 3.0),
)
"""The ways to find a head to choose from, the most cautious first."""

MOST_FOLDS = 5

_STAGE = "choosing"


@dataclass(frozen=True, eq=False)
class Features:
    """The features of all views: `values` `[R, F]`, and of each row the `picture` `[R]` it shows and its `view` `[R]`.

    `labels` `[N]` are the classes of the pictures, `parts` `[N]` the parts that they show; `bad` `[C]` says which of
    the classes are defects.
    """

    values: NDArray[np.float32]
    picture: NDArray[np.int64]
    view: NDArray[np.int64]
    labels: Labels
    parts: NDArray[np.int64]
    bad: Flags


@dataclass(frozen=True)
class Setting:
    """One way to teach: which views of the pictures, and how the head is found."""

    policy: str
    fit: Fit

    def __str__(self) -> str:
        """Return it in words for a person."""
        return f"{self.fit.method}, strength {self.fit.strength:g}, views {self.policy}"


@dataclass(frozen=True, eq=False)
class Choice:
    """The chosen setting and calibration, and the honest figures' raw material.

    `probabilities` `[N, C]` are of the pictures when held out, each with a setting and a calibration that were chosen
    without its own fold. `folds` is how many folds there were; `mix` is None where looking place by place was not
    tried or does not help.
    """

    setting: Setting
    calibration: Calibration
    probabilities: Floats
    folds: int
    mix: Mix | None = None


@dataclass(frozen=True, eq=False)
class Tried:
    """The logits `[S, N, C]` of each of the `settings` when held out, and the fold `[N]` of each picture."""

    settings: tuple[Setting, ...]
    logits: Floats
    folds: NDArray[np.int64]

    def best(self, features: Features) -> Floats:
        """Return the logits `[N, C]` of the setting under which the true classes are most likely."""
        return np.asarray(self.logits[_most_likely(self.logits, features.labels, features.bad)])


def choose(features: Features, seed: int, watch: Watch, stage: str = _STAGE) -> Choice:
    """Return the best setting by cross-validation over parts. Raises TeachingCancelled."""
    if len(features.bad) == 1:
        return _of_one_class(features)
    return choose_among(features, hold_out(features, seed, watch, stage))


def hold_out(features: Features, seed: int, watch: Watch, stage: str = _STAGE) -> Tried:
    """Return what each setting gives for parts that it was not taught on; there must be two classes at least.

    Raises TeachingCancelled.
    """
    folds = assign_folds(features.labels, features.parts, seed)
    policies = [name for name, views in POLICIES.items() if name == PLAIN or _has_views(features, views)]
    settings = tuple(Setting(policy, fit) for policy in policies for fit in FITS)
    return Tried(settings, _held_out_logits(features, folds, policies, watch, stage), folds)


def choose_among(features: Features, tried: Tried, local: Floats | None = None) -> Choice:
    """Return the best of the settings that were tried, and whether the `local` logits `[N, C]` are mixed in.

    Those are of the same pictures when the same folds are held out.
    """
    labels, parts, bad, folds = features.labels, features.parts, features.bad, tried.folds
    best = _best(tried.logits, local, labels, parts, bad)
    probabilities = np.empty(tried.logits.shape[1:])
    for fold in range(int(folds.max()) + 1):
        out, taught = folds == fold, folds != fold
        others = None if local is None else local[taught]
        found = _best(tried.logits[:, taught], others, labels[taught], parts[taught], bad)
        mixed = _mixed(found.mix, tried.logits[found.place][out], None if local is None else local[out])
        probabilities[out] = softmax(found.calibration.apply(mixed, bad))
    return Choice(tried.settings[best.place], best.calibration, probabilities, int(folds.max()) + 1, best.mix)


def fit(features: Features, setting: Setting) -> Head:
    """Return the head taught on all pictures in that setting, not yet calibrated."""
    everything = np.ones(len(features.labels), dtype=bool)
    return fit_heads(_support(features, setting.policy, everything), (setting.fit,))[0]


def assign_folds(labels: Labels, parts: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return the fold of each picture, 0 and up: a part lies whole in one fold, each class spread over the folds.

    At least 2 folds, at most `MOST_FOLDS`, and no more than the class with most parts can fill. A class all of whose
    pictures show one part is split by picture: it could not be both taught and held out otherwise.
    """
    units = _units(labels, parts)
    per_class = [len(set(units[labels == label])) for label in range(int(labels.max()) + 1)]
    count = max(2, min(MOST_FOLDS, max(per_class)))
    random = np.random.default_rng(seed)
    of_unit: dict[int, int] = {}
    load = np.zeros((count, len(per_class)), dtype=np.int64)
    for label in np.argsort(per_class, kind="stable"):  # the rarest class first, so that it spreads best
        for unit in random.permutation(np.unique(units[labels == label])):
            if int(unit) not in of_unit:
                fold = int(np.lexsort((load.sum(axis=1), load[:, label]))[0])
                of_unit[int(unit)] = fold
                load[fold] += np.bincount(labels[units == unit], minlength=len(per_class))
    return np.array([of_unit[int(unit)] for unit in units], dtype=np.int64)


def single_part_classes(labels: Labels, parts: NDArray[np.int64]) -> tuple[int, ...]:
    """Return the classes all of whose pictures show one part, so that their held-out figures flatter."""
    return tuple(label for label in range(int(labels.max()) + 1) if len(set(parts[labels == label])) == 1)


def _units(labels: Labels, parts: NDArray[np.int64]) -> NDArray[np.int64]:
    units = parts.copy()
    for label in single_part_classes(labels, parts):
        places = np.flatnonzero(labels == label)
        units[places] = int(parts.max()) + 1 + places
    return units


def _has_views(features: Features, views: frozenset[View]) -> bool:
    return bool((np.isin(features.view, list(views - {View.ORIGINAL}))).any())


def _of_one_class(features: Features) -> Choice:
    """Return the choice where there is nothing to tell apart."""
    certain = np.ones((len(features.labels), 1))
    return Choice(Setting(PLAIN, FITS[0]), Calibration(1.0, 0.0), certain, 1)


def _held_out_logits(
    features: Features, folds: NDArray[np.int64], policies: Sequence[str], watch: Watch, stage: str
) -> Floats:
    """Return the logits `[S, N, C]` of each setting (policy by policy, fit by fit) when held out."""
    tasks = [(fold, policy) for fold in range(int(folds.max()) + 1) for policy in policies]
    logits = np.zeros((len(policies) * len(FITS), len(features.labels), len(features.bad)))
    originals = np.flatnonzero(features.view == View.ORIGINAL)

    def judge(task: tuple[int, str]) -> None:
        fold, policy = task
        rows = originals[folds[features.picture[originals]] == fold]
        heads = fit_heads(_support(features, policy, folds != fold), FITS)
        for place, head in enumerate(heads, start=policies.index(policy) * len(FITS)):
            logits[place, features.picture[rows]] = head.logits(features.values[rows])

    # The limit stands around all of the threads: one that ended would lift it for the others.
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="teaching") as pool:
        futures = [pool.submit(judge, task) for task in tasks]
        try:
            for done, future in enumerate(futures):
                watch.step(stage, done, len(tasks))
                future.result()
        finally:
            pool.shutdown(cancel_futures=True)
    watch.step(stage, len(tasks), len(tasks))
    return logits


def _support(features: Features, policy: str, taught: NDArray[np.bool_]) -> Support:
    """Return the rows of the policy's views of the taught pictures; each picture weighs 1, shared by its views."""
    rows = np.flatnonzero(np.isin(features.view, list(POLICIES[policy])) & taught[features.picture])
    pictures = features.picture[rows]
    views = np.bincount(pictures, minlength=len(features.labels))
    return Support(features.values[rows], features.labels[pictures], 1.0 / views[pictures], len(features.bad))


@dataclass(frozen=True)
class _Best:
    place: int
    mix: Mix | None
    calibration: Calibration


def _best(logits: Floats, local: Floats | None, labels: Labels, parts: NDArray[np.int64], bad: Flags) -> _Best:
    """Return the place of the most likely setting, how local logits are mixed in, and the calibration of that."""
    place = _most_likely(logits, labels, bad)
    mix = None if local is None else best_mix(logits[place], local, labels, parts, bad)
    return _Best(place, mix, calibrate(_mixed(mix, logits[place], local), labels, bad))


def _mixed(mix: Mix | None, pooled: Floats, local: Floats | None) -> Floats:
    return pooled if mix is None or local is None else mix.apply(pooled, local)


def _most_likely(logits: Floats, labels: Labels, bad: Flags) -> int:
    """Return the place of the setting under which the true classes are most likely.

    Of equal ones it is the first: fewer views, the more cautious fit.
    """
    return int(np.argmin([class_temperature(one, labels, bad)[1] for one in logits]))
