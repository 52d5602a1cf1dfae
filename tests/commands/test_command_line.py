"""The command line as its user meets it: exit codes, what goes where, and the agreement of its commands."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import build_parser, run
from inspector.domain.recipe import PartClass, RecipeKind, TriggerMode
from inspector.domain.verdict import Verdict
from inspector.settings import LaneSettings
from inspector.vision.model_file import ModelFile, read_model_file, write_model_file
from tests.fixtures.parts import write_parts

COMMANDS = (
    *("run", "judge", "explain", "teach", "evaluate", "thresholds", "lock", "validate", "import"),
    *("ask", "override", "learn", "approve", "rollback", "report", "cameras", "codes", "doctor"),
)


@pytest.fixture
def recipe(tmp_path: Path, tiny_model_file: Callable[..., ModelFile]) -> str:
    tiny_model_file()
    return str(tmp_path / "tiny.recipe")


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    write_parts(tmp_path / "parts", ["good", "scratch", "good", "scratch", "good"])
    return tmp_path / "parts"


def _json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([command, "--help"])
    assert ended.value.code == 0
    assert "usage: inspector" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["no-such-command"], ["run"], ["judge"], ["run", "--camera"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "usage" in captured.err


def test_judge_prints_a_list_of_objects(recipe: str, parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = sorted(str(path) for path in parts.iterdir())
    assert run(["judge", recipe, *pictures, "--json"]) == 0
    judged = _json(capsys)
    assert [one["source"] for one in judged] == pictures
    assert set(judged[0]) == {
        *("source", "verdict", "reason", "class", "probabilities", "anomaly_score"),
        *("deciding", "similar", "codes", "zone", "message"),
    }
    assert judged[1]["deciding"]["rule"] == "defect"
    assert judged[1]["deciding"]["value"] >= judged[1]["deciding"]["limit"]
    assert (judged[0]["verdict"], judged[0]["reason"], judged[0]["class"]) == ("OK", None, "good")
    assert (judged[1]["verdict"], judged[1]["reason"], judged[1]["class"]) == ("NG", "scratch", "scratch")
    assert sum(judged[0]["probabilities"].values()) == pytest.approx(1)
    assert judged[0]["anomaly_score"] is None


def test_judge_says_which_picture_it_could_not_read(
    recipe: str, parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (parts / "broken.png").write_bytes(b"no picture")
    assert run(["judge", recipe, str(parts / "broken.png"), "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)[0]["verdict"] == "ERROR"
    assert "broken.png" in captured.err


def test_run_and_judge_say_the_same_of_every_picture(
    recipe: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "station")
    assert run(["run", "--camera", f"folder:{parts}", "--recipe", recipe, "--headless", "--data", data, "--jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert run(["judge", recipe, *(line["source"] for line in lines), "--json"]) == 0
    judged = _json(capsys)
    for line, one in zip(lines, judged, strict=True):
        assert {key: line[key] for key in one} == one
        assert set(line) - set(one) == {"id", "sequence", "time", "lane", "lot", "serial"}
    assert [line["sequence"] for line in lines] == [1, 2, 3, 4, 5]


def test_a_lot_can_only_expect_what_the_recipe_can_tell(
    recipe: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "station")
    arguments = ["run", "--camera", f"folder:{parts}", "--recipe", recipe, "--headless", "--data", data]
    assert run([*arguments, "--expected", "cola"]) == 1
    assert "tells defects" in capsys.readouterr().err
    products = read_model_file(Path(recipe))
    identity = replace(products.recipe, kind=RecipeKind.IDENTITY, classes=_all_ok(products.recipe.classes))
    golden = tuple(replace(one, verdict=Verdict.OK, reason="") for one in products.golden)
    write_model_file(Path(recipe), identity, products.manifest, products.graph, golden)
    assert run([*arguments, "--expected", "cola"]) == 1
    assert "it knows good, scratch" in capsys.readouterr().err
    assert run([*arguments, "--expected", "good", "--jsonl"]) == 0
    verdicts = [json.loads(line)["reason"] for line in capsys.readouterr().out.splitlines()]
    assert verdicts == [None, "wrong_product", None, "wrong_product", None]


def _all_ok(classes: tuple[PartClass, ...]) -> tuple[PartClass, ...]:
    return tuple(replace(part_class, verdict=Verdict.OK) for part_class in classes)


@pytest.mark.parametrize("option", [["--count", "3"], ["--json"], ["--jsonl"]])
def test_options_of_a_run_without_a_window_are_not_ignored_in_one(
    option: list[str], recipe: str, parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", "--camera", f"folder:{parts}", "--recipe", recipe, *option]) == 1
    assert "add --headless" in capsys.readouterr().err


def test_run_prints_its_figures_at_the_end(
    recipe: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "station")
    arguments = ["run", "--camera", f"folder:{parts}", "--recipe", recipe, "--headless", "--data", data, "--json"]
    assert run([*arguments, "--count", "4"]) == 0
    figures = _json(capsys)
    assert figures["triggers"] == 4
    assert figures["records"] == {"OK": 2, "NG": 2, "CHECK": 0, "ERROR": 0}
    assert figures["classes"] == {"good": 2, "scratch": 2}
    assert figures["accelerator"] == "cpu"
    assert figures["dropped_live_frames"] == 0
    assert set(figures["stages_ms"]) == {"waiting", "prepare", "network", "decide", "commit", "total"}
    assert all(stage["median"] <= stage["p99"] for stage in figures["stages_ms"].values())


def test_everything_a_run_writes_is_in_its_folder(
    recipe: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path for path in tmp_path.rglob("*") if "station" not in path.parts}
    data = tmp_path / "station"
    assert run(["run", "--camera", f"folder:{parts}", "--recipe", recipe, "--headless", "--data", str(data)]) == 0
    assert "5 parts: OK 3, NG 2" in capsys.readouterr().out
    assert {path for path in tmp_path.rglob("*") if "station" not in path.parts} == before
    assert (data / "journal.sqlite").is_file()


@pytest.mark.parametrize(
    ("camera", "words"),
    [("folder:/no/such/folder", "/no/such/folder"), ("telescope:1", "telescope"), ("nothing", "nothing")],
)
def test_a_camera_that_is_not_there_is_one_sentence(
    recipe: str, tmp_path: Path, camera: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "station")
    assert run(["run", "--camera", camera, "--recipe", recipe, "--headless", "--data", data]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize("command", ["judge", "evaluate", "run"])
def test_a_recipe_that_is_no_recipe_is_one_sentence(
    command: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "not a recipe"
    file.write_text("hello")
    arguments = {
        "judge": ["judge", str(file), str(parts / "part-000-good.png")],
        "evaluate": ["evaluate", str(file), str(tmp_path)],
        "run": [
            "run",
            "--camera",
            f"folder:{parts}",
            "--recipe",
            str(file),
            "--headless",
            "--data",
            str(tmp_path / "s"),
        ],
    }
    assert run(arguments[command]) == 1
    captured = capsys.readouterr()
    assert "not a recipe" in captured.err
    assert len(captured.err.splitlines()) == 1


def test_the_report_of_a_run(recipe: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "station")
    run(["run", "--camera", f"folder:{parts}", "--recipe", recipe, "--headless", "--data", data])
    out = tmp_path / "Schicht 早班.pdf"
    capsys.readouterr()
    assert run(["report", "--shift", "today", "--out", str(out), "--data", data]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert out.read_bytes().startswith(b"%PDF")
    assert run(["report", "--from", "2026-01-01", "--to", "2026-01-02", "--out", str(out), "--data", data]) == 0


@pytest.mark.parametrize(
    "arguments",
    [["--shift", "Tomorrow"], ["--from", "2026-01-01"], ["--from", "x", "--to", "2026-01-02"], ["--data", "/nowhere"]],
)
def test_a_report_that_cannot_be_made_is_one_sentence(
    arguments: list[str], recipe: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "station")
    run(["run", "--camera", f"folder:{parts}", "--recipe", recipe, "--headless", "--data", data])
    capsys.readouterr()
    assert run(["report", "--data", data, "--out", str(tmp_path / "r.pdf"), *arguments]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "r.pdf").exists()


@pytest.mark.own_network
def test_cameras_lists_the_demo_and_how_addresses_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cameras", "--json"]) == 0
    listed = _json(capsys)
    assert any(camera["driver"] == "demo" for camera in listed["cameras"])
    assert {"folder", "demo"} <= {driver["name"] for driver in listed["drivers"]}
    assert run(["cameras"]) == 0


def test_doctor_names_the_accelerator_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    found = _json(capsys)
    assert found["chosen"] == "cpu"
    assert found["why"]
    assert run(["doctor"]) == 0


def test_without_a_display_the_window_names_the_headless_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert run([]) == 1
    assert "--headless" in capsys.readouterr().err


def test_the_parser_names_every_command() -> None:
    assert all(command in build_parser().format_help() for command in COMMANDS)


def test_teach_names_what_it_could_not_read_and_writes_one_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_parts(tmp_path / "set" / "good", ["good"] * 4)
    write_parts(tmp_path / "set" / "scratch", ["scratch"] * 4)
    (tmp_path / "set" / "good" / "torn.png").write_bytes(b"torn")
    out = tmp_path / "out" / "taught"
    assert run(["teach", str(tmp_path / "set"), "--out", str(out), "--json"]) == 0
    captured = capsys.readouterr()
    assert "torn.png" in captured.err
    figures = json.loads(captured.out)
    assert figures["pictures"] == 8
    assert any("torn.png" in problem for problem in figures["problems"])
    assert [path.name for path in out.parent.iterdir()] == ["taught"]
    assert run(["evaluate", str(out), str(tmp_path / "set"), "--json"]) == 0
    assert _json(capsys)["n"] == 8
    assert run(["teach", str(tmp_path / "set"), "--out", str(out)]) == 0
    assert "version 2" in capsys.readouterr().out


def test_teach_of_no_data_set_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_parts(tmp_path / "set" / "scratch", ["scratch"] * 4)
    assert run(["teach", str(tmp_path / "set"), "--out", str(tmp_path / "taught")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "taught").exists()


def test_the_window_takes_over_what_was_asked_for(
    recipe: str, parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def open_window(station: Any, lanes: Sequence[LaneSettings]) -> int:
        asked.extend((station.lanes[0].lane.trigger_mode, *lanes))
        return 0

    monkeypatch.setattr("inspector.ui.app.open_window", open_window)
    arguments = ["run", "--camera", f"folder:{parts}", "--recipe", recipe, "--data", str(tmp_path / "station")]
    assert run([*arguments, "--trigger", "interval", "--operator", "M. Weber", "--lot", "7"]) == 0
    assert asked == [TriggerMode.INTERVAL, LaneSettings("1", f"folder:{parts}", recipe)]


def test_two_cameras_and_two_recipes_run_two_lanes(
    recipe: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "station")
    lane = ["--camera", f"folder:{parts}", "--recipe", recipe]
    assert run(["run", *lane, *lane, "--headless", "--jsonl", "--data", data]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    pictures = len(list(parts.rglob("*.png")))
    assert Counter(line["lane"] for line in lines) == {"1": pictures, "2": pictures}
    assert sorted(line["sequence"] for line in lines) == list(range(1, 2 * pictures + 1))


def test_a_camera_without_its_recipe_is_refused(recipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "--camera", "demo:7", "--camera", "demo:8", "--recipe", recipe, "--headless"]) == 1
    assert "a --recipe for each --camera" in capsys.readouterr().err
