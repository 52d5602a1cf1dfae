"""The demo camera's view: an indexing belt that brings one part after another to rest under the light."""

from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np

from inspector.cameras.demo_part import CLASS_WEIGHTS, PATCH_SIZE, Field, PartPainter, PartPicture
from inspector.domain.frame import Pixels

WIDTH, HEIGHT = 1280, 1024
MOVING_SHARE = 0.45
"""How much of a part's time the belt moves; the part lies still for the rest."""

_PARTS_KEPT = 3
_RAIL = 118
_PLAY = 18


@dataclass(frozen=True, eq=False)
class _Part:
    class_name: str
    picture: PartPicture
    left: int
    top: int


class DemoScene:
    """Draws the belt and what lies on it. The same seed shows the same parts in the same order for ever."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._painter = PartPainter(seed)
        self._belt = _belt(np.random.default_rng([seed, 2]))
        self._parts: OrderedDict[tuple[int, str], _Part] = OrderedDict()

    def class_of(self, index: int) -> str:
        """Return what part `index` (from 0) really is: one of the classes of `demo_part.PART_CLASSES`."""
        random = np.random.default_rng([self._seed, 3, index])
        return str(random.choice(list(CLASS_WEIGHTS), p=list(CLASS_WEIGHTS.values())))

    def still(self, index: int, class_name: str | None = None) -> Pixels:
        """Return the picture of part `index` at rest, as the class it is or as the one asked for."""
        picture = self._belt_at(index * WIDTH)
        self._lay(picture, self.prepare(index, class_name), 0)
        return picture

    def moving(self, index: int, phase: float) -> Pixels:
        """Return the picture at `phase` 0..1 of the time of part `index`: it comes, the last one leaves, it rests."""
        come = _eased(min(1.0, phase / MOVING_SHARE))
        away = round((1 - come) * WIDTH)
        picture = self._belt_at(index * WIDTH - away)
        self._lay(picture, self.prepare(index), -away)
        if away and index > 0:
            self._lay(picture, self.prepare(index - 1), WIDTH - away)
        return picture

    def prepare(self, index: int, class_name: str | None = None) -> _Part:
        """Draw part `index` unless that was done lately. Called while the belt stands, it saves the time later."""
        known = (index, class_name or self.class_of(index))
        if known not in self._parts:
            random = np.random.default_rng([self._seed, 4, index])
            left, top = ((size - PATCH_SIZE) // 2 + int(random.integers(-_PLAY, _PLAY + 1)) for size in (WIDTH, HEIGHT))
            self._parts[known] = _Part(known[1], self._painter.paint(known[1], random), left, top)
            while len(self._parts) > _PARTS_KEPT:
                self._parts.popitem(last=False)
        return self._parts[known]

    def _belt_at(self, travel: int) -> Pixels:
        """Return the empty belt after it has run `travel` pixels to the right; the rails beside it stand still."""
        picture = np.empty_like(self._belt)
        start = -travel % WIDTH
        picture[:, : WIDTH - start] = self._belt[:, start:]
        picture[:, WIDTH - start :] = self._belt[:, :start]
        picture[:_RAIL], picture[-_RAIL:] = self._belt[:_RAIL], self._belt[-_RAIL:]
        return picture

    def _lay(self, picture: Pixels, part: _Part, moved: int) -> None:
        """Lay a part on the picture, `moved` pixels to the right of where it rests; what is outside is cut off."""
        left = part.left + moved
        start, end = max(0, left), min(WIDTH, left + PATCH_SIZE)
        if start >= end:
            return
        place = picture[part.top : part.top + PATCH_SIZE, start:end]
        columns = slice(start - left, end - left)
        below = cv2.multiply(place, part.picture.through[:, columns], scale=1 / 255)
        place[:] = cv2.add(below, part.picture.colour[:, columns])


def _eased(share: float) -> float:
    """Return how far the belt has come after a share of its moving time: it starts and stops gently."""
    return share * share * (3 - 2 * share)


def _belt(random: np.random.Generator) -> Pixels:
    """Return the empty scene: a woven belt, lit from above its middle, between two aluminium rails."""
    row = np.arange(HEIGHT, dtype=np.float32)
    light = np.exp(-(((row - HEIGHT * 0.46) / 640) ** 2))
    grain = cv2.GaussianBlur(random.standard_normal((HEIGHT, WIDTH), dtype=np.float32), (0, 0), 0.9)
    weave = np.where((np.arange(WIDTH)[None, :] // 4 + np.arange(HEIGHT)[:, None] // 4) % 2, 1.0, -1.0)
    grey = light[:, None] * (1 + 0.11 * grain + 0.035 * cv2.GaussianBlur(weave, (0, 0), 1.2))
    scene = np.asarray(grey[:, :, None] * np.array((58, 66, 70)), dtype=np.float32)
    for top in (0, HEIGHT - _RAIL):
        scene[top : top + _RAIL] = _rail(random)
    for edge, step in ((_RAIL, 1), (HEIGHT - _RAIL - 1, -1)):
        for away in range(26):
            scene[edge + step * away] *= 0.35 + 0.65 * away / 26
    return np.asarray(np.clip(scene, 0, 255), dtype=np.uint8)


def _rail(random: np.random.Generator) -> Field:
    """Return an extruded aluminium rail with a groove, brushed along the belt."""
    rows = np.arange(_RAIL)
    level = 116 + 26 * np.cos((rows - 30) / _RAIL * 2.2)
    groove = (rows > 50) & (rows < 70)
    level[groove] = 34 + 1.1 * (rows[groove] - 50)
    level[[0, 1, 49, 71, _RAIL - 2, _RAIL - 1]] += 34
    brushed = cv2.GaussianBlur(random.standard_normal((_RAIL, WIDTH), dtype=np.float32), (151, 1), 50)
    shade = level[:, None] * (1 + 0.4 * brushed)
    return np.asarray(shade[:, :, None] * np.array((0.96, 0.98, 1.0)), dtype=np.float32)
