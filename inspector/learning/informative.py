"""Which parts a person should be asked about first: those from whose answer the recipe learns most.

A part is worth asking about as far as the station was in doubt (margin sampling; Settles, Active Learning Literature
Survey, 2009, section 3.1) and as far as it resembles nothing that was taught. Of parts that resemble each other one is
asked about first: each part already on the list lowers the worth of those near it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.domain.inspection import Inspection
from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.records.pictures import PictureState, PictureStore
from inspector.vision.decision import margin

Vectors = NDArray[np.float64]

_FLAT = 1e-6
_SAME = 1e-6
_LEAST_SPREAD = 0.05
"""However alike the taught pictures are, parts that differ by less than this cosine distance count as alike."""


@dataclass(frozen=True, eq=False)
class OpenPart:
    """A part on which nobody decided. `margin` is 0 to 1, 0 where the station was in most doubt."""

    inspection: Inspection
    picture: Path
    margin: float
    embedding: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Question:
    """A part to ask a person about; `worth` is what the answer may bring, 0 to 1, `why` says it in words."""

    part: OpenPart
    worth: float
    doubt: float
    novelty: float
    why: str


def most_informative(parts: Sequence[OpenPart], taught: NDArray[np.floating], limit: int) -> tuple[Question, ...]:
    """Return up to `limit` of the parts in the order in which to ask about them.

    `taught` `[M, D]` are the embeddings of the taught pictures; without any, only doubt and variety count. Features are
    standardised over them, and distances are of cosines. A part is new as far as it lies farther from all that was
    taught than taught pictures lie from each other.
    """
    if not parts:
        return ()
    rows = np.array([part.embedding for part in parts], dtype=np.float64)
    known = np.asarray(taught, dtype=np.float64).reshape(-1, rows.shape[1])
    directions, taught_directions = _directions(rows, known)
    spacing = _spacing(taught_directions)
    unit = max(_LEAST_SPREAD, float(np.median(spacing))) if len(spacing) else 1.0
    doubt = np.clip(1 - 2 * np.array([part.margin for part in parts]), 0, 1)
    novelty = _novelty(_nearest(directions, taught_directions), spacing)
    worth = (doubt + novelty) / 2
    apart = np.ones(len(parts))
    left = set(range(len(parts)))
    questions: list[Question] = []
    while left and len(questions) < limit:
        best = min(left, key=lambda place: (-worth[place] * apart[place], parts[place].inspection.sequence))
        left.remove(best)
        questions.append(
            _question(parts[best], float(worth[best] * apart[best]), float(doubt[best]), float(novelty[best]))
        )
        apart = np.minimum(apart, np.clip((1 - directions @ directions[best]) / unit, 0.05, 1))
    return tuple(questions)


def open_parts(
    inspections: Sequence[Inspection], recipe: Recipe, pictures: PictureStore, embeddings: Sequence[NDArray[np.float32]]
) -> tuple[OpenPart, ...]:
    """Return the judged parts among `inspections` that can be taught: their classes are the recipe's."""
    classes = {known.name for known in recipe.classes}
    parts = []
    for inspection, embedding in zip(inspections, embeddings, strict=True):
        judgement, picture = inspection.judgement, inspection.picture
        if picture is None or set(judgement.probabilities) != classes:
            continue
        distance = margin(judgement.probabilities, recipe, anomaly_score=judgement.anomaly_score)
        if judgement.verdict is Verdict.CHECK:
            distance = 0.0
        parts.append(OpenPart(inspection, pictures.path(picture), distance, embedding))
    return tuple(parts)


def askable(inspections: Sequence[Inspection], pictures: PictureStore) -> tuple[Inspection, ...]:
    """Return the parts whose picture was kept exact to the pixel and is still there."""
    return tuple(
        one
        for one in inspections
        if one.picture is not None and one.picture.lossless and pictures.verify(one.picture) is PictureState.INTACT
    )


def _question(part: OpenPart, worth: float, doubt: float, novelty: float) -> Question:
    judgement = part.inspection.judgement
    likely = sorted(judgement.probabilities.items(), key=lambda item: -item[1])[:2]
    said = " or ".join(f"{name} ({share:.0%})" for name, share in likely)
    if novelty > doubt:
        why = f"it resembles none of the taught pictures; {said}"
    elif judgement.verdict is Verdict.CHECK:
        why = f"the station could not decide ({judgement.reason}): {said}"
    else:
        why = f"it was decided by a narrow margin: {said}"
    return Question(part, worth, doubt, novelty, why)


def _directions(rows: Vectors, taught: Vectors) -> tuple[Vectors, Vectors]:
    """Return both with each feature standardised over the taught ones (over all where none are), at length 1."""
    base = taught if len(taught) > 2 else np.concatenate([taught, rows])
    deviation = base.std(axis=0)
    varies = deviation > _FLAT * deviation.max(initial=0.0)
    scale = np.where(varies, 1 / np.where(varies, deviation, 1), 0.0)
    mean = base.mean(axis=0)
    return _of_length_one((rows - mean) * scale), _of_length_one((taught - mean) * scale)


def _of_length_one(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def _nearest(directions: Vectors, taught: Vectors) -> Vectors:
    """Return each one's cosine distance from the nearest taught picture; 0 where none are taught."""
    if not len(taught):
        return np.zeros(len(directions))
    return np.asarray(1 - (directions @ taught.T).max(axis=1), dtype=np.float64)


def _spacing(taught: Vectors) -> Vectors:
    """Return how far each taught picture lies from the next one; nothing for less than two."""
    if len(taught) < 2:
        return np.zeros(0)
    cosines = taught @ taught.T
    np.fill_diagonal(cosines, -1)
    return np.asarray(1 - cosines.max(axis=1), dtype=np.float64)


def _novelty(distances: Vectors, spacing: Vectors) -> Vectors:
    """Return 0 for what lies as near as half of the taught pictures do to each other, 1 beyond all of them."""
    if not len(spacing):
        return np.zeros(len(distances))
    nearer = (spacing[None] + _SAME < distances[:, None]).mean(axis=1)
    return np.asarray(np.maximum(2 * nearer - 1, 0), dtype=np.float64)
