"""The last twelve parts."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.domain.verdict import Verdict
from inspector.ui.bench.film_strip import LENGTH, FilmStrip, StripPart
from inspector.ui.look import Look


def part(sequence: int, verdict: Verdict = Verdict.OK, *, picture: bool = True) -> StripPart:
    pixels = np.full((40, 60, 3), 7 * sequence % 255, np.uint8) if picture else None
    return StripPart(sequence, verdict, f"part {sequence}", pixels)


@pytest.fixture
def strip(look: Look, qtbot: QtBot) -> FilmStrip:
    made = FilmStrip(look)
    qtbot.addWidget(made)
    made.resize(1100, 96)
    made.show()
    return made


def test_the_newest_comes_first_and_no_more_than_twelve(strip: FilmStrip) -> None:
    strip.show_parts([part(number) for number in range(20, 0, -1)])
    assert [tile.part.sequence for tile in strip.tiles if tile.part] == list(range(20, 20 - LENGTH, -1))


def test_places_without_a_part_cannot_be_touched(strip: FilmStrip) -> None:
    strip.show_parts([part(1)])
    assert [tile.isEnabled() for tile in strip.tiles] == [True] + [False] * (LENGTH - 1)


def test_a_part_without_a_picture_is_drawn(strip: FilmStrip) -> None:
    strip.show_parts([part(1, Verdict.ERROR, picture=False)])
    assert not strip.grab().isNull()


def test_one_touch_opens_the_part(strip: FilmStrip, qtbot: QtBot) -> None:
    strip.show_parts([part(2), part(1)])
    with qtbot.waitSignal(strip.opened) as caught:
        QTest.mouseClick(strip.tiles[1], Qt.MouseButton.LeftButton)
    assert caught.args == [1]


def test_the_part_that_was_touched_opens_although_the_strip_moved_on(strip: FilmStrip, qtbot: QtBot) -> None:
    strip.show_parts([part(2), part(1)])
    tile = strip.tiles[0]
    QTest.mousePress(tile, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    strip.show_parts([part(3), part(2), part(1)])
    with qtbot.waitSignal(strip.opened) as caught:
        QTest.mouseRelease(tile, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert caught.args == [2]


def test_the_keyboard_opens_a_part(strip: FilmStrip, qtbot: QtBot) -> None:
    strip.show_parts([part(2), part(1)])
    with qtbot.waitSignal(strip.opened) as caught:
        QTest.keyClick(strip.tiles[1], Qt.Key.Key_Return)
    assert caught.args == [1]


def test_a_thumbnail_is_made_into_a_pixmap_once(strip: FilmStrip) -> None:
    first, second = part(1), part(2)
    strip.show_parts([first])
    made = strip.tiles[0]._pixmap
    strip.show_parts([second, first])
    assert strip.tiles[1]._pixmap is made


def test_tiles_are_named_for_the_screen_reader(strip: FilmStrip) -> None:
    strip.show_parts([part(1)])
    assert strip.tiles[0].accessibleName() == "part 1"
    assert strip.tiles[0].toolTip() == "part 1"
