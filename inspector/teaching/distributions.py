"""How the scores of judged pictures lie about the thresholds of the recipe."""

from collections.abc import Sequence

from inspector.domain.recipe import Recipe, RecipeKind
from inspector.domain.verdict import Verdict
from inspector.quality.histogram import even_edges, score_histogram
from inspector.quality.validation import Distribution, Score, ScoreLine
from inspector.teaching.evaluation import JudgedSample, knows_good_only, side_of

_BINS = 20
_TOPS = ((1.0, 20), (1.5, 30), (2.0, 20), (3.0, 30))
"""Upper ends of the scale of anomaly scores with their bins: the usual limit of 0.5 lies on an edge of each."""


def distributions(judged: Sequence[JudgedSample], recipe: Recipe) -> tuple[Distribution, ...]:
    """Return how the scores lie by which the recipe decides.

    The NG side's probability where there are two sides to tell apart, else the probability of the class named where
    there are classes; the anomaly score where every picture has one.
    """
    sides = {known.verdict for known in recipe.classes}
    found = []
    if Verdict.NG in sides and len(sides) > 1:
        found.append(_of_bad_side(judged, recipe))
    elif not knows_good_only(recipe):
        found.append(_of_named(judged, recipe))
    if all(one.anomaly_score is not None for one in judged):
        found.append(_of_anomaly(judged, recipe))
    return tuple(found)


def _of_bad_side(judged: Sequence[JudgedSample], recipe: Recipe) -> Distribution:
    histogram = score_histogram([one.bad for one in judged], _bad(judged, recipe), even_edges(0, 1, _BINS))
    lines = [ScoreLine("ng", recipe.thresholds.ng)]
    if all(known.verdict is not Verdict.CHECK for known in recipe.classes):  # else what is not OK need not be NG
        lines.insert(0, ScoreLine("ok", 1 - recipe.thresholds.ok))
    return Distribution(Score.BAD, histogram, tuple(lines))


def _of_named(judged: Sequence[JudgedSample], recipe: Recipe) -> Distribution:
    wrong = [one.class_name != one.sample.class_name for one in judged]
    histogram = score_histogram([one.confidence for one in judged], wrong, even_edges(0, 1, _BINS))
    decides = recipe.kind is RecipeKind.IDENTITY
    return Distribution(Score.NAMED, histogram, (ScoreLine("ok", recipe.thresholds.ok),) if decides else ())


def _of_anomaly(judged: Sequence[JudgedSample], recipe: Recipe) -> Distribution:
    scores = [one.anomaly_score or 0.0 for one in judged]
    top, bins = next((one for one in _TOPS if max(scores) <= one[0]), _TOPS[-1])
    lines = [ScoreLine("limit", recipe.anomaly.limit)]
    if recipe.anomaly.doubt < recipe.anomaly.limit:
        lines.insert(0, ScoreLine("doubt", recipe.anomaly.doubt))
    histogram = score_histogram(scores, _bad(judged, recipe), even_edges(0, top, bins))
    return Distribution(Score.ANOMALY, histogram, tuple(lines))


def _bad(judged: Sequence[JudgedSample], recipe: Recipe) -> list[bool]:
    return [side_of(one.sample.class_name, recipe) is Verdict.NG for one in judged]
