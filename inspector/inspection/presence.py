"""Presence: on a camera that runs freely, the one picture in which a part has come to rest."""

import math

import cv2
import numpy as np

from inspector.domain.frame import Frame
from inspector.domain.recipe import PresenceRule
from inspector.inspection.presence_ground import EmptyPlace, Sight, same_structure
from inspector.inspection.presence_known import KnownPart
from inspector.inspection.presence_passing import Passing
from inspector.inspection.presence_things import Thing, has_gone, is_part, is_soft, things_in
from inspector.inspection.presence_view import Mask, SmallPicture, fine_unlikeness, grey, share_of, small_view

_STIRRED = 0.004
_AROUND = np.ones((13, 13), np.uint8)
_LONGER_REST = 0.5
_SHORTEST_REST = 0.3
_ABSORBED_AFTER = 10.0
_EVERYWHERE = 0.8
_SAME_STRUCTURE = 0.4
_AT_ONCE = 2
_LONGEST_STEP = 1.0


class PresenceWatch:
    """Notices parts that come to rest in the region of a free-running camera, each of them once.

    - **The empty place** is learned from the first picture on. What lies there at the start is taken for a part of it
      and is not a part; when it leaves, the place is learned anew and no part is counted.
    - **A part** is what lies still, unlike the empty place, for `rule.rest` seconds. What is cut off by one side of the
      region must reach over its middle and lie longer, for it is a part that is still coming, or a hand. A hand (or a
      shadow) that holds still over the middle for that long is taken for a part; the part that it leaves behind is then
      not counted again.
    - **It has left** when it was followed out of the region, or the ground beneath it was seen. A part that is pushed
      to another place in the region or turned on the spot is the same part.
    - **Light**: slow changes, flicker and dimming are followed; a lamp that is switched makes the place be learned in
      the new light. In the dark nothing is decided.
    - With `rule.rest` 0 a part that passes is judged when it is nearest to the middle of the region (see `Passing`).

    Not thread-safe: it belongs to the camera's thread.
    """

    def __init__(self, rule: PresenceRule) -> None:
        """Make a watch that knows nothing of the place yet."""
        self._rule = rule
        self.reset()

    def reset(self) -> None:
        """Forget everything: the next picture begins anew."""
        self._place: EmptyPlace | None = None
        self._known: list[KnownPart] = []
        self._passing = Passing(self._rule.share)

    def seen(self, frame: Frame) -> bool:
        """Say whether this is the picture of a part to be judged; True once for each part."""
        if frame.incomplete:
            return False
        picture = small_view(frame.pixels, self._rule.region)
        if self._place is None or self._place.picture.shape != picture.shape:
            self.reset()
            self._begin(EmptyPlace(picture, self._rule.sensitivity), picture, frame.monotonic)
            return False
        return self._look(self._place, picture, frame.monotonic)

    def _begin(self, place: EmptyPlace, picture: SmallPicture, now: float) -> None:
        self._place = place
        self._before = self._anchor = picture
        self._occupied: Mask = np.zeros(picture.shape[:2], np.uint8)
        self._anchor_occupied = self._occupied
        self._last = self._still_since = now
        self._asked = -1.0
        self._covered = [0.0]
        self._flooded = False
        self._conveyed = False

    def _look(self, place: EmptyPlace, picture: SmallPicture, now: float) -> bool:
        seconds = min(max(0.0, now - self._last), _LONGEST_STEP)
        self._last = now
        if place.dark(picture):
            self._still_since, self._asked = now, -1.0
            return False
        sight = place.sight(picture, self._occupied)
        place.note_noise(sight.picture, self._before)
        self._before = sight.picture
        self._occupied = sight.unlike
        self._note_cover(sight.share)
        moving = self._stirs(place, sight, now)
        self._follow_known(sight, moving)
        part = self._passing.seen(sight) if self._rule.rest == 0 else False
        age = now - self._still_since
        if not moving:
            part = self._at_rest(place, picture, sight, age) or part
        place.follow(picture, sight, seconds)
        return part

    def _note_cover(self, share: float) -> None:
        """Note whether everything became unlike the empty place from one picture to the next but one."""
        self._covered = [*self._covered[-_AT_ONCE:], share]
        if share < _EVERYWHERE:
            self._flooded = False
        elif min(self._covered) <= 1 - _EVERYWHERE + cv2.countNonZero(self._known_mask()) / self._occupied.size:
            self._flooded = True

    def _stirs(self, place: EmptyPlace, sight: Sight, now: float) -> bool:
        """Say whether anything moved at or near what stands here since the picture that the rest is measured from."""
        off = fine_unlikeness(sight.picture, self._anchor)
        stirred = (off > place.stirring).astype(np.uint8) * 255
        here = cv2.dilate(cv2.bitwise_or(sight.unlike, self._anchor_occupied), _AROUND)
        moving = share_of(cv2.bitwise_and(stirred, here)) > _STIRRED
        if moving:
            self._anchor, self._anchor_occupied = sight.picture, sight.unlike
            self._still_since, self._asked = now, -1.0
        return moving

    def _follow_known(self, sight: Sight, moving: bool) -> None:
        for part in self._known:
            part.see_ground(sight.ground)
        if moving and self._known:
            half = half_size(sight.picture)
            there = [part for part in self._known if part.follow(half)]
            self._conveyed = self._conveyed or len(there) < len(self._known)
            self._known = there

    def _at_rest(self, place: EmptyPlace, picture: SmallPicture, sight: Sight, age: float) -> bool:
        """Look at what rests, once when it has rested long enough and once more for what must rest longer."""
        rest = max(self._rule.rest, _SHORTEST_REST) if self._rule.rest == 0 else self._rule.rest
        steps = (rest, rest + _LONGER_REST, rest + _ABSORBED_AFTER)
        due = max((step for step in steps if age >= step), default=-1.0)
        if due <= self._asked:
            return False
        self._asked = due
        if self._light_was_switched(place, picture, sight):
            place.relight(picture, self._known_mask())
            self._anchor, self._anchor_occupied = picture, np.zeros_like(sight.unlike)
            self._occupied = np.zeros_like(sight.unlike)
            return False
        things = self._standing(place, sight, due > rest)
        if due == steps[2] and not self._known and not is_part(things, self._rule.share):
            place.adopt(sight.picture, sight.unlike)
        return self._rule.rest > 0 and self._new_part(things, half_size(sight.picture), due > rest)

    def _light_was_switched(self, place: EmptyPlace, picture: SmallPicture, sight: Sight) -> bool:
        """Say whether everything differs because of the light: all at once, or with the old structure still there."""
        known = self._known_mask()
        around = cv2.bitwise_not(known)
        area = max(1, cv2.countNonZero(around))
        if cv2.countNonZero(cv2.bitwise_and(sight.unlike, around)) < _EVERYWHERE * area:
            return False
        alike = same_structure(picture, place.picture, known)
        return self._flooded if math.isnan(alike) else alike >= _SAME_STRUCTURE

    def _known_mask(self) -> Mask:
        mask = np.zeros_like(self._occupied)
        for part in self._known:
            cv2.bitwise_or(mask, part.mask, mask)
        return mask

    def _standing(self, place: EmptyPlace, sight: Sight, long: bool) -> list[Thing]:
        """Return the things that rest here, without what is no thing.

        That is what the empty place was learned with and has left, and light or shadow; both are learned on the way.
        """
        standing = []
        for thing in things_in(sight.unlike):
            known = any(part.is_still(thing.middle_piece()) for part in self._known)
            soft = not known and is_soft(thing, sight.picture, place.picture)
            if (soft and long) or (not known and not soft and has_gone(thing, sight.picture, place.picture)):
                place.adopt(sight.picture, cv2.dilate(thing.mask, _AROUND[:5, :5]))
            elif not soft:
                standing.append(thing.middle_piece())
        return standing

    def _new_part(self, things: list[Thing], half: SmallPicture, long: bool) -> bool:
        """Say whether among the things that rest is a new part; remember it, and settle or forget the known ones."""
        conveyed = self._conveyed or any(part.moved for part in self._known)
        self._conveyed = False
        new: list[Thing] = []
        stayed: dict[KnownPart, Thing] = {}
        for thing in things:
            owner = next((part for part in self._known if part.is_still(thing)), None)
            if owner is None:
                new.append(thing)
            else:
                stayed.setdefault(owner, thing)
        for part, largest in stayed.items():
            part.settle(largest, half)
        self._known = list(stayed)
        new = [thing for thing in new if not thing.cut_off or ((long or conveyed) and thing.over_middle)]
        if not is_part(new, self._rule.share):
            return False
        self._known += [KnownPart(thing, half) for thing in new]
        return True


def half_size(picture: SmallPicture) -> SmallPicture:
    """Return the picture in grey and half as large, for following parts."""
    brightness = grey(picture)
    size = max(1, brightness.shape[1] // 2), max(1, brightness.shape[0] // 2)
    return cv2.resize(brightness, size, interpolation=cv2.INTER_AREA)
