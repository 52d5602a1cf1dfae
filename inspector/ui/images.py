"""Pixels of the house into images of Qt."""

import numpy as np
from PySide6.QtGui import QImage

from inspector.domain.frame import Pixels


def image_of(pixels: Pixels) -> QImage:
    """Return a QImage of its own with these pixels, uint8 `H x W` (grey) or `H x W x 3` (RGB)."""
    whole = np.ascontiguousarray(pixels)
    height, width = whole.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if whole.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(whole.data, width, height, whole.strides[0], kind).copy()
