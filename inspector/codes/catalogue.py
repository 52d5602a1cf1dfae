"""What a code means: whether it can be, what it is called, and what it belongs to on a wider level."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from inspector.codes.systems import OWN, SYSTEMS, CodeSystem
from inspector.codes.tables import CodeTable, own_catalogue, shipped_table

TOP = "top"
"""The one level of the own catalogue: what a code belongs to in the end."""


class CodeCatalogue:
    """All systems of codes: the shipped tables and the company's own catalogue, each read when it is first asked."""

    def __init__(self, data: Path | None = None) -> None:
        """Take the own catalogue from the station's data folder `data`; without one it is empty."""
        self._data = data
        self._tables: dict[str, CodeTable] = {}

    def check_code(self, system: str, code: str) -> str:
        """Return in one sentence what is wrong with a code, an empty string where nothing is.

        Where the titles may be shipped (NAICS, SIC), the subsector or major group must be there; where they may not
        (ISIC, UNSPSC), only how the code is written is checked. A code of the own catalogue must be in it, where the
        station has one. Raises CatalogueInvalid when the own catalogue cannot be read.
        """
        known = SYSTEMS.get(system)
        if known is None:
            return f"There is no system of codes '{system}'; known are {', '.join(SYSTEMS)}."
        if not known.is_written_so(code):
            return f"{system} has no code '{code}'; it is written with {known.written}."
        titles = self._table(system).titles
        if system == OWN:
            return "" if not titles or code in titles else f"The own catalogue has no code '{code}'; add it there."
        if titles and _required(known, code) not in titles:
            return f"The {known.full_name} has no code that begins with '{_required(known, code)}'."
        return ""

    def title(self, system: str, code: str) -> str:
        """Return what a code is called, or else the nearest wider one whose title is known; empty where none is."""
        titles = self._table(system).titles
        return next((titles[wider] for wider in self._upwards(system, code) if wider in titles), "")

    def search(self, system: str, text: str) -> tuple[tuple[str, str], ...]:
        """Return the codes that begin with `text` and those whose title holds it, with their titles, in table order."""
        wanted = text.casefold()
        return tuple(
            (code, title)
            for code, title in self._table(system).titles.items()
            if code.casefold().startswith(wanted) or wanted in title.casefold()
        )

    def wider(self, system: str, code: str, level: str) -> str:
        """Return the code of that level that `code` belongs to; the code itself where it is no narrower than that.

        Levels are the system's own words, such as `subsector`; of the own catalogue `top`. Raises ValueError for a
        level that the system does not have.
        """
        known = SYSTEMS[system]
        if system == OWN:
            _require_level(known, level, (TOP,))
            return self._top(system, code)
        _require_level(known, level, known.levels)
        length = known.levels[level]
        if system == "UNSPSC":
            return code[:length].ljust(8, "0")
        if length == 1 or (system, length) == ("NAICS", 2):
            return self._top(system, code)
        digits = _without_letter(code)
        return digits[:length] if digits.isdigit() else code

    def roll_up(self, system: str, counts: Mapping[str, int], level: str) -> dict[str, int]:
        """Return counts by code as counts by the wider codes of `level`, the most frequent first, then by code.

        Raises ValueError as `wider` does.
        """
        totals: Counter[str] = Counter()
        for code, count in counts.items():
            totals[self.wider(system, code, level)] += count
        return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))

    def _table(self, system: str) -> CodeTable:
        if system not in self._tables:
            self._tables[system] = self._read(system)
        return self._tables[system]

    def _read(self, system: str) -> CodeTable:
        if system == OWN and self._data is not None:
            return own_catalogue(self._data)
        return shipped_table(system)

    def _upwards(self, system: str, code: str) -> Iterator[str]:
        """Yield the code and all wider ones up to the top."""
        table = self._table(system)
        above: str | None = code
        while above is not None:
            yield above
            above = table.parents.get(above) or _shorter(system, above)

    def _top(self, system: str, code: str) -> str:
        """Return the sector, division or section; the two digits where the table does not tell the letter."""
        *_, last = self._upwards(system, code)
        return last


def _shorter(system: str, code: str) -> str | None:
    """Return the next wider code as it is written, None at the top."""
    if system == OWN:
        return None
    if system == "UNSPSC":
        digits = code[:8].rstrip("0")
        length = (len(digits) + 1) // 2 * 2 - 2
        return code[:length].ljust(8, "0") if length >= 2 else None
    if system == "ISIC" and code[0].isalpha():
        return code[:-1] if len(code) > 3 else code[0] if len(code) > 1 else None
    return code[:-1] if code.isdigit() and len(code) > 2 else None


def _without_letter(code: str) -> str:
    return code[1:] if code[0].isalpha() else code


def _required(system: CodeSystem, code: str) -> str:
    """Return which code must be in the table: the subsector or major group, or the code where it is wider already."""
    length = 3 if system.name == "NAICS" else 2
    return code[:length] if code.isdigit() else code


def _require_level(system: CodeSystem, level: str, levels: Collection[str]) -> None:
    if level not in levels:
        raise ValueError(f"{system.name} has no level '{level}'; it has {', '.join(levels)}")
