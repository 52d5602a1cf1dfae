"""The recipe before it is taught: what a person wishes, what the version before says, what its kind begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from inspector.domain.recipe import (
    AnomalyRule,
    Locating,
    LocatingMethod,
    Mask,
    PartClass,
    Recipe,
    RecipeKind,
    RecipeVersion,
    Region,
    Variation,
)
from inspector.domain.verdict import Verdict
from inspector.teaching.class_sheet import ClassWords, require_known
from inspector.teaching.kinds import defaults
from inspector.teaching.part_classes import part_classes
from inspector.vision.model_file import ModelFile


@dataclass(frozen=True, eq=False)
class Wishes:
    """What a person asks for; None leaves it to the version before or to the kind."""

    kind: RecipeKind | None = None
    region: Region | None = None
    milliseconds: float | None = None
    variation: Variation | None = None
    locating: Locating | None = None
    ignored: tuple[Mask, ...] | None = None
    reference: Pixels | None = None


@dataclass(frozen=True, eq=False)
class Draft:
    """A recipe to teach, with the picture that the part is found by."""

    recipe: Recipe
    reference: Pixels | None


def known_classes(
    classes: tuple[str, ...],
    kind: RecipeKind | None,
    parent: ModelFile | None,
    sheet: Mapping[str, ClassWords] = MappingProxyType({}),
) -> tuple[PartClass, ...]:
    """Return what the classes of these names mean; what the `sheet` says counts most, then the version before.

    Raises DatasetInvalid where the sheet speaks of another class.
    """
    require_known(sheet, classes)
    before = parent.recipe if parent and (kind is None or kind is parent.recipe.kind) else None
    kind = kind or (parent.recipe.kind if parent else RecipeKind.DEFECTS)
    known = part_classes(classes, before, kind)
    return tuple(sheet[one.name].applied_to(one) if one.name in sheet else one for one in known)


def drafted(
    known: tuple[PartClass, ...],
    product: str,
    author: str,
    reason: str,
    clock: Clock,
    wishes: Wishes,
    parent: ModelFile | None,
) -> Draft:
    """Return the draft of the next version, or of the first one. Raises RecipeInvalid as Recipe does."""
    before = parent.recipe if parent else _first(product, known, author, reason, clock, wishes.kind)
    number, content_hash = (before.version.number + 1, parent.content_hash) if parent else (1, "")
    locating = wishes.locating or before.locating
    recipe = Recipe(
        product=product,
        classes=known,
        version=RecipeVersion(number, author, reason, clock.now(), content_hash),
        region=wishes.region or before.region,
        thresholds=before.thresholds,
        trigger=before.trigger,
        pictures=before.pictures,
        kind=wishes.kind or before.kind,
        anomaly=before.anomaly,
        scene=before.scene,
        locating=locating,
        ignored=before.ignored if wishes.ignored is None else wishes.ignored,
        variation=wishes.variation or before.variation,
        zones=before.zones,
        milliseconds=wishes.milliseconds or before.milliseconds,
        camera=before.camera,
        reading=before.reading,
    )
    reference = wishes.reference if wishes.reference is not None else (parent.reference if parent else None)
    return Draft(recipe, None if locating.method is LocatingMethod.FIXED else reference)


def _first(
    product: str, known: tuple[PartClass, ...], author: str, reason: str, clock: Clock, kind: RecipeKind | None
) -> Recipe:
    """Return a recipe as its kind begins. One that knows good parts alone has nothing but the anomaly to say NG by."""
    kind = kind or RecipeKind.DEFECTS
    begun = defaults(kind)
    alone = kind is RecipeKind.DEFECTS and all(part_class.verdict is Verdict.OK for part_class in known)
    return Recipe(
        product=product,
        classes=known,
        version=RecipeVersion(1, author, reason, clock.now()),
        thresholds=begun.thresholds,
        pictures=begun.pictures,
        kind=kind,
        anomaly=AnomalyRule(verdict=Verdict.NG) if alone else begun.anomaly,
        scene=begun.scene,
        variation=begun.variation,
    )
