"""Taught pictures, read once more as the network takes them, as many as memory bears."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.pictures import PictureUnreadable
from inspector.teaching.embeddings import Embedded, read_prepared
from inspector.vision.preparation import Preparation

MOST_BYTES = 200_000_000
"""How much memory they may take together."""


def read_images(
    embedded: Sequence[Embedded],
    places: NDArray[np.int64],
    preparation: Preparation,
    seed: int,
    most_bytes: int = MOST_BYTES,
) -> tuple[NDArray[np.int64], Pixels]:
    """Return the pictures at these `places` as far as they fit, `[n, height, width, 3]`, and which of them they are.

    Which do not fit is decided by `seed`; a file that is gone or was changed is left out.
    """
    height, width = preparation.height, preparation.width
    most = most_bytes // (height * width * 3)
    if len(places) > most:
        places = np.sort(np.random.default_rng(seed).choice(places, most, replace=False))

    def read(place: int) -> Pixels | None:
        try:
            picture = read_prepared(embedded[place].sample.path, preparation)
        except PictureUnreadable:
            return None
        return picture.pixels if picture.sha256 == embedded[place].sha256 else None

    with ThreadPoolExecutor(thread_name_prefix="teaching") as pool:
        pictures = list(pool.map(read, places))
    kept = [number for number, picture in enumerate(pictures) if picture is not None]
    images = [picture for picture in pictures if picture is not None]
    return places[kept], np.stack(images) if images else np.zeros((0, height, width, 3), np.uint8)
