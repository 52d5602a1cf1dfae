"""Codes are checked, named and rolled up."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.codes.catalogue import TOP, CodeCatalogue
from inspector.codes.systems import OWN, SYSTEMS
from inspector.codes.tables import CATALOGUE_FILE

CODES = CodeCatalogue()
NAICS = "The North American Industry Classification System 2022"


@pytest.fixture
def own(tmp_path: Path) -> CodeCatalogue:
    (tmp_path / CATALOGUE_FILE).write_text(
        "code,title,parent\nS,Surface,\nS.1,Scratch,S\nS.1.2,Deep scratch,S.1\nM,Measure,\n", encoding="utf-8"
    )
    return CodeCatalogue(tmp_path)


class TestCheck:
    @pytest.mark.parametrize(
        ("system", "code"),
        [
            ("NAICS", "332722"), ("NAICS", "332"), ("NAICS", "33"), ("NAICS", "31-33"), ("NAICS", "11"),
            ("SIC", "3452"), ("SIC", "34"), ("SIC", "D"), ("SIC", "9999"),
            ("ISIC", "C2593"), ("ISIC", "2593"), ("ISIC", "C"), ("ISIC", "01"),
            ("UNSPSC", "31161500"), ("UNSPSC", "10000000"), ("UNSPSC", "3116150112"),
            (OWN, "A-17/b"), (OWN, "x"),
        ],
    )  # fmt: skip
    def test_what_can_be(self, system: str, code: str) -> None:
        assert CODES.check_code(system, code) == ""

    @pytest.mark.parametrize(
        ("system", "code", "problem"),
        [
            ("NAICS", "399", f"{NAICS} has no code that begins with '399'."),
            ("NAICS", "34", f"{NAICS} has no code that begins with '34'."),
            ("NAICS", "3327221", "NAICS has no code '3327221'; it is written with 2 to 6 digits, such as 332722."),
            ("NAICS", "31-32", "NAICS has no code '31-32'; it is written with 2 to 6 digits, such as 332722."),
            (
                "SIC", "1811",
                "The Standard Industrial Classification 1987 (United States) has no code that begins with '18'.",
            ),
            (
                "SIC", "L",
                "SIC has no code 'L'; it is written with a letter from A to K or 2 to 4 digits, such as 3452.",
            ),
            (
                "ISIC", "0011",
                "ISIC has no code '0011'; it is written with a letter from A to V, 2 to 4 digits, or both, such as "
                "C2593.",
            ),
            (
                "UNSPSC", "31001500",
                "UNSPSC has no code '31001500'; it is written with 8 digits, or 10 with the business function, such as "
                "31161500.",
            ),
            ("GTIN", "1", "There is no system of codes 'GTIN'; known are NAICS, SIC, ISIC, UNSPSC, OWN."),
        ],
    )  # fmt: skip
    def test_what_cannot_be(self, system: str, code: str, problem: str) -> None:
        assert CODES.check_code(system, code) == problem

    @pytest.mark.parametrize("code", ["00000000", "31160001", "3116150", "311615001", "05000000"])
    def test_no_code_of_the_united_nations(self, code: str) -> None:
        assert CODES.check_code("UNSPSC", code)

    def test_the_own_catalogue_is_binding_where_there_is_one(self, own: CodeCatalogue) -> None:
        assert own.check_code(OWN, "S.1") == ""
        assert own.check_code(OWN, "S.9") == "The own catalogue has no code 'S.9'; add it there."
        assert own.check_code(OWN, " ") == "OWN has no code ' '; it is written with 1 to 40 characters."


@pytest.mark.parametrize(
    ("system", "code", "title"),
    [
        ("NAICS", "332722", "Fabricated Metal Product Manufacturing"),
        ("NAICS", "44-45", "Retail Trade"),
        ("NAICS", "45", "Retail Trade"),
        ("SIC", "D", "Manufacturing"),
        ("SIC", "3452", "Fabricated Metal Products, Except Machinery and Transportation Equipment"),
        ("UNSPSC", "31161500", ""),
        ("ISIC", "C2593", ""),
        (OWN, "S.1", ""),
    ],
)
def test_titles(system: str, code: str, title: str) -> None:
    assert CODES.title(system, code) == title


def test_titles_of_the_own_catalogue(own: CodeCatalogue) -> None:
    assert own.title(OWN, "S.1.2") == "Deep scratch"
    assert own.search(OWN, "scratch") == (("S.1", "Scratch"), ("S.1.2", "Deep scratch"))


def test_search_by_code_or_word() -> None:
    assert CODES.search("NAICS", "332") == (("332", "Fabricated Metal Product Manufacturing"),)
    assert ("336", "Transportation Equipment Manufacturing") in CODES.search("NAICS", "transportation EQ")
    assert CODES.search("UNSPSC", "bolt") == ()


@pytest.mark.parametrize(
    ("system", "level", "counts", "rolled"),
    [
        ("NAICS", "sector", {"332722": 3, "325": 2, "31-33": 1, "11": 7}, {"11": 7, "31-33": 6}),
        ("NAICS", "subsector", {"332722": 3, "33271": 2, "31-33": 1}, {"332": 5, "31-33": 1}),
        ("NAICS", "national industry", {"332722": 3}, {"332722": 3}),
        ("SIC", "division", {"3452": 1, "35": 1, "D": 1, "01": 1}, {"D": 3, "A": 1}),
        ("SIC", "major group", {"3452": 1, "3451": 1, "D": 1}, {"34": 2, "D": 1}),
        ("ISIC", "section", {"C2593": 1, "2593": 1, "C": 1}, {"C": 2, "25": 1}),
        ("ISIC", "division", {"C2593": 1, "2593": 1, "C": 1}, {"25": 2, "C": 1}),
        ("UNSPSC", "class", {"31161501": 2, "3116150212": 3, "31160000": 1}, {"31161500": 5, "31160000": 1}),
        ("UNSPSC", "segment", {"31161501": 2, "31100000": 3}, {"31000000": 5}),
        (OWN, TOP, {"S.1": 2}, {"S.1": 2}),
    ],
)
def test_roll_up(system: str, level: str, counts: dict[str, int], rolled: dict[str, int]) -> None:
    assert CODES.roll_up(system, counts, level) == rolled
    assert list(CODES.roll_up(system, counts, level)) == list(rolled)


def test_roll_up_of_the_own_catalogue(own: CodeCatalogue) -> None:
    assert own.roll_up(OWN, {"S.1.2": 2, "S.1": 1, "M": 5, "elsewhere": 1}, TOP) == {"M": 5, "S": 3, "elsewhere": 1}


@pytest.mark.parametrize(
    ("system", "words"), [("NAICS", "NAICS has no level 'family'; it has sector"), (OWN, "it has top")]
)
def test_a_level_that_is_none(system: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CODES.wider(system, "332", "family")


@settings(deadline=None)
@given(st.sampled_from(["NAICS", "SIC", "ISIC", "UNSPSC"]), st.data())
def test_what_is_wider_than_a_code_is_a_code_and_stays_itself(system: str, data: st.DataObject) -> None:
    code = data.draw(st.from_regex(SYSTEMS[system].form, fullmatch=True).filter(str.isascii))
    if CODES.check_code(system, code):
        return
    for level in SYSTEMS[system].levels:
        wider = CODES.wider(system, code, level)
        assert CODES.check_code(system, wider) == ""
        assert CODES.wider(system, wider, level) == wider
