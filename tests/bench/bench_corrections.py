"""Measures learning from corrections: how right the station is on parts never seen, after 0, 10, 20, 50, 100 of them.

    python tests/bench/bench_corrections.py [--seeds 3] [--only NAME ...] [--random] [--backbone fast] [--images FOLDER]

A recipe is taught on five pictures a class. Then a shift goes by: parts are judged, recorded, and a simulated person
corrects half of the time a mistake that somebody noticed (a wrong class, overkill, an escape found later) and half of
the time the part that the station asks about first. After 10, 20, 50 and 100 corrections a candidate is taught and goes
before the gate. Everything goes the way of the product: a real journal with real pictures, overrides by the desk,
`questions`, `learn`, `approve` with a locked set. Taught, streamed, locked and test parts never share a part; test
parts are never corrected. `--random` corrects parts at random instead, to see what asking and noticing bring.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

from inspector.domain.clock import SystemClock
from inspector.domain.frame import Pixels
from inspector.domain.inspection import Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Verdict
from inspector.learning.ask import questions
from inspector.learning.desk import CandidateRefused, Desk
from inspector.learning.learn import Learning, learn
from inspector.learning.sample_store import SampleStore
from inspector.learning.shelf import VersionShelf
from inspector.pictures import read_picture
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.teaching.dataset import Dataset, Sample, read_dataset
from inspector.teaching.evaluation import Evaluation, evaluate, side_of
from inspector.teaching.selection import pick
from inspector.teaching.teach import teach
from inspector.teaching.validation_set import lock, set_folder
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import ModelFile, write_model_file

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
SETS = ("neu-steel", "magnetic-tile", "screws-present")
STEPS = (10, 20, 50, 100)
TAUGHT_PER_CLASS = 5
TEST_SHARE, LOCKED_SHARE = 0.3, 0.1
PARTS_A_CORRECTION = 3
FEWEST_PARTS = 40


@dataclass(frozen=True)
class Measured:
    """How right a candidate is on the test parts, and whether the gate let it through."""

    corrections: int
    accuracy: float
    balanced: float
    right: float
    allowed: bool
    active_accuracy: float
    seconds: float


@dataclass
class Shift:
    """The station's desk while parts go by, and who really knows what they are."""

    data: Path
    recipe: Path
    journal: Journal
    records: Records
    pictures: PictureStore
    desk: Desk
    stream: list[Sample]
    chance: random.Random
    truth: dict[int, Sample] = field(default_factory=dict)
    pixels: dict[int, Pixels] = field(default_factory=dict)
    judged: dict[int, Judgement] = field(default_factory=dict)
    decided: set[int] = field(default_factory=set)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=list(SETS))
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--backbone", default="fast")
    asked = os.environ.get("INSPECTOR_SHARED_IMAGES")
    parser.add_argument("--images", type=Path, default=Path(asked) if asked else BESIDE_THE_CHECKOUT)
    options = parser.parse_args()
    for name in options.only:
        dataset = read_dataset(options.images / name)
        runs: list[list[Measured]] = []
        for seed in range(options.seeds):
            runs.append([])
            with tempfile.TemporaryDirectory() as folder:
                for one in run(dataset, seed, Path(folder), options):
                    runs[-1].append(one)
                    print(f"    seed {seed}: {one}", flush=True)
        show(name, runs, options)


def run(dataset: Dataset, seed: int, folder: Path, options: argparse.Namespace) -> Iterator[Measured]:
    """Teach, let the shift go by, correct and learn; yield the figures after each step."""
    teacher = partial(teach, backbone=options.backbone)
    test, locked, taught, stream = split(dataset, seed)
    recipe = folder / "data" / "recipes" / "bench.recipe"
    recipe.parent.mkdir(parents=True)
    first = replace(dataset, samples=tuple(taught))
    started = time.perf_counter()
    made = teacher(
        first, product=dataset.folder.name, author="bench", reason="measured", clock=SystemClock(), seed=seed
    )
    write_model_file(recipe, made.recipe, made.manifest, made.graph, made.golden, made.taught, made.reference)
    SampleStore(recipe).take_in(first)
    lock(
        replace(dataset, samples=tuple(locked)),
        set_folder(recipe),
        product=made.recipe.product,
        author="bench",
        clock=SystemClock(),
    )
    before = measured(VersionShelf(recipe).active().model_file, test)
    accuracy = before.confusion.accuracy
    yield Measured(0, accuracy, balanced(before), share(before), True, accuracy, time.perf_counter() - started)
    with shift(folder / "data", recipe, stream, seed) as going:
        for step in STEPS:
            if not correct(going, step - len(going.decided), at_random=options.random):
                break
            started = time.perf_counter()
            learned = learn(
                Learning(recipe, going.records, going.pictures, "bench", SystemClock(), seed=seed),
                teacher,
            )
            seconds = time.perf_counter() - started
            after = measured(learned.candidate.model_file, test)
            try:
                going.desk.approve(recipe, learned.candidate.number, "Sue", "measured")
                allowed, accuracy = True, after.confusion.accuracy
            except CandidateRefused as refusal:
                print(f"    {refusal}", flush=True)
                allowed = False
            yield Measured(
                len(going.decided), after.confusion.accuracy, balanced(after), share(after), allowed, accuracy, seconds
            )


def split(dataset: Dataset, seed: int) -> tuple[list[Sample], list[Sample], list[Sample], list[Sample]]:
    """Return test, locked, taught and streamed samples; no part is in two of them, each class in all where it can."""
    members: dict[str, list[Sample]] = defaultdict(list)
    for sample in dataset.samples:
        members[sample.group].append(sample)
    counts = {name: sum(one.class_name == name for one in dataset.samples) for name in dataset.classes}
    groups = sorted(members)
    random.Random(seed).shuffle(groups)
    wanted = {name: [TEST_SHARE * count, LOCKED_SHARE * count] for name, count in counts.items()}
    bins: tuple[list[Sample], list[Sample], list[Sample]] = ([], [], [])
    for group in groups:
        scarcest = min((one.class_name for one in members[group]), key=lambda name: counts[name])
        place = next((number for number, left in enumerate(wanted[scarcest]) if left >= 0.5), 2)
        bins[place].extend(members[group])
        if place < 2:
            for one in members[group]:
                wanted[one.class_name][place] -= 1
    test, locked, rest = bins
    taught = pick(sorted(rest, key=lambda one: str(one.path)), TAUGHT_PER_CLASS, seed)
    groups_taught = {one.group for one in taught}
    return test, locked, list(taught), [one for one in rest if one.group not in groups_taught]


@contextmanager
def shift(data: Path, recipe: Path, stream: list[Sample], seed: int) -> Iterator[Shift]:
    database = Database.open(data / "journal.sqlite")
    pictures = PictureStore.open(data / "pictures")
    journal = Journal(database, pictures, SystemClock())
    journal.start()
    records = Records(database)
    try:
        desk = Desk(journal, records, pictures, SystemClock())
        yield Shift(data, recipe, journal, records, pictures, desk, list(stream), random.Random(seed))
    finally:
        journal.close()
        database.close()


def correct(going: Shift, wanted: int, *, at_random: bool) -> bool:
    """Let parts go by and have so many of them corrected; say whether there were any."""
    active = VersionShelf(going.recipe).active().model_file
    judge_parts(going, active, max(FEWEST_PARTS, PARTS_A_CORRECTION * wanted))
    before = len(going.decided)
    if at_random:
        open_ones = sorted(set(going.truth) - going.decided)
        for sequence in going.chance.sample(open_ones, min(wanted, len(open_ones))):
            decide(going, sequence, active)
        return len(going.decided) > before
    mistakes = [number for number in going.truth if number not in going.decided and is_mistake(going, number, active)]
    for sequence in mistakes[: wanted // 2]:
        decide(going, sequence, active)
    asked = questions(going.records, going.pictures, active, wanted - (len(going.decided) - before))
    for question in asked:
        decide(going, question.part.inspection.sequence, active)
    for sequence in mistakes[wanted // 2 :]:
        if len(going.decided) - before < wanted:
            decide(going, sequence, active)
    return len(going.decided) > before


def judge_parts(going: Shift, active: ModelFile, count: int) -> None:
    """Judge and record the next parts of the shift."""
    judge = open_judge(active, "cpu")
    try:
        for _ in range(min(count, len(going.stream))):
            sample = going.stream.pop(0)
            submit(going, judge, sample, active)
    finally:
        judge.close()
    going.journal.flush()


def submit(going: Shift, judge: Judge, sample: Sample, active: ModelFile) -> None:
    pixels = read_picture(sample.path)
    judgement = judge.judge(pixels)
    sequence = len(going.truth) + 1
    recipe = active.recipe
    context = PartContext(
        "1", recipe.product, recipe.version.number, active.content_hash, active.manifest.model_sha256, "cpu", "bench"
    )
    inspection = Inspection(
        uuid4().hex, sequence, datetime.now(UTC), TriggerSource.FRAME, "bench", "", context, judgement
    )
    going.truth[sequence], going.pixels[sequence], going.judged[sequence] = sample, pixels, judgement
    going.journal.submit(JudgedPart(inspection, pixels, recipe.pictures.keeps(judgement.verdict, sequence), 0.0))


def is_mistake(going: Shift, sequence: int, active: ModelFile) -> bool:
    """Say whether somebody would notice: a wrong class or overkill at once, an escape later. A CHECK is none."""
    judgement, truth = going.judged[sequence], going.truth[sequence].class_name
    if judgement.verdict is Verdict.CHECK:
        return False
    said = judgement.class_name if judgement.verdict is Verdict.OK else judgement.reason
    return said != truth or judgement.verdict is not side_of(truth, active.recipe)


def decide(going: Shift, sequence: int, active: ModelFile) -> None:
    truth = going.truth[sequence].class_name
    going.desk.decide(
        sequence,
        side_of(truth, active.recipe),
        truth,
        "Anna",
        "simulated",
        recipe=active.recipe,
        pixels=going.pixels[sequence],
    )
    going.decided.add(sequence)


def measured(model_file: ModelFile, test: Sequence[Sample]) -> Evaluation:
    judge = open_judge(model_file, "cpu")
    try:
        return evaluate(judge, test)
    finally:
        judge.close()


def balanced(evaluation: Evaluation) -> float:
    figures = [evaluation.confusion.figures(name) for name in evaluation.confusion.counts]
    return statistics.mean(one.recall.value for one in figures if one.recall.value is not None)


def share(evaluation: Evaluation) -> float:
    return evaluation.right.value or 0.0


def show(name: str, runs: list[list[Measured]], options: argparse.Namespace) -> None:
    """Print the mean of the seeds with its standard deviation, and the gain over the seeds' own beginning."""
    asking = "corrected at random" if options.random else "corrected as noticed and asked"
    print(f"{name}: {len(runs)} seeds, {options.backbone}, {asking}")
    print("  corrections   accuracy           gain    balanced   right verdicts   active   approved   learned in")
    for place in range(max(map(len, runs))):
        row = [one[place] for one in runs if len(one) > place]
        gains = [one[place].accuracy - one[0].accuracy for one in runs if len(one) > place]
        spread = statistics.stdev([one.accuracy for one in row]) if len(row) > 1 else 0.0
        print(
            f"  {mean(row, 'corrections'):11.0f}   {mean(row, 'accuracy'):6.2%} +- {spread:5.2%}   "
            f"{statistics.mean(gains):+7.2%}   {mean(row, 'balanced'):7.2%}   {mean(row, 'right'):14.2%}   "
            f"{mean(row, 'active_accuracy'):6.2%}   {sum(one.allowed for one in row):4} of {len(row)}   "
            f"{statistics.median(one.seconds for one in row):6.1f} s",
            flush=True,
        )


def mean(row: list[Measured], figure: str) -> float:
    return statistics.mean(getattr(one, figure) for one in row)


if __name__ == "__main__":
    main()
