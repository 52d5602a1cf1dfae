"""What is kept of pictures for the screen: the newest, and those of the last parts."""

import numpy as np

from inspector.domain.frame import Frame
from inspector.inspection.latest import LatestFrame
from inspector.inspection.recent import RecentFrames
from tests.fixtures.clock import START


def frame(sequence: int, size: int = 10) -> Frame:
    return Frame(np.zeros((size, 10), np.uint8), sequence, 0.0, START, "hand:1")


def test_the_newest_wins_and_what_nobody_saw_is_counted() -> None:
    latest = LatestFrame()
    assert latest.take() is None
    assert latest.peek() is None
    frames = [frame(number) for number in range(4)]
    for one in frames[:3]:
        latest.put(one)
    assert latest.dropped == 2
    assert latest.peek() is frames[2]
    assert latest.take() is frames[2]
    assert latest.take() is None
    assert latest.peek() is frames[2]
    latest.put(frames[3])
    assert latest.dropped == 2


def test_nothing_is_dropped_where_nobody_looks() -> None:
    latest = LatestFrame()
    for number in range(5):
        latest.put(frame(number))
    assert latest.dropped == 0


def test_the_last_parts_stay_within_their_number_and_bytes() -> None:
    recent = RecentFrames(parts=3, most_bytes=450)
    frames = {number: frame(number) for number in range(1, 6)}
    for number, one in frames.items():
        recent.put(number, one)
    assert [number for number in frames if recent.of(number) is not None] == [3, 4, 5]
    assert recent.of(5) is frames[5]
    recent.put(6, frame(6, size=30))
    assert [number for number in range(7) if recent.of(number) is not None] == [5, 6]
    recent.put(7, frame(7, size=1000))
    assert [number for number in range(8) if recent.of(number) is not None] == [7]
