"""Measures judgement on the shared sets, all choices made by the product itself, and prints the table of bars.

    python tests/bench/bench_judgement.py [--seeds 5] [--only NAME ...] [--backbone NAME] [--images FOLDER]

Everything goes the way of the product: read_dataset, teach, a recipe file, a judge. Taught and judged pictures never
share a part (`group` of the set). Good-only recipes are taught on a part of the good pictures by group; judged are the
other good ones and all defects whose group was not taught.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from inspector.domain.clock import SystemClock
from inspector.domain.verdict import Judgement, Verdict
from inspector.pictures import read_picture
from inspector.quality.classification import auroc
from inspector.teaching.dataset import Dataset, Sample, read_dataset
from inspector.teaching.teach import teach
from inspector.vision.accelerator import CPU, Network
from inspector.vision.heat_map import heat_in_frame
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import write_model_file

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
FOLDS = 5
TAUGHT_SHARE = 0.7
GOOD = "good"


@dataclass(frozen=True)
class Judged:
    """One unseen picture: its truth, what was said, and the pixels of mask and heat where the set has a mask."""

    sample: Sample
    judgement: Judgement
    mask: NDArray[np.bool_] | None = None
    heat: NDArray[np.uint8] | None = None


@dataclass
class Figures:
    """What one protocol gave, a value a seed for each figure; `seconds` of teaching, `methods` as the recipes say."""

    values: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)

    def add(self, name: str, value: float) -> None:
        """Note a figure of one seed."""
        self.values.setdefault(name, []).append(value)


@dataclass(frozen=True)
class Protocol:
    """A row of the table: how it is measured, and the bars of its figures in per cent."""

    name: str
    measure: "Callable[[Bench, int, Figures], None]"
    bars: dict[str, float]


class Bench:
    """Teaches and judges with the options of this run."""

    def __init__(self, images: Path, backbone: str) -> None:
        self.images = images
        self.backbone = backbone

    def dataset(self, name: str) -> Dataset:
        """Return a shared set."""
        return read_dataset(self.images / name)

    def judge_unseen(
        self, taught: Dataset, unseen: Sequence[Sample], seed: int, figures: Figures, per_class: int | None = None
    ) -> list[Judged]:
        """Teach the samples of `taught`, judge `unseen`."""
        started = time.perf_counter()
        made = teach(
            taught,
            product=taught.folder.name,
            author="bench",
            reason="measured",
            clock=SystemClock(),
            per_class=per_class,
            seed=seed,
            backbone=self.backbone,
        )
        figures.seconds.append(time.perf_counter() - started)
        figures.methods.add(made.manifest.training.method)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.recipe"
            model_file = write_model_file(
                path, made.recipe, made.manifest, made.graph, made.golden, made.taught, made.reference
            )
        judge, network = open_judge(model_file, "cpu"), Network(made.graph, CPU)
        try:
            known = frozenset(made.manifest.training.picture_hashes)
            return [_judged(judge, network, sample) for sample in unseen if _hash(sample) not in known]
        finally:
            judge.close()
            network.close()


def _hash(sample: Sample) -> str:
    import hashlib

    return hashlib.sha256(sample.path.read_bytes()).hexdigest()


def _judged(judge: Judge, network: Network, sample: Sample) -> Judged:
    pixels = read_picture(sample.path)
    judgement = judge.judge(pixels)
    mask = _mask_of(sample)
    if mask is None or judgement.heat_map is None or judgement.placement is None:
        return Judged(sample, judgement)
    heat = heat_in_frame(_whole_heat(network, judgement), judgement.placement, *pixels.shape[:2])
    if mask.shape != heat.shape:
        mask = cv2.resize(mask.astype(np.uint8), heat.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return Judged(sample, judgement, mask, heat)


def _whole_heat(network: Network, judgement: Judgement) -> NDArray[np.uint8]:
    """Return the heat map from far below a good part on: the screen's begins at 0, where ranks would be lost."""
    assert judgement.part_picture is not None
    output = network.run(judgement.part_picture[None])
    assert output.anomaly_map is not None
    return np.asarray(np.clip((output.anomaly_map[0] + 1.5) / 3, 0, 1) * 255, dtype=np.uint8)


def _mask_of(sample: Sample) -> NDArray[np.bool_] | None:
    """Return where the defect is; nowhere for a good picture, None where the set does not say."""
    root = sample.path.parents[1]
    if not (root / "masks").is_dir():
        return None
    if sample.class_name == GOOD:
        return np.zeros(read_picture(sample.path).shape[:2], bool)
    found = sorted((root / "masks" / sample.class_name).glob(f"{sample.path.stem}.*"))
    if not found:
        return None
    mask = read_picture(found[0])
    grey = mask if mask.ndim == 2 else mask[:, :, 0]
    return grey < 128 if root.name == "piped-paper" else grey >= 128


def neu(per_class: int) -> "Callable[[Bench, int, Figures], None]":
    """Return the measurement of so many taught pictures a class."""

    def measure(bench: Bench, seed: int, figures: Figures) -> None:
        dataset = bench.dataset("neu-steel")
        judged = bench.judge_unseen(dataset, dataset.samples, seed, figures, per_class)
        figures.add("accuracy", _accuracy(judged))

    return measure


def folds_of(name: str) -> "Callable[[Bench, int, Figures], None]":
    """Return the measurement of all classes of a set, in five folds by group."""

    def measure(bench: Bench, seed: int, figures: Figures) -> None:
        dataset = bench.dataset(name)
        judged: list[Judged] = []
        for taught, unseen in _folds(dataset.samples, seed):
            judged += bench.judge_unseen(replace(dataset, samples=tuple(taught)), unseen, seed, figures)
        figures.add("accuracy", _accuracy(judged))
        figures.add("balanced accuracy", _balanced(judged))
        if any(one.sample.class_name == GOOD for one in judged):
            bad = [one.sample.class_name != GOOD for one in judged]
            ng = [1 - one.judgement.probabilities[GOOD] for one in judged]
            figures.add("AUROC defect vs good", auroc(ng, bad) or 0.0)
            verdicts = [one.judgement.verdict for one in judged]
            figures.add("escape", _share(verdicts, bad, Verdict.OK, of=True))
            figures.add("overkill", _share(verdicts, bad, Verdict.NG, of=False))
            figures.add("check", statistics.mean(verdict is Verdict.CHECK for verdict in verdicts))

    return measure


def good_only(name: str, good: str = GOOD) -> "Callable[[Bench, int, Figures], None]":
    """Return the measurement of a recipe of good parts alone."""

    def measure(bench: Bench, seed: int, figures: Figures) -> None:
        _measure_good_only(bench, bench.dataset(name), good, seed, figures)

    return measure


def piped(bench: Bench, seed: int, figures: Figures) -> None:
    """Measure each kind of paper by itself; the figures are means over the kinds."""
    dataset = bench.dataset("piped-paper")
    each = Figures()
    for kind in sorted({sample.group for sample in dataset.samples}):
        samples = [sample for sample in dataset.samples if sample.group == kind]
        if {sample.class_name for sample in samples} == {GOOD, "defect"}:
            alone = tuple(replace(sample, group=str(sample.path)) for sample in samples)
            _measure_good_only(bench, replace(dataset, samples=alone), GOOD, seed, each)
    figures.seconds += each.seconds
    figures.methods |= each.methods
    for name, values in each.values.items():
        figures.add(name, statistics.mean(values))


def _measure_good_only(bench: Bench, dataset: Dataset, good: str, seed: int, figures: Figures) -> None:
    groups = sorted({sample.group for sample in dataset.samples if sample.class_name == good})
    order = np.random.default_rng(seed).permutation(len(groups))
    chosen = {groups[place] for place in order[: round(TAUGHT_SHARE * len(groups))]}
    taught = tuple(sample for sample in dataset.samples if sample.class_name == good and sample.group in chosen)
    if good != GOOD:  # a folder called 'good' is what a person would make of it
        taught = tuple(replace(sample, class_name=GOOD) for sample in taught)
    unseen = [sample for sample in dataset.samples if sample.group not in chosen]
    judged = bench.judge_unseen(replace(dataset, samples=taught, classes=(GOOD,)), unseen, seed, figures)
    bad = [one.sample.class_name != good for one in judged]
    figures.add("image AUROC", auroc([one.judgement.anomaly_score or 0.0 for one in judged], bad) or 0.0)
    verdicts = [one.judgement.verdict for one in judged]
    figures.add("escape", _share(verdicts, bad, Verdict.OK, of=True))
    figures.add("overkill", statistics.mean(v is not Verdict.OK for v, b in zip(verdicts, bad, strict=True) if not b))
    masked = [one for one in judged if one.mask is not None and one.heat is not None]
    if masked:
        figures.add("pixel AUROC", _pixel_auroc(masked))


def _pixel_auroc(judged: Sequence[Judged]) -> float:
    """Return the area under the curve over all pixels, by counting the 256 values of the heat maps."""
    counts = np.zeros((2, 256))
    for one in judged:
        assert one.heat is not None
        assert one.mask is not None
        counts[1] += np.bincount(one.heat[one.mask], minlength=256)
        counts[0] += np.bincount(one.heat[~one.mask], minlength=256)
    below = np.cumsum(counts[0]) - counts[0]
    return float((counts[1] * (below + counts[0] / 2)).sum() / (counts[0].sum() * counts[1].sum()))


def _folds(samples: Sequence[Sample], seed: int) -> Iterator[tuple[list[Sample], list[Sample]]]:
    labels = [sample.class_name for sample in samples]
    groups = [sample.group for sample in samples]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for taught, unseen in folds.split(np.zeros(len(labels)), labels, groups):
        yield [samples[place] for place in taught], [samples[place] for place in unseen]


def _accuracy(judged: Sequence[Judged]) -> float:
    return statistics.mean(one.judgement.class_name == one.sample.class_name for one in judged)


def _balanced(judged: Sequence[Judged]) -> float:
    classes = sorted({one.sample.class_name for one in judged})
    return statistics.mean(_accuracy([one for one in judged if one.sample.class_name == name]) for name in classes)


def _share(verdicts: Sequence[Verdict], bad: Sequence[bool], said: Verdict, *, of: bool) -> float:
    return statistics.mean(verdict is said for verdict, is_bad in zip(verdicts, bad, strict=True) if is_bad is of)


PROTOCOLS = (
    Protocol("neu-steel, 10 a class", neu(10), {"accuracy": 98.0}),
    Protocol("neu-steel, 140 a class", neu(140), {"accuracy": 99.5}),
    Protocol(
        "magnetic-tile, 6 classes", folds_of("magnetic-tile"), {"balanced accuracy": 86.0, "AUROC defect vs good": 95.0}
    ),
    Protocol("magnetic-tile, good only", good_only("magnetic-tile"), {"image AUROC": 88.0, "pixel AUROC": 82.0}),
    Protocol("piped-paper, good only", piped, {"image AUROC": 99.0, "pixel AUROC": 98.0}),
    Protocol("hazelnut, good only", good_only("mvtec-hazelnut-mini"), {"image AUROC": 99.0}),
    Protocol("screws, complete only", good_only("screws-present", "screws_4_of_4"), {"image AUROC": 99.0}),
    Protocol("screws, 5 classes", folds_of("screws-present"), {"accuracy": 97.0}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="parts of the names of rows")
    parser.add_argument("--backbone", default="auto", choices=["auto", "fast", "accurate"])
    asked = os.environ.get("INSPECTOR_SHARED_IMAGES")
    parser.add_argument("--images", type=Path, default=Path(asked) if asked else BESIDE_THE_CHECKOUT)
    options = parser.parse_args()
    bench = Bench(options.images, options.backbone)
    for protocol in PROTOCOLS:
        if not options.only or any(part in protocol.name for part in options.only):
            figures = Figures()
            for seed in range(options.seeds):
                protocol.measure(bench, seed, figures)
            _show(protocol, figures, options.seeds)


def _show(protocol: Protocol, figures: Figures, seeds: int) -> None:
    print(f"{protocol.name} ({seeds} seeds)")
    for name, values in figures.values.items():
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        bar = protocol.bars.get(name)
        mark = (
            "" if bar is None else f"   bar {bar:g}: {'reached' if statistics.mean(values) * 100 >= bar else 'MISSED'}"
        )
        print(f"  {name:<24} {statistics.mean(values):7.2%} +- {spread:.2%}, worst {min(values):.2%}{mark}")
    print(f"  {'taught in':<24} {statistics.median(figures.seconds):.1f} s")
    for method in sorted(figures.methods):
        print(f"  {method}")
    print(flush=True)


if __name__ == "__main__":
    main()
