import math

import cv2
import numpy as np
import pytest

from inspector.domain.placement import Placement
from inspector.domain.recipe import Region
from inspector.vision.heat_map import heat_in_frame
from inspector.vision.preprocessing import prepare, region_placement
from inspector.vision.transforms import Transform, moving, scaling


def placement_of(transform: Transform, width: int, height: int) -> Placement:
    a, b, c, d, e, f = (float(value) for value in transform[:2].ravel())
    return Placement(width, height, (a, b, c, d, e, f))


def middle_of(heat: np.ndarray) -> tuple[float, float]:
    rows, columns = np.mgrid[0 : heat.shape[0], 0 : heat.shape[1]]
    weights = heat.astype(float)
    return float((columns * weights).sum() / weights.sum()), float((rows * weights).sum() / weights.sum())


@pytest.mark.parametrize("cell", [(3, 4), (10, 2), (12, 12)])
@pytest.mark.parametrize("degrees", [0.0, 12.0, -33.0, 120.0])
def test_a_hot_cell_lands_where_the_transform_says(cell: tuple[int, int], degrees: float) -> None:
    row, column = cell
    heat_map = np.zeros((14, 14), np.uint8)
    heat_map[row, column] = 255
    placement = placement_of(moving((190, 190), (330.25, 260.5), degrees) @ scaling(1.7, 1.7), 224, 224)

    heat = heat_in_frame(heat_map, placement, 520, 660)

    expected = placement.in_frame((column + 0.5) * 16 - 0.5, (row + 0.5) * 16 - 0.5)
    assert math.dist(middle_of(heat), expected) < 0.5
    assert heat.max() > 230


def test_the_whole_part_is_covered_and_nothing_else() -> None:
    placement = placement_of(moving((99.5, 49.5), (300, 200), 30) @ scaling(2, 1), 100, 100)

    heat = heat_in_frame(np.full((7, 7), 200, np.uint8), placement, 400, 600)

    corners = np.array(placement.corners(), np.float32)
    assert abs(int((heat > 0).sum()) - cv2.contourArea(corners)) < 0.01 * cv2.contourArea(corners) + 300
    assert set(np.unique(heat)) == {0, 200}


def test_a_defect_and_its_heat_lie_on_each_other_for_a_region_of_any_size() -> None:
    """A bright spot is prepared as the network sees it; where it is hot there, the frame is bright."""
    frame = np.zeros((1013, 1271), np.uint8)
    cv2.circle(frame, (902, 640), 12, 255, -1)
    region = Region(0.21, 0.13, 0.71, 0.83)
    seen = prepare(frame, region, 224, 224)[:, :, 0]
    cells = cv2.resize(seen, (56, 56), interpolation=cv2.INTER_AREA)

    heat = heat_in_frame(cells, region_placement(1013, 1271, region, 224, 224), 1013, 1271)

    assert math.dist(middle_of(heat), (902, 640)) < 0.5


def test_a_part_that_leaves_the_frame_is_cut_off() -> None:
    placement = placement_of(moving((49.5, 49.5), (0, 0), 45), 100, 100)

    heat = heat_in_frame(np.full((5, 5), 90, np.uint8), placement, 60, 80)

    assert heat.shape == (60, 80)
    assert heat[0, 0] == 90
    assert heat[59, 79] == 0
