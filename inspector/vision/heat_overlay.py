"""The heat map laid over the picture that it belongs to, as a picture to keep."""

import numpy as np

from inspector.domain.frame import Pixels

HEAT_COLOUR = (230, 159, 0)
"""Okabe-Ito orange, as RGB: it stands out on grey parts and is told apart by every eye."""


def heat_over(pixels: Pixels, heat: Pixels, strength: float = 0.6) -> Pixels:
    """Return the picture (uint8 `H x W` or `H x W x 3` RGB) with its heat (uint8 `H x W`) in orange over it, as RGB.

    `strength` is how much of the picture full heat covers, 0 to 1.
    """
    colour = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
    share = heat[:, :, None].astype(np.float32) * (strength / 255)
    mixed = colour * (1 - share) + np.asarray(HEAT_COLOUR, np.float32) * share
    return np.asarray(np.rint(mixed), dtype=np.uint8)
