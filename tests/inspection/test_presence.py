"""Presence on made-up belts: every part is counted, none twice."""

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from inspector.domain.frame import Frame, Pixels
from inspector.domain.recipe import PresenceRule, Region
from inspector.inspection.presence import PresenceWatch
from tests.fixtures.belts import Belt, Camera, Tally, drawn_parts, plain_ground, running, stop_and_go, tally
from tests.fixtures.clock import START

RULE = PresenceRule()
GROUND = plain_ground()
PART = drawn_parts(1)[0]
STEADY = Camera()


def counted(belt: Belt, camera: Camera = STEADY, rule: PresenceRule = RULE) -> Tally:
    watch = PresenceWatch(rule)
    return tally(len(belt.parts), [there for frame, there in belt.frames(camera) if watch.seen(frame)])


def right(count: int) -> Tally:
    return Tally(count, count, 0, 0)


class Bench:
    """A place under a camera of 30 pictures a second, on which things are laid."""

    def __init__(self, rule: PresenceRule = RULE, noise: float = 2.0) -> None:
        self.watch = PresenceWatch(rule)
        self.light = 1.0
        self._noise = noise
        self._random = np.random.default_rng(1)
        self._number = 0

    def show(self, seconds: float, *things: tuple[Pixels, int, int]) -> int:
        """Show things, each with its left and top, for a time; return how many parts were seen."""
        picture = GROUND.astype(np.float32)
        for thing, left, top in things:
            height, width = thing.shape
            cut = picture[max(0, top) : top + height, max(0, left) : left + width]
            cut[:] = thing[max(0, -top) :, max(0, -left) :][: cut.shape[0], : cut.shape[1]]
        return sum(self._show(picture) for _ in range(max(1, round(seconds * 30))))

    def hand(self, first: int, last: int, *things: tuple[Pixels, int, int], step: int = 8) -> int:
        """Move a hand in from above until its lower edge is at `last`."""
        way = range(first, last, step if last > first else -step)
        return sum(self.show(1 / 30, *things, (HAND, 55, at - HAND.shape[0])) for at in way)

    def _show(self, picture: np.ndarray) -> bool:
        self._number += 1
        noisy = picture * self.light + self._random.normal(0, self._noise, picture.shape)
        pixels = np.clip(noisy, 0, 255).astype(np.uint8)
        return self.watch.seen(Frame(pixels, self._number, 50 + self._number / 30, START, "hand:1"))


def _hand() -> Pixels:
    hand = np.full((120, 50), 185, np.uint8)
    for at in (12, 25, 38):
        cv2.line(hand, (at, 70), (at, 119), 120, 3)
    return hand


HAND = _hand()
LYING = (PART, 50, 20)


@pytest.mark.parametrize(("gap", "step"), [(8, 6), (15, 3), (15, 12), (50, 5), (50, 30), (110, 3), (110, 20), (200, 8)])
@pytest.mark.parametrize("alike", [False, True])
def test_an_indexing_belt(gap: int, step: int, alike: bool) -> None:
    belt = stop_and_go(drawn_parts(10, alike=alike), GROUND, gap, 15, step, lead=3, jitter=2)
    assert counted(belt) == right(10)


@pytest.mark.parametrize("alike", [False, True])
def test_an_indexing_belt_without_gaps(alike: bool) -> None:
    """One part fills the region's width, and as it leaves the next one comes."""
    parts = drawn_parts(10, size=(80, 100), alike=alike)
    belt = stop_and_go(parts, GROUND, 0, 15, 10, lead=2)
    assert counted(belt, rule=PresenceRule(Region(0.2, 0, 0.6, 1))) == right(10)


@pytest.mark.parametrize(
    "camera",
    [
        Camera(noise=0),
        Camera(noise=7),
        Camera(drift=-0.4),
        Camera(drift=0.6),
        Camera(flicker=0.08),
        Camera(fps=8),
        Camera(dropped=0.3),
    ],
)
def test_whatever_the_camera_does(camera: Camera) -> None:
    belt = stop_and_go(drawn_parts(10), GROUND, 40, 15, 12, lead=3, jitter=3)
    assert counted(belt, camera) == right(10)


@pytest.mark.parametrize("contrast", [22, 60, -60])
def test_faint_bright_and_dark_parts(contrast: int) -> None:
    assert counted(stop_and_go(drawn_parts(8, contrast=contrast), GROUND, 40, 15, 8, lead=3)) == right(8)


def test_none_of_500_is_doubled() -> None:
    total = Tally(0, 0, 0, 0)
    for seed, (gap, step, dwell) in enumerate([(15, 8, 10), (40, 6, 10), (40, 12, 20), (100, 5, 10), (170, 9, 10)]):
        belt = stop_and_go(drawn_parts(100, seed=seed), GROUND, gap, dwell, step, lead=3, jitter=4)
        total += counted(belt, Camera(noise=3, drift=0.05, flicker=0.02, dropped=0.02, seed=seed))
    assert total == right(500)


@pytest.mark.parametrize("speed", [4, 12, 30])
def test_a_part_that_never_rests_is_not_judged(speed: float) -> None:
    assert counted(running(drawn_parts(6), GROUND, 60, speed)).counted == 0


@pytest.mark.parametrize("speed", [1.5, 4, 12, 20])
@pytest.mark.parametrize("gap", [20, 150])
def test_without_a_rest_it_is_judged_once_near_the_middle(gap: int, speed: float) -> None:
    belt = running(drawn_parts(10), GROUND, gap, speed, jitter=4)
    assert counted(belt, rule=replace(RULE, rest=0)) == right(10)


@pytest.mark.parametrize("speed", [1.5, 12])
def test_a_part_that_looks_broken_is_one(speed: float) -> None:
    """Through the middle of each part goes a narrow stripe that is nearly as bright as the ground."""
    parts = tuple(part.copy() for part in drawn_parts(10))
    for part in parts:
        part[:, 27:31] = 118
    assert counted(running(parts, GROUND, 60, speed, jitter=4), rule=replace(RULE, rest=0)).counted == 10


def test_a_bright_part_with_a_faint_sharp_rim_is_no_shadow() -> None:
    """Only the height just inside of the outline tells how sharp the outline is."""
    part = np.full((80, 60), 130, np.float32)
    hill = cv2.GaussianBlur(np.pad(np.ones((44, 24), np.float32), 18), (0, 0), 4)
    bench = Bench()
    bench.show(1)
    assert bench.show(1, ((part + 120 * hill).astype(np.uint8), 50, 20)) == 1


def test_a_part_is_judged_when_it_has_rested_and_not_before() -> None:
    bench = Bench(PresenceRule(rest=0.5))
    assert bench.show(1) == 0
    assert bench.show(0.45, LYING) == 0
    assert bench.show(0.2, LYING) == 1


def test_a_part_that_rests_for_long_is_one_and_the_next_is_seen() -> None:
    bench = Bench()
    bench.show(1)
    assert bench.show(45, LYING) == 1
    assert bench.show(1) == 0
    assert bench.show(1, LYING) == 1


def test_a_part_that_was_there_at_the_start_is_not_counted_and_the_place_is_learned_when_it_leaves() -> None:
    bench = Bench()
    assert bench.show(2, LYING) == 0
    assert bench.hand(0, 60, LYING) == 0
    assert bench.show(2) == 0
    assert bench.show(1, LYING) == 1
    assert bench.show(1) == 0
    assert bench.show(1, LYING) == 1


def test_a_hand_lays_a_part_down_and_takes_it_away() -> None:
    bench = Bench()
    bench.show(1)
    for _ in range(4):
        assert bench.hand(0, 60) == 0
        assert bench.hand(60, 0, LYING) + bench.show(0.6, LYING) == 1
        assert bench.hand(0, 60, LYING) == 0
        assert bench.hand(60, 0) + bench.show(0.6) == 0


def test_a_hand_over_a_part_that_stays_does_not_double_it() -> None:
    bench = Bench()
    bench.show(1)
    assert bench.show(1, LYING) == 1
    for still in (0, 0.4, 2):
        assert bench.hand(0, 80, LYING) == 0
        assert bench.show(still, LYING, (HAND, 55, -40)) == 0
        assert bench.hand(80, 0, LYING) + bench.show(1, LYING) == 0


def test_a_part_that_is_pushed_about_is_the_same_part() -> None:
    bench = Bench()
    bench.show(1)
    assert bench.show(1, LYING) == 1
    for left in range(50, 20, -3):
        assert bench.show(1 / 30, (PART, left, 20)) == 0
    assert bench.show(1, (PART, 20, 20)) == 0
    for left in range(20, 90, 3):
        assert bench.show(1 / 30, (PART, left, 20)) == 0
    assert bench.show(1, (PART, 90, 20)) == 0


def test_a_hand_that_passes_and_a_short_stop_are_no_parts() -> None:
    bench = Bench()
    bench.show(1)
    assert bench.hand(0, 90) + bench.show(0.4, (HAND, 55, -30)) + bench.hand(90, 0) + bench.show(1) == 0


def test_the_lamp_is_switched() -> None:
    bench = Bench()
    bench.show(1)
    for light in (0.5, 1.0, 1.6, 1.0):
        bench.light = light
        assert bench.show(2) == 0
        assert bench.show(1, LYING) == 1
        assert bench.show(1) == 0


def test_the_lamp_is_switched_over_a_part() -> None:
    bench = Bench()
    bench.show(1)
    assert bench.show(1, LYING) == 1
    for light in (0.5, 1.0, 0.0, 1.0, 1.5, 1.0):
        bench.light = light
        assert bench.show(2, LYING) == 0
    assert bench.show(1) == 0
    assert bench.show(1, LYING) == 1


def test_a_soft_shadow_that_rests_is_no_part() -> None:
    bench = Bench()
    bench.show(1)
    shadow = cv2.GaussianBlur(np.pad(np.full((40, 40), 0.3, np.float32), 40), (0, 0), 12)[:, :120]
    spot = (GROUND[:120, 20:140] * (1 - shadow)).astype(np.uint8)
    assert bench.show(3, (spot, 20, 0)) == 0
    assert bench.show(1) == 0
    assert bench.show(1, LYING) == 1


def test_gaps_in_the_pictures_count_by_their_time() -> None:
    watch = PresenceWatch(RULE)
    laid = GROUND.copy()
    laid[20:100, 50:110] = PART
    times = [(0.0, GROUND), (0.5, GROUND), (1.0, laid), (1.1, laid), (1.2, laid), (4.0, laid)]
    seen = [watch.seen(Frame(picture.copy(), 0, at, START, "hand:1")) for at, picture in times]
    assert seen == [False, False, False, False, False, True]


def test_an_incomplete_picture_is_left_out() -> None:
    watch = PresenceWatch(RULE)
    torn = GROUND.copy()
    torn[60:] = 0
    assert not any(
        watch.seen(Frame(picture.copy(), 0, at / 10, START, "hand:1", incomplete=picture is torn))
        for at, picture in enumerate([GROUND] * 5 + [torn] * 10 + [GROUND] * 5)
    )


def test_reset_and_another_picture_size_begin_anew() -> None:
    bench = Bench()
    bench.show(1)
    assert bench.show(1, LYING) == 1
    bench.watch.reset()
    assert bench.show(1, LYING) == 0
    small = np.full((60, 60, 3), 90, np.uint8)
    assert not bench.watch.seen(Frame(small, 0, 900.0, START, "hand:1"))


def test_colours_tell_a_part_of_the_same_brightness() -> None:
    watch = PresenceWatch(RULE)
    ground = np.full((120, 160, 3), (120, 120, 120), np.uint8)
    laid = ground.copy()
    laid[30:90, 50:110] = (170, 95, 95)
    pictures: Iterable[Pixels] = [ground] * 20 + [laid] * 20
    assert sum(watch.seen(Frame(p.copy(), 0, at / 30, START, "hand:1")) for at, p in enumerate(pictures)) == 1
