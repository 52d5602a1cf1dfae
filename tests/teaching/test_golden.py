from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector.domain.recipe import Locating
from inspector.teaching.dataset import Sample
from inspector.teaching.embeddings import Embedded, read_prepared
from inspector.teaching.golden import LEAST_SURE, MOST_GOLDEN, STEADY, NoGoldenPicture, golden_pictures
from inspector.teaching.teach import Taught
from inspector.teaching.views import View
from inspector.vision.decision import margin
from inspector.vision.preparation import Preparation

GOOD, HOLE, SCRATCH = np.eye(3)
EVEN = np.full(3, 1 / 3)


def preparation_of(taught: Taught) -> Preparation:
    manifest = taught.manifest
    return Preparation(taught.recipe.region, Locating(), (), None, manifest.input_height, manifest.input_width)


def embedded_at(paths: list[Path], recipe_region: Taught) -> list[Embedded]:
    return [
        Embedded(
            Sample(path, path.parent.name, path.as_posix()),
            read_prepared(path, preparation_of(recipe_region)).sha256,
            (View.ORIGINAL,),
            np.zeros((1, 4), np.float32),
            np.zeros((4, 4, 3), np.uint8),
        )
        for path in paths
    ]


def between(sure: np.ndarray, share: float) -> np.ndarray:
    return sure * share + EVEN * (1 - share)


def test_the_least_sure_come_first_then_the_surest_of_each_class_in_turn(taught: Taught, taught_folder: Path) -> None:
    paths = [taught_folder / name / f"{number:03d}.png" for name in ("good", "hole", "scratch") for number in range(4)]
    sure = np.repeat(np.stack([GOOD, HOLE, SCRATCH]), 4, axis=0)
    share = np.array([0.99, 0.95, 0.93, 0.9] * 3) - np.repeat([0.0, 0.01, 0.02], 4)
    rows = np.stack([between(one, part) for one, part in zip(sure, share, strict=True)])
    rows[1] = between(GOOD, 0.78)  # the least sure of all that are steady
    golden = golden_pictures(embedded_at(paths, taught), rows, taught.recipe, taught.graph, preparation_of(taught))
    assert len(golden) == MOST_GOLDEN
    names = [one.name for one in golden]
    assert names[0] == "good/001.png"
    assert names[LEAST_SURE:] == [
        "good/000.png", "hole/000.png", "scratch/000.png", "good/002.png", "hole/001.png", "scratch/001.png",
    ]  # fmt: skip


def test_a_picture_that_rounding_could_tip_is_not_taken(taught: Taught, taught_folder: Path) -> None:
    paths = [taught_folder / "good" / f"{number:03d}.png" for number in range(3)]
    at_the_edge = np.array([0.8, 0.1, 0.1])
    assert margin(dict(zip(taught.manifest.classes, at_the_edge, strict=True)), taught.recipe) < STEADY
    embedded = embedded_at(paths, taught)
    golden = golden_pictures(
        embedded, np.stack([at_the_edge, GOOD, at_the_edge]), taught.recipe, taught.graph, preparation_of(taught)
    )
    assert [one.name for one in golden] == ["good/001.png"]
    only_edges = np.stack([at_the_edge, [0.81, 0.09, 0.1], at_the_edge])
    golden = golden_pictures(embedded, only_edges, taught.recipe, taught.graph, preparation_of(taught))
    assert [one.name for one in golden] == ["good/001.png"]


def test_a_file_that_is_gone_or_changed_is_passed_over(taught: Taught, taught_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "good.png"
    path.write_bytes((taught_folder / "good" / "000.png").read_bytes())
    (taken,) = embedded_at([path], taught)
    changed = replace(taken, sha256="0" * 64)
    with pytest.raises(NoGoldenPicture, match="can be read any more"):
        golden_pictures([changed], GOOD[None], taught.recipe, taught.graph, preparation_of(taught))
    path.unlink()
    with pytest.raises(NoGoldenPicture, match="can be read any more"):
        golden_pictures([taken], GOOD[None], taught.recipe, taught.graph, preparation_of(taught))
