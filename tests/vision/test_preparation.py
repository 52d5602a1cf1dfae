import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.recipe import Locating, LocatingMethod, Mask, Region
from inspector.vision.locating import LocatingImpossible
from inspector.vision.masks import NEUTRAL
from inspector.vision.preparation import Preparation, teach_reference
from inspector.vision.preprocessing import prepare
from tests.fixtures.moved_parts import part_on_ground

FIXED = Locating()
WHOLE = Region()
PART = Region(0.25, 0.2, 0.5, 0.6)
LEFT_HALF = (Mask(((0, 0), (0.5, 0), (0.5, 1), (0, 1))),)


def test_a_fixed_region_is_prepared_as_ever() -> None:
    frame = part_on_ground("bar")

    prepared = Preparation(PART, FIXED, (), None, 64, 80).prepare(frame)

    np.testing.assert_array_equal(prepared.image, prepare(frame, PART, 64, 80))
    assert prepared.problem == ""
    assert prepared.placement.certainty == 1
    assert prepared.placement.corners()[0] == pytest.approx((159.5, 101.5), abs=0.01)
    assert prepared.placement.corners()[2] == pytest.approx((479.5, 408.5), abs=2)


@pytest.mark.parametrize("method", LocatingMethod)
def test_masks_are_painted_out_however_the_part_is_found(method: LocatingMethod) -> None:
    frame = part_on_ground("wedge")
    reference = teach_reference(frame, PART)

    prepared = Preparation(WHOLE, Locating(method, certainty=0.1), LEFT_HALF, reference, 64, 64).prepare(frame)

    assert (prepared.image[:, :32] == NEUTRAL).all()
    assert (prepared.image[:, 32:] != NEUTRAL).any()


def test_masks_are_painted_out_where_no_part_was_found_too() -> None:
    empty = np.full((200, 300, 3), 90, np.uint8)

    prepared = Preparation(WHOLE, Locating(LocatingMethod.BLOB), LEFT_HALF, None, 64, 64).prepare(empty)

    assert prepared.problem
    assert (prepared.image[:, :32] == NEUTRAL).all()


@pytest.mark.parametrize("method", [LocatingMethod.BLOB, LocatingMethod.TEMPLATE, LocatingMethod.FEATURES])
def test_where_there_is_no_part_the_region_is_shown_and_a_sentence_says_so(method: LocatingMethod) -> None:
    reference = teach_reference(part_on_ground("wedge"), PART)
    empty = np.random.default_rng(0).normal(90, 3, (400, 500, 3)).astype(np.uint8)
    region = Region(0.1, 0.1, 0.8, 0.8)

    prepared = Preparation(region, Locating(method), (), reference, 64, 64).prepare(empty)

    assert prepared.problem.startswith("The part ")
    assert prepared.problem.endswith(".")
    np.testing.assert_array_equal(prepared.image, prepare(empty, region, 64, 64))
    assert prepared.placement.certainty < 0.5


def test_a_find_that_is_not_certain_enough_is_none() -> None:
    frame = part_on_ground("wedge")
    reference = teach_reference(frame, PART)
    other = part_on_ground("bar", degrees=8)
    preparations = [
        Preparation(WHOLE, Locating(LocatingMethod.TEMPLATE, certainty=certainty), (), reference, 64, 64)
        for certainty in (0.3, 0.99)
    ]

    lenient, strict = (one.prepare(other) for one in preparations)

    assert lenient.problem == ""
    assert "the recipe asks for 99%" in strict.problem
    assert lenient.placement.certainty == strict.placement.certainty < 0.99


@pytest.mark.parametrize("method", [LocatingMethod.BLOB, LocatingMethod.TEMPLATE])
def test_only_the_region_is_searched(method: LocatingMethod) -> None:
    two = np.concatenate([part_on_ground("wedge"), part_on_ground("wedge", degrees=10)], axis=1)
    reference = teach_reference(part_on_ground("wedge"), PART)

    places = [
        Preparation(region, Locating(method), (), reference, 64, 64).prepare(two).placement.in_frame(31.5, 31.5)[0]
        for region in (Region(0, 0, 0.5, 1), Region(0.5, 0, 0.5, 1))
    ]

    assert places[0] == pytest.approx(319.5, abs=3)
    assert places[1] == pytest.approx(959.5, abs=12)


@pytest.mark.parametrize("method", [LocatingMethod.TEMPLATE, LocatingMethod.FEATURES])
def test_what_needs_a_reference_says_so(method: LocatingMethod) -> None:
    with pytest.raises(LocatingImpossible, match="draw a rectangle around it"):
        Preparation(WHOLE, Locating(method), (), None, 64, 64)


@pytest.mark.parametrize("method", [LocatingMethod.BLOB, LocatingMethod.TEMPLATE, LocatingMethod.FEATURES])
def test_a_reference_that_shows_nothing_is_refused(method: LocatingMethod) -> None:
    with pytest.raises(LocatingImpossible, match="taught part's picture"):
        Preparation(WHOLE, Locating(method), (), np.full((100, 120), 80, np.uint8), 64, 64)


def test_a_reference_that_is_too_small_is_refused() -> None:
    with pytest.raises(LocatingImpossible, match="only 6 x 10 pixels"):
        teach_reference(part_on_ground("bar"), Region(0.5, 0.5, 0.01, 0.02))


def test_a_taught_reference_is_the_regions_pixels_and_its_own() -> None:
    frame = part_on_ground("bar")

    reference = teach_reference(frame, PART)

    np.testing.assert_array_equal(reference, frame[102:410, 160:480])
    assert not np.shares_memory(reference, frame)


def test_other_pixels_are_refused() -> None:
    preparation = Preparation(WHOLE, Locating(LocatingMethod.BLOB), (), None, 64, 64)

    with pytest.raises(ValueError, match="a picture is uint8"):
        preparation.prepare(np.zeros((40, 40), np.uint16))


@pytest.mark.parametrize("method", [LocatingMethod.BLOB, LocatingMethod.TEMPLATE])
def test_a_long_thin_part_is_found(method: LocatingMethod) -> None:
    frame = np.full((600, 1400), 60, np.uint8)
    frame[300:310, 100:1250] = 200
    frame[300:310, 700:760] = 120

    region = Region(0.05, 0.485, 0.9, 0.04)
    prepared = Preparation(WHOLE, Locating(method), (), teach_reference(frame, region), 64, 64).prepare(
        np.roll(frame, (40, -25), axis=(0, 1))
    )

    assert prepared.problem == ""
    assert prepared.placement.in_frame(31.5, 31.5)[1] == pytest.approx(342.5, abs=5)


REFERENCE = teach_reference(part_on_ground("wedge"), PART)
PREPARATIONS = {
    method: Preparation(Region(0.05, 0.05, 0.9, 0.9), Locating(method, turn=40), (), REFERENCE, 32, 48)
    for method in LocatingMethod
}


@settings(deadline=None, max_examples=40)
@given(
    method=st.sampled_from(LocatingMethod),
    height=st.integers(1, 300),
    width=st.integers(1, 300),
    grey=st.booleans(),
    level=st.integers(0, 255),
    noise=st.sampled_from([0, 3, 80]),
)
def test_any_picture_gives_the_networks_input_twice_the_same(
    method: LocatingMethod, height: int, width: int, grey: bool, level: int, noise: int
) -> None:
    shape = (height, width) if grey else (height, width, 3)
    frame = np.clip(np.random.default_rng(0).normal(level, noise, shape), 0, 255).astype(np.uint8)
    frame.flags.writeable = False

    first, second = (PREPARATIONS[method].prepare(frame) for _ in range(2))

    assert first.image.shape == (32, 48, 3)
    assert first.image.dtype == np.uint8
    assert first.image.flags.c_contiguous
    assert (first.placement.height, first.placement.width) == (32, 48)
    assert 0 <= first.placement.certainty <= 1
    assert np.isfinite(first.placement.matrix).all()
    np.testing.assert_array_equal(first.image, second.image)
    assert first.placement == second.placement
