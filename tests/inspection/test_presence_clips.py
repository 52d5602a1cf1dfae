"""Presence on filmed parts, counted by eye."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.domain.frame import Frame
from inspector.domain.recipe import PresenceRule, Region
from inspector.inspection.presence import PresenceWatch
from tests.fixtures.clock import START

pytestmark = pytest.mark.shared_images

BOTTLES, BOLT = "intel_bottle-detection.mp4", "intel_bolt-multi-size-detection.gif"
LEFT, MIDDLE, RIGHT = Region(0.02, 0.2, 0.26, 0.7), Region(0.36, 0.2, 0.26, 0.7), Region(0.7, 0.2, 0.28, 0.7)
# Counted by eye: three bottles stand there at the start. Each entry is from the picture in which a bottle is first let
# go to the picture in which it is touched again or the clip ends.
SET_DOWN = {
    "left": (LEFT, [(400, 478), (862, 1188)]),
    "middle": (MIDDLE, [(728, 1188)]),
    "right": (RIGHT, [(1086, 1188)]),
}


def frames(path: Path, seconds: float) -> Iterator[Frame]:
    """Give the pictures of a clip, so many seconds apart."""
    clip = cv2.VideoCapture(str(path))
    number = 0
    while True:
        there, picture = clip.read()
        if not there:
            break
        pixels = np.ascontiguousarray(picture[:, :, ::-1])
        yield Frame(pixels, number, number * seconds, START, path.name)
        number += 1
    clip.release()


def judged(path: Path, rule: PresenceRule, seconds: float) -> list[int]:
    watch = PresenceWatch(rule)
    return [frame.sequence for frame in frames(path, seconds) if watch.seen(frame)]


@pytest.mark.parametrize("place", SET_DOWN)
@pytest.mark.parametrize("rest", [0.25, 0.5])
@pytest.mark.parametrize("sensitivity", [0.3, 0.5])
def test_bottles_set_down_by_hand(shared_images: Path, place: str, rest: float, sensitivity: float) -> None:
    region, true = SET_DOWN[place]
    rule = PresenceRule(region, rest=rest, sensitivity=sensitivity)
    found = judged(shared_images / "part-videos" / BOTTLES, rule, 1 / 29.83)
    assert len(found) == len(true)
    assert all(first <= number <= last for number, (first, last) in zip(found, true, strict=True))


def test_the_bolt_on_the_belt_never_rests(shared_images: Path) -> None:
    assert judged(shared_images / "part-videos" / BOLT, PresenceRule(), 0.067) == []


def test_the_bolt_on_the_belt_is_judged_once_in_the_middle_when_no_rest_is_asked_for(shared_images: Path) -> None:
    found = judged(shared_images / "part-videos" / BOLT, PresenceRule(rest=0), 0.067)
    assert len(found) == 1
    assert found[0] in (11, 12, 13)
