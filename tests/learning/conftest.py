"""A data folder with a tiny recipe, its taught pictures, a locked set, and judged parts in a real journal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from inspector.domain.correction import Override
from inspector.domain.frame import Pixels
from inspector.domain.inspection import Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Verdict
from inspector.learning.learn import Learning
from inspector.pictures import encode_png
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.teaching.dataset import read_dataset
from inspector.teaching.validation_set import lock, set_folder
from inspector.vision.manifest import Manifest
from inspector.vision.model_file import ModelFile, write_model_file
from tests.fixtures.clock import START, FakeClock
from tests.fixtures.tiny_recipe import (
    TWO_CLASSES,
    golden_pictures,
    level_of,
    tiny_graph,
    tiny_manifest,
    tiny_recipe,
    write_tiny_recipe,
)

PATIENCE = 10.0


def grained(class_name: str, seed: int, height: int = 48, width: int = 64) -> Pixels:
    """Return a picture that the tiny recipe takes for that class, unlike that of every other seed."""
    grains = np.random.default_rng(seed).integers(-50, 51, (6, 8, 3))
    pixels = level_of(class_name) + np.kron(grains, np.ones((height // 6, width // 8, 1), np.int64))
    return np.asarray(pixels.clip(0, 255), np.uint8)


def write_pictures(folder: Path, seeds: range, classes: tuple[str, ...] = TWO_CLASSES) -> Path:
    """Write a data set with one picture of each class for each seed."""
    for number, class_name in enumerate(classes):
        (folder / class_name).mkdir(parents=True, exist_ok=True)
        for seed in seeds:
            (folder / class_name / f"{seed:03d}.png").write_bytes(encode_png(grained(class_name, seed + 1000 * number)))
    return folder


@dataclass
class Bench:
    """A station's data folder, open for writing, and its recipe file."""

    data: Path
    recipe: Path
    database: Database
    pictures: PictureStore
    journal: Journal
    records: Records
    clock: FakeClock
    active: ModelFile

    def judged(self, sequence: int, verdict: Verdict, reason: str, pixels: Pixels | None, **context: Any) -> None:
        """Put a judged part into the journal; the probabilities follow from the verdict."""
        bad = {Verdict.OK: 0.05, Verdict.NG: 0.95, Verdict.CHECK: 0.45}.get(verdict, 0.5)
        probabilities = {"good": 1 - bad, "scratch": bad}
        judgement = Judgement(verdict, reason, "scratch" if bad > 0.5 else "good", probabilities, None)
        of = PartContext("1", "tiny", 1, self.active.content_hash, "m" * 64, "cpu", "Anna")
        inspection = Inspection(
            f"id-{sequence}",
            sequence,
            START + timedelta(seconds=sequence),
            TriggerSource.FRAME,
            "demo:1",
            "",
            replace(of, **context),
            judgement,
        )
        self.journal.submit(JudgedPart(inspection, pixels, pixels is not None, 0.0))

    def decided(self, sequence: int, verdict: Verdict, class_name: str | None, by: str = "Anna") -> None:
        """Record a person's decision on a part."""
        self.clock.advance(1)
        self.journal.record_override(
            Override(f"id-{sequence}", verdict, class_name, by, "looked again", self.clock.now())
        )

    def learning(self, **other: Any) -> Learning:
        """Return what a candidate is made from, once all that was recorded is on the disk."""
        assert self.journal.flush(PATIENCE)
        return Learning(self.recipe, self.records, self.pictures, "Eve", self.clock, **other)


@pytest.fixture
def bench(tmp_path: Path, fake_clock: FakeClock, taught_pictures: Path) -> Iterator[Bench]:
    """Return a data folder with a recipe that says to be taught on `taught_pictures`; nothing judged yet."""
    data = tmp_path / "station"
    recipe = data / "recipes" / "tiny.recipe"
    recipe.parent.mkdir(parents=True)
    written = write_tiny_recipe(recipe)
    manifest = with_hashes(written.manifest, sorted(taught_pictures.rglob("*.png")))
    active = write_model_file(recipe, written.recipe, manifest, written.graph, written.golden)
    database = Database.open(data / "journal.sqlite")
    pictures = PictureStore.open(data / "pictures")
    journal = Journal(database, pictures, fake_clock)
    journal.start()
    yield Bench(data, recipe, database, pictures, journal, Records(database), fake_clock, active)
    journal.close(0)
    database.close()


@pytest.fixture
def taught_pictures(tmp_path: Path) -> Path:
    """Return the folder that the recipe was taught on: four pictures a class."""
    return write_pictures(tmp_path / "taught", range(4))


@pytest.fixture
def locked(bench: Bench, tmp_path: Path) -> Path:
    """Lock a validation set for the recipe: six pictures a class, none of them taught."""
    dataset = read_dataset(write_pictures(tmp_path / "validation", range(100, 106)))
    folder = set_folder(bench.recipe)
    lock(dataset, folder, product="tiny", author="Eve", clock=bench.clock)
    return folder


@pytest.fixture
def teacher() -> Callable[..., Any]:
    """Return a teacher that takes 10 ms: what it teaches is the tiny recipe, whatever the pictures; it notes them."""

    def teach(dataset: Any, *, parent: ModelFile, reason: str, author: str, clock: Any, **_: Any) -> Any:
        teach.datasets.append(dataset)  # type: ignore[attr-defined]
        paths = [sample.path for sample in dataset.samples]
        return made_from(parent, dataset.classes, paths, reason=reason, author=author, created=clock.now())

    teach.datasets = []  # type: ignore[attr-defined]
    return teach


def with_hashes(manifest: Manifest, paths: Sequence[Path]) -> Manifest:
    """Return the papers of a recipe that was taught on these files."""
    hashes = tuple(sorted(sha256(path.read_bytes()).hexdigest() for path in paths))
    return replace(manifest, training=replace(manifest.training, picture_hashes=hashes))


def made_from(
    parent: ModelFile, classes: tuple[str, ...] = TWO_CLASSES, paths: Sequence[Path] = (), **version: Any
) -> Any:
    """Return what teaching would return: the next version of the tiny recipe with these classes in this order."""
    recipe = tiny_recipe(classes, number=parent.recipe.version.number + 1, parent=parent.content_hash)
    recipe = replace(recipe, version=replace(recipe.version, **version))
    graph = tiny_graph(len(classes))
    return SimpleNamespace(
        recipe=recipe,
        manifest=with_hashes(tiny_manifest(recipe, graph), paths),
        graph=graph,
        golden=golden_pictures(recipe, graph),
        problems=(),
        taught=(),
        reference=None,
    )
