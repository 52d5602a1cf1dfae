from collections.abc import Mapping

import numpy as np
import pytest

from inspector.teaching.backbone import FAST, Backbone, load_backbone
from inspector.teaching.composition import compose, features_graph, maps_graph, places
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.head import Head
from inspector.teaching.local_features import LIMIT, LOCAL, LocalFeatures, Moments, listed, moments_of, whitened_by
from inspector.teaching.local_head import LocalHead
from inspector.teaching.mixed_head import LocalPart, MixedHead
from inspector.vision.accelerator import CPU, Network, Session

PLAN = FeaturePlan()
BACKBONES: Mapping[str, Backbone] = {FAST: load_backbone(FAST)}


def run(graph: bytes, pictures: np.ndarray) -> dict[str, np.ndarray]:
    session = Session(graph, CPU, pictures.shape[1:3], threads=1)
    found = session.run(pictures)
    session.close()
    return found


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    random = np.random.default_rng(0)
    coarse = random.integers(60, 200, (4, 28, 28, 3)).repeat(8, axis=1).repeat(8, axis=2)
    return (coarse + random.integers(-20, 20, coarse.shape)).astype(np.uint8)


@pytest.fixture(scope="module")
def features(pictures: np.ndarray) -> LocalFeatures:
    return whitened_by(moments_of(run(maps_graph(PLAN, BACKBONES), pictures), BACKBONES[FAST]), BACKBONES[FAST])


@pytest.fixture(scope="module")
def local(pictures: np.ndarray, features: LocalFeatures) -> np.ndarray:
    return run(features_graph(PLAN, BACKBONES, features), pictures)[LOCAL]


def test_moments_add_up() -> None:
    values = np.random.default_rng(0).normal(size=(20, 3))
    one, other = (Moments(len(part), part.sum(axis=0), part.T @ part) for part in (values[:7], values[7:]))
    both = one + other
    assert both.count == 20
    assert both.products == pytest.approx(values.T @ values)


def test_on_what_is_usual_the_features_are_uncorrelated_and_spread_alike(
    local: np.ndarray, features: LocalFeatures
) -> None:
    assert local.shape == (4, features.size, 14, 14)
    assert np.abs(local).max() <= LIMIT
    flat = listed(local).reshape(-1, features.size).astype(np.float64)
    middle = flat[:, 60:156]  # the map that lies on the grid as it is
    covariance = np.cov(middle.T)
    spread = np.sqrt(np.diag(covariance))
    assert np.abs(middle.mean(axis=0)).max() < 0.2
    assert np.abs(covariance / np.outer(spread, spread) - np.eye(96)).max() < 0.35
    assert spread[:60].min() > 0.6
    assert spread.max() < 1.3


def test_a_cell_of_the_coarse_map_fills_its_square(local: np.ndarray) -> None:
    coarse = local[:, 156:]
    assert (coarse[:, :, ::2, ::2] == coarse[:, :, 1::2, 1::2]).all()
    assert (coarse[:, :, 0, 0] != coarse[:, :, 2, 2]).any()


def test_a_small_change_is_seen_at_its_place(features: LocalFeatures) -> None:
    picture = np.full((1, 224, 224, 3), 120, np.uint8)
    marked = picture.copy()
    marked[0, 160:168, 48:56] = 250
    graph = features_graph(PLAN, BACKBONES, features)
    change = np.abs(run(graph, marked)[LOCAL] - run(graph, picture)[LOCAL])[0, :60].sum(axis=0)
    row, column = np.unravel_index(change.argmax(), change.shape)
    assert (abs(row - 10) <= 1, abs(column - 3) <= 1) == (True, True)


def test_the_graph_adds_the_logits_of_the_places(
    pictures: np.ndarray, features: LocalFeatures, local: np.ndarray
) -> None:
    random = np.random.default_rng(1)
    embedding = run(features_graph(PLAN, BACKBONES), pictures)["embedding"]
    size = embedding.shape[1]
    weights = random.normal(0, 0.02, (3, size)).astype(np.float32)
    pooled = Head(embedding.mean(axis=0), np.ones(size, np.float32), weights, np.zeros(3, np.float32))
    places_head = LocalHead(
        random.normal(0, 0.2, (3, features.size)).astype(np.float32), np.array([0.5, 0, -0.5], np.float32)
    )
    head = MixedHead(pooled, LocalPart(features, places_head, 0.7))
    network = Network(compose(PLAN, BACKBONES, pooled, head.local), CPU, threads=1)
    found = network.run(pictures).probabilities
    network.close()
    assert found == pytest.approx(head.probabilities(embedding, listed(local)), abs=2e-3)
    assert np.abs(found - pooled.probabilities(embedding)).max() > 0.02
    assert places(PLAN) == 196
