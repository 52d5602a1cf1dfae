"""What is counted by class is counted by code."""

from dataclasses import replace

import pytest

from inspector.codes.by_code import WITHOUT_CODE, by_code
from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.recipe import IndustryCode, PartClass
from inspector.domain.verdict import Verdict

CODES = CodeCatalogue()
PART = PartClass("bolt", "P1", Verdict.OK, "#000000")


def coded(name: str, *codes: str) -> PartClass:
    pairs = (code.split(" ") for code in codes)
    return replace(PART, name=name, codes=tuple(IndustryCode(system, code) for system, code in pairs))


CLASSES = (
    coded("bolt", "UNSPSC 31161501", "NAICS 332722"),
    coded("nut", "NAICS 332722", "NAICS 325110"),
    coded("pin"),
)


@pytest.mark.parametrize(
    ("system", "level", "expected"),
    [
        ("NAICS", "subsector", {"332": 7, WITHOUT_CODE: 12}),
        ("UNSPSC", "class", {"31161500": 5, WITHOUT_CODE: 14}),
        ("SIC", "division", {WITHOUT_CODE: 19}),
    ],
)
def test_by_the_first_code_of_the_system(system: str, level: str, expected: dict[str, int]) -> None:
    counted = by_code({"bolt": 5, "nut": 2, "pin": 4, "anomaly": 8}, CLASSES, system, level, CODES)
    assert counted == expected
    assert list(counted) == list(expected)


def test_nothing_without_a_code_is_not_counted() -> None:
    assert by_code({"bolt": 5}, CLASSES, "NAICS", "sector", CODES) == {"31-33": 5}
    assert by_code({}, CLASSES, "NAICS", "sector", CODES) == {}


def test_a_level_that_is_none() -> None:
    with pytest.raises(ValueError, match="NAICS has no level 'top'"):
        by_code({"bolt": 5}, CLASSES, "NAICS", "top", CODES)
