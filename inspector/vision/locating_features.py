"""Finding a part by its marks: moved, turned and scaled, and known again where some of it is hidden."""

import math

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Locating
from inspector.vision.locating import Find, LocatingImpossible, as_grey, factor_for_reference, not_found, shrunken
from inspector.vision.locating_refinement import Aligner, smoothed
from inspector.vision.locating_template import FINE
from inspector.vision.transforms import Transform, degrees_of, nearest_turn, scale_of, scaling

_AREA = 320  # pixels of the area's longer side, where marks are looked for
_LEAST_REFERENCE = 48  # of the reference's shorter side, so that it is not shrunken below what marks need
_MARKS_TAUGHT = 250
_MARKS_SEEN = 400
_LEAST_CONTRAST = 0.01  # of a mark, as the detector counts; half of what is usual, for smooth metal
_LEAST_MARKS = 12
_LEAST_AGREEING = 6
_RATIO = 0.85  # nearest against second nearest; Lowe, IJCV 60 (2004)
_TOLERANCE = 3.0  # pixels at the size where marks are looked for
_LARGEST_SCALE = 2.0
_MARGIN = 16  # pixels around a picture, so that marks near its edge are seen
_SURE = 8.0  # marks that agree, beyond what may agree by chance, for a certainty of 63 %

_Marks = tuple[np.ndarray, np.ndarray]


class FeaturesLocator:
    """Matches the marks of reference and area; the place that most agree on is then aligned by all pixels.

    The marks are SIFT's (Lowe, IJCV 60, 2004), which know another part of the same kind under another light; ORB and
    AKAZE did not on real parts. The certainty is the correlation at the end or that by the number of agreeing marks,
    whichever is higher: shadows spoil the one, smooth parts the other.
    """

    def __init__(self, reference: Pixels, locating: Locating) -> None:
        """Take the part's picture at the frames' own size. Raises LocatingImpossible where it shows too few marks."""
        grey = as_grey(reference)
        self._turn = locating.turn
        self._height, self._width = grey.shape
        self._most_shrunken = max(1, min(grey.shape) // _LEAST_REFERENCE)
        self._grey = grey
        self._taught: dict[int, _Marks] = {}
        self._matcher = cv2.BFMatcher(cv2.NORM_L2)
        self._fine = factor_for_reference(self._height, self._width, FINE)
        self._aligner = Aligner(shrunken(grey, self._fine), scaled=True)
        seen = len(self._taught_at(1)[0])
        if seen < _LEAST_MARKS:
            raise LocatingImpossible(
                f"The taught part's picture shows only {seen} marks to know it by, and {_LEAST_MARKS} are needed; "
                "mark a larger area, or locate the part by template."
            )

    def find(self, area: Pixels) -> Find:
        """Return where the part lies in the area, uint8 `H x W` or `H x W x 3` RGB."""
        grey = as_grey(area)
        factor = min(math.ceil(max(grey.shape) / _AREA), self._most_shrunken)
        rough, agreeing = self._roughly(shrunken(grey, factor), factor)
        if rough is None:
            return not_found("The part was not found: too few of its marks were seen.")
        whole, fine = scaling(factor, factor), scaling(self._fine, self._fine)
        start = np.linalg.inv(fine) @ whole @ rough @ np.linalg.inv(whole) @ fine
        best = self._aligner.align(smoothed(shrunken(grey, self._fine)), start)
        to_area = fine @ best.transform @ np.linalg.inv(fine)
        by_marks = 1 - math.exp((_LEAST_AGREEING - 1 - agreeing) / _SURE)
        certainty = min(1.0, max(best.correlation, by_marks))
        return Find(to_area, self._width, self._height, certainty, self._problem(to_area))

    def _problem(self, to_area: Transform) -> str:
        turned = abs(nearest_turn(degrees_of(to_area)))
        if turned > self._turn + 1.0:
            return f"The part lies turned by {turned:.0f} degrees, more than the {self._turn:.0f} that are allowed."
        if not 1 / _LARGEST_SCALE <= scale_of(to_area) <= _LARGEST_SCALE:
            return "The part was not found: its marks were seen in quite another size than when it was taught."
        return ""

    def _roughly(self, grey: Pixels, factor: int) -> tuple[Transform | None, int]:
        """Return the place that most marks agree on, and how many; None where too few do."""
        taught_points, taught = self._taught_at(factor)
        seen_points, seen = _marks_of(grey, _MARKS_SEEN)
        if len(taught_points) < _LEAST_AGREEING or len(seen_points) < _LEAST_AGREEING:
            return None, 0
        pairs = [
            (best.queryIdx, best.trainIdx)
            for best, second in self._matcher.knnMatch(taught, seen, k=2)
            if best.distance < _RATIO * second.distance
        ]
        if len(pairs) < _LEAST_AGREEING:
            return None, 0
        here, there = np.array(pairs).T
        matrix, agreeing = cv2.estimateAffinePartial2D(
            taught_points[here], seen_points[there], method=cv2.RANSAC, ransacReprojThreshold=_TOLERANCE
        )
        number = int(agreeing.sum())
        if matrix is None or number < _LEAST_AGREEING:
            return None, number
        return np.vstack([matrix, [0.0, 0.0, 1.0]]), number

    def _taught_at(self, factor: int) -> _Marks:
        if factor not in self._taught:
            self._taught[factor] = _marks_of(shrunken(self._grey, factor), _MARKS_TAUGHT)
        return self._taught[factor]


def _marks_of(grey: Pixels, most: int) -> _Marks:
    """Return where the marks lie, float32 `[N, 2]`, and what they look like, float32 `[N, 128]`."""
    detector = cv2.SIFT.create(nfeatures=most, contrastThreshold=_LEAST_CONTRAST)
    around = cv2.copyMakeBorder(grey, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_REPLICATE)
    points, descriptions = detector.detectAndCompute(around, np.ones_like(around))
    if not points:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    return np.array([point.pt for point in points], np.float32) - np.float32(_MARGIN), np.asarray(descriptions)
