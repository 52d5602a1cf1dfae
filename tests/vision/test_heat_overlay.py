"""The heat map over its picture."""

import numpy as np

from inspector.vision.heat_overlay import HEAT_COLOUR, heat_over


def test_where_nothing_is_hot_the_picture_stays() -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    assert np.array_equal(heat_over(pixels, np.zeros((4, 4), np.uint8)), pixels)


def test_full_heat_covers_as_much_as_asked() -> None:
    heat = np.full((2, 3), 255, np.uint8)
    assert heat_over(np.zeros((2, 3), np.uint8), heat, 1.0)[1, 2].tolist() == list(HEAT_COLOUR)
    half = heat_over(np.full((2, 3, 3), 100, np.uint8), heat, 0.5)
    assert half[0, 0].tolist() == [165, 130, 50]


def test_heat_lies_where_it_is() -> None:
    heat = np.zeros((5, 5), np.uint8)
    heat[3, 1] = 200
    changed = (heat_over(np.full((5, 5), 60, np.uint8), heat) != 60).any(axis=2)
    assert np.argwhere(changed).tolist() == [[3, 1]]
