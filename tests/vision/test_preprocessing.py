import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.recipe import Region
from inspector.vision.preprocessing import prepare, region_placement, warp
from inspector.vision.transforms import moving, shifting

WHOLE = Region()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def test_grey_becomes_three_equal_channels() -> None:
    grey = noise(60, 80)

    result = prepare(grey, WHOLE, 32, 32)

    np.testing.assert_array_equal(result, prepare(np.repeat(grey[:, :, None], 3, axis=2), WHOLE, 32, 32))
    assert (result[:, :, 0] == result[:, :, 2]).all()


def test_channels_stay_in_their_order() -> None:
    red = np.zeros((10, 10, 3), np.uint8)
    red[:, :, 0] = 200

    assert prepare(red, WHOLE, 4, 4)[0, 0].tolist() == [200, 0, 0]


def test_at_its_own_size_a_picture_is_copied_exactly() -> None:
    picture = noise(32, 48, 3)

    result = prepare(picture, WHOLE, 32, 48)

    np.testing.assert_array_equal(result, picture)
    assert not np.shares_memory(result, picture)


def test_only_the_region_counts() -> None:
    picture = noise(100, 200, 3)
    cut = np.ascontiguousarray(picture[20:70, 50:150])

    result = prepare(picture, Region(0.25, 0.2, 0.5, 0.5), 32, 32)

    np.testing.assert_array_equal(result, prepare(cut, WHOLE, 32, 32))


def test_shrinking_averages_so_that_a_fine_defect_does_not_vanish() -> None:
    picture = np.zeros((320, 320), np.uint8)
    picture[157, :] = 255  # a scratch of one pixel, at a place that sampling one in ten would miss

    result = prepare(picture, WHOLE, 32, 32)

    assert result.max() in (25, 26)


@pytest.mark.parametrize(("rows", "columns"), [(320, 320), (331, 409), (1024, 1280), (65, 64)])
def test_shrinking_keeps_the_mean_and_loses_no_edge(rows: int, columns: int) -> None:
    flat = np.full((rows, columns), 100, np.uint8)
    last_row, last_column = flat.copy(), flat.copy()
    last_row[-1, :] = 255
    last_column[:, -1] = 255

    assert prepare(noise(rows, columns), WHOLE, 32, 32).mean() == pytest.approx(127.5, abs=2)
    assert (prepare(last_row, WHOLE, 32, 32)[-1] > 100).all()
    assert (prepare(last_column, WHOLE, 32, 32)[:, -1] > 100).all()


def test_shrinking_is_close_to_the_true_mean_over_the_area() -> None:
    rows, columns = np.mgrid[0:1024, 0:1280]
    smooth = (127 + 60 * np.sin(rows / 37) + 60 * np.cos(columns / 53)).astype(np.uint8)

    result = prepare(smooth, WHOLE, 64, 80)[:, :, 0]

    expected = smooth.reshape(64, 16, 80, 16).mean(axis=(1, 3))
    assert np.abs(result - expected).max() <= 2


def test_shrinking_one_side_and_growing_the_other_averages_the_one_that_shrinks() -> None:
    picture = np.zeros((320, 16), np.uint8)
    picture[157, :] = 255

    assert prepare(picture, WHOLE, 32, 32).max() in (25, 26)


def test_growing_interpolates_between_neighbours() -> None:
    picture = np.array([[0, 200]], np.uint8)

    result = prepare(picture, WHOLE, 1, 8)[0, :, 0]

    assert (np.diff(result.astype(int)) >= 0).all()
    assert 60 < result[3] < result[4] < 140


def test_a_locked_frame_is_not_altered() -> None:
    picture = noise(40, 40, 3)
    before = picture.copy()
    picture.flags.writeable = False

    result = prepare(picture, WHOLE, 40, 40)

    result[:] = 0
    np.testing.assert_array_equal(picture, before)


@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    target=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    grey=st.booleans(),
    corner=st.tuples(st.floats(0, 0.9), st.floats(0, 0.9)),
)
def test_any_picture_and_region_give_the_networks_input_twice_the_same(
    height: int, width: int, target: tuple[int, int], grey: bool, corner: tuple[float, float]
) -> None:
    picture = noise(height, width) if grey else noise(height, width, 3)
    region = Region(corner[0], corner[1], 1 - corner[0], 1 - corner[1])

    result = prepare(picture, region, *target)

    assert result.shape == (*target, 3)
    assert result.dtype == np.uint8
    assert result.flags.c_contiguous
    assert result.flags.writeable
    np.testing.assert_array_equal(result, prepare(picture, region, *target))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), np.uint16),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros(16, np.uint8),
    ],
)
def test_other_pixels_are_refused(picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a picture is uint8"):
        prepare(picture, WHOLE, 8, 8)


@pytest.mark.parametrize(("rows", "columns"), [(320, 320), (331, 409), (1025, 1283), (40, 50), (65, 640)])
def test_the_placement_of_a_region_says_where_the_pixels_come_from(rows: int, columns: int) -> None:
    region = Region(0.1, 0.2, 0.8, 0.7)
    left, top, right, bottom = region.pixels(columns, rows)
    down, across = np.mgrid[0:rows, 0:columns].astype(np.float64)
    ramps = [(values * 200 / values.max()).astype(np.uint8) for values in (across, down)]

    placement = region_placement(rows, columns, region, 32, 48)

    x, y = placement.in_frame(20, 15)
    for ramp, place, end in ((ramps[0], x, columns), (ramps[1], y, rows)):
        seen = float(prepare(ramp, region, 32, 48)[15, 20, 0])
        assert seen == pytest.approx(place * 200 / (end - 1), abs=1.5)
    assert placement.corners()[0] == pytest.approx((left - 0.5, top - 0.5))
    assert placement.corners()[2][0] == pytest.approx(right - 0.5, abs=columns / 48)
    assert placement.corners()[2][1] == pytest.approx(bottom - 0.5, abs=rows / 32)


def test_warping_to_an_upright_region_is_close_to_preparing_it() -> None:
    picture = cv2.GaussianBlur(noise(640, 800, 3), (0, 0), 6)
    stretched = np.clip((picture.astype(float) - 127) * 8 + 127, 0, 255).astype(np.uint8)
    placement = region_placement(640, 800, Region(0.2, 0.25, 0.4, 0.5), 64, 64)
    a, b, c, d, e, f = placement.matrix

    result = warp(stretched, np.array([[a, b, c], [d, e, f], [0, 0, 1.0]]), 64, 64)

    difference = np.abs(result.astype(int) - prepare(stretched, Region(0.2, 0.25, 0.4, 0.5), 64, 64))
    assert difference.max() <= 6
    assert difference.mean() < 1


def test_a_warped_fine_defect_does_not_alias_away() -> None:
    picture = np.zeros((640, 640), np.uint8)
    picture[311, :] = 255

    results = [warp(picture, moving((31.5, 31.5), (320, 320), turn, 7.3), 64, 64) for turn in range(0, 90, 9)]

    sums = [float(result[:, 24:40, 0].sum()) for result in results[:4]]
    assert min(sums) > 0.75 * max(sums)
    assert all(result.max() > 20 for result in results)


def test_what_lies_outside_the_frame_repeats_its_edge() -> None:
    picture = np.full((50, 50, 3), (200, 100, 50), np.uint8)

    result = warp(picture, shifting(-500, 900), 20, 20)

    assert (result == (200, 100, 50)).all()


def test_a_grey_warp_has_three_equal_channels() -> None:
    result = warp(noise(50, 60), moving((10, 10), (30, 25), 20), 20, 20)

    assert result.shape == (20, 20, 3)
    assert (result[:, :, 0] == result[:, :, 2]).all()
    assert result.flags.c_contiguous
