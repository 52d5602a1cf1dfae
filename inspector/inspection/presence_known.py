"""A part that was judged, remembered and followed, until it has left its place."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.inspection.presence_things import Thing
from inspector.inspection.presence_view import Mask, SmallPicture

_Point = NDArray[np.int64]

_REACH = 14
_MARGIN = 2
_ALIKE = 0.6
_VISIBLE = 0.35
_MOVED = 2.0
_STAYS = 0.5
_GROWN = 1.3
_FLAT = 1.0
_LEAST_SIDE = 3


class KnownPart:
    """A part that was judged and may still be there.

    It is followed by its looks from picture to picture while anything moves: so it is known when it travels out of the
    region, though another one like it takes its place in the same moment. When it cannot be followed (a hand covers it,
    it turns), what tells is whether the ground beneath it was seen.
    """

    def __init__(self, thing: Thing, half: SmallPicture) -> None:
        """Remember a thing that lies in this picture, which is grey and half the size of the small picture."""
        self.mask: Mask = thing.mask
        self._bared: Mask = np.zeros_like(thing.mask)
        self._shift: _Point = np.zeros(2, np.int64)
        self._speed: _Point = np.zeros(2, np.int64)
        self._held = True
        self._start(thing, half)

    @property
    def moved(self) -> bool:
        """Whether it was followed to another place."""
        return self._held and bool((np.abs(self._shift) * 2 >= _MOVED).any())

    def see_ground(self, ground: Mask) -> None:
        """Note where the empty place is seen."""
        cv2.bitwise_or(self._bared, ground, self._bared)

    def follow(self, half: SmallPicture) -> bool:
        """Look where it is now; False when it has travelled out of the region."""
        if not self._held:
            return True
        onward = self._shift + self._speed
        if self._piece_at(onward, half) is None:
            return False
        found = [self._found(half, guess) for guess in (onward, onward + self._speed)]
        alike, shift = max(found, key=lambda match: match[0])
        self._held = alike >= _ALIKE
        if self._held:
            self._speed = shift - self._shift
            self._shift = shift
        return True

    def _piece_at(self, shift: _Point, half: SmallPicture) -> tuple[_Point, _Point] | None:
        """Return first and last pixel, x and y, of its looks in view at that shift; None when too few are."""
        ends = np.array(half.shape[::-1])
        first = np.maximum(0, -(self._corner + shift))
        last = np.minimum(self._size, ends - (self._corner + shift))
        seen = last - first
        return None if (seen < _LEAST_SIDE).any() or seen.prod() < _VISIBLE * self._size.prod() else (first, last)

    def _found(self, half: SmallPicture, guess: _Point) -> tuple[float, _Point]:
        """Return how alike the best match near a guessed shift is, and its shift."""
        piece = self._piece_at(guess, half)
        if piece is None:
            return 0.0, guess
        first, last = piece
        looks = self._looks[first[1] : last[1], first[0] : last[0]]
        at = self._corner + guess + first
        start = np.maximum(0, at - _REACH)
        end = np.minimum(np.array(half.shape[::-1]), at + (last - first) + _REACH)
        if float(looks.std()) < _FLAT:
            return 0.0, guess
        matches = cv2.matchTemplate(half[start[1] : end[1], start[0] : end[0]], looks, cv2.TM_CCOEFF_NORMED)
        _, alike, _, place = cv2.minMaxLoc(matches)
        return alike, start + np.array(place) - first - self._corner

    def is_still(self, thing: Thing) -> bool:
        """Say whether a thing that rests now is this part, or at least covers it where it was never seen to leave."""
        held = self._moved_mask() if self.moved else cv2.bitwise_and(self.mask, cv2.bitwise_not(self._bared))
        stays = cv2.countNonZero(cv2.bitwise_and(held, thing.mask))
        return stays >= _STAYS * min(thing.area, max(1, cv2.countNonZero(self.mask)))

    def settle(self, thing: Thing, half: SmallPicture) -> None:
        """Go on from where it rests now; what has grown has something lying over it and keeps its old shape."""
        area = cv2.countNonZero(self.mask)
        if self.moved:
            self.mask = self._moved_mask()
        if thing.area <= _GROWN * area:
            self.mask = thing.mask
            self._start(thing, half)
        self._bared[:] = 0

    def _start(self, thing: Thing, half: SmallPicture) -> None:
        left, top, wide, high = thing.box
        height, width = half.shape
        x, y = max(0, left // 2 - _MARGIN), max(0, top // 2 - _MARGIN)
        right = min(width, (left + wide + 1) // 2 + _MARGIN)
        bottom = min(height, (top + high + 1) // 2 + _MARGIN)
        self._looks = half[y:bottom, x:right].copy()
        self._corner = np.array([x, y])
        self._size = np.array([right - x, bottom - y])
        self._shift = np.zeros(2, np.int64)
        self._speed = np.zeros(2, np.int64)
        self._held = float(self._looks.std()) >= _FLAT

    def _moved_mask(self) -> Mask:
        x, y = (float(number) * 2 for number in self._shift)
        height, width = self.mask.shape
        return cv2.warpAffine(self.mask, np.array([[1, 0, x], [0, 1, y]]), (width, height), flags=cv2.INTER_NEAREST)
