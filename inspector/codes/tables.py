"""The tables of codes and titles: those shipped with the program, and the company's own."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from inspector import assets
from inspector.codes.systems import SYSTEMS
from inspector.domain.refusal import Refusal

CATALOGUE_FILE = "codes.csv"
"""The name of the own catalogue's file in the station's data folder."""


class CatalogueInvalid(Refusal, ValueError):
    """A table of codes that cannot be used; the message says in one sentence where and how to mend it."""


@dataclass(frozen=True)
class CodeTable:
    """Titles by code. `parents` names the code above another one, where that does not follow from how it is written."""

    titles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def shipped_table(system: str) -> CodeTable:
    """Return the table that comes with the program; an empty one for a system whose titles may not be shipped."""
    name = SYSTEMS[system].table
    return read_table(assets.resource("codes", name)) if name else CodeTable()


def own_catalogue(data: Path) -> CodeTable:
    """Return the company's own catalogue from the station's data folder, an empty one where there is none.

    Raises CatalogueInvalid.
    """
    path = data / CATALOGUE_FILE
    return read_table(path) if path.exists() else CodeTable()


def read_table(path: Path) -> CodeTable:
    """Return the table in a CSV file with the columns `code`, `title` and, if wanted, `parent`, in UTF-8.

    Commas or semicolons part the columns; lines that begin with `#` are remarks. Raises CatalogueInvalid.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueInvalid(f"{path} cannot be read ({error}); save it as UTF-8.") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    header = lines[0][1] if lines else ""
    separator = ";" if header.count(";") > header.count(",") else ","
    columns = [name.strip().lower() for name in header.split(separator)]
    if not {"code", "title"} <= set(columns):
        raise CatalogueInvalid(f"{path} has no columns 'code' and 'title'; name them in its first line.")
    titles: dict[str, str] = {}
    parents: dict[str, str] = {}
    for number, line in lines[1:]:
        cells = next(csv.reader(io.StringIO(line), delimiter=separator))
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        code = row.get("code", "")
        if not code or not row.get("title"):
            raise CatalogueInvalid(f"{path.name} line {number}: it needs a code and a title.")
        if code in titles:
            raise CatalogueInvalid(f"{path.name} line {number}: the code '{code}' stands there twice; take one away.")
        titles[code] = row["title"]
        if row.get("parent"):
            parents[code] = row["parent"]
    _require_parents(path.name, titles, parents)
    return CodeTable(MappingProxyType(titles), MappingProxyType(parents))


def _require_parents(name: str, titles: Mapping[str, str], parents: Mapping[str, str]) -> None:
    for code, parent in parents.items():
        if parent not in titles:
            raise CatalogueInvalid(f"{name}: '{code}' stands under '{parent}', which is no code of it; add that one.")
        seen = {code}
        above: str | None = parent
        while above is not None:
            if above in seen:
                raise CatalogueInvalid(f"{name}: '{code}' stands under itself; mend its parent.")
            seen.add(above)
            above = parents.get(above)
