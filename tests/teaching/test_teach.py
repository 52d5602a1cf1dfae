from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from inspector.domain.clock import SystemClock
from inspector.domain.frame import Pixels
from inspector.domain.recipe import (
    Locating,
    LocatingMethod,
    Mask,
    PicturePolicy,
    RecipeKind,
    Region,
    Thresholds,
    Trigger,
    TriggerMode,
    Variation,
)
from inspector.domain.verdict import Reason, Verdict
from inspector.pictures import read_picture
from inspector.teaching.backbone import ACCURATE, FAST
from inspector.teaching.dataset import Dataset, DatasetInvalid, read_dataset
from inspector.teaching.evaluation import evaluate, unseen
from inspector.teaching.teach import Progress, Taught, TeachingCancelled, teach
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import ModelFile, read_model_file, write_model_file

Parts = Callable[..., Path]


def taught_on(dataset: Dataset, **wishes: object) -> Taught:
    known = {"product": "disc", "author": "A. Tester", "reason": "first", "clock": SystemClock(), "backbone": "fast"}
    return teach(dataset, **(known | wishes))  # type: ignore[arg-type]


def write_taught(path: Path, taught: Taught) -> ModelFile:
    return write_model_file(
        path, taught.recipe, taught.manifest, taught.graph, taught.golden, taught.taught, taught.reference
    )


def judge_of(taught: Taught, folder: Path) -> Judge:
    model_file = write_taught(folder / "disc.recipe", taught)
    return open_judge(model_file, "cpu")


def test_parts_never_seen_are_judged_rightly(taught_file: ModelFile, parts: Parts, tmp_path: Path) -> None:
    judge = open_judge(taught_file, "cpu")
    evaluation = evaluate(judge, read_dataset(parts(tmp_path, 8, first=100)).samples)
    judge.close()
    assert evaluation.confusion.accuracy >= 0.9
    assert evaluation.escape is not None
    assert evaluation.escape.x == 0
    assert evaluation.auroc is not None
    assert evaluation.auroc > 0.97


def test_the_recipe_is_complete(taught: Taught, taught_folder: Path) -> None:
    recipe, manifest = taught.recipe, taught.manifest
    assert [one.name for one in recipe.classes] == list(manifest.classes) == ["good", "hole", "scratch"]
    assert [one.verdict for one in recipe.classes] == [Verdict.OK, Verdict.NG, Verdict.NG]
    assert (recipe.product, recipe.region, recipe.simulated) == ("disc", Region(), False)
    version = recipe.version
    assert (version.number, version.author, version.reason, version.parent) == (1, "A. Tester", "first", "")
    assert (manifest.input_height, manifest.input_width) == (224, 224)
    assert manifest.model_sha256 == sha256(taught.graph).hexdigest()
    training = manifest.training
    assert (training.pictures, training.groups, training.seed) == (18, 18, 3)
    assert training.per_class == {"good": 6, "hole": 6, "scratch": 6}
    files = (path for path in taught_folder.rglob("*.png"))
    assert set(training.picture_hashes) == {sha256(path.read_bytes()).hexdigest() for path in files}
    held_out = manifest.held_out
    assert held_out.pictures == 18
    assert held_out.accuracy > 0.6
    assert held_out.escape is not None
    assert held_out.escape[1] == 12
    assert held_out.overkill is not None
    assert held_out.overkill[1] == 6
    assert taught.problems == ()
    assert taught.why


def test_the_golden_pictures_prove_the_graph(taught: Taught, taught_file: ModelFile) -> None:
    assert 3 <= len(taught.golden) <= 8
    assert {one.name.split("/")[0] for one in taught.golden} == {"good", "hole", "scratch"}
    open_judge(taught_file, "cpu").close()


def test_the_same_pictures_and_seed_give_the_same_graph_to_the_bit(taught: Taught, taught_folder: Path) -> None:
    again = taught_on(read_dataset(taught_folder), seed=3)
    assert again.graph == taught.graph
    assert again.manifest.training == taught.manifest.training
    assert again.manifest.held_out == taught.manifest.held_out
    assert [one.probabilities for one in again.golden] == [one.probabilities for one in taught.golden]


def test_so_many_a_class_and_the_rest_is_unseen(taught_folder: Path) -> None:
    dataset = read_dataset(taught_folder)
    some = taught_on(dataset, per_class=2, seed=1)
    others = taught_on(dataset, per_class=2, seed=2)
    assert some.manifest.training.per_class == {"good": 2, "hole": 2, "scratch": 2}
    assert some.manifest.training.picture_hashes != others.manifest.training.picture_hashes
    assert len(unseen(dataset.samples, some.manifest)) == 12


def test_two_pictures_a_class_are_enough(parts: Parts, tmp_path: Path) -> None:
    folder = parts(tmp_path / "set", 2, classes=("good", "hole"))
    taught = taught_on(read_dataset(folder))
    assert taught.manifest.held_out.pictures == 4
    judge = judge_of(taught, tmp_path)
    assert {judge.judge(one.pixels).class_name for one in taught.golden} <= {"good", "hole"}
    judge.close()


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    done, data = cv2.imencode(path.suffix, pixels)
    assert done
    path.write_bytes(data.tobytes())


def test_every_kind_of_picture_is_taught_or_named(draw: Callable[..., Pixels], tmp_path: Path) -> None:
    folder = tmp_path / "set"
    for class_name in ("good", "hole"):
        whole = draw(class_name, 1, 300)
        save(folder / class_name / "colour.png", whole)
        save(folder / class_name / "wide.jpg", cv2.resize(whole, (700, 90)))
        save(folder / class_name / "grey.bmp", whole[:, :, 0])
        save(folder / class_name / "deep.tiff", whole.astype(np.uint16) * 257)
        save(folder / class_name / "alpha.png", np.dstack([whole, np.full(whole.shape[:2], 40, np.uint8)]))
        save(folder / class_name / "dot.png", whole[:1, :1])
        Image.fromarray(whole).convert("CMYK").save(folder / class_name / "print.jpg")
    (folder / "good" / "empty.png").write_bytes(b"")
    (folder / "hole" / "cut.jpg").write_bytes((folder / "hole" / "wide.jpg").read_bytes()[:200])
    taught = taught_on(read_dataset(folder))
    assert taught.manifest.training.per_class == {"good": 7, "hole": 7}
    assert len(taught.problems) == 2
    assert "good/empty.png was left out: the file is empty." in taught.problems
    judge_of(taught, tmp_path).close()


def test_pictures_that_are_all_alike_give_no_confident_answer(tmp_path: Path) -> None:
    for class_name in ("good", "hole"):
        for number in range(3):
            save(tmp_path / "set" / class_name / f"{number}.bmp", np.full((1, 1 + number, 3), 90, np.uint8))
    taught = taught_on(read_dataset(tmp_path / "set"))
    judge = judge_of(taught, tmp_path)
    judgement = judge.judge(np.full((5, 5, 3), 90, np.uint8))
    judge.close()
    assert judgement.verdict is Verdict.CHECK
    assert max(judgement.probabilities.values()) < 0.6


def test_what_cannot_be_taught_is_refused_in_a_sentence(parts: Parts, tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match="only the class 'hole', which means NG; add pictures of good parts"):
        taught_on(read_dataset(parts(tmp_path / "bad", 3, classes=("hole",))))
    with pytest.raises(DatasetInvalid, match="Class 'good' has only 2 usable pictures; put 3 or more there"):
        taught_on(read_dataset(parts(tmp_path / "one", 2, classes=("good",))))
    folder = parts(tmp_path / "two", 2, classes=("good", "hole"))
    for path in (folder / "hole").iterdir():
        path.write_bytes(b"no picture")
    with pytest.raises(DatasetInvalid, match="'hole' has no usable picture"):
        taught_on(read_dataset(folder))


def test_it_is_cancelled_at_every_stage_and_nothing_is_left(taught_folder: Path) -> None:
    before = sorted(taught_folder.rglob("*"))
    dataset = read_dataset(taught_folder)
    steps: list[Progress] = []
    taught_on(dataset, per_class=2, progress=steps.append)
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert len(stages) == 3
    for stage in stages:
        seen: list[Progress] = []
        with pytest.raises(TeachingCancelled):
            taught_on(
                dataset,
                per_class=2,
                progress=seen.append,
                cancelled=lambda stage=stage, seen=seen: bool(seen) and seen[-1].stage == stage,
            )
        assert seen[-1].stage == stage
    assert sorted(taught_folder.rglob("*")) == before


def test_progress_counts_up_to_each_stages_total(taught_folder: Path) -> None:
    steps: list[Progress] = []
    taught_on(read_dataset(taught_folder), per_class=2, progress=steps.append)
    for stage in {step.stage for step in steps}:
        of_stage = [step for step in steps if step.stage == stage]
        assert [step.done for step in of_stage] == sorted(step.done for step in of_stage)
        assert (of_stage[0].done, of_stage[-1].done) == (0, of_stage[-1].total)


def test_a_new_version_keeps_what_people_have_set(taught: Taught, taught_folder: Path, tmp_path: Path) -> None:
    bent = replace(taught.recipe.classes[1], code="X9", verdict=Verdict.OK)
    first = replace(
        taught.recipe,
        classes=(taught.recipe.classes[0], bent, taught.recipe.classes[2]),
        thresholds=Thresholds(0.7, 0.7),
        trigger=Trigger(TriggerMode.INTERVAL, 3.0),
        pictures=PicturePolicy(5),
    )
    golden = tuple(
        replace(one, verdict=Verdict.NG if one.name.startswith("scratch") else Verdict.OK, reason=one.reason)
        for one in taught.golden
        if not one.name.startswith("hole")
    )
    parent = write_model_file(tmp_path / "first.recipe", first, taught.manifest, taught.graph, golden)
    region = Region(0.1, 0.1, 0.8, 0.8)
    second = taught_on(read_dataset(taught_folder), parent=parent, region=region, reason="closer", seed=3)
    assert (second.recipe.version.number, second.recipe.version.parent) == (2, parent.content_hash)
    assert second.recipe.classes == first.classes
    assert second.recipe.thresholds == first.thresholds
    assert second.recipe.trigger == first.trigger
    assert second.recipe.pictures == first.pictures
    assert second.recipe.region == region
    assert second.graph != taught.graph
    held_out = second.manifest.held_out
    assert held_out.overkill is not None
    assert held_out.overkill[1] == 12
    again = write_model_file(tmp_path / "second.recipe", second.recipe, second.manifest, second.graph, second.golden)
    third = taught_on(read_dataset(taught_folder), parent=read_model_file(tmp_path / "second.recipe"), per_class=2)
    assert (third.recipe.version.number, third.recipe.version.parent) == (3, again.content_hash)
    assert third.recipe.region == region


def test_equal_files_and_groups_are_counted_as_parts_and_one_part_is_warned_of(parts: Parts, tmp_path: Path) -> None:
    folder = parts(tmp_path, 3, classes=("good", "hole"))
    (folder / "good" / "copy.png").write_bytes((folder / "good" / "000.png").read_bytes())
    rows = "".join(f"hole/{number:03d}.png,tray\n" for number in range(3))
    (folder / "files.csv").write_text(f"file,group\n{rows}")
    taught = taught_on(read_dataset(folder))
    assert (taught.manifest.training.pictures, taught.manifest.training.groups) == (7, 4)
    assert taught.problems == (
        "All pictures of class 'hole' show one part, so its held-out figures flatter; add other parts.",
    )


@pytest.mark.shared_images
def test_steel_of_few_pictures_is_told_apart(shared_images: Path, tmp_path: Path) -> None:
    dataset = read_dataset(shared_images / "neu-steel")
    taught = taught_on(dataset, per_class=5)
    assert taught.manifest.held_out.escape is None
    judge = judge_of(taught, tmp_path)
    others = [one for number, one in enumerate(unseen(dataset.samples, taught.manifest)) if number % 20 == 0]
    evaluation = evaluate(judge, others)
    judge.close()
    assert evaluation.confusion.accuracy > 0.9
    assert evaluation.as_json()["auroc"] is None


def test_good_parts_alone_are_taught_and_the_anomaly_decides(parts: Parts, tmp_path: Path) -> None:
    taught = taught_on(read_dataset(parts(tmp_path / "set", 6, classes=("good",))))
    assert taught.recipe.anomaly.verdict is Verdict.NG
    assert taught.manifest.held_out.pictures == 6
    assert all(one.probabilities == (1.0,) for one in taught.golden)
    judge = judge_of(taught, tmp_path)
    unseen_parts = read_dataset(parts(tmp_path / "others", 6, classes=("good", "hole"), first=50))
    said = {name: [] for name in ("good", "hole")}
    for sample in unseen_parts.samples:
        said[sample.class_name].append(judge.judge(read_picture(sample.path)))
    judge.close()
    assert [one.verdict for one in said["hole"]] == [Verdict.NG] * 6
    assert {one.reason for one in said["hole"]} == {Reason.ANOMALY}
    assert [one.verdict for one in said["good"]].count(Verdict.OK) >= 5


def test_products_are_told_apart_and_another_thing_is_none_of_them(parts: Parts, tmp_path: Path) -> None:
    folder = parts(tmp_path / "set", 5, classes=("hole", "scratch"))
    taught = taught_on(read_dataset(folder), kind=RecipeKind.IDENTITY)
    assert [one.verdict for one in taught.recipe.classes] == [Verdict.OK, Verdict.OK]
    assert not taught.recipe.variation.mirror
    judge = judge_of(taught, tmp_path)
    other = np.random.default_rng(0).integers(0, 256, (96, 96, 3)).astype(np.uint8)
    assert judge.judge(other).reason == Reason.ANOMALY
    wrong = judge.judge(draw_hole(parts, tmp_path), "scratch")
    judge.close()
    assert (wrong.verdict, wrong.reason) == (Verdict.NG, Reason.WRONG_PRODUCT)


def draw_hole(parts: Parts, folder: Path) -> Pixels:
    return read_picture(next((parts(folder / "one", 1, classes=("hole",), first=70) / "hole").iterdir()))


def test_too_few_good_parts_are_said(parts: Parts, tmp_path: Path) -> None:
    taught = taught_on(read_dataset(parts(tmp_path, 2, classes=("good", "hole"))))
    assert taught.problems == (
        "There are only 2 good pictures, too few to learn what is normal, so unknown defects are not found; add good "
        "ones up to 3 at least.",
    )
    assert all(one.anomaly_score is None for one in taught.golden)


def test_taught_pictures_travel_with_the_recipe(taught: Taught, taught_file: ModelFile) -> None:
    assert [one.name for one in taught_file.taught] == [one.name for one in taught.taught]
    assert len(taught.taught) == 18
    assert {one.class_name for one in taught.taught} == {"good", "hole", "scratch"}
    assert taught.taught[0].thumbnail.shape == (96, 96, 3)
    golden = {one.name: one for one in taught.golden}
    for one in taught.taught:
        if one.name in golden:
            assert one.embedding == pytest.approx(np.array(golden[one.name].embedding), rel=2e-3, abs=2e-3)


def test_the_golden_pictures_carry_their_anomaly(taught: Taught) -> None:
    scores = {one.name.split("/")[0]: one.anomaly_score for one in taught.golden}
    assert all(score is not None for score in scores.values())


def test_what_a_person_wishes_stands_in_the_recipe_and_stays(taught_folder: Path, tmp_path: Path) -> None:
    dataset = read_dataset(taught_folder)
    mask = Mask(((0.0, 0.0), (0.2, 0.0), (0.2, 0.2)))
    wishes = {
        "milliseconds": 40.0,
        "variation": Variation(mirror=False, noise=False),
        "ignored": (mask,),
        "locating": Locating(LocatingMethod.BLOB, turn=5),
    }
    first = taught_on(dataset, per_class=2, **wishes)
    assert {name: getattr(first.recipe, name) for name in wishes} == wishes
    parent = write_taught(tmp_path / "first.recipe", first)
    second = taught_on(dataset, per_class=2, parent=parent, milliseconds=50.0)
    assert second.recipe.milliseconds == 50
    assert (second.recipe.ignored, second.recipe.variation) == (first.recipe.ignored, first.recipe.variation)
    assert second.recipe.locating == first.recipe.locating


def test_the_accurate_network_is_taken_when_asked_for(parts: Parts, tmp_path: Path) -> None:
    taught = taught_on(read_dataset(parts(tmp_path, 2, classes=("good", "hole"))), backbone="accurate")
    assert taught.manifest.backbone.name == f"{FAST} + {ACCURATE}"
    judge = judge_of(taught, tmp_path)
    assert judge.judge(taught.golden[0].pixels).probabilities["good"] == pytest.approx(
        taught.golden[0].probabilities[0], abs=1e-3
    )
    judge.close()


def test_auto_says_which_network_it_took_and_why(taught_folder: Path) -> None:
    taught = taught_on(read_dataset(taught_folder), per_class=2, backbone="auto")
    network = taught.why.split(":")[0]
    assert network in ("fast at 224 x 224", "accurate at 224 x 224")
    assert network in taught.manifest.training.method


def test_a_huge_picture_is_taught_like_any_other(draw: Callable[..., Pixels], tmp_path: Path) -> None:
    for class_name in ("good", "hole"):
        save(tmp_path / "set" / class_name / "small.png", draw(class_name, 0))
        whole = cv2.resize(draw(class_name, 9), (20_000, 300), interpolation=cv2.INTER_NEAREST)
        save(tmp_path / "set" / class_name / "wide.jpg", whole)
    taught = taught_on(read_dataset(tmp_path / "set"))
    assert taught.manifest.training.pictures == 4
    assert not any("left out" in problem for problem in taught.problems)
