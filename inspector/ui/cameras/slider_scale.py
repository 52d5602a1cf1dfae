"""How the places of a slider stand for the values of a feature. Pure, so that it can be tested."""

import math
from dataclasses import dataclass

from inspector.domain.camera_feature import Feature, FeatureKind

_PLACES = 1000
_DIGITS = 4
"""A finger is no finer than so many digits that count; more of them would only look exact."""
_WIDE = 1000.0
"""A range whose ends lie this many times apart is spread by its logarithm: the eye and the sensor see ratios."""
_LOGARITHMIC = frozenset({"ExposureTime", "TriggerDelay", "GevSCPD"})


@dataclass(frozen=True)
class SliderScale:
    """A range of values on places from 0 to `places`; `increment` of 0 means that any value between will do."""

    minimum: float
    maximum: float
    increment: float = 0.0
    logarithmic: bool = False

    @property
    def places(self) -> int:
        """The last place. Each increment has one of its own where there are few of them."""
        if self.increment and not self.logarithmic:
            return max(1, min(_PLACES, round((self.maximum - self.minimum) / self.increment)))
        return _PLACES

    @property
    def _shift(self) -> float:
        """What is added before the logarithm is taken, so that a range can begin at 0."""
        return 0.0 if self.minimum > 0 else 1.0 - self.minimum

    def value_at(self, place: int) -> float:
        """Return the value at a place, on an increment of the feature."""
        share = place / self.places
        if self.logarithmic:
            low, high = self.minimum + self._shift, self.maximum + self._shift
            value = low * math.pow(high / low, share) - self._shift
        else:
            value = self.minimum + share * (self.maximum - self.minimum)
        if self.increment:
            value = self.minimum + round((value - self.minimum) / self.increment) * self.increment
        else:
            value = float(f"{value:.{_DIGITS}g}")
        return min(self.maximum, max(self.minimum, value))

    def place_of(self, value: float) -> int:
        """Return the place that comes nearest to a value; values outside stand at the end."""
        inside = min(self.maximum, max(self.minimum, value))
        if self.logarithmic:
            low, high = self.minimum + self._shift, self.maximum + self._shift
            share = math.log((inside + self._shift) / low) / math.log(high / low)
        else:
            share = (inside - self.minimum) / (self.maximum - self.minimum)
        return round(share * self.places)


def scale_of(feature: Feature) -> SliderScale | None:
    """Return the scale of a feature that is a number with two ends; None where a slider makes no sense."""
    low, high = feature.minimum, feature.maximum
    if feature.kind not in (FeatureKind.NUMBER, FeatureKind.WHOLE_NUMBER) or low is None or high is None:
        return None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return None
    whole = feature.kind is FeatureKind.WHOLE_NUMBER
    wide = not whole and low > 0 and high / low >= _WIDE
    step = feature.increment or (1.0 if whole else 0.0)
    return SliderScale(low, high, step, wide or feature.name in _LOGARITHMIC)
