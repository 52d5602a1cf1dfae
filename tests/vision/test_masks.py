import numpy as np

from inspector.domain.recipe import Mask
from inspector.vision.masks import NEUTRAL, ignored_pixels, paint_out


def test_a_rectangle_covers_the_pixels_whose_centres_lie_in_it() -> None:
    ignored = ignored_pixels([Mask(((0.25, 0.5), (0.75, 0.5), (0.75, 1.0), (0.25, 1.0)))], 4, 8)

    expected = np.zeros((4, 8), bool)
    expected[2:, 2:6] = True
    np.testing.assert_array_equal(ignored, expected)


def test_a_pixel_that_is_less_than_half_covered_is_kept() -> None:
    ignored = ignored_pixels([Mask(((0.0, 0.0), (0.55, 0.0), (0.55, 0.6), (0.0, 0.6)))], 4, 8)

    expected = np.zeros((4, 8), bool)
    expected[:2, :4] = True
    np.testing.assert_array_equal(ignored, expected)


def test_a_triangle_covers_about_half_and_its_mirror_image_the_rest() -> None:
    lower = ignored_pixels([Mask(((0, 0), (1, 1), (0, 1)))], 60, 60)
    upper = ignored_pixels([Mask(((0, 0), (1, 0), (1, 1)))], 60, 60)

    assert (lower | upper).all()
    assert not (lower & upper).any()
    assert abs(int(lower.sum()) - 1800) <= 60


def test_masks_add_up_and_none_covers_nothing() -> None:
    left, right = Mask(((0, 0), (0.3, 0), (0.3, 1), (0, 1))), Mask(((0.2, 0), (1, 0), (1, 1), (0.2, 1)))

    assert ignored_pixels([left, right], 10, 10).all()
    assert not ignored_pixels([], 10, 10).any()


def test_the_order_of_the_points_does_not_matter() -> None:
    points = ((0.1, 0.2), (0.9, 0.4), (0.5, 0.95))

    forwards, backwards = (ignored_pixels([Mask(one)], 33, 47) for one in (points, points[::-1]))

    np.testing.assert_array_equal(forwards, backwards)


def test_painting_out_is_exact_and_leaves_the_rest() -> None:
    image = np.random.default_rng(0).integers(0, 100, (20, 30, 3), dtype=np.uint8)
    before = image.copy()
    ignored = ignored_pixels([Mask(((0.2, 0.2), (0.8, 0.3), (0.4, 0.9)))], 20, 30)

    paint_out(image, ignored)

    assert (image[ignored] == NEUTRAL).all()
    np.testing.assert_array_equal(image[~ignored], before[~ignored])
