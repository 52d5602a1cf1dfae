"""The supervisor's desk: decisions on parts, and the switch from one version of a recipe to another."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from inspector.data_folder import JOURNAL, PICTURES, held
from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.clock import Clock
from inspector.domain.correction import Override, OverrideInvalid
from inspector.domain.frame import Pixels
from inspector.domain.inspection import Event, EventKind, Inspection, StoredPicture
from inspector.domain.recipe import Recipe, RecipeInvalid, RecipeVersion
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Verdict
from inspector.learning.candidate_gate import Comparison
from inspector.learning.corrections import contradicts
from inspector.learning.examine import JudgeOpening, examine
from inspector.learning.shelf import ShelfUnwritable, Version, VersionShelf
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.records.rows import RecipeRecord
from inspector.vision.documents import recipe_to_json
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile

_LOG = logging.getLogger("inspector.learning")
_PATIENCE = 10.0


class CandidateRefused(Refusal, RuntimeError):
    """A candidate that may not replace the active version; the message says why, with numbers."""


class NotRecorded(Refusal, RuntimeError):
    """The journal cannot be written at the moment, so what was asked for was not done."""


class Production(Protocol):
    """The lane that judges parts while the desk is used, where there is one."""

    def content_hash(self) -> str:
        """Return that of the recipe in use, empty while there is none."""
        ...

    def activate(self, model_file: ModelFile) -> None:
        """Judge further parts by this version, from between two parts on. Raises where it is refused."""
        ...


@dataclass(frozen=True, eq=False)
class Switched:
    """Which version replaced which one. `comparison` is None for a roll back, which needs none."""

    before: Version
    now: Version
    comparison: Comparison | None


class Desk:
    """Decisions on parts and on versions. Each call waits for the journal: it is not for the window's thread.

    Nothing is done that is not recorded. A version is switched in one step after both versions are safely kept: at any
    moment, also in a power cut, either the old one or the new one is active.
    """

    def __init__(
        self,
        journal: Journal,
        records: Records,
        pictures: PictureStore,
        clock: Clock,
        production: Production | None = None,
        judge_opening: JudgeOpening | None = None,
    ) -> None:
        """Open the desk. Candidates are examined on what `judge_opening` opens, by default on the processor."""
        self._journal = journal
        self._records = records
        self._pictures = pictures
        self._clock = clock
        self._production = production
        self._open_judge = judge_opening or partial(open_judge, wanted="cpu")

    def decide(
        self,
        sequence: int,
        verdict: Verdict,
        class_name: str | None,
        by: str,
        reason: str,
        *,
        recipe: Recipe | None = None,
        pixels: Pixels | None = None,
    ) -> Override:
        """Record what a person says of a part; the first judgement is never changed.

        `recipe` is the one in use, to tell a class that does not go with the verdict. `pixels` is the part's picture
        where it is still at hand: it is kept where none was kept exact to the pixel, so that it can be taught.
        Raises OverrideInvalid for a part that is not on file and for what is no decision, NotRecorded.
        """
        review = self._records.reviews.of(sequence)
        if review is None:
            raise OverrideInvalid(f"there is no part {sequence} on file; check the number")
        inspection = review.inspection
        decided = Override(inspection.id, verdict, class_name, by.strip(), reason.strip(), self._clock.now())
        if recipe is not None and recipe.product == inspection.context.product:
            why = contradicts(decided, recipe)
            if why:
                raise OverrideInvalid(f"the decision on part {sequence} contradicts itself: {why}")
        picture = None if pixels is None or review.picture is not None else self._keep(inspection, pixels)
        override = replace(decided, picture=picture)
        self._journal.record_override(override)
        self._require_recorded(f"the decision on part {sequence}")
        return override

    def approve(self, recipe: Path, number: int | None, by: str, reason: str) -> Switched:
        """Let a candidate (None: the newest) replace the active version, in the name of a person.

        Raises CandidateRefused with numbers where it is worse or was made from another version, NoSuchVersion,
        NotComparable, NotRecorded, ShelfUnwritable, and what activating raises; the active version then stays.
        """
        self._require_person(by, reason)
        shelf = VersionShelf(recipe)
        active, candidate = shelf.active(), shelf.candidate(number)
        if candidate.model_file.recipe.version.parent != active.content_hash:
            raise CandidateRefused(
                f"candidate {candidate.number} was not made from the active version {active.number}; learn again"
            )
        comparison = examine(recipe, active, candidate, self._open_judge)
        if not comparison.allowed:
            sentence = (
                f"candidate {candidate.number} may not replace version {active.number}: "
                f"{'; '.join(comparison.refusals)}"
            )
            self._record(EventKind.CANDIDATE_REFUSED, sentence, by, reason, active, candidate)
            raise CandidateRefused(f"{sentence} ({comparison})")
        text = f"{by} approved version {candidate.number} in place of {active.number}: {reason} ({comparison})"
        kept = self._prepare(shelf, active, candidate, EventKind.CANDIDATE_APPROVED, text, by, reason)
        self._switch(shelf, active, kept)
        shelf.discard(candidate)
        return Switched(active, kept, comparison)

    def roll_back(self, recipe: Path, by: str, reason: str, number: int | None = None) -> Switched:
        """Go back to an earlier version: that of `number`, or the one from which the active one was made.

        Raises NoSuchVersion, NotRecorded, ShelfUnwritable and what activating raises; the active version then stays.
        """
        self._require_person(by, reason)
        shelf = VersionShelf(recipe)
        active = shelf.active()
        earlier = shelf.before(active, number)
        text = f"{by} went back from version {active.number} to {earlier.number}: {reason}"
        kept = self._prepare(shelf, active, earlier, EventKind.RECIPE_ROLLED_BACK, text, by, reason)
        self._switch(shelf, active, kept)
        return Switched(active, kept, None)

    def keep_camera(self, recipe: Path, settings: tuple[FeatureSetting, ...], by: str) -> Switched:
        """Make a version that wants its camera set like this, and switch to it; it judges as the one before.

        Raises RecipeInvalid, NotRecorded, ShelfUnwritable and what activating raises; the active version then stays.
        """
        shelf = VersionShelf(recipe)
        active = shelf.active()
        before = active.model_file.recipe
        if before.simulated:
            raise RecipeInvalid("the demo recipe is part of the program and stays as it is; teach one of your own")
        by = by.strip() or "operator"
        text = f"{by} kept {len(settings)} settings of the camera in the recipe"
        version = RecipeVersion(0, by, text, self._clock.now(), active.content_hash)
        made = shelf.add_candidate(replace(active.model_file, recipe=replace(before, camera=settings, version=version)))
        try:
            kept = self._prepare(shelf, active, made, EventKind.RECIPE_CHANGED, text, by, text)
            self._switch(shelf, active, kept)
        finally:
            shelf.discard(made)
        return Switched(active, kept, None)

    def _keep(self, inspection: Inspection, pixels: Pixels) -> StoredPicture | None:
        try:
            return self._pictures.write_late(inspection, pixels)
        except (OSError, ValueError) as error:
            # The decision counts more than its picture, and without one it is only not taught.
            _LOG.error("the picture of part %d cannot be kept: %s", inspection.sequence, error)
            return None

    def _require_person(self, by: str, reason: str) -> None:
        if not by.strip() or not reason.strip():
            raise CandidateRefused("another version needs the name of a person and a reason; nothing was switched")

    def _prepare(
        self, shelf: VersionShelf, active: Version, other: Version, kind: EventKind, text: str, by: str, reason: str
    ) -> Version:
        """Have both versions kept and the decision recorded, so that only the switch itself is left."""
        shelf.archive(active)
        kept = shelf.archive(other)
        self._journal.record_recipe(record_of(kept.model_file))
        self._record(kind, text, by, reason, active, kept)
        return kept

    def _switch(self, shelf: VersionShelf, active: Version, other: Version) -> None:
        production = self._production
        running = production is not None and production.content_hash() == active.content_hash
        if production is not None and running:
            production.activate(other.model_file)
        try:
            shelf.switch_to(other)
        except ShelfUnwritable:
            if production is not None and running:
                production.activate(active.model_file)
            raise

    def _record(self, kind: EventKind, text: str, by: str, reason: str, active: Version, other: Version) -> None:
        details = {
            "product": active.model_file.recipe.product,
            "by": by,
            "reason": reason,
            "from": str(active.number),
            "from_hash": active.content_hash,
            "to": str(other.number),
            "to_hash": other.content_hash,
        }
        self._journal.record_event(Event(kind, self._clock.now(), text, "", details))
        self._require_recorded("the decision on the recipe")

    def _require_recorded(self, what: str) -> None:
        if not self._journal.flush(_PATIENCE):
            raise NotRecorded(f"{what} is not on the disk yet, because the disk fails or is very slow; check it")


@contextmanager
def open_desk(data: Path, clock: Clock) -> Iterator[Desk]:
    """Open the desk on a data folder that no station has open at the moment.

    Raises StationBusy, StationFolderUnusable and DatabaseRefused.
    """
    with held(data):
        database = Database.open(data / JOURNAL)
        try:
            pictures = PictureStore.open(data / PICTURES)
            journal = Journal(database, pictures, clock)
            journal.start()
            try:
                yield Desk(journal, Records(database), pictures, clock)
            finally:
                journal.close()
        finally:
            database.close()


def record_of(model_file: ModelFile) -> RecipeRecord:
    """Return a recipe version as the journal keeps it."""
    version = model_file.recipe.version
    return RecipeRecord(
        content_hash=model_file.content_hash,
        model_hash=model_file.manifest.model_sha256,
        product=model_file.recipe.product,
        number=version.number,
        author=version.author,
        reason=version.reason,
        created=version.created,
        recipe_json=recipe_to_json(model_file.recipe).decode(),
    )
