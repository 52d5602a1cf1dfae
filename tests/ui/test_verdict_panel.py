"""The big verdict: four shapes that differ without colour, one size of word, and no old news that looks new."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from inspector.domain.verdict import Verdict
from inspector.ui.bench.verdict_panel import Shown, VerdictPanel
from inspector.ui.look import Look
from inspector.ui.widgets.verdict_mark import paint_mark


def drawn(verdict: Verdict, side: int = 64) -> np.ndarray:
    image = QImage(side, side, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    paint_mark(painter, verdict, QRectF(0, 0, side, side), "#000000", "#FFFFFF")
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(side, image.bytesPerLine())[:, :side].copy() < 128


@pytest.mark.parametrize(("one", "other"), list(combinations(Verdict, 2)))
def test_the_marks_differ_in_black_and_white(qapp: object, one: Verdict, other: Verdict) -> None:
    first, second = drawn(one), drawn(other)
    assert (first != second).mean() > 0.08


@pytest.mark.parametrize("verdict", Verdict)
def test_a_mark_is_one_solid_shape_inside_its_place(qapp: object, verdict: Verdict) -> None:
    ink = drawn(verdict)
    assert 0.2 < ink.mean() < 0.8
    assert ink[:, 31].any()
    assert not ink[0].all()


@pytest.fixture
def panel(look: Look, qtbot: QtBot) -> VerdictPanel:
    made = VerdictPanel(look)
    qtbot.addWidget(made)
    made.resize(500, 190)
    return made


def test_the_word_has_one_size_for_all_verdicts(panel: VerdictPanel) -> None:
    sizes = set()
    for verdict in Verdict:
        panel.show_verdict(Shown(verdict, verdict.value, "scratch", "Part 1"))
        panel.grab()
        sizes.add(panel._word_font.pixelSize())
    assert len(sizes) == 1
    assert sizes.pop() >= 80


@pytest.mark.parametrize(("width", "height"), [(260, 168), (484, 440), (900, 900), (500, 190)])
def test_the_longest_word_fits(panel: VerdictPanel, width: int, height: int) -> None:
    from PySide6.QtGui import QFontMetrics

    panel.resize(width, height)
    panel.show_verdict(Shown(Verdict.CHECK, "CHECK", "Not sure", "Part 1"))
    panel.grab()
    assert QFontMetrics(panel._word_font).horizontalAdvance("CHECK") <= width


def test_an_old_verdict_is_not_coloured(panel: VerdictPanel, look: Look) -> None:
    panel.show_verdict(Shown(Verdict.NG, "NG", "scratch", "Part 1"))
    assert panel.colours().fill == look.theme.verdicts[Verdict.NG].fill
    panel.show_verdict(Shown(Verdict.NG, "NG", "scratch", "Part 1", stale=True))
    assert panel.colours().fill == look.theme.card


def test_it_says_aloud_what_it_shows(panel: VerdictPanel) -> None:
    panel.show_verdict(Shown(Verdict.NG, "NG", "scratch", "Part 7"))
    assert panel.accessibleName() == "NG. scratch. Part 7"


def test_a_new_verdict_lays_nothing_out(panel: VerdictPanel) -> None:
    hint = panel.sizeHint(), panel.minimumSizeHint()
    panel.show_verdict(Shown(Verdict.NG, "NG", 40 * "very long ", "Part 7"))
    assert (panel.sizeHint(), panel.minimumSizeHint()) == hint
