"""Parts by the codes of their classes, from real records."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.inspection import JudgedPart
from inspector.domain.verdict import Verdict
from inspector.records.queries import Period
from inspector.records.rows import RecipeRecord
from inspector.reports.codes import counts_by_code
from inspector.reports.model import CodeCount

START = datetime(2026, 11, 24, 6, tzinfo=UTC)
DAY = Period(START, START + timedelta(hours=8))
HASH = "ab" * 32

MakePart = Callable[..., JudgedPart]


def recipe(product: str, classes: list[dict[str, Any]]) -> RecipeRecord:
    document = json.dumps({"product": product, "classes": classes})
    return RecipeRecord(HASH, "cd" * 32, product, 7, "Ada", "first", START, document)


def coded(name: str, *codes: tuple[str, str]) -> dict[str, Any]:
    return {"name": name, "codes": [{"system": system, "code": code} for system, code in codes]}


@pytest.fixture
def shift(site: Any, part: MakePart) -> Any:
    """Return a site on which parts were judged by a recipe whose classes carry codes."""
    said = [*[(Verdict.OK, "")] * 5, *[(Verdict.NG, "scratch")] * 3, (Verdict.NG, "dent"), (Verdict.CHECK, "unsure")]
    moments = (START + timedelta(minutes=number) for number in range(len(said)))
    parts = [
        part(number, moment, *what, recipe_hash=HASH, recipe_version=7)
        for number, (moment, what) in enumerate(zip(moments, said, strict=True), 1)
    ]
    classes = [
        coded("good", ("NAICS", "332722")),
        coded("scratch", ("OWN", "D-1"), ("NAICS", "332")),
        coded("dent", ("OWN", "D-2")),
    ]
    site.write(parts, recipes=[recipe(parts[0].inspection.context.product, classes)])
    return site


def test_parts_count_under_the_codes_of_their_classes(shift: Any, tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text("code,title,parent\nD,Surface,\nD-1,Scratch,D\n", encoding="utf-8")

    found = counts_by_code(shift.records, DAY, shift.records.recipes(DAY), CodeCatalogue(tmp_path))

    assert found == (
        CodeCount("NAICS", "332722", "31-33", "Fabricated Metal Product Manufacturing", 5),
        CodeCount("NAICS", "332", "31-33", "Fabricated Metal Product Manufacturing", 3),
        CodeCount("OWN", "D-1", "D", "Scratch", 3),
        CodeCount("OWN", "D-2", "D-2", "", 1),
    )


def test_a_broken_catalogue_costs_the_titles_and_not_the_report(shift: Any, tmp_path: Path, expected_logs: Any) -> None:
    expected_logs.append("WARNING inspector.reports: The codes of the report carry no titles: .*codes.csv")
    (tmp_path / "codes.csv").write_text("no such columns\n", encoding="utf-8")

    found = counts_by_code(shift.records, DAY, shift.records.recipes(DAY), CodeCatalogue(tmp_path))

    assert [(one.code, one.title) for one in found if one.system == "OWN"] == [("D-1", ""), ("D-2", "")]


def test_without_codes_there_is_nothing_to_say(site: Any, part: MakePart) -> None:
    site.write([part(1, START, Verdict.OK, "")])
    assert counts_by_code(site.records, DAY, site.records.recipes(DAY), CodeCatalogue(None)) == ()
