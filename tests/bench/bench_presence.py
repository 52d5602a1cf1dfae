"""Measures presence: pictures of real parts slid past the camera, stopping and not, at several speeds.

    python tests/bench/bench_presence.py IMAGES [--parts 25] [--width 320] [--ground dark]

IMAGES is the folder of the shared picture sets. The goal: counted = true, none doubled, at most 2 ms a frame at
1280 x 1024 on one core. The time is that of the processor with one thread, for `PresenceWatch.seen` alone.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inspector.domain.frame import Frame, Pixels
from inspector.domain.recipe import PresenceRule
from inspector.inspection.presence import PresenceWatch
from inspector.pictures import read_picture
from tests.fixtures.belts import Belt, Camera, Tally, plain_ground, running, stop_and_go, tally
from tests.fixtures.clock import START

SETS = (
    ("neu-steel", "scratches"),
    ("magnetic-tile", "good"),
    ("mvtec-hazelnut-mini", "good"),
    ("screws-present", "screws_4_of_4"),
    ("bottle-faults", "underfilled"),
)
GROUNDS = {"dark": 20.0, "middle": 110.0, "light": 225.0}
CAMERA = Camera(noise=3, drift=0.05, flicker=0.02, dropped=0.02)


@dataclass(frozen=True)
class Way:
    """How a belt moves: the gap and the step as shares of the picture's width, the frames of a step and of a stop."""

    name: str
    gap: float
    step: int
    dwell: int
    speed: float = 0.0


WAYS = (
    Way("stops, slow, wide gap", 0.6, 24, 20),
    Way("stops, quick, wide gap", 0.6, 6, 12),
    Way("stops, slow, narrow gap", 0.1, 24, 20),
    Way("stops, quick, narrow gap", 0.1, 8, 12),
    Way("stops, 3 frames a step", 0.25, 3, 12),
    Way("runs, rest 0, slow", 0.4, 0, 0, 0.02),
    Way("runs, rest 0, quick", 0.4, 0, 0, 0.1),
    Way("runs, rest 0.25 s", 0.4, 0, 0, 0.05),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("--parts", type=int, default=25)
    parser.add_argument("--width", type=int, default=320)
    parser.add_argument("--ground", choices=("opposite", *GROUNDS), default="opposite")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'set':22}{'belt':28}{'true':>6}{'counted':>9}{'missed':>8}{'doubled':>9}{'ms':>7}")
    total = Tally(0, 0, 0, 0)
    for name, class_name in SETS:
        parts = read_parts(options.images / name / class_name, options.parts, options.width)
        for way in WAYS:
            result, milliseconds = measured(belt_of(parts, way, options.width, options.ground), way)
            if "rest 0.25" not in way.name:
                total += result
            print(row(f"{name}", way.name, result) + f"{milliseconds:7.2f}")
    print(row("all that are to be counted", "", total))
    for label, shape in (("1280 x 1024 grey", (1024, 1280)), ("1280 x 1024 RGB", (1024, 1280, 3))):
        print(f"{label}: {large_frames(shape):.2f} ms a frame, with a part coming and going")
    print(f"2448 x 2048 RGB: {large_frames((2048, 2448, 3)):.2f} ms a frame")


def read_parts(folder: Path, count: int, width: int) -> tuple[Pixels, ...]:
    """Return pictures of a folder in grey, as parts that are two fifths as wide as the camera's picture."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png", ".bmp", ".jpeg"))
    parts = []
    for number in range(count):
        pixels = read_picture(paths[number % len(paths)])
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
        parts.append(cv2.resize(grey, (width * 2 // 5, width * 2 // 5), interpolation=cv2.INTER_AREA))
    return tuple(parts)


def belt_of(parts: tuple[Pixels, ...], way: Way, width: int, kind: str) -> Belt:
    """Return the belt four to three, on a ground of that kind; opposite is the one from which parts differ more."""
    bright = float(np.mean([part.mean() for part in parts]))
    level = GROUNDS.get(kind, GROUNDS["dark"] if bright > 120 else GROUNDS["light"])
    ground = plain_ground(level=level, size=(width * 3 // 4, width))
    if way.speed:
        return running(parts, ground, way.gap * width, way.speed * width, jitter=4)
    return stop_and_go(parts, ground, way.gap * width, way.dwell, way.step, lead=3, jitter=4)


def measured(belt: Belt, way: Way) -> tuple[Tally, float]:
    """Return what was counted, and the milliseconds a frame."""
    watch = PresenceWatch(PresenceRule(rest=0.0 if "rest 0," in way.name else 0.25))
    judged, frames, spent = [], 0, 0.0
    for frame, there in belt.frames(CAMERA):
        start = time.thread_time()
        seen = watch.seen(frame)
        spent += time.thread_time() - start
        frames += 1
        if seen:
            judged.append(there)
    return tally(len(belt.parts), judged), 1000 * spent / frames


def large_frames(shape: tuple[int, ...]) -> float:
    """Return the milliseconds a frame of that size, a part moving in, resting and moving out."""
    random = np.random.default_rng(1)
    ground = random.integers(90, 110, shape, dtype=np.uint8)
    part = random.integers(150, 230, (shape[0] // 2, shape[1] // 3, *shape[2:]), dtype=np.uint8)
    places = [*range(0, shape[1] // 3, shape[1] // 60)] + [shape[1] // 3] * 30
    watch, spent, number = PresenceWatch(PresenceRule()), 0.0, 0
    for place in [None] * 10 + places + places[::-1] + [None] * 10:
        pixels = ground.copy()
        if place is not None:
            pixels[shape[0] // 4 : shape[0] // 4 + part.shape[0], place : place + part.shape[1]] = part
        frame = Frame(pixels, number, number / 30, START, "bench:1")
        start = time.thread_time()
        watch.seen(frame)
        spent += time.thread_time() - start
        number += 1
    return 1000 * spent / number


def row(name: str, belt: str, result: Tally) -> str:
    counts = f"{result.true:6}{result.counted:9}{result.missed:8}{result.doubled:9}"
    return f"{name:22}{belt:28}{counts}" if belt else f"{name:50}{counts}"


if __name__ == "__main__":
    main()
