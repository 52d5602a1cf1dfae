"""The six figures."""

from pytestqt.qtbot import QtBot

from inspector.ui.bench.counters import Counters, Tally
from inspector.ui.look import Look


def test_an_error_is_not_inspected() -> None:
    tally = Tally(ok=96, ng=3, check=1, error=50)
    assert tally.inspected == 100
    assert tally.yields.value == 0.96


def test_they_are_read_aloud_with_the_interval(look: Look, qtbot: QtBot) -> None:
    counters = Counters(look)
    qtbot.addWidget(counters)
    counters.show_tally(Tally(ok=1250, ng=20, check=10, error=4, target=2000))
    said = counters.accessibleName()
    assert "Inspected: 1,280" in said
    assert "OK: 1,250 of 2,000" in said
    assert "Yield: 97.7 % 96.7–98.4 %" in said
    assert "ERROR: 4" in said


def test_nothing_inspected_has_no_yield(look: Look, qtbot: QtBot) -> None:
    counters = Counters(look)
    qtbot.addWidget(counters)
    assert "Yield: –," in counters.accessibleName()


def test_figures_of_a_long_shift_still_fit(look: Look, qtbot: QtBot) -> None:
    counters = Counters(look)
    qtbot.addWidget(counters)
    counters.resize(487, counters.sizeHint().height())
    counters.show_tally(Tally(ok=123456, ng=2345, check=678, error=90, target=200000))
    assert not counters.grab().isNull()
    height = counters.sizeHint().height()
    counters.set_rows(2)
    assert counters.sizeHint().height() == 2 * height
    assert not counters.grab().isNull()
