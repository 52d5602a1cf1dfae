import numpy as np

from inspector.teaching.anomaly.harmless_changes import harmless_changes


def good_pictures(count: int) -> np.ndarray:
    rows, columns = np.mgrid[0:96, 0:96]
    waves = 128 + 60 * np.sin(rows / 7) * np.cos(columns / 9)
    pictures = [np.clip(waves + 10 * number, 0, 255) for number in range(count)]
    return np.repeat(np.array(pictures, dtype=np.uint8)[..., None], 3, axis=3)


def test_every_picture_takes_its_turn_and_none_stays_as_it_was() -> None:
    good = good_pictures(3)
    changed = harmless_changes(good, 7, 0)
    assert changed.pixels.shape == (7, 96, 96, 3)
    assert changed.pixels.dtype == np.uint8
    assert sorted(np.bincount(changed.source)) == [2, 2, 3]
    differences = np.abs(changed.pixels.astype(int) - good[changed.source])
    assert (differences.mean(axis=(1, 2, 3)) > 0.5).all()


def test_they_are_what_anybody_would_call_the_same_picture() -> None:
    good = good_pictures(4)
    changed = harmless_changes(good, 40, 1)
    for pixels, source in zip(changed.pixels, changed.source, strict=True):
        before = good[source].astype(float).ravel()
        after = pixels.astype(float).ravel()
        assert np.corrcoef(before, after)[0, 1] > 0.9
        assert abs(after.mean() / before.mean() - 1) < 0.08


def test_the_same_seed_makes_the_same() -> None:
    good = good_pictures(3)
    one, other = harmless_changes(good, 5, 3), harmless_changes(good, 5, 3)
    np.testing.assert_array_equal(one.pixels, other.pixels)
    assert (harmless_changes(good, 5, 4).pixels != one.pixels).any()
