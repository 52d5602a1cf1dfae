"""From what a network answers to a verdict: decided here alone, for teaching, validation and production."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from inspector.domain.recipe import Recipe, RecipeKind
from inspector.domain.verdict import Deciding, Reason, Rule, Verdict

SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Decision:
    """What a network's answers mean under a recipe.

    `reason` is a class or a `Reason`, empty for OK. `class_name` is the most probable class of all. `message` is one
    sentence for a person, for CHECK, an anomaly and a wrong product. `deciding` is the threshold that decided; None
    where the picture could not be judged as it was (no part, changed scene), which the message tells.
    """

    verdict: Verdict
    reason: str
    class_name: str
    message: str
    deciding: Deciding | None = None


def decide(
    probabilities: Mapping[str, float],
    recipe: Recipe,
    *,
    anomaly_score: float | None = None,
    expected: str = "",
    scene: str = "",
    no_part: str = "",
) -> Decision:
    """Decide on one part. The first of these rules that applies gives the verdict.

    1. `no_part`, the sentence that no part was found: CHECK `no_part`.
    2. `scene`, the sentence that light, focus or position changed: CHECK `scene_changed`.
    3. What is known to be bad: a class that means NG reaches its own threshold, or all of them together reach
       `thresholds.ng`: NG. The reason is the most probable class of those that count. In a recipe of identity: a
       product that reaches `thresholds.ok` and is not the `expected` one (where one is): NG `wrong_product`.
    4. In a scene, what is watched: a class that means CHECK, by the same thresholds: CHECK with that class.
    5. `anomaly_score` from `anomaly.limit` upwards: `anomaly.verdict`, reason `anomaly`; from `anomaly.doubt`: CHECK
       `unsure`.
    6. All classes that mean OK together reach `thresholds.ok`: OK. In a recipe of identity it is the most probable
       product alone that must reach it.
    7. CHECK `unsure`.

    Classes of one meaning only are sure by themselves: a recipe of NG classes always says NG by rule 3, one of OK
    classes never gets to rule 7 unless it tells products apart. Of two equally probable classes the one that stands
    first in the recipe is named. Without an anomaly score rule 5 never applies.

    Raises ValueError when the probabilities are not one number within 0 to 1 for each class, adding up to 1, or the
    anomaly score is not finite.
    """
    _require_probabilities(probabilities, recipe)
    _require_score(anomaly_score)
    likeliest = max((part_class.name for part_class in recipe.classes), key=probabilities.__getitem__)
    if no_part:
        return Decision(Verdict.CHECK, Reason.NO_PART, likeliest, no_part)
    if scene:
        return Decision(Verdict.CHECK, Reason.SCENE_CHANGED, likeliest, scene)
    if recipe.kind is RecipeKind.IDENTITY:
        known = _wrong_product(probabilities, recipe, likeliest, expected)
    else:
        known = _known(probabilities, recipe, likeliest)
    return (
        known or _abnormal(anomaly_score, recipe, likeliest) or _rest(probabilities, recipe, likeliest, anomaly_score)
    )


def margin(probabilities: Mapping[str, float], recipe: Recipe, *, anomaly_score: float | None = None) -> float:
    """Return how much a probability or the score may move before verdict or reason could be another (0 = on the edge).

    It is the smallest of the distances to the thresholds that the part came by on its way to the verdict, and half the
    lead of the class that is named over the next one that could be. 1 where nothing can change. Raises ValueError as
    `decide` does.
    """
    decision = decide(probabilities, recipe, anomaly_score=anomaly_score)
    if recipe.kind is RecipeKind.IDENTITY:
        first, *others = sorted(probabilities.values(), reverse=True)
        distances = [abs(first - recipe.thresholds.ok)] if others else []
        if decision.verdict is Verdict.OK:
            distances += [(first - second) / 2 for second in others[:1]]
    else:
        distances = _known_distances(probabilities, recipe, decision)
    if decision.deciding is not None and decision.deciding.rule in (Rule.DEFECT, Rule.WATCHED):
        return min(distances, default=1.0)
    if anomaly_score is not None:
        distances += [abs(anomaly_score - limit) for limit in (recipe.anomaly.limit, recipe.anomaly.doubt)]
    return min(distances, default=1.0)


def _known(probabilities: Mapping[str, float], recipe: Recipe, likeliest: str) -> Decision | None:
    """Apply rules 3 and 4 to defects and scenes."""
    alarmed = _reached(probabilities, recipe, Verdict.NG)
    if alarmed:
        name, deciding = alarmed
        return Decision(Verdict.NG, name, likeliest, "", deciding)
    watched = _reached(probabilities, recipe, Verdict.CHECK)
    if watched:
        name, deciding = watched
        message = f"'{name}' is watched here, seen with {deciding.value:.0%}; a person must decide."
        return Decision(Verdict.CHECK, name, likeliest, message, deciding)
    return None


def _reached(probabilities: Mapping[str, float], recipe: Recipe, meaning: Verdict) -> tuple[str, Deciding] | None:
    """Return the class of that meaning that reached a threshold, by itself or with its like, and that threshold."""
    rule = Rule.DEFECT if meaning is Verdict.NG else Rule.WATCHED
    side = _side(probabilities, recipe, meaning)
    together = _sum(side, recipe)
    if side and together >= recipe.thresholds.ng:
        return _likeliest(side), Deciding(rule, together, recipe.thresholds.ng)
    own = {name: side[name] for name, limit in _own_thresholds(recipe, meaning).items() if side[name] >= limit}
    if own:
        name = _likeliest(own)
        return name, Deciding(rule, own[name], _own_thresholds(recipe, meaning)[name])
    return None


def _wrong_product(
    probabilities: Mapping[str, float], recipe: Recipe, likeliest: str, expected: str
) -> Decision | None:
    deciding = _product(probabilities, recipe, likeliest)
    if not expected or likeliest == expected or deciding.value < deciding.limit:
        return None
    message = f"This is '{likeliest}' with {deciding.value:.0%} where '{expected}' is expected."
    return Decision(Verdict.NG, Reason.WRONG_PRODUCT, likeliest, message, deciding)


def _product(probabilities: Mapping[str, float], recipe: Recipe, likeliest: str) -> Deciding:
    return Deciding(Rule.PRODUCT, _sum({likeliest: probabilities[likeliest]}, recipe), recipe.thresholds.ok)


def _abnormal(score: float | None, recipe: Recipe, likeliest: str) -> Decision | None:
    rule = recipe.anomaly
    if score is None or score < rule.doubt:
        return None
    if score < rule.limit:
        message = f"Not sure: its anomaly score is {score:.2f}, doubt begins at {rule.doubt:.2f}; a person must decide."
        deciding = Deciding(Rule.ANOMALY, score, rule.doubt)
        return Decision(Verdict.CHECK, Reason.UNSURE, likeliest, message, deciding)
    message = f"Not like what was taught: its anomaly score is {score:.2f}, the limit {rule.limit:.2f}."
    return Decision(rule.verdict, Reason.ANOMALY, likeliest, message, Deciding(Rule.ANOMALY, score, rule.limit))


def _rest(probabilities: Mapping[str, float], recipe: Recipe, likeliest: str, score: float | None) -> Decision:
    """Apply rules 6 and 7: nothing speaks against the part, so it matters whether enough speaks for it."""
    if recipe.kind is RecipeKind.IDENTITY:
        deciding = _product(probabilities, recipe, likeliest)
        doubt = f"Not sure: '{likeliest}' with {deciding.value:.0%}, {deciding.limit:.0%} are needed"
    else:
        good = _side(probabilities, recipe, Verdict.OK)
        deciding = Deciding(Rule.GOOD, _sum(good, recipe), recipe.thresholds.ok)
        doubt = f"Not sure: {_sides_in_words(probabilities, recipe)}"
    if deciding.value < deciding.limit:
        unsure = Deciding(Rule.MARGIN, deciding.value, deciding.limit)
        return Decision(Verdict.CHECK, Reason.UNSURE, likeliest, f"{doubt}; a person must decide.", unsure)
    if score is not None and _all_mean(Verdict.OK, recipe) and deciding.rule is Rule.GOOD:
        deciding = Deciding(Rule.ANOMALY, score, recipe.anomaly.doubt)  # it alone could have said otherwise
    return Decision(Verdict.OK, "", likeliest, "", deciding)


def _known_distances(probabilities: Mapping[str, float], recipe: Recipe, decision: Decision) -> list[float]:
    """Return the distances to the thresholds of all meanings, and half the lead of a class that is the reason."""
    distances = []
    limits = {Verdict.NG: recipe.thresholds.ng, Verdict.CHECK: recipe.thresholds.ng, Verdict.OK: recipe.thresholds.ok}
    for meaning, limit in limits.items():
        side = _side(probabilities, recipe, meaning)
        if side and not _all_mean(meaning, recipe):
            distances.append(abs(_sum(side, recipe) - limit))
            own = _own_thresholds(recipe, meaning)
            distances += [abs(side[name] - threshold) for name, threshold in own.items()]
        if decision.reason in side:
            lead = [side[decision.reason] - other for name, other in side.items() if name != decision.reason]
            distances += [abs(difference) / 2 for difference in lead]
    return distances


def _own_thresholds(recipe: Recipe, meaning: Verdict) -> dict[str, float]:
    """Return the thresholds of single classes of that meaning; what means OK has none."""
    if meaning is Verdict.OK:
        return {}
    return {
        known.name: known.threshold
        for known in recipe.classes
        if known.verdict is meaning and known.threshold is not None
    }


def _side(probabilities: Mapping[str, float], recipe: Recipe, meaning: Verdict) -> dict[str, float]:
    return {known.name: probabilities[known.name] for known in recipe.classes if known.verdict is meaning}


def _sum(side: Mapping[str, float], recipe: Recipe) -> float:
    """Return the probability of a side, exactly 1 for a side of all classes, whatever was rounded off."""
    return 1.0 if len(side) == len(recipe.classes) else math.fsum(side.values())


def _all_mean(meaning: Verdict, recipe: Recipe) -> bool:
    return all(known.verdict is meaning for known in recipe.classes)


def _likeliest(side: Mapping[str, float]) -> str:
    return max(side, key=side.__getitem__)


def _sides_in_words(probabilities: Mapping[str, float], recipe: Recipe) -> str:
    words = {Verdict.OK: "good", Verdict.NG: "defective"}
    if recipe.kind is RecipeKind.SCENE:
        words = {Verdict.OK: "allowed", Verdict.CHECK: "watched", Verdict.NG: "alarmed"}
    sides = {word: _side(probabilities, recipe, meaning) for meaning, word in words.items()}
    return ", ".join(f"{word} with {math.fsum(side.values()):.0%}" for word, side in sides.items() if side)


def _require_probabilities(probabilities: Mapping[str, float], recipe: Recipe) -> None:
    names = {part_class.name for part_class in recipe.classes}
    if set(probabilities) != names:
        raise ValueError(f"probabilities for {sorted(probabilities)} where the recipe knows {sorted(names)}")
    total = math.fsum(probabilities.values())
    within = all(-SUM_TOLERANCE <= value <= 1 + SUM_TOLERANCE for value in probabilities.values())
    if not within or not abs(total - 1) <= SUM_TOLERANCE:
        raise ValueError(f"probabilities must lie within 0 to 1 and add up to 1, not {dict(probabilities)}")


def _require_score(score: float | None) -> None:
    if score is not None and not math.isfinite(score):
        raise ValueError(f"an anomaly score must be a number, not {score}")
