"""The printed page: figures, letters, pages, and the same bytes for the same report."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from inspector.domain.verdict import Verdict
from inspector.quality.rates import wilson
from inspector.reports.model import (
    Completeness,
    EventLine,
    Mark,
    PictureFault,
    ReasonBar,
    RecipeUse,
    ShiftReport,
)
from inspector.reports.pdf import ReportNotWritten, render_pdf, write_pdf


def pages_of(data: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(data)).pages)


def text_of(report: ShiftReport) -> str:
    text = "\n".join(page.extract_text() for page in pages_of(render_pdf(report)))
    return text.replace("\u00a0", " ")


def test_the_page_prints_the_figures(report: ShiftReport) -> None:
    text = text_of(report)
    counts = report.counts
    assert len(pages_of(render_pdf(report))) == 1
    for figure in (
        f"{counts.inspected:,}",
        f"{counts.ok:,}",
        f"{counts.ng}",
        f"{counts.ok / counts.inspected * 100:.2f} %",
        f"NG {counts.ng / counts.inspected * 1e6:,.0f} ppm",
        f"95 % interval {counts.first_pass.low * 100:.2f} % to {counts.first_pass.high * 100:.2f} %",  # type: ignore[operator]
        "Yes: triggers = records",
        "Each of the 3,253 triggers has exactly one record.",
        "Triggers (sequence 501 to 3753)",
        "scratch",
        "not sure",
        "46.3 %",
        "Page 1 of 1",
        f"Content SHA-256 {report.content_hash[:16]}",
        "Report R-20261025-051500",
        "mean 2.71 %",
    ):
        assert figure in text, figure


def test_the_head_names_place_time_and_recipe(report: ShiftReport) -> None:
    text = text_of(report)
    for words in (
        "Shift report",
        "Night, 2026-10-24",
        "Plant South",
        "Line 2",
        "Bench 1",
        "2026-10-24 22:00 (+02:00)",
        "2026-10-25 06:00 (+01:00)",
        "9 h 00 min",
        "Europe/Berlin",
        "2026-10-25 06:15 (+01:00)",
        "J. Smith",
        "L-4711",
        "directml:0",
        "Inspector 1.2.3",
        "Bearing cap",
        "abababab",
        "cdcdcdcd",
    ):
        assert words in text, words
    assert "ababababa" not in text


def test_the_repeated_hour_stands_twice_under_the_chart(report: ShiftReport) -> None:
    text = text_of(report)
    assert "02:00 (+02:00)" in text
    assert "02:00 (+01:00)" in text


def test_the_page_asks_for_three_signatures(report: ShiftReport) -> None:
    text = text_of(report)
    for words in ("Operator", "Shift leader", "Quality", "Report read, parts released or held."):
        assert words in text
    assert text.count("Date, signature") == 3
    assert text.count("Name") == 3


def test_all_fonts_are_embedded_subsets_and_none_is_the_library_s_own(report: ShiftReport) -> None:
    report = replace(report, operators=("检验员 王小明",), recipes=(replace(report.recipes[0], product="Ταχύμετρο"),))
    names = set()
    for page in pages_of(render_pdf(report)):
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            font = font.get_object()
            names.add(str(font["/BaseFont"]))
            assert "/FontFile2" in font["/FontDescriptor"], font["/BaseFont"]
    assert not [name for name in names if "Helvetica" in name or "Times" in name]
    assert any("NotoSans" in name for name in names)
    assert any("DroidSansFallback" in name for name in names)
    assert all("+" in name for name in names)


@pytest.mark.parametrize("name", ["检验员王小明", "Ελένη Παπαδοπούλου", "Иван Ковалёв", "Jürgen Groß"])
def test_names_of_many_scripts_can_be_found_in_the_text(report: ShiftReport, name: str) -> None:
    report = replace(report, operators=(name,), place=replace(report.place, site=name, station=name))
    assert text_of(report).count(name) >= 3


def test_a_name_in_no_font_prints_its_numbers_and_no_box(report: ShiftReport) -> None:
    assert "[U+AE40]" in text_of(replace(report, operators=("김",)))


def test_the_paper(report: ShiftReport) -> None:
    a4 = pages_of(render_pdf(report, "A4"))[0].mediabox
    letter = pages_of(render_pdf(report, "Letter"))
    assert (round(a4.width), round(a4.height)) == (595, 842)
    assert (round(letter[0].mediabox.width), round(letter[0].mediabox.height)) == (612, 792)
    assert len(letter) == 1


def test_the_same_report_gives_the_same_bytes(report: ShiftReport) -> None:
    assert render_pdf(report) == render_pdf(report)


def test_the_same_report_gives_the_same_bytes_in_another_process(report: ShiftReport, tmp_path: Path) -> None:
    # Names in a set or a dictionary by hash would show here.
    program = (
        "import pickle, sys; from pathlib import Path; from inspector.reports.pdf import render_pdf;"
        "Path(sys.argv[2]).write_bytes(render_pdf(pickle.loads(Path(sys.argv[1]).read_bytes())))"
    )
    import pickle

    (tmp_path / "report").write_bytes(pickle.dumps(report))
    command = [sys.executable, "-c", program, str(tmp_path / "report"), str(tmp_path / "out.pdf")]
    subprocess.run(command, check=True, timeout=60)
    assert (tmp_path / "out.pdf").read_bytes() == render_pdf(report)


def test_the_file_describes_itself(report: ShiftReport) -> None:
    described = PdfReader(io.BytesIO(render_pdf(report))).metadata
    assert described is not None
    assert described.title == "Shift report: Night, 2026-10-24"
    assert report.content_hash in str(described.subject)
    assert described.creation_date == report.issue.generated


def test_a_demo_says_so_on_every_page(report: ShiftReport) -> None:
    many = tuple(EventLine(e.time, e.kind, f"{e.text} {n}") for n in range(80) for e in report.events)
    demo = replace(report, completeness=replace(report.completeness, simulated=12), events=many)
    pages = pages_of(render_pdf(demo))
    assert len(pages) == 2
    # On every page the word in the head and the one across the page; on the first in two sentences more.
    assert [len(re.findall("DEMO", page.extract_text())) for page in pages] == [4, 2]
    assert "DEMO: 12 of 3,253 parts are simulated." in pages[0].extract_text()
    assert "DEMO:" not in text_of(report)


def test_a_running_shift_says_that_the_report_is_not_the_last_word(report: ShiftReport) -> None:
    text = text_of(replace(report, span=replace(report.span, running=True)))
    assert "INTERIM: the period runs until 2026-10-25 06:00 (+01:00)" in text
    assert "INTERIM" not in text_of(report)


def test_missing_records_are_said_in_words(report: ShiftReport) -> None:
    short = replace(report.completeness, records=report.completeness.records - 17)
    text = text_of(replace(report, completeness=short))
    assert "NO: 17 triggers without a record" in text
    assert "Of sequence 501 to 3753, 17 numbers are missing." in text
    assert "Yes:" not in text


def test_more_records_than_triggers_are_said_in_words(report: ShiftReport) -> None:
    long = replace(report.completeness, records=report.completeness.records + 2)
    assert "NO: 2 records without a trigger" in text_of(replace(report, completeness=long))


def test_live_frames_are_counted_or_said_not_to_be(report: ShiftReport) -> None:
    assert "not counted" in text_of(report)
    assert "4,321" in text_of(replace(report, issue=replace(report.issue, dropped_live=4321)))


def test_an_empty_shift_is_a_report_that_says_so(report: ShiftReport) -> None:
    nothing = wilson(0, 0)
    empty = replace(
        report,
        counts=replace(report.counts, inspected=0, ok=0, ng=0, check=0, error=0, first_pass=nothing, defective=nothing),
        completeness=Completeness(0, 0, None, None, *[0] * 12),
        recipes=(),
        accelerators=(),
        operators=(),
        lots=(),
        reasons=(),
        trend=replace(report.trend, mean=None, points=(), marks=()),
        thumbnails=(),
        events=(),
    )
    text = text_of(empty)
    for words in (
        "No part was triggered in this period",
        "No recipe judged a part",
        "none recorded",
        "Nothing to chart",
        "No NG and no CHECK",
        "No recipe change, no outage and no fault was recorded.",
        "Page 1 of 1",
    ):
        assert words in text, words
    assert "ppm" not in text


def test_a_shift_of_errors_alone_says_that_nothing_was_inspected(report: ShiftReport) -> None:
    nothing = wilson(0, 0)
    counts = replace(report.counts, inspected=0, ok=0, ng=0, check=0, error=3, first_pass=nothing, defective=nothing)
    assert "No part was inspected in this period." in text_of(replace(report, counts=counts, reasons=()))


def test_a_target_is_printed(report: ShiftReport) -> None:
    assert "target 5,000" in text_of(replace(report, counts=replace(report.counts, target=5000)))


def test_many_recipes_are_all_listed(report: ShiftReport) -> None:
    recipes = tuple(RecipeUse(f"Product {n}", n, "ab" * 32, "cd" * 32, 10) for n in range(12))
    text = text_of(replace(report, recipes=recipes))
    assert "and 8 more, listed below" in text
    assert all(recipe.product in text for recipe in recipes)


def test_many_lots_and_operators_are_all_listed(report: ShiftReport) -> None:
    lots = tuple(f"LOT-2026-{n:05d}" for n in range(60))
    operators = tuple(f"Operator {n:02d}" for n in range(20))
    text = text_of(replace(report, lots=lots, operators=operators))
    assert "listed below" in text
    assert all(lot in text for lot in lots)
    assert all(operator in text for operator in operators)
    assert "All lots" in text
    assert "All lots" not in text_of(report)


def test_a_list_longer_than_a_page_goes_on(report: ShiftReport) -> None:
    lots = tuple(f"LOT-2026-WITH-A-LONG-NAME-{n:05d}" for n in range(900))
    pages = pages_of(render_pdf(replace(report, lots=lots)))
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) > 2
    assert all(lot in text for lot in lots)


def test_events_go_on_on_the_next_page_and_the_first_is_whole_in_itself(report: ShiftReport) -> None:
    many = tuple(EventLine(e.time, e.kind, f"Silence number {n:03d}.") for n in range(120) for e in report.events)
    first, *others = (page.extract_text() for page in pages_of(render_pdf(replace(report, events=many))))
    assert "continued on the next page" in first
    assert "Date, signature" in first
    assert "Page 1 of 3" in first
    assert all(event.text in "".join((first, *others)) for event in many)
    assert all("Events, continued" in page for page in others)


def test_events_begin_with_a_capital_and_name_their_lane_where_there_are_several(report: ShiftReport) -> None:
    event = replace(report.events[0], text="the camera fell silent", lane="left")
    assert "left:" not in text_of(replace(report, events=(event,)))
    both = text_of(replace(report, events=(event, replace(event, lane="right"))))
    assert "left: The camera fell silent" in both
    assert "right: The camera fell silent" in both


def test_events_left_out_are_counted(report: ShiftReport) -> None:
    assert "7 further events are in the station's journal." in text_of(replace(report, events_left_out=7))


def test_reasons_beyond_the_room_are_taken_together(report: ShiftReport) -> None:
    bars = tuple(
        ReasonBar(Verdict.NG if n % 2 else Verdict.CHECK, f"reason-{n:02d}", 2, 0.001, (n + 1) / 30) for n in range(30)
    )
    text = text_of(replace(report, reasons=bars))
    shown = sum(bar.reason in text for bar in bars)
    assert 5 < shown < 20
    assert f"{30 - shown} other reasons" in text
    assert f"\n{(30 - shown) * 2}\n" in text


def test_a_picture_that_is_gone_or_altered_says_so(report: ShiftReport) -> None:
    thumbnail = replace(report.thumbnails[0], pixels=None, serial="")
    for fault, words in ((PictureFault.MISSING, "picture is missing"), (PictureFault.ALTERED, "picture was altered")):
        text = text_of(replace(report, thumbnails=(replace(thumbnail, fault=fault),)))
        assert words in " ".join(text.split())
        assert "no. 612" in text


def test_very_long_names_are_shortened(report: ShiftReport) -> None:
    name = "Gehäusedeckelrückwandendkontrolle " * 8
    long = replace(
        report,
        place=replace(report.place, site=name, line=name, station=name, lane=name),
        span=replace(report.span, title=name),
        recipes=(replace(report.recipes[0], product=name),),
        reasons=tuple(replace(bar, reason=name) for bar in report.reasons),
        thumbnails=tuple(replace(thumbnail, reason=name, serial=name) for thumbnail in report.thumbnails),
        operators=(name,),
        events=tuple(replace(event, text=name) for event in report.events),
        trend=replace(report.trend, marks=tuple(replace(mark, label=name) for mark in report.trend.marks)),
    )
    assert len(pages_of(render_pdf(long))) <= 2
    assert "…" in text_of(long)


def test_marks_close_together_do_not_print_over_one_another(report: ShiftReport) -> None:
    start = report.span.start
    marks = tuple(Mark(start + timedelta(minutes=n), f"Recipe {n:02d}") for n in range(30))
    text = text_of(replace(report, trend=replace(report.trend, marks=marks)))
    assert "Recipe 00" in text
    assert "Recipe 01" not in text


def test_writing_puts_the_whole_file_in_place(report: ShiftReport, tmp_path: Path) -> None:
    path = tmp_path / "reports" / "检验 Night.pdf"
    write_pdf(report, path)
    assert path.read_bytes() == render_pdf(report)
    write_pdf(report, path, "Letter")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_place_that_cannot_be_written_to_is_said_in_one_sentence(report: ShiftReport, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportNotWritten, match=r"cannot be written to .*; choose another folder\.$"):
        write_pdf(report, tmp_path / "file" / "report.pdf")


def test_a_file_held_open_is_said_in_one_sentence(
    report: ShiftReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "held by another program")

    monkeypatch.setattr("inspector.reports.pdf.write_atomically", refuse)
    with pytest.raises(ReportNotWritten, match="close it in the program that shows it"):
        write_pdf(report, tmp_path / "report.pdf")
