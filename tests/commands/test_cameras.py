"""`inspector cameras` and `inspector cameras test`."""

import json
from pathlib import Path

import numpy as np
import pytest

from inspector.cameras import discovery
from inspector.cameras.camera import CameraIdentity
from inspector.cameras.demo import DemoCamera
from inspector.cameras.discovery import Driver
from inspector.cli import run
from inspector.pictures import encode_png


def _stumble() -> tuple[CameraIdentity, ...]:
    raise OSError("the network card is off")


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three drivers: one with a camera, one whose library is missing, one that stumbles."""
    found = CameraIdentity(
        "gige", "gige:T1", "T1 camera", serial="T1", vendor="Maker", model="M-5", place="10.0.0.7", used_by="10.0.0.2"
    )
    drivers = (
        Driver("gige", "GigE Vision", "gige:SERIAL", DemoCamera, lambda: (found,)),
        Driver("pylon", "Basler", "pylon:SERIAL", DemoCamera, problem="not installed: pip install inspector[pylon]"),
        Driver("usb", "USB", "usb:SERIAL", DemoCamera, _stumble),
    )
    monkeypatch.setattr(discovery, "drivers", lambda: drivers)


def test_cameras_stand_in_a_table(known: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cameras"]) == 0
    table, patterns, missing = capsys.readouterr().out.split("\n\n")
    head, row = table.splitlines()
    assert head.split() == ["address", "driver", "vendor", "model", "serial", "place", "used", "by"]
    assert row.split() == ["gige:T1", "gige", "Maker", "M-5", "T1", "10.0.0.7", "10.0.0.2"]
    assert head.index("serial") == row.index("T1", len("gige:T1"))
    assert "pylon:SERIAL" in patterns
    assert "not installed: pip install inspector[pylon]" in missing
    assert "looking for cameras failed: the network card is off" in missing


def test_cameras_as_json(known: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cameras", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["cameras"] == [
        {
            "driver": "gige", "address": "gige:T1", "name": "T1 camera", "vendor": "Maker", "model": "M-5",
            "serial": "T1", "place": "10.0.0.7", "used_by": "10.0.0.2", "simulated": False,
        }
    ]  # fmt: skip
    problems = {driver["name"]: driver["problem"] for driver in said["drivers"]}
    assert problems["gige"] is None
    assert "pip install" in problems["pylon"]


def test_a_test_prints_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cameras", "test", "demo:7", "--seconds", "1"]) == 0
    printed = capsys.readouterr()
    lines = {line[:12].strip(): line[14:] for line in printed.out.splitlines()}
    assert lines["picture"] == "1280 x 1024"
    assert lines["frames"].split()[1] == "in"
    assert lines["incomplete"] == "0"
    assert lines["resends"] == "not known to this driver"
    assert "demo:7 is being opened and measured for 1 s" in printed.err


def test_a_test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cameras", "test", "demo:7", "--seconds", "1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["frames"] > 0
    assert said["fps"] == pytest.approx(said["frames"] / said["seconds"])
    assert (said["width"], said["height"], said["dropped"], said["lost"]) == (1280, 1024, None, None)
    assert isinstance(said["limits"], list)


def test_a_recording_that_ends_is_measured_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(encode_png(np.zeros((10, 20), np.uint8)))
    assert run(["cameras", "test", f"folder:{tmp_path}", "--seconds", "60", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["frames"] == 3
    assert said["seconds"] < 20


def test_what_cannot_be_tested_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cameras", "test", "nothing:1"]) == 1
    assert "no camera driver 'nothing'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as usage:
        run(["cameras", "test"])
    assert usage.value.code == 2
    assert "test needs the ADDRESS" in capsys.readouterr().err
