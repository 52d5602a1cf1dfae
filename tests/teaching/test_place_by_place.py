from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector.domain.clock import SystemClock
from inspector.domain.recipe import Locating, Region, Variation
from inspector.teaching import local_choice, place_by_place
from inspector.teaching.backbone import ACCURATE, FAST, load_backbone
from inspector.teaching.composition import features_graph
from inspector.teaching.cross_validation import Choice, Features, choose
from inspector.teaching.dataset import read_dataset
from inspector.teaching.embeddings import Embedded, embed
from inspector.teaching.feature_plan import FeaturePlan, tiled
from inspector.teaching.place_by_place import Looking, Places, choose_with_places
from inspector.teaching.progress import Watch
from inspector.teaching.teach import Taught, teach
from inspector.teaching.views import View
from inspector.vision.accelerator import CPU, Network
from inspector.vision.preparation import Preparation

UNWATCHED = Watch(lambda _: None, lambda: False)
PLAN = FeaturePlan()
PREPARATION = Preparation(Region(), Locating(), (), None, PLAN.height, PLAN.width)


@pytest.fixture(scope="module")
def embedded(taught_folder: Path) -> tuple[Embedded, ...]:
    samples = read_dataset(taught_folder).samples[::2]
    graph = features_graph(PLAN, {FAST: load_backbone(FAST)})
    return embed(graph, samples, [(View.ORIGINAL,)] * len(samples), PREPARATION, UNWATCHED)[0]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look place by place however few the pictures are, and take whatever comes of it."""
    monkeypatch.setattr(place_by_place, "FEWEST_PICTURES", 1)
    monkeypatch.setattr(local_choice, "WORTH_TRYING", -1.0)
    monkeypatch.setattr(local_choice, "SMALLEST_GAIN", -99.0)
    monkeypatch.setattr(local_choice, "_STANDARD_ERRORS", -99.0)


def features_of(embedded: Sequence[Embedded]) -> Features:
    names = sorted({one.sample.class_name for one in embedded})
    everything = np.arange(len(embedded))
    labels = np.array([names.index(one.sample.class_name) for one in embedded])
    values = np.stack([one.features[0] for one in embedded])
    bad = np.array([name != "good" for name in names])
    return Features(values, everything, np.zeros(len(embedded), np.int64), labels, everything, bad)


def looked(embedded: Sequence[Embedded], taught: Taught, plan: FeaturePlan = PLAN) -> tuple[Choice, Places | None]:
    backbones = {FAST: load_backbone(FAST)}
    recipe = replace(taught.recipe, variation=Variation(mirror=True))
    looking = Looking(recipe, plan, backbones, PREPARATION)
    return choose_with_places(features_of(embedded), embedded, looking, 0, UNWATCHED)


def test_with_few_pictures_nobody_looks_place_by_place(
    embedded: tuple[Embedded, ...], taught: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_choice, "WORTH_TRYING", -1.0)
    choice, places = looked(embedded, taught)
    plain = choose(features_of(embedded), 0, UNWATCHED)
    assert (places, choice.mix, choice.setting, choice.calibration) == (None, None, plain.setting, plain.calibration)
    assert (choice.probabilities == plain.probabilities).all()


@pytest.mark.usefixtures("eager")
def test_each_picture_is_seen_in_several_of_the_views_that_it_may_have(
    embedded: tuple[Embedded, ...], taught: Taught
) -> None:
    choice, places = looked(embedded, taught)
    assert choice.mix is not None
    assert places is not None
    views = places.views
    assert views.places.shape == (6 * len(embedded), 196, places.features.size)
    assert [len(rows) for rows in views.rows] == [6] * len(embedded)
    assert (views.originals == [rows[0] for rows in views.rows]).all()
    assert (views.of_originals[0] != views.places[1]).any()


@pytest.mark.usefixtures("eager")
def test_what_is_usual_is_measured_on_good_parts(embedded: tuple[Embedded, ...], taught: Taught) -> None:
    looking = Looking(taught.recipe, PLAN, {FAST: load_backbone(FAST)}, PREPARATION)
    good = [one for one in embedded if one.sample.class_name == "good"]
    found = [place_by_place._usual(some, looking, 0, UNWATCHED) for some in (embedded, good, embedded[-6:])]
    weights = [np.concatenate([each.bias for each in one.maps]) for one in found if one is not None]
    assert (weights[0] == weights[1]).all()
    assert (weights[0] != weights[2]).any()


@pytest.mark.usefixtures("eager")
def test_what_does_not_fit_into_memory_is_not_tried(
    embedded: tuple[Embedded, ...], taught: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_view = len(embedded) * 196 * 284 * 2
    monkeypatch.setattr(place_by_place, "MOST_BYTES", 3 * one_view)
    _, places = looked(embedded, taught)
    assert places is not None
    assert len(places.views.rows[0]) == 3
    monkeypatch.setattr(place_by_place, "MOST_BYTES", 3 * one_view - 1)
    assert looked(embedded, taught)[1] is None


@pytest.mark.usefixtures("eager")
def test_tiles_have_no_places(embedded: tuple[Embedded, ...], taught: Taught) -> None:
    assert looked(embedded, taught, tiled((FAST, ACCURATE), 2, 2))[1] is None


@pytest.mark.usefixtures("eager")
def test_a_picture_that_changed_since_is_no_reason_to_fail(embedded: tuple[Embedded, ...], taught: Taught) -> None:
    changed = (replace(embedded[0], sha256="another"), *embedded[1:])
    choice, places = looked(changed, taught)
    assert (places, choice.mix) == (None, None)


@pytest.mark.usefixtures("eager")
def test_a_recipe_judges_with_its_places(taught_folder: Path) -> None:
    dataset = read_dataset(taught_folder)
    made = teach(
        dataset, product="disc", author="test", reason="places", clock=SystemClock(), backbone="fast", per_class=4
    )
    assert "also place by place" in made.manifest.training.method
    assert b"local_scores" in made.graph
    network = Network(made.graph, CPU, threads=1)
    found = [network.run(golden.pixels[None]).probabilities[0] for golden in made.golden]
    network.close()
    assert np.array(found) == pytest.approx(np.array([golden.probabilities for golden in made.golden]), abs=1e-5)
    assert made.manifest.held_out.accuracy > 0.8
