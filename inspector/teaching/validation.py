"""Validation: a recipe on parts that it was never taught, beside another version and another accelerator."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from inspector import __version__
from inspector.domain.clock import Clock
from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.pictures import read_picture
from inspector.quality.mcnemar import mcnemar
from inspector.quality.validation import (
    AcceleratorComparison,
    Comparison,
    Latency,
    Mistake,
    MistakeKind,
    Paired,
    PartSet,
    Stage,
    Subject,
    Validation,
)
from inspector.teaching.dataset import DatasetInvalid, Sample
from inspector.teaching.distributions import distributions
from inspector.teaching.evaluation import (
    JudgedSample,
    file_hash,
    judged_by,
    knows_good_only,
    readable,
    require_any,
    require_known,
    side_of,
    summarise,
)
from inspector.teaching.progress import Progress, Watch
from inspector.teaching.selection import parts_of
from inspector.teaching.validation_set import LockedSet, set_hash
from inspector.vision.judge import Judge

WORST_SHOWN = 24
"""How many mistakes are kept with their pictures."""

_STAGES = ("prepare", "network", "decide")
_COSTLIEST_FIRST = (MistakeKind.ESCAPE, MistakeKind.OVERKILL, MistakeKind.WRONG_CLASS)


@dataclass(frozen=True)
class ToValidate:
    """The samples to judge. `names` are what files are called, where not by their class and file name.

    `locked` is the set that they are, None for other pictures. `notes` are sentences on what was left out.
    """

    samples: tuple[Sample, ...]
    locked: LockedSet | None = None
    names: Mapping[Path, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def name_of(self, sample: Sample) -> str:
        """Return what the sample is called in a report."""
        return self.names.get(sample.path, f"{sample.class_name}/{sample.path.name}")


def of_locked_set(locked: LockedSet, judge: Judge) -> ToValidate:
    """Return the pictures of a locked set. Raises DatasetInvalid where the recipe was taught on one of them."""
    taught = frozenset(judge.model_file.manifest.training.picture_hashes)
    known = [one.name for one in locked.pictures if one.sha256 in taught]
    if known:
        raise DatasetInvalid(
            f"The recipe for '{judge.recipe.product}' was taught on {len(known)} pictures of the locked set "
            f"{locked.folder} (the first is {known[0]}), so it proves nothing; teach it again without them."
        )
    return ToValidate(locked.samples, locked, locked.names)


def of_samples(samples: Sequence[Sample], judge: Judge) -> ToValidate:
    """Return those of other pictures that show no part on which the recipe was taught, by the files' SHA-256.

    Raises DatasetInvalid where none is left.
    """
    taught = frozenset(judge.model_file.manifest.training.picture_hashes)
    groups = {sample.group for sample in samples if file_hash(sample) in taught}
    left = tuple(sample for sample in samples if sample.group not in groups)
    if not left:
        raise DatasetInvalid("Every picture was taught on, so nothing is left to validate on; bring others.")
    count = len(samples) - len(left)
    shown = "1 picture was" if count == 1 else f"{count} pictures were"
    notes = (f"{shown} left out: taught on, or of a part that was.",) if count else ()
    return ToValidate(left, notes=(*notes, "These pictures are not a locked set: who teaches may have looked at them."))


def validate(
    judge: Judge,
    to_validate: ToValidate,
    clock: Clock,
    *,
    against: Judge | None = None,
    cpu: Judge | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Validation:
    """Judge every sample, by `against` and on the processor (`cpu`, the same recipe) too where they are given.

    Each part is judged by all of them before the next. The counts are those of `evaluate` on the same samples.
    Raises DatasetInvalid when a class is not the recipe's or no picture can be read, TeachingCancelled, and
    AcceleratorFailed as a judge does.
    """
    samples = to_validate.samples
    require_known(samples, judge.recipe)
    unreadable: list[str] = []
    watch = Watch(progress, cancelled)
    judged: list[JudgedSample] = []
    judged_against: list[JudgedSample] = []
    judged_on_cpu: list[JudgedSample] = []
    for sample, pixels in readable(samples, watch, unreadable):
        judged.append(judged_by(judge, sample, pixels))
        if against is not None:
            judged_against.append(judged_by(against, sample, pixels))
        if cpu is not None:
            judged_on_cpu.append(judged_by(cpu, sample, pixels))
    require_any(judged, samples)
    evaluation = summarise(judged, judge.recipe, tuple(unreadable))
    mistakes = [(kind, one) for one in judged if (kind := mistake_of(one, judge.recipe)) is not None]
    comparison = None if against is None else _compared(judge, against, judged, judged_against, to_validate)
    return Validation(
        subject=_subject(judge),
        part_set=_part_set(judged, to_validate),
        figures=evaluation.figures,
        distributions=distributions(judged, judge.recipe),
        mistakes=_worst(judge, mistakes, to_validate),
        mistaken={kind: sum(one is kind for one, _ in mistakes) for kind in _COSTLIEST_FIRST},
        latency=_latency(judged, judge),
        comparison=comparison,
        accelerators=None if cpu is None else _side_by_side(judge, judged, judged_on_cpu, to_validate),
        notes=(*to_validate.notes, *unreadable, *_flattered(comparison)),
        made=clock.now(),
        software=__version__,
    )


def mistake_of(one: JudgedSample, recipe: Recipe) -> MistakeKind | None:
    """Return what was wrong with a verdict; None for a right one and for a CHECK, which a person decides."""
    side = side_of(one.sample.class_name, recipe)
    if one.verdict is Verdict.OK and side is Verdict.NG:
        return MistakeKind.ESCAPE
    if one.verdict is Verdict.NG and side is not Verdict.NG:
        return MistakeKind.OVERKILL
    names = {known.name for known in recipe.classes}
    if one.verdict is Verdict.CHECK or not {_said(one), one.sample.class_name} <= names:
        return None
    return MistakeKind.WRONG_CLASS if _said(one) != one.sample.class_name else None


def _said(one: JudgedSample) -> str:
    """Return what the operator reads: the reason, or the likeliest class where there is none."""
    return str(one.reason) or one.class_name


def _confidence(one: JudgedSample, recipe: Recipe) -> float | None:
    """Return the probability that speaks for the verdict; None where an anomaly score decided."""
    names = {known.name for known in recipe.classes}
    if knows_good_only(recipe) or (one.reason and one.reason not in names):
        return None
    return 1 - one.bad if one.verdict is Verdict.OK else one.bad


def _worst(
    judge: Judge, mistakes: Sequence[tuple[MistakeKind, JudgedSample]], to_validate: ToValidate
) -> tuple[Mistake, ...]:
    """Return the worst mistakes with pictures, for which those parts alone are judged once more."""
    recipe = judge.recipe

    def worse(entry: tuple[MistakeKind, JudgedSample]) -> tuple[int, float, str]:
        kind, one = entry
        return _COSTLIEST_FIRST.index(kind), -_certainty(one, kind, recipe), to_validate.name_of(one.sample)

    found = []
    for kind, one in sorted(mistakes, key=worse)[:WORST_SHOWN]:
        pixels = read_picture(one.sample.path)
        judgement = judge.judge(pixels)
        left, top, right, bottom = recipe.region.pixels(pixels.shape[1], pixels.shape[0])
        part = judgement.part_picture if judgement.part_picture is not None else pixels[top:bottom, left:right]
        found.append(
            Mistake(
                name=to_validate.name_of(one.sample),
                kind=kind,
                class_name=one.sample.class_name,
                verdict=one.verdict,
                said=_said(one),
                confidence=one.confidence if kind is MistakeKind.WRONG_CLASS else _confidence(one, recipe),
                anomaly_score=one.anomaly_score,
                part=part,
                heat_map=judgement.heat_map,
            )
        )
    return tuple(found)


def _certainty(one: JudgedSample, kind: MistakeKind, recipe: Recipe) -> float:
    """Return how sure the station was of a mistake, to order mistakes of one kind by."""
    if kind is MistakeKind.WRONG_CLASS:
        return one.confidence
    confidence = _confidence(one, recipe)
    if confidence is not None:
        return confidence
    score = one.anomaly_score or 0.0
    return -score if kind is MistakeKind.ESCAPE else score


def _subject(judge: Judge) -> Subject:
    model_file = judge.model_file
    manifest = model_file.manifest
    return Subject(
        recipe=model_file.recipe,
        content_hash=model_file.content_hash,
        model_hash=manifest.model_sha256,
        backbone=manifest.backbone.name,
        method=manifest.training.method,
        taught=manifest.training.pictures,
    )


def _part_set(judged: Sequence[JudgedSample], to_validate: ToValidate) -> PartSet:
    locked = to_validate.locked
    samples = [one.sample for one in judged]
    hashes = [file_hash(sample) for sample in samples]
    entries = [(digest, sample.class_name, sample.group) for digest, sample in zip(hashes, samples, strict=True)]
    return PartSet(
        sha256=locked.seal if locked else set_hash(entries),
        pictures=len(samples),
        parts=len(set(parts_of(samples, hashes))),
        per_class=dict(sorted(Counter(sample.class_name for sample in samples).items())),
        sealed=locked.sealed if locked else None,
    )


def _latency(judged: Sequence[JudgedSample], judge: Judge) -> Latency:
    times = {name: [float(getattr(one.timings, name)) for one in judged] for name in _STAGES}
    times["total"] = [sum(stages) for stages in zip(*times.values(), strict=True)]
    stages = {name: Stage(float(np.median(values)), float(np.percentile(values, 95))) for name, values in times.items()}
    return Latency(judge.choice.name, len(judged), stages)


def _compared(
    judge: Judge,
    other: Judge,
    judged: Sequence[JudgedSample],
    judged_by_other: Sequence[JudgedSample],
    to_validate: ToValidate,
) -> Comparison:
    recipe = judge.recipe
    truths = {one.sample.class_name for one in judged}
    known = {part_class.name for part_class in other.recipe.classes}
    by_class = by_verdict = by_mistake = None
    if len({side_of(name, recipe) for name in truths} | {one.verdict for one in recipe.classes}) > 1:
        by_mistake = _paired(
            [not _costly(one, recipe) for one in judged], [not _costly(one, recipe) for one in judged_by_other]
        )
        by_verdict = _paired(
            [_right_verdict(one, recipe) for one in judged], [_right_verdict(one, recipe) for one in judged_by_other]
        )
    if truths <= known and not knows_good_only(recipe):
        by_class = _paired([_right_class(one) for one in judged], [_right_class(one) for one in judged_by_other])
    worse = [
        to_validate.name_of(one.sample)
        for one, before in zip(judged, judged_by_other, strict=True)
        if (_costly(one, recipe) and not _costly(before, recipe))
        or (by_mistake is None and _right_class(before) and not _right_class(one))
    ]
    taught = frozenset(other.model_file.manifest.training.picture_hashes)
    return Comparison(
        other=_subject(other),
        figures=summarise(judged_by_other, other.recipe).figures,
        by_mistake=by_mistake,
        by_verdict=by_verdict,
        by_class=by_class,
        worse=tuple(worse),
        taught=sum(file_hash(one.sample) in taught for one in judged),
    )


def _costly(one: JudgedSample, recipe: Recipe) -> bool:
    return mistake_of(one, recipe) in (MistakeKind.ESCAPE, MistakeKind.OVERKILL)


def _right_verdict(one: JudgedSample, recipe: Recipe) -> bool:
    return one.verdict is side_of(one.sample.class_name, recipe)


def _right_class(one: JudgedSample) -> bool:
    return one.class_name == one.sample.class_name


def _paired(this: Sequence[bool], other: Sequence[bool]) -> Paired:
    counts = Counter(zip(this, other, strict=True))
    return Paired(counts[True, True], counts[False, False], mcnemar(counts[True, False], counts[False, True]))


def _flattered(comparison: Comparison | None) -> tuple[str, ...]:
    if comparison is None or not comparison.taught:
        return ()
    other = comparison.other.recipe
    return (
        f"Version {other.version.number} of '{other.product}' was taught on {comparison.taught} of these pictures, "
        "which flatters it.",
    )


def _side_by_side(
    judge: Judge, judged: Sequence[JudgedSample], on_cpu: Sequence[JudgedSample], to_validate: ToValidate
) -> AcceleratorComparison:
    pairs = list(zip(judged, on_cpu, strict=True))
    scores = [
        abs(one.anomaly_score - other.anomaly_score)
        for one, other in pairs
        if one.anomaly_score is not None and other.anomaly_score is not None
    ]
    medians = [float(np.median([one.timings.network for one in side])) for side in (on_cpu, judged)]
    return AcceleratorComparison(
        accelerator=judge.choice.name,
        parts=len(pairs),
        differing=tuple(
            to_validate.name_of(one.sample)
            for one, other in pairs
            if (one.verdict, one.reason) != (other.verdict, other.reason)
        ),
        probability_difference=max(
            abs(probability - other.probabilities[name])
            for one, other in pairs
            for name, probability in one.probabilities.items()
        ),
        anomaly_difference=max(scores, default=None),
        time_ratio=medians[0] / medians[1] if medians[1] else 1.0,
    )
