"""Which parts to ask a person about first, out of the journal."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inspector.domain.inspection import Inspection
from inspector.domain.verdict import Verdict
from inspector.learning.informative import Question, askable, most_informative, open_parts
from inspector.records.period import Period
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.vision.accelerator import CPU, Network
from inspector.vision.model_file import ModelFile
from inspector.vision.preparation import Preparation

MOST_LOOKED_AT = 300
"""How many of the latest undecided parts are compared; each is run through the network once more."""


def questions(
    records: Records, pictures: PictureStore, active: ModelFile, limit: int, period: Period | None = None
) -> tuple[Question, ...]:
    """Return the parts of the recipe's product on which nobody decided, those first from which most is learned.

    Looked at are the latest parts that were CHECK, NG or kept OK, with a picture exact to the pixel; `period` narrows
    them. Raises AcceleratorFailed where the processor cannot run the network.
    """
    recipe = active.recipe
    period = period or Period.ever(product=recipe.product)
    verdicts = (Verdict.CHECK, Verdict.NG, Verdict.OK)
    undecided = records.reviews.undecided(period, verdicts, MOST_LOOKED_AT)
    parts = askable(undecided, pictures)
    embeddings = _embeddings(active, parts, pictures)
    taught = np.array([one.embedding for one in active.taught], dtype=np.float64)
    return most_informative(open_parts(parts, recipe, pictures, embeddings), taught, limit)


def _embeddings(active: ModelFile, parts: Sequence[Inspection], pictures: PictureStore) -> list[NDArray[np.float32]]:
    if not parts:
        return []
    manifest, recipe = active.manifest, active.recipe
    preparation = Preparation(
        recipe.region,
        recipe.locating,
        recipe.ignored,
        active.reference,
        manifest.input_height,
        manifest.input_width,
    )
    network = Network(active.graph, CPU)
    try:
        embeddings = []
        for part in parts:
            assert part.picture is not None, "only parts with a picture are asked about"
            image = preparation.prepare(pictures.read(part.picture)).image
            embeddings.append(network.run(image[None]).embedding[0])
        return embeddings
    finally:
        network.close()
