"""A candidate beside the active version, on the locked validation set and the challenge parts."""

from collections.abc import Callable
from pathlib import Path

from inspector.domain.refusal import Refusal
from inspector.learning.candidate_gate import Comparison, compare
from inspector.learning.learn import challenge_folder, locked_set
from inspector.learning.shelf import Version
from inspector.teaching.dataset import Sample, read_dataset
from inspector.teaching.evaluation import Evaluation, evaluate
from inspector.teaching.progress import Progress
from inspector.vision.judge import Judge
from inspector.vision.model_file import ModelFile

JudgeOpening = Callable[[ModelFile], Judge]
"""Opens a judge; raises ModelFileRefused and NoAccelerator where the golden pictures do not come out."""


class NotComparable(Refusal, RuntimeError):
    """There is nothing to compare versions by; the message says what is missing and how to make it."""


def examine(
    recipe: Path,
    active: Version,
    candidate: Version,
    open_judge: JudgeOpening,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Comparison:
    """Judge the locked set by both versions and the challenge parts by the candidate, and compare.

    Raises NotComparable where there is no locked set or the candidate was taught on part of it, TeachingCancelled, and
    what opening a judge raises.
    """
    locked = locked_set(recipe)
    if locked is None:
        raise NotComparable(
            f"{recipe.name} has no locked validation set, so nobody can say whether the candidate is worse; "
            "lock one with 'inspector lock'"
        )
    taught = frozenset(candidate.model_file.manifest.training.picture_hashes)
    known = sum(one.sha256 in taught for one in locked.pictures)
    if known:
        raise NotComparable(
            f"the candidate was taught on {known} pictures of the locked validation set, so they prove nothing; "
            "learn again"
        )

    def judged(version: Version, samples: tuple[Sample, ...]) -> Evaluation:
        judge = open_judge(version.model_file)
        try:
            return evaluate(judge, samples, progress, cancelled)
        finally:
            judge.close()

    challenge = _challenge_parts(recipe)
    return compare(
        judged(active, locked.samples),
        judged(candidate, locked.samples),
        active.model_file.recipe,
        candidate.model_file.recipe,
        judged(candidate, challenge) if challenge else None,
    )


def _challenge_parts(recipe: Path) -> tuple[Sample, ...]:
    folder = challenge_folder(recipe)
    return read_dataset(folder).samples if folder.is_dir() else ()
