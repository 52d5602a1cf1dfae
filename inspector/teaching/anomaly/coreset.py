"""A few vectors that stand for many: the coreset of PatchCore (Roth et al., CVPR 2022), bounded in size and time."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_REDUCED = 32  # dimensions: distances are near enough after a random projection (Johnson and Lindenstrauss)


def sample(vectors: Vectors, most: int, random: np.random.Generator) -> Vectors:
    """Return at most so many of the vectors `[P, D]`, picked at random."""
    if len(vectors) <= most:
        return vectors
    return vectors[np.sort(random.choice(len(vectors), most, replace=False))]


def coreset(vectors: Vectors, size: int, random: np.random.Generator) -> Vectors:
    """Return at most `size` of the vectors `[P, D]`, each next one the farthest from all before it.

    It takes `size` passes over all vectors, so hand over a sample where there are many.
    """
    if len(vectors) <= size:
        return vectors
    points = vectors
    if points.shape[1] > _REDUCED:
        points = points @ (random.standard_normal((points.shape[1], _REDUCED)) / np.sqrt(_REDUCED)).astype(np.float32)
    squares = (points**2).sum(axis=1)
    nearest = np.full(len(points), np.inf, dtype=np.float32)
    chosen = np.empty(size, dtype=np.int64)
    last = int(random.integers(len(points)))
    for place in range(size):
        chosen[place] = last
        np.minimum(nearest, squares - 2 * (points @ points[last]) + squares[last], out=nearest)
        last = int(nearest.argmax())
    return vectors[chosen]
