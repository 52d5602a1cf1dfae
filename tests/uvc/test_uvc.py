"""The `usb` driver on real UVC cameras: an emulated computer with Debian's kernel, its USB bus fed over USB/IP.

Takes about 75 s. `INSPECTOR_UVC_LAB` names the folder that `python -m tests.uvc.prepare FOLDER` has made; without it,
or without the packages, it is skipped.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.uvc.guest import run_in_guest, scenario
from tests.uvc.prepare import PACKAGES

pytestmark = pytest.mark.timeout(420)
SERIALS = ["LAB-A", "LAB-B"]


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    lab = os.environ.get("INSPECTOR_UVC_LAB", "")
    if not lab or not (Path(lab) / "first-root.cpio").exists():
        pytest.skip("INSPECTOR_UVC_LAB names no folder made by python -m tests.uvc.prepare FOLDER")
    if any(shutil.which(tool) is None for tool in ("qemu-system-x86_64", "modprobe", "usbip")):
        pytest.skip(f"the emulator and its tools are missing; install them with apt-get install {PACKAGES}")
    folder = Path(lab).resolve()
    said = run_in_guest(folder, scenario(folder, times=2), timeout=400)
    return [json.loads(line.removeprefix("RESULT ")) for line in said.splitlines() if line.startswith("RESULT ")]


def one(results: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [result for result in results if result["name"] == name]
    return found


def test_both_cameras_are_found_by_their_serial_numbers(results: list[dict[str, Any]]) -> None:
    maker = "Inspector tests"
    assert one(results, "found")["cameras"] == [
        ["usb:LAB-A", "Test camera", "LAB-A", "1-1", maker],
        ["usb:LAB-B", "Test camera", "LAB-B", "1-2", maker],
    ]


@pytest.mark.parametrize(("name", "pixel_format", "error"), [("mjpg", "MJPG", 2.0), ("yuy2", "YUY2", 1.0)])
def test_pictures_come_as_they_were_sent(
    name: str, pixel_format: str, error: float, results: list[dict[str, Any]]
) -> None:
    found = one(results, name)
    assert (found["format"], found["size"], found["damaged"]) == (pixel_format, [320, 240], 0)
    assert found["serials"] == ["LAB-A"]
    assert found["error"] < error, "mean error of a pixel"
    assert len(set(found["numbers"])) > 2, "the pictures move on"


def test_what_was_asked_and_not_given_is_said(results: list[dict[str, Any]]) -> None:
    assert one(results, "unlike")["differences"] == [
        ["Width", 1280, 320],
        ["Height", 1024, 240],
        ["AcquisitionFrameRate", 60.0, 10.0],
    ]


def test_controls_have_ranges_and_reach_the_camera(results: list[dict[str, Any]]) -> None:
    found = one(results, "controls")["found"]
    assert found["ExposureTime"] == [25_000.0, 300.0, 204_700.0, 100.0, "us", False], "locked by its automatic"
    assert found["ExposureAuto"][0] == "Continuous"
    assert found["Gain"] == [40, 0.0, 100.0, 4.0, "driver units", True]
    assert found["Brightness"][:3] == [0, -64.0, 64.0]
    changed = one(results, "changed")
    assert changed["values"] == ["Off", 20_000.0, 48, "Off"]
    assert changed["heard"] == ["SET exposure_mode 1", "SET exposure 200", "SET gain 48", "SET white_balance_auto 0"]
    assert [refusal.split()[0] for refusal in changed["refusals"]] == ["ExposureTime", "Gain", "this", "ExposureAuto"]


def test_a_camera_in_use_says_by_whom(results: list[dict[str, Any]]) -> None:
    in_use = one(results, "in use")
    assert "in use by another program (python" in in_use["said"]
    assert in_use["listed"][0].startswith("python")
    assert one(results, "let go")["serials"] == ["LAB-B"]


def test_an_unplugged_camera_is_missed_in_time_and_found_again(results: list[dict[str, Any]]) -> None:
    outages = [result for result in results if result["name"] == "unplugged"]
    assert len(outages) == 2
    for outage in outages:
        assert outage["noticed"] < 3.0
        assert "'usb:LAB-A' is not plugged in" in outage["away"]
        assert outage["back"] < 3.0
        assert outage["serials"] == ["LAB-A"]


def test_a_silent_camera_is_missed_in_time(results: list[dict[str, Any]]) -> None:
    silent = one(results, "silent")
    assert silent["noticed"] < 3.0
    assert "has sent no picture for" in silent["said"]
    assert "is still held by this program" in silent["held"]
    assert silent["serials"] == ["LAB-A"]
    assert one(results, "threads")["left"] == []


def test_cameras_that_change_places_keep_their_names(results: list[dict[str, Any]]) -> None:
    first, second = [result for result in results if result["name"] == "swapped"]
    assert first["files"] != second["files"], "the device files changed hands"
    for result in (first, second):
        assert result["pictures"] == {serial: [serial] for serial in SERIALS}
