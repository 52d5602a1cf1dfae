"""The result of a validation: what was judged, on which parts, how right it was, how fast, and compared with what."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Recipe
from inspector.domain.verdict import Verdict
from inspector.quality.figures import Figures
from inspector.quality.histogram import ScoreHistogram
from inspector.quality.mcnemar import McNemar

SCHEMA = 1


@dataclass(frozen=True)
class Subject:
    """The recipe that was judged by, with the hashes of its file and graph and what it was taught on."""

    recipe: Recipe
    content_hash: str
    model_hash: str
    backbone: str
    method: str
    taught: int

    def as_json(self) -> dict[str, Any]:
        """Return who it is, as a plain object."""
        version = self.recipe.version
        return {
            "product": self.recipe.product,
            "version": version.number,
            "author": version.author,
            "content_hash": self.content_hash,
            "model_hash": self.model_hash,
            "backbone": self.backbone,
            "method": self.method,
            "taught_pictures": self.taught,
        }


@dataclass(frozen=True)
class PartSet:
    """The labelled parts that were judged.

    `sealed` is when the set was locked, None for pictures that are not a locked set. `sha256` is over the pictures'
    hashes with their classes and parts. `pictures` counts those judged, `parts` how many parts they show.
    """

    sha256: str
    pictures: int
    parts: int
    per_class: Mapping[str, int]
    sealed: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the set as a plain object."""
        return {
            "locked": self.sealed is not None,
            "sealed": self.sealed.isoformat() if self.sealed else None,
            "sha256": self.sha256,
            "pictures": self.pictures,
            "parts": self.parts,
            "per_class": dict(self.per_class),
        }


class MistakeKind(StrEnum):
    """What a mistake costs: a bad part that leaves, a good part that is lost, a wrong name."""

    ESCAPE = "escape"
    OVERKILL = "overkill"
    WRONG_CLASS = "wrong_class"


@dataclass(frozen=True, eq=False)
class Mistake:
    """A part that was judged wrongly.

    `said` is the class or reason that was named, `confidence` how sure the station was of it (0 to 1), None where an
    anomaly score decided. `part` (uint8 RGB or grey) is what was judged, `heat_map` uint8, 255 = most abnormal.
    """

    name: str
    kind: MistakeKind
    class_name: str
    verdict: Verdict
    said: str
    confidence: float | None
    anomaly_score: float | None
    part: Pixels
    heat_map: Pixels | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it without its pictures."""
        return {
            "name": self.name,
            "kind": str(self.kind),
            "class": self.class_name,
            "verdict": str(self.verdict),
            "said": self.said,
            "confidence": self.confidence,
            "anomaly_score": self.anomaly_score,
        }


class Score(StrEnum):
    """What a histogram counts: the NG side's probability, the anomaly score, the probability of the class named."""

    BAD = "bad"
    ANOMALY = "anomaly"
    NAMED = "named"


@dataclass(frozen=True)
class ScoreLine:
    """A threshold in a histogram; `name` is that of the recipe's value: `ok`, `ng`, `limit` or `doubt`."""

    name: str
    value: float


@dataclass(frozen=True)
class Distribution:
    """How one score lies: of `good` and `bad` parts, or for `NAMED` of rightly and wrongly named ones as those two."""

    score: Score
    histogram: ScoreHistogram
    lines: tuple[ScoreLine, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as a plain object."""
        lines = {line.name: line.value for line in self.lines}
        return {"score": str(self.score), **self.histogram.as_json(), "lines": lines}


@dataclass(frozen=True)
class Stage:
    """How long one stage takes, in milliseconds: half of the parts at most `median`, 95 of 100 at most `p95`."""

    median: float
    p95: float


@dataclass(frozen=True)
class Latency:
    """How long judging one part takes on this machine, by stage (`prepare`, `network`, `decide`, `total`)."""

    accelerator: str
    parts: int
    stages: Mapping[str, Stage]

    def as_json(self) -> dict[str, Any]:
        """Return it as a plain object, in milliseconds."""
        stages = {name: {"median": one.median, "p95": one.p95} for name, one in self.stages.items()}
        return {"accelerator": self.accelerator, "parts": self.parts, "stages_ms": stages}


@dataclass(frozen=True)
class Paired:
    """Two recipes on the same parts: how many both had right, how many neither; in `test` the first is this recipe."""

    both: int
    neither: int
    test: McNemar

    def as_json(self) -> dict[str, float | int]:
        """Return it as a plain object."""
        return {
            "both": self.both,
            "only_this": self.test.only_first_right,
            "only_other": self.test.only_second_right,
            "neither": self.neither,
            "p_value": self.test.p_value,
        }


@dataclass(frozen=True)
class Comparison:
    """The recipe and another one on the same parts.

    What counts as right: in `by_mistake` whatever is neither escape nor overkill, a CHECK too; in `by_verdict` a
    verdict that says what the true class means, without a person; both are None where all classes mean the same. In
    `by_class` a class named rightly, None where the other recipe does not know them all. `worse` are the parts, by
    name, that were wrong here and not there, in the first of these that there is. `taught` is how many of the parts
    the other was taught on, which flatters it.
    """

    other: Subject
    figures: Figures
    by_mistake: Paired | None
    by_verdict: Paired | None
    by_class: Paired | None
    worse: tuple[str, ...]
    taught: int

    def as_json(self) -> dict[str, Any]:
        """Return it as a plain object."""
        return {
            "other": self.other.as_json(),
            "figures": self.figures.as_json(),
            "by_mistake": self.by_mistake.as_json() if self.by_mistake else None,
            "by_verdict": self.by_verdict.as_json() if self.by_verdict else None,
            "by_class": self.by_class.as_json() if self.by_class else None,
            "worse": list(self.worse),
            "taught_to_other": self.taught,
        }


@dataclass(frozen=True)
class AcceleratorComparison:
    """The same parts on the accelerator and on the processor.

    `differing` are the parts with another verdict or reason, by name. The differences are the largest of all parts,
    `anomaly_difference` None where there is no score. `time_ratio` is the processor's median network time divided by
    the accelerator's.
    """

    accelerator: str
    parts: int
    differing: tuple[str, ...]
    probability_difference: float
    anomaly_difference: float | None
    time_ratio: float

    def as_json(self) -> dict[str, Any]:
        """Return it as a plain object."""
        return {
            "accelerator": self.accelerator,
            "parts": self.parts,
            "equal_verdicts": self.parts - len(self.differing),
            "differing": list(self.differing),
            "probability_difference": self.probability_difference,
            "anomaly_difference": self.anomaly_difference,
            "time_ratio": self.time_ratio,
        }


@dataclass(frozen=True, eq=False)
class Validation:
    """All that a validation found.

    `mistakes` are the worst ones, the costliest kind first and the surest of each first; `mistaken` counts them all.
    `notes` are sentences on what a reader must know: pictures left out, a set that is not locked. `made` is UTC.
    """

    subject: Subject
    part_set: PartSet
    figures: Figures
    distributions: tuple[Distribution, ...]
    mistakes: tuple[Mistake, ...]
    mistaken: Mapping[MistakeKind, int]
    latency: Latency
    comparison: Comparison | None
    accelerators: AcceleratorComparison | None
    notes: tuple[str, ...]
    made: datetime
    software: str

    def as_json(self) -> dict[str, Any]:
        """Return all but the pictures as a plain object, with the figures as `inspector evaluate` prints them."""
        return {
            "schema": SCHEMA,
            "made": self.made.isoformat(),
            "software": self.software,
            "content_hash": self.content_hash,
            **self._judged(),
            "latency": self.latency.as_json(),
            "accelerators": self.accelerators.as_json() if self.accelerators else None,
        }

    @property
    def content_hash(self) -> str:
        """The SHA-256 of what was found, without times and accelerators: equal for the same recipes and parts."""
        text = json.dumps(self._judged(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _judged(self) -> dict[str, Any]:
        return {
            "recipe": self.subject.as_json(),
            "set": self.part_set.as_json(),
            **self.figures.as_json(),
            "histograms": [one.as_json() for one in self.distributions],
            "mistakes": [one.as_json() for one in self.mistakes],
            "mistaken": {str(kind): count for kind, count in self.mistaken.items()},
            "comparison": self.comparison.as_json() if self.comparison else None,
            "notes": list(self.notes),
        }
