"""The tables of codes: complete where they say so, and refused where they cannot be read."""

from pathlib import Path

import pytest

from inspector.codes.systems import OWN, SYSTEMS
from inspector.codes.tables import CATALOGUE_FILE, CatalogueInvalid, CodeTable, own_catalogue, read_table, shipped_table


def test_the_industry_classification_is_whole() -> None:
    table = shipped_table("NAICS")
    sectors = [code for code in table.titles if code not in table.parents]
    subsectors = [code for code in table.titles if len(code) == 3]
    assert (len(sectors), len(subsectors)) == (20, 96)
    assert all(SYSTEMS["NAICS"].is_written_so(code) for code in table.titles)
    assert {table.parents[code] for code in subsectors} == set(sectors)
    for code in subsectors:
        first, _, last = table.parents[code].partition("-")
        assert int(first) <= int(code[:2]) <= int(last or first)


def test_the_older_classification_is_whole() -> None:
    table = shipped_table("SIC")
    divisions = [code for code in table.titles if code.isalpha()]
    assert "".join(divisions) == "ABCDEFGHIJK"
    assert len(table.titles) - len(divisions) == 83
    assert list(table.parents) == sorted(table.parents)
    assert list(table.parents.values()) == sorted(table.parents.values())


@pytest.mark.parametrize("system", ["ISIC", "UNSPSC", OWN])
def test_titles_that_may_not_be_shipped_are_not(system: str) -> None:
    assert shipped_table(system) == CodeTable()


def test_an_own_catalogue(tmp_path: Path) -> None:
    assert own_catalogue(tmp_path) == CodeTable()
    text = '\ufeff# ours\nCode; Title ;Parent;Note\nA;"Surface; all of it";;x\n\n B ;Größe\n'
    (tmp_path / CATALOGUE_FILE).write_text(text, encoding="utf-8")
    table = own_catalogue(tmp_path)
    assert dict(table.titles) == {"A": "Surface; all of it", "B": "Größe"}
    assert dict(table.parents) == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no columns 'code' and 'title'"),
        ("code,name\nA,x\n", "has no columns 'code' and 'title'"),
        ("code,title\nA,x\n,y\n", r"codes.csv line 3: it needs a code and a title"),
        ("code,title\nA\n", r"codes.csv line 2: it needs a code and a title"),
        ("code,title\nA,x\n\nA,y\n", r"codes.csv line 4: the code 'A' stands there twice"),
        ("code,title,parent\nA,x,B\n", "'A' stands under 'B', which is no code of it"),
        ("code,title,parent\nA,x,B\nB,y,C\nC,z,A\n", "'A' stands under itself"),
        ("code,title,parent\nA,x,A\n", "'A' stands under itself"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / CATALOGUE_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueInvalid, match=problem):
        own_catalogue(tmp_path)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("code,title\nA,Größe\n".encode("latin-1"))
    with pytest.raises(CatalogueInvalid, match="save it as UTF-8"):
        read_table(path)
