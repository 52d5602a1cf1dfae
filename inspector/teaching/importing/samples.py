"""The labels of somebody's own network, and pictures with the results that it gave for them."""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from inspector.domain.verdict import Reason
from inspector.teaching.importing.mapping import ImportRefused

_FILE_COLUMNS = ("file", "picture", "image", "path")
_CLASS_COLUMNS = ("class", "expected", "label")


@dataclass(frozen=True)
class ImportSample:
    """One picture with the class, and where they are known the probabilities in the order of the labels."""

    path: Path
    name: str
    class_name: str
    probabilities: tuple[float, ...] | None = None


def read_labels(path: Path) -> tuple[str, ...]:
    """Return the names of the classes in the order of the network's numbers.

    A text file with one name a line, a JSON list, or a JSON object with the numbers as keys, from 0. Raises
    ImportRefused.
    """
    text = _text_of(path, "labels")
    names = _from_json(path, text) if path.suffix.lower() == ".json" else [line.strip() for line in text.splitlines()]
    while names and not names[-1]:
        names.pop()
    _require_usable(path.name, names)
    return tuple(names)


def read_samples(path: Path, labels: Sequence[str]) -> tuple[ImportSample, ...]:
    """Return the pictures that a CSV file names: `file` (beside it) and `class`, or a column of probabilities a label.

    Separators are `,` or `;`, then also with decimal commas. Raises ImportRefused when a column is missing, a class is
    none of the labels, a number is none, or a picture is not there.
    """
    text = _text_of(path, "samples")
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    columns = [column.strip() for column in rows.fieldnames or ()]
    rows.fieldnames = columns
    table = _Table(path, tuple(labels), columns)
    samples = tuple(table.sample(number, row) for number, row in enumerate(rows, start=2))
    if not samples:
        raise ImportRefused(f"{path.name} names no pictures; add lines with a file and what your network said of it.")
    return samples


class _Table:
    """What the columns of the file mean."""

    def __init__(self, path: Path, labels: tuple[str, ...], columns: Sequence[str]) -> None:
        self._path = path
        self._labels = labels
        self._file = next((column for column in _FILE_COLUMNS if column in columns), "")
        # A label may be called like a column: then all the other labels must be columns too.
        self._all = set(labels) <= set(columns)
        others = set(columns) - set(labels) if self._all else set(columns)
        self._class = next((column for column in _CLASS_COLUMNS if column in others), "")
        if not self._file:
            raise ImportRefused(f"{path.name} has no column 'file'; name the columns file,class in its first line.")
        if not self._class and not self._all:
            missing = [label for label in labels if label not in columns]
            raise ImportRefused(
                f"{path.name} has no column 'class', and none with the probabilities of '{missing[0]}'; it needs one "
                "or the other."
            )

    def sample(self, line: int, row: dict[str, Any]) -> ImportSample:
        """Return what one line says."""
        where = f"line {line} of {self._path.name}"
        file = (row[self._file] or "").strip()
        picture = self._path.parent / PurePosixPath(file.replace("\\", "/"))
        if not file or not picture.is_file():
            raise ImportRefused(
                f"The picture '{file}' of {where} is not there; paths begin at the folder of that file."
            )
        probabilities = self._probabilities(where, row) if self._all else None
        return ImportSample(picture, file, self._class_of(where, row, probabilities), probabilities)

    def _class_of(self, where: str, row: dict[str, Any], probabilities: tuple[float, ...] | None) -> str:
        name = (row[self._class] or "").strip() if self._class else ""
        if not name and probabilities is not None:
            return self._labels[max(range(len(self._labels)), key=probabilities.__getitem__)]
        if name not in self._labels:
            raise ImportRefused(
                f"The class '{name}' in {where} is none of the labels ({', '.join(self._labels)}); correct the one or "
                "the other."
            )
        return name

    def _probabilities(self, where: str, row: dict[str, Any]) -> tuple[float, ...] | None:
        texts = [(row[label] or "").strip().replace(",", ".") for label in self._labels]
        if not any(texts):
            return None
        try:
            values = tuple(float(text) for text in texts)
        except ValueError as error:
            raise ImportRefused(f"A probability in {where} is no number ({error}).") from error
        if not all(-1e-6 <= value <= 1 + 1e-6 for value in values) or not abs(sum(values) - 1) <= 0.02:
            raise ImportRefused(f"The probabilities in {where} do not lie within 0 to 1 and add up to 1.")
        return values


def _text_of(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ImportRefused(f"There is no file {path} with the {what}; check the name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused(f"The {what} in {path} cannot be read ({error}); save the file as UTF-8.") from error


def _from_json(path: Path, text: str) -> list[str]:
    try:
        parsed = json.loads(text)
    except ValueError as error:
        raise ImportRefused(f"{path.name} is no JSON ({error}).") from error
    if isinstance(parsed, dict):
        keys = [str(number) for number in range(len(parsed))]
        if set(parsed) != set(keys):
            raise ImportRefused(f'{path.name} must count its labels from 0 on without a gap, as "0", "1" and so on.')
        parsed = [parsed[key] for key in keys]
    if not isinstance(parsed, list) or not all(isinstance(name, str) for name in parsed):
        raise ImportRefused(f"{path.name} is no list of names, nor an object from numbers to names.")
    return [name.strip() for name in parsed]


def _require_usable(file: str, names: Sequence[str]) -> None:
    if len(names) < 2:
        raise ImportRefused(f"{file} has {len(names)} labels; a recipe needs two classes or more, one a line.")
    if "" in names:
        raise ImportRefused(
            f"Label {names.index('') + 1} in {file} is empty; give each of the network's numbers a name."
        )
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise ImportRefused(f"The label '{doubled[0]}' stands twice in {file}; the names must differ.")
    taken = [name for name in names if name in set(Reason)]
    if taken:
        raise ImportRefused(
            f"No class may be called '{taken[0]}' as in {file}, because the station uses that word itself."
        )
