"""What a person says of the classes, and what is wrong with how it is said."""

from pathlib import Path

import pytest

from inspector.codes.catalogue import CodeCatalogue
from inspector.codes.tables import CATALOGUE_FILE
from inspector.domain.recipe import Disposition, IndustryCode, PartClass, Severity
from inspector.domain.verdict import Verdict
from inspector.teaching.class_sheet import SHEET_FILE, ClassWords, read_class_sheet, require_known
from inspector.teaching.dataset import DatasetInvalid

CODES = CodeCatalogue()


def write(folder: Path, text: str) -> Path:
    (folder / SHEET_FILE).write_text(text, encoding="utf-8")
    return folder


def test_without_a_sheet_nothing_is_said(tmp_path: Path) -> None:
    assert read_class_sheet(tmp_path, CODES) == {}


@pytest.mark.parametrize("separator", [",", ";"])
def test_all_that_can_be_said(tmp_path: Path, separator: str) -> None:
    lines = [
        ["Class", "verdict", "code", "severity", "disposition", "threshold", "codes"],
        ["deep scratch", "ng", "D17", "Critical", "scrap", "30%", "NAICS 332722 | unspsc:31161500"],
        ["clean", "allowed"],
        ["person", "alarmed", "", "", "", "0.25"],
        ["forklift", "watched"],
    ]
    text = "\ufeff# who: Ada\n\n" + "\n".join(separator.join(line) for line in lines)
    assert read_class_sheet(write(tmp_path, text), CODES) == {
        "deep scratch": ClassWords(
            Verdict.NG,
            "D17",
            Severity.CRITICAL,
            Disposition.SCRAP,
            0.3,
            (IndustryCode("NAICS", "332722"), IndustryCode("UNSPSC", "31161500")),
        ),
        "clean": ClassWords(Verdict.OK),
        "person": ClassWords(Verdict.NG, threshold=0.25),
        "forklift": ClassWords(Verdict.CHECK),
    }


def test_what_is_not_said_stays() -> None:
    known = PartClass("scratch", "C01", Verdict.NG, "#112233", Severity.MINOR, Disposition.REWORK, 0.4)
    assert ClassWords().applied_to(known) == known
    changed = ClassWords(Verdict.OK, threshold=0.9).applied_to(known)
    assert changed == PartClass("scratch", "C01", Verdict.OK, "#112233", Severity.MINOR, Disposition.REWORK, 0.9)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no column 'class'; its columns are class, verdict, code"),
        ("name,verdict\n", "has no column 'class'"),
        ("class,colour\n", "has a column 'colour' that means nothing here"),
        ("class,verdict\n,NG\n", "line 2: it names no class"),
        ("class,verdict\n# x\nb,NG\nb,NG\n", "line 4: class 'b' stands there twice"),
        ("class,verdict\nb,maybe\n", "line 2, class 'b': 'maybe' is no verdict; write OK, CHECK or NG"),
        ("class,severity\nb,bad\n", "line 2, class 'b': 'bad' is no severity; write critical, major, minor"),
        ("class,disposition\nb,sell\n", "'sell' is no disposition; write accept, hold, rework, scrap"),
        ("class,threshold\nb,much\n", "the threshold 'much' is no number above 0 and up to 1; write 0.3 or 30%"),
        ("class,threshold\nb,130%\n", "the threshold '130%' is no number"),
        ("class,threshold\nb,nan\n", "the threshold 'nan' is no number"),
        ("class,threshold\nb,0,3\n", "line 2: it has 3 cells for 2 columns; put a cell that holds ',' into quotes"),
        ("class,codes\nb,GTIN 12\n", "class 'b': There is no system of codes 'GTIN'"),
        ("class,codes\nb,NAICS 399\n", "has no code that begins with '399'"),
        ("class,codes\nb,NAICS 332 |\n", "There is no system of codes ''"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DatasetInvalid, match=problem.replace("|", r"\|")):
        read_class_sheet(write(tmp_path, text), CODES)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / SHEET_FILE).write_bytes("class\nGröße\n".encode("latin-1"))
    with pytest.raises(DatasetInvalid, match="save it as UTF-8"):
        read_class_sheet(tmp_path, CODES)


def test_codes_of_the_own_catalogue(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE_FILE).write_text("code,title\nS.1,Scratch\n", encoding="utf-8")
    sheet = read_class_sheet(write(tmp_path, "class,codes\nb,OWN S.1\n"), CodeCatalogue(tmp_path))
    assert sheet["b"].codes == (IndustryCode("OWN", "S.1"),)
    with pytest.raises(DatasetInvalid, match=r"The own catalogue has no code 'S\.2'"):
        read_class_sheet(write(tmp_path, "class,codes\nb,OWN S.2\n"), CodeCatalogue(tmp_path))


def test_classes_that_are_not_there(tmp_path: Path) -> None:
    sheet = read_class_sheet(write(tmp_path, "class,verdict\ngood,OK\nscrach,NG\n"), CODES)
    require_known(sheet, ("good", "scrach"))
    with pytest.raises(
        DatasetInvalid, match=r"classes.csv speaks of the class 'scrach', which is none of good, scratch"
    ):
        require_known(sheet, ("good", "scratch"))
