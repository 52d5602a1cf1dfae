"""The live charts: made once, fed for ever."""

import pytest
from pytestqt.qtbot import QtBot

from inspector.quality.control_chart import p_chart
from inspector.ui.bench.charts import ClassChart, ClassCount, PChartPlot, TrendChart
from inspector.ui.bench.charts_panel import ChartsPanel
from inspector.ui.bench.plot import Chart
from inspector.ui.look import Look


def items(chart: Chart) -> list[int]:
    return [id(item) for item in chart.plot.getPlotItem().items]


@pytest.fixture
def panel(look: Look, qtbot: QtBot) -> ChartsPanel:
    made = ChartsPanel(look)
    qtbot.addWidget(made)
    made.resize(480, 320)
    made.show()
    return made


def test_feeding_makes_nothing_new(panel: ChartsPanel) -> None:
    before = [items(chart) for chart in (panel.classes, panel.trend, panel.p_chart)]
    for step in range(1, 30):
        panel.classes.show_counts([ClassCount(f"class {n}", n + step, n > 0) for n in range(step % 9)])
        panel.trend.show_trend([0.01 * (n % 7) for n in range(step * 10)], "share of the last 50 parts")
        panel.p_chart.show_chart(p_chart([n % 4 for n in range(step)], [25] * step), "groups of 25 parts")
    assert [items(chart) for chart in (panel.classes, panel.trend, panel.p_chart)] == before


def test_a_chart_with_nothing_on_it_shows_words_alone(panel: ChartsPanel) -> None:
    assert panel.classes.plot.isHidden()
    assert panel.classes.reading.text == "No parts yet"
    panel.classes.show_counts([ClassCount("good", 3, False)])
    assert panel.classes.plot.isHidden()
    assert panel.classes.reading.text == "good 3"
    panel.classes.show_counts([ClassCount("good", 3, False), ClassCount("rolled-in_scale", 1, True)])
    assert not panel.classes.plot.isHidden()


def test_defects_come_by_their_number_and_the_rare_ones_are_summed_up(look: Look, qtbot: QtBot) -> None:
    chart = ClassChart(look)
    qtbot.addWidget(chart)
    chart.show_counts([ClassCount(f"defect {n}", n, True) for n in range(1, 10)])
    assert list(chart._bars.opts["width"]) == [9, 8, 7, 6, 5, 4]
    assert chart.reading.text == "3 rarer defects 6"


def test_a_signal_carries_the_number_of_its_rule(look: Look, qtbot: QtBot) -> None:
    chart = PChartPlot(look)
    qtbot.addWidget(chart)
    chart.show_chart(p_chart([1, 1, 0, 1, 12, 1], [50] * 6), "groups of 50 parts")
    assert [label.toPlainText() for label in chart._labels if label.isVisible()] == ["1"]
    assert chart.reading.text.startswith("signals: 1")
    chart.show_chart(p_chart([1, 1, 0, 1, 1, 1], [50] * 6), "groups of 50 parts")
    assert not any(label.isVisible() for label in chart._labels)


def test_groups_in_which_nothing_was_inspected_do_not_break_the_chart(look: Look, qtbot: QtBot) -> None:
    chart = PChartPlot(look)
    qtbot.addWidget(chart)
    chart.show_chart(p_chart([1, 0, 2], [50, 0, 50]), "groups of 50 parts")
    chart.show_chart(p_chart([], []), "groups of 0 parts")
    assert chart.plot.isHidden()
    assert chart.reading.text == "No full group of parts yet"


def test_the_trend_says_its_newest_value(look: Look, qtbot: QtBot) -> None:
    chart = TrendChart(look)
    qtbot.addWidget(chart)
    chart.show_trend([0.1, None, 0.04], "share of the last 50 parts")
    assert chart.reading.text == "NG 4.0 % now – share of the last 50 parts"


def test_one_chart_at_a_time_or_all(panel: ChartsPanel) -> None:
    charts = (panel.classes, panel.trend, panel.p_chart)
    assert [chart.isVisible() for chart in charts] == [True, False, False]
    panel.tabs.choose(2)
    assert [chart.isVisible() for chart in charts] == [False, False, True]
    panel.stack(True)
    assert all(chart.isVisible() for chart in charts)
    assert not panel.tabs.isVisible()
    panel.stack(False)
    assert [chart.isVisible() for chart in charts] == [False, False, True]
