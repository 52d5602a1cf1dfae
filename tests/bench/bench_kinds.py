"""Measures recipes of identity and scenes on real pictures, with thresholds as they are and as chosen for a wish.

    python tests/bench/bench_kinds.py [--only identity scene zones] [--images FOLDER] [--backbone fast] [--folds 3]

identity: four states of a bottling line as products, in folds; what was never taught is shown too.
scene:    a warehouse with a forklift alone (allowed) and with a person beside it (alarmed), in folds.
zones:    a clip of a worker who walks from one marked zone into another, each judged by itself, then merged. Taught and
          judged frames are neighbours in time and show the same person, so these figures flatter.
"""

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.clock import SystemClock
from inspector.domain.frame import Pixels
from inspector.domain.recipe import RecipeKind, Region, Zone
from inspector.domain.verdict import Judgement, Verdict
from inspector.pictures import encode_png, read_picture
from inspector.teaching.class_sheet import SHEET_FILE, read_class_sheet
from inspector.teaching.dataset import Dataset, Sample, read_dataset
from inspector.teaching.evaluation import JudgedSample, judged_sample
from inspector.teaching.operating_point import choose_thresholds, count, with_thresholds
from inspector.teaching.teach import teach
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile, write_model_file

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
BOTTLE = Region(0.3, 0.0, 0.4, 1.0)  # only the bottle in the middle counts
LINE_STATES = ("deformed", "label_not_straight", "normal", "underfilled")
# Left, top, right, bottom in fractions of the clip: where the worker comes from, and where he goes.
ZONES = {"entrance": (0.45, 0.3, 0.75, 1.0), "cell": (0.12, 0.3, 0.42, 1.0)}
SOME, NONE = 0.02, 0.001  # which share of a zone is vest: from here on somebody is in it, up to here nobody


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked = os.environ.get("INSPECTOR_SHARED_IMAGES")
    parser.add_argument("--images", type=Path, default=Path(asked) if asked else BESIDE_THE_CHECKOUT)
    parser.add_argument("--only", nargs="*", default=["identity", "scene", "zones"])
    parser.add_argument("--backbone", default="fast")
    parser.add_argument("--folds", type=int, default=3)
    options = parser.parse_args()
    for name, measure in {"identity": identity, "scene": scene, "zones": zones}.items():
        if name in options.only:
            with tempfile.TemporaryDirectory() as folder:
                measure(options, Path(folder))


def identity(options: argparse.Namespace, folder: Path) -> None:
    """Four line states as products; the rest of the set was never taught and is none of them."""
    dataset = read_dataset(options.images / "bottle-faults")
    taught = [sample for sample in dataset.samples if sample.class_name in LINE_STATES]
    strange = [sample for sample in dataset.samples if sample.class_name not in LINE_STATES]
    judged: list[JudgedSample] = []
    said: Counter[tuple[str, str]] = Counter()
    for train, test in folds(taught, options.folds):
        model_file = taught_file(folder, dataset, train, RecipeKind.IDENTITY, options.backbone, BOTTLE)
        judge = open_judge(model_file, "cpu")
        judged += judge_all(judge.judge, test, model_file)
        said.update((sample.class_name, str(judge.judge(read_picture(sample.path)).verdict)) for sample in strange)
        judge.close()
    right = sum(one.class_name == one.sample.class_name for one in judged)
    print(f"identity  bottle-faults, {len(LINE_STATES)} line states, {len(judged)} pictures in {options.folds} folds")
    print(f"          likeliest product right: {right} of {len(judged)} ({right / len(judged):.0%})")
    show(judged, model_file)
    print(
        f"          never taught: {', '.join(f'{name} {verdict} {n}' for (name, verdict), n in sorted(said.items()))}"
    )
    stock = Counter(one.class_name for one in judged if one.verdict is Verdict.OK)
    print(f"          counted as product: {dict(stock.most_common())}")


def scene(options: argparse.Namespace, folder: Path) -> None:
    """A forklift alone is allowed, a person beside it alarmed."""
    source = options.images / "forklift"
    for name in ("forklift", "forklift_and_person"):
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / name).symlink_to(source / name, target_is_directory=True)
    (folder / "data" / "files.csv").symlink_to(source / "files.csv")
    (folder / "data" / SHEET_FILE).write_text(
        "class,verdict,severity\nforklift,allowed,\nforklift_and_person,alarmed,critical\n", encoding="utf-8"
    )
    dataset = read_dataset(folder / "data")
    judged: list[JudgedSample] = []
    for train, test in folds(dataset.samples, options.folds):
        model_file = taught_file(folder, dataset, train, RecipeKind.SCENE, options.backbone)
        judge = open_judge(model_file, "cpu")
        judged += judge_all(judge.judge, test, model_file)
        judge.close()
    right = sum(one.class_name == one.sample.class_name for one in judged)
    print(f"scene     forklift, {len(judged)} pictures in {options.folds} folds, right {right / len(judged):.0%}")
    kept = [verdict for verdict in Verdict if model_file.recipe.pictures.keeps(verdict, 1)]
    print(f"          verdicts of which a picture is kept: {len(kept)}")
    show(judged, model_file)


def zones(options: argparse.Namespace, folder: Path) -> None:
    """Blocks of nine frames, taught and judged in turn; a frame is alarmed where somebody is in a zone."""
    frames = list(clip(options.images / "part-videos" / "intel_worker-zone-detection.gif"))
    data = folder / "data"
    for number, frame in enumerate(frames):
        for name in ZONES if number // 9 % 2 == 0 else ():
            zone = cut(frame, name)
            state = occupied(zone)
            if state is not None:
                path = data / ("person" if state else "clear") / f"{name}_{number:03d}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(encode_png(zone))
    (data / SHEET_FILE).write_text("class,verdict\nclear,allowed\nperson,alarmed\n", encoding="utf-8")
    dataset = read_dataset(data)
    model_file = taught_file(folder, dataset, dataset.samples, RecipeKind.SCENE, options.backbone)
    judge = open_judge(model_file, "cpu")
    areas = tuple(Zone(name, Region(x, y, right - x, bottom - y)) for name, (x, y, right, bottom) in ZONES.items())
    whole = open_judge(replace(model_file, recipe=replace(model_file.recipe, zones=areas)), "cpu")
    single: Counter[str] = Counter()
    frames_judged: Counter[str] = Counter()
    named = 0
    for number, frame in enumerate(frames):
        states = {name: occupied(cut(frame, name)) for name in ZONES}
        if number // 9 % 2 == 0 or None in states.values():
            continue
        for name, state in states.items():
            single[f"{'person' if state else 'clear'} {judge.judge(cut(frame, name)).verdict}"] += 1
        merged = whole.judge(frame)
        frames_judged[str(merged.verdict)] += 1
        named += merged.verdict is Verdict.NG and bool(states[merged.zone])
    judge.close()
    whole.close()
    print(f"zones     worker clip, {len(dataset.samples)} zone pictures taught, {frames_judged.total()} others judged")
    print(f"          zone by zone: {dict(single.most_common())}")
    print(f"          merged, somebody is in one in every frame: {dict(frames_judged)}, right zone named in {named}")


def taught_file(
    folder: Path,
    dataset: Dataset,
    samples: Sequence[Sample],
    kind: RecipeKind,
    backbone: str,
    region: Region | None = None,
) -> ModelFile:
    """Teach on the samples; what the class sheet says counts, whether or not teaching has read it already."""
    classes = tuple(sorted({sample.class_name for sample in samples}))
    taught = teach(
        replace(dataset, samples=tuple(samples), classes=classes, problems=()),
        product=kind, author="bench", reason="measured", clock=SystemClock(), kind=kind, region=region,
        backbone=backbone,
    )  # fmt: skip
    sheet = read_class_sheet(dataset.folder, CodeCatalogue())
    named = tuple(sheet[one.name].applied_to(one) if one.name in sheet else one for one in taught.recipe.classes)
    recipe = replace(taught.recipe, classes=named)
    bare = ModelFile(recipe, taught.manifest, taught.graph, taught.golden, "", taught.taught, taught.reference)
    recipe, golden = with_thresholds(bare, recipe.thresholds, recipe.anomaly)
    path = folder / f"{kind}.recipe"
    return write_model_file(path, recipe, taught.manifest, taught.graph, golden, taught.taught, taught.reference)


def judge_all(
    judge: Callable[[Pixels], Judgement], samples: Sequence[Sample], model_file: ModelFile
) -> list[JudgedSample]:
    """Judge each sample's picture."""
    judged = []
    for sample in samples:
        one = judge(read_picture(sample.path))
        judged.append(
            judged_sample(
                sample, one.verdict, one.probabilities, model_file.recipe,
                reason=one.reason, anomaly_score=one.anomaly_score,
            )
        )  # fmt: skip
    return judged


def show(judged: Sequence[JudgedSample], model_file: ModelFile) -> None:
    """Print what becomes of the parts, with the thresholds as they are and chosen."""
    shares = {"as taught": count(judged, model_file.recipe)}
    point = choose_thresholds(judged, model_file.recipe, 0.05, 0.05)
    shares |= {"chosen": point.shares} | ({"expected": point.expected} if point.expected else {})
    for name, one in shares.items():
        rates = {"escape": one.escape, "overkill": one.overkill, "CHECK": one.check}
        print(f"          {name:<10}" + "   ".join(f"{word} {rate.x} of {rate.n}" for word, rate in rates.items()))
    print(f"          chosen for 5 % and 5 %: {point.thresholds}, {point.anomaly}")
    for sentence in (*point.claims, *point.problems):
        print(f"          {sentence}")
    reasons = Counter(one.reason or "OK" for one in judged)
    print(f"          reasons as taught: {dict(reasons.most_common())}")


def folds(samples: Sequence[Sample], number: int) -> Iterator[tuple[list[Sample], list[Sample]]]:
    """Yield what is taught and what is judged, never sharing a part."""
    splitter = StratifiedGroupKFold(number, shuffle=True, random_state=0)
    labels, groups = [sample.class_name for sample in samples], [sample.group for sample in samples]
    for train, test in splitter.split(np.zeros(len(samples)), labels, groups):
        yield [samples[place] for place in train], [samples[place] for place in test]


def clip(path: Path) -> Iterator[Pixels]:
    """Yield the frames of a clip, RGB."""
    opened = cv2.VideoCapture(str(path))
    while True:
        there, frame = opened.read()
        if not there:
            return
        yield np.ascontiguousarray(frame[:, :, ::-1])


def cut(frame: Pixels, zone: str) -> Pixels:
    """Return the zone's part of a frame."""
    height, width = frame.shape[:2]
    left, top, right, bottom = ZONES[zone]
    return np.ascontiguousarray(frame[int(top * height) : int(bottom * height), int(left * width) : int(right * width)])


def occupied(zone: Pixels) -> bool | None:
    """Say by the colour of his vest whether the worker is in the zone, None where only a bit of him is."""
    hue, saturation, value = cv2.split(cv2.cvtColor(zone, cv2.COLOR_RGB2HSV))
    share = float(((hue <= 12) & (saturation > 150) & (value > 140)).mean())
    return True if share >= SOME else False if share <= NONE else None


if __name__ == "__main__":
    main()
