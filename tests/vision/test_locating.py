from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.domain.recipe import Locating, LocatingMethod, Region
from inspector.pictures import read_picture
from inspector.vision.locating import LocatingImpossible, factor_for, shrunken
from inspector.vision.preparation import Preparation, Prepared, teach_reference
from inspector.vision.transforms import nearest_turn
from tests.fixtures.moved_parts import SHAPES, errors_of, move_of, moved, part_on_ground

WHOLE = Region()
PART = Region(0.25, 0.2, 0.5, 0.6)
MIDDLE = (320.0, 250.0)
# Set, class, where the part is cut out, and how many pictures of it; not all sets show marks to know a part by.
REAL = [
    ("screws-present", "screws_4_of_4", Region(0.2, 0.3, 0.6, 0.45)),
    ("mvtec-hazelnut-mini", "good", Region(0.2, 0.2, 0.6, 0.6)),
    ("magnetic-tile", "good", Region(0.25, 0.25, 0.5, 0.5)),
    ("bottle-faults", "underfilled", Region(0.35, 0.15, 0.3, 0.7)),
]


def located(frame: np.ndarray, reference: np.ndarray | None, locating: Locating) -> Prepared:
    return Preparation(WHOLE, locating, (), reference, 96, 96).prepare(frame)


@pytest.mark.parametrize("method", [LocatingMethod.TEMPLATE, LocatingMethod.FEATURES])
@pytest.mark.parametrize(("across", "down", "degrees"), [(0, 0, 0), (41.3, -22.8, 13.7), (-35.6, 18.2, -14.9)])
def test_a_made_up_part_is_found_to_a_fraction_of_a_pixel(
    method: LocatingMethod, across: float, down: float, degrees: float
) -> None:
    taught = part_on_ground("wedge", printed=True)
    move = move_of(taught, across, down, degrees)

    prepared = located(moved(taught, move, light=0.8), teach_reference(taught, PART), Locating(method))

    middle, corner, turn = errors_of(prepared.placement, taught, PART, move)
    assert prepared.problem == ""
    assert middle < 0.3
    assert corner < 0.6
    assert turn < 0.15


@pytest.mark.shared_images
@pytest.mark.parametrize("method", [LocatingMethod.TEMPLATE, LocatingMethod.FEATURES])
@pytest.mark.parametrize(("name", "class_name", "region"), REAL, ids=[one[0] for one in REAL])
def test_a_real_part_is_found_to_a_fraction_of_a_pixel(
    shared_images: Path, method: LocatingMethod, name: str, class_name: str, region: Region
) -> None:
    taught = read_picture(sorted((shared_images / name / class_name).iterdir())[0])
    reference = teach_reference(taught, region)
    for degrees, share, light in ((14.6, 0.06, 1.15), (-9.3, -0.08, 0.8)):
        move = move_of(taught, share * taught.shape[1] + 0.37, -share * taught.shape[0], degrees)

        prepared = located(moved(taught, move, light), reference, Locating(method))

        middle, corner, turn = errors_of(prepared.placement, taught, region, move)
        assert prepared.problem == ""
        assert middle < 0.2
        assert corner < 0.4
        assert turn < 0.1


@pytest.mark.shared_images
@pytest.mark.parametrize("method", [LocatingMethod.TEMPLATE, LocatingMethod.FEATURES])
def test_another_part_of_the_kind_is_found_under_another_light(shared_images: Path, method: LocatingMethod) -> None:
    pictures = [read_picture(path) for path in sorted((shared_images / "screws-present" / "screws_4_of_4").iterdir())]
    preparation = Preparation(WHOLE, Locating(method), (), teach_reference(pictures[0], REAL[0][2]), 96, 96)

    found = [preparation.prepare(picture).problem == "" for picture in pictures[1:11]]

    assert sum(found) >= 8


@pytest.mark.parametrize("degrees", [-170.0, -95.0, 60.0, 179.0])
def test_a_part_that_may_lie_in_any_turn_is_found_in_each(degrees: float) -> None:
    taught = part_on_ground("wedge")
    reference = teach_reference(taught, PART)
    frame = part_on_ground("wedge", (290.4, 270.7), degrees)

    for method in (LocatingMethod.TEMPLATE, LocatingMethod.BLOB):
        placement = located(frame, reference, Locating(method, turn=180)).placement

        x, y = placement.in_frame(48 + (320 - 319.5) * 0.3 - 0.5, 48 + (250 - 255.5) * 96 / 308 - 0.5)
        assert (x, y) == pytest.approx((290.4, 270.7), abs=1.5)
        assert abs(nearest_turn(turn_of(placement.matrix, taught) - degrees)) < 1


def turn_of(matrix: tuple[float, ...], taught: np.ndarray) -> float:
    left, _, right, _ = PART.pixels(taught.shape[1], taught.shape[0])
    assert right > left
    return float(np.degrees(np.arctan2(matrix[3], matrix[0])))


@pytest.mark.parametrize("method", [LocatingMethod.TEMPLATE, LocatingMethod.FEATURES, LocatingMethod.BLOB])
def test_a_part_turned_further_than_allowed_is_not_found(method: LocatingMethod) -> None:
    taught = part_on_ground("wedge")
    frame = part_on_ground("wedge", degrees=60)

    prepared = located(frame, teach_reference(taught, PART), Locating(method, turn=10))

    assert prepared.problem


def test_features_find_a_part_of_another_size() -> None:
    taught = part_on_ground("wedge", printed=True)
    move = move_of(taught, 12.4, -9.1, 7.0, scale=0.85)

    prepared = located(moved(taught, move), teach_reference(taught, PART), Locating(LocatingMethod.FEATURES))

    middle, corner, _ = errors_of(prepared.placement, taught, PART, move)
    assert middle < 0.3
    assert corner < 0.8


@pytest.mark.shared_images
def test_a_defect_hardly_pulls_the_part_away(shared_images: Path) -> None:
    taught = read_picture(sorted((shared_images / "screws-present" / "screws_4_of_4").iterdir())[0])
    region = REAL[0][2]
    left, top, right, bottom = region.pixels(taught.shape[1], taught.shape[0])
    wide, high = (right - left) // 7, (bottom - top) // 7
    defective = taught.copy()
    defective[top + 2 * high : top + 3 * high, left + 2 * wide : left + 3 * wide] = 0
    for degrees, share in ((12, 0.05), (-8, 0.06), (-14, -0.03)):
        move = move_of(taught, share * taught.shape[1] + 0.4, -share * taught.shape[0], degrees)

        prepared = located(moved(defective, move), teach_reference(taught, region), Locating(LocatingMethod.TEMPLATE))

        assert errors_of(prepared.placement, taught, region, move)[0] < 0.06


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "coloured"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_blob_comes_to_lie_as_in_its_reference(shape: str, colour: bool) -> None:
    reference = teach_reference(part_on_ground(shape, colour=colour), PART)
    for degrees, middle in ((12.0, (301.3, 262.8)), (-14.0, (345.6, 238.1))):
        frame = part_on_ground(shape, middle, degrees, colour)

        prepared = located(frame, reference, Locating(LocatingMethod.BLOB))

        a, _, _, d, _, _ = prepared.placement.matrix
        assert prepared.problem == ""
        assert abs(float(np.degrees(np.arctan2(d, a))) - degrees) < 2.5
        x, y = prepared.placement.in_frame((320 - 160 + 0.5) * 0.3 - 0.5, (250 - 102 + 0.5) * 96 / 308 - 0.5)
        assert (x, y) == pytest.approx(middle, abs=2.5)


@pytest.mark.parametrize("shape", ["bar", "square", "wedge"])
def test_a_blob_without_a_reference_is_turned_upright_and_fills_the_picture(shape: str) -> None:
    pictures = [
        located(part_on_ground(shape, middle, degrees, slope=0), None, Locating(LocatingMethod.BLOB, turn=20)).image
        for degrees, middle in ((0.0, MIDDLE), (17.0, (280.5, 290.2)), (-12.0, (350.1, 220.9)))
    ]

    for picture in pictures[1:]:
        difference = np.abs(picture.astype(int) - pictures[0].astype(int))
        assert np.percentile(difference, 90) < 25
    bright = np.nonzero((pictures[0] > 100).all(axis=2).any(axis=0))[0]
    assert 80 <= bright[-1] - bright[0] <= 92


def test_the_pointed_end_lies_right_however_the_blob_lies() -> None:
    pictures = [
        located(part_on_ground("wedge", MIDDLE, degrees, slope=0), None, Locating(LocatingMethod.BLOB, turn=180)).image
        for degrees in (0.0, 95.0, 180.0, -140.0)
    ]

    for picture in pictures:
        bright = (picture > 100).all(axis=2).sum(axis=0)
        assert bright[12:20].mean() > 2 * bright[-16:-8].mean()


def test_a_blob_is_told_from_a_ground_whose_light_slopes_more_than_the_part_stands_out() -> None:
    frame = part_on_ground("square", (330.0, 240.0), colour=True, slope=110.0)

    prepared = located(frame, None, Locating(LocatingMethod.BLOB))

    assert prepared.problem == ""
    assert prepared.placement.in_frame(47.5, 47.5) == pytest.approx((330, 240), abs=3)


def test_the_largest_blob_counts_and_dust_does_not() -> None:
    frame = part_on_ground("wedge")
    random = np.random.default_rng(0)
    for x, y in random.integers(20, 480, (30, 2)):
        cv2.circle(frame, (int(x), int(y)), 2, (255, 255, 255), -1)
    cv2.circle(frame, (590, 60), 20, (200, 200, 200), -1)

    prepared = located(frame, None, Locating(LocatingMethod.BLOB))

    assert prepared.placement.in_frame(47.5, 47.5) == pytest.approx((325, 250), abs=4)


def test_a_picture_with_too_few_marks_is_refused() -> None:
    plain = cv2.GaussianBlur(part_on_ground("disc", size=(400, 500)), (0, 0), 12)

    with pytest.raises(LocatingImpossible, match="marks to know it by"):
        Preparation(WHOLE, Locating(LocatingMethod.FEATURES), (), plain, 64, 64)


def test_shrinking_takes_means_and_keeps_the_edge() -> None:
    picture = np.arange(35, dtype=np.uint8).reshape(5, 7) * 4

    result = shrunken(picture, 4)

    assert result.shape == (2, 2)
    assert abs(int(result[0, 0]) - picture[:4, :4].mean()) <= 1
    assert [factor_for(side, 100) for side in (50, 100, 101, 200, 201)] == [1, 1, 2, 2, 4]
