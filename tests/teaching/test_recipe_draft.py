from collections.abc import Mapping

import numpy as np
import pytest

from inspector.domain.clock import SystemClock
from inspector.domain.recipe import Locating, LocatingMethod, RecipeKind, Region, Variation
from inspector.domain.verdict import Verdict
from inspector.teaching.class_sheet import ClassWords
from inspector.teaching.dataset import DatasetInvalid
from inspector.teaching.normality import normal_classes
from inspector.teaching.recipe_draft import Draft, Wishes, drafted, known_classes
from inspector.vision.model_file import ModelFile


def first(classes: tuple[str, ...], wishes: Wishes = Wishes(), sheet: Mapping[str, ClassWords] | None = None) -> Draft:  # noqa: B008
    known = known_classes(classes, wishes.kind, None, sheet or {})
    return drafted(known, "part", "A. Tester", "first", SystemClock(), wishes, None)


def test_good_parts_alone_are_judged_by_the_anomaly() -> None:
    assert first(("good",)).recipe.anomaly.verdict is Verdict.NG
    assert first(("crack", "good")).recipe.anomaly.verdict is Verdict.CHECK
    assert first(("a",), Wishes(RecipeKind.IDENTITY)).recipe.anomaly.verdict is Verdict.CHECK


def test_a_kind_begins_with_its_own_rules() -> None:
    products = first(("bolt", "nut"), Wishes(RecipeKind.IDENTITY)).recipe
    assert [one.verdict for one in products.classes] == [Verdict.OK, Verdict.OK]
    assert not products.variation.mirror
    scene = first(("clear", "person"), Wishes(RecipeKind.SCENE)).recipe
    assert scene.pictures.none
    assert {one.verdict for one in scene.classes} <= {Verdict.OK, Verdict.CHECK}


def test_what_is_wished_for_comes_before_what_the_kind_begins_with() -> None:
    wishes = Wishes(
        kind=RecipeKind.IDENTITY, region=Region(0.1, 0.1, 0.5, 0.5), milliseconds=30, variation=Variation(turn=False)
    )
    recipe = first(("bolt", "nut"), wishes).recipe
    assert (recipe.region, recipe.milliseconds, recipe.variation) == (
        wishes.region, wishes.milliseconds, wishes.variation,
    )  # fmt: skip


def test_a_fixed_region_needs_no_reference() -> None:
    reference = np.zeros((40, 40, 3), np.uint8)
    assert first(("good",), Wishes(reference=reference)).reference is None
    template = Wishes(reference=reference, locating=Locating(LocatingMethod.TEMPLATE))
    assert first(("good",), template).reference is reference


def test_the_sheet_says_what_classes_mean() -> None:
    recipe = first(("crack", "good"), sheet={"crack": ClassWords(code="X1")}).recipe
    assert recipe.classes[0].code == "X1"
    with pytest.raises(DatasetInvalid, match="speaks of the class 'dent'"):
        first(("crack", "good"), sheet={"dent": ClassWords(code="X1")})


def test_the_next_version_counts_on(taught_file: ModelFile) -> None:
    classes = taught_file.manifest.classes
    draft = drafted(
        known_classes(classes, None, taught_file), "disc", "B", "more", SystemClock(), Wishes(), taught_file
    )
    assert (draft.recipe.version.number, draft.recipe.version.parent) == (2, taught_file.content_hash)
    assert draft.recipe.classes == taught_file.recipe.classes
    assert draft.recipe.anomaly == taught_file.recipe.anomaly


def test_what_is_normal() -> None:
    assert normal_classes(first(("crack", "good")).recipe) == {"good"}
    assert normal_classes(first(("crack", "dent")).recipe) == {"crack", "dent"}
    assert normal_classes(first(("bolt", "nut"), Wishes(RecipeKind.IDENTITY)).recipe) == {"bolt", "nut"}
    assert normal_classes(first(("clear", "good"), Wishes(RecipeKind.SCENE)).recipe) == {"clear", "good"}
