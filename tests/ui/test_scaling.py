"""Pictures made ready for the screen, off its thread."""

import threading
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from inspector.domain.frame import Frame, Pixels
from inspector.domain.recipe import Region
from inspector.ui.images import image_of
from inspector.ui.scaling import PictureThread, ReadyPicture, Room, Scene, make_ready


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


def test_the_heat_map_fits_the_region() -> None:
    heat = np.zeros((8, 8), np.uint8)
    heat[4:, 4:] = 255
    region = Region(0.5, 0.0, 0.5, 1.0)
    ready = make_ready(Scene(np.zeros((100, 200, 3), np.uint8), region=region, heat_map=heat), Room(400, 400))
    assert ready.heat is not None
    assert (ready.heat.width(), ready.heat.height()) == (200, 200)
    assert ready.heat.pixelColor(20, 20).alpha() == 0
    assert ready.heat.pixelColor(180, 180).alpha() == 255


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
