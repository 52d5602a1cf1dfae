"""`inspector lock` and `inspector validate`, and that they agree with `inspector evaluate`."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from inspector.commands import evaluate, lock, teach, validate
from inspector.commands.figure_table import print_beside
from inspector.domain.refusal import Refusal
from inspector.pictures import encode_png
from inspector.teaching.validation_set import INDEX, LockedSetInvalid, locked_hashes, set_folder
from inspector.vision.model_file import ModelFile, read_model_file
from tests.fixtures.validations import a_validation


def run(module: ModuleType, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command = module.register(parser.add_subparsers())
    return int(module.execute(command.parse_args(arguments)))


@pytest.fixture
def recipe(tmp_path: Path, tiny_model_file: Callable[..., ModelFile]) -> str:
    tiny_model_file(heat_map=True)
    return str(tmp_path / "tiny.recipe")


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    """Return ten good parts and eleven scratched ones, one of each looking like the other."""
    levels = {"good": [*range(30, 39), 230], "scratch": [*range(190, 200), 60]}
    for name, values in levels.items():
        (tmp_path / "set" / name).mkdir(parents=True)
        for level in values:
            picture = encode_png(np.full((48, 64, 3), level, np.uint8))
            (tmp_path / "set" / name / f"{level:03d}.png").write_bytes(picture)
    return str(tmp_path / "set")


def _json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_what_is_locked_is_never_taught(tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    taught = str(tmp_path / "taught.recipe")
    assert run(lock, taught, dataset, "--share", "30") == 0
    assert run(teach, dataset, "--out", taught, "--backbone", "fast") == 0
    assert "locked" in capsys.readouterr().err
    locked = locked_hashes(set_folder(Path(taught)))
    hashes = read_model_file(Path(taught)).manifest.training.picture_hashes
    assert len(locked) == 6
    assert not locked & set(hashes)
    assert len(hashes) == 15
    assert run(validate, taught) == 0


def test_a_set_is_locked_and_validated_on(
    recipe: str, dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(lock, recipe, dataset, "--share", "100%", "--json") == 0
    locked = _json(capsys)
    assert (locked["folder"], locked["problems"]) == (f"{recipe}.validation", [])
    assert locked["per_class"] == {"good": 10, "scratch": 11}
    pdf = tmp_path / "out" / "page.pdf"
    assert run(validate, recipe, "--json", "-", "--pdf", str(pdf), "--accelerator", "cpu") == 0
    found = _json(capsys)
    assert found["set"]["sha256"] == locked["seal"]
    assert pdf.read_bytes().startswith(b"%PDF")
    assert found["escape"]["x"] == 1


def test_the_figures_are_those_of_evaluate(recipe: str, dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(validate, recipe, dataset, "--json", "-", "--against", recipe) == 0
    found = _json(capsys)
    assert run(evaluate, recipe, dataset, "--json") == 0
    evaluated = _json(capsys)
    assert evaluated.pop("unreadable") == []
    assert {name: found[name] for name in evaluated} == evaluated
    assert found["comparison"]["by_verdict"]["p_value"] == 1
    assert found["set"]["locked"] is False
    assert "not a locked set" in found["notes"][0]


def test_a_table_is_printed_and_the_json_written(
    recipe: str, dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "figures.json"
    assert run(validate, recipe, dataset, "--json", str(out), "--against", recipe) == 0
    printed = capsys.readouterr()
    assert "escape" in printed.out
    assert "scratch" in printed.out
    assert "against version 1, right without a person: only this one 0, only the other 0, p = 1.0000" in printed.out
    assert "one part on cpu: " in printed.out
    assert "not a locked set" in printed.err
    assert json.loads(out.read_text(encoding="utf-8"))["n"] == 21
    assert run(validate, recipe, dataset) == 0
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refusal, match="cannot be written"):
        run(validate, recipe, dataset, "--json", str(tmp_path / "file" / "x.json"))


def test_accelerators_are_compared_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_beside(a_validation().as_json())
    printed = capsys.readouterr().out
    assert "against version 2, no escape, no overkill: only this one 9, only the other 0, p = 0.0039" in printed
    assert "directml:0 and cpu: 120 of 120 verdicts equal, probabilities within 3.2e-05" in printed


def test_without_a_set_the_way_to_one_is_said(recipe: str) -> None:
    with pytest.raises(Refusal, match="has no locked set; make one with 'inspector lock"):
        run(validate, recipe)


def test_an_altered_set_is_refused(recipe: str, dataset: str) -> None:
    run(lock, recipe, dataset)
    index = set_folder(Path(recipe)) / INDEX
    index.write_text(index.read_text(encoding="utf-8").replace('"scratch"', '"good"'), encoding="utf-8")
    with pytest.raises(LockedSetInvalid, match="is not what was sealed"):
        run(validate, recipe)


def test_a_set_may_be_locked_before_anything_is_taught(
    dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = str(tmp_path / "new.recipe")
    assert run(lock, recipe, dataset, "--author", "M. Weber") == 0
    assert "4 pictures locked (good 2, scratch 2)" in capsys.readouterr().out
    with pytest.raises(LockedSetInvalid, match="is locked already"):
        run(lock, recipe, dataset)
    assert run(lock, recipe, dataset, "--add") == 0


@pytest.mark.parametrize("share", ["0", "101", "-5%", "some"])
def test_a_share_that_is_none_is_wrong_usage(share: str, dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(lock, "x.recipe", dataset, f"--share={share}")
    assert ended.value.code == 2
    assert "per cent" in capsys.readouterr().err
