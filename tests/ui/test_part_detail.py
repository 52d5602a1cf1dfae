"""One part, opened: its picture, why, and its record."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from inspector.domain.recipe import Region
from inspector.domain.verdict import Deciding, Rule, SimilarPicture, Verdict
from inspector.inspection.shown import ShownPart
from inspector.ui.bench.part_detail import RECORD, PartDetail
from inspector.ui.look import Look
from inspector.vision.model_file import ModelFile
from inspector.vision.taught_pictures import TaughtPicture
from tests.fixtures.tiny_recipe import write_tiny_recipe
from tests.ui.staging import explained, inspection, judgement

PIXELS = np.full((60, 80, 3), 70, np.uint8)
SIMILAR = (SimilarPicture(1, "b.png", "scratch", 0.9), SimilarPicture(9, "gone.png", "scratch", 0.8))


def a_part(sequence: int, verdict: Verdict = Verdict.NG) -> ShownPart:
    said = explained(judgement(verdict), PIXELS, turn=5.0, size=16)
    said = replace(said, deciding=Deciding(Rule.DEFECT, 0.97, 0.6), anomaly_score=0.3, similar=SIMILAR, zone="left")
    return ShownPart(replace(inspection(), judgement=said, sequence=sequence), PIXELS, None)


@pytest.fixture
def model_file(tmp_path: Path) -> ModelFile:
    taught = tuple(
        TaughtPicture(name, "scratch", "", PIXELS[:8, :8], np.zeros(4, np.float16)) for name in ("a.png", "b.png")
    )
    return replace(write_tiny_recipe(tmp_path / "tiny.recipe"), taught=taught)


@pytest.fixture
def opened(look: Look, qtbot: QtBot) -> Iterator[Callable[[ModelFile | None], PartDetail]]:
    host = QMainWindow()
    qtbot.addWidget(host)
    host.resize(1280, 800)
    host.show()
    details: list[PartDetail] = []

    def open_with(model_file: ModelFile | None) -> PartDetail:
        parts = [a_part(3), a_part(2, Verdict.ERROR), a_part(1)]
        detail = PartDetail(
            look,
            host,
            parts,
            0,
            region_of=lambda _inspection: Region(),
            zone=ZoneInfo("Europe/Berlin"),
            model_file_of=lambda _inspection: model_file,
        )
        details.append(detail)
        detail.open()
        return detail

    yield open_with
    for detail in details:
        detail.dismiss()


Open = Callable[[ModelFile | None], PartDetail]


def test_the_taught_pictures_come_from_the_recipe_in_use(opened: Open, model_file: ModelFile) -> None:
    detail = opened(model_file)
    tiles = detail.why.similar.tiles
    assert [tile.has_picture for tile in tiles] == [True, False, False]
    assert detail.why.note == ""
    assert detail.why.anomaly.measure is not None
    assert detail.why.anomaly.measure.limit == model_file.recipe.anomaly.limit


def test_without_its_recipe_the_names_stay(opened: Open) -> None:
    detail = opened(None)
    assert [tile.similar for tile in detail.why.similar.tiles[:2]] == list(SIMILAR)
    assert "Their names only" in detail.why.note


def test_the_record_is_on_the_other_tab(opened: Open) -> None:
    detail = opened(None)
    assert detail.record.isHidden()
    detail.tabs.choose(RECORD)
    assert detail.why.isHidden()
    facts = {name.text: value.text for name, value in detail.record.lines if name.text}
    assert facts["Zone"] == "left"
    assert facts["Part found"] == "93 % certain, turned 5.0°"
    assert facts["Recipe"] == "steel, version 3"


def test_arrows_go_through_the_parts_and_the_tab_stays(opened: Open) -> None:
    detail = opened(None)
    detail.tabs.choose(RECORD)
    QTest.keyClick(detail, Qt.Key.Key_Right)
    assert detail.part.inspection.sequence == 2
    assert detail.why.similar.isHidden(), "what was not judged resembles nothing"
    assert not detail.record.isHidden()
    QTest.keyClick(detail, Qt.Key.Key_Right)
    QTest.keyClick(detail, Qt.Key.Key_Right)
    assert detail.part.inspection.sequence == 1
    assert "oldest part" in detail.older.blocked


def test_closing_it_twice_is_no_trouble(opened: Open) -> None:
    detail = opened(None)
    detail.dismiss()
    detail.dismiss()
    assert not detail.open_now
