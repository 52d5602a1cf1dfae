"""override, ask, learn, approve and rollback, on a real data folder."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inspector.commands import approve, ask, learn, override, rollback
from inspector.commands.failure import CommandFailed
from inspector.data_folder import StationBusy, StationFolderUnusable, held
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Verdict
from inspector.learning import learn as learning
from inspector.learning.shelf import VersionShelf
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.queries import Records
from inspector.settings import LaneSettings, Settings, save_settings
from tests.learning.conftest import Bench, grained

_MODULES = {"override": override, "ask": ask, "learn": learn, "approve": approve, "rollback": rollback}


@pytest.fixture
def closed(bench: Bench, locked: Path) -> Bench:
    """Return a data folder that nobody has open, with three doubtful parts and the recipe used last."""
    for sequence in range(1, 4):
        bench.judged(sequence, Verdict.CHECK, "unsure", grained("good", 700 + sequence))
    bench.journal.close()
    bench.database.close()
    save_settings(Settings(lanes=(LaneSettings(recipe=str(bench.recipe)),)), bench.data / "settings.toml")
    return bench


@pytest.fixture
def run(closed: Bench, teacher: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a function that runs a command on the folder; what is taught is the tiny recipe."""
    inner = learning.learn
    monkeypatch.setattr(learning, "learn", lambda wanted: inner(wanted, teacher))

    def command(name: str, *arguments: str) -> int:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers()
        module: ModuleType = _MODULES[name]
        module.register(commands).set_defaults(execute=module.execute)
        options = parser.parse_args([name, *arguments, "--data", str(closed.data)])
        return int(options.execute(options))

    return command


def reviewed(closed: Bench, sequence: int) -> Any:
    database = Database.open_for_reading(closed.data / "journal.sqlite")
    try:
        return Records(database).reviews.of(sequence)
    finally:
        database.close()


PERSON = ("--by", "Sue", "--reason", "looked again")


def test_the_whole_way(
    closed: Bench,
    run: Callable[..., int],
    taught_pictures: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("ask", "--limit", "2") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[1] == second.split()[1] == "CHECK"
    assert "the station could not decide (unsure): good (55%) or scratch (45%)" in first
    sequence = first.split()[0]

    assert run("override", sequence, "--verdict", "NG", "--class", "scratch", *PERSON) == 0
    assert capsys.readouterr().out == f"part {sequence}: NG scratch, decided by Sue\n"
    assert reviewed(closed, int(sequence)).verdict is Verdict.NG

    assert run("learn", "--dataset", str(taught_pictures), "--author", "Eve") == 0
    assert capsys.readouterr().out.startswith("candidate 2: 9 pictures, 1 of them corrected; approve it with")

    assert run("approve", *PERSON) == 0
    assert capsys.readouterr().out.startswith("tiny.recipe: version 2 replaces 1 (right verdicts 12 of 12")
    assert run("rollback", *PERSON) == 0
    assert capsys.readouterr().out == "tiny.recipe: version 1 is active again in place of 2\n"
    assert VersionShelf(closed.recipe).active().content_hash == closed.active.content_hash


def test_lines_for_a_program(
    closed: Bench,
    run: Callable[..., int],
    taught_pictures: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("ask", "--json")
    asked = json.loads(capsys.readouterr().out)
    assert {one["sequence"] for one in asked} == {1, 2, 3}
    assert set(asked[0]) > {"why", "worth", "doubt", "novelty", "picture", "verdict"}
    run("override", "1", "--verdict", "OK", *PERSON)
    capsys.readouterr()
    run("learn", "--dataset", str(taught_pictures), "--jsonl")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"stage", "done", "total"} == set(lines[0])
    assert Path(lines[-1]["candidate"]) == VersionShelf(closed.recipe).candidates()[0].path
    assert (lines[-1]["number"], lines[-1]["corrected"]) == (2, 1)


def test_refusals(closed: Bench, run: Callable[..., int], taught_pictures: Path) -> None:
    with pytest.raises(Refusal, match="decide on parts first"):
        run("learn", "--dataset", str(taught_pictures))
    with pytest.raises(Refusal, match="there is no part 99 on file"):
        run("override", "99", "--verdict", "OK", *PERSON)
    with pytest.raises(Refusal, match="'good' means OK in 'tiny', not NG"):
        run("override", "1", "--verdict", "NG", "--class", "good", *PERSON)
    with pytest.raises(Refusal, match="there is no candidate"):
        run("approve", *PERSON)
    with pytest.raises(Refusal, match="nothing was rolled back"):
        run("rollback", *PERSON)
    with pytest.raises(CommandFailed, match="--limit must be 1 or more"):
        run("ask", "--limit", "0")
    (closed.data / "settings.toml").unlink()
    with pytest.raises(CommandFailed, match="has used no recipe yet; name one with --recipe"):
        run("ask")


def test_contradictions_are_shown(
    closed: Bench,
    run: Callable[..., int],
    taught_pictures: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database = Database.open(closed.data / "journal.sqlite")
    journal = Journal(database, closed.pictures, closed.clock)
    journal.start()
    closed.journal = journal
    for sequence in (17, 42):
        closed.judged(sequence, Verdict.CHECK, "unsure", grained("good", 900))
    journal.close()
    database.close()
    run("override", "1", "--verdict", "OK", *PERSON)
    run("override", "17", "--verdict", "OK", "--class", "good", "--by", "Anna", "--reason", "fine")
    run("override", "42", "--verdict", "NG", "--class", "scratch", "--by", "Ben", "--reason", "scratched")
    capsys.readouterr()
    sentence = (
        "inspector: Two people labelled these differently: part 17 (Anna: good) and part 42 (Ben: scratch); "
        "look at them and decide."
    )
    run("learn", "--dataset", str(taught_pictures), "--dry-run")
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == sentence
    assert said.out == (
        "a candidate would be taught on 9 pictures, 1 of them corrected; 0 more corrections show what is taught "
        "already; 1 contradictions are left out\n"
    )
    assert VersionShelf(closed.recipe).candidates() == ()
    run("learn")
    assert sentence in capsys.readouterr().err.splitlines()


def test_what_writes_needs_the_folder_for_itself(
    closed: Bench,
    run: Callable[..., int],
    taught_pictures: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with held(closed.data):
        for name, arguments in (("override", ("1", "--verdict", "OK")), ("approve", ()), ("rollback", ())):
            with pytest.raises(StationBusy, match="another program has the station"):
                run(name, *arguments, *PERSON)
        assert run("ask") == 0
    assert run("override", "1", "--verdict", "OK", *PERSON) == 0
    with held(closed.data):
        assert run("learn", "--dataset", str(taught_pictures)) == 0
    assert capsys.readouterr().out


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StationFolderUnusable, match="cannot be used"), held(tmp_path / "file" / "station"):
        pass
