"""Decisions on parts and on versions: recorded first, refused with numbers, switched in one step."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.correction import OverrideInvalid
from inspector.domain.inspection import EventKind
from inspector.domain.verdict import Verdict
from inspector.learning import desk as desk_module
from inspector.learning.desk import CandidateRefused, Desk, NotRecorded
from inspector.learning.examine import NotComparable
from inspector.learning.learn import as_model_file, challenge_folder
from inspector.learning.shelf import NoSuchVersion, ShelfUnwritable, Version, VersionShelf
from inspector.records.period import Period
from inspector.vision.model_file import ModelFile, read_model_file
from tests.learning.conftest import Bench, grained, made_from, write_pictures

SWAPPED = ("scratch", "good")
CHILD = Path(__file__).with_name("approves_until_killed.py")


class FakeLane:
    """Stands for the lane in production: what it was told to judge by, in order."""

    def __init__(self, content_hash: str) -> None:
        self.used = [content_hash]
        self.refusal: Exception | None = None

    def content_hash(self) -> str:
        return self.used[-1]

    def activate(self, model_file: ModelFile) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.used.append(model_file.content_hash)


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench.journal, bench.records, bench.pictures, bench.clock)


def candidate(bench: Bench, classes: tuple[str, ...] = ("good", "scratch"), parent: ModelFile | None = None) -> Version:
    """Put a candidate beside the recipe; with the classes swapped it is wrong about every part."""
    made = made_from(parent or VersionShelf(bench.recipe).active().model_file, classes)
    return VersionShelf(bench.recipe).add_candidate(as_model_file(made))


def events(bench: Bench) -> list[Any]:
    assert bench.journal.flush(10)
    return list(bench.records.events(Period.ever()))


def test_a_decision_is_on_file_when_the_call_returns(bench: Bench, desk: Desk) -> None:
    bench.judged(7, Verdict.CHECK, "unsure", grained("good", 1))
    bench.journal.flush(10)
    override = desk.decide(7, Verdict.NG, "scratch", " Anna ", "a scratch at the edge")
    assert bench.records.reviews.of(7).overrides == (override,)
    assert (override.by, override.time) == ("Anna", bench.clock.now())


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        ((8, Verdict.OK, None, "Anna", "looked"), "there is no part 8 on file"),
        ((7, Verdict.OK, "scratch", "Anna", "looked"), "'scratch' means NG in 'tiny', not OK"),
        ((7, Verdict.NG, "good", "Anna", "looked"), "'good' means OK in 'tiny', not NG"),
        ((7, Verdict.OK, "splendid", "Anna", "looked"), "'splendid' is no class of 'tiny'"),
        ((7, Verdict.NG, "anomaly", "Anna", "looked"), "'anomaly' is a word of the station's"),
        ((7, Verdict.OK, None, "", "looked"), "needs the name"),
        ((7, Verdict.OK, None, "Anna", " "), "needs a reason"),
    ],
)
def test_what_is_no_decision_is_refused(bench: Bench, desk: Desk, decision: Any, sentence: str) -> None:
    bench.judged(7, Verdict.CHECK, "unsure", grained("good", 1))
    bench.journal.flush(10)
    with pytest.raises(OverrideInvalid, match=sentence):
        desk.decide(*decision, recipe=bench.active.recipe)
    assert bench.records.reviews.of(7).overrides == ()


def test_the_picture_of_an_escape_is_kept_with_the_decision(bench: Bench, desk: Desk) -> None:
    """No picture of an OK part is kept; while it is still at hand, the correction keeps it to be taught."""
    bench.judged(7, Verdict.OK, "", None)
    bench.journal.flush(10)
    pixels = grained("scratch", 3)
    desk.decide(7, Verdict.NG, "scratch", "Anna", "found at packing", pixels=pixels)
    review = bench.records.reviews.of(7)
    assert review.inspection.picture is None
    assert (bench.pictures.read(review.picture) == pixels).all()


def test_a_decision_that_is_not_on_the_disk_is_not_called_recorded(
    bench: Bench, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.judged(7, Verdict.CHECK, "unsure", None)
    bench.journal.flush(10)
    monkeypatch.setattr(bench.journal, "flush", lambda _: False)
    with pytest.raises(NotRecorded, match="the decision on part 7 is not on the disk yet"):
        desk.decide(7, Verdict.OK, None, "Anna", "looked")


def test_an_approved_candidate_replaces_the_active_version(bench: Bench, desk: Desk, locked: Path) -> None:
    made = candidate(bench)
    switched = desk.approve(bench.recipe, None, "Sue", "fewer overkills")
    shelf = VersionShelf(bench.recipe)
    assert shelf.active().content_hash == made.content_hash == switched.now.content_hash
    assert shelf.candidates() == ()
    assert [version.number for version in shelf.versions()] == [2, 1]
    (event,) = events(bench)
    assert event.kind is EventKind.CANDIDATE_APPROVED
    assert event.text == (
        "Sue approved version 2 in place of 1: fewer overkills (right verdicts 12 of 12 (active 12), right classes 12 "
        "(active 12), escapes 0 (active 0), overkills 0 (active 0), challenge parts 0)"
    )
    assert event.details["from_hash"] == bench.active.content_hash
    assert event.details["to_hash"] == made.content_hash


@pytest.mark.parametrize("back", [False, True])
def test_the_decision_is_on_file_before_anything_is_switched(
    bench: Bench, desk: Desk, locked: Path, monkeypatch: pytest.MonkeyPatch, back: bool
) -> None:
    candidate(bench)
    if back:
        desk.approve(bench.recipe, None, "Sue", "better")
    before = read_model_file(bench.recipe).content_hash
    switch, found = VersionShelf.switch_to, []

    def noted(shelf: VersionShelf, version: Version) -> None:
        found.append((bench.records.events(Period.ever())[-1].kind, read_model_file(bench.recipe).content_hash))
        switch(shelf, version)

    monkeypatch.setattr(VersionShelf, "switch_to", noted)
    if back:
        desk.roll_back(bench.recipe, "Sue", "worse")
    else:
        desk.approve(bench.recipe, None, "Sue", "better")
    assert found == [(EventKind.RECIPE_ROLLED_BACK if back else EventKind.CANDIDATE_APPROVED, before)]


def test_a_worse_candidate_is_refused_with_numbers(bench: Bench, desk: Desk, locked: Path) -> None:
    candidate(bench, SWAPPED)
    with pytest.raises(CandidateRefused) as refused:
        desk.approve(bench.recipe, 2, "Sue", "hope")
    assert str(refused.value).startswith(
        "candidate 2 may not replace version 1: of 12 parts of the locked set 12 lost their right verdict and only 0 "
        "gained it (McNemar p = 0.000); of 12 parts of the locked set 12 lost their right class and only 0 gained it "
        "(McNemar p = 0.000); it lets 6 bad parts of the locked set escape, the active version 0 "
    )
    assert VersionShelf(bench.recipe).active().content_hash == bench.active.content_hash
    assert [event.kind for event in events(bench)] == [EventKind.CANDIDATE_REFUSED]


def test_every_challenge_part_must_be_right(bench: Bench, desk: Desk, locked: Path, tmp_path: Path) -> None:
    candidate(bench)
    folder = write_pictures(challenge_folder(bench.recipe), range(1))
    (folder / "good" / "000.png").rename(folder / "scratch" / "mislaid.png")
    with pytest.raises(CandidateRefused, match=r"the challenge part scratch/mislaid\.png was judged OK"):
        desk.approve(bench.recipe, None, "Sue", "hope")
    (folder / "scratch" / "mislaid.png").rename(folder / "good" / "000.png")
    comparison = desk.approve(bench.recipe, None, "Sue", "all right").comparison
    assert comparison is not None
    assert comparison.challenge == 2


def test_without_a_locked_set_nobody_can_say(bench: Bench, desk: Desk) -> None:
    candidate(bench)
    with pytest.raises(NotComparable, match="has no locked validation set"):
        desk.approve(bench.recipe, None, "Sue", "hope")


def test_a_candidate_of_another_version_is_refused(bench: Bench, desk: Desk, locked: Path) -> None:
    first = candidate(bench)
    candidate(bench)
    desk.approve(bench.recipe, first.number, "Sue", "better")
    with pytest.raises(CandidateRefused, match="candidate 3 was not made from the active version 2; learn again"):
        desk.approve(bench.recipe, 3, "Sue", "better still")


@pytest.mark.parametrize("person", [("", "a reason"), ("Sue", "  ")])
def test_nobody_switches_for_no_reason(bench: Bench, desk: Desk, locked: Path, person: tuple[str, str]) -> None:
    candidate(bench)
    with pytest.raises(CandidateRefused, match="needs the name of a person and a reason"):
        desk.approve(bench.recipe, None, *person)
    with pytest.raises(CandidateRefused, match="needs the name of a person and a reason"):
        desk.roll_back(bench.recipe, *person)


def test_a_candidate_that_is_not_there(bench: Bench, desk: Desk, locked: Path) -> None:
    with pytest.raises(NoSuchVersion, match=r"there is no candidate of tiny\.recipe; make one with 'inspector learn'"):
        desk.approve(bench.recipe, None, "Sue", "hope")
    candidate(bench)
    with pytest.raises(NoSuchVersion, match=r"there is no candidate 5 of tiny\.recipe; name one of these: 2"):
        desk.approve(bench.recipe, 5, "Sue", "hope")


def test_it_can_be_rolled_back_and_forth(bench: Bench, desk: Desk, locked: Path) -> None:
    second = candidate(bench)
    desk.approve(bench.recipe, None, "Sue", "better")
    original = VersionShelf(bench.recipe).versions()[-1].path.read_bytes()
    switched = desk.roll_back(bench.recipe, "Sue", "it lets scratches pass")
    assert (switched.before.number, switched.now.number) == (2, 1)
    assert bench.recipe.read_bytes() == original, "to the byte"
    assert desk.roll_back(bench.recipe, "Sue", "it was the lamp", 2).now.content_hash == second.content_hash
    assert [event.kind for event in events(bench)][1:] == [EventKind.RECIPE_ROLLED_BACK] * 2
    assert events(bench)[1].text == "Sue went back from version 2 to 1: it lets scratches pass"
    assert VersionShelf(bench.recipe).next_number() == 3, "a number is never given twice"


def test_nothing_to_go_back_to(bench: Bench, desk: Desk) -> None:
    with pytest.raises(NoSuchVersion, match=r"the version before 1 of tiny\.recipe is not kept"):
        desk.roll_back(bench.recipe, "Sue", "hope")
    with pytest.raises(NoSuchVersion, match=r"version 9 of tiny\.recipe is not kept"):
        desk.roll_back(bench.recipe, "Sue", "hope", 9)


def test_the_lane_in_production_is_switched_too(bench: Bench, locked: Path) -> None:
    lane = FakeLane(bench.active.content_hash)
    desk = Desk(bench.journal, bench.records, bench.pictures, bench.clock, lane)
    made = candidate(bench)
    desk.approve(bench.recipe, None, "Sue", "better")
    desk.roll_back(bench.recipe, "Sue", "worse")
    assert lane.used == [bench.active.content_hash, made.content_hash, bench.active.content_hash]


def test_a_lane_with_another_recipe_is_left_alone(bench: Bench, locked: Path) -> None:
    lane = FakeLane("another")
    candidate(bench)
    Desk(bench.journal, bench.records, bench.pictures, bench.clock, lane).approve(bench.recipe, None, "Sue", "better")
    assert lane.used == ["another"]


def test_a_lane_that_refuses_leaves_the_old_version_active(bench: Bench, locked: Path) -> None:
    lane = FakeLane(bench.active.content_hash)
    lane.refusal = RuntimeError("its golden pictures do not come out on this adapter")
    candidate(bench)
    desk = Desk(bench.journal, bench.records, bench.pictures, bench.clock, lane)
    with pytest.raises(RuntimeError, match="golden pictures"):
        desk.approve(bench.recipe, None, "Sue", "better")
    assert VersionShelf(bench.recipe).active().content_hash == bench.active.content_hash


def test_a_file_that_cannot_be_replaced_leaves_lane_and_file_as_they_were(
    bench: Bench, locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = FakeLane(bench.active.content_hash)
    made = candidate(bench)
    desk = Desk(bench.journal, bench.records, bench.pictures, bench.clock, lane)

    def full(*_: Any) -> None:
        raise ShelfUnwritable("the disk is full")

    monkeypatch.setattr(VersionShelf, "switch_to", full)
    with pytest.raises(ShelfUnwritable):
        desk.approve(bench.recipe, None, "Sue", "better")
    assert lane.used == [bench.active.content_hash, made.content_hash, bench.active.content_hash]
    assert read_model_file(bench.recipe).content_hash == bench.active.content_hash


def _failing(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the `step`-th of all that touches the disk, the journal or the lane fail; return how many there were."""
    seen = 0

    def guarded(owner: Any, name: str) -> None:
        inner = getattr(owner, name)

        def called(*arguments: Any, **options: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == step:
                raise OSError(28, "No space left on device")
            return inner(*arguments, **options)

        monkeypatch.setattr(owner, name, called)

    from inspector import atomic_file
    from inspector.learning import shelf

    guarded(shelf, "write_atomically")
    guarded(atomic_file.os, "fsync")
    guarded(atomic_file, "force_folder")
    guarded(Path, "replace")
    guarded(Path, "unlink")
    guarded(desk_module, "record_of")
    return lambda: seen


def test_whatever_fails_the_old_or_the_new_version_is_active(
    bench: Bench, locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fail at the first step, then at the second, and so on until nothing fails any more."""
    made = candidate(bench)
    both = {bench.active.content_hash, made.content_hash}
    outcomes = []
    for step in range(1, 100):
        lane = FakeLane(read_model_file(bench.recipe).content_hash)
        desk = Desk(bench.journal, bench.records, bench.pictures, bench.clock, lane)
        with monkeypatch.context() as patch:
            count = _failing(step, patch)
            try:
                desk.approve(bench.recipe, None, "Sue", "better")
            except (OSError, ShelfUnwritable, CandidateRefused):
                failed = True
            else:
                failed = False
            assert count() >= min(step, 1)
        active = read_model_file(bench.recipe).content_hash
        assert active in both
        assert lane.content_hash() == active, "what judges is what the file says"
        outcomes.append(active)
        if not failed or active == made.content_hash:
            break
    assert outcomes[-1] == made.content_hash
    assert len(outcomes) > 5
    assert set(outcomes[:-1]) == {bench.active.content_hash}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="dying at every step by itself takes minutes without fork")
def test_killed_between_any_two_steps(bench: Bench, locked: Path) -> None:
    """A process approves and dies at its n-th touch of a file beside the recipe, for every n; then one lives."""
    made = candidate(bench)
    bench.journal.close()
    bench.database.close()
    done = subprocess.run(
        [sys.executable, str(CHILD), str(bench.data), str(bench.recipe)], capture_output=True, text=True, check=True
    )
    both = {bench.active.content_hash: "old", made.content_hash: "new"}
    outcomes = [(code, both[content_hash]) for code, content_hash in map(str.split, done.stdout.splitlines())]
    assert len(outcomes) > 8
    switched = [found for _, found in outcomes].index("new")
    assert [found for _, found in outcomes[:switched]] == ["old"] * switched
    assert switched > 5
    assert {code for code, _ in outcomes[:-1]} == {"9"}
    assert outcomes[-1][1] == "new"


def test_two_versions_never_share_a_file(bench: Bench) -> None:
    shelf = VersionShelf(bench.recipe)
    one = candidate(bench)
    shelf.archive(one)
    other = replace(one.model_file.recipe, version=replace(one.model_file.recipe.version, reason="another"))
    stranger = VersionShelf(bench.recipe.with_name("stranger.recipe"))
    bench.recipe.with_name("stranger.recipe").write_bytes(bench.recipe.read_bytes())
    added = stranger.add_candidate(replace(one.model_file, recipe=other))
    assert added.number == one.number
    shelf.archive(added)
    assert {version.content_hash for version in shelf.versions()} == {one.content_hash, added.content_hash}
    assert shelf.archive(added).path == shelf.archive(added).path


def test_a_file_that_is_no_version_is_left_out(bench: Bench) -> None:
    made = candidate(bench)
    (made.path.parent / "0009.recipe").write_bytes(b"no recipe")
    assert [version.number for version in VersionShelf(bench.recipe).candidates()] == [2]


def test_a_folder_that_cannot_be_written_says_so(bench: Bench) -> None:
    made = candidate(bench)
    bench.recipe.with_name("tiny.recipe.versions").write_text(json.dumps("a file where the folder should be"))
    with pytest.raises(ShelfUnwritable, match="cannot be written"):
        VersionShelf(bench.recipe).archive(made)
