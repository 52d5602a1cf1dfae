"""How a recipe gets its reading of codes: the options of `inspector teach`."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import run
from inspector.commands import teach as command
from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.clock import SystemClock
from inspector.domain.recipe import CodeReading, CodeTarget, Region
from inspector.pictures import encode_png
from inspector.teaching import teach as teaching
from inspector.teaching.recipe_draft import Wishes, drafted, known_classes
from inspector.teaching.teach import Taught
from inspector.vision.model_file import ModelFile, read_model_file
from tests.fixtures.tiny_recipe import picture_of


def asked(*arguments: str, before: CodeReading | None = None) -> CodeReading | None:
    """Return the reading that these options mean."""
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    return command._reading(parser.parse_args(["teach", "folder", "--out", "file", *arguments]), before)


BEFORE = CodeReading(Region(0, 0, 0.5, 0.5), ("QRCode",), CodeTarget.LOT, required=True)


def test_without_options_it_stays_as_it_was() -> None:
    assert asked() is None
    assert asked(before=BEFORE) == BEFORE


def test_kinds_region_target_and_need() -> None:
    reading = asked(
        *("--read-code", "datamatrix, EAN13", "--code-region", "0.5,0.5,0.5,0.25"),
        *("--code-into", "lot", "--code-required"),
    )
    assert reading == CodeReading(Region(0.5, 0.5, 0.5, 0.25), ("DataMatrix", "EAN13"), CodeTarget.LOT, required=True)
    assert asked("--read-code", "any") == CodeReading()


def test_what_is_not_given_stays() -> None:
    assert asked("--read-code", "any", before=BEFORE) == replace(BEFORE, symbologies=())
    assert asked("--no-code-required", before=BEFORE) == replace(BEFORE, required=False)
    assert asked("--code-region", "0,0,1,1", before=BEFORE) == replace(BEFORE, region=Region())
    assert asked("--read-code", "none", before=BEFORE) is None


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    for name in ("good", "scratch"):
        (tmp_path / "parts" / name).mkdir(parents=True)
        (tmp_path / "parts" / name / "1.png").write_bytes(encode_png(picture_of(name)))
    return tmp_path / "parts"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--code-required"], "reads no code; say which with --read-code"),
        (["--read-code", "none", "--code-into", "lot"], "reads no code; say which with --read-code"),
    ],
)
def test_options_without_a_code_are_refused(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert run(["teach", str(dataset), "--out", str(tmp_path / "a.recipe"), *options]) == 1
    assert said in capsys.readouterr().err


def test_an_unknown_kind_is_wrong_usage(dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as usage:
        run(["teach", str(dataset), "--out", str(tmp_path / "a.recipe"), "--read-code", "DotCode"])
    assert usage.value.code == 2
    assert "no kind of code called 'DotCode'; known are Aztec" in capsys.readouterr().err


def test_the_reading_goes_into_the_file_and_into_the_next_version(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model_file: Any
) -> None:
    tiny: ModelFile = tiny_model_file()

    def play(*_: object, parent: ModelFile | None, **__: object) -> Taught:
        """Teach nothing, but draft the recipe as teaching does."""
        known = known_classes(tiny.manifest.classes, None, parent)
        draft = drafted(known, "tiny", "A", "a reason", SystemClock(), Wishes(), parent)
        return Taught(draft.recipe, tiny.manifest, tiny.graph, tiny.golden, ())

    monkeypatch.setattr(teaching, "teach", play)
    out = tmp_path / "a.recipe"
    assert run(["teach", str(dataset), "--out", str(out), "--read-code", "QRCode", "--code-required"]) == 0
    assert read_model_file(out).recipe.reading == CodeReading(symbologies=("QRCode",), required=True)
    assert run(["teach", str(dataset), "--out", str(out), "--code-into", "lot"]) == 0
    second = read_model_file(out).recipe
    assert second.version.number == 2
    assert second.reading == CodeReading(symbologies=("QRCode",), target=CodeTarget.LOT, required=True)
    assert run(["teach", str(dataset), "--out", str(out), "--read-code", "none"]) == 0
    assert read_model_file(out).recipe.reading is None


def test_a_draft_keeps_the_camera_and_the_code_of_the_version_before(tiny_model_file: Any) -> None:
    tiny: ModelFile = tiny_model_file()
    camera = (FeatureSetting("ExposureTime", 5000.0),)
    parent = replace(tiny, recipe=replace(tiny.recipe, camera=camera, reading=BEFORE))
    known = known_classes(tiny.manifest.classes, None, parent)
    draft = drafted(known, "tiny", "A", "a reason", SystemClock(), Wishes(), parent)
    assert (draft.recipe.camera, draft.recipe.reading) == (camera, BEFORE)
