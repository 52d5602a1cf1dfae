"""How pictures must be fed to somebody's own network, found out by the results that it gave before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.teaching.importing.mapping import ImportMapping, ImportRefused, network_input, probabilities_of
from inspector.teaching.importing.source import ImportSource
from inspector.vision.imported_graph import ImportedGraph, ImportedGraphFails

MOST_TRIED = 24
"""Pictures on which the ways of feeding are tried; that many tell them apart."""

_LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class PreparedSample:
    """A picture at the network's size, uint8 `height x width x 3` RGB, and what the network said of it.

    `expected` are the probabilities where they are known, else 1 for the class that was named.
    """

    image: Pixels
    expected: NDArray[np.float64]


@dataclass(frozen=True)
class TriedFeeding:
    """One way of feeding: how many of the samples came out with the expected class, and how far off they are.

    `distance` is the mean of the cross entropies less what is unavoidable, 0 for exactly what was expected. Where
    probabilities are known (`by_probabilities`) it tells ways apart that agree alike.
    """

    name: str
    mapping: ImportMapping
    agreeing: int
    distance: float
    by_probabilities: bool


def try_feedings(
    source: ImportSource, candidates: Sequence[tuple[str, ImportMapping]], samples: Sequence[PreparedSample]
) -> tuple[TriedFeeding, ...]:
    """Return the candidates, the best first: by agreeing samples, then by distance, then in their order."""
    graph = source.opened()
    tried = [_tried(name, mapping, source, graph, samples) for name, mapping in candidates]
    return tuple(sorted(tried, key=lambda one: (-one.agreeing, one.distance)))


def spread(class_names: Sequence[str], most: int = MOST_TRIED) -> tuple[int, ...]:
    """Return the places of at most so many samples, of each class in turn."""
    turns: dict[str, int] = {}
    order = []
    for place, name in enumerate(class_names):
        turns[name] = turns.get(name, 0) + 1
        order.append((turns[name], place))
    return tuple(place for _, place in sorted(order)[:most])


def answers(
    source: ImportSource, graph: ImportedGraph, mapping: ImportMapping
) -> Callable[[Pixels], NDArray[np.float64]]:
    """Return a function from a picture at the network's size to the probabilities that the network itself gives."""
    copies = source.input.shape[0] or 1
    classes_of_one = 2 if mapping.numbers == 1 else mapping.numbers

    def answer(image: Pixels) -> NDArray[np.float64]:
        fed = np.repeat(network_input(image, mapping, source.kind), copies, axis=0)
        try:
            given = graph.run(fed)[mapping.output]
        except ImportedGraphFails as error:
            raise ImportRefused(f"{source.name} failed on a sample picture: {error}.") from error
        return probabilities_of(given.reshape(-1)[: mapping.numbers], mapping.answer, classes_of_one)

    return answer


def _tried(
    name: str, mapping: ImportMapping, source: ImportSource, graph: ImportedGraph, samples: Sequence[PreparedSample]
) -> TriedFeeding:
    answer = answers(source, graph, mapping)
    agreeing, distance = 0, 0.0
    for sample in samples:
        found = answer(sample.image)
        agreeing += int(found.argmax() == sample.expected.argmax())
        surprise = np.log(np.maximum(sample.expected, _LEAST)) - np.log(np.maximum(found, _LEAST))
        distance += float(sample.expected @ surprise)
    by_probabilities = any(((sample.expected > 0) & (sample.expected < 1)).any() for sample in samples)
    return TriedFeeding(name, mapping, agreeing, distance / max(1, len(samples)), by_probabilities)
