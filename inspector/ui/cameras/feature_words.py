"""What the features of a camera are called on the screen, in groups, and why one of them stands fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from inspector.domain.camera_feature import Feature, FeatureDifference, FeatureKind, FeatureValue

_GROUPS = (
    (QT_TRANSLATE_NOOP("Features", "Exposure"), ("ExposureTime", "ExposureAuto")),
    (QT_TRANSLATE_NOOP("Features", "Gain"), ("Gain", "GainAuto", "BlackLevel", "Gamma")),
    (QT_TRANSLATE_NOOP("Features", "White balance"), ("BalanceWhiteAuto", "BalanceRatioRed", "BalanceRatioBlue")),
    (
        QT_TRANSLATE_NOOP("Features", "Picture format and region"),
        ("PixelFormat", "Width", "Height", "OffsetX", "OffsetY"),
    ),
    (QT_TRANSLATE_NOOP("Features", "Frame rate"), ("AcquisitionFrameRate",)),
    (QT_TRANSLATE_NOOP("Features", "Trigger"), ("TriggerMode", "TriggerSource", "TriggerActivation", "TriggerDelay")),
    (QT_TRANSLATE_NOOP("Features", "Network"), ("GevSCPSPacketSize", "GevSCPD", "DeviceLinkThroughputLimit")),
)
_REST = QT_TRANSLATE_NOOP("Features", "More")
_NAMES = {
    "ExposureTime": QT_TRANSLATE_NOOP("Features", "Exposure time"),
    "ExposureAuto": QT_TRANSLATE_NOOP("Features", "Auto exposure"),
    "Gain": QT_TRANSLATE_NOOP("Features", "Gain"),
    "GainAuto": QT_TRANSLATE_NOOP("Features", "Auto gain"),
    "BlackLevel": QT_TRANSLATE_NOOP("Features", "Black level"),
    "Gamma": QT_TRANSLATE_NOOP("Features", "Gamma"),
    "BalanceWhiteAuto": QT_TRANSLATE_NOOP("Features", "Auto white balance"),
    "BalanceRatioRed": QT_TRANSLATE_NOOP("Features", "Red"),
    "BalanceRatioBlue": QT_TRANSLATE_NOOP("Features", "Blue"),
    "PixelFormat": QT_TRANSLATE_NOOP("Features", "Pixel format"),
    "Width": QT_TRANSLATE_NOOP("Features", "Width"),
    "Height": QT_TRANSLATE_NOOP("Features", "Height"),
    "OffsetX": QT_TRANSLATE_NOOP("Features", "From the left"),
    "OffsetY": QT_TRANSLATE_NOOP("Features", "From the top"),
    "AcquisitionFrameRate": QT_TRANSLATE_NOOP("Features", "Frames per second"),
    "TriggerMode": QT_TRANSLATE_NOOP("Features", "Wait for a trigger"),
    "TriggerSource": QT_TRANSLATE_NOOP("Features", "Trigger comes from"),
    "TriggerActivation": QT_TRANSLATE_NOOP("Features", "Edge"),
    "TriggerDelay": QT_TRANSLATE_NOOP("Features", "Trigger delay"),
    "GevSCPSPacketSize": QT_TRANSLATE_NOOP("Features", "Packet size"),
    "GevSCPD": QT_TRANSLATE_NOOP("Features", "Pause between packets"),
    "DeviceLinkThroughputLimit": QT_TRANSLATE_NOOP("Features", "Limit of the data rate"),
}
_AUTOMATIC = {
    "ExposureTime": "ExposureAuto",
    "Gain": "GainAuto",
    "BalanceRatioRed": "BalanceWhiteAuto",
    "BalanceRatioBlue": "BalanceWhiteAuto",
}
_UNITS = {"us": "µs", "Bps": "B/s"}
_OFF = "Off"


@dataclass(frozen=True)
class FeatureGroup:
    """Features that stand together under a heading."""

    heading: str
    features: tuple[Feature, ...]


def grouped(features: Sequence[Feature]) -> tuple[FeatureGroup, ...]:
    """Return the features by group, in the order in which a camera is set up; groups without any are left out."""
    by_name = {feature.name: feature for feature in features}
    known = {name for _heading, names in _GROUPS for name in names}
    made = [
        FeatureGroup(_said(heading), tuple(by_name[name] for name in names if name in by_name))
        for heading, names in _GROUPS
    ]
    made.append(FeatureGroup(_said(_REST), tuple(one for one in features if one.name not in known)))
    return tuple(group for group in made if group.features)


def feature_name(name: str) -> str:
    """Return what a feature is called; one that has no words of its own keeps its SFNC name."""
    return _said(_NAMES[name]) if name in _NAMES else name


def unit_word(unit: str) -> str:
    """Return a unit as it is written."""
    return _UNITS.get(unit, unit)


def number_words(value: float, *, whole: bool) -> str:
    """Return a number as it is read and typed in: five digits that count, in the language's way."""
    if whole:
        return QLocale().toString(round(value))
    digits = 1 if abs(value) >= 1000 else 2 if abs(value) >= 10 else 3
    text = QLocale().toString(float(value), "f", digits)
    point = QLocale().decimalPoint()
    return text.rstrip("0").rstrip(point) if point in text else text


def number_read(text: str) -> float | None:
    """Return the number that a person typed, in the language's way or the machine's; None where it is none."""
    value, fine = QLocale().toDouble(text.strip())
    if fine:
        return value
    value, fine = QLocale.c().toDouble(text.strip())
    return value if fine else None


def value_words(value: FeatureValue) -> str:
    """Return a value as it is read."""
    if isinstance(value, bool):
        return _said(QT_TRANSLATE_NOOP("Features", "on")) if value else _said(QT_TRANSLATE_NOOP("Features", "off"))
    return value if isinstance(value, str) else number_words(value, whole=isinstance(value, int))


def range_words(feature: Feature) -> str:
    """Return from where to where a number goes, with its unit; an empty text for all else."""
    if feature.kind not in (FeatureKind.NUMBER, FeatureKind.WHOLE_NUMBER):
        return ""
    unit = unit_word(feature.unit)
    if feature.minimum is None or feature.maximum is None:
        return unit
    whole = feature.kind is FeatureKind.WHOLE_NUMBER
    low, high = number_words(feature.minimum, whole=whole), number_words(feature.maximum, whole=whole)
    return f"{low} – {high} {unit}".rstrip()


def why_fixed(feature: Feature, by_name: Mapping[str, Feature]) -> str:
    """Return why a feature cannot be changed just now, in one sentence; an empty text when it can."""
    if feature.writable:
        return ""
    automatic = by_name.get(_AUTOMATIC.get(feature.name, ""))
    if automatic is not None and automatic.value not in (_OFF, False):
        text = QT_TRANSLATE_NOOP("Features", "“{0}” sets it; switch that off first.")
        return _said(text).format(feature_name(automatic.name))
    if feature.name in ("OffsetX", "OffsetY") and feature.minimum == feature.maximum:
        return _said(QT_TRANSLATE_NOOP("Features", "The picture is as large as the sensor."))
    if feature.name in ("PixelFormat", "Width", "Height", "GevSCPSPacketSize"):
        return _said(QT_TRANSLATE_NOOP("Features", "Stands fast while the camera sends pictures."))
    return _said(QT_TRANSLATE_NOOP("Features", "The camera does not let it be changed now."))


def difference_words(difference: FeatureDifference) -> str:
    """Return what is not as the recipe wants it: the name, the value found and the one wanted."""
    wanted = value_words(difference.wanted)
    if difference.found is None:
        text = _said(QT_TRANSLATE_NOOP("Features", "{0}: cannot be set, {1} wanted"))
        return text.format(feature_name(difference.name), wanted)
    text = _said(QT_TRANSLATE_NOOP("Features", "{0}: {1} instead of {2}"))
    return text.format(feature_name(difference.name), value_words(difference.found), wanted)


def _said(text: object) -> str:
    return QCoreApplication.translate("Features", str(text))
