"""The counts of the running shift, kept up with every published part, ready for the screen at any moment."""

import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from inspector.domain.inspection import Inspection
from inspector.domain.verdict import Verdict


@dataclass(frozen=True)
class Counts:
    """How it stood at one moment.

    `verdicts` counts parts by verdict, `classes` judged parts by their most probable class, `reasons` parts by verdict
    and reason. `trend` holds, for each of the last judged parts, the share of NG (0 to 1) among the `window` judged
    parts up to it. `defective` and `inspected` are the NG and all judged parts of each full group of the p chart,
    oldest first. ERROR is no judgement: it is in `verdicts` and `reasons` alone.
    """

    verdicts: Mapping[Verdict, int]
    classes: Mapping[str, int]
    reasons: Mapping[tuple[Verdict, str], int]
    trend: tuple[float, ...]
    window: int
    defective: tuple[int, ...]
    inspected: tuple[int, ...]


class LiveCounts:
    """Counts parts as they are published. From any thread; adding one part costs microseconds, whatever came before."""

    def __init__(self, window: int = 50, points: int = 300, group: int = 25, groups: int = 40) -> None:
        """Keep the trend of the last `points` parts over `window` each, and the last `groups` groups of `group`."""
        self._window_size = window
        self._points = points
        self._group_size = group
        self._groups = groups
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Begin again at nothing, as at the start of a shift."""
        with self._lock:
            self._verdicts: Counter[Verdict] = Counter(dict.fromkeys(Verdict, 0))
            self._classes: Counter[str] = Counter()
            self._reasons: Counter[tuple[Verdict, str]] = Counter()
            self._window: deque[bool] = deque(maxlen=self._window_size)
            self._trend: deque[float] = deque(maxlen=self._points)
            self._full: deque[int] = deque(maxlen=self._groups)
            self._defective_in_window = 0
            self._in_group = self._defective_in_group = 0

    def resume(
        self,
        verdicts: Mapping[Verdict, int],
        classes: Mapping[str, int],
        reasons: Mapping[tuple[Verdict, str], int],
        defective: Iterable[bool],
    ) -> None:
        """Go on from these counts. `defective` says of the last judged parts, oldest first, which were NG."""
        self.clear()
        with self._lock:
            self._verdicts.update(verdicts)
            self._classes.update(classes)
            self._reasons.update(reasons)
            for one in defective:
                self._follow(one)

    def add(self, inspection: Inspection) -> None:
        """Count one part."""
        judgement = inspection.judgement
        with self._lock:
            self._verdicts[judgement.verdict] += 1
            if judgement.reason:
                self._reasons[judgement.verdict, judgement.reason] += 1
            if judgement.verdict is Verdict.ERROR:
                return
            if judgement.class_name is not None:
                self._classes[judgement.class_name] += 1
            self._follow(judgement.verdict is Verdict.NG)

    def snapshot(self) -> Counts:
        """Return how it stands now."""
        with self._lock:
            return Counts(
                verdicts=MappingProxyType(dict(self._verdicts)),
                classes=MappingProxyType(dict(self._classes)),
                reasons=MappingProxyType(dict(self._reasons)),
                trend=tuple(self._trend),
                window=self._window_size,
                defective=tuple(self._full),
                inspected=(self._group_size,) * len(self._full),
            )

    def _follow(self, defective: bool) -> None:
        if len(self._window) == self._window_size:
            self._defective_in_window -= self._window[0]
        self._window.append(defective)
        self._defective_in_window += defective
        self._trend.append(self._defective_in_window / len(self._window))
        self._in_group += 1
        self._defective_in_group += defective
        if self._in_group == self._group_size:
            self._full.append(self._defective_in_group)
            self._in_group = self._defective_in_group = 0
