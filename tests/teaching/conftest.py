"""Small rendered parts, and one recipe taught on them for all tests of the session that only look at it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.domain.clock import SystemClock
from inspector.domain.frame import Pixels
from inspector.pictures import encode_png
from inspector.teaching.dataset import read_dataset
from inspector.teaching.teach import Taught, teach
from inspector.vision.model_file import ModelFile, write_model_file

CLASSES = ("good", "hole", "scratch")


def draw_part(class_name: str, seed: int, size: int = 96) -> Pixels:
    """Return a bright disc on a dark ground, good, with a bright line across or with a dark hole."""
    random = np.random.default_rng([seed, *class_name.encode()])
    picture = random.normal(60, 6, (size, size, 3))
    centre = (size // 2 + int(random.integers(-3, 4)), size // 2 + int(random.integers(-3, 4)))
    cv2.circle(picture, centre, size // 3, (170.0, 175.0, 180.0), -1, cv2.LINE_AA)
    picture += random.normal(0, 4, picture.shape)
    if class_name == "hole":
        cv2.circle(picture, (centre[0] + int(random.integers(-9, 10)), centre[1]), size // 9, (20.0, 20.0, 20.0), -1)
    if class_name == "scratch":
        bend = int(random.integers(-12, 13))
        line = ((centre[0] - size // 4, centre[1] - bend), (centre[0] + size // 4, centre[1] + bend))
        cv2.line(picture, *line, (255.0, 255.0, 255.0), 3, cv2.LINE_AA)
    return np.clip(picture, 0, 255).astype(np.uint8)


def write_parts(folder: Path, per_class: int, classes: Sequence[str] = CLASSES, first: int = 0) -> Path:
    """Write so many parts of each class into sub-folders, numbered from `first`, and return the folder."""
    for class_name in classes:
        (folder / class_name).mkdir(parents=True, exist_ok=True)
        for number in range(first, first + per_class):
            path = folder / class_name / f"{number:03d}.png"
            path.write_bytes(encode_png(draw_part(class_name, number)))
    return folder


WriteParts = Callable[..., Path]


@pytest.fixture(scope="session")
def draw() -> Callable[..., Pixels]:
    """Return `draw_part`."""
    return draw_part


@pytest.fixture(scope="session")
def parts() -> WriteParts:
    """Return `write_parts`."""
    return write_parts


@pytest.fixture(scope="session")
def taught_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set of three classes with six parts each."""
    return write_parts(tmp_path_factory.mktemp("taught"), 6)


@pytest.fixture(scope="session")
def taught(taught_folder: Path) -> Taught:
    """Return what was taught on that data set."""
    return teach(
        read_dataset(taught_folder), product="disc", author="A. Tester", reason="first", clock=SystemClock(), seed=3,
        backbone="fast",
    )  # fmt: skip


@pytest.fixture(scope="session")
def taught_file(taught: Taught, tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """Return the same as a recipe file."""
    path = tmp_path_factory.mktemp("recipe") / "disc.recipe"
    return write_model_file(
        path, taught.recipe, taught.manifest, taught.graph, taught.golden, taught.taught, taught.reference
    )
