"""Measures how many verdicts change when the picture changes a little and the part does not.

    python tests/bench/bench_robustness.py [--parts 100] [--backbone fast] [--images FOLDER]

Each set is taught with some pictures a class; unseen parts are judged as they are and again lighter, darker, turned,
shifted and through a JPEG file of quality 90. A change of the verdict and one of the named class are counted apart.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np

from inspector.domain.clock import SystemClock
from inspector.domain.frame import Pixels
from inspector.pictures import decode, encode_jpeg, read_picture
from inspector.teaching.dataset import read_dataset
from inspector.teaching.evaluation import unseen
from inspector.teaching.teach import teach
from inspector.vision.judge import open_judge
from inspector.vision.model_file import write_model_file

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "images"
SETS = {"neu-steel": 30, "magnetic-tile": 30, "screws-present": 10}


def lit(factor: float) -> Callable[[Pixels], Pixels]:
    """Return the change of the light by a factor."""
    return lambda pixels: np.asarray(cv2.convertScaleAbs(pixels, alpha=factor), dtype=np.uint8)


def moved(degrees: float = 0.0, across: float = 0.0, down: float = 0.0) -> Callable[[Pixels], Pixels]:
    """Return the turn about the middle and the shift in pixels; what comes in from outside repeats the border."""

    def change(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
        matrix[:, 2] += (across, down)
        turned = cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, dtype=np.uint8)

    return change


CHANGES: Mapping[str, Callable[[Pixels], Pixels]] = {
    "10 % lighter": lit(1.1),
    "10 % darker": lit(0.9),
    "turned 2 degrees left": moved(degrees=2),
    "turned 2 degrees right": moved(degrees=-2),
    "3 pixels right": moved(across=3),
    "3 pixels up": moved(down=-3),
    "JPEG 90": lambda pixels: decode(encode_jpeg(pixels, 90)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parts", type=int, default=100)
    parser.add_argument("--backbone", default="fast", choices=["auto", "fast", "accurate"])
    asked = os.environ.get("INSPECTOR_SHARED_IMAGES")
    parser.add_argument("--images", type=Path, default=Path(asked) if asked else BESIDE_THE_CHECKOUT)
    options = parser.parse_args()
    for name, per_class in SETS.items():
        measure(options.images / name, per_class, options.parts, options.backbone)


def measure(folder: Path, per_class: int, parts: int, backbone: str) -> None:
    """Teach one set, judge unseen parts as they are and changed, and print a line for each change."""
    dataset = read_dataset(folder)
    taught = teach(
        dataset,
        product=folder.name,
        author="bench",
        reason="measured",
        clock=SystemClock(),
        per_class=per_class,
        backbone=backbone,
    )
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "bench.recipe"
        model_file = write_model_file(
            path, taught.recipe, taught.manifest, taught.graph, taught.golden, taught.taught, taught.reference
        )
    others = unseen(dataset.samples, taught.manifest)
    order = np.random.default_rng(0).permutation(len(others))[:parts]
    pictures = [read_picture(others[place].path) for place in order]
    judge = open_judge(model_file, "cpu")
    try:
        plain = [judge.judge(pixels) for pixels in pictures]
        print(f"{folder.name}, {per_class} a class, {len(pictures)} unseen parts")
        for title, change in CHANGES.items():
            again = [judge.judge(change(pixels)) for pixels in pictures]
            pairs = list(zip(plain, again, strict=True))
            verdicts = sum(one.verdict is not other.verdict for one, other in pairs)
            classes = sum(one.class_name != other.class_name for one, other in pairs)
            print(
                f"  {title:<24} {verdicts / len(pairs):6.1%} other verdicts, {classes / len(pairs):6.1%} other classes",
                flush=True,
            )
    finally:
        judge.close()


if __name__ == "__main__":
    main()
