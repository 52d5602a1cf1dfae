"""The locked validation set of a recipe: pictures that are never taught, kept under a seal beside the recipe file.

`housing.recipe` has its set in the folder `housing.recipe.validation`: `pictures/` holds each picture under the SHA-256
of its bytes, `index.json` names them with class and part and carries a seal over all of that. The seal tells accidents
and careless changes; it is no signature. What it is, every report names, so that reports of one set can be told.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from inspector.atomic_file import write_atomically
from inspector.domain.clock import Clock
from inspector.domain.refusal import Refusal
from inspector.pictures import PictureUnreadable, decode
from inspector.teaching.dataset import Dataset, Sample
from inspector.teaching.evaluation import file_hash
from inspector.teaching.selection import parts_of
from inspector.teaching.set_choice import choose_parts

SUFFIX = ".validation"
INDEX = "index.json"
PICTURES = "pictures"
FORMAT = "inspector validation set"
SCHEMA = 1


class LockedSetInvalid(Refusal, ValueError):
    """A locked set that cannot be made or trusted; the message says in one sentence why and how to mend it."""


@dataclass(frozen=True)
class LockedPicture:
    """One picture of the set. `name` is where it came from, `group` the part shown, empty for one of its own."""

    sha256: str
    suffix: str
    name: str
    class_name: str
    group: str

    @property
    def file(self) -> str:
        """Its place below the set's folder."""
        return f"{PICTURES}/{self.sha256}{self.suffix}"


@dataclass(frozen=True)
class LockedSet:
    """A locked set as its seal says: `seal` is the SHA-256 over the product and all pictures with class and part."""

    folder: Path
    product: str
    author: str
    sealed: datetime
    pictures: tuple[LockedPicture, ...]
    seal: str

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The pictures to judge, in the index's order."""
        return tuple(Sample(self.folder / one.file, one.class_name, one.group or one.sha256) for one in self.pictures)

    @property
    def per_class(self) -> dict[str, int]:
        """How many pictures of each class there are."""
        return dict(sorted(Counter(one.class_name for one in self.pictures).items()))

    @property
    def names(self) -> dict[Path, str]:
        """The name that each sample's file had before it was locked."""
        return {self.folder / one.file: one.name for one in self.pictures}


@dataclass(frozen=True)
class Locked:
    """A set that was made or added to. `problems` are sentences on what was left out."""

    locked: LockedSet
    added: int
    problems: tuple[str, ...]


def set_folder(recipe: Path) -> Path:
    """Return where the locked set of a recipe file lies."""
    return recipe.with_name(recipe.name + SUFFIX)


def is_locked_set(folder: Path) -> bool:
    """Say whether the folder is that of a locked set, whole or not."""
    return (folder / INDEX).is_file()


def lock(
    dataset: Dataset,
    folder: Path,
    *,
    product: str,
    author: str,
    clock: Clock,
    share: float = 1.0,
    seed: int = 0,
    taught: frozenset[str] = frozenset(),
    add: bool = False,
) -> Locked:
    """Copy a share of the pictures, whole parts, evenly by class, into a locked set and seal it.

    Parts of which a picture was `taught` (SHA-256 of the files) are refused, with a sentence in `problems`. A class
    that would be left without pictures to teach gives none, unless `share` is 1. With `add` the set may be there
    already and is added to; its seal changes with it.

    Raises LockedSetInvalid when a set is there and not to be added to, it was altered, or no picture is left to lock;
    OSError when it cannot be written. The index is written last, in one step: until then there is no new set.
    """
    before = _before(folder, product, add)
    there = {one.sha256 for one in before.pictures} if before else set()
    hashes = [file_hash(sample) for sample in dataset.samples]
    parts = parts_of(dataset.samples, [digest or str(place) for place, digest in enumerate(hashes)])
    problems: list[str] = []
    free = _free(dataset, hashes, parts, taught, problems)
    fresh = [place for place in free if hashes[place] not in there]
    labels = [dataset.samples[place].class_name for place in fresh]
    chosen = choose_parts(labels, [parts[place] for place in fresh], share, seed)
    problems += chosen.problems
    picked = [place for place in fresh if parts[place] in chosen.parts]
    pictures = _kept(dataset, folder, picked, problems)
    if not pictures:
        reason = f" ({problems[0]})" if problems else ""
        raise LockedSetInvalid(
            f"No picture of {dataset.folder} can be locked{reason}; lock before teaching, or bring pictures that were "
            "not taught."
        )
    everything = (*(before.pictures if before else ()), *pictures)
    locked = _sealed(folder, product, author, clock.now(), everything)
    write_atomically(folder / INDEX, _to_json(locked))
    return Locked(locked, len(pictures), tuple(problems))


def read_locked_set(folder: Path) -> LockedSet:
    """Read a locked set and check every picture against its seal.

    Raises LockedSetInvalid, with what was altered or is missing.
    """
    locked = _read_index(folder)
    for one in locked.pictures:
        path = folder / one.file
        if not path.is_file():
            raise _altered(folder, f"the picture '{one.name}' ({one.file}) is missing")
        if file_hash(Sample(path, one.class_name, one.group)) != one.sha256:
            raise _altered(folder, f"the picture '{one.name}' ({one.file}) was changed")
    return locked


def locked_hashes(folder: Path) -> frozenset[str]:
    """Return the SHA-256 of the files that may not be taught; empty where there is no set.

    Raises LockedSetInvalid when the index was altered.
    """
    return frozenset(one.sha256 for one in _read_index(folder).pictures) if is_locked_set(folder) else frozenset()


def without_locked(samples: Sequence[Sample], folder: Path) -> tuple[tuple[Sample, ...], tuple[str, ...]]:
    """Return the samples that may be taught, and a sentence where some may not.

    Left out are the locked pictures and every picture of a part of which one is locked. Raises LockedSetInvalid when
    the index was altered.
    """
    if not is_locked_set(folder):
        return tuple(samples), ()
    locked = _read_index(folder)
    hashes = {one.sha256 for one in locked.pictures}
    groups = {one.group for one in locked.pictures if one.group}
    groups |= {sample.group for sample in samples if file_hash(sample) in hashes}
    kept = tuple(sample for sample in samples if sample.group not in groups)
    left_out = len(samples) - len(kept)
    if not left_out:
        return kept, ()
    shown = "1 picture" if left_out == 1 else f"{left_out} pictures"
    return kept, (f"Left out of teaching: {shown} of the locked validation set {folder.name}.",)


def set_hash(entries: Sequence[tuple[str, str, str]]) -> str:
    """Return the SHA-256 over pictures as `(sha256, class, part)`, whatever their order."""
    return hashlib.sha256("\n".join(sorted("\t".join(entry) for entry in entries)).encode()).hexdigest()


def _before(folder: Path, product: str, add: bool) -> LockedSet | None:
    if not is_locked_set(folder):
        return None
    if not add:
        raise LockedSetInvalid(f"{folder} is locked already; add to it, or lock under another recipe's name.")
    before = read_locked_set(folder)
    if before.product != product:
        raise LockedSetInvalid(f"{folder} is the locked set of '{before.product}', not of '{product}'.")
    return before


def _free(
    dataset: Dataset, hashes: Sequence[str], parts: Sequence[int], taught: frozenset[str], problems: list[str]
) -> list[int]:
    """Return the places of the samples that may be locked, each file once."""
    of_taught = {part for part, digest in zip(parts, hashes, strict=True) if digest in taught}
    refused = [place for place, part in enumerate(parts) if part in of_taught]
    if refused:
        first = _relative(dataset, refused[0])
        shown = "1 picture shows" if len(refused) == 1 else f"{len(refused)} pictures show"
        problems.append(f"{shown} a part that was taught and cannot be locked; the first is {first}.")
    labels: dict[str, set[str]] = {}
    for sample, digest in zip(dataset.samples, hashes, strict=True):
        labels.setdefault(digest, set()).add(sample.class_name)
    contradicting = sorted(digest for digest, names in labels.items() if digest and len(names) > 1)
    if contradicting:
        first = _relative(dataset, hashes.index(contradicting[0]))
        more = f" and {len(contradicting) - 1} more" if len(contradicting) > 1 else ""
        problems.append(f"Left out, because the same picture lies in two classes: {first}{more}.")
    once = {digest: place for place, digest in reversed(list(enumerate(hashes)))}
    return [
        place
        for place, digest in enumerate(hashes)
        if digest and once[digest] == place and parts[place] not in of_taught and len(labels[digest]) == 1
    ]


def _kept(dataset: Dataset, folder: Path, picked: Sequence[int], problems: list[str]) -> list[LockedPicture]:
    """Copy the pictures that can be read into the folder, each under its hash."""
    pictures = []
    for place in picked:
        sample = dataset.samples[place]
        name = _relative(dataset, place)
        data = sample.path.read_bytes()
        try:
            decode(data)
        except PictureUnreadable as error:
            problems.append(f"{name}: {error}.")
            continue
        group = "" if sample.group == name else sample.group
        digest = hashlib.sha256(data).hexdigest()
        one = LockedPicture(digest, sample.path.suffix.lower(), name, sample.class_name, group)
        target = folder / one.file
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, data)
        pictures.append(one)
    return pictures


def _sealed(
    folder: Path, product: str, author: str, moment: datetime, pictures: tuple[LockedPicture, ...]
) -> LockedSet:
    seal = _seal(product, author, moment.isoformat(), [asdict(one) for one in pictures])
    return LockedSet(folder, product, author, moment, pictures, seal)


def _seal(product: str, author: str, moment: str, pictures: list[dict[str, str]]) -> str:
    content = {"product": product, "author": author, "sealed": moment, "pictures": pictures}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _to_json(locked: LockedSet) -> bytes:
    document = {
        "format": FORMAT,
        "schema": SCHEMA,
        "product": locked.product,
        "author": locked.author,
        "sealed": locked.sealed.isoformat(),
        "per_class": locked.per_class,
        "pictures": [asdict(one) for one in locked.pictures],
        "seal": locked.seal,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _read_index(folder: Path) -> LockedSet:
    path = folder / INDEX
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LockedSetInvalid(f"{folder} is no locked set: {INDEX} is missing; lock one first.") from error
    except (OSError, ValueError) as error:
        raise _altered(folder, f"{INDEX} cannot be read") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise LockedSetInvalid(f"{folder} is no locked set: {INDEX} is of another program.")
    if document.get("schema") != SCHEMA:
        raise LockedSetInvalid(f"{folder} was locked by a newer version of Inspector; update this station.")
    try:
        pictures = tuple(LockedPicture(**one) for one in document["pictures"])
        moment = datetime.fromisoformat(document["sealed"])
        locked = _sealed(folder, document["product"], document["author"], moment, pictures)
        seal = document["seal"]
    except (KeyError, TypeError, ValueError) as error:
        raise _altered(folder, f"{INDEX} was changed") from error
    if locked.seal != seal:
        raise _altered(folder, f"{INDEX} was changed")
    return locked


def _altered(folder: Path, what: str) -> LockedSetInvalid:
    return LockedSetInvalid(
        f"The locked set {folder} is not what was sealed: {what}; bring the original back, or lock a new set."
    )


def _relative(dataset: Dataset, place: int) -> str:
    return dataset.samples[place].path.relative_to(dataset.folder).as_posix()
