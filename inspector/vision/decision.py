"""From probabilities to a verdict: the one place where this is decided, in teaching, validation and production."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Reason, Verdict

SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Decision:
    """What the probabilities mean under a recipe.

    `reason` is the defect class for NG, `unsure` for CHECK, empty for OK. `class_name` is the most probable class of
    all. `message` is one sentence for a person, for CHECK only.
    """

    verdict: Verdict
    reason: str
    class_name: str
    message: str


def decide(probabilities: Mapping[str, float], recipe: Recipe) -> Decision:
    """Decide on one part.

    The probabilities of all NG classes are added, and those of all OK classes. NG is said when the NG side reaches
    `recipe.thresholds.ng`, with the most probable NG class as the reason; else OK when the OK side reaches
    `recipe.thresholds.ok`; else CHECK. A recipe that knows NG classes only therefore always says NG. Of two equally
    probable classes the one that stands first in the recipe is named.

    Raises ValueError when the probabilities are not one number within 0 to 1 for each class, adding up to 1.
    """
    _require_probabilities(probabilities, recipe)
    likeliest = max((part_class.name for part_class in recipe.classes), key=probabilities.__getitem__)
    bad = _of_side(probabilities, recipe, Verdict.NG)
    good = _of_side(probabilities, recipe, Verdict.OK)
    if math.fsum(bad.values()) >= recipe.thresholds.ng:
        return Decision(Verdict.NG, max(bad, key=bad.__getitem__), likeliest, "")
    if math.fsum(good.values()) >= recipe.thresholds.ok:
        return Decision(Verdict.OK, "", likeliest, "")
    return Decision(Verdict.CHECK, Reason.UNSURE, likeliest, _doubt(math.fsum(good.values()), math.fsum(bad.values())))


def margin(probabilities: Mapping[str, float], recipe: Recipe) -> float:
    """Return how much a probability may move before verdict or reason could become another (0 = on the edge).

    It is the smallest of: the distance of each side to its threshold, and, for NG, half the lead of the named class.
    Raises ValueError as `decide` does.
    """
    decision = decide(probabilities, recipe)
    distances = []
    bad = _of_side(probabilities, recipe, Verdict.NG)
    good = _of_side(probabilities, recipe, Verdict.OK)
    if bad and good:
        distances.append(abs(math.fsum(bad.values()) - recipe.thresholds.ng))
        distances.append(abs(math.fsum(good.values()) - recipe.thresholds.ok))
    if decision.verdict is Verdict.NG and len(bad) > 1:
        first, second = sorted(bad.values(), reverse=True)[:2]
        distances.append((first - second) / 2)
    return min(distances, default=1.0)


def _of_side(probabilities: Mapping[str, float], recipe: Recipe, side: Verdict) -> dict[str, float]:
    return {known.name: probabilities[known.name] for known in recipe.classes if known.verdict is side}


def _require_probabilities(probabilities: Mapping[str, float], recipe: Recipe) -> None:
    names = {part_class.name for part_class in recipe.classes}
    if set(probabilities) != names:
        raise ValueError(f"probabilities for {sorted(probabilities)} where the recipe knows {sorted(names)}")
    total = math.fsum(probabilities.values())
    within = all(-SUM_TOLERANCE <= value <= 1 + SUM_TOLERANCE for value in probabilities.values())
    if not within or not abs(total - 1) <= SUM_TOLERANCE:
        raise ValueError(f"probabilities must lie within 0 to 1 and add up to 1, not {dict(probabilities)}")


def _doubt(good: float, bad: float) -> str:
    return f"Not sure: good with {good:.0%}, defective with {bad:.0%}; a person must decide."
