"""The golden pictures of a recipe: what any accelerator must answer before it may judge."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inspector.domain.recipe import Recipe
from inspector.domain.refusal import Refusal
from inspector.pictures import PictureUnreadable
from inspector.teaching.embeddings import Embedded, read_prepared
from inspector.teaching.head import Floats
from inspector.vision.accelerator import CPU, Network
from inspector.vision.decision import decide, margin
from inspector.vision.model_file import GoldenPicture
from inspector.vision.preparation import Preparation

MOST_GOLDEN = 8
LEAST_SURE = 2
"""How many of them are the ones that the recipe is least sure of: there a differing accelerator shows first."""

STEADY = 0.02
"""How far a golden picture's probabilities must lie from any other verdict, so that rounding cannot tip it."""


class NoGoldenPicture(Refusal, RuntimeError):
    """None of the taught pictures could be read again."""


def golden_pictures(
    embedded: Sequence[Embedded], probabilities: Floats, recipe: Recipe, graph: bytes, preparation: Preparation
) -> tuple[GoldenPicture, ...]:
    """Return up to `MOST_GOLDEN` of the taught pictures with what the graph gives for them on the processor.

    `probabilities` `[N, C]` are the head's of the `embedded`, in the order of the recipe's classes. Raises
    NoGoldenPicture, and AcceleratorFailed when the processor cannot run the graph.
    """
    classes = [part_class.name for part_class in recipe.classes]
    margins = np.array([margin(dict(zip(classes, row, strict=True)), recipe) for row in probabilities.tolist()])
    labels = [one.sample.class_name for one in embedded]
    network = Network(graph, CPU)
    try:
        golden: list[GoldenPicture] = []
        shaky: list[tuple[float, GoldenPicture]] = []
        for place in _order(labels, margins):
            picture = _golden_picture(embedded[place], recipe, network, preparation)
            if picture is None:
                continue
            steadiness = _steadiness(picture, recipe)
            if steadiness >= STEADY:
                golden.append(picture)
            else:
                shaky.append((steadiness, picture))
            if len(golden) == MOST_GOLDEN:
                break
    finally:
        network.close()
    if not golden and shaky:
        golden = [max(shaky, key=lambda pair: pair[0])[1]]
    if not golden:
        raise NoGoldenPicture("None of the taught pictures can be read any more; put them back and teach again.")
    return tuple(golden)


def _order(labels: Sequence[str], margins: NDArray[np.float64]) -> list[int]:
    """Return which pictures to take, the best first: two that are least sure, then the surest of each class in turn."""
    steady = [place for place in range(len(labels)) if margins[place] >= STEADY] or [int(np.argmax(margins))]
    by_doubt = sorted(steady, key=lambda place: (margins[place], place))
    first = by_doubt[:LEAST_SURE]
    rounds: dict[str, int] = {}
    turns = []
    for place in reversed(by_doubt):
        if place not in first:
            rounds[labels[place]] = rounds.get(labels[place], 0) + 1
            turns.append((rounds[labels[place]], labels[place], place))
    return first + [place for _, _, place in sorted(turns)]


def _steadiness(picture: GoldenPicture, recipe: Recipe) -> float:
    """Return how far the graph's own answers may move before the verdict would be another."""
    classes = [part_class.name for part_class in recipe.classes]
    probabilities = dict(zip(classes, picture.probabilities, strict=True))
    return margin(probabilities, recipe, anomaly_score=picture.anomaly_score)


def _golden_picture(
    embedded: Embedded, recipe: Recipe, network: Network, preparation: Preparation
) -> GoldenPicture | None:
    """Return the picture with the network's answer, None where its file is no longer what was taught."""
    sample = embedded.sample
    try:
        picture = read_prepared(sample.path, preparation)
    except PictureUnreadable:
        return None
    if picture.sha256 != embedded.sha256:
        return None
    output = network.run(picture.pixels[None])
    probabilities = _plain(output.probabilities[0])
    score = None if output.anomaly_score is None else float(str(output.anomaly_score[0]))
    classes = [part_class.name for part_class in recipe.classes]
    decision = decide(dict(zip(classes, probabilities, strict=True)), recipe, anomaly_score=score)
    return GoldenPicture(
        name=f"{sample.class_name}/{sample.path.name}",
        pixels=picture.pixels,
        probabilities=probabilities,
        embedding=_plain(output.embedding[0]),
        verdict=decision.verdict,
        reason=decision.reason,
        anomaly_score=score,
    )


def _plain(values: NDArray[np.float32]) -> tuple[float, ...]:
    """Return the floats that print with the fewest digits and still mean the same float32."""
    return tuple(float(str(value)) for value in values)
