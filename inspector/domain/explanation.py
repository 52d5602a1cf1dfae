"""Which threshold decided on a part and by how much, as one plain sentence."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from inspector.domain.verdict import Deciding, Rule

Words = Callable[[str], str]
Figure = Callable[[float], str]

_REACHED: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.DEFECT: "Defective with {value}; NG begins at {limit}: {distance} over the limit.",
        Rule.GOOD: "Good with {value}; OK needs {limit}: {distance} to spare.",
        Rule.ANOMALY: "The anomaly score is {value}; the limit is {limit}: {distance} over the limit.",
        Rule.MARGIN: "Sure with {value}; {limit} are needed: {distance} to spare.",
        Rule.PRODUCT: "This product with {value}; {limit} are needed: {distance} to spare.",
        Rule.WATCHED: "Seen with {value}; it is watched from {limit} on: {distance} over the limit.",
        Rule.SCENE: "The picture is off by {value} times what it may be.",
        Rule.PLACE: "Found with {value}; {limit} are needed: {distance} to spare.",
    }
)
_MISSED: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.DEFECT: "Defective with {value}; NG begins at {limit}: {distance} below the limit.",
        Rule.GOOD: "Good with {value}; OK needs {limit}: {distance} short.",
        Rule.ANOMALY: "The anomaly score is {value}; the limit is {limit}: {distance} below the limit.",
        Rule.MARGIN: "Sure with {value} at most; {limit} are needed: {distance} short.",
        Rule.PRODUCT: "This product with {value}; {limit} are needed: {distance} short.",
        Rule.WATCHED: "Seen with {value}; it is watched from {limit} on: {distance} below the limit.",
        Rule.SCENE: "The picture is off by {value} of what it may be.",
        Rule.PLACE: "Found with {value}; {limit} are needed: {distance} short.",
    }
)
_POINTS = "{0} points"
NO_SHARE = frozenset({Rule.ANOMALY, Rule.SCENE})
"""The rules whose values are no share of 1 and are not written as a percentage."""


def _same(text: str) -> str:
    return text


def _percentage(share: float) -> str:
    return f"{100 * share:.1f} %"


def _two_digits(value: float) -> str:
    return f"{value:.2f}"


def _one_digit(value: float) -> str:
    return f"{value:.1f}"


def deciding_sentence(
    deciding: Deciding,
    words: Words = _same,
    *,
    share: Figure = _percentage,
    score: Figure = _two_digits,
    points: Figure = _one_digit,
) -> str:
    """Return the sentence; `words` translates its form, the others write its figures.

    `share` writes a share of 1, `score` a plain figure and `points` a distance between two shares, times 100.
    """
    distance = abs(deciding.value - deciding.limit)
    form = words((_REACHED if deciding.value >= deciding.limit else _MISSED)[deciding.rule])
    if deciding.rule in NO_SHARE:
        return form.format(value=score(deciding.value), limit=score(deciding.limit), distance=score(distance))
    apart = words(_POINTS).format(points(100 * distance))
    return form.format(value=share(deciding.value), limit=share(deciding.limit), distance=apart)
