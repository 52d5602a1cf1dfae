"""Measures anomaly detection from good parts only: what it finds on parts never seen, how long it takes, what it costs.

    python tests/bench/bench_anomaly.py [--plan fast|accurate] [--seeds 5] [--only NAME ...] [--images FOLDER]
                                        [--every 1]

Everything goes through `choose_anomaly` and the composed graph: backbone and anomaly nodes in one session. Good
pictures are parted 70 : 30 (magnetic tiles in halves, by group), all defects are judged, and nothing is chosen by
hand. The accurate plan looks with both backbones. `--every 3` judges each third picture.
"""

import argparse
import csv
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnx.compose
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region
from inspector.pictures import read_picture
from inspector.teaching.anomaly.choice import AnomalyChoice, choose_anomaly
from inspector.teaching.anomaly.graph import add_anomaly
from inspector.teaching.anomaly.search import area_under_curve
from inspector.teaching.backbone import ACCURATE, TILE, load_backbone
from inspector.teaching.progress import Watch
from inspector.vision.accelerator import CPU, Session
from inspector.vision.preprocessing import prepare

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
SIZE = (TILE, TILE)
MASK_SIDE = 112
QUIET = Watch(lambda _: None, lambda: False)


@dataclass(frozen=True)
class Protocol:
    """What is taught and judged. `kinds`: each group is a recipe of its own; `by_group`: a group is one part."""

    name: str
    folder: str
    good: str
    image_bar: float
    pixel_bar: float | None = None
    share: float = 0.7
    by_group: bool = False
    kinds: bool = False
    dark_masks: bool = False


PROTOCOLS = (
    Protocol("tile", "magnetic-tile", "good", 0.88, 0.82, share=0.5, by_group=True),
    Protocol("paper", "piped-paper", "good", 0.99, 0.98, kinds=True, dark_masks=True),
    Protocol("hazelnut", "mvtec-hazelnut-mini", "good", 0.99),
    Protocol("screws", "screws-present", "screws_4_of_4", 0.99),
)


@dataclass(frozen=True, eq=False)
class Pictures:
    """A set as the network takes it: pixels, whether good, group, and masks in a common size (false: none known)."""

    pixels: Pixels
    good: NDArray[np.bool_]
    group: NDArray[np.str_]
    masks: NDArray[np.bool_]


@dataclass(frozen=True)
class Measured:
    """One recipe on unseen parts."""

    image: float
    pixel: float | None
    overkill: float
    escape: float
    seconds: float
    cost: float
    method: str


class Plan:
    """The graphs behind a plan: the bare one with its maps as outputs, and how to add to it."""

    def __init__(self, accurate: bool) -> None:
        model = onnx.load_model_from_string(load_backbone().graph)
        if accurate:
            model = with_second(model, onnx.load_model_from_string(load_backbone(ACCURATE).graph))
        self.model = model
        self.bare = Session(model.SerializeToString(), CPU, SIZE, threads=1)
        self.seconds = 0.0

    def extract(self, pixels: Pixels) -> Mapping[str, NDArray[np.float32]]:
        """Return the maps; the time counts as that of the features, not of the choice."""
        started = time.process_time()
        maps = {name: values for name, values in self.bare.run(pixels).items() if values.ndim == 4}
        self.seconds += time.process_time() - started
        return maps

    def composed(self, choice: AnomalyChoice) -> Session:
        """Return the recipe's graph, open."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        del model.graph.output[:]
        add_anomaly(model, choice.model)
        onnx.checker.check_model(model, full_check=True)
        return Session(model.SerializeToString(), CPU, SIZE, threads=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plan", choices=("fast", "accurate"), default="fast")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[protocol.name for protocol in PROTOCOLS])
    parser.add_argument("--every", type=int, default=1)
    asked = os.environ.get("INSPECTOR_SHARED_IMAGES")
    parser.add_argument("--images", type=Path, default=Path(asked) if asked else BESIDE_THE_CHECKOUT)
    options = parser.parse_args()
    plan = Plan(accurate=options.plan == "accurate")
    print(f"plan {options.plan}, {options.seeds} seeds")
    for protocol in PROTOCOLS:
        if protocol.name in options.only:
            pictures = read(options.images / protocol.folder, protocol)
            seeds = [list(measure(protocol, pictures, plan, seed, options.every)) for seed in range(options.seeds)]
            show(protocol, seeds)


def read(folder: Path, protocol: Protocol) -> Pictures:
    with (folder / "files.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["cls"] != "unlabelled"]
    return Pictures(
        pixels=np.stack([prepare(read_picture(folder / row["file"]), Region(), *SIZE) for row in rows]),
        good=np.array([row["cls"] == protocol.good for row in rows]),
        group=np.array([row["group"] or row["file"] for row in rows]),
        masks=np.stack([read_mask(folder, row["mask"], protocol.dark_masks) for row in rows]),
    )


def read_mask(folder: Path, name: str, dark: bool) -> NDArray[np.bool_]:
    if not name:
        return np.zeros((MASK_SIDE, MASK_SIDE), dtype=np.bool_)
    pixels = read_picture(folder / name)
    grey = pixels if pixels.ndim == 2 else pixels.max(axis=2)
    mask = (grey < 128) if dark else (grey >= 128)
    return np.asarray(cv2.resize(mask.astype(np.uint8), (MASK_SIDE, MASK_SIDE), interpolation=cv2.INTER_NEAREST)) > 0


def measure(protocol: Protocol, pictures: Pictures, plan: Plan, seed: int, every: int) -> Iterator[Measured]:
    """Teach and judge with one seed: one recipe, or one for each kind that has defects."""
    for chosen in recipes(protocol, pictures):
        taught, judged = part(protocol, pictures, chosen, seed)
        yield run(pictures, taught, judged[::every], plan, seed)


def recipes(protocol: Protocol, pictures: Pictures) -> list[NDArray[np.int64]]:
    if not protocol.kinds:
        return [np.arange(len(pictures.good))]
    kinds = [kind for kind in np.unique(pictures.group) if not pictures.good[pictures.group == kind].all()]
    return [np.flatnonzero(pictures.group == kind) for kind in kinds]


def part(
    protocol: Protocol, pictures: Pictures, chosen: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which pictures are taught, good ones only, and which are judged: all of the rest, of other parts."""
    random = np.random.default_rng(100 + seed)
    good = chosen[pictures.good[chosen]]
    if protocol.by_group:
        groups = random.permutation(np.unique(pictures.group[good]))
        taught = np.isin(pictures.group, groups[: round(protocol.share * len(groups))])
        return good[taught[good]], chosen[~taught[chosen]]
    shuffled = random.permutation(good)
    count = round(protocol.share * len(good))
    return np.sort(shuffled[:count]), np.concatenate([shuffled[count:], chosen[~pictures.good[chosen]]])


def run(pictures: Pictures, taught: NDArray[np.int64], judged: NDArray[np.int64], plan: Plan, seed: int) -> Measured:
    parts = np.unique(pictures.group[taught], return_inverse=True)[1].astype(np.int64)
    none = np.empty((0, *SIZE, 3), dtype=np.uint8)
    plan.seconds, started = 0.0, time.process_time()
    choice = choose_anomaly(pictures.pixels[taught], parts, none, plan.extract, seed, QUIET)
    seconds = time.process_time() - started - plan.seconds
    session = plan.composed(choice)
    outputs = session.run(pictures.pixels[judged])
    cost = cost_ratio(session, plan.bare, pictures.pixels[judged[:1]])
    session.close()
    scores, good = outputs["anomaly_score"], pictures.good[judged]
    return Measured(
        image=area_under_curve(scores[good], scores[~good]),
        pixel=pixel_figure(outputs["anomaly_map"], pictures.masks[judged], good),
        overkill=float((scores[good] >= 0.5).mean()),
        escape=float((scores[~good] < 0.5).mean()),
        seconds=seconds,
        cost=cost,
        method=choice.method,
    )


def pixel_figure(maps: NDArray[np.float32], masks: NDArray[np.bool_], good: NDArray[np.bool_]) -> float | None:
    """Return the area under the curve over the pixels of good pictures and of defects whose place is known."""
    known = good | masks.any(axis=(1, 2))
    if not masks.any():
        return None
    size = (MASK_SIDE, MASK_SIDE)
    heat = np.stack([cv2.resize(one, size, interpolation=cv2.INTER_LINEAR) for one in maps[known]])
    return area_under_curve(heat[~masks[known]], heat[masks[known]])


def cost_ratio(composed: Session, bare: Session, picture: Pixels) -> float:
    """Return how long the composed graph takes against the bare backbone: the faster quarter of turns taken in turn."""
    turns = np.array([[timed(session, picture) for session in (composed, bare)] for _ in range(20)])
    faster = np.quantile(turns, 0.25, axis=0)
    return float(faster[0] / faster[1])


def timed(session: Session, picture: Pixels) -> float:
    started = time.perf_counter()
    session.run(picture)
    return time.perf_counter() - started


def with_second(first: onnx.ModelProto, second: onnx.ModelProto) -> onnx.ModelProto:
    """Return both backbones on one picture, with the maps of both as outputs."""
    kept = {"image": "image", "dino_l4": "dino_l4", "dino_l6": "dino_l6", "dino_l8": "dino_l8"}
    renamed = onnx.compose.add_prefix(second, "second_")
    for node in renamed.graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                names[place] = kept.get(name.removeprefix("second_"), name)
    joined = onnx.ModelProto()
    joined.CopyFrom(first)
    joined.graph.node.extend(renamed.graph.node)
    joined.graph.initializer.extend(renamed.graph.initializer)
    for value in renamed.graph.output:
        value.name = value.name.removeprefix("second_")
        joined.graph.output.extend([value] if value.name in kept else [])
    return joined


def show(protocol: Protocol, seeds: Sequence[Sequence[Measured]]) -> None:
    """Print the figures: means over the seeds, each the mean of its recipes."""
    everything = [one for recipes_of_seed in seeds for one in recipes_of_seed]
    print(f"{protocol.name}: {len(seeds[0])} recipe(s) a seed")
    line("image AUROC", [statistics.mean(one.image for one in of_seed) for of_seed in seeds], protocol.image_bar)
    if everything[0].pixel is not None:
        pixels = [statistics.mean(one.pixel or 0.0 for one in of_seed) for of_seed in seeds]
        line("pixel AUROC", pixels, protocol.pixel_bar)
    line("overkill at the suggested limit", [statistics.mean(one.overkill for one in of_seed) for of_seed in seeds])
    line("escape at the suggested limit", [statistics.mean(one.escape for one in of_seed) for of_seed in seeds])
    print(f"  {'chosen in (processor, no features)':<34} {statistics.median(one.seconds for one in everything):.1f} s")
    print(f"  {'time of the graph : bare backbone':<34} {statistics.median(one.cost for one in everything):.2f}")
    for method in sorted({one.method for one in everything}):
        print(f"  {sum(one.method == method for one in everything)} x {method}", flush=True)


def line(what: str, values: Sequence[float], bar: float | None = None) -> None:
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    mean = statistics.mean(values)
    verdict = "" if bar is None else f"  bar {bar:.0%}: {'reached' if mean >= bar else 'NOT REACHED'}"
    print(f"  {what:<34} {mean:7.2%} +- {spread:.2%}  worst {min(values):.2%}{verdict}")


if __name__ == "__main__":
    main()
