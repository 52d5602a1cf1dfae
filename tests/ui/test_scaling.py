"""Pictures made ready for the screen, off its thread."""

import threading
import time
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from inspector.domain.frame import Frame, Pixels
from inspector.domain.placement import Placement
from inspector.domain.recipe import Region
from inspector.ui.images import image_of
from inspector.ui.scaling import PictureThread, ReadyPicture, Room, Scene, make_ready, whole
from inspector.vision.heat_map import heat_in_frame


def frame(pixels: Pixels, sequence: int = 0, camera: str = "one", source: str = "") -> Frame:
    return Frame(pixels, sequence, 0.0, datetime(2026, 1, 1, tzinfo=UTC), camera, source)


def colour_at(ready: ReadyPicture, x: int, y: int) -> tuple[int, int, int]:
    colour = ready.image.pixelColor(x, y)
    return colour.red(), colour.green(), colour.blue()


def test_colours_are_kept() -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :] = (200, 100, 50)
    ready = make_ready(Scene(pixels), Room(600, 600))
    assert (ready.image.width(), ready.image.height()) == (600, 400)
    assert (ready.width, ready.height) == (60, 40)
    assert colour_at(ready, 300, 200) == (200, 100, 50)


def test_grey_stays_grey() -> None:
    ready = make_ready(Scene(np.full((100, 50), 77, np.uint8)), Room(20, 20))
    assert (ready.image.width(), ready.image.height()) == (10, 20)
    assert colour_at(ready, 5, 5) == (77, 77, 77)


def test_a_picture_that_is_very_flat_keeps_a_line() -> None:
    assert make_ready(Scene(np.zeros((2, 4000, 3), np.uint8)), Room(100, 100)).image.height() == 1


def hot_at(ready: ReadyPicture, x: int, y: int) -> int:
    assert ready.heat is not None
    return ready.heat.pixelColor(x, y).alpha()


def test_the_heat_map_fits_the_region() -> None:
    heat = np.zeros((8, 8), np.uint8)
    heat[4:, 4:] = 255
    region = Region(0.5, 0.0, 0.5, 1.0)
    ready = make_ready(Scene(np.zeros((100, 200, 3), np.uint8), region=region, heat_map=heat), Room(400, 400))
    assert ready.heat is not None
    assert ready.heat.size() == ready.image.size()
    assert hot_at(ready, 220, 20) == 0
    assert hot_at(ready, 380, 180) == 255
    assert hot_at(ready, 180, 180) == 0, "there is no heat outside the region"


def test_the_heat_map_lies_where_the_part_was_found() -> None:
    """A part of 40 x 40 pixels, turned by a quarter to the right, its upper left corner at (120, 20) of the frame."""
    heat = np.zeros((4, 4), np.uint8)
    heat[0, 0] = 255
    placement = Placement(40, 40, (0.0, -1.0, 120.0, 1.0, 0.0, 20.0), 0.9)
    scene = Scene(np.zeros((100, 200, 3), np.uint8), heat_map=heat, placement=placement)
    for room, scale in ((Room(200, 100), 1), (Room(400, 200), 2), (Room(100, 50), 0.5)):
        ready = make_ready(scene, room)
        hot = np.array([[hot_at(ready, x, y) for x in range(room.width)] for y in range(room.height)], float)
        rows, columns = np.nonzero(hot > 127)
        middle = columns.mean() / scale, rows.mean() / scale
        assert middle == pytest.approx((116, 24), abs=1.5), room  # of the cell's own corner of the part
        assert hot[:, : int(78 * scale)].max() == 0
        assert hot[int(62 * scale) :].max() == 0


def test_heat_is_aligned_to_the_pixel() -> None:
    """The centre of a map's cell lies on the centre of what it stands for, as the same heat in the frame says."""
    generator = np.random.default_rng(3)
    heat = cv2.GaussianBlur(generator.integers(0, 256, (14, 14)).astype(np.uint8), (5, 5), 0)
    placement = Placement(56, 56, (1.2, -0.3, 60.0, 0.3, 1.2, 9.0), 0.9)
    expected = heat_in_frame(heat, placement, 120, 160)
    ready = make_ready(Scene(np.zeros((120, 160), np.uint8), heat_map=heat, placement=placement), Room(160, 120))
    found = np.array([[hot_at(ready, x, y) for x in range(160)] for y in range(120)], int)
    assert np.abs(found - expected.astype(int)).max() <= 2


def test_a_part_by_itself_is_hot_all_over() -> None:
    pixels = np.zeros((30, 40, 3), np.uint8)
    ready = make_ready(Scene(pixels, heat_map=np.full((3, 4), 200, np.uint8), placement=whole(pixels)), Room(80, 60))
    assert {hot_at(ready, x, y) for x, y in ((0, 0), (79, 0), (0, 59), (79, 59), (40, 30))} == {200}


def test_image_of_owns_its_pixels() -> None:
    pixels = np.full((4, 4, 3), 9, np.uint8)
    image = image_of(pixels)
    pixels[:] = 200
    assert image.pixelColor(1, 1).red() == 9
    assert image_of(np.full((4, 6), 5, np.uint8)).pixelColor(1, 1).blue() == 5
    assert image_of(np.zeros((8, 9, 3), np.uint8)[:, ::2]).width() == 5


class Source:
    """A live picture that the test changes."""

    def __init__(self) -> None:
        self.newest: Frame | None = None
        self.threads: set[str] = set()

    def take(self) -> Frame | None:
        self.threads.add(threading.current_thread().name)
        taken, self.newest = self.newest, None
        return taken


def answer(pictures: PictureThread) -> ReadyPicture:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        ready = pictures.answer()
        if ready is not None:
            return ready
        time.sleep(0.002)
    raise AssertionError("no picture was made ready")


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def pictures(source: Source) -> PictureThread:
    made = PictureThread(source.take)
    yield made
    made.close()


def test_the_newest_frame_is_made_ready_elsewhere(pictures: PictureThread, source: Source) -> None:
    source.newest = frame(np.zeros((10, 20, 3), np.uint8), source="a.png")
    pictures.ask(Room(40, 40))
    ready = answer(pictures)
    assert (ready.image.width(), ready.source) == (40, "a.png")
    assert threading.current_thread().name not in source.threads


def test_a_frame_is_made_ready_once_and_again_at_another_size(pictures: PictureThread, source: Source) -> None:
    source.newest = frame(np.zeros((10, 20, 3), np.uint8))
    pictures.ask(Room(40, 40))
    answer(pictures)
    pictures.ask(Room(40, 40))
    time.sleep(0.05)
    assert pictures.answer() is None
    pictures.ask(Room(60, 60))
    assert answer(pictures).image.width() == 60


def test_a_given_scene_goes_before_the_live_picture(pictures: PictureThread) -> None:
    pictures.ask(Room(40, 40), Scene(np.zeros((10, 10, 3), np.uint8), "part"))
    assert answer(pictures).source == "part"


def test_a_part_is_made_ready_although_it_is_the_live_picture_too(pictures: PictureThread, source: Source) -> None:
    pixels = np.zeros((10, 20, 3), np.uint8)
    source.newest = frame(pixels, source="live")
    pictures.ask(Room(40, 40))
    assert answer(pictures).source == "live"
    scene = Scene(source_pixels(pictures), "part")
    for expected, asked in (("part", scene), ("live", None), ("part", scene)):
        pictures.ask(Room(40, 40), asked)
        assert answer(pictures).source == expected


def source_pixels(pictures: PictureThread) -> Pixels:
    assert pictures._newest is not None
    return pictures._newest.pixels


def test_what_is_no_longer_asked_for_is_not_answered(pictures: PictureThread) -> None:
    first, second = (Scene(np.zeros((1500, 1500, 3), np.uint8), name) for name in ("first", "second"))
    for _ in range(20):
        pictures.ask(Room(40, 40), first)
        time.sleep(0.0005)
        pictures.ask(Room(40, 40), second)
        assert answer(pictures).source == "second"
        pictures.ask(Room(40, 40), first)
        pictures.ask(Room(40, 40), second)
        pictures.ask(Room(40, 40), first)
        assert answer(pictures).source == "first"


def test_the_picture_of_another_camera_is_forgotten(pictures: PictureThread, source: Source) -> None:
    assert not pictures.forget_others("two")
    source.newest = frame(np.zeros((10, 20, 3), np.uint8), camera="one")
    pictures.ask(Room(40, 40))
    answer(pictures)
    assert not pictures.forget_others("one")
    assert pictures.forget_others("two")
    pictures.ask(Room(40, 40))
    time.sleep(0.05)
    assert pictures.answer() is None


def test_no_room_makes_no_picture(pictures: PictureThread, source: Source) -> None:
    source.newest = frame(np.zeros((10, 20, 3), np.uint8))
    pictures.ask(Room(0, 40))
    time.sleep(0.05)
    assert pictures.answer() is None


def test_what_cannot_be_scaled_is_logged_and_the_next_is_shown(
    pictures: PictureThread, expected_logs: list[str]
) -> None:
    expected_logs.append("could not be made ready")
    pictures.ask(Room(40, 40), Scene(np.zeros((10, 10, 5), np.float64)))
    time.sleep(0.1)
    pictures.ask(Room(40, 40), Scene(np.zeros((10, 10, 3), np.uint8), "good"))
    assert answer(pictures).source == "good"
