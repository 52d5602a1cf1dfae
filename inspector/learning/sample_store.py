"""The pictures that a recipe is taught on, kept beside the recipe file, so that it can be taught again with more.

`housing.recipe` has them in the folder `housing.recipe.samples`: `pictures/` holds each picture under the SHA-256 of
its bytes, `index.json` names them with class and part. Pictures that a person corrected go there too when they are
taught; their labels stay in the journal, where the last decision counts.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from inspector.atomic_file import write_atomically
from inspector.domain.refusal import Refusal
from inspector.teaching.dataset import Dataset, Sample

SUFFIX = ".samples"
_INDEX = "index.json"
_PICTURES = "pictures"
_FORMAT = "inspector taught pictures"
_SCHEMA = 1


class SampleStoreInvalid(Refusal, ValueError):
    """A store of taught pictures that cannot be read or written; the message says why and how to mend it."""


@dataclass(frozen=True)
class StoredSample:
    """One taught picture. `name` is where it came from, `group` the part shown, empty for one of its own."""

    sha256: str
    suffix: str
    name: str
    class_name: str
    group: str


class SampleStore:
    """The taught pictures of one recipe file. Nothing is ever deleted from it."""

    def __init__(self, recipe: Path) -> None:
        """Look at the store of a recipe file; it need not be there."""
        self.folder = recipe.with_name(recipe.name + SUFFIX)

    def take_in(self, dataset: Dataset) -> int:
        """Copy the pictures of a data set that are not there yet; return how many. A new label replaces the old one.

        Raises SampleStoreInvalid when the store or a picture cannot be read, or the folder cannot be written.
        """
        known = {one.sha256: one for one in self.index()}
        before = len(known)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for sample in dataset.samples:
                data = sample.path.read_bytes()
                name = sample.path.relative_to(dataset.folder).as_posix()
                group = "" if sample.group == name else sample.group
                one = StoredSample(sha256(data).hexdigest(), sample.path.suffix.lower(), name, sample.class_name, group)
                known[one.sha256] = one
                self._keep(one.sha256, one.suffix, data)
            document = {"format": _FORMAT, "schema": _SCHEMA, "pictures": [asdict(one) for one in known.values()]}
            write_atomically(self.folder / _INDEX, json.dumps(document, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise SampleStoreInvalid(
                f"the taught pictures cannot be kept in {self.folder} ({error.strerror or error}); check the disk, and "
                "that the recipe lies in the station's own folder"
            ) from error
        return len(known) - before

    def take_in_files(self, paths: Sequence[Path]) -> tuple[Path, ...]:
        """Copy picture files without a label of their own; return where each lies now. Raises SampleStoreInvalid."""
        try:
            datas = [path.read_bytes() for path in paths]
            return tuple(
                self._keep(sha256(data).hexdigest(), path.suffix.lower(), data)
                for path, data in zip(paths, datas, strict=True)
            )
        except OSError as error:
            raise SampleStoreInvalid(
                f"a corrected picture cannot be kept in {self.folder} ({error.strerror or error}); check the disk"
            ) from error

    def index(self) -> tuple[StoredSample, ...]:
        """Return what is in the store; nothing where there is none. Raises SampleStoreInvalid."""
        path = self.folder / _INDEX
        try:
            document: Any = json.loads(path.read_text(encoding="utf-8"))
            if document["format"] != _FORMAT or document["schema"] != _SCHEMA:
                raise SampleStoreInvalid(f"{path} was written by another program; move it away")
            return tuple(StoredSample(**one) for one in document["pictures"])
        except FileNotFoundError:
            return ()
        except SampleStoreInvalid:
            raise
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SampleStoreInvalid(f"{path} cannot be read ({error}); bring the original back") from error

    def path(self, one: StoredSample) -> Path:
        """Return where a picture lies."""
        return self._path(one.sha256, one.suffix)

    def picture(self, digest: str, suffix: str = ".png") -> Path | None:
        """Return where the picture of that SHA-256 lies, None where it is not in the store."""
        path = self._path(digest, suffix)
        return path if path.is_file() else None

    def samples(self) -> tuple[Sample, ...]:
        """Return the taught pictures as samples, in the order in which they came. Raises SampleStoreInvalid."""
        return tuple(Sample(self.path(one), one.class_name, one.group or one.sha256) for one in self.index())

    def _path(self, digest: str, suffix: str) -> Path:
        return self.folder / _PICTURES / f"{digest}{suffix}"

    def _keep(self, digest: str, suffix: str, data: bytes) -> Path:
        path = self._path(digest, suffix)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data)
        return path
