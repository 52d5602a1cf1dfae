"""The classes of a new recipe: their codes, colours and verdicts, kept from the version before where it knew them."""

from collections.abc import Collection, Iterator, Sequence
from itertools import count

from inspector.domain.recipe import PartClass, Recipe, RecipeKind
from inspector.domain.verdict import Verdict
from inspector.teaching.kinds import meaning_of

# Okabe and Ito's palette, told apart with any kind of colour blindness (Wong, Nature Methods 8, 441, 2011), without
# its black, which a dark screen would swallow. Green is for good parts.
_COLOURS = {
    Verdict.OK: ("#009E73",),
    Verdict.CHECK: ("#F0E442", "#E69F00", "#CC79A7"),
    Verdict.NG: ("#D55E00", "#56B4E9", "#E69F00", "#CC79A7", "#0072B2", "#F0E442"),
}
_SHADES = (0.0, 0.4, -0.35, 0.7, -0.6)  # share of white (+) or black (-) mixed in, round by round


def part_classes(
    names: Sequence[str], parent: Recipe | None, kind: RecipeKind = RecipeKind.DEFECTS
) -> tuple[PartClass, ...]:
    """Return the classes of a recipe of that kind in the order of `names`; those `parent` knows are kept unchanged."""
    known = {part_class.name: part_class for part_class in parent.classes} if parent else {}
    codes = _new_codes({kept.code for kept in known.values()})
    colours = {side: _new_colours(side, {kept.colour for kept in known.values()}) for side in _COLOURS}
    classes = []
    for name in names:
        verdict = meaning_of(name, kind)
        classes.append(known.get(name) or PartClass(name, next(codes), verdict, next(colours[verdict])))
    return tuple(classes)


def _new_codes(used: Collection[str]) -> Iterator[str]:
    return (code for number in count(1) if (code := f"C{number:02d}") not in used)


def _new_colours(side: Verdict, used: Collection[str]) -> Iterator[str]:
    """Yield the side's colours, then shades of them; without end, so that after all shades they repeat."""
    shades = [_shaded(colour, shade) for shade in _SHADES for colour in _COLOURS[side]]
    yield from (colour for colour in shades if colour not in used)
    while True:
        yield from shades


def _shaded(colour: str, shade: float) -> str:
    target, share = (255, shade) if shade > 0 else (0, -shade)
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(channel + (target - channel) * share):02X}" for channel in channels)
