"""Measures teaching: how right recipes are on parts that they have never seen, and how long it takes to make them.

    python tests/bench/bench_teaching.py [--seeds 5] [--only NAME ...] [--images FOLDER] [--as-taken]
                                         [--backbone auto|fast|accurate] [--times] [--latency]

Everything goes the way of the product: read_dataset, teach, a recipe file, a judge, evaluate. Taught and judged
pictures never share a part. `--as-taken` teaches without mirrored, turned and relit views, to see what those bring.
`--times` teaches 60, 200 and 1,000 pictures of neu-steel instead and says how long that took, `--latency` compares the
composed graph with its bare backbones.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np
import onnx
from sklearn.model_selection import StratifiedGroupKFold

from inspector.domain.clock import SystemClock
from inspector.teaching.backbone import ACCURATE, FAST, TILE, Backbone, load_backbone
from inspector.teaching.composition import compose, features_graph
from inspector.teaching.dataset import Dataset, Sample, read_dataset
from inspector.teaching.evaluation import Evaluation, evaluate, unseen
from inspector.teaching.feature_plan import FeaturePlan, tiled
from inspector.teaching.head import Head
from inspector.teaching.teach import Taught, teach
from inspector.vision.accelerator import CPU, Session
from inspector.vision.judge import open_judge
from inspector.vision.model_file import write_model_file

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
FOLDS = 5


@dataclass(frozen=True)
class Protocol:
    """What is taught and judged: so many a class (None: all, in five folds by part), and the figures to reach."""

    name: str
    folder: str
    per_class: int | None
    accuracy: float | None = None
    balanced: float | None = None
    auroc: float | None = None


PROTOCOLS = (
    Protocol("neu-10", "neu-steel", 10, 0.98),
    Protocol("neu-140", "neu-steel", 140, 0.995),
    Protocol("tile-30", "magnetic-tile", 30),
    Protocol("tile-all", "magnetic-tile", None, balanced=0.86, auroc=0.95),
    Protocol("screws-all", "screws-present", None, 0.97),
)


@dataclass(frozen=True)
class Way:
    """How it is taught: with which networks, and on how many views at most (None: the product's limit)."""

    backbone: str
    views: int | None = None


@dataclass(frozen=True)
class Measured:
    """One taught recipe on unseen parts."""

    taught: Taught
    evaluation: Evaluation
    seconds: float
    processor_seconds: float

    @property
    def balanced_accuracy(self) -> float:
        """The mean recall of the classes."""
        figures = [self.evaluation.confusion.figures(name) for name in self.evaluation.confusion.counts]
        return statistics.mean(one.recall.value for one in figures if one.recall.value is not None)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[protocol.name for protocol in PROTOCOLS])
    asked = os.environ.get("INSPECTOR_SHARED_IMAGES")
    parser.add_argument("--images", type=Path, default=Path(asked) if asked else BESIDE_THE_CHECKOUT)
    parser.add_argument("--as-taken", action="store_true")
    parser.add_argument("--backbone", default="auto", choices=["auto", "fast", "accurate"])
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--latency", action="store_true")
    options = parser.parse_args()
    if options.times:
        show_times(options.images / "neu-steel", options.backbone)
        return
    if options.latency:
        show_latency()
        return
    way = Way(options.backbone, 1 if options.as_taken else None)
    for protocol in PROTOCOLS:
        if protocol.name in options.only:
            dataset = read_dataset(options.images / protocol.folder)
            show(protocol, [list(measure(protocol, dataset, seed, way)) for seed in range(options.seeds)])


def measure(protocol: Protocol, dataset: Dataset, seed: int, way: Way) -> Iterator[Measured]:
    """Teach and judge with one seed, once or fold by fold."""
    if protocol.per_class is not None:
        yield run(dataset, dataset.samples, seed, protocol.per_class, way)
        return
    labels = [sample.class_name for sample in dataset.samples]
    groups = [sample.group for sample in dataset.samples]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for taught, judged in folds.split(np.zeros(len(labels)), labels, groups):
        training = replace(dataset, samples=tuple(dataset.samples[place] for place in taught))
        yield run(training, [dataset.samples[place] for place in judged], seed, None, way)


def run(dataset: Dataset, candidates: Sequence[Sample], seed: int, per_class: int | None, way: Way) -> Measured:
    """Teach, write, read, judge what was not taught."""
    started, processor = time.perf_counter(), time.process_time()
    with limited_views(way.views):
        taught = teach(
            dataset,
            product=dataset.folder.name,
            author="bench",
            reason="measured",
            clock=SystemClock(),
            per_class=per_class,
            seed=seed,
            backbone=way.backbone,
        )
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.recipe"
        model_file = write_model_file(
            path, taught.recipe, taught.manifest, taught.graph, taught.golden, taught.taught, taught.reference
        )
    judge = open_judge(model_file, "cpu")
    try:
        evaluation = evaluate(judge, unseen(candidates, taught.manifest))
    finally:
        judge.close()
    return Measured(taught, evaluation, seconds, processor_seconds)


def limited_views(budget: int | None) -> "mock._patch[int]":
    """Teach with so many views at most; None leaves the product's limit."""
    from inspector.teaching import teach as module

    return mock.patch.object(module, "VIEW_BUDGET", module.VIEW_BUDGET if budget is None else budget)


def show(protocol: Protocol, seeds: list[list[Measured]]) -> None:
    """Print the figures, the mean of the seeds with their standard deviation."""
    everything = [measured for folds in seeds for measured in folds]
    pictures = everything[0].taught.manifest.training.pictures
    judged = sum(one.evaluation.confusion.n for one in seeds[0])
    print(f"{protocol.name}: {pictures} pictures taught, {judged} others judged, {len(seeds)} seeds")
    accuracy = over_seeds(seeds, lambda one: one.evaluation.confusion.accuracy)
    line("accuracy", accuracy, protocol.accuracy)
    line("balanced accuracy", over_seeds(seeds, lambda one: one.balanced_accuracy), protocol.balanced)
    line("macro F1", over_seeds(seeds, lambda one: one.evaluation.confusion.macro_f1))
    line("accuracy held out in teaching", over_seeds(seeds, lambda one: one.taught.manifest.held_out.accuracy))
    if everything[0].evaluation.escape is not None:
        line("AUROC good against defective", over_seeds(seeds, lambda one: one.evaluation.auroc or 0.0), protocol.auroc)
        line("AUROC of the anomaly alone", over_seeds(seeds, lambda one: one.evaluation.anomaly_auroc or 0.0))
        line("escape", over_seeds(seeds, lambda one: share(one.evaluation.escape)))
        line("overkill", over_seeds(seeds, lambda one: share(one.evaluation.overkill)))
        line("check", over_seeds(seeds, lambda one: share(one.evaluation.check)))
    line("mean probability of the named class", over_seeds(seeds, mean_confidence))
    seconds = [measured.seconds for measured in everything]
    processor = [measured.processor_seconds for measured in everything]
    print(f"  {'taught in':<38} {statistics.median(seconds):.1f} s, {statistics.median(processor):.1f} s of processors")
    methods = sorted({measured.taught.manifest.training.method for measured in everything})
    print("".join(f"  {method}\n" for method in methods), flush=True)


def show_times(folder: Path, backbone: str) -> None:
    """Say how long teaching takes for more and more pictures, and how large the recipe becomes."""
    dataset = read_dataset(folder)
    for pictures in (60, 200, 1000):
        measured = run(dataset, dataset.samples[::40], 0, round(pictures / len(dataset.classes)), Way(backbone))
        training = measured.taught.manifest.training
        size = len(measured.taught.graph) / 1e6
        print(
            f"{training.pictures:>5} pictures: {measured.seconds:.1f} s, {measured.processor_seconds:.1f} s of "
            f"processors, graph {size:.1f} MB; {training.method}",
            flush=True,
        )


def show_latency() -> None:
    """Compare graphs of features with their bare backbones, in turns, so that both see the same machine."""
    fast, accurate = load_backbone(FAST), load_backbone(ACCURATE)
    backbones = {FAST: fast, ACCURATE: accurate}
    cases = (
        ("fast at 224", FeaturePlan(), ((fast.graph, 1),)),
        ("accurate at 224", FeaturePlan((FAST, ACCURATE)), ((fast.graph, 1), (accurate.graph, 1))),
        ("fast in 3 x 3 tiles", tiled((FAST,), 3, 3), ((fast.graph, 9),)),
    )
    for name, plan, bare in cases:
        random = np.random.default_rng(0)
        head = Head(*_standing(plan, backbones))
        composed = Session(compose(plan, backbones, head), CPU, plan.size)
        picture = random.integers(0, 256, (1, *plan.size, 3)).astype(np.uint8)
        tile = np.ascontiguousarray(picture[:, :TILE, :TILE])
        sessions = [(Session(graph, CPU, (TILE, TILE)), runs) for graph, runs in bare]
        ours, theirs = Clock(), Clock()
        for _ in range(25):
            ours.measure(composed, picture, 1)
            theirs.start()
            for session, runs in sessions:
                theirs.add(session, tile, runs)
        print(
            f"{name:<20} composed {ours.wall:.1f} ms, bare {theirs.wall:.1f} ms, ratio {ours.wall / theirs.wall:.2f}; "
            f"of processors {ours.processor:.1f} and {theirs.processor:.1f} ms, "
            f"ratio {ours.processor / theirs.processor:.2f}",
            flush=True,
        )


class Clock:
    """The median milliseconds of runs, by the wall and by the processors, which other programs disturb less."""

    def __init__(self) -> None:
        self._runs: list[tuple[float, float]] = []

    def start(self) -> None:
        self._runs.append((0.0, 0.0))

    def add(self, session: Session, picture: np.ndarray, runs: int) -> None:
        """Add one run, counted so many times, to the measurement that was started last."""
        wall, processor = time.perf_counter(), time.process_time()
        session.run(picture)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        before = self._runs[-1]
        self._runs[-1] = (before[0] + wall * runs * 1000, before[1] + processor * runs * 1000)

    def measure(self, session: Session, picture: np.ndarray, runs: int) -> None:
        self.start()
        self.add(session, picture, runs)

    @property
    def wall(self) -> float:
        return statistics.median(wall for wall, _ in self._runs)

    @property
    def processor(self) -> float:
        return statistics.median(processor for _, processor in self._runs)


def _standing(plan: FeaturePlan, backbones: dict[str, Backbone]) -> tuple[np.ndarray, ...]:
    graph = onnx.load_model_from_string(features_graph(plan, backbones))
    size = graph.graph.output[0].type.tensor_type.shape.dim[1].dim_value
    mean, scale = np.zeros(size, np.float32), np.ones(size, np.float32)
    return mean, scale, np.zeros((6, size), np.float32), np.zeros(6, np.float32)


def over_seeds(seeds: list[list[Measured]], figure: Callable[[Measured], float]) -> list[float]:
    return [statistics.mean(figure(one) for one in folds) for folds in seeds]


def share(rate: object) -> float:
    value = getattr(rate, "value", None)
    return 0.0 if value is None else float(value)


def mean_confidence(measured: Measured) -> float:
    return statistics.mean(one.confidence for one in measured.evaluation.judged)


def line(what: str, values: list[float], bar: float | None = None) -> None:
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    mean = statistics.mean(values)
    verdict = "" if bar is None else f"  bar {bar:.1%}: {'reached' if mean >= bar else 'NOT REACHED'}"
    print(f"  {what:<38} {mean:7.2%} +- {spread:.2%}  worst {min(values):.2%}{verdict}")


if __name__ == "__main__":
    main()
