"""The empty place, learned by looking: what the region looks like without a part, in whatever light there is."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from inspector.inspection.presence_view import Mask, SmallPicture, by_colour, ranked, share_of, strongest, unlikeness

_FAINTEST, _PLAINEST = 4.0, 48.0
_NOISES = 4.5
_DEVIATIONS = 3.5
_FOLLOWING = 6.0
_LEARNING_FRAMES = 20
_STEP_OF_LIGHT = 1.2
_LIT_SHARE = 0.12
_DARKER = 0.15
_BRIGHT_SHARE = 0.95
_BLACK = 4.0
_PLAIN = 0.5
_OPEN = np.ones((3, 3), np.uint8)
_AROUND = np.ones((7, 7), np.uint8)


@dataclass(frozen=True, eq=False)
class Sight:
    """One small picture against the empty place.

    `picture` has its light brought to that of the empty place. `unlike` is 255 where something stands, `ground` 255
    where the empty place is surely seen; between the two lies doubt. `lit` is False when the light cannot be told,
    since nothing of the empty place is seen or the lamp was switched; then `ground` is empty.
    """

    picture: SmallPicture
    unlike: Mask
    ground: Mask
    share: float
    lit: bool


class EmptyPlace:
    """What the region looks like when it is empty.

    It starts from its first picture, whatever that shows, and follows slow changes where nothing stands. Under what
    stands there it only follows the light that is seen around it, so that nothing is ever taken in by resting there.
    """

    def __init__(self, first: SmallPicture, sensitivity: float) -> None:
        """Take `first` for the empty place until it is known better."""
        self.picture: SmallPicture = first.copy()
        self._least = _PLAINEST * (_FAINTEST / _PLAINEST) ** sensitivity
        self._deviation: SmallPicture = np.zeros(first.shape[:2], np.float32)
        self._noise = 0.0
        self._light = np.ones(1 if first.ndim == 2 else first.shape[2], np.float32)
        self._frames = 0

    @property
    def faintest(self) -> float:
        """By how many grey levels a pixel must differ from the empty place, at the present noise, to be unlike it."""
        return float(max(self._least, _NOISES * self._noise))

    @property
    def stirring(self) -> float:
        """By how many grey levels a pixel must differ from itself to have moved."""
        return float(max(0.5 * self._least, _NOISES * self._noise))

    def dark(self, picture: SmallPicture) -> bool:
        """Say whether the light is off: nothing can be told from this picture."""
        bright, usual = (ranked(seen[::4, ::4], _BRIGHT_SHARE) for seen in (picture, self.picture))
        return bright < max(_BLACK, _DARKER * usual)

    def note_noise(self, picture: SmallPicture, before: SmallPicture) -> None:
        """Learn the camera's noise from two pictures that follow each other; what moved in them does not matter."""
        spread = 1.4826 * ranked(cv2.absdiff(picture, before)[::3, ::3], 0.5)
        self._noise += 0.1 * (min(spread, 3.0 * self._noise + 1.0) - self._noise)

    def sight(self, picture: SmallPicture, occupied: Mask) -> Sight:
        """Compare a picture with the empty place. `occupied` is where something stood in the picture before."""
        light, lit = self._light_of(picture, occupied)
        if lit:
            self._light = light
        light = self._light if picture.ndim == 3 else self._light[:1]
        levelled = by_colour(picture, 1 / light)
        off = unlikeness(levelled, self.picture)
        limit = np.maximum(self.faintest, np.minimum(_DEVIATIONS * self._deviation, 2 * self._least))
        unlike = cv2.compare(off, limit, cv2.CMP_GT)
        unlike = cv2.morphologyEx(cv2.morphologyEx(unlike, cv2.MORPH_OPEN, _OPEN), cv2.MORPH_CLOSE, _OPEN)
        ground = cv2.erode(cv2.compare(off, 0.6 * limit, cv2.CMP_LT), _OPEN) if lit else np.zeros_like(unlike)
        return Sight(levelled, unlike, ground, share_of(unlike), lit)

    def follow(self, picture: SmallPicture, sight: Sight, seconds: float) -> None:
        """Follow slow changes of the empty place, as far as it is seen; `seconds` have passed since the last time."""
        if not sight.lit:
            return
        self._frames = min(self._frames + 1, _LEARNING_FRAMES)
        pace = 1 - math.exp(-seconds / _FOLLOWING)
        if self._frames < _LEARNING_FRAMES:
            pace = max(pace, 1 / (self._frames + 1))
        free = cv2.bitwise_not(cv2.dilate(sight.unlike, _AROUND))
        off = unlikeness(sight.picture, self.picture)
        cv2.accumulateWeighted(np.minimum(off, self._least), self._deviation, pace, free)
        under = by_colour(self.picture, 1 + pace * (self._light - 1))
        cv2.accumulateWeighted(picture, self.picture, pace, free)
        self.picture = cv2.copyTo(self.picture, free, under)
        self._light += pace * (1 - self._light)

    def adopt(self, picture: SmallPicture, where: Mask) -> None:
        """Take the picture, with its light brought to that of the empty place, for the empty place there."""
        cv2.copyTo(picture, where, self.picture)
        self._deviation[where > 0] = 0

    def relight(self, picture: SmallPicture, apart_from: Mask) -> None:
        """Take the picture for the empty place in a new light; under `apart_from` the old one is brought to it."""
        around = apart_from == 0
        change = [
            np.median((new[around] + 1) / (old[around] + 1)) if around.any() else 1.0
            for new, old in zip(_colours(picture), _colours(self.picture), strict=True)
        ]
        brought = self.picture * np.array(change, np.float32)
        self.picture = np.where(around[..., None] if picture.ndim == 3 else around, picture, brought).astype(np.float32)
        self._deviation[:] = 0
        self._light[:] = 1

    def _light_of(self, picture: SmallPicture, occupied: Mask) -> tuple[SmallPicture, bool]:
        """Return how much brighter each colour is than in the empty place, and whether enough of it was seen."""
        free = occupied[::3, ::3] == 0
        light = self._light.copy()
        for index, (new, old) in enumerate(zip(_colours(picture), _colours(self.picture), strict=True)):
            ratio = (new[::3, ::3][free] + 4) / (old[::3, ::3][free] + 4)
            near = ratio[(ratio > light[index] / _STEP_OF_LIGHT) & (ratio < light[index] * _STEP_OF_LIGHT)]
            if near.size < _LIT_SHARE * occupied[::3, ::3].size:
                return light, False
            light[index] = ranked(near, 0.5)
        return light, True


def _colours(picture: SmallPicture) -> list[SmallPicture]:
    return [picture] if picture.ndim == 2 else [picture[..., colour] for colour in range(picture.shape[2])]


def same_structure(one: SmallPicture, other: SmallPicture, apart_from: Mask) -> float:
    """Return how alike the fine structure of two pictures is in any light, -1 to 1; NaN where both have none."""
    fine = [strongest(picture) - cv2.blur(strongest(picture), (9, 9)) for picture in (one, other)]
    there = cv2.dilate(apart_from, _AROUND) == 0
    if not there.any():
        return math.nan
    first, second = (picture[there] for picture in fine)
    if max(float(first.std()), float(second.std())) < _PLAIN:
        return math.nan
    if min(float(first.std()), float(second.std())) < _PLAIN:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
