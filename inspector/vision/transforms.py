"""Plane transforms as 3 x 3 matrices. A point `(x, y)` counts pixels, with the centre of the first one at `(0, 0)`."""

import math

import numpy as np
from numpy.typing import NDArray

Transform = NDArray[np.float64]


def shifting(x: float, y: float) -> Transform:
    """Return the transform that moves every point by so much."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def scaling(across: float, down: float) -> Transform:
    """Return the transform from the pixels of a shrunken picture to those of the one it was shrunken from.

    Each of its pixels is as large as `across x down` of the other's; the outer corners of the first pixels coincide,
    hence the halves.
    """
    return np.array([[across, 0.0, across / 2 - 0.5], [0.0, down, down / 2 - 0.5], [0.0, 0.0, 1.0]])


def turning(degrees: float, scale: float = 1.0) -> Transform:
    """Return the turn about `(0, 0)`, clockwise on the screen (x to the right, y down), with a change of scale."""
    cosine, sine = scale * math.cos(math.radians(degrees)), scale * math.sin(math.radians(degrees))
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def moving(start: tuple[float, float], end: tuple[float, float], degrees: float, scale: float = 1.0) -> Transform:
    """Return the transform that turns and scales about the point `start` and brings that to `end`."""
    return shifting(*end) @ turning(degrees, scale) @ shifting(-start[0], -start[1])


def degrees_of(transform: Transform) -> float:
    """Return by how many degrees it turns, within -180 to 180, clockwise on the screen."""
    return math.degrees(math.atan2(transform[1, 0], transform[0, 0]))


def scale_of(transform: Transform) -> float:
    """Return by how much a transform without distortion enlarges."""
    return float(math.hypot(transform[0, 0], transform[1, 0]))


def nearest_turn(degrees: float, period: float = 360.0) -> float:
    """Return the same turn within half a period of 0."""
    return (degrees + period / 2) % period - period / 2
