"""Counts right, wrong and missing readings of codes, for the bare library and for the station's reader.

    python tests/bench/bench_codes.py IMAGES [--verbose] [--nothing-at-all]

IMAGES is the folder of the shared picture sets. A picture of `barcodes` is read right when one of the codes read says
what its annotation says; wrong when codes were read and none says it. Add-ons of two and five digits beside an EAN or
UPC are read by neither, so they are left out of what is expected. With `--nothing-at-all` the pictures of the other
sets, which hold no codes, are read as well: every reading there is wrong. Times are of the processor's one thread.
"""

import argparse
import csv
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import zxingcpp

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inspector.domain.frame import Pixels
from inspector.domain.recipe import CodeReading
from inspector.pictures import PICTURE_SUFFIXES, read_picture
from inspector.vision.code_reader import CodeReader

ADD_ONS = "-extension-"
EAN_DIGITS = 13
WITHOUT_CODES = ("neu-steel", "magnetic-tile", "mvtec-hazelnut-mini", "bottle-faults", "screws-present")
OTHERS_A_SET = 120
# The annotations of these say another number than the digits printed below the code, read by eye.
SEEN = {"ean13-2/23.webp": "9784872348880", "ean13-2/28.webp": "9784872348880"}
Read = Callable[[Pixels], list[str]]


@dataclass(frozen=True)
class Expected:
    """A picture and what its code says; None: it holds no code, or one of bytes that are no text."""

    path: Path
    name: str
    text: str | None


def annotated(images: Path) -> Iterator[Expected]:
    folder = images / "barcodes"
    with (folder / "files.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            annotation = folder / row["annotation"]
            if row["annotation"] and annotation.suffix == ".txt":
                text = annotation.read_bytes().decode("utf-8")
                text = SEEN.get(row["file"], text[:EAN_DIGITS] if ADD_ONS in row["file"] else text)
                yield Expected(folder / row["file"], row["file"], text)


def without_codes(images: Path) -> Iterator[Expected]:
    for name in WITHOUT_CODES:
        paths = sorted(one for one in (images / name).rglob("*") if one.suffix.lower() in PICTURE_SUFFIXES)
        for path in paths[:: max(1, len(paths) // OTHERS_A_SET)]:
            yield Expected(path, str(path.relative_to(images)), None)


def bare(pixels: Pixels) -> list[str]:
    """Read as the library does by itself."""
    given = np.ascontiguousarray(pixels[..., ::-1]) if pixels.ndim == 3 else pixels
    return [one.text for one in zxingcpp.read_barcodes(given, text_mode=zxingcpp.TextMode.Plain)]


def ours() -> Read:
    reader = CodeReader(CodeReading())
    return lambda pixels: [code.text for code in reader.read(pixels)]


def measure(name: str, read: Read, pictures: list[Expected], verbose: bool) -> set[str]:
    """Print the counts and times and return the pictures that were read right."""
    said: Counter[str] = Counter()
    right, times = set(), []
    for one in pictures:
        pixels = read_picture(one.path)
        started = time.perf_counter()
        texts = read(pixels)
        times.append((time.perf_counter() - started) * 1000)
        if not texts:
            said["none"] += 1
        elif one.text in texts:
            said["right"] += 1
            right.add(one.name)
        else:
            said["wrong"] += 1
        if verbose and one.text not in texts and (texts or one.text is not None):
            print(f"    {name}: {one.name}: {texts or 'none'} for {one.text!r}")
    times.sort()
    print(
        f"{name:<12} right {said['right']:>4}  wrong {said['wrong']:>3}  none {said['none']:>4}   "
        f"ms a picture: median {statistics.median(times):6.1f}  95 % {times[int(0.95 * len(times))]:6.1f}  "
        f"longest {times[-1]:6.1f}"
    )
    return right


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--nothing-at-all", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = list(annotated(options.images))
    print(f"barcodes: {len(pictures)} pictures")
    before = measure("bare library", bare, pictures, options.verbose)
    after = measure("ours", ours(), pictures, options.verbose)
    print(f"read by ours alone: {len(after - before)}; by the bare library alone: {sorted(before - after) or 'none'}")
    if options.nothing_at_all:
        others = list(without_codes(options.images))
        print(f"without codes: {len(others)} pictures")
        measure("bare library", bare, others, options.verbose)
        measure("ours", ours(), others, options.verbose)
    return 0


if __name__ == "__main__":
    sys.exit(main())
