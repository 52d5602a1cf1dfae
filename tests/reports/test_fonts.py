"""Letters: no name prints as boxes, none runs out of its room."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.reports.fonts import BOLD, ELLIPSIS, FALLBACK, REGULAR, Run, Typeface


@pytest.fixture(scope="module")
def typeface() -> Typeface:
    return Typeface()


def printed(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


@pytest.mark.parametrize(
    "name",
    ["Jürgen Groß", "Łódź ğüş", "Ελένη Παπαδοπούλου", "Иван Ковалёв", "Nguyễn Văn Ấn"],
    ids=["german", "polish-turkish", "greek", "cyrillic", "vietnamese"],
)
def test_letters_of_europe_come_from_one_font(typeface: Typeface, name: str) -> None:
    assert typeface.runs(name) == (Run(name, REGULAR),)
    assert typeface.runs(name, bold=True) == (Run(name, BOLD),)


def test_chinese_and_japanese_come_from_the_fallback(typeface: Typeface) -> None:
    assert typeface.runs("Lot 检验员 7") == (Run("Lot ", REGULAR), Run("检验员", FALLBACK), Run(" 7", REGULAR))
    assert typeface.runs("検査かなカナ") == (Run("検査かなカナ", FALLBACK),)


def test_the_fallback_has_no_bold_face_and_is_thickened(typeface: Typeface) -> None:
    assert typeface.runs("检验", bold=True) == (Run("检验", FALLBACK, stroked=True),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("김", "[U+AE40]"),
        ("😀", "[U+1F600]"),
        ("a\x07b", "a[U+0007]b"),
        ("\u202e1", "[U+202E]1"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_a_letter_in_no_font_is_printed_as_its_number(typeface: Typeface, text: str, shown: str) -> None:
    assert printed(typeface.runs(text)) == shown


def test_an_accent_set_apart_is_joined_to_its_letter(typeface: Typeface) -> None:
    assert typeface.runs(unicodedata.normalize("NFD", "é")) == (Run("é", REGULAR),)


def test_line_ends_and_tabs_print_as_spaces(typeface: Typeface) -> None:
    assert printed(typeface.runs("a\nb\tc\u00a0d")) == "a b c d"


@settings(deadline=None)
@given(st.text(max_size=40), st.floats(20, 200), st.booleans(), st.booleans())
def test_a_shortened_text_never_leaves_its_room(
    typeface: Typeface, text: str, room: float, bold: bool, keep_end: bool
) -> None:
    assert typeface.width(typeface.shortened(text, 8, room, bold, keep_end), 8, bold) <= room


def test_a_text_that_fits_is_left_as_it_is(typeface: Typeface) -> None:
    assert typeface.shortened("Line 2", 8, 100) == "Line 2"


def test_a_long_text_ends_in_an_ellipsis(typeface: Typeface) -> None:
    shown = typeface.shortened("Prüfplatz Endkontrolle Gehäusedeckel", 8, 60)
    assert shown.startswith("Prüf")
    assert shown.endswith(ELLIPSIS)


def test_a_serial_number_keeps_both_ends(typeface: Typeface) -> None:
    shown = typeface.shortened("SN-2026-10-24-0003017", 8, 60, keep_end=True)
    assert shown.startswith("SN-")
    assert shown.endswith("3017")
    assert ELLIPSIS in shown


def test_no_accent_is_left_without_its_letter(typeface: Typeface) -> None:
    # x has no letter that holds it and the accent in one, so that both stand apart.
    text = "xxxx\u0301xxxxxxxx"
    for room in range(10, 60):
        assert f"\u0301{ELLIPSIS}" not in typeface.shortened(text, 8, room).replace("x\u0301", "")


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), max_size=80))
def test_wrapped_lines_fit_and_hold_every_letter(typeface: Typeface, text: str) -> None:
    lines = typeface.wrapped(text, 8, 90)
    assert all(typeface.width(line, 8) <= 90 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_are_broken_between_words(typeface: Typeface) -> None:
    assert typeface.wrapped("one two three four", 8, 45) == ("one two", "three four")


def test_nothing_wraps_to_no_line(typeface: Typeface) -> None:
    assert typeface.wrapped("  ", 8, 45) == ()


def test_a_font_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("inspector.reports.fonts.resource", lambda *parts: tmp_path.joinpath(*parts))
    monkeypatch.setattr("inspector.reports.fonts._FILES", {"InspectorUnknown": "Unknown.ttf"})
    with pytest.raises(FileNotFoundError, match=r"font Unknown\.ttf is missing from .*; install the program anew\."):
        Typeface()
