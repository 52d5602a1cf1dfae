"""How the scene looked when the recipe was taught, and by how much a part's picture lies off it.

A lamp that was changed, a camera that was knocked and a dirty lens change every part's picture in the same way. That is
no defect, and a network that was not taught it calls every part NG.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.vision.scene_measures import SMALL, Position, Seen, seen

_Values = NDArray[np.float64]

_DIRECTIONS = 32
_LEAST_FOR_DRIFT = 8  # pictures, below which nothing is known of the embeddings' spread
_PRIOR_PICTURES = 4  # that the least limits weigh as much as
_SURE = 2.4  # robust standard deviations that a limit lies off at least
_OUTLIERS = 0.02  # of the taught pictures that may lie beyond a limit
_BEYOND = 1.1  # how much further than the furthest taught picture a limit lies
# The same where a defect may lie that was not taught: at a spot, in the contrast, in what the network sees.
_BEYOND_DEFECTS = 1.6
_LEAST_LIKE = 0.6  # median correlation of the taught pictures with their mean, from which on position means something

_MOST_FOUND = 0.9  # of the taught pictures in which the mean one must be found again

# A change of less than this is never called one, however alike the taught pictures are.
_LEAST_LIMITS = MappingProxyType(
    {
        "light": 0.12,
        "red": 0.06,
        "blue": 0.06,
        "contrast": 0.25,
        "focus": 0.3,
        "white": 0.03,
        "black": 0.05,
        "across": 0.02,
        "down": 0.02,
        "turn": 1.5,
        "likeness": 0.1,
        "drift": 3.4,
    }
)
_LEAST_SPOT = 0.15
# Where taught pictures vary by more than this, they do not agree in position, and a knock of the camera hides in that.
_MOST_LIMITS = MappingProxyType({"across": 0.12, "down": 0.12, "turn": 8.0})
# What only means something on one side: a picture that is sharper or more alike than the taught ones is none the worse.
_ONE_SIDED = MappingProxyType({"focus": -1, "likeness": -1, "drift": 1})


@dataclass(frozen=True)
class Band:
    """What one figure was in the taught pictures: its middle, and how far below and above it may lie."""

    middle: float
    below: float
    above: float

    def share(self, value: float) -> float:
        """Return how far a value lies off, as a share of the limit on that side; negative below the middle."""
        off = value - self.middle
        return off / (self.above if off > 0 else self.below)


@dataclass(frozen=True)
class Drift:
    """Where the taught pictures' embeddings lay: the mean and the spread along some fixed directions."""

    size: int
    means: tuple[float, ...]
    spreads: tuple[float, ...]


@dataclass(frozen=True)
class SceneReference:
    """The scene as it was taught. `bands` by the name of the figure.

    `picture` is the mean taught picture, grey, row by row, empty where the taught pictures do not agree in position.
    `drift` is None where the network gives no embedding or too few pictures were taught.
    """

    pictures: int
    bands: Mapping[str, Band]
    picture: tuple[int, ...] = ()
    drift: Drift | None = None


class SceneGauge:
    """Measures by how much parts' pictures lie off one reference."""

    def __init__(self, reference: SceneReference) -> None:
        self._reference = reference
        self._position: Position | None = None
        if reference.picture:
            self._position = Position(np.array(reference.picture, np.uint8).reshape(SMALL, SMALL))

    def figures(self, image: Pixels, embedding: NDArray[np.floating] | None) -> Mapping[str, float]:
        """Return each figure of a part's picture as a share of its limit, signed: beyond -1 and 1 it lies off.

        `image` is what the network saw, uint8 `H x W x 3` RGB, `embedding` what it gave for it, `[D]`.
        """
        view = seen(image)
        values = dict(view.figures)
        if self._position is not None:
            values.update(self._position.figures(view.small))
        if self._reference.drift is not None and embedding is not None:
            values["drift"] = _distance(self._reference.drift, _directed(np.asarray(embedding)[None]))[0]
        bands = self._reference.bands
        shares = {name: bands[name].share(value) for name, value in values.items() if name in bands}
        return {name: 0.0 if share * _ONE_SIDED.get(name, share) < 0 else share for name, share in shares.items()}


def measure_scene(images: Sequence[Pixels], embeddings: NDArray[np.floating] | None) -> SceneReference:
    """Return the scene of the taught pictures, as the network saw them: uint8 `H x W x 3` RGB, all of one size.

    `embeddings` is `[N, D]` for the same pictures, None where there are none. Raises ValueError without pictures.
    """
    if not images:
        raise ValueError("the scene is measured on at least one picture")
    views = [seen(image) for image in images]
    values = {name: np.array([view.figures[name] for view in views]) for name in views[0].figures}
    mean = np.rint(np.mean([view.small for view in views], axis=0)).astype(np.uint8)
    values.update(_positions(views, mean))
    drift = None
    if embeddings is not None and len(views) >= _LEAST_FOR_DRIFT:
        directed = _directed(np.asarray(embeddings))
        drift = _drift(directed, np.asarray(embeddings).shape[1])
        values["drift"] = np.array(_distance(drift, directed))
    bands = {name: _band_of(name, one) for name, one in values.items()}
    picture = tuple(mean.ravel().tolist()) if "likeness" in bands else ()
    return SceneReference(len(views), bands, picture, drift)


def _positions(views: Sequence[Seen], mean: Pixels) -> dict[str, _Values]:
    """Return the figures of position by name; none where the taught pictures do not agree in what lies where."""
    if int(mean.max()) - int(mean.min()) < 8:
        return {}
    position = Position(mean)
    measured = [position.figures(view.small) for view in views]
    if np.median([one["likeness"] for one in measured]) < _LEAST_LIKE:
        return {}
    names = ("across", "down", "turn", "likeness")
    values = {name: np.array([one[name] for one in measured if name in one]) for name in names}
    if len(values["across"]) < _MOST_FOUND * len(views) or not all(
        _agrees(name, values) for name in ("across", "down")
    ):
        return {}
    return values if _agrees("turn", values) else {name: one for name, one in values.items() if name != "turn"}


def _agrees(name: str, values: Mapping[str, _Values]) -> bool:
    band = _band_of(name, values[name])
    return max(band.below, band.above) <= _MOST_LIMITS[name]


def _band_of(name: str, values: _Values) -> Band:
    """Return the band of a figure's taught values.

    A limit lies at least the least limit off, beyond nearly all taught values, and beyond what so few pictures leave
    open: about the 99 % point of Student's distribution for one more value, with a spread that starts from the least
    limit.
    """
    least = _LEAST_LIMITS.get(name, _LEAST_SPOT)
    beyond = _BEYOND_DEFECTS if name not in _LEAST_LIMITS or name in ("contrast", "drift") else _BEYOND
    count = len(values)
    middle = float(np.median(values))
    off = values - middle
    spread = 1.4826 * float(np.median(np.abs(off)))
    pooled = math.sqrt((count * spread**2 + _PRIOR_PICTURES * (least / _SURE) ** 2) / (count + _PRIOR_PICTURES))
    few = 1 + 8 / (count + 1)
    below, above = (max(least, few * max(_SURE * pooled, beyond * _furthest(one))) for one in (-off, off))
    return Band(_short(middle), _short(below), _short(above))


def _furthest(off: _Values) -> float:
    """Return the furthest value on this side, without outliers."""
    ordered = np.sort(off)
    return float(ordered[-1 - int(_OUTLIERS * len(ordered))])


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _directed(embeddings: NDArray[np.floating]) -> _Values:
    """Return embeddings `[N, D]` along a few directions, `[N, _DIRECTIONS]`: sums of every so many, with mixed signs.

    Distances come out nearly as they are (a count sketch: Charikar, Chen and Farach-Colton, 2002), in a file that stays
    small.
    """
    numbers, size = embeddings.shape
    places = np.arange(size)
    signs = np.where((places * 0.6180339887498949) % 1.0 < 0.5, 1.0, -1.0)
    padded = np.zeros((numbers, -(-size // _DIRECTIONS) * _DIRECTIONS))
    padded[:, :size] = embeddings * signs
    return np.asarray(padded.reshape(numbers, -1, _DIRECTIONS).sum(axis=1))


def _drift(directed: _Values, size: int) -> Drift:
    count = len(directed)
    spreads = directed.std(axis=0)
    usual = max(float(np.sqrt((spreads**2).mean())), 1e-6)
    pooled = np.sqrt((count * spreads**2 + 2 * _PRIOR_PICTURES * usual**2) / (count + 2 * _PRIOR_PICTURES))
    means = directed.mean(axis=0)
    return Drift(size, tuple(_short(one) for one in means), tuple(_short(one) for one in pooled))


def _distance(drift: Drift, directed: _Values) -> list[float]:
    off = (directed - np.array(drift.means)) / np.array(drift.spreads)
    return [float(one) for one in np.sqrt((off**2).mean(axis=1))]
