"""Which parts go into a validation set: whole parts, as even a share of each class as they allow."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inspector.teaching.dataset import FEWEST_PICTURES


@dataclass(frozen=True)
class ChosenParts:
    """The numbers of the parts, and a sentence for each class of which none could be spared."""

    parts: frozenset[int]
    problems: tuple[str, ...]


def choose_parts(labels: Sequence[str], parts: Sequence[int], share: float, seed: int) -> ChosenParts:
    """Choose about `share` (more than 0, up to 1) of the pictures of each class, parts undivided, by `seed`.

    `labels` and `parts` are the class and the part of each picture. The scarcest class chooses first, so that parts of
    several classes serve it (greedy stratification after Sechidis, Tsoumakas and Vlahavas, 2011); a part is taken while
    that brings the class nearer to its share. At least one part of each class is taken where enough is left to teach.
    Raises ValueError for another share.
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share of {share}: it must be more than 0 and at most 1")
    if share == 1:
        return ChosenParts(frozenset(parts), ())
    members: dict[int, Counter[str]] = defaultdict(Counter)
    for label, part in zip(labels, parts, strict=True):
        members[part][label] += 1
    choice = _Choice(members, Counter(labels))
    numbers = sorted(members)
    order = [numbers[place] for place in np.random.default_rng(seed).permutation(len(numbers))]
    problems = []
    for name in sorted(choice.left, key=lambda name: (choice.left[name], name)):
        choice.fill(name, [part for part in order if members[part][name]], share)
        if not choice.taken[name]:
            problems.append(f"Of class '{name}' no part can be spared, so the set holds none of it; bring more parts.")
    return ChosenParts(frozenset(choice.parts), tuple(problems))


class _Choice:
    """The parts taken so far, with the pictures of each class that were taken and that are left."""

    def __init__(self, members: Mapping[int, Counter[str]], left: Counter[str]) -> None:
        self._members = members
        self.left = Counter(left)
        self.taken: Counter[str] = Counter()
        self.parts: set[int] = set()

    def fill(self, name: str, order: Sequence[int], share: float) -> None:
        """Take parts of a class until it has its share."""
        wanted = share * (self.left[name] + self.taken[name])
        for part in order:
            # Taking it is nearer to the share than leaving it.
            if self.taken[name] + self._members[part][name] / 2 <= wanted:
                self._take(part)
        for part in sorted(order, key=lambda part: self._members[part][name]):
            if not self.taken[name]:
                self._take(part)

    def _take(self, part: int) -> None:
        of_part = self._members[part]
        spared = all(self.left[name] - count >= FEWEST_PICTURES for name, count in of_part.items())
        if part not in self.parts and spared:
            self.parts.add(part)
            self.taken += of_part
            self.left -= of_part
