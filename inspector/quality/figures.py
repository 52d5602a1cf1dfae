"""What is counted where labelled parts were judged: the figures that evaluation, validation and reports share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.verdict import Verdict
from inspector.quality.classification import Confusion
from inspector.quality.rates import Rate, wilson
from inspector.quality.sample_size import highest_rate


@dataclass(frozen=True)
class ClassVerdicts:
    """What was said of the parts that are of one class. `side` is what the class means, `right` the verdict's rate."""

    side: Verdict
    counts: Mapping[Verdict, int]
    right: Rate


@dataclass(frozen=True)
class Figures:
    """How right a recipe was on labelled parts.

    `confusion` goes by the most probable class; in a recipe that knows good parts alone by `anomaly` or not, and there
    every class that it does not know is an anomaly. `verdicts` goes by the true class, known or not. `right` is how
    many verdicts say what the true class means; a CHECK, which a person decides, does not. `escape` and `overkill`
    count final verdicts, so that a CHECK is neither; `check` is its share and `checks` counts it by reason. The two and
    `auroc` (of the NG side's probability) are None where there is no OK or no NG class; `auroc` also where the parts
    are of one side only. `anomaly_auroc` is that of the anomaly score, None also where there is none.
    """

    confusion: Confusion
    verdicts: Mapping[str, ClassVerdicts]
    right: Rate
    escape: Rate | None
    overkill: Rate | None
    check: Rate
    checks: Mapping[str, int]
    auroc: float | None
    anomaly_auroc: float | None

    @property
    def named_rightly(self) -> Rate:
        """How many parts were named as what they are: the accuracy with its interval."""
        counts = self.confusion.counts
        return wilson(sum(row[name] for name, row in counts.items()), self.confusion.n)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as a plain object, the same for evaluation and validation."""
        figures = {name: self.confusion.figures(name) for name in self.confusion.counts}
        return {
            "n": self.confusion.n,
            "accuracy": self.confusion.accuracy,
            "macro_f1": self.confusion.macro_f1,
            "classes": {
                name: {"precision": one.precision.as_json(), "recall": one.recall.as_json(), "n": one.n}
                for name, one in figures.items()
            },
            "confusion": {true: dict(row) for true, row in self.confusion.counts.items()},
            "verdicts": {
                name: {"side": str(one.side), "right": one.right.as_json(), **_named(one.counts)}
                for name, one in self.verdicts.items()
            },
            "right": self.right.as_json(),
            "escape": self.escape.as_json() if self.escape else None,
            "overkill": self.overkill.as_json() if self.overkill else None,
            "at_most": {"escape": _bound(self.escape), "overkill": _bound(self.overkill)},
            "check": self.check.as_json(),
            "checks": dict(self.checks),
            "auroc": self.auroc,
            "anomaly_auroc": self.anomaly_auroc,
        }


def _bound(rate: Rate | None) -> float | None:
    """Return the exact one-sided upper bound of a rate at 95 % confidence."""
    return None if rate is None else highest_rate(rate.x, rate.n)


def _named(counts: Mapping[Verdict, int]) -> dict[str, int]:
    return {str(verdict): count for verdict, count in counts.items()}
