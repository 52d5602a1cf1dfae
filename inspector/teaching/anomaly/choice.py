"""Anomaly detection from good parts only: what no good part has shown is an anomaly, whatever it may be.

Which feature maps are looked at, and how, is chosen by cross-validation: good parts that were held out must stay low,
made-up defects on them, and real ones as far as any are labelled, must come out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from inspector.domain.frame import Pixels
from inspector.domain.refusal import Refusal
from inspector.teaching.anomaly.evidence import (
    FOLDS,
    Evidence,
    Extract,
    Source,
    affordable,
    assign_folds,
    gather,
    pick_pictures,
    scoring_folds,
)
from inspector.teaching.anomaly.fit import FINAL, SEARCH
from inspector.teaching.anomaly.harmless_changes import harmless_changes
from inspector.teaching.anomaly.model import AnomalyModel, Component
from inspector.teaching.anomaly.scale import LIMIT, learn_usual, limit_of, resizing
from inspector.teaching.anomaly.search import (
    Found,
    HeldOut,
    Look,
    by_all,
    by_fold,
    fit_folds,
    fit_look,
    heat_of,
    search,
    together,
)
from inspector.teaching.progress import Watch

__all__ = ["AnomalyChoice", "AnomalyUnteachable", "Extract", "choose_anomaly"]

FEWEST_PICTURES = 3

CHANGED = 48
"""How many harmlessly changed good pictures the limit must bear."""

_STAGE = "fitting what is normal"


class AnomalyUnteachable(Refusal, ValueError):
    """Good parts that nothing can be learnt from; the message says how to mend it."""


@dataclass(frozen=True, eq=False)
class AnomalyChoice:
    """What was chosen. `method` says it in words.

    `quality` is comparable between feature plans taught on the same pictures, higher is better. `held_out` `[N]` are
    the scores of the good pictures by fits that never saw their part; `defect_scores` `[M]` those of the labelled ones.
    """

    model: AnomalyModel
    method: str
    quality: float
    held_out: NDArray[np.float64]
    defect_scores: NDArray[np.float64]


def choose_anomaly(
    good: Pixels, parts: NDArray[np.int64], defects: Pixels, extract: Extract, seed: int, watch: Watch
) -> AnomalyChoice:
    """Choose by cross-validation over `parts` `[N]` how to know the good pictures uint8 `[N, H, W, 3]`, and fit it.

    `defects` uint8 `[M, H, W, 3]` are labelled defective pictures, possibly none; they help to choose, nothing is
    fitted to them. Beyond some hundreds only a part of the good pictures is learnt from; all are scored. The same
    input and seed give the same choice. Raises AnomalyUnteachable with less than three good pictures, and
    TeachingCancelled.
    """
    if len(good) < FEWEST_PICTURES:
        raise AnomalyUnteachable(
            f"To know what is normal takes {FEWEST_PICTURES} good pictures, there are {len(good)}; add good ones."
        )
    with threadpool_limits(1):  # the line needs the other cores, and threads that wait for one another take longer
        return _choose(good, parts, defects, Source(extract, watch), seed)


def _choose(good: Pixels, parts: NDArray[np.int64], defects: Pixels, source: Source, seed: int) -> AnomalyChoice:
    folds = assign_folds(parts, FOLDS, seed)
    used = pick_pictures(parts, affordable(source.read(good[:1], _STAGE)), seed)
    evidence = gather(good[used], folds[used], defects, source, seed)
    found = search(evidence, SEARCH, source.watch)
    others = np.setdiff1d(np.arange(len(good)), used)
    folds = assign_folds(parts, scoring_folds(len(good)), seed)
    changed = harmless_changes(good, CHANGED, seed)
    evidence = replace(evidence, folds=folds[used], made_up_folds=folds[np.concatenate([others, changed.source])])
    unlearnt = np.concatenate([good[others], changed.pixels])
    distances = _distances(evidence, found.looks, unlearnt, defects, source)
    heats: list[HeldOut] = []
    components: list[Component] = []
    for look, weight, of_look in zip(found.looks, found.weights, distances, strict=True):
        source.watch.step(_STAGE, len(components), len(found.looks))
        heats.append(heat_of(evidence, of_look))
        components.append(_component(evidence, look, of_look, weight))
    return _scaled(tuple(components), together(heats, found.weights), found, used, others)


def _distances(
    evidence: Evidence, looks: Sequence[Look], others: Pixels, defects: Pixels, source: Source
) -> list[HeldOut]:
    """Return each look's distance maps of the pictures learnt from, of the other good ones, and of all defects."""
    held_out = []
    for look in looks:
        of = evidence.maps[look.map_name]
        known = fit_folds(evidence, look, FINAL)
        good = by_fold(known, look, of, of.good, evidence.folds)
        empty = [np.empty((len(pixels), of.height, of.width), dtype=np.float32) for pixels in (others, defects)]
        held_out.append((look, of, known, HeldOut(good, *empty)))
    for piece, maps in source.chunks(others, "scoring good parts"):
        for look, of, known, kept in held_out:
            features = of.projection.apply(maps[look.map_name])
            kept.made_up[piece] = by_fold(known, look, of, features, evidence.made_up_folds[piece])
    for piece, maps in source.chunks(defects, "scoring defects"):
        for look, of, known, kept in held_out:
            kept.real[piece] = by_all(known, look, of, of.projection.apply(maps[look.map_name]))
    return [kept for _, _, _, kept in held_out]


def _component(evidence: Evidence, look: Look, distances: HeldOut, weight: float) -> Component:
    """Return the look fitted on all pictures, with what is usual from when they were held out."""
    projected = evidence.maps[look.map_name]
    normal = fit_look(look, projected, np.ones(len(projected.good), dtype=np.bool_), FINAL, evidence.seed)
    rows, columns = resizing(projected.height, evidence.size[0]), resizing(projected.width, evidence.size[1])
    usual = learn_usual(distances.good, rows, columns)
    return Component(
        map_name=look.map_name,
        projection=projected.projection.scaled(look.factors(projected)),
        neighbours=look.neighbours,
        normal=normal,
        centre=usual.centre,
        scale=usual.scale * weight,
        rows=rows,
        columns=columns,
    )


def _scaled(
    components: tuple[Component, ...],
    heat: HeldOut,
    found: Found,
    used: NDArray[np.int64],
    others: NDArray[np.int64],
) -> AnomalyChoice:
    """Return the choice on the common scale: 0 an average good part, 0.5 the limit.

    The limit also bears harmless changes: a lamp that ages or a part that lies a hair otherwise is no anomaly.
    """
    scores = np.empty(len(used) + len(others))
    scores[used] = heat.good.max(axis=(1, 2))
    of_unlearnt = heat.made_up.max(axis=(1, 2))
    scores[others] = of_unlearnt[: len(others)]
    average = float(scores[used].mean())
    limit = max(limit_of(scores[used]), limit_of(of_unlearnt[len(others) :]))
    gain = LIMIT / (limit - average)
    scaled = tuple(replace(one, scale=one.scale * gain) for one in components)
    return AnomalyChoice(
        model=AnomalyModel(scaled, -average * gain),
        method=_in_words(found.looks),
        quality=found.quality,
        held_out=(scores - average) * gain,
        defect_scores=(heat.real.max(axis=(1, 2)).astype(np.float64) - average) * gain,
    )


def _in_words(looks: Sequence[Look]) -> str:
    ways = dict.fromkeys(look.way for look in looks)
    return "; ".join(f"{way.value} on {', '.join(look.map_name for look in looks if look.way is way)}" for way in ways)
