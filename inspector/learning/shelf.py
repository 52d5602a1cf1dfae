"""The versions of one recipe file: the active one, the candidates, and those that were active before.

`housing.recipe` is the active version, always whole: it is replaced in one step or not at all. The folder
`housing.recipe.candidates` holds what was taught and not yet approved, `housing.recipe.versions` every version that was
switched to or away from. Files are named by their version number.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from inspector.atomic_file import PREFIX, write_atomically
from inspector.domain.refusal import Refusal
from inspector.vision.errors import ModelFileRefused
from inspector.vision.model_file import ModelFile, read_model_file, write_model_file

CANDIDATES = ".candidates"
VERSIONS = ".versions"
_SUFFIX = ".recipe"


class NoSuchVersion(Refusal, RuntimeError):
    """A version that was asked for and is not there; the message says which ones are."""


class ShelfUnwritable(Refusal, RuntimeError):
    """The folder beside the recipe cannot be written; the message says which and why. The active version stays."""


@dataclass(frozen=True, eq=False)
class Version:
    """One version of a recipe, and the file that it lies in."""

    path: Path
    model_file: ModelFile

    @property
    def number(self) -> int:
        """Its version number."""
        return self.model_file.recipe.version.number

    @property
    def content_hash(self) -> str:
        """What tells it from every other one."""
        return self.model_file.content_hash


class VersionShelf:
    """The versions of one recipe file. One program at a time changes them: the one that holds the data folder."""

    def __init__(self, recipe: Path) -> None:
        """Look at a recipe file's versions; the folders need not be there."""
        self.recipe = recipe
        self._candidates = recipe.with_name(recipe.name + CANDIDATES)
        self._versions = recipe.with_name(recipe.name + VERSIONS)

    def active(self) -> Version:
        """Return the active version. Raises ModelFileRefused."""
        return Version(self.recipe, read_model_file(self.recipe))

    def candidates(self) -> tuple[Version, ...]:
        """Return what waits for approval, the newest first; files that cannot be read are left out."""
        return tuple(sorted(_read(self._candidates), key=lambda version: -version.number))

    def versions(self) -> tuple[Version, ...]:
        """Return the versions that were active, the newest first; files that cannot be read are left out."""
        return tuple(sorted(_read(self._versions), key=lambda version: -version.number))

    def candidate(self, number: int | None) -> Version:
        """Return the candidate of that number, or the newest. Raises NoSuchVersion."""
        found = self.candidates()
        for version in found:
            if number in (None, version.number):
                return version
        if not found:
            raise NoSuchVersion(f"there is no candidate of {self.recipe.name}; make one with 'inspector learn'")
        known = ", ".join(str(version.number) for version in found)
        raise NoSuchVersion(f"there is no candidate {number} of {self.recipe.name}; name one of these: {known}")

    def next_number(self) -> int:
        """Return a version number that no version of this recipe has."""
        numbers = [version.number for version in (*self.candidates(), *self.versions())]
        return max([self.active().number, *numbers]) + 1

    def add_candidate(self, made: ModelFile) -> Version:
        """Write a candidate under the next number and return it. Raises ShelfUnwritable."""
        number = self.next_number()
        recipe = replace(made.recipe, version=replace(made.recipe.version, number=number))
        path = self._candidates / _name(number)
        try:
            self._candidates.mkdir(parents=True, exist_ok=True)
            written = write_model_file(
                path, recipe, made.manifest, made.graph, made.golden, made.taught, made.reference
            )
        except OSError as error:
            raise _unwritable(self._candidates, error) from error
        return Version(path, written)

    def archive(self, version: Version) -> Version:
        """Have a copy among the versions and return it; one that is there stays. Raises ShelfUnwritable."""
        for known in self.versions():
            if known.content_hash == version.content_hash:
                return known
        taken = {known.number for known in self.versions()}
        mark = f"-{version.content_hash[:8]}" if version.number in taken else ""
        path = self._versions / _name(version.number, mark)
        try:
            self._versions.mkdir(parents=True, exist_ok=True)
            write_atomically(path, version.path.read_bytes())
        except OSError as error:
            raise _unwritable(self._versions, error) from error
        return Version(path, version.model_file)

    def switch_to(self, version: Version) -> None:
        """Make an archived version the active one, in one step. Raises ShelfUnwritable; then nothing has changed."""
        try:
            write_atomically(self.recipe, version.path.read_bytes())
        except OSError as error:
            # The disk may refuse after the file was put in place; then the switch was made, and nothing else counts.
            if not self._is_active(version):
                raise _unwritable(self.recipe.parent, error) from error

    def _is_active(self, version: Version) -> bool:
        try:
            return self.active().content_hash == version.content_hash
        except ModelFileRefused:
            return False

    def discard(self, candidate: Version) -> None:
        """Take a candidate away, and what a crash left half-written. What cannot be deleted stays."""
        leftovers = self._candidates.glob(f"{PREFIX}*") if self._candidates.is_dir() else ()
        for path in (candidate.path, *leftovers):
            try:
                path.unlink(missing_ok=True)
            except OSError:
                continue

    def before(self, active: Version, number: int | None) -> Version:
        """Return the version to go back to: that of `number`, or the one that the active one was made from.

        Raises NoSuchVersion.
        """
        known = [version for version in self.versions() if version.content_hash != active.content_hash]
        parent = active.model_file.recipe.version.parent
        for version in known:
            if version.number == number or (number is None and version.content_hash == parent):
                return version
        numbers = ", ".join(str(version.number) for version in known) or "none"
        wanted = f"version {number}" if number is not None else f"the version before {active.number}"
        raise NoSuchVersion(f"{wanted} of {self.recipe.name} is not kept, so nothing was rolled back; kept: {numbers}")


def _read(folder: Path) -> list[Version]:
    if not folder.is_dir():
        return []
    versions = []
    for path in sorted(folder.glob(f"[!.]*{_SUFFIX}")):
        try:
            versions.append(Version(path, read_model_file(path)))
        except ModelFileRefused:
            continue
    return versions


def _name(number: int, mark: str = "") -> str:
    return f"{number:04d}{mark}{_SUFFIX}"


def _unwritable(folder: Path, error: OSError) -> ShelfUnwritable:
    return ShelfUnwritable(
        f"the folder {folder} cannot be written ({error.strerror or error}); check the disk, and that the recipe lies "
        "in the station's own folder"
    )
