"""From people's decisions to a candidate, on a real journal and real files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.verdict import Verdict
from inspector.learning.learn import NothingToLearn, learn
from inspector.learning.sample_store import SampleStore
from inspector.learning.shelf import VersionShelf
from inspector.pictures import decode
from inspector.teaching.dataset import read_dataset
from inspector.teaching.progress import TeachingCancelled
from tests.learning.conftest import Bench, grained, write_pictures

Teacher = Callable[..., Any]


@pytest.fixture
def corrected(bench: Bench, taught_pictures: Path) -> Bench:
    """Return a bench with six parts, on four of which somebody decided, and the taught pictures in the store."""
    SampleStore(bench.recipe).take_in(read_dataset(taught_pictures))
    for sequence in range(1, 7):
        bench.judged(sequence, Verdict.CHECK, "unsure", grained("good", 500 + sequence))
    bench.decided(1, Verdict.OK, "good")
    bench.decided(2, Verdict.NG, "scratch")
    bench.decided(3, Verdict.OK, None)
    bench.decided(4, Verdict.NG, "scratch", "Ben")
    return bench


def test_a_candidate_is_made_and_the_active_version_is_not_touched(corrected: Bench, teacher: Teacher) -> None:
    before = corrected.recipe.read_bytes()
    learned = learn(corrected.learning(), teacher)
    assert (learned.pictures, learned.corrected, learned.contradictions) == (12, 4, ())
    assert corrected.recipe.read_bytes() == before
    (candidate,) = VersionShelf(corrected.recipe).candidates()
    assert candidate.content_hash == learned.candidate.content_hash
    version = candidate.model_file.recipe.version
    assert (version.number, version.parent) == (2, corrected.active.content_hash)
    assert (version.author, version.reason) == ("Eve", "learned from 4 corrections")


def test_what_is_taught_is_what_was_judged_under_the_last_label(corrected: Bench, teacher: Teacher) -> None:
    corrected.decided(1, Verdict.NG, "scratch", "Ben")
    learn(corrected.learning(), teacher)
    (dataset,) = teacher.datasets  # type: ignore[attr-defined]
    labels = {sample.group: (sample.class_name, sample.path) for sample in dataset.samples}
    assert [labels[f"part {number}"][0] for number in range(1, 5)] == ["scratch", "scratch", "good", "scratch"]
    kept = labels["part 2"][1]
    assert kept.is_relative_to(SampleStore(corrected.recipe).folder), "it stays when the picture folder is cleared"
    assert (decode(kept.read_bytes()) == grained("good", 502)).all()


def test_the_taught_pictures_are_taken_in_once(
    bench: Bench, taught_pictures: Path, teacher: Teacher, tmp_path: Path
) -> None:
    bench.judged(1, Verdict.CHECK, "unsure", grained("good", 501))
    bench.decided(1, Verdict.OK, "good")
    with pytest.raises(NothingToLearn, match="give their folder once with --dataset"):
        learn(bench.learning(), teacher)
    assert learn(bench.learning(dataset=read_dataset(taught_pictures)), teacher).pictures == 9
    for path in taught_pictures.rglob("*.png"):
        path.unlink()
    assert learn(bench.learning(), teacher).pictures == 9
    assert [candidate.number for candidate in VersionShelf(bench.recipe).candidates()] == [3, 2]


def test_nothing_corrected_is_nothing_to_learn(bench: Bench, taught_pictures: Path, teacher: Teacher) -> None:
    with pytest.raises(NothingToLearn, match="decide on parts first"):
        learn(bench.learning(dataset=read_dataset(taught_pictures)), teacher)


def test_contradictions_are_shown_and_left_out(corrected: Bench, teacher: Teacher) -> None:
    same = grained("good", 900)
    corrected.judged(17, Verdict.CHECK, "unsure", same)
    corrected.judged(42, Verdict.CHECK, "unsure", same)
    corrected.decided(17, Verdict.OK, "good", "Anna")
    corrected.decided(42, Verdict.NG, "scratch", "Ben")
    learned = learn(corrected.learning(), teacher)
    assert [str(one) for one in learned.contradictions] == [
        "Two people labelled these differently: part 17 (Anna: good) and part 42 (Ben: scratch); "
        "look at them and decide."
    ]
    assert learned.corrected == 4
    corrected.decided(42, Verdict.OK, "good", "Ben")
    learned = learn(corrected.learning(), teacher)
    assert (learned.corrected, learned.contradictions) == (5, ()), "resolved, and one of the two equal ones is enough"


def test_the_locked_set_is_never_taught(
    corrected: Bench, teacher: Teacher, locked: Path, taught_pictures: Path, tmp_path: Path
) -> None:
    """Neither as a taught picture nor as a part that came by again."""
    validation = read_dataset(tmp_path / "validation")
    SampleStore(corrected.recipe).take_in(validation)
    corrected.judged(50, Verdict.CHECK, "unsure", grained("good", 100))
    corrected.decided(50, Verdict.OK, "good")
    learned = learn(corrected.learning(), teacher)
    assert (learned.pictures, learned.corrected) == (12, 4)
    assert "The locked validation set shows part 50, which may therefore not be taught." in learned.notes


def test_what_cannot_be_taught_says_why(corrected: Bench, teacher: Teacher) -> None:
    corrected.judged(10, Verdict.OK, "", grained("good", 510))
    corrected.decided(10, Verdict.NG, "scratch")
    corrected.judged(11, Verdict.CHECK, "unsure", grained("good", 511))
    corrected.decided(11, Verdict.CHECK, None)
    corrected.judged(12, Verdict.CHECK, "unsure", grained("good", 512))
    corrected.decided(12, Verdict.NG, "dent")
    corrected.learning()
    part = corrected.records.inspection(6)
    corrected.decided(6, Verdict.OK, "good")
    corrected.pictures.path(part.picture).write_bytes(b"not what was kept")
    notes = learn(corrected.learning(), teacher).notes
    assert notes == (
        f"Part 6 (Anna: good) was left out: its picture {part.picture.path} is altered.",
        "Part 10 (Anna: scratch) was left out: no picture of it was kept exact to the pixel.",
        "Part 11 was left out: Anna could not decide.",
        "The new class 'dent' has only 1 picture (part 12), so it is not taught yet.",
    )


def test_a_new_class_is_taught_once_it_has_enough_pictures(corrected: Bench, teacher: Teacher) -> None:
    for sequence in (20, 21):
        corrected.judged(sequence, Verdict.NG, "scratch", grained("scratch", sequence))
        corrected.decided(sequence, Verdict.NG, "dent")
    learned = learn(corrected.learning(), teacher)
    assert [known.name for known in learned.candidate.model_file.recipe.classes] == ["dent", "good", "scratch"]


def test_it_can_be_cancelled(corrected: Bench, teacher: Teacher) -> None:
    with pytest.raises(TeachingCancelled):
        learn(corrected.learning(cancelled=lambda: True), teacher)
    assert VersionShelf(corrected.recipe).candidates() == ()


def test_a_part_that_was_judged_again_adds_nothing_twice(corrected: Bench, teacher: Teacher, tmp_path: Path) -> None:
    again = write_pictures(tmp_path / "again", range(1))
    pixels = decode((again / "good" / "000.png").read_bytes())
    corrected.judged(30, Verdict.CHECK, "unsure", pixels)
    corrected.decided(30, Verdict.OK, "good")
    learned = learn(corrected.learning(), teacher)
    assert learned.corrected >= 4
    groups = [sample.group for sample in teacher.datasets[0].samples]  # type: ignore[attr-defined]
    assert len(groups) == len(set(groups))
