"""Where in a frame the part lies that was judged."""

from dataclasses import dataclass

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Placement:
    """The part's picture of `width` x `height` pixels, as it lies in the frame.

    `matrix` is `(a, b, c, d, e, f)`: the point `(x, y)` of the part's picture lies at `(a x + b y + c, d x + e y + f)`
    of the frame, in pixels with the centre of the first pixel at `(0, 0)`. `certainty` is how surely it was found,
    0 to 1; it is 1 where the recipe looks at a fixed region.
    """

    width: int
    height: int
    matrix: Matrix
    certainty: float = 1.0

    def in_frame(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the part's picture lies in the frame."""
        a, b, c, d, e, f = self.matrix
        return a * x + b * y + c, d * x + e * y + f

    def corners(self) -> tuple[tuple[float, float], ...]:
        """Return its outer corners in the frame: left top, right top, right bottom, left bottom."""
        left, top, right, bottom = -0.5, -0.5, self.width - 0.5, self.height - 0.5
        return tuple(self.in_frame(*corner) for corner in ((left, top), (right, top), (right, bottom), (left, bottom)))
