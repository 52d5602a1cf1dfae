"""The measures of a picture: clipping is exact, the focus meter peaks where the picture is sharpest."""

import cv2
import numpy as np
import pytest

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region
from inspector.vision.picture_health import clipped, picture_health, sharpness


def texture(seed: int = 3, side: int = 240) -> Pixels:
    """Return a grey picture with fine and coarse structure, its levels well inside the range."""
    noise = np.random.default_rng(seed).integers(60, 180, (side // 4, side // 4), np.uint8)
    return np.asarray(cv2.resize(noise, (side, side), interpolation=cv2.INTER_NEAREST), np.uint8)


def test_clipped_pixels_are_counted_exactly() -> None:
    grey = np.full((10, 20), 128, np.uint8)
    grey[0, :5], grey[1, :2] = 255, 0
    health = picture_health(grey)
    assert (health.too_bright, health.too_dark) == (5 / 200, 2 / 200)
    bright, dark = clipped(grey)
    assert np.array_equal(bright == 255, grey == 255)
    assert np.array_equal(dark == 255, grey == 0)


def test_one_full_colour_is_too_bright_and_only_black_is_too_dark() -> None:
    colour = np.full((4, 4, 3), 100, np.uint8)
    colour[0, 0], colour[0, 1], colour[0, 2], colour[0, 3] = (255, 10, 10), (0, 0, 200), (0, 0, 0), (254, 254, 254)
    bright, dark = clipped(colour)
    assert np.argwhere(bright).tolist() == [[0, 0]]
    assert np.argwhere(dark).tolist() == [[0, 2]]


@pytest.mark.parametrize("channels", [1, 3])
def test_histograms_count_each_level_of_each_colour(channels: int) -> None:
    generator = np.random.default_rng(1)
    shape = (40, 50) if channels == 1 else (40, 50, 3)
    pixels = generator.integers(0, 256, shape, np.uint8)
    health = picture_health(pixels)
    planes = pixels.reshape(40 * 50, channels)
    assert len(health.histograms) == channels
    for place, histogram in enumerate(health.histograms):
        assert np.array_equal(histogram, np.bincount(planes[:, place], minlength=256))
    assert health.mean == pytest.approx(pixels.mean())


def test_the_sharper_picture_measures_more() -> None:
    sharp = texture()
    measured = [sharpness(np.asarray(cv2.GaussianBlur(sharp, (0, 0), blur), np.uint8)) for blur in (0.5, 1, 2, 4)]
    assert measured == sorted(measured, reverse=True)
    assert measured[0] > 2 * measured[1]


def test_a_longer_exposure_looks_no_sharper() -> None:
    bright = np.asarray(cv2.GaussianBlur(texture(), (0, 0), 1.0), np.uint8)
    assert sharpness(bright // 2) == pytest.approx(sharpness(bright), rel=0.1)


def test_a_black_or_a_tiny_picture_has_no_sharpness() -> None:
    assert sharpness(np.zeros((20, 20), np.uint8)) == 0.0
    assert sharpness(np.full((1, 20), 90, np.uint8)) == 0.0


def test_sharpness_is_measured_in_the_region() -> None:
    pixels = np.full((200, 200), 120, np.uint8)
    pixels[:, 100:] = texture(side=200)[:, 100:]
    flat, busy = Region(0.0, 0.0, 0.4, 1.0), Region(0.6, 0.0, 0.4, 1.0)
    assert picture_health(pixels, flat).sharpness == 0.0
    assert picture_health(pixels, busy).sharpness > picture_health(pixels).sharpness > 0
