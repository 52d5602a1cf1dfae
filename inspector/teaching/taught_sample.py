"""Some of the taught pictures, small, to travel with the recipe and be shown beside a part that resembles them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from inspector.teaching.embeddings import Embedded
from inspector.vision.taught_pictures import TaughtPicture

MOST_TAUGHT = 300

_LARGEST = float(np.finfo(np.float16).max)


def taught_pictures(embedded: Sequence[Embedded], seed: int) -> tuple[TaughtPicture, ...]:
    """Return up to `MOST_TAUGHT` of the taught pictures, the classes in turn, picked by `seed`, in the order given."""
    turns: Counter[str] = Counter()
    order = []
    for place in np.random.default_rng(seed).permutation(len(embedded)):
        name = embedded[place].sample.class_name
        turns[name] += 1
        order.append((turns[name], int(place)))
    taken = sorted(place for _, place in sorted(order)[:MOST_TAUGHT])
    return tuple(_taught(embedded[place]) for place in taken)


def _taught(one: Embedded) -> TaughtPicture:
    return TaughtPicture(
        name=f"{one.sample.class_name}/{one.sample.path.name}",
        class_name=one.sample.class_name,
        sha256=one.sha256,
        thumbnail=one.thumbnail,
        embedding=np.clip(one.features[0], -_LARGEST, _LARGEST).astype(np.float16),
    )
