"""Which taught pictures a part resembles."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from inspector.vision.similar import TaughtIndex
from inspector.vision.taught_pictures import TaughtPicture


def taught(*rows: list[float] | NDArray[Any]) -> tuple[TaughtPicture, ...]:
    thumbnail = np.zeros((4, 4, 3), np.uint8)
    return tuple(
        TaughtPicture(f"{number}.png", "good" if number % 2 else "scratch", "", thumbnail, np.array(row, np.float16))
        for number, row in enumerate(rows)
    )


def features(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def test_the_likest_come_first_with_their_names_and_classes() -> None:
    index = TaughtIndex(taught([1, 0], [0, 1], [-1, 0], [0, -1]))
    found = index.nearest(features(0.9, 0.2))
    assert [(one.number, one.name, one.class_name) for one in found[:2]] == [
        (0, "0.png", "scratch"),
        (1, "1.png", "good"),
    ]
    assert len(found) == 3
    assert found[0].similarity > found[1].similarity > found[2].similarity


def test_a_taught_picture_resembles_itself_entirely() -> None:
    rows = np.random.default_rng(1).normal(5, 2, (40, 64)).astype(np.float16)
    index = TaughtIndex(taught(*rows))
    for place in (0, 17, 39):
        (first,) = index.nearest(rows[place].astype(np.float32), count=1)
        assert (first.number, first.similarity) == (place, pytest.approx(1.0, abs=1e-5))


def test_a_feature_that_is_always_large_does_not_decide_alone() -> None:
    index = TaughtIndex(taught([1000, 0.0], [1004, 0.1], [1002, 1.0], [998, 1.1]))
    assert [one.number for one in index.nearest(features(1001, 0.05), count=2)] == [0, 1]
    assert index.nearest(features(1001, 1.05), count=1)[0].number in (2, 3)


def test_it_is_the_cosine_of_standardised_features() -> None:
    generator = np.random.default_rng(2)
    rows = generator.normal(3, 4, (50, 20)).astype(np.float16)
    part = generator.normal(3, 4, 20).astype(np.float32)
    wide = rows.astype(np.float64)
    standard = (wide - wide.mean(axis=0)) / wide.std(axis=0)
    other = (part - wide.mean(axis=0)) / wide.std(axis=0)
    cosines = standard @ other / np.linalg.norm(standard, axis=1) / np.linalg.norm(other)
    found = TaughtIndex(taught(*rows)).nearest(part, count=5)
    assert [one.number for one in found] == list(np.argsort(-cosines)[:5])
    assert [one.similarity for one in found] == pytest.approx(sorted(cosines)[::-1][:5], abs=1e-4)


def test_of_equal_ones_the_first_taught_comes_first() -> None:
    index = TaughtIndex(taught([1, 2], [1, 2], [5, 1], [1, 2]))
    assert [one.number for one in index.nearest(features(1, 2))] == [0, 1, 3]


def test_few_or_no_taught_pictures_are_no_trouble() -> None:
    assert TaughtIndex(()).nearest(features(1, 2)) == ()
    assert [one.similarity for one in TaughtIndex(taught([2, 4])).nearest(features(1, 2))] == [pytest.approx(1.0)]
    two = TaughtIndex(taught([1, 0], [0, 1])).nearest(features(3, 1))
    assert [one.number for one in two] == [0, 1]


def test_flat_features_and_a_part_without_any_give_numbers() -> None:
    same = TaughtIndex(taught([1, 1], [1, 1], [1, 1]))
    assert all(np.isfinite(one.similarity) for one in same.nearest(features(1, 1)))
    nothing = TaughtIndex(taught([0, 0], [0, 0], [0, 0])).nearest(features(0, 0))
    assert [one.similarity for one in nothing] == [0.0, 0.0, 0.0]
    one_flat = TaughtIndex(taught([7, 1], [7, 2], [7, 3]))
    assert one_flat.nearest(features(9, 3), count=1)[0].number == 2


def test_a_feature_that_hardly_varies_does_not_count_as_much_as_the_others() -> None:
    grain = 6e-8  # the least that float16 can hold
    index = TaughtIndex(taught([100, 0], [200, grain], [300, 0], [400, grain]))
    assert [one.number for one in index.nearest(features(110, grain), count=2)] == [0, 1]


def test_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="2 features"):
        TaughtIndex(taught([1, 2], [3, 4])).nearest(features(1, 2, 3))
    with pytest.raises(ValueError, match="one size"):
        TaughtIndex((*taught([1, 2]), *taught([1, 2, 3])))
