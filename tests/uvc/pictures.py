"""The pictures of the emulated USB cameras: drawn from the serial number, so that a received one tells its camera."""

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 240
_COUNT, _BLOCKS = 6, 5


def pictures_of(serial: str) -> tuple[NDArray[np.uint8], ...]:
    """Return six RGB pictures of coloured blocks, H x W x 3, unlike those of any other serial number."""
    random = np.random.default_rng(zlib.crc32(serial.encode()))
    small = random.integers(20, 235, (_COUNT, _BLOCKS, _BLOCKS, 3)).astype(np.uint8)
    return tuple(cv2.resize(blocks, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST) for blocks in small)


def recognised(pixels: NDArray[np.uint8], serials: tuple[str, ...]) -> tuple[str, int, float]:
    """Return the serial number and the number of the picture that is the most like this one, and the mean error."""
    errors = {
        (serial, number): float(np.abs(pixels.astype(np.int16) - picture).mean())
        for serial in serials
        for number, picture in enumerate(pictures_of(serial))
    }
    (serial, number), error = min(errors.items(), key=lambda item: item[1])
    return serial, number, error
