"""Measures locating: how exactly moved and turned parts are found, how surely another part of the kind, and the time.

    python tests/bench/bench_locating.py IMAGES [--moves 10]

IMAGES is the folder of the shared picture sets. Goals: an error below 0.5 pixels for template and features at up to 15
degrees; at 1280 x 1024 at most 5 ms for a blob, 15 ms for a template, 30 ms for features. Beside the time on the wall,
which depends on what else the machine does, stands the time on the processor with one thread.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Locating, LocatingMethod, Region
from inspector.pictures import read_picture
from inspector.vision.locating import LocatingImpossible
from inspector.vision.preparation import Preparation, Prepared, teach_reference
from tests.fixtures.moved_parts import SHAPES, errors_of, move_of, moved, part_on_ground

WHOLE = Region()
SETS = (
    ("screws-present", "screws_4_of_4", Region(0.2, 0.3, 0.6, 0.45)),
    ("mvtec-hazelnut-mini", "good", Region(0.2, 0.2, 0.6, 0.6)),
    ("magnetic-tile", "good", Region(0.25, 0.25, 0.5, 0.5)),
    ("bottle-faults", "underfilled", Region(0.35, 0.15, 0.3, 0.7)),
)
# Where a part varies inside, its outline is what it is known by, so the whole of it with some ground is the reference.
OTHERS = (SETS[0], ("mvtec-hazelnut-mini", "good", WHOLE), *SETS[2:])
PART = Region(0.25, 0.2, 0.5, 0.6)
WITH_REFERENCE = (LocatingMethod.TEMPLATE, LocatingMethod.FEATURES)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("--moves", type=int, default=10)
    options = parser.parse_args()
    print("The same part, moved by up to 10 % of the picture, turned by up to 15 degrees, light 80 to 120 %, noise 2:")
    for name, class_name, region in SETS:
        pictures = [read_picture(path) for path in sorted((options.images / name / class_name).iterdir())[:3]]
        for method in WITH_REFERENCE:
            same_part(name, method, pictures, region, options.moves)
    print("\nA blob on a made-up ground, its light sloping, turned by up to 15 degrees, against its reference:")
    for shape in SHAPES:
        for colour in (False, True):
            blob(shape, colour, options.moves)
    print(
        "\nOther parts of the kind, and pictures without one; how many are said to be found (any turn, certainty 0.5):"
    )
    for name, class_name, region in OTHERS:
        other_parts(options.images, name, class_name, region)
    print("\nTime at 1280 x 1024 in colour, to 224 x 224:")
    times(options.images)


def same_part(name: str, method: LocatingMethod, pictures: list[Pixels], region: Region, moves: int) -> None:
    random = np.random.default_rng(0)
    errors = []
    for picture in pictures:
        preparation = prepared_for(method, teach_reference(picture, region))
        for _ in range(moves):
            across, down = random.uniform(-0.1, 0.1, 2) * (picture.shape[1], picture.shape[0])
            move = move_of(picture, across, down, random.uniform(-15, 15))
            prepared = preparation.prepare(moved(picture, move, random.uniform(0.8, 1.2)))
            if not prepared.problem:
                errors.append(errors_of(prepared.placement, picture, region, move))
    report(f"{name}, {method}", errors, len(pictures) * moves)


def blob(shape: str, colour: bool, moves: int) -> None:
    random = np.random.default_rng(0)
    taught = part_on_ground(shape, colour=colour)
    preparation = prepared_for(LocatingMethod.BLOB, teach_reference(taught, PART))
    errors = []
    for _ in range(moves):
        across, down = random.uniform(-40, 40, 2)
        degrees = random.uniform(-15, 15)
        prepared = preparation.prepare(part_on_ground(shape, (320 + across, 250 + down), degrees, colour))
        if not prepared.problem:
            move = move_of(taught, 0, 0, degrees)
            about = move @ np.array([320.0, 250.0, 1.0])
            move = move_of(taught, 320 + across - about[0], 250 + down - about[1], degrees)
            errors.append(errors_of(prepared.placement, taught, PART, move))
    report(f"{shape}, {'coloured' if colour else 'grey'}", errors, moves)


def report(title: str, errors: list[tuple[float, float, float]], tried: int) -> None:
    if not errors:
        print(f"  {title:34} none of {tried} found")
        return
    middles, corners, turns = zip(*errors, strict=True)
    figures = (
        f"middle {statistics.median(middles):.3f}, at most {max(middles):.3f} px",
        f"corner at most {max(corners):.3f} px",
        f"turn {statistics.median(turns):.3f}, at most {max(turns):.3f} degrees",
    )
    print(f"  {title:34} found {len(errors)}/{tried}  {'  '.join(figures)}", flush=True)


def other_parts(images: Path, name: str, class_name: str, region: Region) -> None:
    paths = sorted((images / name / class_name).iterdir())
    pictures = [read_picture(path) for path in paths[:25]]
    without = [
        read_picture(path)
        for other, one in (("neu-steel", "crazing"), ("piped-paper", "good"), ("forklift", "person"))
        for path in sorted((images / other / one).iterdir())[:5]
    ]
    for method in LocatingMethod:
        if method is LocatingMethod.FIXED:
            continue
        try:
            preparation = prepared_for(method, teach_reference(pictures[0], region), turn=180)
        except LocatingImpossible as error:
            print(f"  {name + ', ' + method:34} {error}")
            continue
        kind, absent = ([preparation.prepare(one).problem == "" for one in group] for group in (pictures[1:], without))
        print(f"  {name + ', ' + method:34} {sum(kind)}/{len(kind)} of the kind, {sum(absent)}/{len(absent)} of others")


def times(images: Path) -> None:
    picture = read_picture(sorted((images / "screws-present" / "screws_4_of_4").iterdir())[0])
    frame = np.asarray(cv2.resize(picture, (1280, 1024), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    reference = teach_reference(frame, PART)
    part = part_on_ground("wedge", (660, 480), 9, size=(1024, 1280))
    for method in LocatingMethod:
        for turn in (15.0, 180.0):
            taught = reference if method in WITH_REFERENCE else None
            preparation = Preparation(WHOLE, Locating(method, turn), (), taught, 224, 224)
            shown = part if method is LocatingMethod.BLOB else moved(frame, move_of(frame, 60, -40, 11))
            wall, processor = timed(lambda preparation=preparation, shown=shown: preparation.prepare(shown))
            print(f"  {method}, turned by up to {turn:.0f}: {wall:.1f} ms, of one processor {processor:.1f} ms")


def timed(act: Callable[[], Prepared]) -> tuple[float, float]:
    act()
    wall, processor = [], []
    threads = cv2.getNumThreads()
    for _ in range(15):
        started = time.perf_counter()
        act()
        wall.append((time.perf_counter() - started) * 1000)
    cv2.setNumThreads(1)
    for _ in range(15):
        started = time.process_time()
        act()
        processor.append((time.process_time() - started) * 1000)
    cv2.setNumThreads(threads)
    return statistics.median(wall), statistics.median(processor)


def prepared_for(method: LocatingMethod, reference: Pixels, turn: float = 15.0) -> Preparation:
    return Preparation(WHOLE, Locating(method, turn), (), reference, 224, 224)


if __name__ == "__main__":
    main()
