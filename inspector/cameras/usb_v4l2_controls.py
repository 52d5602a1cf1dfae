"""The controls of a Video4Linux camera under the names of the SFNC."""

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.cameras.usb_v4l2 import (
    V4l2Control,
    menu_items,
    query_control,
    read_control,
    write_control,
)
from inspector.domain.camera_feature import Feature, FeatureKind, FeatureRefused, FeatureValue, checked_value

_USER, _CAMERA = 0x00980900, 0x009A0900
DRIVER_UNITS = "driver units"
_EXPOSURE_ABSOLUTE = _CAMERA + 2
_OFF, _CONTINUOUS = "Off", "Continuous"


@dataclass(frozen=True)
class _Mapped:
    """A control of ours: the number at the driver, how many of our units its own is, and what ours are."""

    name: str
    number: int
    scale: float = 1.0
    unit: str = DRIVER_UNITS


_NUMBERS = (
    _Mapped("ExposureTime", _EXPOSURE_ABSOLUTE, 100.0, "us"),
    _Mapped("Gain", _USER + 19),
    _Mapped("BalanceRatioRed", _USER + 14),
    _Mapped("BalanceRatioBlue", _USER + 15),
    _Mapped("WhiteBalanceTemperature", _USER + 26, unit="K"),
    _Mapped("Gamma", _USER + 16),
    _Mapped("Brightness", _USER + 0),
    _Mapped("Contrast", _USER + 1),
    _Mapped("Saturation", _USER + 2),
    _Mapped("Sharpness", _USER + 27),
    _Mapped("Focus", _CAMERA + 10),
)
_SWITCHES = (
    _Mapped("GainAuto", _USER + 18),
    _Mapped("BalanceWhiteAuto", _USER + 12),
    _Mapped("FocusAuto", _CAMERA + 12),
)
_EXPOSURE_AUTO = _Mapped("ExposureAuto", _CAMERA + 1)
_POWER_LINE = _Mapped("PowerLineFrequency", _USER + 24)
_ORDER = (
    *("ExposureTime", "ExposureAuto", "Gain", "GainAuto", "BalanceWhiteAuto", "BalanceRatioRed", "BalanceRatioBlue"),
    *("WhiteBalanceTemperature", "Gamma", "Brightness", "Contrast", "Saturation", "Sharpness", "Focus", "FocusAuto"),
    "PowerLineFrequency",
)
_EXPOSURE_BY_HAND, _EXPOSURE_BY_ITSELF = (1, 2), (3, 0)
"""Numbers in the menu of automatic exposure, the better first: manual, shutter priority; aperture priority, auto."""


class V4l2Controls:
    """Reads and sets controls through the device file beside the stream. From any thread."""

    def __init__(self, path: str) -> None:
        self._path = path

    def features(self) -> tuple[Feature, ...]:
        """Read all controls that the camera has. Raises OSError when it is gone."""
        found = {}
        for mapped in (*_NUMBERS, *_SWITCHES, _EXPOSURE_AUTO, _POWER_LINE):
            control = query_control(self._path, mapped.number)
            if control is not None:
                found[mapped.name] = self._feature(mapped, control)
        return tuple(found[name] for name in _ORDER if name in found)

    def change(self, name: str, value: FeatureValue) -> None:
        """Check and set one control. Raises FeatureRefused, OSError when the camera is gone."""
        for mapped in (*_NUMBERS, *_SWITCHES, _EXPOSURE_AUTO, _POWER_LINE):
            if mapped.name == name:
                control = query_control(self._path, mapped.number)
                if control is not None:
                    self._write(mapped, control, value)
                    return
        raise FeatureRefused(f"this camera has no {name}")

    def _feature(self, mapped: _Mapped, control: V4l2Control) -> Feature:
        value = read_control(self._path, mapped.number)
        choices = self._choices(mapped, control)
        if choices:
            now = choices.get(value, _CONTINUOUS if mapped is not _POWER_LINE else str(value))
            names = tuple(dict.fromkeys(choices.values()))
            return Feature(mapped.name, FeatureKind.CHOICE, now, choices=names, writable=not control.locked)
        kind = FeatureKind.NUMBER if mapped.unit == "us" else FeatureKind.WHOLE_NUMBER
        scale = mapped.scale
        return Feature(
            mapped.name,
            kind,
            value * scale if kind is FeatureKind.NUMBER else value,
            control.minimum * scale,
            control.maximum * scale,
            control.step * scale,
            unit=mapped.unit,
            writable=not control.locked,
        )

    def _choices(self, mapped: _Mapped, control: V4l2Control) -> Mapping[int, str]:
        """Return what each number of the driver means, the preferred number of a meaning first."""
        if mapped in _SWITCHES:
            return {0: _OFF, 1: _CONTINUOUS}
        if mapped is _POWER_LINE:
            return menu_items(self._path, control)
        if mapped is _EXPOSURE_AUTO:
            there = menu_items(self._path, control)
            by_hand = {number: _OFF for number in _EXPOSURE_BY_HAND if number in there}
            return by_hand | {number: _CONTINUOUS for number in _EXPOSURE_BY_ITSELF if number in there}
        return {}

    def _write(self, mapped: _Mapped, control: V4l2Control, value: FeatureValue) -> None:
        feature = self._feature(mapped, control)
        checked = checked_value(feature, value)
        if feature.kind is FeatureKind.CHOICE:
            choices = self._choices(mapped, control)
            number = next(number for number, meaning in choices.items() if meaning == checked)
        else:
            number = round(float(checked) / mapped.scale)
        write_control(self._path, mapped.number, number)
