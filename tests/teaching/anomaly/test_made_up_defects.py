import numpy as np
import pytest

from inspector.teaching.anomaly.made_up_defects import made_up_defects


@pytest.fixture(scope="module")
def good() -> np.ndarray:
    random = np.random.default_rng(0)
    ground = random.normal(120, 25, (3, 96, 96, 3))
    ground[:, 20:70, 20:70] += 60
    return np.clip(ground, 0, 255).astype(np.uint8)


def test_each_defect_is_where_its_mask_says_and_can_be_seen(good: np.ndarray) -> None:
    made = made_up_defects(good, 24, seed=1)
    assert made.pixels.shape[1:] == good.shape[1:]
    assert made.pixels.dtype == np.uint8
    assert len(made.pixels) == len(made.masks) == len(made.source) >= 20
    for pixels, mask, source in zip(made.pixels, made.masks, made.source, strict=True):
        change = np.abs(pixels.astype(float) - good[source]).mean(axis=2)
        assert change[mask].mean() > 4
        assert 9 <= mask.sum() < 0.5 * mask.size
        assert change[~mask].mean() < 1


def test_the_pictures_take_turns(good: np.ndarray) -> None:
    made = made_up_defects(good, 24, seed=1)
    assert np.bincount(made.source, minlength=3).min() >= 6


def test_the_good_pictures_stay_as_they_are(good: np.ndarray) -> None:
    before = good.copy()
    made_up_defects(good, 8, seed=2)
    assert (good == before).all()


def test_the_same_seed_makes_the_same_and_another_does_not(good: np.ndarray) -> None:
    one, same, other = (made_up_defects(good, 8, seed=seed) for seed in (3, 3, 4))
    assert (one.pixels == same.pixels).all()
    assert one.pixels.shape != other.pixels.shape or (one.pixels != other.pixels).any()


def test_an_even_picture_gets_the_defects_that_can_be_seen_on_it() -> None:
    made = made_up_defects(np.full((1, 64, 64, 3), 128, np.uint8), 12, seed=0)
    assert 3 <= len(made.pixels) < 12


def test_no_defects_are_empty_arrays(good: np.ndarray) -> None:
    made = made_up_defects(good, 0, seed=0)
    assert made.pixels.shape == (0, 96, 96, 3)
    assert made.masks.shape == (0, 96, 96)
