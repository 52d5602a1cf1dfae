"""How large a thing must be for a finger in a glove."""

from PySide6.QtWidgets import QWidget

GLOVE_MILLIMETRES = 20.0
"""Below 20 mm, entry at a standing touch screen is slower and more often wrong; 25 mm gains nothing (Colle & Hiszem,
Ergonomics 47(13), 2004)."""

_SMALLEST, _LARGEST = 60, 104
"""Logical pixels. Screens that lie about their size, or are very dense and low, still get a window that fits."""


def glove_size(widget: QWidget) -> int:
    """Return 20 mm at the density of the widget's screen, in logical pixels, within bounds that fit 1280 x 800."""
    dots_per_inch = widget.screen().physicalDotsPerInch()
    wanted = round(GLOVE_MILLIMETRES / 25.4 * dots_per_inch)
    return max(_SMALLEST, min(_LARGEST, wanted))
