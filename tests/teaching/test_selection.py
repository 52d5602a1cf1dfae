from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from inspector.teaching.dataset import Sample
from inspector.teaching.selection import parts_of, pick


def sample(class_name: str, number: int, group: str = "") -> Sample:
    path = Path(f"{class_name}/{number}.png")
    return Sample(path, class_name, group or path.as_posix())


SINGLE = [sample(name, number) for name in ("a", "b") for number in range(20)]


def test_so_many_of_each_class_in_the_order_given() -> None:
    picked = pick(SINGLE, 5, seed=1)
    assert Counter(one.class_name for one in picked) == {"a": 5, "b": 5}
    assert [one for one in SINGLE if one in picked] == list(picked)


def test_the_seed_decides_which() -> None:
    assert pick(SINGLE, 5, seed=1) == pick(SINGLE, 5, seed=1)
    assert pick(SINGLE, 5, seed=1) != pick(SINGLE, 5, seed=2)


def test_all_are_taken_where_no_number_is_given_or_there_are_fewer() -> None:
    assert pick(SINGLE, None, seed=0) == tuple(SINGLE)
    assert pick(SINGLE, 99, seed=0) == tuple(SINGLE)


def test_a_class_of_large_groups_takes_its_smallest_one_whole() -> None:
    large = [sample("a", number, f"part{number // 6}") for number in range(18)]
    large += [sample("a", 99, "part2")]
    picked = pick(large + [sample("b", number) for number in range(9)], 5, seed=0)
    assert Counter(one.class_name for one in picked) == {"a": 6, "b": 5}


@given(
    groups=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), min_size=1, max_size=60),
    per_class=st.integers(1, 12),
    seed=st.integers(0, 5),
)
def test_a_group_is_taken_whole_or_not_at_all(groups: list[tuple[str, int]], per_class: int, seed: int) -> None:
    samples = [sample(name, number, f"g{group}") for number, (name, group) in enumerate(groups)]
    picked = pick(samples, per_class, seed)
    taken = {one.group for one in picked}
    assert list(picked) == [one for one in samples if one.group in taken]
    for name, count in Counter(one.class_name for one in samples).items():
        assert sum(one.class_name == name for one in picked) >= min(2, count, per_class)


def test_files_of_equal_bytes_and_pictures_of_a_group_are_one_part() -> None:
    samples = [sample("a", 0, "g"), sample("a", 1), sample("b", 2), sample("b", 3), sample("a", 4, "g")]
    assert parts_of(samples, ["1", "2", "3", "2", "5"]) == [0, 1, 2, 1, 0]


def test_a_picture_can_show_that_two_groups_are_one_part() -> None:
    samples = [sample("a", 0, "g"), sample("a", 1, "h"), sample("a", 2, "g"), sample("a", 3, "h"), sample("a", 4, "k")]
    assert parts_of(samples, ["1", "2", "2", "4", "5"]) == [0, 0, 0, 0, 1]
