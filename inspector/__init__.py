"""Inspector: a part is seen, judged, recorded, shown, reported."""

__version__ = "0.1.0"
