"""Whether a candidate may replace the active version: it must be no worse on the same parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.quality.mcnemar import McNemar, mcnemar
from inspector.teaching.evaluation import Evaluation, JudgedSample, side_of

SIGNIFICANT = 0.05
"""A probability below which a difference is taken for more than chance."""


@dataclass(frozen=True)
class Standing:
    """How right one version is on the locked set: parts judged, right verdicts, right classes, escapes, overkills."""

    parts: int
    right_verdicts: int
    right_classes: int
    escapes: int
    overkills: int

    def as_json(self) -> dict[str, int]:
        """Return it as a plain object."""
        return {
            "parts": self.parts,
            "right_verdicts": self.right_verdicts,
            "right_classes": self.right_classes,
            "escapes": self.escapes,
            "overkills": self.overkills,
        }


@dataclass(frozen=True)
class Comparison:
    """A candidate beside the active version, on the same parts. `refusals` are sentences with numbers; none: it may go.

    In the tests the first is the candidate. `challenge` is how many challenge parts there are.
    """

    active: Standing
    candidate: Standing
    by_verdict: McNemar
    by_class: McNemar
    challenge: int
    refusals: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether the candidate may replace the active version."""
        return not self.refusals

    def __str__(self) -> str:
        """Return the figures in one line."""
        candidate, active = self.candidate, self.active
        return (
            f"right verdicts {candidate.right_verdicts} of {candidate.parts} (active {active.right_verdicts}), "
            f"right classes {candidate.right_classes} (active {active.right_classes}), "
            f"escapes {candidate.escapes} (active {active.escapes}), "
            f"overkills {candidate.overkills} (active {active.overkills}), challenge parts {self.challenge}"
        )


def compare(
    active: Evaluation,
    candidate: Evaluation,
    active_recipe: Recipe,
    recipe: Recipe,
    challenge: Evaluation | None = None,
) -> Comparison:
    """Compare two evaluations of the same samples in the same order, and the candidate's of the challenge parts.

    Not worse is: by McNemar's exact test not significantly fewer verdicts and classes are right, not one escape more,
    and every challenge part gets the verdict that its class means. Raises ValueError for different samples.
    """
    pairs = _paired(active.judged, candidate.judged)
    if not pairs:
        raise ValueError("nothing was judged by both versions, so there is nothing to compare")
    by_verdict = _test([(_right_verdict(new, recipe), _right_verdict(old, active_recipe)) for old, new in pairs])
    by_class = _test([(_right_class(new), _right_class(old)) for old, new in pairs])
    before = _standing([old for old, _ in pairs], active_recipe)
    after = _standing([new for _, new in pairs], recipe)
    refusals = [
        *_significantly("verdict", by_verdict, len(pairs)),
        *_significantly("class", by_class, len(pairs)),
    ]
    if after.escapes > before.escapes:
        refusals.append(
            f"it lets {after.escapes} bad parts of the locked set escape, the active version {before.escapes}"
        )
    missed = [] if challenge is None else [one for one in challenge.judged if not _right_verdict(one, recipe)]
    refusals += [
        f"the challenge part {one.sample.class_name}/{one.sample.path.name} was judged {one.verdict}" for one in missed
    ]
    return Comparison(
        before, after, by_verdict, by_class, 0 if challenge is None else len(challenge.judged), tuple(refusals)
    )


def _paired(
    active: Sequence[JudgedSample], candidate: Sequence[JudgedSample]
) -> list[tuple[JudgedSample, JudgedSample]]:
    if [one.sample.path for one in active] != [one.sample.path for one in candidate]:
        raise ValueError("the two versions judged different samples")
    return list(zip(active, candidate, strict=True))


def _right_verdict(one: JudgedSample, recipe: Recipe) -> bool:
    return one.verdict is side_of(one.sample.class_name, recipe)


def _right_class(one: JudgedSample) -> bool:
    return one.class_name == one.sample.class_name


def _test(pairs: Sequence[tuple[bool, bool]]) -> McNemar:
    return mcnemar(sum(new and not old for new, old in pairs), sum(old and not new for new, old in pairs))


def _significantly(what: str, test: McNemar, parts: int) -> list[str]:
    if test.only_second_right <= test.only_first_right or test.p_value >= SIGNIFICANT:
        return []
    return [
        f"of {parts} parts of the locked set {test.only_second_right} lost their right {what} and only "
        f"{test.only_first_right} gained it (McNemar p = {test.p_value:.3f})"
    ]


def _standing(judged: Sequence[JudgedSample], recipe: Recipe) -> Standing:
    sides = [side_of(one.sample.class_name, recipe) for one in judged]
    pairs = list(zip(judged, sides, strict=True))
    return Standing(
        parts=len(judged),
        right_verdicts=sum(one.verdict is side for one, side in pairs),
        right_classes=sum(_right_class(one) for one in judged),
        escapes=sum(one.verdict is Verdict.OK and side is Verdict.NG for one, side in pairs),
        overkills=sum(one.verdict is Verdict.NG and side is Verdict.OK for one, side in pairs),
    )
