"""How right a recipe is on labelled pictures, judged by the path that production uses."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Recipe, RecipeKind, verdict_of_class_name
from inspector.domain.verdict import Judgement, Reason, Timings, Verdict
from inspector.pictures import PictureUnreadable, read_picture
from inspector.quality.classification import auroc, confusion, escape, overkill
from inspector.quality.figures import ClassVerdicts, Figures
from inspector.quality.rates import wilson
from inspector.teaching.dataset import DatasetInvalid, Sample
from inspector.teaching.progress import Progress, Watch
from inspector.vision.judge import Judge
from inspector.vision.manifest import Manifest

_STAGE = "judging"
_SHOWN_VERDICTS = (Verdict.OK, Verdict.NG, Verdict.CHECK)


@dataclass(frozen=True)
class JudgedSample:
    """One labelled picture with what was said of it.

    `class_name` is the most probable class, `confidence` its probability, `bad` that of all NG classes together.
    `reason` is the verdict's, empty for OK.
    """

    sample: Sample
    verdict: Verdict
    class_name: str
    confidence: float
    bad: float
    reason: str = ""
    anomaly_score: float | None = None
    timings: Timings = Timings()
    probabilities: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Evaluation(Figures):
    """How right a recipe was on labelled pictures.

    `unreadable` holds a sentence for each picture that could not be judged and is counted nowhere. `judged` is in the
    samples' order.
    """

    judged: tuple[JudgedSample, ...]
    unreadable: tuple[str, ...]

    @property
    def figures(self) -> Figures:
        """The figures alone."""
        return Figures(**{one.name: getattr(self, one.name) for one in fields(Figures)})

    def as_json(self) -> dict[str, Any]:
        """Return the plain object that `inspector evaluate --json` prints."""
        return {**super().as_json(), "unreadable": list(self.unreadable)}


def unseen(samples: Sequence[Sample], manifest: Manifest) -> tuple[Sample, ...]:
    """Return the samples whose files the recipe was not taught on, by the SHA-256 of their bytes.

    A file that cannot be read stays: `evaluate` says so.
    """
    taught = frozenset(manifest.training.picture_hashes)
    return tuple(sample for sample in samples if file_hash(sample) not in taught)


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
    require_known(samples, judge.recipe)
    unreadable: list[str] = []
    judged = [
        judged_by(judge, sample, pixels) for sample, pixels in readable(samples, Watch(progress, cancelled), unreadable)
    ]
    require_any(judged, samples)
    return summarise(judged, judge.recipe, tuple(unreadable))


def readable(samples: Sequence[Sample], watch: Watch, unreadable: list[str]) -> Iterator[tuple[Sample, Pixels]]:
    """Yield each sample with its picture; a sentence on each that cannot be read goes to `unreadable`.

    Raises TeachingCancelled.
    """
    for place, sample in enumerate(samples):
        watch.step(_STAGE, place, len(samples))
        try:
            pixels = read_picture(sample.path)
        except PictureUnreadable as error:
            unreadable.append(f"{sample.class_name}/{error}.")
            continue
        yield sample, pixels
    watch.step(_STAGE, len(samples), len(samples))


def judged_by(judge: Judge, sample: Sample, pixels: Pixels) -> JudgedSample:
    """Return what the judge says of a sample's picture. Raises AcceleratorFailed as the judge does."""
    judgement: Judgement = judge.judge(pixels)
    return judged_sample(
        sample,
        judgement.verdict,
        judgement.probabilities,
        judge.recipe,
        reason=judgement.reason,
        anomaly_score=judgement.anomaly_score,
        timings=judgement.timings,
    )


def summarise(judged: Sequence[JudgedSample], recipe: Recipe, unreadable: tuple[str, ...] = ()) -> Evaluation:
    """Count judged samples; at least one."""
    sides = [side_of(one.sample.class_name, recipe) for one in judged]
    bad = [side is Verdict.NG for side in sides]
    two_sided = len({*sides, *(part_class.verdict for part_class in recipe.classes)}) > 1
    verdicts = [one.verdict for one in judged]
    scores = [one.anomaly_score for one in judged if one.anomaly_score is not None]
    return Evaluation(
        confusion=confusion(*_named(judged, recipe)),
        verdicts=_class_verdicts(judged, recipe),
        right=wilson(sum(verdict is side for verdict, side in zip(verdicts, sides, strict=True)), len(verdicts)),
        escape=escape(bad, [verdict is Verdict.OK for verdict in verdicts]) if two_sided else None,
        overkill=overkill(bad, [verdict is Verdict.NG for verdict in verdicts]) if two_sided else None,
        check=wilson(verdicts.count(Verdict.CHECK), len(verdicts)),
        checks=dict(sorted(Counter(str(one.reason) for one in judged if one.verdict is Verdict.CHECK).items())),
        auroc=auroc([one.bad for one in judged], bad) if two_sided and not knows_good_only(recipe) else None,
        anomaly_auroc=auroc(scores, bad) if two_sided and len(scores) == len(judged) else None,
        judged=tuple(judged),
        unreadable=unreadable,
    )


def judged_sample(
    sample: Sample,
    verdict: Verdict,
    probabilities: Mapping[str, float],
    recipe: Recipe,
    *,
    reason: str = "",
    anomaly_score: float | None = None,
    timings: Timings = Timings(),
) -> JudgedSample:
    """Return the sample with what the decision and the probabilities say of it."""
    likeliest = max((known.name for known in recipe.classes), key=probabilities.__getitem__)
    bad = sum(probabilities[known.name] for known in recipe.classes if known.verdict is Verdict.NG)
    return JudgedSample(
        sample, verdict, likeliest, probabilities[likeliest], bad, reason, anomaly_score, timings, dict(probabilities)
    )


def knows_good_only(recipe: Recipe) -> bool:
    """Say whether nothing but an anomaly tells a defect under this recipe, so that pictures of any defect fit it."""
    return recipe.kind is RecipeKind.DEFECTS and all(known.verdict is Verdict.OK for known in recipe.classes)


def side_of(class_name: str, recipe: Recipe) -> Verdict:
    """Return what a true class means under the recipe; one that it does not know by its name, as folders do."""
    for part_class in recipe.classes:
        if part_class.name == class_name:
            return part_class.verdict
    return verdict_of_class_name(class_name)


def require_known(samples: Sequence[Sample], recipe: Recipe) -> None:
    """Raise DatasetInvalid for a class that is not the recipe's, unless the recipe knows good parts alone."""
    known = [part_class.name for part_class in recipe.classes]
    unknown = sorted({sample.class_name for sample in samples} - set(known))
    if unknown and not knows_good_only(recipe):
        raise DatasetInvalid(
            f"The recipe for '{recipe.product}' does not know the class '{unknown[0]}' (it knows {', '.join(known)}); "
            "rename the folder or take it away."
        )


def require_any(judged: Sequence[JudgedSample], samples: Sequence[Sample]) -> None:
    """Raise DatasetInvalid where none of the samples could be judged."""
    if not judged:
        raise DatasetInvalid(f"None of the {len(samples)} pictures could be read, so there is nothing to measure.")


def file_hash(sample: Sample) -> str:
    """Return the SHA-256 of the file's bytes, empty where it cannot be read."""
    try:
        return hashlib.sha256(sample.path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _named(judged: Sequence[JudgedSample], recipe: Recipe) -> tuple[list[str], list[str], list[str]]:
    """Return true classes, named classes and all classes."""
    known = [part_class.name for part_class in recipe.classes]
    if not knows_good_only(recipe):
        return [one.sample.class_name for one in judged], [one.class_name for one in judged], known
    truths = [one.sample.class_name if one.sample.class_name in known else str(Reason.ANOMALY) for one in judged]
    said = [str(Reason.ANOMALY) if one.reason == Reason.ANOMALY else one.class_name for one in judged]
    classes = known if Reason.ANOMALY not in {*truths, *said} else [*known, str(Reason.ANOMALY)]
    return truths, said, classes


def _class_verdicts(judged: Sequence[JudgedSample], recipe: Recipe) -> dict[str, ClassVerdicts]:
    """Count verdicts by true class: the recipe's in its order, then those that it does not know, by name."""
    counts: dict[str, Counter[Verdict]] = {part_class.name: Counter() for part_class in recipe.classes}
    for name in sorted({one.sample.class_name for one in judged} - set(counts)):
        counts[name] = Counter()
    for one in judged:
        counts[one.sample.class_name][one.verdict] += 1
    found = {}
    for name, count in counts.items():
        side = side_of(name, recipe)
        by_verdict = {verdict: count[verdict] for verdict in _SHOWN_VERDICTS}
        found[name] = ClassVerdicts(side, by_verdict, wilson(count[side], count.total()))
    return found
