import numpy as np
import pytest

from inspector.vision.transforms import degrees_of, moving, nearest_turn, scale_of, scaling, shifting, turning


def test_a_turn_is_clockwise_on_the_screen() -> None:
    np.testing.assert_allclose(turning(90) @ [1, 0, 1], [0, 1, 1], atol=1e-12)


def test_scaling_keeps_the_outer_corner_of_the_first_pixel() -> None:
    np.testing.assert_allclose(scaling(4, 2) @ [-0.5, -0.5, 1], [-0.5, -0.5, 1])
    np.testing.assert_allclose(scaling(4, 2) @ [0, 0, 1], [1.5, 0.5, 1])


def test_moving_brings_the_start_to_the_end() -> None:
    move = moving((10, 20), (30, 5), 37, 1.5)

    np.testing.assert_allclose(move @ [10, 20, 1], [30, 5, 1])
    assert degrees_of(move) == pytest.approx(37)
    assert scale_of(move) == pytest.approx(1.5)


def test_a_shift_turns_nothing() -> None:
    assert degrees_of(shifting(3, 4)) == 0
    assert scale_of(shifting(3, 4)) == 1


@pytest.mark.parametrize(
    ("degrees", "period", "nearest"), [(190, 360, -170), (-80, 90, 10), (179, 180, -1), (5, 360, 5)]
)
def test_the_nearest_turn(degrees: float, period: float, nearest: float) -> None:
    assert nearest_turn(degrees, period) == pytest.approx(nearest)
