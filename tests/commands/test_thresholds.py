"""Thresholds from the command line: what is printed, what is claimed, what is written."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inspector.commands import thresholds
from inspector.commands.failure import CommandFailed
from inspector.domain.recipe import Thresholds
from inspector.pictures import encode_png
from inspector.vision.model_file import ModelFile, read_model_file

Run = Callable[..., int]


@pytest.fixture
def recipe(tmp_path: Path, tiny_model_file: Callable[..., ModelFile]) -> Path:
    path = tmp_path / "tiny.recipe"
    tiny_model_file(path, thresholds=Thresholds(0.55, 0.6))
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return grey parts, of which two are under doubt and one bad one is nearly as dark as a good one."""
    folder = tmp_path / "parts"
    for name, levels in {"good": [40, 60, 80, 118], "scratch": [125, 180, 200, 220]}.items():
        (folder / name).mkdir(parents=True)
        for level in levels:
            (folder / name / f"{level}.png").write_bytes(encode_png(np.full((32, 32, 3), level, np.uint8)))
    return folder


@pytest.fixture
def run() -> Run:
    def run_it(*arguments: object) -> int:
        parser = argparse.ArgumentParser()
        thresholds.register(parser.add_subparsers())
        return thresholds.execute(parser.parse_args(["thresholds", "--accelerator", "cpu", *map(str, arguments)]))

    return run_it


def test_says_what_was_chosen_and_what_it_proves(
    run: Run, recipe: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(recipe, pictures) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("defect score   escapes")
    assert any("0 of 4 (<= 52.7%)" in line for line in out)
    assert any(line.startswith("before    25.00%") for line in out)
    assert any(line.startswith("chosen    0.00%") for line in out)
    assert "Bad parts: 0 missed of 4: at most 53 % at 95 % confidence." in out
    assert any(line.startswith("For a claim of 1 % missed show at least 299 bad parts") for line in out)


def test_with_enough_parts_it_says_what_to_expect(
    run: Run, recipe: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for level in range(20, 30):
        (pictures / "good" / f"{level}.png").write_bytes(encode_png(np.full((32, 32, 3), level, np.uint8)))
        (pictures / "scratch" / f"{level}.png").write_bytes(encode_png(np.full((32, 32, 3), 250 - level, np.uint8)))
    assert run(recipe, pictures) == 0
    assert any(line.startswith("expected  ") for line in capsys.readouterr().out.splitlines())


def test_without_a_bad_part_nothing_is_known_of_escapes(
    run: Run, recipe: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (pictures / "scratch").iterdir():
        path.unlink()
    assert run(recipe, pictures) == 0
    out = capsys.readouterr().out
    assert "before    no part of this side" in out
    assert "Bad parts: 0 missed of 0: nothing can be claimed." in out


def test_json(run: Run, recipe: Path, pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(recipe, pictures, "--escape", "30%", "--overkill", "0.5", "--json") == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["wanted"] == {"escape": 0.3, "overkill": 0.5}
    assert plain["before"]["escape"]["x"] == plain["chosen"]["escape"]["x"] == 1
    assert len(plain["curves"]["defect"]["thresholds"]) == 9


def test_what_is_applied_is_the_next_version(
    run: Run, recipe: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_model_file(recipe)
    assert run(recipe, pictures, "--apply", "--author", "Ada", "--reason", "escapes") == 0
    assert "is now version 2" in capsys.readouterr().err
    after = read_model_file(recipe)  # and so its golden pictures fit its thresholds
    assert after.recipe.thresholds.ok > before.recipe.thresholds.ok
    version = after.recipe.version
    assert (version.number, version.author, version.reason) == (2, "Ada", "escapes")
    assert version.parent == before.content_hash
    assert after.graph == before.graph
    assert run(recipe, pictures, "--apply") == 0
    assert "nothing was written" in capsys.readouterr().err
    assert read_model_file(recipe).content_hash == after.content_hash


def test_without_a_reason_the_wish_is_the_reason(run: Run, recipe: Path, pictures: Path) -> None:
    assert run(recipe, pictures, "--apply") == 0
    assert read_model_file(recipe).recipe.version.reason == "thresholds for 1.00% escape and 3.00% overkill"


class TestTaughtPictures:
    @pytest.fixture
    def taught(self, pictures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(
            "inspector.teaching.evaluation.unseen",
            lambda samples, _: tuple(one for one in samples if one.class_name == "none"),
        )
        return pictures

    def test_prove_nothing(self, run: Run, recipe: Path, taught: Path) -> None:
        with pytest.raises(CommandFailed, match=r"every picture of .* was taught on, so it says nothing of thresholds"):
            run(recipe, taught)

    def test_count_where_somebody_wants_it_so(
        self, run: Run, recipe: Path, taught: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(recipe, taught, "--with-taught") == 0
        assert "8 of these pictures were taught on and count all the same" in capsys.readouterr().err


def test_a_picture_that_cannot_be_read_is_told(
    run: Run, recipe: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pictures / "good" / "broken.png").write_bytes(b"no picture")
    assert run(recipe, pictures) == 0
    assert "good/broken.png" in capsys.readouterr().err


@pytest.mark.parametrize("rate", ["1", "100%", "much", "-1%", "nan"])
def test_rates_that_are_none(run: Run, rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("x.recipe", "parts", f"--escape={rate}")
    assert f"'{rate}' is no rate; write 1% or 0.01" in capsys.readouterr().err
