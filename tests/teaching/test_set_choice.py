from collections import Counter

import pytest

from inspector.teaching.dataset import FEWEST_PICTURES
from inspector.teaching.set_choice import choose_parts


def taken(labels: list[str], parts: list[int], share: float, seed: int = 0) -> Counter[str]:
    chosen = choose_parts(labels, parts, share, seed)
    return Counter(label for label, part in zip(labels, parts, strict=True) if part in chosen.parts)


def test_each_class_gives_its_share() -> None:
    labels = ["good"] * 100 + ["hole"] * 20 + ["scratch"] * 10
    for seed in range(5):
        assert taken(labels, list(range(130)), 0.2, seed) == {"good": 20, "hole": 4, "scratch": 2}


def test_a_share_that_is_no_whole_number_is_rounded() -> None:
    assert taken(["good"] * 11, list(range(11)), 0.25) == {"good": 3}
    assert taken(["good"] * 9, list(range(9)), 0.25) == {"good": 2}


def test_other_seeds_choose_other_parts_and_the_same_seed_the_same() -> None:
    labels, parts = ["good"] * 40 + ["hole"] * 40, list(range(80))
    first, again, other = (choose_parts(labels, parts, 0.25, seed).parts for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_parts_of_several_pictures_and_classes_come_as_near_to_the_share_as_whole_parts_can() -> None:
    parts = [number // 5 for number in range(200)]
    labels = ["hole" if number % 5 == 0 and number < 100 else "good" for number in range(200)]
    for seed in range(10):
        counts = taken(labels, parts, 0.2, seed)
        assert abs(counts["hole"] - 4) <= 1
        assert abs(counts["good"] - 36) <= 5


def test_a_scarce_class_gives_one_part_and_keeps_enough_to_teach() -> None:
    labels = ["good"] * 50 + ["hole"] * (FEWEST_PICTURES + 1)
    assert taken(labels, list(range(len(labels))), 0.1)["hole"] == 1


def test_a_class_that_can_spare_none_is_named() -> None:
    labels = ["good"] * 50 + ["hole"] * 6
    parts = [*range(50), *[99] * 6]  # six pictures of one part
    chosen = choose_parts(labels, parts, 0.5, 0)
    assert 99 not in chosen.parts
    assert chosen.problems == ("Of class 'hole' no part can be spared, so the set holds none of it; bring more parts.",)


def test_everything_can_be_locked() -> None:
    assert choose_parts(["good", "hole"], [0, 1], 1.0, 0).parts == {0, 1}


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="a share of"):
        choose_parts(["good"], [0], share, 0)
