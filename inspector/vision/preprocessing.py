"""From a frame's pixels to the network's input: the same for teaching, validation and production."""

import math

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.placement import Placement
from inspector.domain.recipe import Region
from inspector.vision.transforms import Transform, scaling, shifting


def prepare(pixels: Pixels, region: Region, height: int, width: int) -> Pixels:
    """Cut the region out of a picture and bring it to the network's size.

    `pixels` is uint8, `H x W` (grey) or `H x W x 3` (RGB); the result is uint8 `height x width x 3` RGB, C-contiguous
    and never a view of the input. A side that shrinks is averaged over the area of each new pixel, so that fine
    defects do not alias away; a side that grows is interpolated linearly. Raises ValueError for other pixels.
    """
    refuse_other_pixels(pixels)
    left, top, right, bottom = region.pixels(pixels.shape[1], pixels.shape[0])
    resized = _resized(pixels[top:bottom, left:right], height, width)
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(resized, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
    return np.array(resized, dtype=np.uint8, order="C")


def region_placement(rows: int, columns: int, region: Region, height: int, width: int) -> Placement:
    """Return where `prepare` takes each pixel of its result from, in a frame of `rows x columns` pixels."""
    left, top, right, bottom = region.pixels(columns, rows)
    covered_rows, covered_columns = _covered(bottom - top, right - left, height, width)
    matrix = shifting(left, top) @ scaling(covered_columns / width, covered_rows / height)
    return Placement(width, height, (matrix[0, 0], 0.0, matrix[0, 2], 0.0, matrix[1, 1], matrix[1, 2]))


def warp(pixels: Pixels, to_frame: Transform, height: int, width: int) -> Pixels:
    """Return the part's picture, uint8 `height x width x 3` RGB, whose points `to_frame` takes into the frame's.

    What lies outside the frame repeats its nearest edge. Where the picture shrinks, each new pixel is the mean over its
    area: the frame is halved as far as it goes, then sampled at least once a pixel and averaged.
    """
    pixels, start = _around(pixels, to_frame, height, width)
    matrix = shifting(-start[0], -start[1]) @ to_frame
    across, down = _steps(matrix)
    while min(across, down) >= 2 and min(pixels.shape[:2]) >= 2:
        pixels = _halved(pixels)
        matrix = scaling(0.5, 0.5) @ matrix
        across, down = _steps(matrix)
    columns, rows = math.ceil(across - 1e-6), math.ceil(down - 1e-6)
    fine = matrix @ scaling(1 / columns, 1 / rows)
    sampled = cv2.warpAffine(
        pixels,
        fine[:2],
        (width * columns, height * rows),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if columns > 1 or rows > 1:
        sampled = cv2.resize(sampled, (width, height), interpolation=cv2.INTER_AREA)
    if pixels.ndim == 2:
        sampled = cv2.cvtColor(sampled, cv2.COLOR_GRAY2RGB)
    return np.ascontiguousarray(sampled, dtype=np.uint8)


def refuse_other_pixels(pixels: Pixels) -> None:
    """Raise ValueError where this is no picture: uint8, `H x W` or `H x W x 3`, not empty."""
    grey_or_colour = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
    if pixels.dtype != np.uint8 or not grey_or_colour or 0 in pixels.shape:
        raise ValueError(f"a picture is uint8, H x W or H x W x 3, not {pixels.dtype} {pixels.shape}")


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


def _covered(rows: int, columns: int, height: int, width: int) -> tuple[int, int]:
    """Return how many rows and columns the result of `_resized` stands for, those that halving doubled included."""
    size = 1
    while rows >= 2 * height and columns >= 2 * width:
        rows, columns, size = (rows + 1) // 2, (columns + 1) // 2, size * 2
    return rows * size, columns * size


def _halved(pixels: Pixels) -> Pixels:
    """Return the mean of each 2 x 2 pixels; of an odd side the last row or column counts twice, so none is lost."""
    odd_rows, odd_columns = pixels.shape[0] % 2, pixels.shape[1] % 2
    if odd_rows or odd_columns:
        doubled = cv2.copyMakeBorder(pixels, 0, odd_rows, 0, odd_columns, cv2.BORDER_REPLICATE)
        pixels = np.asarray(doubled, dtype=np.uint8)
    half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    return np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _around(pixels: Pixels, to_frame: Transform, height: int, width: int) -> tuple[Pixels, tuple[int, int]]:
    """Return the piece of the frame that holds the part's picture, with some margin, and its left top corner."""
    corners = to_frame @ np.array([[-0.5, width - 0.5] * 2, [-0.5, -0.5, height - 0.5, height - 0.5], [1.0] * 4])
    margin = 2 * math.ceil(max(_steps(to_frame)))
    left, top = (max(0, math.floor(value) - margin) for value in corners[:2].min(axis=1))
    right, bottom = (math.ceil(value) + margin + 1 for value in corners[:2].max(axis=1))
    left, top = min(left, pixels.shape[1] - 1), min(top, pixels.shape[0] - 1)
    return pixels[top : max(bottom, top + 1), left : max(right, left + 1)], (left, top)


def _steps(matrix: Transform) -> tuple[float, float]:
    """Return how far apart in the frame two neighbours of a row, and two of a column, lie."""
    return float(np.hypot(matrix[0, 0], matrix[1, 0])), float(np.hypot(matrix[0, 1], matrix[1, 1]))
