from pathlib import Path

import numpy as np
import pytest

from inspector.teaching.dataset import Sample
from inspector.teaching.embeddings import Embedded
from inspector.teaching.taught_sample import MOST_TAUGHT, taught_pictures
from inspector.teaching.thumbnail import THUMBNAIL_SIDE, thumbnail
from inspector.teaching.views import View


def embedded(number: int, class_name: str) -> Embedded:
    return Embedded(
        Sample(Path(f"{number}.png"), class_name, str(number)),
        f"{number:064d}",
        (View.ORIGINAL, View.MIRRORED),
        np.array([[number, 1e6], [0, 0]], np.float32),
        np.zeros((4, 4, 3), np.uint8),
    )


def test_all_are_taken_while_they_are_few() -> None:
    taken = taught_pictures([embedded(number, "good") for number in range(5)], 0)
    assert [one.name for one in taken] == [f"good/{number}.png" for number in range(5)]
    assert taken[3].embedding.dtype == np.float16
    assert taken[3].embedding[0] == 3
    assert np.isfinite(taken[3].embedding).all()


def test_of_many_the_classes_are_taken_in_turn() -> None:
    pictures = [embedded(number, "good" if number >= 20 else "crack") for number in range(500)]
    taken = taught_pictures(pictures, 1)
    assert len(taken) == MOST_TAUGHT
    assert [one.class_name for one in taken].count("crack") == 20
    assert [one.name for one in taken] == [one.name for one in taught_pictures(pictures, 1)]
    assert [one.name for one in taken] != [one.name for one in taught_pictures(pictures, 2)]


@pytest.mark.parametrize(("size", "expected"), [((300, 600), (48, 96)), ((96, 96), (96, 96)), ((2, 900), (1, 96))])
def test_a_thumbnail_keeps_the_shape(size: tuple[int, int], expected: tuple[int, int]) -> None:
    small = thumbnail(np.full((*size, 3), 90, np.uint8))
    assert small.shape == (*expected, 3)
    assert max(small.shape) == THUMBNAIL_SIDE
    assert (small == 90).all()
