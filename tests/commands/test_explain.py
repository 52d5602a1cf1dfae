"""`inspector explain`: why a picture is judged as it is."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from inspector.commands import explain
from inspector.domain.refusal import Refusal
from inspector.pictures import encode_png, read_picture
from inspector.vision.model_file import ModelFile, write_model_file
from inspector.vision.taught_pictures import TaughtPicture
from tests.fixtures.tiny_recipe import picture_of, write_tiny_recipe


def call(*arguments: object) -> int:
    """Run the command as the command line does."""
    parser = argparse.ArgumentParser()
    explain.register(parser.add_subparsers())
    return explain.execute(parser.parse_args(["explain", *map(str, arguments)]))


def with_taught(path: Path, model_file: ModelFile) -> None:
    """Write the recipe again with three taught pictures: dark, middle and bright."""
    taught = tuple(
        TaughtPicture(
            f"{name}/1.png", name, "", np.full((8, 8, 3), level, np.uint8), np.full(4, level / 255, np.float16)
        )
        for name, level in (("good", 60), ("good", 120), ("scratch", 190))
    )
    write_model_file(path, model_file.recipe, model_file.manifest, model_file.graph, model_file.golden, taught)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "part 1.png"
    path.write_bytes(encode_png(picture_of("scratch")))
    return path


def test_it_says_verdict_threshold_and_resemblance(
    tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tiny.recipe"
    with_taught(path, write_tiny_recipe(path))
    assert call(path, picture) == 0
    printed = capsys.readouterr().out
    assert "verdict       NG scratch" in printed
    assert "NG begins at 60.0 %" in printed
    assert "scratch  scratch/1.png" in printed
    assert "gives no anomaly score" in printed


def test_json_holds_all_of_it(tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tiny.recipe"
    with_taught(path, write_tiny_recipe(path))
    call(path, picture, "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["reason"], said["anomaly_score"]) == ("NG", "scratch", None)
    assert said["deciding"]["rule"] == "defect"
    assert said["deciding"]["limit"] == 0.6
    assert said["sentence"].startswith("Defective with")
    assert said["similar"][0]["picture"] == "scratch/1.png"
    assert len(said["placement"]["corners"]) == 4
    assert said["written"] == []


def test_the_pictures_are_written_at_their_sizes(
    tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "tiny.recipe", tmp_path / "out" / "of this"
    write_tiny_recipe(path, heat_map=True)
    assert call(path, picture, "--out", out) == 0
    assert read_picture(out / "part 1-part.png").shape == (32, 32, 3)
    heated = read_picture(out / "part 1-heat.png")
    assert heated.shape == picture_of("scratch").shape
    assert (heated != picture_of("scratch")).any()
    assert f"written       {out / 'part 1-heat.png'}" in capsys.readouterr().out


def test_without_a_heat_map_only_the_part_is_written(tmp_path: Path, picture: Path) -> None:
    path, out = tmp_path / "tiny.recipe", tmp_path / "out"
    write_tiny_recipe(path)
    call(path, picture, "--out", out)
    assert [one.name for one in out.iterdir()] == ["part 1-part.png"]


def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, picture: Path) -> None:
    path = tmp_path / "tiny.recipe"
    write_tiny_recipe(path)
    with pytest.raises(Refusal, match=r"no\.png"):
        call(path, tmp_path / "no.png")
    with pytest.raises(Refusal, match="cannot be written"):
        call(path, picture, "--out", picture)
