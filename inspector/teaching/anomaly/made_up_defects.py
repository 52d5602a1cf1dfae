"""Made-up defects on good pictures: what the choice of a method is tried on where no real defects are labelled.

The ideas: cut-paste after Li et al., "CutPaste" (CVPR 2021); blots and scratches after Zavrtanik et al., "DRAEM" (ICCV
2021). They are made fainter or stronger at random, so that neither every nor no method finds them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels

Mask = NDArray[np.bool_]
Shade = NDArray[np.float32]
Picture = NDArray[np.float32]

_TRIES = 8
_LEAST_CHANGE = 4.0  # grey levels, the mean over the mask: less is no defect that anybody would see
_LEAST_AREA = 9  # pixels
_SEEN = 0.3  # of a shade from 0 to 1: from here on a pixel counts as defective


@dataclass(frozen=True, eq=False)
class MadeUp:
    """Pictures with one made-up defect each: `pixels` uint8 `[D, H, W, 3]`, `masks` bool `[D, H, W]`.

    `source` `[D]` says which of the good pictures each was made of.
    """

    pixels: Pixels
    masks: NDArray[np.bool_]
    source: NDArray[np.int64]


def made_up_defects(good: Pixels, count: int, seed: int) -> MadeUp:
    """Return about `count` defective copies of good pictures uint8 `[N, H, W, 3]`, the kinds and pictures in turn.

    Fewer come where nothing can be seen of a defect, as of a blur on an even ground. The same seed makes the same.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(good))
    pixels, masks, source = [], [], []
    for number in range(count):
        place = int(order[number % len(good)])
        other = good[int(random.integers(len(good)))]
        made = _one(good[place], other, _KINDS[number % len(_KINDS)], random)
        if made is not None:
            pixels.append(made[0])
            masks.append(made[1])
            source.append(place)
    height, width = good.shape[1:3]
    return MadeUp(
        np.array(pixels, dtype=np.uint8).reshape(-1, height, width, 3),
        np.array(masks, dtype=np.bool_).reshape(-1, height, width),
        np.array(source, dtype=np.int64),
    )


def _one(pixels: Pixels, other: Pixels, kind: "_Kind", random: np.random.Generator) -> tuple[Pixels, Mask] | None:
    picture = pixels.astype(np.float32)
    for _ in range(_TRIES):
        changed, shade = kind(picture, other.astype(np.float32), random)
        made = np.clip(changed, 0, 255).astype(np.uint8)
        mask = shade > _SEEN
        change = np.abs(made.astype(np.float32) - picture).mean(axis=2)
        if mask.sum() >= _LEAST_AREA and change[mask].mean() >= _LEAST_CHANGE:
            return made, mask
    return None


def _cut_paste(picture: Picture, other: Picture, random: np.random.Generator) -> tuple[Picture, Shade]:
    """Put a piece of a good picture at another place, turned and a little lighter or darker."""
    shade = _blob(picture, random, 0.03, 0.2)
    height, width = shade.shape
    row, column = random.uniform(-0.5, 0.5, 2) * (height, width)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(-180, 180)), 1.0)
    turn[:, 2] += (column, row)
    moved = cv2.warpAffine(other, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    moved = np.asarray(moved, dtype=np.float32) * np.float32(random.uniform(0.85, 1.15))
    return _mixed(picture, moved, shade), shade


def _scratch(picture: Picture, _: Picture, random: np.random.Generator) -> tuple[Picture, Shade]:
    """Draw a thin bent line, lighter or darker."""
    height, width = picture.shape[:2]
    side = min(height, width)
    length = random.uniform(0.08, 0.5) * side
    direction = random.uniform(0, 2 * np.pi)
    point = np.array(_place(picture, random), dtype=np.float64)
    points = [point]
    for _step in range(6):
        direction += random.normal(0, 0.25)
        point = point + length / 6 * np.array([np.cos(direction), np.sin(direction)])
        points.append(point)
    thickness = max(1, round(float(random.uniform(0.003, 0.015)) * side))
    drawn = np.zeros((height, width), dtype=np.uint8)
    cv2.polylines(drawn, [np.round(np.array(points)).astype(np.int32)], False, 255, thickness, cv2.LINE_AA)
    shade = np.asarray(drawn, dtype=np.float32) / np.float32(255)
    return np.asarray(picture + shade[..., None] * _tint(random), dtype=np.float32), shade


def _blot(picture: Picture, _: Picture, random: np.random.Generator) -> tuple[Picture, Shade]:
    """Draw a spot, lighter or darker, with an irregular and more or less soft edge."""
    shade = _blob(picture, random, 0.015, 0.15)
    return picture + shade[..., None] * _tint(random), shade


def _smear(picture: Picture, _: Picture, random: np.random.Generator) -> tuple[Picture, Shade]:
    """Blur a place: a detail that is gone."""
    shade = _blob(picture, random, 0.04, 0.2)
    sigma = float(random.uniform(0.008, 0.05)) * min(picture.shape[:2])
    return _mixed(picture, np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.float32), shade), shade


_Kind = Callable[[Picture, Picture, np.random.Generator], tuple[Picture, Shade]]
_KINDS: tuple[_Kind, ...] = (_cut_paste, _scratch, _blot, _smear)


def _blob(picture: Picture, random: np.random.Generator, smallest: float, largest: float) -> Shade:
    """Return an irregular round shape as a shade from 0 to 1; its radius is that share of the picture's side."""
    height, width = picture.shape[:2]
    side = min(height, width)
    radius = side * float(np.exp(random.uniform(np.log(smallest), np.log(largest))))
    stretch = float(np.exp(random.uniform(-0.7, 0.7)))
    column, row = _place(picture, random)
    angle = random.uniform(0, np.pi)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    along = (columns - column) * np.cos(angle) + (rows - row) * np.sin(angle)
    across = (rows - row) * np.cos(angle) - (columns - column) * np.sin(angle)
    turn = np.arctan2(across, along)
    edge = np.ones_like(turn)
    for order in (2, 3, 5):
        edge += np.float32(random.uniform(0, 0.25 / order)) * np.cos(order * turn + np.float32(random.uniform(0, 6.3)))
    distance = np.sqrt((along / stretch) ** 2 + (across * stretch) ** 2) / (radius * edge)
    softness = float(random.uniform(0.1, 0.5))
    return np.asarray(np.clip((1 - distance) / softness + 0.5, 0, 1), dtype=np.float32)


def _place(picture: Picture, random: np.random.Generator) -> tuple[float, float]:
    """Return column and row of a place, where there is much to see more often than on an even ground."""
    height, width = picture.shape[:2]
    grey = picture.mean(axis=2)
    detail = cv2.blur(np.abs(grey - cv2.blur(grey, (5, 5))), (15, 15))
    chance = cv2.resize(np.asarray(detail, dtype=np.float32), (32, 32), interpolation=cv2.INTER_AREA).ravel() + 0.5
    cell = int(random.choice(chance.size, p=chance / chance.sum()))
    row, column = divmod(cell, 32)
    return (column + float(random.random())) * width / 32, (row + float(random.random())) * height / 32


def _tint(random: np.random.Generator) -> Picture:
    """Return a change in grey levels: mostly grey, sometimes with a colour."""
    strength = float(np.exp(random.uniform(np.log(12), np.log(110)))) * random.choice((-1.0, 1.0))
    colour = random.choice((0.0, 0.5)) * random.uniform(-1, 1, 3)
    return np.asarray(strength * (1 + colour), dtype=np.float32)


def _mixed(picture: Picture, other: Picture, shade: Shade) -> Picture:
    return picture + shade[..., None] * (other - picture)
