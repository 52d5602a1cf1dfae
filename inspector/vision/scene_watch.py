"""Tells a changed scene from a defective part: what is off in the same way on several parts in a row is the scene."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType

from inspector.domain.recipe import SceneRule
from inspector.vision.scene import SceneReference

# What explains the others comes first: when the camera was knocked, the spots lie elsewhere too.
_ORDER = (
    "light",
    "red",
    "blue",
    "across",
    "down",
    "turn",
    "focus",
    "white",
    "black",
    "spot",
    "contrast",
    "likeness",
    "drift",
)
_MORE = 2  # parts more than the rule's, over which the average is taken
_ON_AVERAGE = 0.9  # of the limit
_BY_DEFECTS = ("spot", "contrast", "drift")  # what a run of defective parts moves too: never judged on average
_MOST = 1.25  # of the limit, as much as one part may count
_AS_TAUGHT = 0.4  # of the limit
_CLEARLY = 0.5  # of the largest share that an earlier cause must reach to be the one that is named


class SceneWatch:
    """Watches one lane's scene, part by part.

    It speaks when as many parts in a row as the rule says lie beyond the same limit on the same side; and also when the
    last few, two more than that, nearly do so on average, none of them counted for more than a little over the limit: a
    small change shows in several parts together before it does in each of them. It is silent again as soon as a part is
    as taught.
    """

    def __init__(self, reference: SceneReference, rule: SceneRule) -> None:
        self._reference = reference
        self._rule = rule
        self._last: deque[Mapping[str, float]] = deque(maxlen=rule.parts + _MORE)

    def look(self, figures: Mapping[str, float]) -> str:
        """Take the next part's figures (`SceneGauge.figures`) and return a sentence when the scene changed, else ''."""
        if not self._rule.watched:
            return ""
        self._last.append(figures)
        lasting = {name: share for name, share in figures.items() if self._lasts(name)}
        return self._sentence(lasting) if lasting else ""

    def _lasts(self, name: str) -> bool:
        shares = [one.get(name, 0.0) / self._rule.tolerance for one in self._last]
        sign = math.copysign(1.0, shares[-1])
        off = [min(share * sign, _MOST) for share in shares]
        if len(off) >= self._rule.parts and min(off[-self._rule.parts :]) > 1:
            return True
        by_defects = name.split()[0] in _BY_DEFECTS
        lately = len(off) == self._last.maxlen and min(off) > _AS_TAUGHT
        return lately and not by_defects and sum(off) > _ON_AVERAGE * len(off)

    def _sentence(self, lasting: Mapping[str, float]) -> str:
        enough = _CLEARLY * max(abs(share) for share in lasting.values())
        clear = {name: share for name, share in lasting.items() if abs(share) >= enough}
        name = min(clear, key=lambda one: (_ORDER.index(one.split()[0]), -abs(clear[one])))
        band = self._reference.bands[name]
        change = clear[name] * (band.above if clear[name] > 0 else band.below)
        return _SENTENCES[name.split()[0]](change, name)


def _light(change: float, _: str) -> str:
    return f"The light is {_percent(change)} than when this recipe was taught; check lamp and exposure."


def _percent(change: float) -> str:
    return f"{abs(math.expm1(change)):.0%} {'brighter' if change > 0 else 'darker'}"


def _colour(change: float, name: str) -> str:
    more = "more" if change > 0 else "less"
    return (
        f"The light is {abs(math.expm1(change)):.0%} {more} {name} than when this recipe was taught; check the lamp "
        "and the camera's white balance."
    )


def _moved(change: float, name: str) -> str:
    where = {
        ("across", True): "to the right",
        ("across", False): "to the left",
        ("down", True): "down",
        ("down", False): "up",
    }[name, change > 0]
    return (
        f"The picture has moved {where} by {abs(change):.0%} of its size since this recipe was taught; check the "
        "camera's mount and the part's stop."
    )


def _turned(change: float, _: str) -> str:
    return (
        f"The picture is turned by {abs(change):.0f} degrees against when this recipe was taught; check the camera's "
        "mount and the part's stop."
    )


def _focus(change: float, _: str) -> str:
    if change > 0:
        return "The picture is sharper or noisier than when this recipe was taught; check focus and the camera's gain."
    return "The picture is less sharp than when this recipe was taught; check the focus and clean the lens."


def _white(change: float, _: str) -> str:
    if change > 0:
        return f"{change:.0%} more of the picture is overexposed than when this recipe was taught; check the exposure."
    return "Less of the picture is white than when this recipe was taught; check lamp, exposure and background."


def _black(change: float, _: str) -> str:
    if change > 0:
        return f"{change:.0%} more of the picture is black than when this recipe was taught; check lamp and lens."
    return "Less of the picture is black than when this recipe was taught; check for stray light and the background."


def _spot(change: float, name: str) -> str:
    _, row, column = name.split()
    places = ("upper", "middle", "lower")[int(row) * 3 // 7], ("left", "centre", "right")[int(column) * 3 // 7]
    return (
        f"The {places[0]} {places[1]} of the picture is {_percent(change)} than when this recipe was taught, on one "
        "part after the other; clean the lens and check for shadows and reflections."
    )


def _contrast(change: float, _: str) -> str:
    less = "more" if change > 0 else "less"
    return (
        f"The picture has {less} contrast than when this recipe was taught; clean the lens and check for stray light."
    )


def _otherwise(change: float, _: str) -> str:  # noqa: ARG001 - all sentences take the same
    return (
        "The pictures look different from those this recipe was taught with; check camera and light, and that this is "
        "the product."
    )


_SENTENCES: Mapping[str, Callable[[float, str], str]] = MappingProxyType(
    {
        "light": _light,
        "red": _colour,
        "blue": _colour,
        "across": _moved,
        "down": _moved,
        "turn": _turned,
        "focus": _focus,
        "white": _white,
        "black": _black,
        "spot": _spot,
        "contrast": _contrast,
        "likeness": _otherwise,
        "drift": _otherwise,
    }
)
