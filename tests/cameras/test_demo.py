"""The demo camera: believable, the same for ever, and each part once."""

import numpy as np
import pytest

from inspector.cameras.camera import CameraUnavailable, Preview
from inspector.cameras.demo import DemoCamera, render_part
from inspector.cameras.demo_part import DEFECTS, GOOD, PART_CLASSES
from inspector.cameras.demo_scene import MOVING_SHARE, DemoScene
from inspector.cameras.discovery import open_camera
from inspector.domain.frame import Frame
from tests.fixtures.clock import FakeClock


@pytest.fixture(scope="module")
def scene() -> DemoScene:
    return DemoScene(7)


def test_a_part_is_the_same_for_ever_and_others_differ(scene: DemoScene) -> None:
    pixels, class_name = render_part(7, 3)
    assert pixels.shape == (1024, 1280, 3)
    assert pixels.dtype == np.uint8
    assert class_name == scene.class_of(3)
    assert np.array_equal(pixels, scene.still(3))
    assert not np.array_equal(pixels, scene.still(4))
    assert not np.array_equal(pixels, render_part(8, 3)[0])


def test_most_parts_are_good_and_every_defect_comes(scene: DemoScene) -> None:
    classes = [scene.class_of(index) for index in range(2000)]
    assert set(classes) == set(PART_CLASSES)
    assert 0.82 < classes.count(GOOD) / len(classes) < 0.9


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_changes_the_part_and_nothing_beside_it(scene: DemoScene, defect: str) -> None:
    for index in range(3):
        good, bad = scene.still(index, GOOD).astype(int), scene.still(index, defect).astype(int)
        changed = np.abs(good - bad).max(axis=2) > 40
        assert 200 < changed.sum() < 0.2 * changed.size
        assert not changed[:, :200].any()


def test_parts_move_in_and_out_of_an_empty_belt(scene: DemoScene) -> None:
    rest = scene.moving(5, 1.0)
    assert np.array_equal(rest, scene.still(5))
    assert np.array_equal(scene.moving(5, MOVING_SHARE), rest)
    assert np.array_equal(scene.moving(5, 0.0), scene.still(4))
    middle = scene.moving(5, MOVING_SHARE / 2)
    assert not np.array_equal(middle, rest)
    # Half way one part has left the middle and the next has not come: the belt is seen, darker than steel.
    assert middle[400:600, 600:680].mean() < 100 < rest[250:400, 500:700].mean()


def test_rails_stand_still_while_the_belt_runs(scene: DemoScene) -> None:
    assert np.array_equal(scene.moving(5, 0.2)[:100], scene.still(5)[:100])


def test_each_part_is_delivered_once_at_rest_between_previews(fake_clock: FakeClock) -> None:
    camera = open_camera("demo:7?fps=1000&parts=50&count=3", fake_clock)
    camera.open()
    deliveries = []
    for delivery in camera.frames():
        deliveries.append(delivery)
        fake_clock.advance(0.001)
    frames = [one for one in deliveries if isinstance(one, Frame)]
    assert [frame.source for frame in frames] == ["part-000001", "part-000002", "part-000003"]
    scene = DemoScene(7)
    for index, frame in enumerate(frames):
        assert np.array_equal(frame.pixels, scene.still(index))
    previews = [one.frame for one in deliveries if isinstance(one, Preview)]
    assert len(previews) == 57
    assert {preview.source for preview in previews} == {""}
    sequences = [one.frame.sequence if isinstance(one, Preview) else one.sequence for one in deliveries]
    assert sequences == list(range(60))
    assert not camera.waits


def test_what_is_asked_for_without_a_belt(fake_clock: FakeClock) -> None:
    camera = open_camera("demo:3?parts=0&count=2", fake_clock)
    assert camera.waits
    frames = list(camera.frames())
    assert [frame.source for frame in frames if isinstance(frame, Frame)] == ["part-000001", "part-000002"]
    assert len(frames) == 2


def test_it_says_that_it_is_simulated(fake_clock: FakeClock) -> None:
    identity = open_camera("demo:3?parts=0", fake_clock).identity
    assert identity.simulated
    assert (identity.driver, identity.address, identity.name) == ("demo", "demo:3?parts=0", "Demo 3")


@pytest.mark.parametrize("address", ["demo:3?parts=0", "demo:3?fps=1000&parts=100"])
def test_closing_ends_the_frames(address: str, fake_clock: FakeClock) -> None:
    camera = open_camera(address, fake_clock)
    frames = camera.frames()
    next(frames)
    camera.close()
    assert next(frames, None) is None
    camera.close()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("demo:", "whole number as its seed"),
        ("demo:-1", "whole number as its seed"),
        ("demo:7?fps=2&parts=1", "fps must be at least 4 times parts"),
        ("demo:7?speed=1", "no option 'speed'"),
    ],
)
def test_addresses_that_make_no_sense(address: str, message: str, fake_clock: FakeClock) -> None:
    with pytest.raises(CameraUnavailable, match=message):
        open_camera(address, fake_clock)


def test_every_part_is_seen_at_the_slowest_rate_that_is_allowed(fake_clock: FakeClock) -> None:
    camera = open_camera("demo:7?fps=400&parts=100&count=5", fake_clock)
    assert isinstance(camera, DemoCamera)
    frames = []
    for delivery in camera.frames():
        fake_clock.advance(1 / 400)
        frames += [delivery.source] if isinstance(delivery, Frame) else []
    assert frames == [f"part-{number:06d}" for number in range(1, 6)]
