"""Which feature plan a recipe gets: the cheapest, unless a dearer one is measurably better and fast enough."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region
from inspector.pictures import PictureUnreadable, read_picture
from inspector.teaching.backbone import ACCURATE, FAST, TILE
from inspector.teaching.dataset import Sample
from inspector.teaching.feature_plan import FeaturePlan, tiled
from inspector.teaching.head import Floats, Labels
from inspector.teaching.progress import Watch
from inspector.vision.accelerator import CPU, Session

SCREENED = 150
"""How many pictures the plans are compared on, about."""

SMALLEST_GAIN = 0.02
"""By how much (mean log loss of the classes) a dearer plan must be better at least."""

SMALLEST_ANOMALY_GAIN = 0.02
"""By how much its anomaly quality must be better."""

_FAULTLESS = 0.99
_LEAST_PROBABILITY = 1e-6
_STAGE = "comparing networks"
_SIZES_READ = 9
_RUNS = 5


class BackboneChoice(StrEnum):
    """Which networks may be taken: AUTO whichever is measurably better, FAST the first alone, ACCURATE both."""

    AUTO = "auto"
    FAST = "fast"
    ACCURATE = "accurate"


@dataclass(frozen=True, eq=False)
class Screened:
    """How a plan did on the screened pictures, each judged when held out.

    `losses` `[N]` is the surprise (negative logarithm of the probability) at each picture's true class, `weights` `[N]`
    what each counts (all together 1), `parts` `[N]` the part that it shows. `anomaly_quality` is how well the plan
    tells what is not normal, higher is better; None where that was not tried.
    """

    plan: FeaturePlan
    losses: Floats
    weights: Floats
    parts: NDArray[np.int64]
    anomaly_quality: float | None = None

    @property
    def loss(self) -> float:
        """The mean surprise, each class counting the same."""
        return float(self.weights @ self.losses)


@dataclass(frozen=True, eq=False)
class PlanChoice:
    """The plan that was taken, and why in one sentence."""

    plan: FeaturePlan
    why: str


def candidates(choice: BackboneChoice, side: float) -> tuple[FeaturePlan, ...]:
    """Return the plans that may help pictures whose shorter side has so many pixels, the cheapest first."""
    fast, both = (FAST,), (FAST, ACCURATE)
    plans: list[FeaturePlan] = []
    if choice is not BackboneChoice.ACCURATE:
        plans.append(FeaturePlan(fast))
        if side >= 1.8 * TILE:
            plans.append(FeaturePlan(fast, height=2 * TILE, width=2 * TILE))
        elif side >= 1.1 * TILE:
            plans.append(FeaturePlan(fast, height=320, width=320))
    if choice is not BackboneChoice.FAST:
        plans.append(FeaturePlan(both))
        if side >= 1.8 * TILE:
            plans.append(tiled(both, 2, 2))
    if choice is not BackboneChoice.ACCURATE and side >= 2.5 * TILE:
        plans.append(tiled(fast, 3, 3))
    return tuple(sorted(plans, key=lambda plan: plan.cost))


def typical_side(samples: Sequence[Sample], region: Region, reference: Pixels | None) -> float:
    """Return how many pixels the shorter side of the part's picture has, in the middle of some of the pictures."""
    if reference is not None:
        return float(min(reference.shape[:2]))
    sides = []
    step = max(1, len(samples) // _SIZES_READ)
    for sample in samples[::step]:
        try:
            rows, columns = read_picture(sample.path).shape[:2]
        except PictureUnreadable:
            continue
        left, top, right, bottom = region.pixels(columns, rows)
        sides.append(min(bottom - top, right - left))
    return statistics.median(sides) if sides else float(TILE)


def milliseconds(graph: bytes, plan: FeaturePlan) -> float:
    """Return how long the processor takes for one picture, at its best: what else runs here is not the plan's fault.

    Raises AcceleratorFailed as `Session` does.
    """
    session = Session(graph, CPU, plan.size)
    image = np.zeros((1, *plan.size, 3), np.uint8)
    times = []
    try:
        for _ in range(_RUNS + 1):
            started = time.perf_counter()
            session.run(image)
            times.append(time.perf_counter() - started)
    finally:
        session.close()
    return min(times[1:]) * 1000


def choose_plan(
    plans: Sequence[FeaturePlan],
    screen: Callable[[FeaturePlan], Screened],
    time_of: Callable[[FeaturePlan], float],
    budget: float,
    watch: Watch,
) -> PlanChoice:
    """Return which of the plans to take, given with the cheapest first; that one may take as long as it needs.

    `screen` tells how a plan does, `time_of` its milliseconds a picture, of which there may be `budget`. A dearer plan
    is not even tried where the one before made no mistake. Raises TeachingCancelled.
    """
    if len(plans) == 1:
        return PlanChoice(plans[0], f"{plans[0]}: nothing else fits pictures of this size.")
    watch.step(_STAGE, 0, len(plans))
    best, notes = screen(plans[0]), []
    for done, plan in enumerate(plans[1:], start=1):
        watch.step(_STAGE, done, len(plans))
        if enough(best):
            notes.append("it made no mistake when held out")
            break
        took = time_of(plan)
        if took > budget:
            notes.append(f"{plan} takes {took:.0f} ms, of {budget:.0f} allowed")
            continue
        found = screen(plan)
        taken = better(found, best)
        said = f"better than {best.plan}" if taken else f"{found.plan} is not measurably better"
        notes.append(f"{said} ({_change(best, found)})")
        best = found if taken else best
    watch.step(_STAGE, len(plans), len(plans))
    return PlanChoice(best.plan, f"{best.plan}: {'; '.join(notes)}.")


def _change(before: Screened, found: Screened) -> str:
    if before.anomaly_quality is None or found.anomaly_quality is None:
        return f"log loss {before.loss:.3f} to {found.loss:.3f}"
    return f"anomaly quality {before.anomaly_quality:.3f} to {found.anomaly_quality:.3f}"


def enough(screened: Screened) -> bool:
    """Say whether there is nothing left to gain: the true class had more than half of the probability every time."""
    return bool((screened.losses < math.log(2)).all()) and (
        screened.anomaly_quality is None or screened.anomaly_quality >= _FAULTLESS
    )


def better(found: Screened, before: Screened) -> bool:
    """Say whether a plan is measurably better: beyond noise in one of its two answers, and in neither worse."""
    gains = found.weights * (before.losses - found.losses)
    gain = float(gains.sum())
    by_part = np.bincount(found.parts, weights=gains - found.weights * gain)
    noise = max(SMALLEST_GAIN, float(np.sqrt((by_part**2).sum())))
    anomaly_gain = (found.anomaly_quality or 0.0) - (before.anomaly_quality or 0.0)
    if gain < -noise or anomaly_gain < -SMALLEST_ANOMALY_GAIN:
        return False
    return gain > noise or anomaly_gain > SMALLEST_ANOMALY_GAIN


def surprise(probabilities: Floats, labels: Labels) -> tuple[Floats, Floats]:
    """Return the losses `[N]` at the true classes of held-out probabilities `[N, C]`, and weights that balance them."""
    losses = -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], _LEAST_PROBABILITY))
    counts = np.bincount(labels)
    return losses, 1.0 / (np.count_nonzero(counts) * counts[labels])
