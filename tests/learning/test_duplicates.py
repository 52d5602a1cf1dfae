"""Which pictures show the same."""

import cv2
import numpy as np
import pytest

from inspector.domain.frame import Pixels
from inspector.learning.duplicates import alike, alike_pairs, clusters, fingerprint


def part(seed: int, height: int = 120, width: int = 160) -> Pixels:
    """Return a part that has marks of its own."""
    marks = np.random.default_rng(seed).integers(60, 190, (height // 10, width // 10), dtype=np.uint8)
    return np.asarray(cv2.resize(marks, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def photographed(pixels: Pixels, seed: int, noise: float = 3.0, light: float = 0.0) -> Pixels:
    """Return another photograph of it."""
    grain = np.random.default_rng(seed).normal(light, noise, pixels.shape)
    return np.asarray((pixels + grain).clip(0, 255), np.uint8)


@pytest.mark.parametrize("noise", [0.0, 1.0, 3.0, 6.0])
@pytest.mark.parametrize("light", [0.0, 12.0])
def test_the_same_part_photographed_twice_is_alike(noise: float, light: float) -> None:
    one, other = photographed(part(1), 1, noise), photographed(part(1), 2, noise, light)
    assert alike(one, other)
    assert alike_pairs([fingerprint(one), fingerprint(other)], [one, other].__getitem__) == ((0, 1),)


def test_a_thin_scratch_is_a_difference() -> None:
    one, scratched = photographed(part(1), 1), photographed(part(1), 2)
    cv2.line(scratched, (40, 60), (60, 64), 255, 1)
    assert not alike(one, scratched)


def test_a_blot_of_four_pixels_on_a_large_picture_is_a_difference() -> None:
    """The small pictures cannot see it, the whole ones must."""
    one, blotted = part(1, 600, 800), part(1, 600, 800)
    blotted[300:302, 400:402] = 0
    prints = [fingerprint(one), fingerprint(blotted)]
    assert np.abs(prints[0].values - prints[1].values).max() < 8
    assert alike_pairs(prints, [one, blotted].__getitem__) == ()


def test_other_parts_moved_parts_and_other_sizes_are_not_alike() -> None:
    one = part(1)
    others = [part(2), np.roll(one, 3, axis=1), part(1, 60, 80)]
    assert not any(alike(one, other) for other in others)
    pictures = [one, *others]
    assert alike_pairs([fingerprint(each) for each in pictures], pictures.__getitem__) == ()


def test_colour_and_grey_are_compared_by_brightness() -> None:
    one = part(1)
    assert alike(one, np.repeat(one[:, :, None], 3, axis=2))


def test_a_large_picture_is_compared_at_a_size_that_takes_no_time() -> None:
    assert alike(part(1, 2000, 1600), photographed(part(1, 2000, 1600), 5))


def test_every_pair_is_found_and_only_of_those_of_interest() -> None:
    pictures = [photographed(part(seed), number) for number, seed in enumerate([1, 2, 1, 3, 2, 1])]
    prints = [fingerprint(each) for each in pictures]
    assert set(alike_pairs(prints, pictures.__getitem__)) == {(0, 2), (0, 5), (2, 5), (1, 4)}
    assert set(alike_pairs(prints, pictures.__getitem__, 4)) == {(0, 5), (2, 5), (1, 4)}
    assert alike_pairs(prints, pictures.__getitem__, 6) == ()
    assert alike_pairs(prints[:1], pictures.__getitem__) == ()


def test_clusters() -> None:
    assert clusters(6, [(0, 2), (4, 5), (2, 4)]) == ((0, 2, 4, 5), (1,), (3,))
    assert clusters(0, []) == ()


@pytest.mark.shared_images
@pytest.mark.parametrize("name", ["neu-steel", "screws-present"])
def test_no_two_real_parts_are_alike(shared_images: object, name: str) -> None:
    """Of sets whose pictures all show parts of their own: none is taken for another one."""
    from pathlib import Path

    from inspector.pictures import read_picture
    from inspector.teaching.dataset import read_dataset

    samples = read_dataset(Path(str(shared_images)) / name).samples[::7]
    pictures = [read_picture(sample.path) for sample in samples]
    assert alike_pairs([fingerprint(each) for each in pictures], pictures.__getitem__) == ()
