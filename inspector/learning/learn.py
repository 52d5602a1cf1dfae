"""Teaching a candidate from the taught pictures and people's corrections. The active version is not touched."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inspector.domain.clock import Clock
from inspector.domain.refusal import Refusal
from inspector.learning.corrections import LabelledPicture, corrections, taught, with_pictures_kept
from inspector.learning.sample_store import SampleStore
from inspector.learning.shelf import Version, VersionShelf
from inspector.learning.teaching_set import Contradiction, TeachingSet, not_locked, teaching_set
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.teaching.dataset import Dataset, Sample
from inspector.teaching.progress import Progress, Watch
from inspector.teaching.teach import Taught, teach
from inspector.teaching.validation_set import LockedSet, is_locked_set, read_locked_set, set_folder
from inspector.vision.model_file import ModelFile


class NothingToLearn(Refusal, RuntimeError):
    """There is nothing from which a candidate could be made; the message says why and what to do."""


class Teacher(Protocol):
    """What makes a recipe of labelled pictures; `inspector.teaching.teach.teach` in the station."""

    def __call__(
        self,
        dataset: Dataset,
        *,
        product: str,
        author: str,
        reason: str,
        clock: Clock,
        seed: int,
        parent: ModelFile,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Taught:
        """Return what was taught."""
        ...


@dataclass(frozen=True, eq=False)
class Learned:
    """A candidate, on what it was taught, and sentences on what was left out."""

    candidate: Version
    pictures: int
    corrected: int
    alike: int
    contradictions: tuple[Contradiction, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a candidate would be taught on, with sentences on what is left out. `folder` is the recipe's store."""

    active: Version
    folder: Path
    chosen: TeachingSet
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Learning:
    """What a candidate is made from. `dataset` is taken into the recipe's store of taught pictures first."""

    recipe: Path
    records: Records
    pictures: PictureStore
    author: str
    clock: Clock
    dataset: Dataset | None = None
    seed: int = 0
    progress: Callable[[Progress], None] = lambda _: None
    cancelled: Callable[[], bool] = lambda: False

    @property
    def watch(self) -> Watch:
        """Where it says how far it is."""
        return Watch(self.progress, self.cancelled)


def prepare(learning: Learning) -> Prepared:
    """Return what a candidate would be taught on, and which decisions contradict each other; nothing is taught.

    Raises NothingToLearn when the taught pictures are not at hand, TeachingCancelled, ModelFileRefused,
    SampleStoreInvalid, LockedSetInvalid and PictureUnreadable.
    """
    active = VersionShelf(learning.recipe).active()
    store = SampleStore(learning.recipe)
    if learning.dataset is not None:
        store.take_in(learning.dataset)
    before = _taught(active.model_file, store)
    found = corrections(learning.records, learning.pictures, active.model_file.recipe, store)
    chosen, notes = _chosen(learning, before, found.pictures, store)
    return Prepared(active, store.folder, chosen, (*found.left_out, *notes, *chosen.notes))


def learn(learning: Learning, teacher: Teacher = teach) -> Learned:
    """Teach a candidate and write it beside the recipe.

    Raises NothingToLearn when nobody corrected anything, DatasetInvalid as teaching does, ShelfUnwritable, and what
    `prepare` raises.
    """
    prepared = prepare(learning)
    active, chosen = prepared.active.model_file, prepared.chosen
    if not chosen.corrected:
        raise NothingToLearn(_nothing(active, chosen, prepared.notes))
    made = teacher(
        _dataset(prepared.folder, chosen),
        product=active.recipe.product,
        author=learning.author,
        reason=f"learned from {chosen.corrected} corrections",
        clock=learning.clock,
        seed=learning.seed,
        parent=active,
        progress=learning.progress,
        cancelled=learning.cancelled,
    )
    candidate = VersionShelf(learning.recipe).add_candidate(as_model_file(made))
    return Learned(
        candidate,
        len(chosen.samples),
        chosen.corrected,
        chosen.alike,
        chosen.contradictions,
        (*prepared.notes, *made.problems),
    )


def as_model_file(made: Taught) -> ModelFile:
    """Return what was taught in the form of a file that is not written yet."""
    return ModelFile(
        made.recipe,
        made.manifest,
        made.graph,
        made.golden,
        content_hash="",
        taught=made.taught,
        reference=made.reference,
    )


def locked_set(recipe: Path) -> LockedSet | None:
    """Return the locked validation set of a recipe file, None where there is none. Raises LockedSetInvalid."""
    folder = set_folder(recipe)
    return read_locked_set(folder) if is_locked_set(folder) else None


def _taught(active: ModelFile, store: SampleStore) -> tuple[LabelledPicture, ...]:
    known = taught(store)
    at_hand = {one.sha256 for one in known}
    missing = [
        digest
        for digest in active.manifest.training.picture_hashes
        if digest not in at_hand and store.picture(digest) is None
    ]
    version = active.recipe.version.number
    if missing or not known:
        raise NothingToLearn(
            f"{len(missing)} of the {len(active.manifest.training.picture_hashes)} pictures that version {version} of "
            f"'{active.recipe.product}' was taught on are not kept here; give their folder once with --dataset"
        )
    return known


def _chosen(
    learning: Learning, before: tuple[LabelledPicture, ...], found: tuple[LabelledPicture, ...], store: SampleStore
) -> tuple[TeachingSet, tuple[str, ...]]:
    locked = locked_set(learning.recipe)
    notes: tuple[str, ...] = ()
    if locked is not None:
        hashes = {one.sha256 for one in locked.pictures}
        groups = {one.group for one in locked.pictures if one.group}
        before = tuple(one for one in before if one.sha256 not in hashes and one.sample.group not in groups)
        found, notes = not_locked(found, locked.samples, learning.watch)
    kept = with_pictures_kept(found, store)
    return teaching_set(before, kept, learning.watch), notes


def _dataset(folder: Path, chosen: TeachingSet) -> Dataset:
    classes = tuple(sorted({sample.class_name for sample in chosen.samples}))
    samples: tuple[Sample, ...] = tuple(
        sorted(chosen.samples, key=lambda sample: (sample.class_name, sample.group, sample.path.name))
    )
    return Dataset(folder, samples, classes, ())


def _nothing(active: ModelFile, chosen: TeachingSet, notes: tuple[str, ...]) -> str:
    why = [*(str(one) for one in chosen.contradictions), *notes][:3]
    sentence = f"nobody has corrected a part of '{active.recipe.product}' from which something new could be learned"
    return f"{sentence} ({' '.join(why)})" if why else f"{sentence}; decide on parts first, see 'inspector ask'"


def challenge_folder(recipe: Path) -> Path:
    """Return where the challenge parts of a recipe file lie: one sub-folder a class, as in any data set."""
    return recipe.with_name(recipe.name + ".challenge")
