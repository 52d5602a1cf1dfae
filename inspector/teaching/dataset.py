"""Labelled pictures in a folder: one sub-folder a class, and in `files.csv` which pictures show the same part."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from inspector.domain.recipe import PartClass
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Reason, Verdict
from inspector.pictures import PICTURE_SUFFIXES

NOT_CLASSES = frozenset({"masks", "annotations", "unlabelled"})
GROUPS_FILE = "files.csv"
FEWEST_PICTURES = 2
FEWEST_GOOD = 3

_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})


class DatasetInvalid(Refusal, ValueError):
    """A data set that cannot be used; the message says in one sentence why and how to mend it."""


@dataclass(frozen=True)
class Sample:
    """One labelled picture. Pictures of one `group` show the same part; they are all taught or none of them is."""

    path: Path
    class_name: str
    group: str


@dataclass(frozen=True)
class Dataset:
    """The labelled pictures of a folder, by class and path in order. `problems` are sentences on what was left out."""

    folder: Path
    samples: tuple[Sample, ...]
    classes: tuple[str, ...]
    problems: tuple[str, ...]


def read_dataset(folder: Path) -> Dataset:
    """Return the pictures below `folder`, without opening them.

    Each sub-folder that holds pictures, however deep, is a class; `masks`, `annotations`, `unlabelled` and hidden ones
    are not. Where `files.csv` stands in the folder, its columns `file` (path below the folder) and `group` say which
    pictures show the same part; a picture without a group is a group of its own.

    Raises DatasetInvalid when there is no such folder, no class in it, a class has a name that the station uses itself,
    or `files.csv` cannot be read.
    """
    if not folder.is_dir():
        raise DatasetInvalid(f"There is no folder {folder}; give the folder that holds one sub-folder a class.")
    groups = _read_groups(folder / GROUPS_FILE)
    problems: list[str] = []
    samples: list[Sample] = []
    for class_folder in _visible(folder):
        if class_folder.is_dir() and class_folder.name.lower() not in NOT_CLASSES:
            samples += _samples_of(folder, class_folder, groups, problems)
        elif _is_picture(class_folder):
            problems.append(f"{class_folder.name} lies beside the class folders, so it has no label and was left out.")
    if not samples:
        raise DatasetInvalid(f"{folder} holds no class; put the pictures of each class into a sub-folder of its name.")
    if groups and not any(_relative(folder, sample.path) in groups for sample in samples):
        problems.append(f"{GROUPS_FILE} names none of the pictures, so each counts as a part of its own.")
    classes = tuple(sorted({sample.class_name for sample in samples}))
    return Dataset(folder, tuple(samples), classes, tuple(problems))


def require_teachable(samples: Sequence[Sample], classes: Sequence[PartClass], problems: Sequence[str] = ()) -> None:
    """Raise DatasetInvalid unless the samples are enough to teach these classes.

    A recipe of good parts alone needs `FEWEST_GOOD` of them, any other at least two classes with `FEWEST_PICTURES`
    each. `problems` say why pictures could not be used; the first of them ends the sentence.
    """
    alone = classes[0] if len(classes) == 1 else None
    if alone and alone.verdict is not Verdict.OK:
        raise DatasetInvalid(
            f"The data set has only the class '{alone.name}', which means {alone.verdict}; add pictures of good parts "
            "in a folder called good, or of another class."
        )
    counts = Counter(sample.class_name for sample in samples)
    fewest = FEWEST_GOOD if alone else FEWEST_PICTURES
    for name in (part_class.name for part_class in classes):
        if counts[name] < fewest:
            number = counts[name] or "no"
            found = f"{'only ' if counts[name] else ''}{number} usable picture{'s' if counts[name] > 1 else ''}"
            mend = f"put {fewest} or more there"
            why = f" Of {len(problems)} not used the first: {problems[0]}" if problems else ""
            away = "" if alone else " or take the folder away"
            raise DatasetInvalid(f"Class '{name}' has {found}; {mend}{away}.{why}")


def _samples_of(folder: Path, class_folder: Path, groups: Mapping[str, str], problems: list[str]) -> list[Sample]:
    name = class_folder.name
    paths: list[Path] = []
    others: list[Path] = []
    for path in _files_below(class_folder):
        (paths if _is_picture(path) else others).append(path)
    if others:
        first = _relative(folder, others[0])
        more = f" and {len(others) - 1} more files of '{name}' are" if len(others) > 1 else " is"
        problems.append(f"{first}{more} of no kind that is read as a picture and left out.")
    if not paths:
        problems.append(f"The folder '{name}' holds no pictures and is no class.")
    elif name in set(Reason):
        raise DatasetInvalid(
            f"The folder '{name}' cannot be a class, because the station uses that word itself; rename it."
        )
    samples = []
    for path in paths:
        relative = _relative(folder, path)
        samples.append(Sample(path, name, groups.get(relative) or relative))
    return samples


def _files_below(folder: Path) -> Iterator[Path]:
    for path in _visible(folder):
        if path.is_dir():
            yield from _files_below(path)
        elif path.name.lower() not in _LEFT_BY_SYSTEMS:
            yield path


def _visible(folder: Path) -> list[Path]:
    return sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=lambda path: path.name)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURE_SUFFIXES


def _relative(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _read_groups(path: Path) -> dict[str, str]:
    """Return the group of each file that has one, by its path below the folder; empty where there is no files.csv."""
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetInvalid(f"{path} cannot be read ({error}); save it as UTF-8 or take it away.") from error
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    if "file" not in (rows.fieldnames or ()):
        raise DatasetInvalid(f"{path} has no column 'file'; name the columns file,group in its first line.")
    return {
        PurePosixPath(row["file"].strip().replace("\\", "/")).as_posix(): row["group"].strip()
        for row in rows
        if row["file"] and (row.get("group") or "").strip()
    }
