"""The things that stand in the region: where, how large, whether whole, and whether they came or went."""

from dataclasses import dataclass

import cv2
import numpy as np

from inspector.inspection.presence_view import Mask, SmallPicture, grey, steepness

_SPECK = 0.002
_MIDDLE = 1 / 6
_FILLED = 0.5
_OVER_MIDDLE = 0.3
_MUCH = 0.4
_NEARLY_ALL = 0.8
_CONTACT = 0.08
_RATHER_GONE = 1.25
_SMOOTH = 0.09
_SOFT = 0.14
_CORE = np.ones((5, 5), np.uint8)
_BRIDGE = np.ones((9, 9), np.uint8)
_BAND = np.ones((5, 5), np.uint8)


@dataclass(frozen=True, eq=False)
class Thing:
    """One connected thing. `mask` is 255 where it is; `box` its left, top, width and height; `centre` x and y."""

    mask: Mask
    box: tuple[int, int, int, int]
    area: int
    centre: tuple[float, float]

    @property
    def share(self) -> float:
        """Which share of the region it covers."""
        return self.area / self.mask.size

    @property
    def fills_middle(self) -> bool:
        """Whether it fills at least half of the middle of the region."""
        middle = _middle(self.mask, _MIDDLE / 2)
        return cv2.countNonZero(middle) >= _FILLED * middle.size

    @property
    def cut_off(self) -> bool:
        """Whether it reaches over one side of the region only, or over a corner: it is half in, or a hand."""
        left, top, right, bottom = self._cut_by
        return (left or top or right or bottom) and not (left and right) and not (top and bottom)

    def middle_piece(self) -> "Thing":
        """Return the thing, or its middle third where it reaches across the region: its ends cannot be seen.

        Parts that lie end to end on a belt look like one such thing; its middle is the part that is meant.
        """
        left, top, right, bottom = self._cut_by
        height, width = self.mask.shape
        x, y = width // 3 if left and right else 0, height // 3 if top and bottom else 0
        if not (x or y):
            return self
        piece = np.zeros_like(self.mask)
        piece[y : height - y, x : width - x] = self.mask[y : height - y, x : width - x]
        return _thing(piece) if cv2.countNonZero(piece) else self

    @property
    def _cut_by(self) -> tuple[bool, bool, bool, bool]:
        core = cv2.morphologyEx(self.mask, cv2.MORPH_OPEN, _CORE)
        left, top, right, bottom = (
            bool(np.count_nonzero(edge) > _CONTACT * edge.size) for edge in (core[:, 0], core[0], core[:, -1], core[-1])
        )
        return left, top, right, bottom

    @property
    def over_middle(self) -> bool:
        """Whether it covers much of the middle third of the region, or much of the region."""
        middle = _middle(self.mask, 1 / 6)
        return self.share >= _MUCH or cv2.countNonZero(middle) >= _OVER_MIDDLE * middle.size


def things_in(unlike: Mask, ground: Mask | None = None) -> list[Thing]:
    """Return the connected things of a mask, the largest first; specks are left out.

    With `ground`, where the empty place is surely seen, pieces are one thing when they lie near each other and no
    ground is seen between them: a part in whose picture some places happen to look like the ground.
    """
    connected = unlike if ground is None else _bridged(unlike, ground)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(connected)
    found = []
    for label in range(1, count):
        if boxes[label][cv2.CC_STAT_AREA] >= _SPECK * unlike.size:
            mask = np.where(labels == label, unlike, 0).astype(np.uint8)
            thing = _thing(mask)
            if thing.area >= _SPECK * unlike.size:
                found.append(thing)
    return sorted(found, key=lambda thing: -thing.area)


def _bridged(unlike: Mask, ground: Mask) -> Mask:
    """Return the mask with what lies in doubt between its pieces; `ground` leaves out one pixel at its border."""
    doubt = cv2.bitwise_and(cv2.bitwise_not(cv2.dilate(ground, _CORE[:3, :3])), cv2.dilate(unlike, _BRIDGE))
    return cv2.bitwise_or(unlike, doubt)


def _thing(mask: Mask) -> Thing:
    moments = cv2.moments(mask, binaryImage=True)
    left, top, wide, high = cv2.boundingRect(mask)
    area = moments["m00"]
    return Thing(mask, (left, top, wide, high), int(area), (moments["m10"] / area, moments["m01"] / area))


def is_part(things: list[Thing], share: float) -> bool:
    """Say whether these things together are enough for a part: in area, or because one fills the middle."""
    return sum(thing.share for thing in things) >= share or any(thing.fills_middle for thing in things)


def has_gone(thing: Thing, picture: SmallPicture, empty: SmallPicture) -> bool:
    """Say whether a difference is rather something that the empty place was learned with and that has left.

    Along the outline of what came the picture is steep; of what left, the picture of the empty place is. Where a thing
    covers nearly everything there is no outline, and its inside is compared.
    """
    whole = thing.share >= _NEARLY_ALL
    band = thing.mask if whole else cv2.morphologyEx(thing.mask, cv2.MORPH_GRADIENT, _BAND)
    now, before = cv2.mean(steepness(picture), band)[0], cv2.mean(steepness(empty), band)[0]
    return before > _RATHER_GONE * now


def is_soft(thing: Thing, picture: SmallPicture, empty: SmallPicture) -> bool:
    """Say whether a difference has no sharp outline: it is a shadow or a change of the light, and no part.

    At a sharp outline the difference rises from nothing to its height just inside within a few pixels; further inside
    it may rise on, as in a bright part with a faint rim.
    """
    off = grey(cv2.subtract(picture, empty))
    band = cv2.morphologyEx(thing.mask, cv2.MORPH_GRADIENT, _BAND)
    band[[0, 1, -2, -1]], band[:, [0, 1, -2, -1]] = 0, 0
    if cv2.countNonZero(band) == 0:
        return False
    inside = cv2.erode(thing.mask, _BAND[:3, :3])
    edge = cv2.bitwise_and(inside, cv2.bitwise_not(cv2.erode(inside, _BAND, iterations=2)))
    steep = steepness(off)
    rise, height = cv2.mean(steep, band)[0], cv2.mean(np.abs(off), edge)[0]
    if rise >= _SOFT * height:
        return False
    core = cv2.erode(inside, _BAND, iterations=2)
    # Light and shadow vary little within; a rounded part has a structure of its own there.
    return cv2.countNonZero(core) == 0 or cv2.mean(steep, core)[0] < _SMOOTH * height


def _middle(mask: Mask, half: float) -> Mask:
    height, width = mask.shape
    reach_x, reach_y = max(1, round(width * half)), max(1, round(height * half))
    return np.ascontiguousarray(
        mask[height // 2 - reach_y : height // 2 + reach_y, width // 2 - reach_x : width // 2 + reach_x]
    )
