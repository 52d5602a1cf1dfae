"""From roughly where a picture lies in another to where exactly, in fractions of a pixel."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.vision.transforms import Transform, moving

_Values = NDArray[np.float32]
_MOST_ROUNDS = 20
_STILL = 0.01  # pixels at the corner
_FLAT = 1e-3  # grey levels, root of the mean square
_SAMPLED = 2000  # pixels, for the robust spread
_OUTLIER = 3.0  # robust standard deviations


@dataclass(frozen=True, eq=False)
class Alignment:
    """Where the reference's points lie in the picture, and the correlation of the two there, -1 to 1."""

    transform: Transform
    correlation: float


class Aligner:
    """Aligns one reference picture by Gauss and Newton, indifferent to the light's level and contrast.

    The inverse compositional way: Baker and Matthews, Lucas-Kanade 20 Years On, IJCV 56 (2004). The slopes are the
    reference's, so they are computed once; each round resamples the picture, weighs down what does not fit (a defect)
    and solves for turn, shift and, where asked, scale.
    """

    def __init__(self, reference: Pixels, scaled: bool = False, counted: NDArray[np.bool_] | None = None) -> None:
        """Take the reference as grey uint8. `scaled` looks for a change of scale too; only `counted` pixels count."""
        smooth = _smooth(reference)
        self._height, self._width = smooth.shape
        self._centre = ((self._width - 1) / 2, (self._height - 1) / 2)
        self._reach = float(np.hypot(*self._centre)) or 1.0
        everywhere = np.ones(smooth.shape, bool) if counted is None else counted
        self._counted = everywhere.astype(np.float32)
        places = np.flatnonzero(everywhere)
        self._sampled = places[:: max(1, places.size // _SAMPLED)]
        self._share = max(1e-6, float(self._counted.mean()))
        self._reference = self._normalised(smooth)
        self._slopes = self._slopes_of((smooth - smooth.mean()) / max(_FLAT, self._size_of(smooth)), scaled)
        # A slightly larger diagonal keeps a reference without structure in one direction from running away along it.
        self._ridge = 1e-4 * float((self._slopes**2).sum(axis=1).max()) + 1e-12

    def align(self, picture: _Values, start: Transform) -> Alignment:
        """Return the best place near `start` of the reference in a picture smoothed by `smoothed`."""
        best = Alignment(start, -1.0)
        transform = start
        for _ in range(_MOST_ROUNDS):
            seen = self._normalised(self._seen(picture, transform))
            correlation = self._likeness(seen)
            if correlation <= best.correlation:
                break
            best = Alignment(transform, correlation)
            step = self._step(seen)
            transform = transform @ np.linalg.inv(step)
            if self._motion(step) < _STILL:
                break
        return best

    def correlation(self, picture: _Values, transform: Transform) -> float:
        """Return the correlation of the reference with the picture at that place."""
        return self._likeness(self._normalised(self._seen(picture, transform)))

    def _size_of(self, picture: _Values) -> float:
        """Return the spread of the levels that count."""
        return float(picture[self._counted > 0].std()) if self._counted.any() else 0.0

    def _likeness(self, seen: _Values) -> float:
        return float((seen * self._reference).mean()) / self._share

    def _normalised(self, picture: _Values) -> _Values:
        """Return the picture with mean 0 and mean square 1 where it counts and 0 elsewhere; a flat one as zeros."""
        counted = picture * self._counted
        centred = counted - self._counted * (counted.mean() / self._share)
        size = float(np.sqrt((centred * centred).mean() / self._share))
        return np.asarray(centred / size if size > _FLAT else centred * 0, dtype=np.float32)

    def _seen(self, picture: _Values, transform: Transform) -> _Values:
        return np.asarray(
            cv2.warpAffine(
                picture,
                transform[:2],
                (self._width, self._height),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            dtype=np.float32,
        )

    def _slopes_of(self, reference: _Values, scaled: bool) -> _Values:
        """Return how each pixel changes by a turn (in radians times reach), a shift across, one down, and a scale."""
        down, across = np.gradient(reference)
        rows, columns = np.mgrid[0 : self._height, 0 : self._width]
        x, y = (columns - self._centre[0]) / self._reach, (rows - self._centre[1]) / self._reach
        slopes = [down * x - across * y, across, down]
        if scaled:
            slopes.append(across * x + down * y)
        stacked = np.stack([(slope * self._counted).ravel() for slope in slopes])
        means = stacked.mean(axis=1, keepdims=True) / self._share
        return np.asarray(stacked - self._counted.ravel() * means, dtype=np.float32)

    def _step(self, seen: _Values) -> Transform:
        """Return the small move of the reference that explains best how the picture differs from it."""
        error = (seen - self._reference).ravel()
        spread = 1.4826 * float(np.median(np.abs(error[self._sampled])))
        weights = np.minimum(1.0, _OUTLIER * spread / np.maximum(np.abs(error), 1e-9)).astype(np.float32)
        weighted = self._slopes * weights
        curvature = weighted @ self._slopes.T + np.float32(self._ridge) * np.eye(len(self._slopes), dtype=np.float32)
        move = np.linalg.solve(curvature.astype(np.float64), (weighted @ error).astype(np.float64))
        # A round never moves the corners by more than a few pixels: further away the slopes say nothing.
        move *= min(1.0, 4.0 / max(1e-9, float(np.abs(move).max())))
        scale = 1.0 + (float(move[3]) / self._reach if len(move) > 3 else 0.0)
        end = (self._centre[0] + float(move[1]), self._centre[1] + float(move[2]))
        return moving(self._centre, end, float(np.degrees(move[0] / self._reach)), scale)

    def _motion(self, step: Transform) -> float:
        corners = np.array([[0.0, self._width - 1.0], [0.0, self._height - 1.0], [1.0, 1.0]])
        return float(np.abs(step @ corners - corners).max())


def smoothed(picture: Pixels) -> _Values:
    """Return a grey picture, smoothed as the aligner smooths its reference, float32."""
    return _smooth(picture)


def structure_of(reference: Pixels) -> float:
    """Return the spread of a grey picture's levels, smoothed; near 0 there is nothing to align by."""
    return float(_smooth(reference).std())


def _smooth(picture: Pixels) -> _Values:
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (3, 3), 0.8), dtype=np.float32)
