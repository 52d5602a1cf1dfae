from datetime import UTC, datetime

from inspector.domain.recipe import Disposition, PartClass, Recipe, RecipeVersion, Severity
from inspector.domain.verdict import Verdict
from inspector.teaching.part_classes import part_classes

VERSION = RecipeVersion(1, "A", "r", datetime(2026, 1, 1, tzinfo=UTC))


def test_names_give_verdicts_codes_and_colours() -> None:
    classes = part_classes(("bent", "Good", "scratch"), None)
    assert [(one.name, one.code, one.verdict) for one in classes] == [
        ("bent", "C01", Verdict.NG),
        ("Good", "C02", Verdict.OK),
        ("scratch", "C03", Verdict.NG),
    ]
    assert [one.colour for one in classes] == ["#D55E00", "#009E73", "#56B4E9"]


def test_many_classes_have_colours_and_codes_of_their_own_while_there_are_shades() -> None:
    classes = part_classes([f"defect {number:03d}" for number in range(150)], None)
    assert len({one.colour for one in classes[:30]}) == 30
    assert len({one.code for one in classes}) == 150
    assert all(len(one.colour) == 7 and int(one.colour[1:], 16) >= 0 for one in classes)


def test_known_classes_stay_what_the_version_before_made_them() -> None:
    dent = PartClass("dent", "C02", Verdict.OK, "#D55E00", Severity.MINOR, Disposition.ACCEPT)
    parent = Recipe("p", (dent, PartClass("old", "C01", Verdict.NG, "#000000")), VERSION)
    new, kept = part_classes(("crack", "dent"), parent)
    assert kept == dent
    assert (new.code, new.colour) == ("C03", "#56B4E9")
