"""Counts of products and defects, as counts of their codes."""

from collections import Counter
from collections.abc import Mapping, Sequence

from inspector.codes.catalogue import CodeCatalogue
from inspector.domain.recipe import PartClass

WITHOUT_CODE = ""
"""Stands for what has no code of the system that was asked for, so that the counts still add up."""


def by_code(
    counts: Mapping[str, int], classes: Sequence[PartClass], system: str, level: str, catalogue: CodeCatalogue
) -> dict[str, int]:
    """Return counts by class name as counts by the codes of one system, rolled up to `level`, the most frequent first.

    A class counts under the first of its codes of that system. A name that is no class (such as `anomaly`) and a class
    without a code of it count under `WITHOUT_CODE`, which stands last. Raises ValueError for a level that the system
    does not have.
    """
    code_of = {known.name: code.code for known in classes for code in reversed(known.codes) if code.system == system}
    coded: Counter[str] = Counter()
    uncoded = 0
    for name, count in counts.items():
        if name in code_of:
            coded[code_of[name]] += count
        else:
            uncoded += count
    rolled = catalogue.roll_up(system, coded, level)
    return rolled | ({WITHOUT_CODE: uncoded} if uncoded else {})
