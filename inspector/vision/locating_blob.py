"""Finding a part as the largest thing that differs from the ground it lies on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Locating
from inspector.vision.locating import (
    Find,
    LocatingImpossible,
    as_grey,
    factor_for,
    factor_for_reference,
    not_found,
    shrunken,
)
from inspector.vision.locating_refinement import Aligner, Alignment, smoothed
from inspector.vision.transforms import Transform, degrees_of, moving, nearest_turn, scaling

_WORKING = 400  # pixels of the area's longer side, where the thing is told from the ground
_RING = 0.03  # of the shorter side, along the border, where the ground is looked at
_RING_POINTS = 700  # of them at most about so many are looked at
_LEAST_CONTRAST = 6.0  # grey levels
_LEAST_AREA = 0.003  # of the searched area
_COMPARED = 64  # pixels of the reference's longer side, where turns are compared
_ROUND = 1.15  # longest against shortest extent by moments, below which a thing has no direction of its own
_BOXY = 0.93  # share of its smallest rectangle that a rectangular thing fills
_MARGIN = 1.1  # size of the part's picture against the thing, where there is no reference
_TURN_STEP = 10.0  # degrees, where a round thing's turn is looked for
_LEAST_LOPSIDED = 0.05  # third moment by which the two ends of a thing are told apart

_Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class _Thing:
    """One thing: its outline `[N, 2]` and middle in pixels of the area, and by how much it stands out, 0 to 1.

    `moments` are OpenCV's, of the filled outline; those used of them do not depend on its size.
    `degrees` is where its long axis points, `period` by how much it may be turned and look the same by its outline
    alone: 180, 90 for a square, 0 for a round one.
    """

    outline: _Values
    moments: Mapping[str, float]
    middle: tuple[float, float]
    degrees: float
    period: float
    certainty: float


class BlobLocator:
    """Looks for the largest thing that differs from the ground.

    The ground is a plane of brightness in each channel, fitted to the area's border: a slope of the light does no harm,
    and a thing may touch the border with less than half of it. With a reference (the part's picture) the part comes to
    lie as it does there, in the same size, and of the turns that its outline leaves open the most similar one is taken.
    Without one, the thing's own rectangle with a margin, turned upright, is the part's picture; where it may be turned
    by more than 45 degrees, that means its long side across and its pointed end to the right. The certainty is how far
    the thing stands out of the ground's own variation.
    """

    def __init__(self, reference: Pixels | None, locating: Locating, aspect: float) -> None:
        """Take the reference at the frames' own size and `aspect`, the width of the network's input by its height.

        Raises LocatingImpossible where the reference shows no thing on a ground.
        """
        self._turn = locating.turn
        self._aspect = aspect
        self._taught = None if reference is None else _Taught(reference)

    def find(self, area: Pixels) -> Find:
        """Return where the part lies in the area, uint8 `H x W` or `H x W x 3` RGB."""
        thing = _thing_in(area)
        if thing is None:
            return not_found("The part was not found: nothing that is large enough differs from the ground.")
        return self._upright(thing) if self._taught is None else self._as_taught(area, thing, self._taught)

    def _upright(self, thing: _Thing) -> Find:
        turns = self._turns(thing, 0.0)
        degrees = _pointed_end(thing, turns) if thing.period == 180 else turns[0]
        points = thing.outline @ np.asarray(moving((0, 0), (0, 0), -degrees)[:2, :2].T, dtype=np.float32)
        low, high = points.min(axis=0), points.max(axis=0)
        size = (high - low + 1.0) * _MARGIN
        width = float(max(size[0], size[1] * self._aspect))
        height = width / self._aspect
        middle = moving((0, 0), (0, 0), degrees) @ np.array([*(low + high) / 2, 1.0])
        to_area = moving(((width - 1) / 2, (height - 1) / 2), (float(middle[0]), float(middle[1])), degrees)
        return Find(to_area, width, height, thing.certainty, self._problem(degrees))

    def _as_taught(self, area: Pixels, thing: _Thing, taught: "_Taught") -> Find:
        turns = self._turns(thing, taught.thing.degrees)
        starts = [moving(taught.thing.middle, thing.middle, degrees) for degrees in turns]
        to_area = taught.most_similar(area, starts)
        turned = nearest_turn(degrees_of(to_area))
        return Find(to_area, taught.width, taught.height, thing.certainty, self._problem(turned))

    def _turns(self, thing: _Thing, taught: float) -> list[float]:
        """Return the turns against upright that the outline leaves open, as far as they are allowed; at least one."""
        if thing.period == 0:
            if self._taught is None:
                return [0.0]
            each_way = math.ceil(self._turn / _TURN_STEP)
            return [self._turn * index / max(1, each_way) for index in range(-each_way, each_way + 1)]
        period = 90.0 if self._taught is None and self._turn <= 45 else thing.period
        first = nearest_turn(thing.degrees - taught, period)
        every = [nearest_turn(first + period * index) for index in range(round(360 / period))]
        allowed = [degrees for degrees in every if abs(degrees) <= self._turn + 1.0]
        return allowed or [min(every, key=abs)]

    def _problem(self, turned: float) -> str:
        if abs(turned) <= self._turn + 1.0:
            return ""
        return f"The part lies turned by {abs(turned):.0f} degrees, more than the {self._turn:.0f} that are allowed."


class _Taught:
    """The thing in the reference, and its picture for telling turns apart."""

    def __init__(self, reference: Pixels) -> None:
        thing = _thing_in(reference)
        if thing is None:
            raise LocatingImpossible(
                "The taught part's picture shows no thing that stands out of an even ground; mark the part with some "
                "ground around it, or locate it by template."
            )
        self.thing = thing
        self.height, self.width = reference.shape[:2]
        self._factor = factor_for_reference(self.height, self.width, _COMPARED)
        small = shrunken(as_grey(reference), self._factor)
        # Of the ground, which the part is turned against, only the seam counts.
        inside = np.zeros(small.shape, np.uint8)
        cv2.fillPoly(inside, [np.rint((thing.outline + 0.5) / self._factor - 0.5).astype(np.int32)], 1)
        counted = cv2.dilate(inside, np.ones((5, 5), np.uint8)) > 0
        self._aligner = Aligner(small, counted=counted)

    def most_similar(self, area: Pixels, starts: list[Transform]) -> Transform:
        """Return the one of these places in which the area looks most like the reference, aligned to it."""
        whole = scaling(self._factor, self._factor)
        picture = smoothed(as_grey(shrunken(area, self._factor)))
        places = [np.linalg.inv(whole) @ start @ whole for start in starts]
        seen = [Alignment(place, self._aligner.correlation(picture, place)) for place in places]
        best = self._aligner.align(picture, max(seen, key=lambda alignment: alignment.correlation).transform)
        return whole @ best.transform @ np.linalg.inv(whole)


def _pointed_end(thing: _Thing, turns: list[float]) -> float:
    """Return the turn that puts the pointed end to the right; where both ends are alike, the smallest turn."""

    def pointedness(degrees: float) -> float:
        """Return the third moment along that direction against the second, both about the middle."""
        x, y = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        of = thing.moments
        second = of["nu20"] * x * x + 2 * of["nu11"] * x * y + of["nu02"] * y * y
        third = of["nu30"] * x**3 + 3 * of["nu21"] * x * x * y + 3 * of["nu12"] * x * y * y + of["nu03"] * y**3
        return third / max(1e-9, second * math.sqrt(max(0.0, second)))

    best = max(turns, key=pointedness)
    return best if pointedness(best) > _LEAST_LOPSIDED else min(turns, key=abs)


def _thing_in(area: Pixels) -> _Thing | None:
    """Return the largest thing in a picture, None where there is none."""
    factor = factor_for(max(area.shape[:2]), _WORKING)
    small = shrunken(area, factor)
    difference, noise = _difference_from_ground(small)
    level = cv2.threshold(difference, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0]
    threshold = max(level, 4 * noise, _LEAST_CONTRAST)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    opened = cv2.morphologyEx((difference > threshold).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel, iterations=2)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    if cv2.contourArea(outline) < _LEAST_AREA * difference.size:
        return None
    return _thing(outline, difference, noise, factor)


def _thing(outline: np.ndarray, difference: Pixels, noise: float, factor: int) -> _Thing:
    filled = np.zeros(difference.shape, np.uint8)
    cv2.drawContours(filled, [outline], -1, 1, cv2.FILLED)
    moments = cv2.moments(filled, binaryImage=True)
    middle = scaling(factor, factor) @ np.array([moments["m10"] / moments["m00"], moments["m01"] / moments["m00"], 1.0])
    degrees, period = _direction(outline, moments)
    inside = float(cv2.mean(difference, mask=filled)[0])
    certainty = min(1.0, max(0.0, 1.0 - 3 * max(noise, 1.0) / max(inside, 1e-6)))
    points = (outline[:, 0, :].astype(np.float32) + 0.5) * factor - 0.5
    return _Thing(points, moments, (float(middle[0]), float(middle[1])), degrees, period, certainty)


def _direction(outline: np.ndarray, moments: dict[str, float]) -> tuple[float, float]:
    """Return where a thing's long axis points, in degrees, and after how many degrees its outline is the same again."""
    across, down, mixed = (moments[name] / moments["m00"] for name in ("mu20", "mu02", "mu11"))
    half_difference = math.hypot((across - down) / 2, mixed)
    longest, shortest = (across + down) / 2 + half_difference, (across + down) / 2 - half_difference
    if longest > _ROUND**2 * max(shortest, 1e-9):
        return math.degrees(math.atan2(2 * mixed, across - down)) / 2, 180.0
    _, size, degrees = cv2.minAreaRect(outline)
    if moments["m00"] > _BOXY * (size[0] + 1) * (size[1] + 1):
        return float(degrees), 90.0
    return 0.0, 0.0


def _difference_from_ground(picture: Pixels) -> tuple[Pixels, float]:
    """Return by how much each pixel differs from the ground, uint8 `H x W`, and how much the ground itself varies.

    The ground is a plane fitted to the picture's border, twice more without what lies off it.
    """
    rows, columns = picture.shape[:2]
    wide = max(2, round(_RING * min(rows, columns)))
    ring = np.ones((rows, columns), bool)
    ring[wide:-wide, wide:-wide] = False
    down, across = (places[:: max(1, places.size // _RING_POINTS)] for places in np.nonzero(ring))
    positions = np.stack([np.ones(down.size), across / columns, down / rows], axis=1).astype(np.float32)
    levels = picture[down, across].reshape(down.size, -1).astype(np.float32)
    planes, noise = _planes(positions, levels)
    difference = np.zeros((rows, columns), np.uint8)
    for channel in range(levels.shape[1]):
        plane = (
            planes[0, channel]
            + planes[1, channel] * (np.arange(columns, dtype=np.float32) / columns)[None]
            + planes[2, channel] * (np.arange(rows, dtype=np.float32) / rows)[:, None]
        )
        one = picture if picture.ndim == 2 else np.ascontiguousarray(picture[:, :, channel])
        ground = np.rint(np.clip(plane, 0, 255)).astype(np.uint8)
        difference = np.asarray(cv2.max(difference, cv2.absdiff(one, ground)), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(difference, (3, 3), 0), dtype=np.uint8), noise


def _planes(positions: _Values, levels: _Values) -> tuple[_Values, float]:
    """Return a plane for each channel, `[3, C]`, through most of the points, and the largest robust spread about it."""
    start = np.median(levels, axis=0)
    planes = np.stack([start, np.zeros_like(start), np.zeros_like(start)])
    spread = 0.0
    for _ in range(3):
        distance = np.abs(levels - positions @ planes).max(axis=1)
        spread = max(1.0, 1.4826 * float(np.median(distance)))
        near = distance <= 3 * spread
        seen = positions[near]
        planes = np.linalg.solve(seen.T @ seen + 1e-3 * np.eye(3, dtype=np.float32), seen.T @ levels[near])
    return planes, spread
