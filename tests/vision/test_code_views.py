"""Views of a picture, and the way back from them."""

import numpy as np
import pytest

from inspector.vision.code_views import FURTHER, SECOND_LOOKS, Try, as_it_is

ALL = {**FURTHER, **SECOND_LOOKS, "as it is": Try(1, as_it_is)}


@pytest.mark.parametrize("name", ALL)
def test_a_point_of_a_view_is_found_again_in_the_picture(name: str) -> None:
    pixels = np.full((120, 200), 128, np.uint8)
    pixels[30:37, 140:147] = 0
    view = ALL[name].make(pixels)
    rows, columns = np.nonzero(view.pixels < 60)
    across, down = view.back(float(columns.mean()), float(rows.mean()))
    assert (across, down) == (pytest.approx(143, abs=1), pytest.approx(33, abs=1))


@pytest.mark.parametrize("name", ALL)
def test_a_view_is_no_larger_than_it_says(name: str) -> None:
    pixels = np.zeros((120, 120), np.uint8)
    assert ALL[name].make(pixels).pixels.size <= 1.02 * ALL[name].growth * pixels.size


@pytest.mark.parametrize("name", ALL)
def test_a_single_row_can_be_viewed(name: str) -> None:
    assert ALL[name].make(np.zeros((1, 40), np.uint8)).pixels.dtype == np.uint8
