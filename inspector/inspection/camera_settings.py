"""Setting a camera to what a recipe wants of it, in an order that works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inspector.cameras.camera import CameraControls
from inspector.domain.camera_feature import (
    Feature,
    FeatureDifference,
    FeatureRefused,
    FeatureSetting,
    FeatureValue,
    differences,
)

_ORDER = (
    "PixelFormat",
    "Width",
    "Height",
    "OffsetX",
    "OffsetY",
    "ExposureAuto",
    "GainAuto",
    "BalanceWhiteAuto",
    "ExposureTime",
    "Gain",
    "BalanceRatioRed",
    "BalanceRatioBlue",
    "BlackLevel",
    "Gamma",
    "GevSCPSPacketSize",
    "GevSCPD",
    "DeviceLinkThroughputLimit",
    "AcquisitionFrameRate",
    "TriggerSource",
    "TriggerActivation",
    "TriggerDelay",
    "TriggerMode",
)
_LAST = "TriggerMode"
_SIZES = frozenset({"Width", "Height"})
_OFFSETS = ("OffsetX", "OffsetY")


@dataclass(frozen=True)
class FeatureChange:
    """A feature that was changed: what it was before and is after, as the camera says."""

    name: str
    before: FeatureValue
    after: FeatureValue


@dataclass(frozen=True)
class Applied:
    """What came of setting a camera: what was changed, and what is not as it was wanted."""

    changes: tuple[FeatureChange, ...] = ()
    differences: tuple[FeatureDifference, ...] = ()


def working_order(settings: Sequence[FeatureSetting]) -> tuple[FeatureSetting, ...]:
    """Return the settings in the order in which a camera takes them; names that are not known go before the triggers.

    The pixel format decides which sizes there are, the size where the region may lie, an automatic whether the value
    can be set by hand; the camera must not wait for a trigger before all else is done.
    """
    places = {name: place for place, name in enumerate(_ORDER)}
    unknown = places["TriggerSource"] - 0.5
    return tuple(sorted(settings, key=lambda setting: places.get(setting.name, unknown)))


def apply_settings(controls: CameraControls, wanted: Sequence[FeatureSetting]) -> Applied:
    """Set what is not as wanted and return what came of it. What one feature refuses keeps no other from being set.

    Takes as long as the camera needs. Raises CameraUnavailable.
    """
    if not wanted:
        return Applied()
    setter = _Setter(controls, controls.features())
    setter.make_way(wanted)
    for setting in working_order(wanted):
        setter.set(setting)
    after = controls.features()
    unlike = (replace(one, problem=setter.problems.get(one.name, "")) for one in differences(wanted, after))
    return Applied(_changes(setter.before, after), tuple(unlike))


def not_settable(wanted: Sequence[FeatureSetting], problem: str) -> tuple[FeatureDifference, ...]:
    """Return the differences of a camera of which nothing can be set."""
    return tuple(FeatureDifference(setting.name, setting.value, None, problem) for setting in wanted)


class _Setter:
    """Sets one feature after the other and keeps in mind what the camera holds now and held `before`."""

    def __init__(self, controls: CameraControls, features: Sequence[Feature]) -> None:
        self.problems: dict[str, str] = {}
        self.before: dict[str, FeatureValue] = {}
        self._controls = controls
        self._known = {feature.name: feature for feature in features}

    def make_way(self, wanted: Sequence[FeatureSetting]) -> None:
        """Bring the camera to where the wanted values can be set: no trigger, the region in its corner."""
        unlike = {one.name for one in differences(wanted, tuple(self._known.values()))}
        names = {setting.name for setting in wanted}
        if _LAST in names and unlike:
            self._try(FeatureSetting(_LAST, "Off"))
        if unlike & _SIZES:
            for offset in _OFFSETS:
                if offset in names:
                    self._try(FeatureSetting(offset, 0))

    def set(self, setting: FeatureSetting) -> None:
        """Set one feature unless it is so already; a feature that the camera does not have is left out."""
        if self._try(setting):
            self.problems.pop(setting.name, None)

    def _try(self, setting: FeatureSetting) -> bool:
        feature = self._known.get(setting.name)
        if feature is None or not differences((setting,), (feature,)):
            return True
        try:
            self._known[setting.name] = self._controls.change(setting.name, setting.value)
        except FeatureRefused as refusal:
            self.problems[setting.name] = str(refusal)
            return False
        self.before.setdefault(setting.name, feature.value)
        return True


def _changes(before: Mapping[str, FeatureValue], after: Sequence[Feature]) -> tuple[FeatureChange, ...]:
    return tuple(
        FeatureChange(feature.name, before[feature.name], feature.value)
        for feature in after
        if feature.name in before and before[feature.name] != feature.value
    )
