"""A frame keeps its promise or is refused."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from inspector.domain.frame import Frame

TIME = datetime(2026, 3, 2, tzinfo=UTC)


def frame(pixels: Any, time: datetime = TIME) -> Frame:
    return Frame(pixels, 1, 0.0, time, "demo:1")


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3)])
def test_grey_and_colour(shape: tuple[int, ...]) -> None:
    made = frame(np.zeros(shape, np.uint8))
    assert (made.width, made.height) == (6, 4)
    assert type(made.width) is int


def test_pixels_cannot_be_altered_after() -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    made = frame(pixels)
    with pytest.raises(ValueError, match="read-only"):
        made.pixels[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 1


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 6, 3), np.uint16),
        np.zeros((4, 6, 4), np.uint8),
        np.zeros((4, 6, 1), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((0, 6), np.uint8),
        np.zeros((4, 0, 3), np.uint8),
    ],
)
def test_other_arrays_are_refused(pixels: Any) -> None:
    with pytest.raises(ValueError, match=r"a frame is uint8, H x W or H x W x 3, not"):
        frame(pixels)


def test_a_view_is_refused() -> None:
    with pytest.raises(ValueError, match="C-contiguous"):
        frame(np.zeros((4, 6, 3), np.uint8)[:, ::2])


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC, not naive"):
        frame(np.zeros((4, 6), np.uint8), TIME.replace(tzinfo=None))
