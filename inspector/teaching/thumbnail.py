"""A picture, small enough to travel with the recipe by the hundred."""

import cv2
import numpy as np

from inspector.domain.frame import Pixels

THUMBNAIL_SIDE = 96


def thumbnail(pixels: Pixels) -> Pixels:
    """Return a picture uint8 `H x W x 3` with its longer side brought to `THUMBNAIL_SIDE`."""
    factor = THUMBNAIL_SIDE / max(pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
