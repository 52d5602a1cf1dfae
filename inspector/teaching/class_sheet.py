"""`classes.csv` in a data set's folder: what its classes mean, told by a person instead of guessed from their names."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.recipe import Disposition, IndustryCode, PartClass, Severity
from inspector.domain.verdict import Verdict
from inspector.teaching.dataset import DatasetInvalid

SHEET_FILE = "classes.csv"
COLUMNS = ("class", "verdict", "code", "severity", "disposition", "threshold", "codes")

_VERDICTS: Mapping[str, Verdict] = MappingProxyType(
    {
        "ok": Verdict.OK,
        "good": Verdict.OK,
        "allowed": Verdict.OK,
        "check": Verdict.CHECK,
        "watched": Verdict.CHECK,
        "ng": Verdict.NG,
        "bad": Verdict.NG,
        "alarmed": Verdict.NG,
    }
)

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class ClassWords:
    """What the sheet says of one class; None where its cell is empty, so that what is known already stays."""

    verdict: Verdict | None = None
    code: str | None = None
    severity: Severity | None = None
    disposition: Disposition | None = None
    threshold: float | None = None
    codes: tuple[IndustryCode, ...] | None = None

    def applied_to(self, part_class: PartClass) -> PartClass:
        """Return the class with what the sheet says of it. Raises RecipeInvalid as PartClass does."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        return replace(part_class, **said)


def read_class_sheet(folder: Path, catalogue: CodeCatalogue) -> Mapping[str, ClassWords]:
    """Return what `classes.csv` in the data set's folder says, by class; empty where there is none.

    One line a class, under the columns `class` (the folder's name) and any of: `verdict` (OK, CHECK, NG, or good,
    allowed, watched, alarmed, bad), `code`, `severity`, `disposition`, `threshold` (0 to 1, or per cent with `%`) and
    `codes` (such as `NAICS 332722 | UNSPSC 31161500`; `OWN` is the company's own catalogue). Commas or semicolons part
    the columns; lines that begin with `#` are remarks.

    Raises DatasetInvalid with the line's number and how to mend it, also for a code that its system does not have.
    """
    path = folder / SHEET_FILE
    if not path.exists():
        return MappingProxyType({})
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetInvalid(f"{path} cannot be read ({error}); save it as UTF-8 or take it away.") from error
    sheet: dict[str, ClassWords] = {}
    for number, row in _rows(path, text):
        name = row.pop("class", "")
        if not name:
            raise DatasetInvalid(f"{SHEET_FILE} line {number}: it names no class; put its folder's name there.")
        if name in sheet:
            raise DatasetInvalid(f"{SHEET_FILE} line {number}: class '{name}' stands there twice; take one line away.")
        try:
            sheet[name] = _words(row, catalogue)
        except ValueError as error:
            raise DatasetInvalid(f"{SHEET_FILE} line {number}, class '{name}': {error}") from error
    return MappingProxyType(sheet)


def require_known(sheet: Mapping[str, ClassWords], classes: Sequence[str]) -> None:
    """Raise DatasetInvalid where the sheet speaks of a class that is not among the `classes`."""
    unknown = sorted(set(sheet) - set(classes))
    if unknown:
        raise DatasetInvalid(
            f"{SHEET_FILE} speaks of the class '{unknown[0]}', which is none of {', '.join(classes)}; "
            "mend its name or take the line away."
        )


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line's number and its cells by column; a line that is empty or a remark is passed over."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    header = lines[0][1] if lines else ""
    separator = ";" if header.count(";") > header.count(",") else ","
    columns = [name.strip().lower() for name in header.split(separator)]
    odd = [name for name in columns if name not in COLUMNS]
    if "class" not in columns or odd:
        what = f"a column '{odd[0]}' that means nothing here" if "class" in columns else "no column 'class'"
        raise DatasetInvalid(f"{path} has {what}; its columns are {', '.join(COLUMNS)}.")
    for number, line in lines[1:]:
        cells = next(csv.reader(io.StringIO(line), delimiter=separator))
        if len(cells) > len(columns):
            raise DatasetInvalid(
                f"{SHEET_FILE} line {number}: it has {len(cells)} cells for {len(columns)} columns; put a cell that "
                f"holds '{separator}' into quotes."
            )
        yield number, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}


def _words(row: Mapping[str, str], catalogue: CodeCatalogue) -> ClassWords:
    def said(column: str, read: Callable[[str], Value]) -> Value | None:
        return read(row[column]) if row.get(column) else None

    return ClassWords(
        verdict=said("verdict", _verdict),
        code=said("code", str),
        severity=said("severity", lambda word: _one_of(Severity, "severity", word)),
        disposition=said("disposition", lambda word: _one_of(Disposition, "disposition", word)),
        threshold=said("threshold", _threshold),
        codes=said("codes", lambda text: _codes(text, catalogue)),
    )


def _verdict(word: str) -> Verdict:
    if word.lower() not in _VERDICTS:
        raise ValueError(f"'{word}' is no verdict; write OK, CHECK or NG (or allowed, watched, alarmed).")
    return _VERDICTS[word.lower()]


def _one_of(words: type[Choice], what: str, word: str) -> Choice:
    try:
        return words(word.lower())
    except ValueError:
        raise ValueError(f"'{word}' is no {what}; write {', '.join(words)}.") from None


def _threshold(text: str) -> float:
    try:
        value = float(text.removesuffix("%").replace(",", ".")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise ValueError(f"the threshold '{text}' is no number above 0 and up to 1; write 0.3 or 30%.")
    return value


def _codes(text: str, catalogue: CodeCatalogue) -> tuple[IndustryCode, ...]:
    codes = []
    for item in text.split("|"):
        system, _, code = item.strip().replace(":", " ", 1).partition(" ")
        problem = catalogue.check_code(system.upper(), code.strip())
        if problem:
            raise ValueError(problem)
        codes.append(IndustryCode(system.upper(), code.strip()))
    return tuple(codes)
