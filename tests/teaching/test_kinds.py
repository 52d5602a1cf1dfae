"""What the kinds of recipe begin with."""

from datetime import UTC, datetime

import pytest

from inspector.domain.recipe import AnomalyRule, PartClass, PicturePolicy, Recipe, RecipeKind, RecipeVersion, Thresholds
from inspector.domain.verdict import Verdict
from inspector.teaching.kinds import defaults, meaning_of


@pytest.mark.parametrize(
    ("kind", "meanings"),
    [
        (RecipeKind.DEFECTS, ["OK", "NG", "NG"]),
        (RecipeKind.IDENTITY, ["OK", "OK", "OK"]),
        (RecipeKind.SCENE, ["OK", "CHECK", "CHECK"]),
    ],
)
def test_what_a_folder_means_and_a_recipe_may_hold(kind: RecipeKind, meanings: list[str]) -> None:
    names = (" Normal", "forklift", "person")
    assert [meaning_of(name, kind) for name in names] == meanings
    classes = tuple(PartClass(name, name, meaning_of(name, kind), "#000000") for name in names)
    version = RecipeVersion(1, "Ada", "first", datetime(2026, 1, 1, tzinfo=UTC))
    assert Recipe("Hall", classes, version, kind=kind).kind is kind


def test_scenes_keep_no_picture() -> None:
    assert defaults(RecipeKind.SCENE).pictures == PicturePolicy(none=True)
    assert not any(defaults(RecipeKind.SCENE).pictures.keeps(verdict, 1) for verdict in Verdict)


@pytest.mark.parametrize("kind", list(RecipeKind))
def test_every_kind_has_defaults(kind: RecipeKind) -> None:
    assert defaults(kind).thresholds == Thresholds()
    assert defaults(kind).anomaly == AnomalyRule()


def test_products_are_not_mirrored() -> None:
    assert defaults(RecipeKind.DEFECTS).variation.mirror
    assert not defaults(RecipeKind.IDENTITY).variation.mirror
