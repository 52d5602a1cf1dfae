"""Pictures of a set through a real GigE Vision stream: is each judged as its file is, also when the camera dies?

    python -m tests.bench.bench_camera_run FOLDER [--parts 300] [--driver gige] [--kills 0] [--per-class 10]

A GigE Vision device on loopback, in a network namespace of its own, gives the next picture with each software trigger;
`inspector run --headless` judges them, and `inspector judge` the files. With `--kills` the device is killed and
started again so many times in the run: every trigger must have its record, and none may be a wrong OK. The driver
`pylon` shows the pictures through the camera that pylon plays itself.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2

from inspector.domain.camera_feature import FeatureSetting
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.pictures import read_picture
from inspector.vision.model_file import read_model_file, write_model_file
from tests.fixtures.gige import enter_own_network, start_device

INSPECTOR = [sys.executable, "-m", "inspector"]
BY_SOFTWARE = (FeatureSetting("TriggerMode", "On"), FeatureSetting("TriggerSource", "Software"))


def taught(dataset: Path, folder: Path, per_class: int, interval: float) -> Path:
    """Teach a recipe that triggers its camera by software, every `interval` seconds."""
    path = folder / "bench.recipe"
    teach = [*INSPECTOR, "teach", str(dataset), "--out", str(path), "--per-class", str(per_class), "--backbone", "fast"]
    subprocess.run(teach, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = read_model_file(path)
    trigger = Trigger(TriggerMode.INTERVAL, interval=interval)
    recipe = replace(made.recipe, camera=BY_SOFTWARE, trigger=trigger)
    write_model_file(path, recipe, made.manifest, made.graph, made.golden, made.taught, made.reference)
    return path


def lines_of(command: list[str], into: list[dict[str, Any]]) -> int:
    """Run a command that prints JSON lines and collect them as they come; return its exit code."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            into.append(json.loads(line))  # noqa: PERF401 - each is seen as soon as it comes
    return process.returncode


def main() -> int:
    """Run it and print what was found; return 0 when everything is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--parts", type=int, default=300)
    parser.add_argument("--driver", default="gige")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--per-class", type=int, default=10)
    parser.add_argument("--interval", type=float, default=0.1, help="seconds between two triggers")
    options = parser.parse_args()
    enter_own_network()
    with tempfile.TemporaryDirectory() as name:
        return run(options, Path(name))


def run(options: argparse.Namespace, folder: Path) -> int:
    """Judge the pictures both ways and compare."""
    recipe = taught(options.dataset, folder, options.per_class, options.interval)
    files = sorted(path for path in options.dataset.glob("*/*") if path.suffix.lower() in (".png", ".jpg", ".bmp"))
    files = [path for path in files if path.parent.name not in ("masks", "annotations", "unlabelled")]
    chosen = random.Random(1).sample(files, min(options.parts, len(files)))
    listed = folder / "pictures.txt"
    listed.write_text("".join(f"{path}\n" for path in chosen), encoding="utf-8")
    by_file = {}
    for start in range(0, len(chosen), 100):
        some = [str(path) for path in chosen[start : start + 100]]
        answer = subprocess.run([*INSPECTOR, "judge", str(recipe), *some, "--json"], check=True, capture_output=True)
        by_file |= {one["source"]: one for one in json.loads(answer.stdout)}
    expected = [by_file[str(path)] for path in chosen]
    emulated = options.driver == "pylon"
    device = None if emulated else start_device(options.dataset, serial="BENCH1", list=listed)
    address = emulated_address(chosen, folder / "shown") if emulated else f"{options.driver}:BENCH1"
    judged: list[dict[str, Any]] = []
    command = [
        *INSPECTOR,
        "run",
        "--camera",
        address,
        "--recipe",
        str(recipe),
        "--headless",
        "--jsonl",
    ]
    command += ["--count", str(len(chosen)), "--data", str(folder / "station")]
    codes: list[int] = []
    running = threading.Thread(target=lambda: codes.append(lines_of(command, judged)))
    started = time.monotonic()
    running.start()
    starts = [0]
    for kill in range(options.kills if device is not None else 0):
        assert device is not None
        wanted = (kill + 1) * len(chosen) // (options.kills + 1)
        while running.is_alive() and len(judged) < wanted:
            time.sleep(0.02)
        device.process.send_signal(signal.SIGKILL)
        device.process.wait()
        time.sleep(1.0)
        given = sum(one["verdict"] != "ERROR" for one in judged)
        starts.append(given)
        device = start_device(options.dataset, serial="BENCH1", list=listed, first=given)
    running.join()
    seconds = time.monotonic() - started
    if device is not None:
        device.kill()
    return report(options, expected, judged, codes[0], seconds)


def emulated_address(pictures: Sequence[Path], folder: Path) -> str:
    """Put the pictures into a folder, in their order, for the camera that pylon plays itself; return its address."""
    folder.mkdir()
    for number, path in enumerate(pictures):
        cv2.imwrite(str(folder / f"{number:04d}.png"), read_picture(path))
    os.environ["PYLON_CAMEMU"] = "1"
    return f"pylon:0815-0000?pictures={folder}"


def report(
    options: argparse.Namespace,
    expected: list[dict[str, Any]],
    judged: list[dict[str, Any]],
    code: int,
    seconds: float,
) -> int:
    """Print the figures."""
    errors = [one for one in judged if one["verdict"] == "ERROR"]
    whole = [one for one in judged if one["verdict"] != "ERROR"]
    equal, skipped = in_order(whole, expected)
    print(f"driver {options.driver}: {len(judged)} records of {options.parts} triggers in {seconds:.1f} s, exit {code}")
    print(f"  equal to the judgement of the next file: {equal} of {len(whole)}; ERROR: {len(errors)}")
    print(f"  files passed over (shown before the camera was set, or lost with an ERROR): {skipped}")
    print(f"  sequence numbers of the ERRORs: {[one['sequence'] for one in errors]}")
    for message in sorted({str(one["message"]) for one in errors}):
        print(f"    {message}")
    known = [one["probabilities"] for one in expected]
    strangers = sum(one["probabilities"] not in known for one in whole)
    print(f"  judged pictures that are none of the files: {strangers}")
    sound = len(judged) == options.parts and strangers == 0 and (options.kills > 0 or equal == len(whole))
    return 0 if sound else 1


def in_order(judged: list[dict[str, Any]], expected: list[dict[str, Any]]) -> tuple[int, int]:
    """Return how many are judged as the next file in turn, and how many files were passed over on the way.

    A free-running device has shown some pictures by the time at which the recipe has set it to wait for triggers.
    """
    alike = ("verdict", "reason", "class", "probabilities")
    place, equal, skipped = 0, 0, 0
    for one in judged:
        for ahead in range(len(expected)):
            other = expected[(place + ahead) % len(expected)]
            if all(one[key] == other[key] for key in alike):
                equal, skipped, place = equal + 1, skipped + ahead, place + ahead + 1
                break
    return equal, skipped


if __name__ == "__main__":
    sys.exit(main())
