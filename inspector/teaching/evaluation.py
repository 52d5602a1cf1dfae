"""How right a recipe is on labelled pictures, judged by the path that production uses."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.pictures import PictureUnreadable, read_picture
from inspector.quality.classification import Confusion, auroc, confusion, escape, overkill
from inspector.quality.rates import Rate, wilson
from inspector.teaching.dataset import DatasetInvalid, Sample
from inspector.teaching.progress import Progress, Watch
from inspector.vision.judge import Judge
from inspector.vision.manifest import Manifest

_STAGE = "judging"


@dataclass(frozen=True)
class JudgedSample:
    """One labelled picture with what was said of it.

    `confidence` is the probability of the class named, `bad` that of all NG classes together.
    """

    sample: Sample
    verdict: Verdict
    class_name: str
    confidence: float
    bad: float


@dataclass(frozen=True)
class Evaluation:
    """How right a recipe was on labelled pictures.

    `confusion` goes by the most probable class. `escape` and `overkill` count final verdicts, so that CHECK, which a
    person decides, is neither; `check` is its share. Those two and `auroc` (of the NG side's probability) are None
    where the recipe has no OK or no NG class; `auroc` also where the pictures are of one side only. `unreadable` holds
    a sentence for each picture that could not be judged and is counted nowhere. `judged` is in the samples' order.
    """

    confusion: Confusion
    escape: Rate | None
    overkill: Rate | None
    check: Rate
    auroc: float | None
    judged: tuple[JudgedSample, ...]
    unreadable: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the plain object that `inspector evaluate --json` prints."""
        figures = {name: self.confusion.figures(name) for name in self.confusion.counts}
        return {
            "n": self.confusion.n,
            "accuracy": self.confusion.accuracy,
            "macro_f1": self.confusion.macro_f1,
            "classes": {
                name: {"precision": one.precision.as_json(), "recall": one.recall.as_json(), "n": one.n}
                for name, one in figures.items()
            },
            "confusion": {true: dict(row) for true, row in self.confusion.counts.items()},
            "escape": self.escape.as_json() if self.escape else None,
            "overkill": self.overkill.as_json() if self.overkill else None,
            "check": self.check.as_json(),
            "auroc": self.auroc,
            "unreadable": list(self.unreadable),
        }


def unseen(samples: Sequence[Sample], manifest: Manifest) -> tuple[Sample, ...]:
    """Return the samples whose files the recipe was not taught on, by the SHA-256 of their bytes.

    A file that cannot be read stays: `evaluate` says so.
    """
    taught = frozenset(manifest.training.picture_hashes)
    return tuple(sample for sample in samples if _file_hash(sample) not in taught)


def evaluate(
    judge: Judge,
    samples: Sequence[Sample],
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Evaluation:
    """Judge each sample and count.

    Raises DatasetInvalid when a class is not the recipe's or no picture can be read, TeachingCancelled, and
    AcceleratorFailed as the judge does.
    """
    _require_known(samples, judge.recipe)
    watch = Watch(progress, cancelled)
    judged: list[JudgedSample] = []
    unreadable: list[str] = []
    for place, sample in enumerate(samples):
        watch.step(_STAGE, place, len(samples))
        try:
            pixels = read_picture(sample.path)
        except PictureUnreadable as error:
            unreadable.append(f"{sample.class_name}/{error}.")
            continue
        judgement = judge.judge(pixels)
        judged.append(judged_sample(sample, judgement.verdict, judgement.probabilities, judge.recipe))
    watch.step(_STAGE, len(samples), len(samples))
    if not judged:
        raise DatasetInvalid(f"None of the {len(samples)} pictures could be read, so there is nothing to measure.")
    return summarise(judged, judge.recipe, tuple(unreadable))


def summarise(judged: Sequence[JudgedSample], recipe: Recipe, unreadable: tuple[str, ...] = ()) -> Evaluation:
    """Count judged samples; at least one."""
    side_of = {part_class.name: part_class.verdict for part_class in recipe.classes}
    truths = [one.sample.class_name for one in judged]
    bad = [side_of[truth] is Verdict.NG for truth in truths]
    two_sided = len(set(side_of.values())) > 1
    verdicts = [one.verdict for one in judged]
    return Evaluation(
        confusion=confusion(truths, [one.class_name for one in judged], list(side_of)),
        escape=escape(bad, [verdict is Verdict.OK for verdict in verdicts]) if two_sided else None,
        overkill=overkill(bad, [verdict is Verdict.NG for verdict in verdicts]) if two_sided else None,
        check=wilson(verdicts.count(Verdict.CHECK), len(verdicts)),
        auroc=auroc([one.bad for one in judged], bad) if two_sided else None,
        judged=tuple(judged),
        unreadable=unreadable,
    )


def judged_sample(sample: Sample, verdict: Verdict, probabilities: Mapping[str, float], recipe: Recipe) -> JudgedSample:
    """Return the sample with what the decision and the probabilities say of it."""
    likeliest = max((known.name for known in recipe.classes), key=probabilities.__getitem__)
    bad = sum(probabilities[known.name] for known in recipe.classes if known.verdict is Verdict.NG)
    return JudgedSample(sample, verdict, likeliest, probabilities[likeliest], bad)


def _require_known(samples: Sequence[Sample], recipe: Recipe) -> None:
    known = [part_class.name for part_class in recipe.classes]
    unknown = sorted({sample.class_name for sample in samples} - set(known))
    if unknown:
        raise DatasetInvalid(
            f"The recipe for '{recipe.product}' does not know the class '{unknown[0]}' (it knows {', '.join(known)}); "
            "rename the folder or take it away."
        )


def _file_hash(sample: Sample) -> str:
    try:
        return hashlib.sha256(sample.path.read_bytes()).hexdigest()
    except OSError:
        return ""
