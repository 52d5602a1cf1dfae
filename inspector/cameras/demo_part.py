"""The demo camera's part: a turned steel flange with six bolt holes and an engraved mark, good or with one defect.

Drawn from its geometry under a fixed light, so that it can lie at any angle. All lengths are in pixels.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels

GOOD = "good"
DEFECTS = ("scratch", "missing_hole", "stain", "chipped_edge")
PART_CLASSES = (GOOD, *DEFECTS)
CLASS_WEIGHTS: Mapping[str, float] = MappingProxyType({GOOD: 0.86, **dict.fromkeys(DEFECTS, 0.035)})
"""How often each class comes by."""

PATCH_SIZE = 760
OUTER_RADIUS = 312.0
HUB_RADIUS = 156.0
BORE_RADIUS = 62.0
HOLE_CIRCLE = 234.0
HOLE_RADIUS = 28.0
HOLE_COUNT = 6

_LIGHT = (-0.46, -0.56, 0.69)
_LIGHT_ANGLE = math.atan2(_LIGHT[1], _LIGHT[0])
_STEEL = (0.94, 0.97, 1.0)
_RUST = (0.62, 0.44, 0.27)
_MARK = "FL-80/6   316L   PN 16   "
_MARK_HEIGHT = 34.0
_MARK_RADIUS = 128.0

Field = NDArray[np.float32]


@dataclass(frozen=True)
class PartPicture:
    """A part cut out of its surroundings, to be laid on any background: `background * through / 255 + colour`.

    `colour` is uint8 `PATCH_SIZE x PATCH_SIZE x 3` RGB, already weighted with the part's own opacity. `through` has
    the same shape and says how much of the background is seen, shadow included.
    """

    colour: Pixels
    through: Pixels


@dataclass
class _Surface:
    """What is being drawn: brightness 0..1 and opacity 0..1 of each pixel, then its colour."""

    light: Field
    opacity: Field
    tint: Field


class PartPainter:
    """Draws parts. What is alike on all of them is prepared once; drawing one takes some tens of milliseconds."""

    def __init__(self, seed: int) -> None:
        axis = np.arange(PATCH_SIZE, dtype=np.float32) - (PATCH_SIZE - 1) / 2
        self._x, self._y = np.meshgrid(axis, axis)
        self._radius: Field = np.hypot(self._x, self._y)
        self._angle: Field = np.arctan2(self._y, self._x)
        self._brushed = self._brushed_finish(np.random.default_rng([seed, 1]))
        self._strip = _mark_strip()
        self._face = self._face_light()

    def paint(self, class_name: str, random: np.random.Generator) -> PartPicture:
        """Return one part of a class of `PART_CLASSES`, every random choice taken from `random`."""
        turn = float(random.uniform(-math.pi, math.pi))
        holes = [turn + index * 2 * math.pi / HOLE_COUNT for index in range(HOLE_COUNT)]
        edge = np.full_like(self._radius, OUTER_RADIUS)
        if class_name == "missing_hole":
            del holes[int(random.integers(len(holes)))]
        if class_name == "chipped_edge":
            edge = self._chipped_edge(random)
        surface = self._body(edge)
        self._engrave(surface, turn)
        if class_name == "stain":
            self._stain(surface, random)
        if class_name == "scratch":
            self._scratch(surface, random)
        for angle in holes:
            self._drill(surface, HOLE_CIRCLE * math.cos(angle), HOLE_CIRCLE * math.sin(angle), HOLE_RADIUS)
        self._drill(surface, 0.0, 0.0, BORE_RADIUS)
        return self._finish(surface, edge, brightness=float(random.uniform(0.95, 1.04)))

    def _brushed_finish(self, random: np.random.Generator) -> Field:
        """Return the fine concentric marks of the lathe, about -1..1."""
        turns, margin = 1024, 128  # rows once around, and how many of them are repeated so that no seam is seen
        noise = np.pad(random.standard_normal((turns, 400), dtype=np.float32), ((margin, margin), (0, 0)), mode="wrap")
        rings = 0.06 * random.standard_normal((1, 400), dtype=np.float32)
        polar = cv2.GaussianBlur(noise, (1, 121), sigmaX=0.5, sigmaY=40) + rings
        column = np.clip(self._radius, 0, 398).astype(np.float32)
        row = (margin + (self._angle + math.pi) / (2 * math.pi) * turns).astype(np.float32)
        marks = cv2.remap(polar, column, row, cv2.INTER_LINEAR)
        return np.asarray(marks / (3 * marks.std()), dtype=np.float32)

    def _face_light(self) -> Field:
        """Return how the turned faces reflect the light: bright wedges along it, as circular grooves do."""
        along = np.cos(2 * (self._angle - _LIGHT_ANGLE))
        wedge = np.exp(2.6 * (along - 1))
        across = np.exp(4.0 * (-along - 1))
        light = 0.47 + 0.30 * wedge + 0.10 * across
        hub_wedge = np.exp(2.2 * (np.cos(2 * (self._angle - _LIGHT_ANGLE - 0.35)) - 1))
        light = np.where(self._radius < HUB_RADIUS, 0.52 + 0.30 * hub_wedge, light)
        return np.asarray(light + 0.05 * self._brushed, dtype=np.float32)

    def _body(self, edge: Field) -> _Surface:
        """Return the bare disc: face, raised hub and chamfered rim."""
        height = 12 * _step(edge - self._radius, 0, 13) + 14 * _step(HUB_RADIUS + 8 - self._radius, 0, 8)
        slope = self._slope_light(height)
        light = self._face * (1 + 0.9 * slope)
        return _Surface(
            light=np.asarray(light, dtype=np.float32),
            opacity=_step(edge - self._radius, -0.7, 0.7),
            tint=np.full((PATCH_SIZE, PATCH_SIZE, 3), _STEEL, np.float32),
        )

    def _slope_light(self, height: Field) -> Field:
        """Return how much brighter (+) or darker (-) a slope is than a level face, under the fixed light."""
        across = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
        down = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
        lit = (_LIGHT[2] - _LIGHT[0] * across - _LIGHT[1] * down) / np.sqrt(1 + across * across + down * down)
        return np.asarray(lit / _LIGHT[2] - 1, dtype=np.float32)

    def _engrave(self, surface: _Surface, turn: float) -> None:
        """Burn the mark into the hub, around the bore."""
        height, width = self._strip.shape
        column = np.mod(self._angle - turn, 2 * math.pi) / (2 * math.pi) * (width - 1)
        row = (_MARK_RADIUS - self._radius) / _MARK_HEIGHT * height
        mark = cv2.remap(
            self._strip,
            column.astype(np.float32),
            row.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        surface.light *= 1 - 0.62 * mark

    def _drill(self, surface: _Surface, x: float, y: float, radius: float) -> None:
        """Make a through hole with a countersink; its far wall catches the light."""
        reach = int(radius + 14)
        rows, columns = (
            slice(max(0, round(centre + PATCH_SIZE / 2) - reach), round(centre + PATCH_SIZE / 2) + reach)
            for centre in (y, x)
        )
        across, down = self._x[rows, columns] - x, self._y[rows, columns] - y
        distance = np.hypot(across, down)
        height = 9 * _step(distance - radius, 0, 9)
        light = surface.light[rows, columns]
        light *= 1 + 0.95 * self._slope_light(height)
        inside = _step(radius - distance, -0.7, 0.7)
        below = _step(radius - np.hypot(across + 5, down + 6), -0.7, 0.7)
        surface.opacity[rows, columns] *= 1 - inside * below
        light += inside * (0.42 - light)

    def _stain(self, surface: _Surface, random: np.random.Generator) -> None:
        """Leave a spot of oil or rust with an irregular soft border."""
        x, y = _on_face(random, 195, 225)
        size = float(random.uniform(55, 88))
        rough = cv2.resize(
            random.standard_normal((13, 13), dtype=np.float32), (PATCH_SIZE, PATCH_SIZE), interpolation=cv2.INTER_CUBIC
        )
        distance = np.hypot(self._x - x, self._y - y) + 15 * rough
        spot = _step(size - distance, -4, 12) * float(random.uniform(0.7, 0.92))
        rim = _step(size - distance, -4, 4) * _step(distance - size + 16, 0, 10)
        surface.tint *= 1 - spot[:, :, None] * (1 - np.array(_RUST, np.float32))
        surface.light *= 1 - 0.22 * rim

    def _scratch(self, surface: _Surface, random: np.random.Generator) -> None:
        """Draw a groove with a raised burr beside it, slightly bent, across the marks of the lathe."""
        x, y = _on_face(random, 200, 240)
        length, heading = float(random.uniform(210, 320)), math.atan2(y, x) + float(random.uniform(-0.9, 0.9))
        along = np.linspace(-0.5, 0.5, 24)
        bend = float(random.uniform(-34, 34)) * (1 - 4 * along * along)
        columns = x + length * along * math.cos(heading) - bend * math.sin(heading) + PATCH_SIZE / 2
        rows = y + length * along * math.sin(heading) + bend * math.cos(heading) + PATCH_SIZE / 2
        points = np.round(np.stack([columns, rows], axis=1) * 16).astype(np.int32)
        groove, burr = np.zeros((2, PATCH_SIZE, PATCH_SIZE), np.float32)
        thickness = int(random.integers(6, 9))
        cv2.polylines(groove, [points], False, 1.0, thickness, cv2.LINE_AA, shift=4)
        cv2.polylines(burr, [points + 16 * thickness // 2], False, 1.0, 3, cv2.LINE_AA, shift=4)
        surface.light *= 1 - 0.72 * cv2.GaussianBlur(groove, (0, 0), 0.8)
        surface.light += 0.34 * cv2.GaussianBlur(burr, (0, 0), 0.9)

    def _chipped_edge(self, random: np.random.Generator) -> Field:
        """Return the outer radius of each direction with a piece broken out of it."""
        heading = float(random.uniform(-math.pi, math.pi))
        width, depth = float(random.uniform(0.12, 0.2)), float(random.uniform(42, 66))
        jagged = np.interp(np.linspace(-1, 1, 200), np.linspace(-1, 1, 13), random.uniform(0.55, 1.0, 13))
        away = np.mod(self._angle - heading + math.pi, 2 * math.pi) - math.pi
        bite = np.interp(away / width, np.linspace(-1, 1, 200), jagged)
        inside = _step(np.asarray(1 - np.abs(away / width), dtype=np.float32), 0, 0.35)
        return np.asarray(OUTER_RADIUS - depth * bite * inside, dtype=np.float32)

    def _finish(self, surface: _Surface, edge: Field, brightness: float) -> PartPicture:
        opacity = surface.opacity[:, :, None]
        colour = 255 * brightness * surface.light[:, :, None] * surface.tint * opacity
        solid = _step(edge - self._radius, -0.7, 0.7)
        moved = cv2.warpAffine(solid, np.array([[1, 0, 15], [0, 1, 19]], np.float32), (PATCH_SIZE, PATCH_SIZE))
        shade = 1 - 0.62 * cv2.GaussianBlur(moved, (0, 0), 13)
        through = (1 - surface.opacity) * np.where(self._radius < edge - 20, 0.45, shade)
        return PartPicture(
            colour=np.clip(colour, 0, 255 * opacity).astype(np.uint8),
            through=np.repeat((255 * through)[:, :, None], 3, axis=2).astype(np.uint8),
        )


def _step(value: Field, start: float, end: float) -> Field:
    """Return 0 up to `start`, 1 from `end`, and a smooth way between."""
    part = np.clip((value - start) / (end - start), 0, 1)
    return np.asarray(part * part * (3 - 2 * part), dtype=np.float32)


def _on_face(random: np.random.Generator, nearest: float, farthest: float) -> tuple[float, float]:
    """Return a point of the face, between two radii."""
    radius, angle = float(random.uniform(nearest, farthest)), float(random.uniform(-math.pi, math.pi))
    return radius * math.cos(angle), radius * math.sin(angle)


def _mark_strip() -> Field:
    """Return the mark as a strip, 1 where it is engraved, its width being once around the hub."""
    strip = np.zeros((round(3 * _MARK_HEIGHT), round(3 * 2 * math.pi * (_MARK_RADIUS - _MARK_HEIGHT / 2))), np.uint8)
    text, font, thickness = _MARK, cv2.FONT_HERSHEY_SIMPLEX, 6
    (width, height), _ = cv2.getTextSize(text, font, 1.0, thickness)
    scale = min(0.62 * strip.shape[0] / height, strip.shape[1] / width)
    cv2.putText(strip, text, (20, round(strip.shape[0] * 0.8)), font, scale, 255, thickness, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(strip, (0, 0), 1.6), dtype=np.float32) / np.float32(255)
