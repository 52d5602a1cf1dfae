import numpy as np
import pytest

from inspector.domain.recipe import Variation
from inspector.teaching.views import (
    GENTLE,
    MIRROR,
    MIRRORS,
    PLAIN,
    POLICIES,
    View,
    allowed_views,
    choose_views,
    view_of,
)

PICTURE = np.random.default_rng(0).integers(0, 200, (24, 30, 3)).astype(np.uint8)


@pytest.mark.parametrize("view", View)
def test_a_view_is_a_picture_of_the_same_size_and_leaves_the_original(view: View) -> None:
    before = PICTURE.copy()
    seen = view_of(PICTURE, view)
    assert seen.shape == PICTURE.shape
    assert seen.dtype == np.uint8
    assert seen.flags.c_contiguous
    assert np.array_equal(PICTURE, before)
    assert np.array_equal(seen, PICTURE) == (view is View.ORIGINAL)


def test_views_do_what_their_names_say() -> None:
    assert np.array_equal(view_of(PICTURE, View.MIRRORED), PICTURE[:, ::-1])
    assert np.array_equal(view_of(PICTURE, View.UPSIDE_DOWN), PICTURE[::-1])
    assert np.array_equal(view_of(PICTURE, View.HALF_TURN), PICTURE[::-1, ::-1])
    assert view_of(PICTURE, View.BRIGHTER).mean() == pytest.approx(PICTURE.mean() * 1.12, rel=0.01)
    assert view_of(PICTURE, View.DARKER).mean() == pytest.approx(PICTURE.mean() * 0.88, rel=0.01)
    flat = np.full_like(PICTURE, 77)
    assert np.array_equal(view_of(flat, View.TURNED_LEFT), flat)


def test_mirroring_is_only_in_the_policy_that_says_so() -> None:
    assert POLICIES[PLAIN] == {View.ORIGINAL}
    assert not MIRRORS & POLICIES[GENTLE]
    assert POLICIES[MIRROR] == set(View)


def test_the_budget_is_shared_and_the_original_always_seen() -> None:
    assert choose_views(10, 1000, 0) == (tuple(View),) * 10
    few = choose_views(100, 350, 0)
    assert {len(views) for views in few} == {3}
    assert len(set(few)) > 10
    assert choose_views(100, 350, 0) == few != choose_views(100, 350, 1)
    assert choose_views(400, 300, 0) == ((View.ORIGINAL,),) * 400
    assert all(views[0] is View.ORIGINAL and len(set(views)) == len(views) for views in few)


def test_noise_is_the_same_for_the_same_picture_and_small() -> None:
    first, second = view_of(PICTURE, View.NOISY), view_of(PICTURE, View.NOISY)
    assert np.array_equal(first, second)
    difference = first.astype(int) - PICTURE.astype(int)
    assert 2 < difference.std() < 6
    assert abs(difference.mean()) < 1


def test_only_views_of_what_may_differ_are_taken() -> None:
    assert allowed_views(Variation()) == frozenset(View)
    assert allowed_views(Variation(mirror=False, turn=False, light=False, noise=False)) == {View.ORIGINAL}
    assert allowed_views(Variation(mirror=False)) == frozenset(View) - MIRRORS
    only_light = allowed_views(Variation(mirror=False, turn=False, noise=False))
    assert only_light == {View.ORIGINAL, View.BRIGHTER, View.DARKER}
    assert choose_views(2, 100, 0, only_light) == ((View.ORIGINAL, View.BRIGHTER, View.DARKER),) * 2
