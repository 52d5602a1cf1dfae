"""The picture of one part: the frame with the outline of the part, or what the network saw."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from pytestqt.qtbot import QtBot

from inspector.domain.frame import Frame
from inspector.domain.placement import Placement
from inspector.domain.recipe import Region
from inspector.domain.verdict import Verdict
from inspector.inspection.shown import ShownPart
from inspector.ui.bench.part_picture import FRAME, PART, PartPicture
from inspector.ui.look import Look
from inspector.ui.scaling import Room, Scene, make_ready
from inspector.ui.widgets.picture_view import PictureView
from tests.ui.staging import explained, inspection, judgement

PIXELS = np.full((120, 160, 3), 70, np.uint8)
REGION = Region(0.1, 0.1, 0.8, 0.8)


def part(*, with_frame: bool = True, with_part: bool = True, heat: bool = False) -> ShownPart:
    """Return a part, turned by ten degrees, as the strip holds it."""
    said = judgement(Verdict.NG)
    if with_part:
        said = explained(said, PIXELS, turn=10.0, size=32)
    if heat:
        said = replace(said, heat_map=np.full((8, 8), 200, np.uint8))
    record = replace(inspection(), judgement=said, source="a.png")
    frame = Frame(PIXELS, 0, 0.0, datetime(2026, 1, 1, tzinfo=UTC), "hand:1", "a.png") if with_frame else None
    return ShownPart(record, PIXELS[::2, ::2], frame)


@pytest.fixture
def shown(look: Look, qtbot: QtBot) -> Iterator[PartPicture]:
    made = PartPicture(look)
    qtbot.addWidget(made)
    made.resize(640, 520)
    made.show()
    yield made
    made.close_down()


def ready(shown: PartPicture, qtbot: QtBot) -> tuple[int, int]:
    def there() -> bool:
        shown.take_ready()
        return shown.picture.ready is not None

    qtbot.waitUntil(there, timeout=10_000)
    assert shown.picture.ready is not None
    return shown.picture.ready.width, shown.picture.ready.height


def test_the_whole_picture_has_the_outline_of_the_part(shown: PartPicture, qtbot: QtBot) -> None:
    shown.show_part(part(), REGION)
    assert ready(shown, qtbot) == (160, 120)
    assert shown.picture.placement is not None
    assert not shown.views.isHidden()


def test_the_picture_that_the_network_saw_is_one_touch_away(shown: PartPicture, qtbot: QtBot) -> None:
    shown.show_part(part(heat=True), REGION)
    ready(shown, qtbot)
    shown.views.choose(PART)
    assert ready(shown, qtbot) == (32, 32)
    assert shown.picture.placement is None
    assert not shown.heat.isHidden()
    assert shown.picture.ready is not None
    assert shown.picture.ready.heat is not None
    assert shown.picture.ready.heat.pixelColor(3, 3).alpha() == 200
    shown.views.choose(FRAME)
    assert ready(shown, qtbot) == (160, 120)


def test_the_choice_stays_from_part_to_part_while_it_can(shown: PartPicture, qtbot: QtBot) -> None:
    shown.show_part(part(), REGION)
    shown.views.choose(PART)
    shown.show_part(part(), REGION)
    assert ready(shown, qtbot) == (32, 32)
    shown.show_part(part(with_part=False), None)
    assert shown.views.isHidden()
    assert ready(shown, qtbot) == (160, 120)


def test_of_a_frame_that_is_gone_the_small_one_is_shown_without_outline(shown: PartPicture, qtbot: QtBot) -> None:
    shown.show_part(part(with_frame=False, heat=True), REGION)
    assert ready(shown, qtbot) == (80, 60)
    assert shown.picture.placement is None
    assert shown.picture.ready is not None
    assert shown.picture.ready.heat is None


def test_a_part_without_any_picture_says_so(shown: PartPicture) -> None:
    shown.show_part(ShownPart(inspection(Verdict.ERROR), None, None), None)
    assert shown.picture.accessibleDescription() == "No picture. The camera gave none for this part."
    assert shown.views.isHidden()


@pytest.fixture
def view(look: Look, qtbot: QtBot) -> PictureView:
    made = PictureView(look)
    qtbot.addWidget(made)
    made.resize(320, 240)
    made.show_picture(make_ready(Scene(PIXELS), Room(320, 240)))
    return made


def test_the_outline_lies_on_the_pixels_of_the_part(view: PictureView) -> None:
    placement = Placement(20, 10, (0.0, -2.0, 100.5, 2.0, 0.0, 30.5), 0.9)
    view.show_placement(placement)
    assert view.ready is not None
    place = QRectF(0, 0, 320, 240)
    assert view._part_outline(place, view.ready) == [
        QPointF(204, 60),
        QPointF(204, 140),
        QPointF(164, 140),
        QPointF(164, 60),
    ]


def white_pixels(view: PictureView) -> int:
    image = view.grab().toImage()
    return sum(
        image.pixelColor(x, y).lightness() > 240 for x in range(image.width()) for y in range(image.height() - 40)
    )


def test_a_part_that_is_the_region_is_outlined_once(view: PictureView) -> None:
    view.show_region(Region(0.25, 0.25, 0.5, 0.5))
    alone = white_pixels(view)
    view.show_placement(Placement(80, 60, (1.0, 0.0, 40.0, 0.0, 1.0, 30.0)))
    assert white_pixels(view) == alone
    view.show_placement(Placement(80, 60, (1.0, 0.0, 20.0, 0.0, 1.0, 15.0)))
    solid = white_pixels(view)
    assert solid > 1.5 * alone
    view.show_placement(Placement(80, 60, (1.0, 0.0, 20.0, 0.0, 1.0, 15.0)), remembered=True)
    assert alone < white_pixels(view) < solid
