"""From a frame to the part's picture: found, brought upright and to the network's size, its masks painted out."""

from dataclasses import dataclass

import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.placement import Placement
from inspector.domain.recipe import Locating, LocatingMethod, Mask, Region
from inspector.vision.locating import Find, LocatingImpossible, Locator
from inspector.vision.locating_blob import BlobLocator
from inspector.vision.locating_features import FeaturesLocator
from inspector.vision.locating_template import TemplateLocator
from inspector.vision.masks import ignored_pixels, paint_out
from inspector.vision.preprocessing import prepare, refuse_other_pixels, region_placement, warp
from inspector.vision.transforms import scaling, shifting

_LEAST_SIDE = 16  # pixels of a reference


@dataclass(frozen=True, eq=False)
class Prepared:
    """The part's picture as the network sees it, uint8 `height x width x 3` RGB, and where it lies in the frame.

    `problem` is empty, or one sentence that says why the part was not found; then the picture is the region's, and the
    placement's certainty is that of the best guess.
    """

    image: Pixels
    placement: Placement
    problem: str = ""


class Preparation:
    """Brings frames to the network's input: one way for teaching, validation and production.

    `region` is the area that is searched. `reference` is the part's picture at the frames' own size, cut out of one
    taught frame by `teach_reference`; it is what is looked for, and its outline is what becomes the network's input. A
    fixed region needs none, a blob may do without, template and features need it. `ignored` lies in the part's picture.
    """

    def __init__(
        self,
        region: Region,
        locating: Locating,
        ignored: tuple[Mask, ...],
        reference: Pixels | None,
        height: int,
        width: int,
    ) -> None:
        """Get ready to find the part. Raises LocatingImpossible where it cannot be looked for, with the reason."""
        self.region = region
        self.height, self.width = height, width
        self._certainty = locating.certainty
        self._ignored = ignored_pixels(ignored, height, width) if ignored else None
        self._locator = _locator(locating, reference, width / height)

    def prepare(self, pixels: Pixels) -> Prepared:
        """Return the part's picture out of a frame, uint8 `H x W` or `H x W x 3` RGB. Raises ValueError for others."""
        prepared = self._prepared(pixels)
        if self._ignored is not None:
            paint_out(prepared.image, self._ignored)
        return prepared

    def _prepared(self, pixels: Pixels) -> Prepared:
        if self._locator is None:
            return self._fixed(pixels)
        refuse_other_pixels(pixels)
        left, top, right, bottom = self.region.pixels(pixels.shape[1], pixels.shape[0])
        find = self._locator.find(pixels[top:bottom, left:right])
        problem = find.problem or self._doubt(find.certainty)
        if problem:
            return self._fixed(pixels, min(find.certainty, self._certainty), problem)
        return self._found(pixels, find, left, top)

    def _found(self, pixels: Pixels, find: Find, left: int, top: int) -> Prepared:
        to_part = scaling(find.width / self.width, find.height / self.height)
        to_frame = shifting(left, top) @ find.to_area @ to_part
        a, b, c, d, e, f = (float(value) for value in to_frame[:2].ravel())
        placement = Placement(self.width, self.height, (a, b, c, d, e, f), find.certainty)
        return Prepared(warp(pixels, to_frame, self.height, self.width), placement)

    def _fixed(self, pixels: Pixels, certainty: float = 1.0, problem: str = "") -> Prepared:
        image = prepare(pixels, self.region, self.height, self.width)
        place = region_placement(pixels.shape[0], pixels.shape[1], self.region, self.height, self.width)
        return Prepared(image, Placement(place.width, place.height, place.matrix, certainty), problem)

    def _doubt(self, certainty: float) -> str:
        if certainty >= self._certainty:
            return ""
        return (
            f"The part was not found: the best place is {certainty:.0%} certain, and the recipe asks for "
            f"{self._certainty:.0%}."
        )


def teach_reference(pixels: Pixels, region: Region) -> Pixels:
    """Return the part's picture, cut out of a taught frame where a person drew it, at the frame's own size.

    Raises LocatingImpossible where it is too small to be found again, ValueError for other pixels.
    """
    refuse_other_pixels(pixels)
    left, top, right, bottom = region.pixels(pixels.shape[1], pixels.shape[0])
    _refuse_too_small(bottom - top, right - left)
    return np.array(pixels[top:bottom, left:right], order="C")


def _locator(locating: Locating, reference: Pixels | None, aspect: float) -> Locator | None:
    if reference is not None:
        refuse_other_pixels(reference)
    if locating.method is LocatingMethod.FIXED:
        return None
    if reference is not None:
        _refuse_too_small(reference.shape[0], reference.shape[1])
    if locating.method is LocatingMethod.BLOB:
        return BlobLocator(reference, locating, aspect)
    if reference is None:
        raise LocatingImpossible(
            f"Locating by {locating.method} needs the picture of the part; draw a rectangle around it in one picture."
        )
    return (FeaturesLocator if locating.method is LocatingMethod.FEATURES else TemplateLocator)(reference, locating)


def _refuse_too_small(rows: int, columns: int) -> None:
    if min(rows, columns) < _LEAST_SIDE:
        raise LocatingImpossible(
            f"The part's picture is only {columns} x {rows} pixels; draw a rectangle of at least {_LEAST_SIDE} pixels "
            "each way around it."
        )
