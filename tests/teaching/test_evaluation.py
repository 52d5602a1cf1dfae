import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.domain.verdict import Verdict
from inspector.quality.rates import wilson
from inspector.teaching.dataset import DatasetInvalid, Sample, read_dataset
from inspector.teaching.evaluation import (
    JudgedSample,
    evaluate,
    judged_sample,
    require_known,
    side_of,
    summarise,
    unseen,
)
from inspector.teaching.progress import Progress, TeachingCancelled
from inspector.teaching.teach import Taught
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile

OK, NG, CHECK = Verdict.OK, Verdict.NG, Verdict.CHECK


def judged(taught: Taught, truth: str, verdict: Verdict, good: float, hole: float, scratch: float) -> JudgedSample:
    probabilities = {"good": good, "hole": hole, "scratch": scratch}
    return judged_sample(Sample(Path("x.png"), truth, "x"), verdict, probabilities, taught.recipe)


def test_figures_are_counted_as_the_command_line_says(taught: Taught) -> None:
    evaluation = summarise(
        [
            judged(taught, "good", OK, 0.9, 0.1, 0.0),
            judged(taught, "good", NG, 0.2, 0.7, 0.1),
            judged(taught, "good", CHECK, 0.6, 0.2, 0.2),
            judged(taught, "hole", NG, 0.1, 0.8, 0.1),
            judged(taught, "hole", OK, 0.85, 0.1, 0.05),
            judged(taught, "scratch", NG, 0.0, 0.6, 0.4),
            judged(taught, "scratch", CHECK, 0.3, 0.2, 0.5),
        ],
        taught.recipe,
        ("hole/a.png: broken.",),
    )
    figures = json.loads(json.dumps(evaluation.as_json()))
    assert figures["n"] == 7
    assert figures["accuracy"] == pytest.approx(4 / 7)
    assert figures["macro_f1"] == pytest.approx((4 / 6 + 2 / 5 + 2 / 3) / 3)
    assert figures["confusion"] == {
        "good": {"good": 2, "hole": 1, "scratch": 0},
        "hole": {"good": 1, "hole": 1, "scratch": 0},
        "scratch": {"good": 0, "hole": 1, "scratch": 1},
    }
    assert figures["classes"]["good"] == {
        "precision": wilson(2, 3).as_json(), "recall": wilson(2, 3).as_json(), "n": 3,
    }  # fmt: skip
    assert figures["classes"]["scratch"]["recall"] == wilson(1, 2).as_json()
    assert figures["escape"] == wilson(1, 4).as_json()
    assert figures["overkill"] == wilson(1, 3).as_json()
    assert figures["check"] == wilson(2, 7).as_json()
    assert figures["right"] == wilson(3, 7).as_json()
    assert figures["verdicts"]["hole"] == {"side": "NG", "right": wilson(1, 2).as_json(), "OK": 1, "NG": 1, "CHECK": 0}
    assert figures["auroc"] == pytest.approx(9 / 12)
    assert figures["unreadable"] == ["hole/a.png: broken."]


def test_a_recipe_of_defects_only_has_no_sides(taught: Taught) -> None:
    all_bad = replace(taught.recipe, classes=tuple(replace(one, verdict=NG) for one in taught.recipe.classes))
    figures = summarise([judged(taught, "hole", NG, 0.1, 0.8, 0.1)], all_bad).as_json()
    assert (figures["escape"], figures["overkill"], figures["auroc"]) == (None, None, None)
    assert figures["check"]["x"] == 0


def test_pictures_of_one_side_give_a_rate_of_nothing_for_the_other(taught: Taught) -> None:
    figures = summarise([judged(taught, "good", OK, 0.9, 0.1, 0.0)], taught.recipe).as_json()
    assert figures["escape"]["n"] == 0
    assert figures["escape"]["value"] is None
    assert figures["overkill"]["x"] == 0
    assert figures["auroc"] is None


def test_evaluation_is_what_the_judge_says_and_names_what_it_could_not_read(
    taught_file: ModelFile, parts: Callable[..., Path], tmp_path: Path
) -> None:
    folder = parts(tmp_path, 2, first=50)
    (folder / "hole" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    samples = read_dataset(folder).samples
    judge = open_judge(taught_file, "cpu")
    steps: list[Progress] = []
    evaluation = evaluate(judge, samples, steps.append)
    assert len(evaluation.judged) == 6
    assert [one.sample for one in evaluation.judged] == [one for one in samples if one.path.name != "broken.png"]
    assert len(evaluation.unreadable) == 1
    assert evaluation.unreadable[0].startswith("hole/broken.png: ")
    assert [step.done for step in steps] == list(range(8))
    with pytest.raises(TeachingCancelled):
        evaluate(judge, samples, cancelled=lambda: len(steps) > 3)
    with pytest.raises(DatasetInvalid, match="None of the 1 pictures"):
        evaluate(judge, [sample for sample in samples if sample.path.name == "broken.png"])
    judge.close()


def test_a_class_that_the_recipe_does_not_know_is_named(taught_file: ModelFile, tmp_path: Path) -> None:
    judge = open_judge(taught_file, "cpu")
    with pytest.raises(DatasetInvalid, match=r"'disc' does not know the class 'dent' \(it knows good, hole, scratch\)"):
        evaluate(judge, [Sample(tmp_path / "x.png", "dent", "x"), Sample(tmp_path / "y.png", "good", "y")])
    judge.close()


def test_unseen_goes_by_the_bytes_not_the_name(taught: Taught, taught_folder: Path, tmp_path: Path) -> None:
    samples = read_dataset(taught_folder).samples
    assert unseen(samples, taught.manifest) == ()
    moved, changed, gone = (tmp_path / name for name in ("moved.png", "000.png", "gone.png"))
    moved.write_bytes(samples[0].path.read_bytes())
    changed.write_bytes(samples[0].path.read_bytes() + b" ")
    found = unseen([Sample(path, "good", "") for path in (moved, changed, gone)], taught.manifest)
    assert [one.path for one in found] == [changed, gone]


def test_the_anomaly_score_has_an_auroc_of_its_own_and_checks_are_counted_by_reason(taught: Taught) -> None:
    rows = (
        ("good", OK, "", 0.1),
        ("good", CHECK, "unsure", 0.4),
        ("hole", CHECK, "anomaly", 0.9),
        ("hole", NG, "", 0.2),
    )
    samples = [
        replace(judged(taught, truth, verdict, 0.4, 0.3, 0.3), reason=reason, anomaly_score=score)
        for truth, verdict, reason, score in rows
    ]
    evaluation = summarise(samples, taught.recipe)
    assert evaluation.anomaly_auroc == pytest.approx(3 / 4)
    assert evaluation.checks == {"anomaly": 1, "unsure": 1}
    assert summarise([samples[0], replace(samples[3], anomaly_score=None)], taught.recipe).anomaly_auroc is None
    assert evaluation.figures.as_json() == {
        name: value for name, value in evaluation.as_json().items() if name != "unreadable"
    }


def test_a_recipe_of_good_parts_alone_takes_every_other_class_for_an_anomaly(taught: Taught) -> None:
    alone = replace(taught.recipe, classes=(taught.recipe.part_class("good"),))
    require_known([Sample(Path("x.png"), "dent", "x")], alone)
    assert side_of("dent", alone) is NG
    said = [
        JudgedSample(Sample(Path("x.png"), truth, "x"), verdict, "good", 1.0, 0.0, reason, score)
        for truth, verdict, reason, score in (
            ("good", OK, "", 0.1), ("dent", NG, "anomaly", 0.8), ("dent", OK, "", 0.3), ("cut", CHECK, "anomaly", 0.6),
        )
    ]  # fmt: skip
    figures = summarise(said, alone)
    assert figures.confusion.counts == {"good": {"good": 1, "anomaly": 0}, "anomaly": {"good": 1, "anomaly": 2}}
    assert list(figures.verdicts) == ["good", "cut", "dent"]
    assert figures.escape == wilson(1, 3)
    assert (figures.auroc, figures.anomaly_auroc) == (None, 1.0)
