"""Measures the scene check: after how many parts it tells a changed scene, and how often it speaks without one.

    python tests/bench/bench_scene.py IMAGES [--seeds 3] [--only NAME] [--backbone FILE]

IMAGES is the folder of the shared picture sets. A scene is taught on some pictures of a set; the others, defective ones
among them, are then shown in an order by chance, as they are and with made-up changes. Goals: told within 5 parts, and
at most one part in 1,000 unchanged ones called a changed scene. Grey sets have no colour to change.
"""

import argparse
import csv
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inspector import assets
from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region, SceneRule
from inspector.pictures import read_picture
from inspector.vision.accelerator import CPU, Session
from inspector.vision.preprocessing import prepare
from inspector.vision.scene import SceneGauge, SceneReference, measure_scene
from inspector.vision.scene_watch import SceneWatch
from tests.fixtures.moved_parts import move_of

SIZE = 224
SHOWN_CHANGED = 50
PARTS = 3000
STARTS = 40
Change = Callable[[Pixels], Pixels]
Figures = Mapping[int, Mapping[str, float]]


@dataclass(frozen=True)
class Protocol:
    """What is taught: so many pictures of a set, of one group or of all, good ones only or of all classes."""

    name: str
    taught: int
    good_only: bool
    group: str = ""
    colour: bool = True
    pictures: int = 300


PROTOCOLS = (
    Protocol("neu-steel", 60, good_only=False, colour=False),
    Protocol("neu-steel", 15, good_only=False, colour=False),
    Protocol("magnetic-tile", 60, good_only=False, colour=False),
    Protocol("magnetic-tile", 60, good_only=True, colour=False),
    Protocol("magnetic-tile", 15, good_only=True, colour=False),
    Protocol("screws-present", 40, good_only=False),
    Protocol("screws-present", 15, good_only=False),
    Protocol("mvtec-hazelnut-mini", 30, good_only=True),
    Protocol("mvtec-hazelnut-mini", 10, good_only=True),
    Protocol("piped-paper", 24, good_only=True, group="PA_BFT01_TL"),
    Protocol("piped-paper", 24, good_only=True, group="PA_BRG01_RL"),
    Protocol("piped-paper", 24, good_only=True, group="PA_ZPB01_RL"),
    Protocol("piped-paper", 10, good_only=True, group="PA_ZPB01_RL"),
)


@dataclass(frozen=True)
class Shown:
    """One picture of a set: as the network sees it, unchanged and under each change, with its embeddings."""

    good: bool
    group: str
    images: Mapping[str, Pixels]
    embeddings: Mapping[str, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--backbone", type=Path, default=assets.model("efficientnet_lite0", "backbone.onnx"))
    options = parser.parse_args()
    session = Session(options.backbone.read_bytes(), CPU, (SIZE, SIZE), threads=1)
    print("Calls of a changed scene in 1,000 unchanged parts: in the set's own mix / with one defective part in ten.")
    print("For each change: told within 5 parts, in brackets after how many, in the middle.\n")
    read: dict[tuple[str, str], Sequence[Shown]] = {}
    for protocol in PROTOCOLS:
        if options.only in protocol.name:
            key = (protocol.name, protocol.group)
            if key not in read:
                read[key] = shown_of(options.images / protocol.name, protocol, session)
            measure(protocol, read[key], options.seeds)
    if read:
        measure_time(next(iter(read.values())))


def changes(colour: bool) -> Mapping[str, tuple[Change, Change]]:
    """Return by name what changes in the frame and what in the network's picture."""

    def same(pixels: Pixels) -> Pixels:
        return pixels

    every: dict[str, tuple[Change, Change]] = {
        "lamp -30 %": (lit(0.7), same),
        "lamp +30 %": (lit(1.3), same),
        "lamp bluer": (lit(np.array([0.87, 1.0, 1.12])), same),
        "moved 5 %": (knocked(0.05, 0.0, 0.0), same),
        "turned 4": (knocked(0.0, 0.0, 4.0), same),
        "defocus 2 px": (same, lambda pixels: np.asarray(cv2.GaussianBlur(pixels, (0, 0), 2), dtype=np.uint8)),
        "dirt": (same, dirty),
        "exposure x2": (lit(2.0), same),
    }
    if not colour:
        del every["lamp bluer"]
    return every


def lit(factor: float | np.ndarray) -> Change:
    return lambda pixels: np.clip(np.rint(pixels * factor), 0, 255).astype(np.uint8)


def knocked(across: float, down: float, degrees: float) -> Change:
    def change(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        move = move_of(pixels, across * width, down * height, degrees)
        # Sharp resampling, so that it is not the loss of sharpness that gives the change away.
        moved = cv2.warpAffine(
            pixels, move[:2], (width, height), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
        )
        return np.asarray(moved, dtype=np.uint8)

    return change


def dirty(pixels: Pixels) -> Pixels:
    """A soft dark spot over about 7 % of the picture, blurred under it."""
    down, across = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    share = 1 / (1 + np.exp((np.hypot(across - 0.35, down - 0.6) - 0.145) * 47))[:, :, None]
    blurred = cv2.GaussianBlur(pixels, (0, 0), 3)
    return np.clip((pixels * (1 - share) + blurred * share) * (1 - 0.5 * share), 0, 255).astype(np.uint8)


def shown_of(folder: Path, protocol: Protocol, session: Session) -> Sequence[Shown]:
    """Return pictures of a set in an order by chance; the last `SHOWN_CHANGED` are there under each change too."""
    with (folder / "files.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (folder / row["file"]).exists()]
    rows = [row for row in rows if row["cls"] != "unlabelled" and row["group"] in (protocol.group or row["group"],)]
    order = np.random.default_rng(0).permutation(len(rows))[: protocol.pictures]
    shown = []
    for place, index in enumerate(order):
        row = rows[index]
        frame = read_picture(folder / row["file"])
        images = {"": prepare(frame, Region(), SIZE, SIZE)}
        if place >= len(order) - SHOWN_CHANGED:
            for name, (before, after) in changes(protocol.colour).items():
                images[name] = after(prepare(before(frame), Region(), SIZE, SIZE))
        embedded = session.run(np.stack(list(images.values())))["embedding"]
        embeddings = dict(zip(images, embedded, strict=True))
        good = row["cls"] in ("good", "screws_4_of_4")
        shown.append(Shown(good, row["group"] or row["file"], images, embeddings))
    return shown


def measure(protocol: Protocol, shown: Sequence[Shown], seeds: int) -> None:
    own_mix, one_in_ten = [], []
    told: dict[str, list[int]] = {name: [] for name in changes(protocol.colour)}
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        taught = taught_of(protocol, shown, random)
        reference = reference_of(shown, taught)
        taught_groups = set() if protocol.group else {shown[place].group for place in taught}
        others = [
            place for place, one in enumerate(shown) if place not in set(taught) and one.group not in taught_groups
        ]
        figures = figures_of(reference, shown, others, "")
        own_mix.append(calls(reference, figures, random.choice(others, PARTS)))
        one_in_ten.append(calls(reference, figures, mostly_good(shown, others, random)))
        for name, parts in told.items():
            changed = figures_of(reference, shown, [place for place in others if name in shown[place].images], name)
            parts.extend(parts_until_told(reference, changed, random) for _ in range(STARTS))
    classes = "good only" if protocol.good_only else "all classes"
    print(f"{' '.join((protocol.name, protocol.group)).strip()}, {protocol.taught} taught, {classes}")
    print(f"  calls in 1,000: {statistics.fmean(own_mix):.2f} / {statistics.fmean(one_in_ten):.2f}")
    for name, parts in told.items():
        within = sum(part <= 5 for part in parts) / len(parts)
        middle = statistics.median(parts)
        print(f"  {name:14} {within:4.0%} ({f'{middle:.0f}' if middle <= 20 else 'never'})", flush=True)


def taught_of(protocol: Protocol, shown: Sequence[Shown], random: np.random.Generator) -> list[int]:
    """Return which pictures are taught; of a large set none of those that are shown changed."""
    fitting = [place for place, one in enumerate(shown) if one.good or not protocol.good_only]
    unchanged = [place for place in fitting if place < len(shown) - SHOWN_CHANGED]
    large_enough = len(unchanged) >= 2 * protocol.taught
    return [int(place) for place in random.permutation(unchanged if large_enough else fitting)[: protocol.taught]]


def reference_of(shown: Sequence[Shown], taught: Sequence[int]) -> SceneReference:
    images = [shown[place].images[""] for place in taught]
    return measure_scene(images, np.stack([shown[place].embeddings[""] for place in taught]))


def figures_of(reference: SceneReference, shown: Sequence[Shown], places: Sequence[int], change: str) -> Figures:
    gauge = SceneGauge(reference)
    return {place: gauge.figures(shown[place].images[change], shown[place].embeddings[change]) for place in places}


def mostly_good(shown: Sequence[Shown], others: Sequence[int], random: np.random.Generator) -> np.ndarray:
    good = [place for place in others if shown[place].good] or list(others)
    bad = [place for place in others if not shown[place].good] or list(others)
    return np.where(random.random(PARTS) < 0.1, random.choice(bad, PARTS), random.choice(good, PARTS))


def calls(reference: SceneReference, figures: Figures, order: np.ndarray) -> float:
    watch = SceneWatch(reference, SceneRule())
    return 1000 * sum(watch.look(figures[int(place)]) != "" for place in order) / len(order)


def parts_until_told(reference: SceneReference, figures: Figures, random: np.random.Generator) -> int:
    """Return the number of the part with which the change is told, 99 for none of 20."""
    watch = SceneWatch(reference, SceneRule())
    for number, place in enumerate(random.choice(list(figures), 20), start=1):
        if watch.look(figures[int(place)]):
            return number
    return 99


def measure_time(shown: Sequence[Shown]) -> None:
    reference = reference_of(shown, range(30))
    gauge, watch = SceneGauge(reference), SceneWatch(reference, SceneRule())
    wall, processor = [], []
    for one in shown[30:130]:
        started, started_processor = time.perf_counter(), time.process_time()
        watch.look(gauge.figures(one.images[""], one.embeddings[""]))
        wall.append((time.perf_counter() - started) * 1000)
        processor.append((time.process_time() - started_processor) * 1000)
    print(f"\nA part: {statistics.median(wall):.2f} ms, of all processors {statistics.median(processor):.2f} ms")


if __name__ == "__main__":
    main()
