"""What the kinds of recipe begin with, before anybody says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from inspector.domain.recipe import (
    OK_CLASS_NAMES,
    AnomalyRule,
    PicturePolicy,
    RecipeKind,
    SceneRule,
    Thresholds,
    Variation,
    verdict_of_class_name,
)
from inspector.domain.verdict import Verdict


@dataclass(frozen=True)
class KindDefaults:
    """The rules of a new recipe of one kind."""

    thresholds: Thresholds
    anomaly: AnomalyRule
    pictures: PicturePolicy
    scene: SceneRule
    variation: Variation


_DEFAULTS: Mapping[RecipeKind, KindDefaults] = MappingProxyType(
    {
        RecipeKind.DEFECTS: KindDefaults(Thresholds(), AnomalyRule(), PicturePolicy(), SceneRule(), Variation()),
        # A mirrored product is another product: its label reads the other way round.
        RecipeKind.IDENTITY: KindDefaults(
            Thresholds(), AnomalyRule(), PicturePolicy(), SceneRule(), Variation(mirror=False)
        ),
        # People are seen, so no picture is kept. The camera is fixed, yet what it shows changes by itself: day and
        # night, things that come and go; only a change beyond twice what was taught means the camera.
        RecipeKind.SCENE: KindDefaults(
            Thresholds(),
            AnomalyRule(),
            PicturePolicy(none=True),
            SceneRule(tolerance=2.0, parts=10),
            Variation(turn=False),
        ),
    }
)


def defaults(kind: RecipeKind) -> KindDefaults:
    """Return the rules that a new recipe of this kind begins with."""
    return _DEFAULTS[kind]


def meaning_of(class_name: str, kind: RecipeKind) -> Verdict:
    """Return what a class means in a recipe of that kind where nobody said otherwise.

    Defects go by the folder's name: good, ok and normal are OK, all else NG. All products are OK. In a scene, what is
    not called good, ok or normal is watched: a person decides on what nobody allowed or alarmed.
    """
    if kind is RecipeKind.IDENTITY:
        return Verdict.OK
    if kind is RecipeKind.SCENE:
        return Verdict.OK if class_name.strip().lower() in OK_CLASS_NAMES else Verdict.CHECK
    return verdict_of_class_name(class_name)
