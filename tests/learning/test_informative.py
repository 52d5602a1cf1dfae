"""Which parts to ask about first."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from inspector.domain.inspection import Inspection, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Verdict
from inspector.learning.informative import OpenPart, most_informative

TIME = datetime(2026, 3, 2, tzinfo=UTC)
DIMENSIONS = 16


def around(place: int, count: int, seed: int, spread: float = 0.05) -> np.ndarray:
    """Return so many embeddings near one corner of the space."""
    corner = np.zeros(DIMENSIONS)
    corner[place] = 1.0
    return np.asarray(corner + np.random.default_rng(seed).normal(0, spread, (count, DIMENSIONS)), np.float32)


def part(sequence: int, embedding: np.ndarray, margin: float, verdict: Verdict = Verdict.CHECK) -> OpenPart:
    context = PartContext("1", "tiny", 1, "a", "b", "cpu")
    judgement = Judgement(verdict, "unsure", "good", {"good": 0.55, "scratch": 0.45})
    inspection = Inspection(str(sequence), sequence, TIME, TriggerSource.FRAME, "c", "", context, judgement)
    return OpenPart(inspection, Path(f"{sequence}.png"), margin, embedding)


TAUGHT = np.concatenate([around(0, 10, 1), around(1, 10, 2)])


def asked(parts: list[OpenPart], limit: int = 10) -> list[int]:
    return [question.part.inspection.sequence for question in most_informative(parts, TAUGHT, limit)]


def test_the_most_doubtful_comes_first() -> None:
    embeddings = around(0, 3, 5)
    assert asked([part(1, embeddings[0], 0.4), part(2, embeddings[1], 0.0), part(3, embeddings[2], 0.2)])[0] == 2


def test_what_resembles_nothing_taught_comes_before_what_does() -> None:
    known, strange = around(0, 1, 5)[0], around(7, 1, 6)[0]
    questions = most_informative([part(1, known, 0.3), part(2, strange, 0.3)], TAUGHT, 2)
    assert [question.part.inspection.sequence for question in questions] == [2, 1]
    assert questions[0].novelty > questions[1].novelty
    assert questions[0].why.startswith("it resembles none of the taught pictures; good (55%) or scratch (45%)")
    assert questions[1].why.startswith("the station could not decide (unsure)")


def test_of_parts_that_resemble_each_other_one_is_asked_about() -> None:
    """Five parts of one new kind and one of another, a little less doubtful: both kinds come first."""
    parts = [part(number, embedding, 0.0) for number, embedding in enumerate(around(7, 5, 3, 0.001), start=1)]
    parts.append(part(6, around(9, 1, 4)[0], 0.05))
    first, second = asked(parts, 2)
    assert {first, second} > {6}
    assert min(first, second) < 6


def test_a_narrow_margin_is_said() -> None:
    (question,) = most_informative([part(1, around(0, 1, 5)[0], 0.05, Verdict.NG)], TAUGHT, 1)
    assert question.why.startswith("it was decided by a narrow margin")
    assert question.doubt == pytest.approx(0.9)


def test_without_taught_pictures_doubt_and_variety_count() -> None:
    embeddings = around(0, 4, 5)
    parts = [part(number, embeddings[number], 0.1 * number) for number in range(4)]
    questions = most_informative(parts, np.empty((0,)), 4)
    assert questions[0].part.inspection.sequence == 0
    assert {question.novelty for question in questions} == {0.0}
    assert most_informative([], TAUGHT, 3) == ()


def test_features_that_never_vary_change_nothing() -> None:
    flat = np.ones((20, DIMENSIONS), np.float32)
    questions = most_informative([part(1, flat[0], 0.1)], flat, 1)
    assert questions[0].novelty == 0.0


def test_no_more_than_asked_for_and_each_once() -> None:
    parts = [part(number, embedding, 0.1) for number, embedding in enumerate(around(3, 12, 9))]
    found = asked(parts, 5)
    assert len(found) == len(set(found)) == 5
    assert sorted(asked(parts, 99)) == list(range(12))
