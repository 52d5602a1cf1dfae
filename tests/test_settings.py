"""The settings file is kept, survives bad values, and is written in one step."""

from datetime import time
from pathlib import Path

import pytest

from inspector.domain.shift import ShiftTime
from inspector.settings import LaneSettings, Settings, load_settings, save_settings


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    settings = Settings(
        site="Werk Süd",
        line="第一线",
        time_zone="Europe/Berlin",
        shifts=(ShiftTime("Früh", time(5, 30)), ShiftTime("Spät", time(17))),
        paper="Letter",
        target=400,
    )
    save_settings(settings, tmp_path / "a" / "settings.toml")
    loaded = load_settings(tmp_path / "a" / "settings.toml")
    assert loaded.settings == settings
    assert loaded.problems == ()


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml").settings == Settings()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('time_zone = "Europe/Nowhere"', "time_zone"),
        ("target = -1", "target"),
        ('paper = "A7"', "paper"),
        ('shifts = [{name = "B", start = 14:00:00}, {name = "A", start = 06:00:00}]', "shifts"),
        ('colour = "red"', "colour"),
    ],
)
def test_one_bad_value_is_named_and_the_others_are_taken(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f'site = "Plant 7"\n{text}\n', encoding="utf-8")
    loaded = load_settings(path)
    assert loaded.settings == Settings(site="Plant 7")
    assert len(loaded.problems) == 1
    assert word in loaded.problems[0]


def test_a_broken_file_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("site = ", encoding="utf-8")
    loaded = load_settings(path)
    assert loaded.settings == Settings()
    assert "settings.toml" in loaded.problems[0]
    assert path.read_text(encoding="utf-8") == "site = "


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    save_settings(Settings(site="old"), path)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inspector.atomic_file.os.fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        save_settings(Settings(site="new"), path)
    assert load_settings(path).settings.site == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.toml"]


def test_a_file_of_one_lane_is_read_as_one_lane(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('version = 1\ncamera = "demo:7"\nrecipe = "steel.recipe"\n', encoding="utf-8")
    loaded = load_settings(path)
    assert loaded.problems == ()
    assert loaded.settings.lanes == (LaneSettings("1", "demo:7", "steel.recipe"),)


@pytest.mark.parametrize(
    ("lanes", "says"),
    [
        ("lanes = []", "1 to 2 lanes"),
        ('[[lanes]]\nname = "1"\n[[lanes]]\nname = "1"', "names that differ"),
        ('[[lanes]]\nname = ""', "names that differ"),
    ],
)
def test_lanes_that_cannot_be_told_apart_are_refused(tmp_path: Path, lanes: str, says: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"version = 2\n{lanes}\n", encoding="utf-8")
    loaded = load_settings(path)
    assert says in loaded.problems[0]
    assert loaded.settings.lanes == (LaneSettings("1"),)


def test_a_lane_that_is_added_gets_its_number() -> None:
    settings = Settings().remembering(LaneSettings("1", "demo:7")).with_lanes(2)
    assert settings.lanes == (LaneSettings("1", "demo:7"), LaneSettings("2"))
