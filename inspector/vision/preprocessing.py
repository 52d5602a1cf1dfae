"""From a frame's pixels to the network's input: the same for teaching, validation and production."""

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region


def prepare(pixels: Pixels, region: Region, height: int, width: int) -> Pixels:
    """Cut the region out of a picture and bring it to the network's size.

    `pixels` is uint8, `H x W` (grey) or `H x W x 3` (RGB); the result is uint8 `height x width x 3` RGB, C-contiguous
    and never a view of the input. A side that shrinks is averaged over the area of each new pixel, so that fine
    defects do not alias away; a side that grows is interpolated linearly. Raises ValueError for other pixels.
    """
    grey = pixels.ndim == 2
    if pixels.dtype != np.uint8 or not (grey or (pixels.ndim == 3 and pixels.shape[2] == 3)) or 0 in pixels.shape:
        raise ValueError(f"a picture is uint8, H x W or H x W x 3, not {pixels.dtype} {pixels.shape}")
    left, top, right, bottom = region.pixels(pixels.shape[1], pixels.shape[0])
    resized = _resized(pixels[top:bottom, left:right], height, width)
    if grey:
        return np.asarray(cv2.cvtColor(resized, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
    return np.array(resized, dtype=np.uint8, order="C")


def _resized(pixels: Pixels, height: int, width: int) -> Pixels:
    # Halving as far as it goes averages over areas too, and leaves little to the slow step for any other ratio:
    # 1280 x 1024 colour to 224 x 224 takes 1.0 ms instead of 5.0 ms.
    while pixels.shape[0] >= 2 * height and pixels.shape[1] >= 2 * width:
        pixels = _halved(pixels)
    shrunk = (min(pixels.shape[0], height), min(pixels.shape[1], width))
    if shrunk != pixels.shape[:2]:
        pixels = np.asarray(cv2.resize(pixels, shrunk[::-1], interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if shrunk != (height, width):
        pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    return pixels


def _halved(pixels: Pixels) -> Pixels:
    """Return the mean of each 2 x 2 pixels; of an odd side the last row or column counts twice, so none is lost."""
    odd_rows, odd_columns = pixels.shape[0] % 2, pixels.shape[1] % 2
    if odd_rows or odd_columns:
        doubled = cv2.copyMakeBorder(pixels, 0, odd_rows, 0, odd_columns, cv2.BORDER_REPLICATE)
        pixels = np.asarray(doubled, dtype=np.uint8)
    half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    return np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
