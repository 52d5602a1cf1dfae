"""The printed validation: every figure on it, any names and number of classes, equal bytes for equal data."""

import io
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from inspector.domain.verdict import Verdict
from inspector.quality.figures import Figures
from inspector.quality.mcnemar import mcnemar
from inspector.quality.rates import wilson
from inspector.quality.validation import MistakeKind, Paired, Validation
from inspector.reports.pdf import Paper, ReportNotWritten
from inspector.reports.validation_pdf import render_validation_pdf, write_validation_pdf
from tests.fixtures.validations import a_mistake, a_validation, with_names


def pages_of(validation: Validation, paper: Paper = "A4") -> list[str]:
    """Return the text of each page, blanks made plain."""
    reader = PdfReader(io.BytesIO(render_validation_pdf(validation, paper)))
    return [" ".join(page.extract_text().replace("\u00a0", " ").split()) for page in reader.pages]


def text_of(validation: Validation, paper: Paper = "A4") -> str:
    return " ".join(pages_of(validation, paper))


def test_the_page_prints_the_figures() -> None:
    validation = a_validation()
    text = text_of(validation)
    assert len(pages_of(validation)) == 1
    for words in (
        "Validation report",
        "Bearing cap, version 3",
        "E. Engineer",
        "locked 2026-10-25",
        "2026-10-25 05:15 (+00:00)",
        "Inspector 1.2.3",
        "efefefefefefefef",
        "0303030303030303",
        "OK 0.80, NG 0.60",
        "2.5 %2 of 80 bad parts 95 %: 0.7 % to 8.7 %",
        "0.0 %0 of 40 good parts at most 7.2 % (95 % sure)",
        "98.3 %118 of 120 parts",
        "0.987AUROC, probability anomaly score 0.912",
        "bad parts 80good parts 40",
        "OK up to 0.20",
        "NG from 0.60",
        "Worst mistakes (2 of 2: 2 escapes)",
        "is scratch said good scratch/part-0000.png",
        "93 % sure",
        "scratch NG 40 95.0 % 83.5 % – 98.6 % 100.0 % 90.8 % – 100.0 % 2 38 –",
        "Page 1 of 1",
        f"Content SHA-256 {validation.content_hash[:16]}",
        "Validated by",
        "Approved by",
    ):
        assert words in text, words


def test_the_page_prints_what_it_is_compared_with() -> None:
    text = text_of(a_validation())
    for words in (
        "Beside version 2, on the same parts",
        "Escape 2.5 % (2 of 80) 13.8 % (11 of 80)",
        "No escape, no overkill 9 0 109 2 0.0039, better",
        "Class right 1 2 115 2 1.00, no difference",
        "Wrong here, not there: scratch/part-0007.png",
        "Network 6.1 ms 8.5 ms",
        "One part, together 6.6 ms 9.2 ms",
        "directml:0 and the processor: all 120 verdicts are equal.",
        "Largest difference: probability 3.2e-05, anomaly score 1.1e-04.",
        "The processor takes 2.6 times as long.",
    ):
        assert words in text, words


def test_a_worse_version_and_a_differing_accelerator_are_said_aloud() -> None:
    validation = a_validation()
    assert validation.comparison is not None
    assert validation.accelerators is not None
    paired = Paired(100, 0, mcnemar(1, 30))
    text = text_of(
        replace(
            validation,
            comparison=replace(validation.comparison, by_mistake=paired),
            accelerators=replace(validation.accelerators, differing=tuple(f"p{n}" for n in range(6))),
        )
    )
    assert "No escape, no overkill 1 30 100 0 < 0.0001, WORSE" in text
    assert "directml:0 and the processor: 6 of 120 verdicts DIFFER: p0, p1, p2, p3 and 2 more" in text


def test_versions_of_one_number_are_told_by_their_hashes() -> None:
    validation = a_validation()
    assert validation.comparison is not None
    other = replace(validation.comparison.other, recipe=validation.subject.recipe)
    assert "version 3 (02020202)" in text_of(
        replace(validation, comparison=replace(validation.comparison, other=other))
    )


def test_nothing_compared_nothing_wrong() -> None:
    text = text_of(a_validation(wrong=0, compared=False, accelerator="cpu"))
    for words in ("Worst mistakes None: no verdict was wrong.", "Not compared.", "there is no other accelerator"):
        assert words in text, words
    assert "at most 3.7 % (95 % sure)" in text


def test_a_recipe_without_a_good_class_has_no_sides() -> None:
    text = text_of(a_validation(("dent", "scratch")))
    assert text.count("all classes mean NG") == 3
    assert "AUROC" not in text
    assert "Class right 97.5 %" in text


def test_a_set_without_bad_parts_says_so() -> None:
    validation = a_validation()
    figures: Figures = replace(validation.figures, escape=wilson(0, 0), auroc=None, anomaly_auroc=None)
    assert text_of(replace(validation, figures=figures)).count("no such part here") == 2


def test_checks_are_told_by_reason() -> None:
    validation = a_validation()
    figures: Figures = replace(validation.figures, checks={"unsure": 3, "anomaly": 1})
    assert "CHECK because: not sure 3, unknown anomaly 1" in text_of(replace(validation, figures=figures))
    assert "because" not in text_of(validation)


def test_a_single_class_is_a_page() -> None:
    text = text_of(replace(a_validation(("good",), wrong=0, compared=False), distributions=()))
    assert "good OK 40 100.0 %" in text
    assert "Scores about" not in text


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("count", [2, 3, 8, 9, 12, 20, 30])
def test_any_number_of_classes_is_printed_whole(count: int, paper: Paper) -> None:
    classes = ("good", *(f"kind-{number:02d}" for number in range(count - 1)))
    pages = pages_of(a_validation(classes, heat=True, wrong=5), paper)
    text = " ".join(pages)
    assert len(pages) <= 3
    assert "Date, signature" in pages[0]
    for name in classes:
        assert text.count(f"{name} ") >= 2, name
    assert "Anomaly score" in text
    assert "By class" in text


def test_classes_beyond_the_page_go_on_under_a_title() -> None:
    classes = ("good", *(f"kind-{number:02d}" for number in range(11)))
    first, second = pages_of(a_validation(classes, heat=True, wrong=3), "Letter")
    assert "By class" not in first or "By class, continued" in second
    many = ("good", *(f"kind-{number:02d}" for number in range(7)))
    pages = pages_of(a_validation(many, heat=True, wrong=3), "Letter")
    assert "continued on the next page" in pages[0]
    assert "By class, continued" in pages[1]


def test_more_mistakes_than_the_page_holds_go_on_under_a_title() -> None:
    first, *others = pages_of(a_validation(wrong=24))
    assert "Worst mistakes (24 of 24: 24 escapes)" in first
    assert "Worst mistakes, continued" in " ".join(others)
    assert all(f"scratch/part-{number:04d}.png" in " ".join((first, *others)) for number in range(24))


def test_a_heat_map_stands_beside_its_picture() -> None:
    def pictures(validation: Validation) -> int:
        reader = PdfReader(io.BytesIO(render_validation_pdf(validation)))
        return sum(len(page.images) for page in reader.pages)

    assert pictures(a_validation(wrong=2)) == 2
    assert pictures(a_validation(wrong=2, heat=True)) == 4
    mixed = replace(a_validation(wrong=0), mistakes=(a_mistake(0, "dent", "good"), a_mistake(1, "dent", "good", True)))
    assert pictures(mixed) >= 3
    assert "score 0.40" in text_of(mixed)


def test_pictures_of_any_shape_are_printed() -> None:
    shapes = ((1, 1), (3000, 40), (40, 3000), (600, 800, 3))
    mistakes = tuple(
        replace(a_mistake(0, "dent", "good", heat=True), part=np.full(shape, 90, np.uint8)) for shape in shapes
    )
    data = render_validation_pdf(replace(a_validation(wrong=0), mistakes=mistakes))
    assert len(data) < 200_000


def test_reasons_of_the_station_are_printed_in_words_and_kinds_are_counted() -> None:
    mistake = replace(a_mistake(0, "good", "anomaly"), kind=MistakeKind.OVERKILL, verdict=Verdict.NG)
    counted = {MistakeKind.ESCAPE: 1, MistakeKind.OVERKILL: 3, MistakeKind.WRONG_CLASS: 2}
    text = text_of(replace(a_validation(), mistakes=(mistake,), mistaken=counted))
    assert "Worst mistakes (1 of 6: 1 escape, 3 overkill, 2 wrong class)" in text
    assert "said unknown anomaly" in text


@pytest.mark.parametrize("name", ["Gehäusedeckel Außenfläche", "检验员王小明", "Ταχύμετρο", "Крышка"])
def test_names_of_many_scripts_can_be_found_in_the_text(name: str) -> None:
    text = text_of(with_names(a_validation(("good", f"{name} 1", f"{name} 2")), name))
    assert text.count(name) >= 6


def test_very_long_names_are_shortened_and_stay_on_the_page() -> None:
    name = "Gehäusedeckelrückwandendkontrolle " * 8
    classes = ("good", *(f"{name}{number}" for number in range(4)))
    for paper in ("A4", "Letter"):
        pages = pages_of(with_names(a_validation(classes, heat=True), name), paper)  # type: ignore[arg-type]
        assert len(pages) <= 2
        assert "…" in pages[0]


def test_what_a_reader_must_know_stands_before_the_figures() -> None:
    note = "These pictures are not a locked set: who teaches may have looked at them."
    validation = a_validation()
    loose = replace(validation, notes=(note,), part_set=replace(validation.part_set, sealed=None))
    text = text_of(loose)
    assert text.index(note) < text.index("Escape")
    assert "not a locked set" in text
    assert "Set hash" in text
    many = replace(loose, notes=tuple(f"broken-{number:03d}.png: the file is empty." for number in range(200)))
    assert "broken-199.png" in text_of(many)


def test_a_demo_says_so_on_every_page() -> None:
    validation = a_validation(wrong=24)
    recipe = replace(validation.subject.recipe, simulated=True)
    pages = pages_of(replace(validation, subject=replace(validation.subject, recipe=recipe)))
    assert len(pages) > 1
    assert all(page.count("DEMO") == 2 for page in pages)
    assert "DEMO" not in text_of(validation)


def test_the_same_validation_gives_the_same_bytes_in_another_process_too(tmp_path: Path) -> None:
    validation = a_validation(heat=True)
    assert render_validation_pdf(validation) == render_validation_pdf(validation)
    program = (
        "import pickle, sys; from pathlib import Path;"
        "from inspector.reports.validation_pdf import render_validation_pdf;"
        "Path(sys.argv[2]).write_bytes(render_validation_pdf(pickle.loads(Path(sys.argv[1]).read_bytes())))"
    )
    (tmp_path / "validation").write_bytes(pickle.dumps(validation))
    command = [sys.executable, "-c", program, str(tmp_path / "validation"), str(tmp_path / "out.pdf")]
    subprocess.run(command, check=True, timeout=60)
    assert (tmp_path / "out.pdf").read_bytes() == render_validation_pdf(validation)


def test_the_file_describes_itself() -> None:
    validation = a_validation()
    described = PdfReader(io.BytesIO(render_validation_pdf(validation))).metadata
    assert described is not None
    assert described.title == "Validation report: Bearing cap, version 3"
    assert validation.content_hash in str(described.subject)
    assert described.creation_date == validation.made


def test_writing_puts_the_whole_file_in_place_or_says_why_not(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "检验.pdf"
    write_validation_pdf(a_validation(), path)
    assert path.read_bytes() == render_validation_pdf(a_validation())
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportNotWritten, match=r"cannot be written to .*; choose another folder\.$"):
        write_validation_pdf(a_validation(), tmp_path / "file" / "report.pdf")
