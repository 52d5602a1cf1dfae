"""Finding a part by its taught picture, moved and turned: normalised correlation, coarse to fine."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Locating
from inspector.vision.locating import Find, LocatingImpossible, as_grey, factor_for_reference, shrunken
from inspector.vision.locating_refinement import Aligner, Alignment, smoothed, structure_of
from inspector.vision.transforms import Transform, degrees_of, nearest_turn, scaling, shifting, turning

FINE = 200  # pixels of the reference's longer side, where the place is measured
_COARSE = 40  # and where it is looked for in every place and turn
_LEAST_SIDE = 10  # of its shorter side there
_LEAST_STRUCTURE = 3.0  # grey levels
_CANDIDATES = 3


@dataclass(frozen=True, eq=False)
class _Peak:
    correlation: float
    transform: Transform


class TemplateLocator:
    """Looks for the reference in every place and every turn that the recipe allows.

    Far shrunken it is correlated everywhere with the area turned step by step; the best few places are aligned there,
    the best of those once more at a finer size. The certainty is the correlation at the end, where it is more than 0.
    """

    def __init__(self, reference: Pixels, locating: Locating) -> None:
        """Take the part's picture at the frames' own size. Raises LocatingImpossible where it shows nothing."""
        grey = as_grey(reference)
        self._turn = locating.turn
        self._height, self._width = grey.shape
        self._fine = factor_for_reference(self._height, self._width, FINE)
        fine = shrunken(grey, self._fine)
        most = max(1, min(fine.shape) // _LEAST_SIDE)
        self._times = min(most, math.ceil(max(fine.shape) / _COARSE))
        self._template = shrunken(fine, self._times)
        if structure_of(fine) < _LEAST_STRUCTURE:
            raise LocatingImpossible(
                "The taught part's picture is of one even tone, so it cannot be looked for; mark the part anew, or "
                "let the recipe look at a fixed region."
            )
        self._coarse_aligner = Aligner(self._template)
        self._fine_aligner = Aligner(fine)

    def find(self, area: Pixels) -> Find:
        """Return where the part lies in the area, uint8 `H x W` or `H x W x 3` RGB."""
        fine = as_grey(shrunken(area, self._fine))
        coarse = shrunken(fine, self._times)
        candidates = self._candidates(coarse)
        soft = smoothed(coarse)
        aligned = [self._coarse_aligner.align(soft, candidate.transform) for candidate in candidates]
        best = self._finer(smoothed(fine), max(aligned, key=lambda alignment: alignment.correlation))
        whole = scaling(self._fine, self._fine)
        to_area = whole @ best.transform @ np.linalg.inv(whole)
        turned = abs(nearest_turn(degrees_of(to_area)))
        certainty = min(1.0, max(0.0, best.correlation))
        problem = ""
        if turned > self._turn + 1.0:
            problem = f"The part lies turned by {turned:.0f} degrees, more than the {self._turn:.0f} that are allowed."
        return Find(to_area, self._width, self._height, certainty, problem)

    def _finer(self, fine: np.ndarray, coarse: Alignment) -> Alignment:
        step = scaling(self._times, self._times)
        return self._fine_aligner.align(fine, step @ coarse.transform @ np.linalg.inv(step))

    def _candidates(self, coarse: Pixels) -> list[_Peak]:
        """Return the best places, apart from one another, over all turns."""
        peaks = [self._peak(coarse, degrees) for degrees in self._turns()]
        peaks.sort(key=lambda peak: -peak.correlation)
        chosen: list[_Peak] = []
        for peak in peaks:
            if len(chosen) < _CANDIDATES and all(self._apart(peak.transform, other.transform) for other in chosen):
                chosen.append(peak)
        return chosen

    def _turns(self) -> list[float]:
        """Return the turns to try: so close that the template's corners move by at most two pixels or so."""
        reach = math.hypot(*self._template.shape) / 2
        step = math.degrees(2.5 / reach)
        each_way = math.ceil(self._turn / step)
        if self._turn >= 180:
            return [360 * index / (2 * each_way) - 180 for index in range(2 * each_way)]
        return [self._turn * index / max(1, each_way) for index in range(-each_way, each_way + 1)]

    def _peak(self, coarse: Pixels, degrees: float) -> _Peak:
        """Return the best place for a part that is turned by so much, by turning the area back."""
        height, width = coarse.shape
        rows, columns = self._template.shape
        cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
        canvas_width = max(columns, math.ceil(width * cosine + height * sine))
        canvas_height = max(rows, math.ceil(width * sine + height * cosine))
        to_area = (
            shifting((width - 1) / 2, (height - 1) / 2)
            @ turning(degrees)
            @ shifting(-(canvas_width - 1) / 2, -(canvas_height - 1) / 2)
        )
        turned = cv2.warpAffine(
            coarse,
            to_area[:2],
            (canvas_width, canvas_height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        scores = cv2.matchTemplate(turned, self._template, cv2.TM_CCOEFF_NORMED)
        _, highest, _, (column, row) = cv2.minMaxLoc(scores)
        return _Peak(highest, to_area @ shifting(column, row))

    def _apart(self, one: Transform, other: Transform) -> bool:
        """Say whether two places are so far from each other that the aligner would not bring them together."""
        rows, columns = self._template.shape
        corners = np.array([[0.0, columns, 0.0, columns], [0.0, 0.0, rows, rows], [1.0] * 4])
        return float(np.abs(one @ corners - other @ corners).max()) > 4.0
