"""Why one part was judged as it was, on the screen."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.verdict import Deciding, Reason, Rule, SimilarPicture, Verdict
from inspector.ui.bench.why_panel import Background, WhyPanel
from inspector.ui.look import Look
from tests.ui.staging import judgement

THUMBNAIL = np.full((16, 24, 3), 90, np.uint8)
SIMILAR = tuple(
    SimilarPicture(number, f"scratches/{number}.png", name, share)
    for number, name, share in ((4, "scratches", 0.91), (7, "scratches", 0.8), (2, "good", 0.5))
)


@pytest.fixture
def panel(look: Look, qtbot: QtBot) -> WhyPanel:
    made = WhyPanel(look)
    qtbot.addWidget(made)
    made.resize(380, 460)
    made.show()
    return made


def test_the_bar_shows_the_value_against_the_limit_that_decided(panel: WhyPanel) -> None:
    said = replace(judgement(Verdict.NG, "scratches"), deciding=Deciding(Rule.DEFECT, 0.97, 0.6), anomaly_score=0.8)
    panel.show_judgement(said, Background(same_recipe=True, anomaly_limit=0.5))
    measure = panel.deciding.measure
    assert measure is not None
    assert (measure.title, measure.value, measure.limit, measure.full) == ("Defective", 0.97, 0.6, 1.0)
    assert measure.colour_of is Verdict.NG
    assert panel.deciding.accessibleName() == "Defective: 97.0 %, limit 60.0 %"
    anomaly = panel.anomaly.measure
    assert anomaly is not None
    assert (anomaly.value, anomaly.limit, anomaly.colour_of) == (0.8, 0.5, Verdict.CHECK)


def test_what_is_normal_has_no_colour(panel: WhyPanel) -> None:
    said = replace(judgement(Verdict.OK), deciding=Deciding(Rule.GOOD, 0.985, 0.8), anomaly_score=0.1)
    panel.show_judgement(said, Background(same_recipe=True, anomaly_limit=0.5))
    assert panel.deciding.measure is not None
    assert panel.deciding.measure.colour_of is None
    assert panel.anomaly.measure is not None
    assert panel.anomaly.measure.colour_of is None


def test_the_anomaly_score_stands_there_once_and_without_its_limit_where_that_is_not_known(panel: WhyPanel) -> None:
    said = replace(judgement(Verdict.CHECK), deciding=Deciding(Rule.ANOMALY, 2.4, 0.5), anomaly_score=2.4)
    panel.show_judgement(said, Background())
    assert panel.anomaly.isHidden()
    assert panel.deciding.measure is not None
    assert panel.deciding.measure.full > 2.4
    panel.show_judgement(replace(said, deciding=None), Background())
    assert panel.anomaly.measure is not None
    assert panel.anomaly.measure.limit is None


def test_a_recipe_without_anomaly_answer_has_no_such_bar(panel: WhyPanel) -> None:
    panel.show_judgement(judgement(Verdict.OK), Background())
    assert panel.anomaly.isHidden()
    assert panel.deciding.isHidden()
    assert panel.sentence.isHidden()


def test_the_similar_pictures_carry_their_labels(panel: WhyPanel) -> None:
    thumbnails = dict.fromkeys((4, 7, 2), THUMBNAIL)
    said = replace(judgement(Verdict.NG), similar=SIMILAR)
    panel.show_judgement(said, Background(same_recipe=True, thumbnails=thumbnails))
    tiles = panel.similar.tiles
    assert [tile.similar for tile in tiles] == list(SIMILAR)
    assert all(tile.has_picture for tile in tiles)
    assert tiles[0].accessibleName() == "scratches, 0.91, scratches/4.png"
    assert panel.note == ""


def test_of_another_recipe_there_are_names_only_and_it_says_so(panel: WhyPanel) -> None:
    panel.show_judgement(replace(judgement(Verdict.NG), similar=SIMILAR[:2]), Background())
    assert [tile.has_picture for tile in panel.similar.tiles] == [False, False, False]
    assert panel.similar.tiles[2].similar is None
    assert "no longer the one in use" in panel.note


def test_without_taught_pictures_it_says_so(panel: WhyPanel) -> None:
    panel.show_judgement(judgement(Verdict.NG), Background(same_recipe=True))
    assert panel.similar.isHidden()
    assert "carries no taught pictures" in panel.note


def test_what_was_not_judged_is_not_explained_by_pictures(panel: WhyPanel) -> None:
    panel.show_judgement(judgement(Verdict.ERROR, message="The model failed."), Background())
    assert panel.sentence.text() == "The model failed."
    assert panel.note == ""
    assert panel.bars.isHidden()
    assert panel.similar.isHidden()


def test_what_is_off_in_the_scene_has_its_bars(panel: WhyPanel) -> None:
    said = judgement(Verdict.CHECK, reason=Reason.SCENE_CHANGED, message="It is darker.")
    panel.show_judgement(replace(said, scene={"light": -2.0, "focus": 0.2}), Background(same_recipe=True))
    measures = [bar.measure for bar in panel.scene]
    assert [measure.title for measure in measures if measure is not None] == ["Brightness"]
    panel.show_judgement(judgement(Verdict.OK), Background(same_recipe=True))
    assert all(bar.isHidden() for bar in panel.scene)


@pytest.mark.parametrize("name", ["Oberflächenverunreinigungsüberprüfungseinrichtung" * 2, "热轧钢板表面检测" * 8])
def test_long_names_do_not_push_it_open(panel: WhyPanel, name: str) -> None:
    said = replace(
        judgement(Verdict.NG, name, classes=("good", name), message=f"'{name}' is not expected."),
        deciding=Deciding(Rule.PRODUCT, 0.985, 0.8),
        similar=(SimilarPicture(0, f"{name}.png", name, 0.7),),
    )
    panel.show_judgement(said, Background())
    panel.grab()
    assert panel.widget().width() <= panel.width()
