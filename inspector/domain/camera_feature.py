"""What can be set at a camera, by the names of the GenICam Standard Features Naming Convention (SFNC)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspector.domain.refusal import Refusal

FeatureValue = bool | int | float | str


class FeatureRefused(Refusal, ValueError):
    """A value that the camera cannot take. The message is one sentence: which, why, and what would do."""


class FeatureKind(StrEnum):
    """What the values of a feature are. A SWITCH is true or false, a CHOICE one of the feature's `choices`."""

    WHOLE_NUMBER = "whole_number"
    NUMBER = "number"
    CHOICE = "choice"
    SWITCH = "switch"
    TEXT = "text"


@dataclass(frozen=True)
class Feature:
    """One feature as the camera has it now.

    `name` is the SFNC name (`ExposureTime`, in microseconds there), whatever the camera calls it itself. `minimum`,
    `maximum` and `increment` are in `unit`, None where the camera sets no bound; `choices` is of a CHOICE alone.
    """

    name: str
    kind: FeatureKind
    value: FeatureValue
    minimum: float | None = None
    maximum: float | None = None
    increment: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    writable: bool = True


@dataclass(frozen=True)
class FeatureSetting:
    """A value that a recipe wants of its camera."""

    name: str
    value: FeatureValue


@dataclass(frozen=True)
class FeatureDifference:
    """A feature that is not as the recipe wants it. `found` is None where the camera has no such feature.

    `problem` is one sentence why the wanted value was not taken, empty where the camera just holds another one.
    """

    name: str
    wanted: FeatureValue
    found: FeatureValue | None
    problem: str = ""


def checked_value(feature: Feature, value: FeatureValue) -> FeatureValue:
    """Return the value as the feature takes it: of the right type, within its bounds, on its increment.

    Some cameras and libraries take anything and then send pictures of 100 MB, so this is asked before each write. A
    number between two increments is moved down to the nearest one. Raises FeatureRefused.
    """
    if not feature.writable:
        raise FeatureRefused(f"{feature.name} cannot be changed at this camera now")
    if feature.kind is FeatureKind.SWITCH:
        if isinstance(value, bool):
            return value
        raise FeatureRefused(f"{feature.name} is true or false, not {value!r}")
    if feature.kind is FeatureKind.CHOICE:
        if isinstance(value, str) and value in feature.choices:
            return value
        raise FeatureRefused(f"{feature.name} is one of {', '.join(feature.choices)}, not {value!r}")
    if feature.kind is FeatureKind.TEXT:
        return str(value)
    return _checked_number(feature, value)


def differences(wanted: Sequence[FeatureSetting], found: Sequence[Feature]) -> tuple[FeatureDifference, ...]:
    """Return what is not as wanted, in the order of the wishes. Numbers are equal within one part in 10,000."""
    by_name = {feature.name: feature for feature in found}
    unlike = []
    for setting in wanted:
        feature = by_name.get(setting.name)
        if feature is None:
            unlike.append(FeatureDifference(setting.name, setting.value, None))
        elif not _equal(feature, setting.value):
            unlike.append(FeatureDifference(setting.name, setting.value, feature.value))
    return tuple(unlike)


def _checked_number(feature: Feature, value: FeatureValue) -> FeatureValue:
    if isinstance(value, bool | str) or not math.isfinite(value):
        raise FeatureRefused(f"{feature.name} is a number, not {value!r}")
    low = -math.inf if feature.minimum is None else feature.minimum
    high = math.inf if feature.maximum is None else feature.maximum
    if not low <= value <= high:
        unit = f" {feature.unit}" if feature.unit else ""
        raise FeatureRefused(f"{feature.name} lies within {low:g} to {high:g}{unit} at this camera, not at {value:g}")
    start = 0.0 if feature.minimum is None else feature.minimum
    if feature.increment:
        value = start + math.floor((value - start) / feature.increment + 1e-9) * feature.increment
    return round(value) if feature.kind is FeatureKind.WHOLE_NUMBER else float(value)


def _equal(feature: Feature, wanted: FeatureValue) -> bool:
    found = feature.value
    if isinstance(found, bool | str) or isinstance(wanted, bool | str):
        return type(found) is type(wanted) and found == wanted
    return math.isclose(found, wanted, rel_tol=1e-4, abs_tol=feature.increment or 0.0)
