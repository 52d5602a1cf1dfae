import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.recipe import Region
from inspector.vision.preprocessing import prepare

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
