"""Validation: the same counts as evaluation, what is wrong with each verdict, and the comparisons part by part."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector.domain.recipe import AnomalyRule, PartClass, RecipeKind, Thresholds
from inspector.domain.verdict import Verdict
from inspector.pictures import encode_png
from inspector.quality.mcnemar import mcnemar
from inspector.quality.validation import MistakeKind, Score, Validation
from inspector.teaching.dataset import Dataset, DatasetInvalid, Sample, read_dataset
from inspector.teaching.distributions import distributions
from inspector.teaching.evaluation import JudgedSample, evaluate
from inspector.teaching.progress import Progress, TeachingCancelled
from inspector.teaching.validation import (
    WORST_SHOWN,
    ToValidate,
    mistake_of,
    of_locked_set,
    of_samples,
    validate,
)
from inspector.teaching.validation_set import lock, set_folder
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import ModelFile
from tests.fixtures.clock import FakeClock
from tests.fixtures.tiny_recipe import tiny_recipe

# With two classes and the usual thresholds: up to 118 is OK, from 131 NG, between them CHECK.
LEVELS = {"good": (40, 50, 55, 125, 200), "scratch": (190, 210, 230, 126, 60, 70)}


def write_levels(folder: Path, levels: dict[str, tuple[int, ...]] = LEVELS) -> Dataset:
    for name, values in levels.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, level in enumerate(values):
            (folder / name / f"{number}.png").write_bytes(encode_png(np.full((32, 32, 3), level, np.uint8)))
    return read_dataset(folder)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return write_levels(tmp_path / "set")


@pytest.fixture
def judge(tiny_model_file: Callable[..., ModelFile]) -> Judge:
    return open_judge(tiny_model_file(heat_map=True), "cpu")


def validated(judge: Judge, dataset: Dataset, **options: object) -> Validation:
    return validate(judge, ToValidate(dataset.samples), FakeClock(), **options)  # type: ignore[arg-type]


def test_the_counts_are_those_of_evaluation(judge: Judge, dataset: Dataset) -> None:
    found = json.loads(json.dumps(validated(judge, dataset).as_json()))
    evaluated = json.loads(json.dumps(evaluate(judge, dataset.samples).as_json()))
    del evaluated["unreadable"]
    assert {name: found[name] for name in evaluated} == evaluated
    assert (found["escape"]["x"], found["escape"]["n"]) == (2, 6)
    assert (found["overkill"]["x"], found["overkill"]["n"]) == (1, 5)
    assert (found["check"]["x"], found["checks"]) == (2, {"unsure": 2})
    assert found["verdicts"]["good"]["CHECK"] == 1
    assert found["verdicts"]["scratch"]["right"]["x"] == 3


def test_mistakes_come_the_costliest_kind_first_and_the_surest_first(judge: Judge, dataset: Dataset) -> None:
    validation = validated(judge, dataset)
    assert [(one.kind, one.name, one.verdict) for one in validation.mistakes] == [
        (MistakeKind.ESCAPE, "scratch/4.png", Verdict.OK),
        (MistakeKind.ESCAPE, "scratch/5.png", Verdict.OK),
        (MistakeKind.OVERKILL, "good/4.png", Verdict.NG),
    ]
    assert validation.mistaken == {MistakeKind.ESCAPE: 2, MistakeKind.OVERKILL: 1, MistakeKind.WRONG_CLASS: 0}
    worst = validation.mistakes[0]
    assert worst.confidence == pytest.approx(1, abs=0.01)
    assert worst.said == "good"
    assert worst.part.shape == (32, 32, 3)
    assert worst.part[0, 0].tolist() == [60, 60, 60]
    assert worst.heat_map is not None


def test_only_the_worst_are_kept_with_pictures_and_all_are_counted(judge: Judge, tmp_path: Path) -> None:
    dataset = write_levels(tmp_path / "many", {"scratch": tuple(range(20, 20 + WORST_SHOWN + 5)), "good": (30,)})
    validation = validated(judge, dataset)
    assert len(validation.mistakes) == WORST_SHOWN
    assert validation.mistaken[MistakeKind.ESCAPE] == WORST_SHOWN + 5


def test_what_is_wrong_with_a_verdict() -> None:
    recipe = tiny_recipe(("good", "hole", "scratch"))

    def wrong(truth: str, verdict: Verdict, reason: str, likeliest: str) -> MistakeKind | None:
        sample = Sample(Path("x.png"), truth, "x")
        return mistake_of(JudgedSample(sample, verdict, likeliest, 0.9, 0.5, reason), recipe)

    assert wrong("good", Verdict.OK, "", "good") is None
    assert wrong("hole", Verdict.OK, "", "good") is MistakeKind.ESCAPE
    assert wrong("good", Verdict.NG, "hole", "hole") is MistakeKind.OVERKILL
    assert wrong("hole", Verdict.NG, "scratch", "scratch") is MistakeKind.WRONG_CLASS
    assert wrong("hole", Verdict.NG, "hole", "good") is None
    assert wrong("hole", Verdict.NG, "anomaly", "good") is None
    assert wrong("hole", Verdict.CHECK, "unsure", "good") is None
    assert wrong("good", Verdict.CHECK, "unsure", "hole") is None


def test_a_product_taken_for_another_is_a_wrong_class(judge: Judge, tmp_path: Path) -> None:
    products = tuple(replace(one, verdict=Verdict.OK) for one in judge.recipe.classes)
    recipe = replace(judge.recipe, classes=products, kind=RecipeKind.IDENTITY)
    sample = Sample(tmp_path / "x.png", "good", "x")
    taken = JudgedSample(sample, Verdict.OK, "scratch", 0.9, 0.0, anomaly_score=0.1)
    assert mistake_of(taken, recipe) is MistakeKind.WRONG_CLASS
    assert mistake_of(replace(taken, verdict=Verdict.CHECK), recipe) is None
    named, _ = distributions([taken, replace(taken, class_name="good")], recipe)
    assert (named.score, sum(named.histogram.good), sum(named.histogram.bad)) == (Score.NAMED, 1, 1)
    assert [(line.name, line.value) for line in named.lines] == [("ok", 0.8)]


def test_of_a_scene_only_the_alarm_has_a_line(judge: Judge, tmp_path: Path) -> None:
    watched = PartClass("pallet", "S02", Verdict.CHECK, "#ef6c00")
    recipe = replace(judge.recipe, classes=(*judge.recipe.classes, watched), kind=RecipeKind.SCENE)
    sample = Sample(tmp_path / "x.png", "scratch", "x")
    scores = distributions([JudgedSample(sample, Verdict.NG, "scratch", 0.9, 0.9, "scratch")], recipe)
    assert [line.name for line in scores[0].lines] == ["ng"]


def test_the_scale_of_anomaly_scores_grows_and_the_limit_stays_on_an_edge(judge: Judge, tmp_path: Path) -> None:
    sample = Sample(tmp_path / "x.png", "scratch", "x")
    recipe = replace(judge.recipe, anomaly=AnomalyRule(limit=0.5, doubt=0.4))
    for score, top in ((0.2, 1.0), (1.2, 1.5), (1.9, 2.0), (2.5, 3.0), (90.0, 3.0)):
        judged = [JudgedSample(sample, Verdict.NG, "scratch", 0.9, 0.9, "scratch", score)]
        _, anomaly = distributions(judged, recipe)
        assert anomaly.histogram.edges[-1] == pytest.approx(top)
        assert sum(anomaly.histogram.bad) == 1
        assert min(abs(edge - 0.5) for edge in anomaly.histogram.edges) < 1e-9
        assert [line.name for line in anomaly.lines] == ["doubt", "limit"]


def test_scores_are_counted_between_the_thresholds(judge: Judge, dataset: Dataset) -> None:
    bad, anomaly = validated(judge, dataset).distributions
    assert (bad.score, anomaly.score) == (Score.BAD, Score.ANOMALY)
    assert {line.name: line.value for line in bad.lines} == pytest.approx({"ok": 0.2, "ng": 0.6})
    assert (sum(bad.histogram.good), sum(bad.histogram.bad)) == (5, 6)
    assert (bad.histogram.good[0], bad.histogram.bad[0]) == (3, 2)
    assert {line.name: line.value for line in anomaly.lines} == {"limit": 0.5}


def test_a_recipe_of_one_meaning_shows_rightly_and_wrongly_named_parts(
    tiny_model_file: Callable[..., ModelFile], tmp_path: Path
) -> None:
    judge = open_judge(tiny_model_file(classes=("hole", "scratch")), "cpu")
    validation = validated(judge, write_levels(tmp_path / "set", {"hole": (20, 30, 220), "scratch": (200, 240)}))
    (named,) = validation.distributions
    assert named.score is Score.NAMED
    assert (sum(named.histogram.good), sum(named.histogram.bad)) == (4, 1)
    assert (validation.figures.escape, validation.figures.overkill, validation.figures.auroc) == (None, None, None)
    assert [one.kind for one in validation.mistakes] == [MistakeKind.WRONG_CLASS]
    assert validation.mistakes[0].said == "scratch"


def test_latency_is_told_by_stage(judge: Judge, dataset: Dataset) -> None:
    latency = validated(judge, dataset).latency
    assert (latency.accelerator, latency.parts) == ("cpu", 11)
    assert list(latency.stages) == ["prepare", "network", "decide", "total"]
    assert all(0 < stage.median <= stage.p95 for stage in latency.stages.values())


def test_another_version_is_compared_part_by_part(
    judge: Judge, dataset: Dataset, tiny_model_file: Callable[..., ModelFile], tmp_path: Path
) -> None:
    # It says NG far too readily: every part is NG but the three darkest, which are CHECK.
    strict = tiny_model_file(tmp_path / "strict.recipe", number=7, thresholds=Thresholds(ok=1.0, ng=1e-9))
    other = open_judge(strict, "cpu")
    compared = validated(judge, dataset, against=other).comparison
    assert compared is not None
    assert compared.other.recipe.version.number == 7
    assert compared.other.content_hash == strict.content_hash
    assert compared.by_verdict is not None
    right = [one.verdict is (Verdict.OK if one.sample.class_name == "good" else Verdict.NG)
             for one in evaluate(other, dataset.samples).judged]  # fmt: skip
    here = [True, True, True, False, False, True, True, True, False, False, False]
    only_here = sum(this and not that for this, that in zip(here, right, strict=True))
    only_there = sum(that and not this for this, that in zip(here, right, strict=True))
    assert only_there == 3
    assert compared.by_verdict.test == mcnemar(only_here, only_there)
    assert compared.by_verdict.both + compared.by_verdict.neither + only_here + only_there == 11
    assert compared.worse == ("scratch/4.png", "scratch/5.png")
    overkilled = sum(one.verdict is Verdict.NG for one in evaluate(other, dataset.samples).judged[:5])
    assert compared.by_mistake is not None
    assert compared.by_mistake.test == mcnemar(overkilled - 1, 2)  # one good part is NG by both
    assert compared.by_class is not None
    assert compared.by_class.test == mcnemar(0, 0)
    assert compared.figures.as_json() == evaluate(other, dataset.samples).figures.as_json()


def test_the_same_version_differs_in_nothing(judge: Judge, dataset: Dataset) -> None:
    compared = validated(judge, dataset, against=judge).comparison
    assert compared is not None
    assert compared.by_verdict is not None
    assert (compared.by_verdict.test.p_value, compared.worse, compared.taught) == (1.0, (), 0)


def test_a_version_that_was_taught_on_these_pictures_is_said_to_be_flattered(
    judge: Judge, dataset: Dataset, tiny_model_file: Callable[..., ModelFile], tmp_path: Path
) -> None:
    other = open_judge(_taught_on(tiny_model_file(tmp_path / "other.recipe"), dataset.samples[:2]), "cpu")
    validation = validated(judge, dataset, against=other)
    assert validation.comparison is not None
    assert validation.comparison.taught == 2
    assert validation.notes == ("Version 1 of 'tiny' was taught on 2 of these pictures, which flatters it.",)


def test_accelerators_are_compared_part_by_part(
    judge: Judge, dataset: Dataset, tiny_model_file: Callable[..., ModelFile], tmp_path: Path
) -> None:
    assert validated(judge, dataset).accelerators is None
    same = validated(judge, dataset, cpu=judge).accelerators
    assert same is not None
    assert (same.parts, same.differing, same.probability_difference, same.anomaly_difference) == (11, (), 0.0, 0.0)
    assert same.time_ratio > 0
    other = open_judge(tiny_model_file(tmp_path / "b.recipe", thresholds=Thresholds(ok=0.8, ng=0.3)), "cpu")
    differing = validated(judge, dataset, cpu=other).accelerators
    assert differing is not None
    assert differing.differing == ("good/3.png", "scratch/3.png")
    assert differing.anomaly_difference is None


def test_a_recipe_of_good_parts_alone_is_measured_on_defects_of_any_name(judge: Judge, tmp_path: Path) -> None:
    recipe = judge.recipe
    good = PartClass("good", "D00", Verdict.OK, "#2e7d32")
    alone = _WithRecipe(judge, replace(recipe, classes=(good,), anomaly=AnomalyRule(0.5, 0.5, Verdict.NG)))
    dataset = write_levels(tmp_path / "set", {"good": (30, 40, 200), "crack": (200, 210), "cut": (220, 40)})
    validation = validated(alone, dataset)  # type: ignore[arg-type]
    figures = validation.figures
    assert figures.confusion.counts == {"good": {"good": 2, "anomaly": 1}, "anomaly": {"good": 1, "anomaly": 3}}
    assert figures.escape is not None
    assert (figures.escape.x, figures.escape.n) == (1, 4)
    assert {name: one.right.x for name, one in figures.verdicts.items()} == {"good": 2, "crack": 2, "cut": 1}
    assert (figures.auroc, figures.anomaly_auroc) == (None, pytest.approx(10 / 12))
    assert [(one.kind, one.name, one.confidence) for one in validation.mistakes] == [
        (MistakeKind.ESCAPE, "cut/1.png", None),
        (MistakeKind.OVERKILL, "good/2.png", None),
    ]
    assert [one.score for one in validation.distributions] == [Score.ANOMALY]


class _WithRecipe:
    """A judge of good parts alone: the anomaly score is the brightness, which the tiny network gives."""

    def __init__(self, judge: Judge, recipe: object) -> None:
        self._judge = judge
        self.recipe = recipe
        self.choice = judge.choice
        self.model_file = replace(judge.model_file, recipe=recipe)  # type: ignore[arg-type]

    def judge(self, pixels: np.ndarray) -> object:
        judgement = self._judge.judge(pixels)
        bright = judgement.anomaly_score is not None and judgement.anomaly_score >= 0.5
        return replace(
            judgement,
            verdict=Verdict.NG if bright else Verdict.OK,
            reason="anomaly" if bright else "",
            class_name="good",
            probabilities={"good": 1.0},
        )


def test_the_locked_set_is_what_is_judged_under_its_old_names(judge: Judge, dataset: Dataset, tmp_path: Path) -> None:
    folder = set_folder(tmp_path / "tiny.recipe")
    locked = lock(dataset, folder, product="tiny", author="A", clock=FakeClock(), share=1.0).locked
    validation = validate(judge, of_locked_set(locked, judge), FakeClock())
    assert validation.part_set.sha256 == locked.seal
    assert validation.part_set.sealed == locked.sealed
    assert validation.part_set.per_class == {"good": 5, "scratch": 6}
    assert [one.name for one in validation.mistakes] == ["scratch/4.png", "scratch/5.png", "good/4.png"]
    assert validation.notes == ()


def test_a_recipe_that_was_taught_on_its_locked_set_is_refused(
    dataset: Dataset, tiny_model_file: Callable[..., ModelFile], tmp_path: Path
) -> None:
    judge = open_judge(_taught_on(tiny_model_file(), dataset.samples[:3]), "cpu")
    folder = tmp_path / "x"
    locked = lock(dataset, folder, product="tiny", author="A", clock=FakeClock(), share=1.0).locked
    with pytest.raises(DatasetInvalid, match=r"was taught on 3 pictures of the locked set .*the first is good/0\.png"):
        of_locked_set(locked, judge)


def test_of_other_pictures_what_was_taught_is_left_out_with_its_parts(
    dataset: Dataset, tiny_model_file: Callable[..., ModelFile]
) -> None:
    judge = open_judge(_taught_on(tiny_model_file(), dataset.samples[:1]), "cpu")
    same_part = replace(dataset.samples[1], group=dataset.samples[0].group)
    kept = of_samples([dataset.samples[0], same_part, *dataset.samples[2:]], judge)
    assert kept.samples == dataset.samples[2:]
    assert kept.notes == (
        "2 pictures were left out: taught on, or of a part that was.",
        "These pictures are not a locked set: who teaches may have looked at them.",
    )
    with pytest.raises(DatasetInvalid, match="Every picture was taught on"):
        of_samples([dataset.samples[0]], judge)


def test_the_same_parts_give_the_same_hash_and_other_parts_another(judge: Judge, dataset: Dataset) -> None:
    first, again = validated(judge, dataset), validated(judge, dataset)
    assert first.content_hash == again.content_hash
    fewer = validated(judge, replace(dataset, samples=dataset.samples[1:]))
    assert first.content_hash != fewer.content_hash
    assert first.part_set.sha256 != fewer.part_set.sha256


def test_pictures_that_cannot_be_read_are_named_and_a_wish_to_end_is_heard(judge: Judge, dataset: Dataset) -> None:
    (dataset.folder / "good" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    dataset = read_dataset(dataset.folder)
    steps: list[Progress] = []
    validation = validated(judge, dataset, progress=steps.append)
    assert validation.part_set.pictures == 11
    assert validation.notes[0].startswith("good/broken.png: ")
    assert [step.done for step in steps] == list(range(13))
    with pytest.raises(TeachingCancelled):
        validated(judge, dataset, cancelled=lambda: True)
    with pytest.raises(DatasetInvalid, match="does not know the class 'dent'"):
        validated(judge, replace(dataset, samples=(replace(dataset.samples[0], class_name="dent"),)))
    with pytest.raises(DatasetInvalid, match="None of the 1 pictures"):
        validated(judge, replace(dataset, samples=(Sample(dataset.folder / "good" / "broken.png", "good", "x"),)))


def _taught_on(model_file: ModelFile, samples: tuple[Sample, ...]) -> ModelFile:
    from inspector.teaching.evaluation import file_hash

    training = replace(model_file.manifest.training, picture_hashes=tuple(file_hash(one) for one in samples))
    return replace(model_file, manifest=replace(model_file.manifest, training=training))
