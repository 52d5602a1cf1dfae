"""Makes demo.recipe: teaches the station's own method on parts that the demo camera renders, and measures it on others.

    python models/demo/make_demo.py [--out models/demo/demo.recipe] [--check]

It prints the figures of card.md. `--check` measures the recipe that is there and teaches nothing. The same program on
the same kind of machine makes the same file to the byte. Exit code 1 when it is less accurate than the bar.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from inspector.cameras.demo_part import DEFECTS, PART_CLASSES
from inspector.cameras.demo_scene import DemoScene
from inspector.domain.recipe import Recipe, Region, Trigger, TriggerMode
from inspector.pictures import encode_png
from inspector.teaching.dataset import GROUPS_FILE, Sample, read_dataset
from inspector.teaching.evaluation import Evaluation, evaluate
from inspector.teaching.progress import Progress
from inspector.teaching.teach import Taught, teach
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile, read_model_file, write_model_file

TAUGHT_SEEDS = (1001, 1002, 1003, 1004)
TAUGHT_PER_CLASS = 40
JUDGED_SEEDS = (1, 2, 3, 7)
JUDGED = 400
BAR = 0.97
CHEAPEST = 1.0  # ms: the demo runs beside the camera that draws it, on any machine, so nothing dearer may be taken

# The part with all its play, without belt and rails beside it.
REGION = Region(left=0.175, top=0.0625, width=0.65, height=0.875)


@dataclass(frozen=True)
class FixedClock:
    """The day on which the demo recipe was made: its file must not change with the day on which it is made again."""

    def now(self) -> datetime:
        """Return that day."""
        return datetime(2026, 11, 24, tzinfo=UTC)

    def monotonic(self) -> float:
        """Return the machine's seconds."""
        return time.monotonic()


def main() -> int:
    """Make or check the recipe."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("demo.recipe"))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if not options.check:
        taught = teach_demo()
        write_model_file(
            options.out, taught.recipe, taught.manifest, taught.graph, taught.golden, taught.taught, taught.reference
        )
    model_file = read_model_file(options.out)
    print(f"recipe {model_file.content_hash}, taught by: {model_file.manifest.training.method}")
    even = measure(model_file, evenly())
    report("as many of each class", even)
    report("as they come by", measure(model_file, as_they_come()))
    return 0 if even.confusion.accuracy >= BAR else 1


def teach_demo() -> Taught:
    """Return the recipe, taught on parts of other seeds than those that are judged."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        groups: list[str] = []
        per_seed = TAUGHT_PER_CLASS // len(TAUGHT_SEEDS)
        for seed in TAUGHT_SEEDS:
            parts = ((index, PART_CLASSES[index % len(PART_CLASSES)]) for index in range(per_seed * len(PART_CLASSES)))
            groups.extend(f"{one.class_name}/{one.path.name},{seed}\n" for one in render(folder, seed, parts))
        # What lies under one seed's light belongs together: held out, a picture is judged under a light never seen.
        (folder / GROUPS_FILE).write_text("".join(["file,group\n", *groups]), encoding="utf-8")
        taught = teach(
            read_dataset(folder),
            product="Demo part",
            author="Inspector",
            reason="taught on rendered parts",
            clock=FixedClock(),
            region=REGION,
            backbone="fast",
            milliseconds=CHEAPEST,
            progress=show,
        )
    recipe = replace(
        taught.recipe, simulated=True, trigger=Trigger(TriggerMode.EACH_FRAME), milliseconds=Recipe.milliseconds
    )
    return replace(taught, recipe=recipe)


def render(folder: Path, seed: int, parts: Iterator[tuple[int, str | None]]) -> Iterator[Sample]:
    """Write each part of `demo:SEED`, as its own class or as the one asked for, and yield it."""
    scene = DemoScene(seed)
    for index, class_name in parts:
        true_class = class_name or scene.class_of(index)
        path = folder / true_class / f"{seed}-{index:04d}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encode_png(scene.still(index, true_class)))
        yield Sample(path, true_class, path.name)


def evenly() -> dict[int, list[tuple[int, str | None]]]:
    """Return the parts to judge by seed: as many of each class."""
    count = JUDGED // len(JUDGED_SEEDS)
    return {seed: [(index, PART_CLASSES[index % len(PART_CLASSES)]) for index in range(count)] for seed in JUDGED_SEEDS}


def as_they_come() -> dict[int, list[tuple[int, str | None]]]:
    """Return the parts to judge by seed: what the demo camera shows."""
    return {seed: [(index, None) for index in range(JUDGED // len(JUDGED_SEEDS))] for seed in JUDGED_SEEDS}


def measure(model_file: ModelFile, parts: dict[int, list[tuple[int, str | None]]]) -> Evaluation:
    """Judge rendered parts by the path that production uses."""
    judge = open_judge(model_file, "cpu")
    try:
        with tempfile.TemporaryDirectory() as name:
            samples = [sample for seed, wanted in parts.items() for sample in render(Path(name), seed, iter(wanted))]
            return evaluate(judge, samples, show)
    finally:
        judge.close()


def report(what: str, evaluation: Evaluation) -> None:
    """Print the figures."""
    figures = evaluation.as_json()
    print(f"{figures['n']} parts, {what}: accuracy {figures['accuracy']:.2%}, AUROC {figures['auroc']:.4f}")
    for word in ("escape", "overkill", "check"):
        rate = figures[word]
        print(f"  {word:<9} {rate['x']} of {rate['n']} (95 %: {rate['low']:.2%} to {rate['high']:.2%})")
    for name in ("good", *DEFECTS):
        print(f"  {name:<13} {figures['confusion'][name]}")


def show(progress: Progress) -> None:
    """Say how far it is, at the end of each stage."""
    if progress.done == progress.total:
        sys.stderr.write(f"{progress.stage}: {progress.total}\n")


if __name__ == "__main__":
    sys.exit(main())
