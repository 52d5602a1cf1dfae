"""Parts that do not stop: each is judged once, in the picture in which it is nearest to the middle of the region."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from inspector.inspection.presence_ground import Sight
from inspector.inspection.presence_things import Thing, is_part, things_in

_Point = NDArray[np.float64]
_WIDEST_MISS = 0.35
_STANDS = 0.5


@dataclass(frozen=True, eq=False)
class _Passer:
    """A part on its way: where it is, by how much it moves a picture (None when that is not known), whether judged."""

    thing: Thing
    speed: _Point | None = None
    judged: bool = False
    place: _Point = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", np.array(self.thing.centre))


class Passing:
    """Follows parts that pass and says in which picture one is nearest to the middle.

    What is nearest cannot be known before the part is past it, so the next place is foretold from its speed: a picture
    is the one as soon as the next would be no nearer. A part that stops is judged where it stops, unless it is cut off
    by the region's side. Parts that touch each other in the picture cannot be told apart here.
    """

    def __init__(self, share: float) -> None:
        """Make one that has seen nothing; a thing is a part from this `share` of the region's area."""
        self._share = share
        self._passers: list[_Passer] = []
        self._pace: _Point | None = None

    def seen(self, sight: Sight) -> bool:
        """Say whether a part is nearest to the middle in this picture."""
        height, width = sight.unlike.shape
        middle = np.array([width / 2, height / 2])
        ground = sight.ground if sight.lit else None
        things = [thing for thing in things_in(sight.unlike, ground) if is_part([thing], self._share)]
        self._passers = self._followed(things, float(np.hypot(width, height)))
        judged = [passer for passer in self._passers if not passer.judged and _nearest_now(passer, middle)]
        self._passers = [replace(passer, judged=True) if passer in judged else passer for passer in self._passers]
        return bool(judged)

    def _followed(self, things: list[Thing], diagonal: float) -> list[_Passer]:
        """Pair things with the passers of the picture before, the best fitting first."""
        pairs = sorted(
            (float(np.linalg.norm(np.array(thing.centre) - self._foretold(passer))), index, at)
            for index, passer in enumerate(self._passers)
            for at, thing in enumerate(things)
        )
        before: dict[int, _Passer] = {}
        used: set[int] = set()
        for miss, index, at in pairs:
            if miss <= _WIDEST_MISS * diagonal and index not in used and at not in before:
                used.add(index)
                before[at] = self._passers[index]
        return [self._moved_on(thing, before.get(at)) for at, thing in enumerate(things)]

    def _foretold(self, passer: _Passer) -> _Point:
        speed = passer.speed if passer.speed is not None else self._pace
        return passer.place if speed is None else passer.place + speed

    def _moved_on(self, thing: Thing, before: _Passer | None) -> _Passer:
        if before is None:
            return _Passer(thing, self._pace)
        speed = np.array(thing.centre) - before.place
        if not thing.cut_off and not before.thing.cut_off:
            self._pace = speed
        return _Passer(thing, speed, before.judged)


def _nearest_now(passer: _Passer, middle: _Point) -> bool:
    """Say whether the next picture would show it no nearer to the middle."""
    if passer.speed is None:
        return False
    if np.linalg.norm(passer.speed) < _STANDS and passer.thing.cut_off:
        return False
    now = np.linalg.norm(passer.place - middle)
    return bool(np.linalg.norm(passer.place + passer.speed - middle) >= now)
