"""Measures teaching: how right recipes are on parts that they have never seen, and how long it takes to make them.

    python tests/bench/bench_teaching.py [--seeds 5] [--only NAME ...] [--images FOLDER] [--as-taken]

Everything goes the way of the product: read_dataset, teach, a recipe file, a judge, evaluate. Taught and judged
pictures never share a part. `--as-taken` teaches without mirrored, turned and relit views, to see what those bring.
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
from sklearn.model_selection import StratifiedGroupKFold

from inspector.domain.clock import SystemClock
from inspector.teaching.dataset import Dataset, Sample, read_dataset
from inspector.teaching.evaluation import Evaluation, evaluate, unseen
from inspector.teaching.teach import Taught, teach
from inspector.vision.judge import open_judge
from inspector.vision.model_file import write_model_file

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
FOLDS = 5


@dataclass(frozen=True)
class Protocol:
    """What is taught and judged: so many a class (None: all, in five folds by part), and the accuracy to reach."""

    name: str
    folder: str
    per_class: int | None
    bar: float | None = None


PROTOCOLS = (
    Protocol("neu-10", "neu-steel", 10, 0.97),
    Protocol("neu-140", "neu-steel", 140, 0.993),
    Protocol("tile-30", "magnetic-tile", 30),
    Protocol("tile-all", "magnetic-tile", None),
    Protocol("screws-all", "screws-present", None),
)


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
    options = parser.parse_args()
    budget = 1 if options.as_taken else None
    for protocol in PROTOCOLS:
        if protocol.name in options.only:
            dataset = read_dataset(options.images / protocol.folder)
            show(protocol, [list(measure(protocol, dataset, seed, budget)) for seed in range(options.seeds)])


def measure(protocol: Protocol, dataset: Dataset, seed: int, budget: int | None) -> Iterator[Measured]:
    """Teach and judge with one seed, once or fold by fold."""
    if protocol.per_class is not None:
        yield run(dataset, dataset.samples, seed, protocol.per_class, budget)
        return
    labels = [sample.class_name for sample in dataset.samples]
    groups = [sample.group for sample in dataset.samples]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for taught, judged in folds.split(np.zeros(len(labels)), labels, groups):
        training = replace(dataset, samples=tuple(dataset.samples[place] for place in taught))
        yield run(training, [dataset.samples[place] for place in judged], seed, None, budget)


def run(
    dataset: Dataset, candidates: Sequence[Sample], seed: int, per_class: int | None, budget: int | None
) -> Measured:
    """Teach, write, read, judge what was not taught."""
    started, processor = time.perf_counter(), time.process_time()
    with limited_views(budget):
        taught = teach(
            dataset,
            product=dataset.folder.name,
            author="bench",
            reason="measured",
            clock=SystemClock(),
            per_class=per_class,
            seed=seed,
        )
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.recipe"
        model_file = write_model_file(path, taught.recipe, taught.manifest, taught.graph, taught.golden)
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
    line("accuracy", accuracy, protocol.bar)
    line("balanced accuracy", over_seeds(seeds, lambda one: one.balanced_accuracy))
    line("macro F1", over_seeds(seeds, lambda one: one.evaluation.confusion.macro_f1))
    line("accuracy held out in teaching", over_seeds(seeds, lambda one: one.taught.manifest.held_out.accuracy))
    if everything[0].evaluation.escape is not None:
        line("AUROC good against defective", over_seeds(seeds, lambda one: one.evaluation.auroc or 0.0))
        line("escape", over_seeds(seeds, lambda one: share(one.evaluation.escape)))
        line("overkill", over_seeds(seeds, lambda one: share(one.evaluation.overkill)))
        line("check", over_seeds(seeds, lambda one: share(one.evaluation.check)))
    line("mean probability of the named class", over_seeds(seeds, mean_confidence))
    seconds = [measured.seconds for measured in everything]
    processor = [measured.processor_seconds for measured in everything]
    print(f"  {'taught in':<38} {statistics.median(seconds):.1f} s, {statistics.median(processor):.1f} s of processors")
    methods = sorted({measured.taught.manifest.training.method for measured in everything})
    print("".join(f"  {method}\n" for method in methods), flush=True)


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
