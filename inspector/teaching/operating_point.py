"""Thresholds for a wanted rate of escapes and overkills, and what may be claimed with the parts at hand."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from inspector.domain.recipe import AnomalyRule, Recipe, RecipeKind, Thresholds
from inspector.domain.verdict import Reason, Verdict
from inspector.quality.operating_curve import OperatingCurve, operating_curve
from inspector.quality.rates import Rate, wilson
from inspector.quality.sample_size import claim, highest_rate, parts_needed
from inspector.teaching.evaluation import JudgedSample, side_of
from inspector.teaching.operating_search import Profiles, Wish, search
from inspector.vision.decision import Decision, decide
from inspector.vision.model_file import GoldenPicture, ModelFile

CONFIDENCE = 0.95
FOLDS = 5
FEWEST_GROUPS = 10
"""Of wrong and of right parts each, so that some can be left out when what is to be expected is counted."""
MANY_CHECKS = 0.25
"""From which share of CHECKs on it is said that the wish is met at a person's cost."""

_NEVER = 1e9
_HARDLY = 1e-9
_PICTURE_OFF = frozenset({Reason.NO_PART, Reason.SCENE_CHANGED})


@dataclass(frozen=True)
class Shares:
    """What becomes of the parts: escapes of the bad ones, overkills of the good ones, CHECKs of all.

    In a recipe of identity each part is judged as if its true product were expected: a part taken for another product
    is an escape of that one and an overkill of its own, so both count all parts.
    """

    escape: Rate
    overkill: Rate
    check: Rate

    def as_json(self) -> dict[str, Any]:
        """Return the plain object of the three rates."""
        return {"escape": self.escape.as_json(), "overkill": self.overkill.as_json(), "check": self.check.as_json()}


@dataclass(frozen=True)
class OperatingPoint:
    """Thresholds chosen for a wish.

    `shares` is what they do to the parts that they were chosen on, `before` what the recipe's own did. `expected` is
    counted on parts that were left out when choosing, in turn and whole; None where there are too few for that.
    `curves` go by score: `defect` (probability of the NG side) and `anomaly`, each only where it tells parts apart.
    `claims` are sentences on what may be claimed, counting parts and not pictures; `problems` on what may not, and why
    the wish cannot be met.
    """

    wish: Wish
    thresholds: Thresholds
    anomaly: AnomalyRule
    before: Shares
    shares: Shares
    expected: Shares | None
    curves: Mapping[str, OperatingCurve]
    claims: tuple[str, ...]
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the plain object that `inspector thresholds --json` prints."""
        return {
            "wanted": {"escape": self.wish.escape, "overkill": self.wish.overkill},
            "thresholds": {"ok": self.thresholds.ok, "ng": self.thresholds.ng},
            "anomaly": {"limit": self.anomaly.limit, "doubt": self.anomaly.doubt, "verdict": str(self.anomaly.verdict)},
            "before": self.before.as_json(),
            "chosen": self.shares.as_json(),
            "expected": self.expected.as_json() if self.expected else None,
            "curves": {name: curve.as_json() for name, curve in self.curves.items()},
            "claims": list(self.claims),
            "problems": list(self.problems),
        }


def choose_thresholds(
    judged: Sequence[JudgedSample], recipe: Recipe, wanted_escape: float = 0.01, wanted_overkill: float = 0.03
) -> OperatingPoint:
    """Choose the recipe's thresholds and anomaly limits for these rates, on judged pictures whose class is known.

    Of all that meet the wish on these parts, the ones that leave the fewest good parts to a person. Raises ValueError
    where there is no part, or a rate that is not within 0 and 1.
    """
    wish = Wish(wanted_escape, wanted_overkill)
    if not judged or not (0 <= wish.escape < 1 and 0 <= wish.overkill < 1):
        raise ValueError("thresholds are chosen on one part or more, for rates from 0 to below 1")
    chosen = _chosen(judged, recipe, wish)
    shares = count(judged, chosen)
    claims, problems = _said(judged, chosen, wish)
    return OperatingPoint(
        wish=wish,
        thresholds=chosen.thresholds,
        anomaly=chosen.anomaly,
        before=count(judged, recipe),
        shares=shares,
        expected=_expected(judged, recipe, wish),
        curves=curves(judged, recipe),
        claims=claims,
        problems=problems,
    )


def count(judged: Sequence[JudgedSample], recipe: Recipe) -> Shares:
    """Decide on each part by the recipe, as production does, and count."""
    escapes = overkills = checks = wrong = right = 0
    for one in judged:
        decision = decided(one, recipe)
        may_escape, may_be_refused = _sides(one, recipe)
        wrong += may_escape
        right += may_be_refused
        escapes += may_escape and _escaped(decision, recipe)
        overkills += may_be_refused and decision.verdict is Verdict.NG
        checks += decision.verdict is Verdict.CHECK
    return Shares(wilson(escapes, wrong), wilson(overkills, right), wilson(checks, len(judged)))


def decided(one: JudgedSample, recipe: Recipe) -> Decision:
    """Return the decision under the recipe; what could not be judged as it was (no part, another scene) stays so."""
    return decide(
        one.probabilities,
        recipe,
        anomaly_score=one.anomaly_score,
        expected=one.sample.class_name if recipe.kind is RecipeKind.IDENTITY else "",
        no_part=one.reason if one.reason in _PICTURE_OFF else "",
    )


def curves(judged: Sequence[JudgedSample], recipe: Recipe) -> Mapping[str, OperatingCurve]:
    """Return the operating curves of the scores that tell good parts from bad ones, by `defect` and `anomaly`."""
    sides = [side_of(one.sample.class_name, recipe) for one in judged]
    two_sided = [
        (one, side is Verdict.NG) for one, side in zip(judged, sides, strict=True) if side is not Verdict.CHECK
    ]
    bad = [flag for _, flag in two_sided]
    found = {}
    if two_sided and any(known.verdict is Verdict.NG for known in recipe.classes):
        found["defect"] = operating_curve([one.bad for one, _ in two_sided], bad, CONFIDENCE)
    scores = [one.anomaly_score for one, _ in two_sided if one.anomaly_score is not None]
    if scores and len(scores) == len(bad):
        found["anomaly"] = operating_curve(scores, bad, CONFIDENCE)
    return MappingProxyType(found)


def with_thresholds(
    model_file: ModelFile, thresholds: Thresholds, anomaly: AnomalyRule
) -> tuple[Recipe, tuple[GoldenPicture, ...]]:
    """Return the recipe with other thresholds and the golden pictures with the verdicts that these make of them."""
    recipe = replace(model_file.recipe, thresholds=thresholds, anomaly=anomaly)
    golden = []
    for picture in model_file.golden:
        probabilities = dict(zip(model_file.manifest.classes, picture.probabilities, strict=True))
        decision = decide(probabilities, recipe, anomaly_score=picture.anomaly_score)
        golden.append(replace(picture, verdict=decision.verdict, reason=decision.reason))
    return recipe, tuple(golden)


def _chosen(judged: Sequence[JudgedSample], recipe: Recipe, wish: Wish) -> Recipe:
    if recipe.kind is RecipeKind.IDENTITY:  # one mistake is both, so the stricter wish counts
        wish = Wish(min(wish.escape, wish.overkill), wish.overkill)
    thresholds, anomaly = search(_profiles(judged, recipe), wish, recipe.thresholds, recipe.anomaly)
    return replace(recipe, thresholds=thresholds, anomaly=anomaly)


def _profiles(judged: Sequence[JudgedSample], recipe: Recipe) -> Profiles:
    """Ask the decision itself what each part would pass or be blamed with, by thresholds that stop nothing or all."""
    identity = recipe.kind is RecipeKind.IDENTITY
    lenient = replace(recipe, thresholds=Thresholds(_HARDLY, 1.0), anomaly=AnomalyRule(_NEVER, _NEVER))
    severe = replace(recipe, thresholds=Thresholds(1.0, _HARDLY), anomaly=AnomalyRule(_NEVER, _NEVER))
    passes, blame, score = np.array([_profile(one, lenient, severe) for one in judged], dtype=np.float64).T
    if identity:
        right = np.array([one.class_name == one.sample.class_name for one in judged])
        wrong, shown = ~right, len(judged)
        score[wrong] = -math.inf  # another product is told before an anomaly is
    else:
        wrong, right = np.array([_sides(one, recipe) for one in judged]).T
        shown = int(wrong.sum())
    return Profiles(passes, blame, score, wrong, right, shown)


def _profile(one: JudgedSample, lenient: Recipe, severe: Recipe) -> tuple[float, float, float]:
    """Return what the part passes and is blamed with, and its anomaly score, as `Profiles` means them."""
    if one.reason in _PICTURE_OFF:
        return -math.inf, -math.inf, -math.inf
    best, worst = decide(one.probabilities, lenient), decide(one.probabilities, severe)
    if best.verdict is Verdict.NG:  # by the class's own threshold
        return -math.inf, math.inf, -math.inf
    blame = worst.deciding.value if worst.deciding and worst.verdict is Verdict.NG else -math.inf
    if best.verdict is Verdict.CHECK or best.deciding is None:  # watched
        return -math.inf, blame, -math.inf
    return best.deciding.value, blame, -math.inf if one.anomaly_score is None else one.anomaly_score


def _sides(one: JudgedSample, recipe: Recipe) -> tuple[bool, bool]:
    """Say whether the part can escape and whether it can be refused wrongly."""
    if recipe.kind is RecipeKind.IDENTITY:
        return True, True
    side = side_of(one.sample.class_name, recipe)
    return side is Verdict.NG, side is Verdict.OK


def _escaped(decision: Decision, recipe: Recipe) -> bool:
    return decision.verdict is (Verdict.NG if recipe.kind is RecipeKind.IDENTITY else Verdict.OK)


def _expected(judged: Sequence[JudgedSample], recipe: Recipe, wish: Wish) -> Shares | None:
    """Choose without a fold of the parts and count it by what was chosen, fold by fold."""
    sides: tuple[list[str], list[str]] = ([], [])
    for one in judged:
        for groups, takes_part in zip(sides, _sides(one, recipe), strict=True):
            if takes_part and one.sample.group not in groups:
                groups.append(one.sample.group)
    if min(len(groups) for groups in sides) < FEWEST_GROUPS:
        return None
    fold_of = {group: place % FOLDS for groups in sides for place, group in enumerate(sorted(groups))}
    folds = [fold_of.get(one.sample.group, place % FOLDS) for place, one in enumerate(judged)]
    counted = []
    for fold in range(FOLDS):
        others = [one for one, its in zip(judged, folds, strict=True) if its != fold]
        left_out = [one for one, its in zip(judged, folds, strict=True) if its == fold]
        counted.append(count(left_out, _chosen(others, recipe, wish)))
    return Shares(
        _together([one.escape for one in counted]),
        _together([one.overkill for one in counted]),
        _together([one.check for one in counted]),
    )


def _together(rates: Sequence[Rate]) -> Rate:
    return wilson(sum(rate.x for rate in rates), sum(rate.n for rate in rates))


def _said(judged: Sequence[JudgedSample], chosen: Recipe, wish: Wish) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences on what may be claimed, and on what may not."""
    bad, good = _by_part(judged, chosen)
    shares = count(judged, chosen)
    if chosen.kind is RecipeKind.IDENTITY:
        wanted = min(wish.escape, wish.overkill)
        sides = [_Side("parts", "taken for another product", wanted, shares.escape, bad)]
    else:
        sides = [
            _Side("bad parts", "missed", wish.escape, shares.escape, bad),
            _Side("good parts", "refused", wish.overkill, shares.overkill, good),
        ]
    problems = [side.problem() for side in sides if side.problem()]
    if shares.check.value is not None and shares.check.value >= MANY_CHECKS:
        problems.append(
            f"Under these thresholds {shares.check.value:.0%} of the pictures go to a person; teach more parts, or "
            "allow more mistakes."
        )
    return tuple(side.claim() for side in sides), tuple(problems)


def _by_part(judged: Sequence[JudgedSample], recipe: Recipe) -> tuple[dict[str, bool], dict[str, bool]]:
    """Say of each part whether it escaped or was refused on any of its pictures; the parts that can, by group."""
    escaped: dict[str, bool] = {}
    refused: dict[str, bool] = {}
    for one in judged:
        decision, group = decided(one, recipe), one.sample.group
        may_escape, may_be_refused = _sides(one, recipe)
        if may_escape:
            escaped[group] = escaped.get(group, False) or _escaped(decision, recipe)
        if may_be_refused:
            refused[group] = refused.get(group, False) or decision.verdict is Verdict.NG
    return escaped, refused


@dataclass(frozen=True)
class _Side:
    """One of the two mistakes: how often it is wanted at most, its rate by pictures, and to which parts it happened."""

    parts: str
    mistake: str
    wanted: float
    rate: Rate
    by_part: Mapping[str, bool]

    def claim(self) -> str:
        said = claim(sum(self.by_part.values()), len(self.by_part), self.mistake, CONFIDENCE)
        return f"{self.parts.capitalize()}: {said}."

    def problem(self) -> str:
        happened, shown = sum(self.by_part.values()), len(self.by_part)
        wanted = f"{self.wanted * 100:g} %"
        if self.rate.x > self.wanted * self.rate.n + 1e-9:
            return (
                f"At most {wanted} of {self.parts} {self.mistake} cannot be had with this recipe: it is {self.rate.x} "
                f"of {self.rate.n} pictures shown; teach it more of those."
            )
        if self.wanted == 0:
            return f"That none of the {self.parts} is ever {self.mistake} cannot be claimed from any number of parts."
        if not shown or highest_rate(happened, shown, CONFIDENCE) > self.wanted:
            needed = parts_needed(self.wanted, CONFIDENCE)
            return (
                f"For a claim of {wanted} {self.mistake} show at least {needed:,} {self.parts} without one of them "
                f"{self.mistake}; there are {shown:,} here{f', {happened} of them {self.mistake}' if happened else ''}."
            )
        return ""
