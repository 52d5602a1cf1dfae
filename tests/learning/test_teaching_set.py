"""What a candidate is taught on."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from inspector.learning.corrections import LabelledPicture
from inspector.learning.teaching_set import not_locked, teaching_set
from inspector.pictures import encode_png
from inspector.teaching.dataset import Sample
from inspector.teaching.progress import TeachingCancelled, Watch

WATCH = Watch(lambda _: None, lambda: False)
Labelled = Callable[..., LabelledPicture]


@pytest.fixture
def labelled(tmp_path: Path) -> Labelled:
    """Return a function that makes a labelled picture; equal seeds make the same part, `grain` another photograph."""

    def make(
        sequence: int, class_name: str, by: str = "Anna", seed: int | None = None, grain: int = 0
    ) -> LabelledPicture:
        marks = np.random.default_rng(sequence if seed is None else seed).integers(60, 190, (12, 16))
        pixels = np.kron(marks, np.ones((8, 8), np.int64))
        pixels += np.random.default_rng(grain).integers(-3, 4, pixels.shape) * (grain > 0)
        path = tmp_path / f"{sequence}-{class_name}-{by}.png"
        data = encode_png(pixels.astype(np.uint8))
        path.write_bytes(data)
        name = f"part {sequence}" if by else f"{class_name}/{sequence}.png"
        group = f"part {sequence}"
        return LabelledPicture(
            Sample(path, class_name, group), sha256(data).hexdigest(), name, by, sequence if by else 0
        )

    return make


def taught(labelled: Labelled) -> list[LabelledPicture]:
    return [labelled(900 + number, class_name, by="") for number, class_name in enumerate(["good", "good", "scratch"])]


def test_corrections_join_what_was_taught(labelled: Labelled) -> None:
    known, fresh = taught(labelled), [labelled(1, "good"), labelled(2, "scratch")]
    chosen = teaching_set(known, fresh, WATCH)
    assert chosen.samples == tuple(one.sample for one in [*known, *fresh])
    assert (chosen.corrected, chosen.alike, chosen.contradictions, chosen.notes) == (2, 0, (), ())


def test_the_very_file_that_was_taught_adds_nothing(labelled: Labelled) -> None:
    known = taught(labelled)
    chosen = teaching_set(known, [labelled(1, "good", seed=900)], WATCH)
    assert (len(chosen.samples), chosen.corrected, chosen.alike) == (3, 0, 1)


def test_a_part_that_came_often_does_not_count_as_often(labelled: Labelled) -> None:
    often = [labelled(number, "good", seed=1, grain=number) for number in range(1, 17)]
    chosen = teaching_set(taught(labelled), [*often, labelled(20, "scratch")], WATCH)
    assert (chosen.corrected, chosen.alike) == (5, 12), "four of sixteen, and the other one"
    assert len({sample.group for sample in chosen.samples}) == 8


def test_equal_pictures_count_once(labelled: Labelled) -> None:
    chosen = teaching_set(taught(labelled), [labelled(number, "good", seed=1) for number in range(1, 5)], WATCH)
    assert (chosen.corrected, chosen.alike) == (1, 3)


@pytest.mark.parametrize("grain", [0, 5])
def test_two_people_who_disagree_are_both_left_out(labelled: Labelled, grain: int) -> None:
    anna, ben = labelled(17, "good", "Anna", seed=1), labelled(42, "scratch", "Ben", seed=1, grain=grain)
    chosen = teaching_set(taught(labelled), [anna, ben, labelled(3, "good")], WATCH)
    assert [str(one) for one in chosen.contradictions] == [
        "Two people labelled these differently: part 17 (Anna: good) and part 42 (Ben: scratch); "
        "look at them and decide."
    ]
    assert (chosen.corrected, len(chosen.samples)) == (1, 4)


def test_a_taught_picture_can_be_contradicted_too(labelled: Labelled) -> None:
    known = taught(labelled)
    chosen = teaching_set(known, [labelled(42, "scratch", "Ben", seed=900)], WATCH)
    assert [str(one) for one in chosen.contradictions] == [
        "Two people labelled these differently: good/900.png (taught: good) and part 42 (Ben: scratch); "
        "look at them and decide."
    ]
    assert chosen.samples == tuple(one.sample for one in known[1:])


def test_one_person_who_looked_at_both_is_believed(labelled: Labelled) -> None:
    """That is the way out where both labels are right, and the difference is too fine to be told."""
    first, second = labelled(17, "good", "Sue", seed=1), labelled(42, "scratch", "Sue", seed=1, grain=5)
    chosen = teaching_set(taught(labelled), [first, second], WATCH)
    assert (chosen.contradictions, chosen.corrected) == ((), 2)


def test_nobody_is_believed_on_one_picture_with_two_labels(labelled: Labelled) -> None:
    first, second = labelled(17, "good", "Sue", seed=1), labelled(42, "scratch", "Sue", seed=1)
    (contradiction,) = teaching_set(taught(labelled), [first, second], WATCH).contradictions
    assert str(contradiction).startswith("Sue labelled these differently: part 17 (Sue: good) and part 42")


def test_a_new_class_waits_for_its_second_picture(labelled: Labelled) -> None:
    one = teaching_set(taught(labelled), [labelled(1, "dent")], WATCH)
    assert one.notes == ("The new class 'dent' has only 1 picture (part 1), so it is not taught yet.",)
    assert one.corrected == 0
    two = teaching_set(taught(labelled), [labelled(1, "dent"), labelled(2, "dent")], WATCH)
    assert (two.notes, two.corrected) == ((), 2)


def test_what_the_locked_set_shows_is_not_taught(labelled: Labelled) -> None:
    locked = [labelled(500, "good", seed=1, grain=1).sample, labelled(501, "scratch").sample]
    fresh = (labelled(1, "good", seed=1, grain=2), labelled(2, "good"), labelled(3, "good", seed=1, grain=3))
    kept, notes = not_locked(fresh, locked, WATCH)
    assert kept == (fresh[1],)
    assert notes == ("The locked validation set shows part 1, part 3, which may therefore not be taught.",)
    assert not_locked(fresh[1:2], locked, WATCH) == (fresh[1:2], ())
    assert not_locked((), locked, WATCH) == ((), ())


def test_it_can_be_cancelled(labelled: Labelled) -> None:
    with pytest.raises(TeachingCancelled):
        teaching_set(taught(labelled), [labelled(1, "good")], Watch(lambda _: None, lambda: True))
