"""The systems of codes that the station knows: how a code is written, and of what levels it consists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OWN = "OWN"
"""The company's own catalogue, from a file in the station's data folder."""


@dataclass(frozen=True)
class CodeSystem:
    """One system of codes.

    `levels` go from the widest to the narrowest: its name and how many characters of the code it takes. `table` is the
    name of its table under resources/codes, empty where its titles may not be shipped and a code is checked by how it
    is written alone. `form` is the regular expression of a code and `written` says the same in words.
    """

    name: str
    full_name: str
    levels: Mapping[str, int]
    form: str
    written: str
    table: str = ""

    def is_written_so(self, code: str) -> bool:
        """Say whether a code is written as this system's are."""
        return re.fullmatch(self.form, code) is not None


def _system(name: str, full_name: str, levels: dict[str, int], form: str, written: str, table: str = "") -> CodeSystem:
    return CodeSystem(name, full_name, MappingProxyType(levels), form, written, table)


SYSTEMS: Mapping[str, CodeSystem] = MappingProxyType(
    {
        system.name: system
        for system in (
            _system(
                "NAICS",
                "North American Industry Classification System 2022",
                {"sector": 2, "subsector": 3, "industry group": 4, "industry": 5, "national industry": 6},
                r"\d{2,6}|31-33|44-45|48-49",
                "2 to 6 digits, such as 332722",
                "naics_2022.csv",
            ),
            _system(
                "SIC",
                "Standard Industrial Classification 1987 (United States)",
                {"division": 1, "major group": 2, "industry group": 3, "industry": 4},
                r"[A-K]|\d{2,4}",
                "a letter from A to K or 2 to 4 digits, such as 3452",
                "sic_1987.csv",
            ),
            _system(
                "ISIC",
                "International Standard Industrial Classification, Rev. 4 and 5",
                {"section": 1, "division": 2, "group": 3, "class": 4},
                r"[A-V]|[A-V]?(?!00)\d{2,4}",
                "a letter from A to V, 2 to 4 digits, or both, such as C2593",
            ),
            _system(
                "UNSPSC",
                "United Nations Standard Products and Services Code",
                {"segment": 2, "family": 4, "class": 6, "commodity": 8},
                # Two digits a level; below a level that is left open (00) all are open. Segments begin at 10.
                r"[1-9]\d(?:000000|(?!00)\d\d(?:0000|(?!00)\d\d(?:00|(?!00)\d\d)))(?:\d\d)?",
                "8 digits, or 10 with the business function, such as 31161500",
            ),
            _system(OWN, "the company's own catalogue", {}, r"\S(?:.{0,38}\S)?", "1 to 40 characters"),
        )
    }
)
