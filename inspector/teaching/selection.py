"""Which pictures are taught, and which belong together."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from inspector.teaching.dataset import FEWEST_PICTURES, Sample


def pick(samples: Sequence[Sample], per_class: int | None, seed: int) -> tuple[Sample, ...]:
    """Return at most `per_class` samples of each class, whole groups, chosen by `seed`, in the order given.

    None takes all. A class whose groups are all larger than that, or that would get less than two pictures, takes its
    smallest group on top: a class must be taught, and a group is never split.
    """
    if per_class is None:
        return tuple(samples)
    members: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        members[sample.group].append(sample)
    names = sorted(members)
    order = [names[place] for place in np.random.default_rng(seed).permutation(len(names))]
    taken: set[str] = set()
    counts: Counter[str] = Counter()
    for group in order:
        added = Counter(sample.class_name for sample in members[group])
        if all(counts[name] + count <= per_class for name, count in added.items()):
            taken.add(group)
            counts += added
    for group in sorted(order, key=lambda group: len(members[group])):
        if group not in taken and any(counts[sample.class_name] < FEWEST_PICTURES for sample in members[group]):
            taken.add(group)
            counts += Counter(sample.class_name for sample in members[group])
    return tuple(sample for sample in samples if sample.group in taken)


def parts_of(samples: Sequence[Sample], hashes: Sequence[str]) -> list[int]:
    """Return the number of the part that each sample shows, counted from 0.

    Samples of one group, and files of equal bytes (`hashes`), show one part.
    """
    part_of_key: dict[tuple[str, str], int] = {}
    parts: list[int] = []
    for number, (sample, file_hash) in enumerate(zip(samples, hashes, strict=True)):
        keys = (("group", sample.group), ("file", file_hash))
        known = {part_of_key[key] for key in keys if key in part_of_key}
        part = min(known, default=number)
        for other in known - {part}:  # this picture shows that two groups are one
            parts = [part if known_part == other else known_part for known_part in parts]
            part_of_key = {key: part if value == other else value for key, value in part_of_key.items()}
        part_of_key.update(dict.fromkeys(keys, part))
        parts.append(part)
    numbers = {part: number for number, part in enumerate(dict.fromkeys(parts))}
    return [numbers[part] for part in parts]
