from pathlib import Path

import numpy as np
import pytest

from inspector.domain.recipe import Locating, LocatingMethod, Region
from inspector.pictures import encode_png, read_picture
from inspector.teaching.backbone import FAST, TILE, load_backbone
from inspector.teaching.composition import features_graph
from inspector.teaching.dataset import Sample, read_dataset
from inspector.teaching.embeddings import embed, read_prepared
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.progress import Progress, TeachingCancelled, Watch
from inspector.teaching.views import View, view_of
from inspector.vision.accelerator import CPU, Session
from inspector.vision.preparation import Preparation


@pytest.fixture(scope="module")
def graph() -> bytes:
    return features_graph(FeaturePlan(), {FAST: load_backbone()})


def preparation(region: Region = Region(), method: LocatingMethod = LocatingMethod.FIXED) -> Preparation:
    return Preparation(region, Locating(method), (), None, TILE, TILE)


def test_features_are_those_of_the_pictures_in_their_views(graph: bytes, taught_folder: Path) -> None:
    samples = read_dataset(taught_folder).samples[:3]
    views = ((View.ORIGINAL, View.MIRRORED), (View.ORIGINAL,), (View.ORIGINAL, View.HALF_TURN, View.DARKER))
    region = Region(0.1, 0.1, 0.8, 0.8)
    steps: list[Progress] = []
    embedded, problems = embed(graph, samples, views, preparation(region), Watch(steps.append, lambda: False))
    assert problems == ()
    assert [one.sample for one in embedded] == list(samples)
    assert [one.views for one in embedded] == list(views)
    session = Session(graph, CPU, threads=1)
    for one in embedded:
        picture = preparation(region).prepare(read_picture(one.sample.path)).image
        expected = session.run(np.stack([view_of(picture, view) for view in one.views]))["embedding"]
        assert np.array_equal(one.features, expected)
    session.close()
    assert [(step.done, step.total) for step in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_what_cannot_be_read_is_left_out_and_said(graph: bytes, taught_folder: Path, tmp_path: Path) -> None:
    broken, missing = tmp_path / "broken.png", tmp_path / "missing.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n what")
    good = read_dataset(taught_folder).samples[0]
    samples = (Sample(broken, "a", ""), good, Sample(missing, "a", ""))
    embedded, problems = embed(
        graph, samples, [(View.ORIGINAL,)] * 3, preparation(), Watch(lambda _: None, lambda: False)
    )
    assert [one.sample for one in embedded] == [good]
    assert problems[0].startswith("a/broken.png was left out: the picture is cut off")
    assert problems[1].startswith("a/missing.png was left out: it cannot be read")


def test_it_is_cancelled_between_two_pictures(graph: bytes, taught_folder: Path) -> None:
    samples = read_dataset(taught_folder).samples
    calls = iter([False, False, True])
    steps: list[Progress] = []
    with pytest.raises(TeachingCancelled):
        embed(
            graph, samples, [(View.ORIGINAL,)] * len(samples), preparation(), Watch(steps.append, lambda: next(calls))
        )
    assert len(steps) == 2


def test_a_picture_is_read_with_the_hash_of_its_file(taught_folder: Path) -> None:
    first, second = (sample.path for sample in read_dataset(taught_folder).samples[:2])
    assert (
        read_prepared(first, preparation()).sha256
        == read_prepared(first, preparation(Region(0.2, 0.2, 0.5, 0.5))).sha256
    )
    assert read_prepared(first, preparation()).sha256 != read_prepared(second, preparation()).sha256
    assert read_prepared(first, preparation()).pixels.shape == (TILE, TILE, 3)


def test_a_picture_without_the_part_is_left_out_and_said(graph: bytes, taught_folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.write_bytes(encode_png(np.full((90, 90), 60, np.uint8)))
    samples = (read_dataset(taught_folder).samples[0], Sample(empty, "good", ""))
    blob = preparation(method=LocatingMethod.BLOB)
    embedded, problems = embed(graph, samples, [(View.ORIGINAL,)] * 2, blob, Watch(lambda _: None, lambda: False))
    assert [one.sample for one in embedded] == [samples[0]]
    assert len(problems) == 1
    assert problems[0].startswith("good/empty.png was left out: ")
    assert problems[0].endswith(".")
    assert not problems[0].endswith("..")
