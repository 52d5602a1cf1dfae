"""What a candidate is taught on: the taught pictures and people's corrections, without doubles and contradictions."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from inspector.learning.corrections import LabelledPicture
from inspector.learning.duplicates import alike_pairs, clusters, fingerprint
from inspector.pictures import read_picture
from inspector.teaching.dataset import FEWEST_PICTURES, Sample
from inspector.teaching.progress import Watch

_STAGE = "comparing pictures"


@dataclass(frozen=True)
class Contradiction:
    """Pictures that show the same and were labelled differently. Neither is taught until people agree."""

    one: LabelledPicture
    other: LabelledPicture

    def __str__(self) -> str:
        """Return the sentence that a person is asked with."""
        who = f"{self.one.by} labelled" if self.one.by == self.other.by != "" else "Two people labelled"
        return f"{who} these differently: {self.one} and {self.other}; look at them and decide."


@dataclass(frozen=True)
class TeachingSet:
    """The samples to teach. `corrected` is how many of them are corrections, `alike` how many of those were too many.

    `notes` are sentences on what was left out besides the contradictions.
    """

    samples: tuple[Sample, ...]
    corrected: int
    alike: int
    contradictions: tuple[Contradiction, ...]
    notes: tuple[str, ...]


def teaching_set(taught: Sequence[LabelledPicture], corrected: Sequence[LabelledPicture], watch: Watch) -> TeachingSet:
    """Choose what is taught.

    A correction whose very file is taught already, with the same class, adds nothing. Of n corrections that show the
    same, and are alike in class too, the square root of n are taught, so that a part that came a hundred times does not
    count a hundredfold; the taught pictures are what the engineer chose and all stay. A class that is new and has too
    few pictures is left out. Where pictures contradict each other all of them are. Two alike pictures are no
    contradiction when one person called both what they are called last. Raises TeachingCancelled, PictureUnreadable.
    """
    first = {one.sha256: one for one in reversed(taught)}
    fresh = [one for one in corrected if not _adds_nothing(one, first)]
    pictures = [*taught, *fresh]
    looking_alike = _alike([one.sample.path for one in pictures], len(taught), watch)
    pairs = sorted({*looking_alike, *_equal(pictures, len(taught))})
    found = [
        Contradiction(pictures[one], pictures[other])
        for one, other in pairs
        if _contradict(pictures[one], pictures[other])
    ]
    out = {id(one) for contradiction in found for one in (contradiction.one, contradiction.other)}
    agreeing = [pair for pair in pairs if not _differ(pictures[pair[0]], pictures[pair[1]])]
    kept = _thinned(pictures, len(taught), agreeing, out)
    alike = sum(id(one) not in out for one in fresh) - len(kept)
    samples = [one for one in taught if id(one) not in out] + kept
    known = {one.sample.class_name for one in taught}
    samples, notes = _without_scarce(samples, known)
    return TeachingSet(
        tuple(one.sample for one in samples),
        sum(1 for one in samples if one.sequence),
        alike + len(corrected) - len(fresh),
        tuple(found),
        notes,
    )


def not_locked(
    corrected: Sequence[LabelledPicture], locked: Sequence[Sample], watch: Watch
) -> tuple[tuple[LabelledPicture, ...], tuple[str, ...]]:
    """Return the corrections that may be taught, and a sentence on those that show a picture of the locked set.

    Raises TeachingCancelled, PictureUnreadable.
    """
    paths = [*(sample.path for sample in locked), *(one.sample.path for one in corrected)]
    known = {second - len(locked) for first, second in _alike(paths, len(locked), watch) if first < len(locked)}
    kept = tuple(one for place, one in enumerate(corrected) if place not in known)
    if not known:
        return kept, ()
    names = ", ".join(corrected[place].name for place in sorted(known))
    return kept, (f"The locked validation set shows {names}, which may therefore not be taught.",)


def _adds_nothing(one: LabelledPicture, taught: dict[str, LabelledPicture]) -> bool:
    same = taught.get(one.sha256)
    return same is not None and same.sample.class_name == one.sample.class_name


def _alike(paths: Sequence[Path], first_of_interest: int, watch: Watch) -> tuple[tuple[int, int], ...]:
    """Return the pairs of equal or alike pictures of which at least one has that number or a higher one."""
    if first_of_interest >= len(paths):
        return ()
    prints = []
    for place, path in enumerate(paths):
        watch.step(_STAGE, place, len(paths))
        prints.append(fingerprint(read_picture(path)))
    watch.step(_STAGE, len(paths), len(paths))
    return alike_pairs(prints, lambda place: read_picture(paths[place]), first_of_interest)


def _equal(pictures: Sequence[LabelledPicture], first_of_interest: int) -> list[tuple[int, int]]:
    """Return the pairs of equal files of which one has that number or a higher one."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(pictures):
        places[one.sha256].append(place)
    return [pair for same in places.values() for pair in combinations(same, 2) if pair[1] >= first_of_interest]


def _differ(one: LabelledPicture, other: LabelledPicture) -> bool:
    return one.sample.class_name != other.sample.class_name


def _contradict(one: LabelledPicture, other: LabelledPicture) -> bool:
    if not _differ(one, other):
        return False
    return one.sha256 == other.sha256 or one.by != other.by


def _thinned(
    pictures: Sequence[LabelledPicture], taught: int, pairs: Sequence[tuple[int, int]], out: set[int]
) -> list[LabelledPicture]:
    """Return the corrections that are taught, of each cluster the square root of its number, evenly spread in time."""
    kept: set[int] = set()
    for cluster in clusters(len(pictures), pairs):
        members = [place for place in cluster if place >= taught and id(pictures[place]) not in out]
        files = list({pictures[place].sha256: place for place in reversed(members)}.values())
        members = sorted(files)
        wanted = math.ceil(math.sqrt(len(members)))
        kept |= {members[number * len(members) // wanted] for number in range(wanted)} if members else set()
    return [pictures[place] for place in sorted(kept)]


def _without_scarce(samples: list[LabelledPicture], known: set[str]) -> tuple[list[LabelledPicture], tuple[str, ...]]:
    counts = Counter(one.sample.class_name for one in samples)
    scarce = {name for name, count in counts.items() if name not in known and count < FEWEST_PICTURES}
    notes: dict[str, list[str]] = defaultdict(list)
    for one in samples:
        if one.sample.class_name in scarce:
            notes[one.sample.class_name].append(one.name)
    sentences = tuple(
        f"The new class '{name}' has only {len(names)} picture ({', '.join(names)}), so it is not taught yet."
        for name, names in sorted(notes.items())
    )
    return [one for one in samples if one.sample.class_name not in scarce], sentences
