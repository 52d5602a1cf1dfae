"""Where the last part was found, on the bench; and the taught pictures, from the recipe in use."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.domain.verdict import SimilarPicture, Verdict
from inspector.ui.bench.live_view import LAST_PART
from inspector.ui.bench.part_detail import PartDetail
from inspector.ui.window import BENCH, MainWindow
from inspector.vision.taught_pictures import TaughtPicture
from tests.ui.staging import Stage, explained, judgement

PATIENCE = 15_000
PICTURE = np.full((48, 64, 3), 30, np.uint8)
TAUGHT = (TaughtPicture("a.png", "scratches", "", PICTURE[:8, :8], np.zeros(4, np.float16)),)


@pytest.fixture
def judged(stage: Stage, window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window of a station that judged one part, found turned by ten degrees."""
    stage.ready(stage.recipe(taught=TAUGHT))
    window.show_screen(BENCH)
    qtbot.waitUntil(lambda: window.bench.controls.run_button.blocked == "", timeout=PATIENCE)
    QTest.keyClick(window, Qt.Key.Key_F5)
    said = explained(judgement(Verdict.NG), PICTURE, turn=10.0, size=32)
    stage.part(PICTURE, replace(said, similar=(SimilarPicture(0, "a.png", "scratches", 0.9),)))
    qtbot.waitUntil(lambda: window.bench.strip.tiles[0].part is not None, timeout=PATIENCE)
    return window


def test_the_bench_outlines_where_the_last_part_was_found(stage: Stage, judged: MainWindow, qtbot: QtBot) -> None:
    picture = judged.bench.live.picture
    qtbot.waitUntil(lambda: picture.placement is not None, timeout=PATIENCE)
    assert picture.placement.certainty == 0.93
    assert picture._remembered
    judged.bench.live.views.choose(LAST_PART)
    qtbot.waitUntil(lambda: not picture._remembered, timeout=PATIENCE)
    stage.part(PICTURE, judgement(Verdict.OK))
    qtbot.waitUntil(lambda: picture.placement is None, timeout=PATIENCE)


def test_the_taught_pictures_are_shown_while_their_recipe_is_in_use(
    stage: Stage, judged: MainWindow, qtbot: QtBot
) -> None:
    for recipe, has_picture in ((None, True), (stage.recipe(number=2, taught=TAUGHT), False)):
        if recipe is not None:
            stage.station.lanes[0].stop()
            stage.station.lanes[0].use_recipe(recipe).result(PATIENCE / 1000)
        judged.bench.strip.tiles[0].opened.emit(judged.bench.strip.tiles[0].part.sequence)
        (detail,) = [one for one in judged.findChildren(PartDetail) if one.open_now]
        assert detail.why.similar.tiles[0].has_picture is has_picture
        detail.dismiss()
