"""The recipes that lie at hand: those in the station's own folder and the demo recipe of the program."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.vision.errors import ModelFileRefused
from inspector.vision.model_file import ModelFile, read_model_file

_LOG = logging.getLogger("inspector.recipes")


@dataclass(frozen=True)
class RecipeEntry:
    """One recipe file. `problem` is the sentence why it cannot be used, empty for a good one."""

    path: Path
    product: str
    version: int
    simulated: bool
    problem: str = ""


class RecipeShelf:
    """Knows the recipe files of a folder, and of single paths besides. Looking again is cheap while nothing changed."""

    def __init__(self, folder: Path, besides: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._besides = list(besides)
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[tuple[int, int], RecipeEntry]] = {}

    def entries(self) -> tuple[RecipeEntry, ...]:
        """Return what `look` found, by product and path; does not touch the disk."""
        with self._lock:
            entries = [entry for _, entry in self._known.values()]
        return tuple(sorted(entries, key=lambda entry: (entry.simulated, entry.product.casefold(), str(entry.path))))

    def add(self, path: Path) -> None:
        """Have a file looked at that lies elsewhere, on a stick for example."""
        with self._lock:
            if path not in self._besides and path.parent != self._folder:
                self._besides.append(path)

    def look(self) -> None:
        """Read the files that are new or changed. Blocks; for a thread that may."""
        known = dict(self._known)
        found: dict[Path, tuple[tuple[int, int], RecipeEntry]] = {}
        for path in self._paths():
            try:
                stat = path.stat()
            except OSError:
                continue
            mark = (stat.st_mtime_ns, stat.st_size)
            before = known.get(path)
            found[path] = before if before is not None and before[0] == mark else (mark, _entry(path))
        with self._lock:
            self._known = found

    def _paths(self) -> list[Path]:
        with self._lock:
            besides = list(self._besides)
        inside = [path for path in self._folder.iterdir() if path.is_file() and not path.name.startswith(".")]
        return [*inside, *besides]


def _entry(path: Path) -> RecipeEntry:
    try:
        return entry_of(path, read_model_file(path))
    except ModelFileRefused as refusal:
        _LOG.info("%s", refusal)
        return RecipeEntry(path, path.stem, 0, simulated=False, problem=str(refusal))


def entry_of(path: Path, model_file: ModelFile) -> RecipeEntry:
    """Return the entry of a file that was read."""
    recipe = model_file.recipe
    return RecipeEntry(path, recipe.product, recipe.version.number, recipe.simulated)
