"""GenICam nodes as the features that matter to an inspection, under their SFNC names, whatever the camera calls them.

Independent of the library that reads the nodes: each driver brings a `Nodes`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from inspector.domain.camera_feature import Feature, FeatureKind, FeatureRefused, FeatureValue, checked_value


class NodeFailed(Exception):
    """A node could not be read or written. The message is the library's own; no sentence for a person."""


@dataclass(frozen=True)
class Node:
    """A node of the camera's GenICam description as it is now; bounds are None where it has none."""

    kind: FeatureKind
    value: FeatureValue
    minimum: float | None = None
    maximum: float | None = None
    increment: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    writable: bool = True


class Nodes(Protocol):
    """Access to the nodes of one open camera."""

    def read(self, name: str) -> Node | None:
        """Read a node from the camera itself, not from a memory of it.

        None where the camera has no such node or does not offer it now. Raises NodeFailed when it does not answer.
        """
        ...

    def write(self, name: str, value: FeatureValue) -> None:
        """Write a node. Raises NodeFailed."""
        ...

    def execute(self, name: str) -> bool:
        """Send a command; False where the camera has none of that name. Raises NodeFailed."""
        ...


@dataclass(frozen=True)
class _Spelling:
    """One name under which cameras have a feature; `base` names the node that says how many units a step is."""

    node: str
    base: str = ""


@dataclass(frozen=True)
class _Wording:
    """A feature and how cameras spell it, the best first.

    `selector` and `entry` are set before the node is touched; `enable` are the switches without one of which the value
    counts for nothing.
    """

    name: str
    spellings: tuple[_Spelling, ...]
    unit: str = ""
    selector: str = ""
    entry: str = ""
    enable: tuple[str, ...] = ()


def _plain(name: str, unit: str = "") -> _Wording:
    return _Wording(name, (_Spelling(name),), unit)


def _trigger(name: str, *older: str, unit: str = "") -> _Wording:
    spellings = tuple(_Spelling(node) for node in (name, *older))
    return _Wording(name, spellings, unit, selector="TriggerSelector", entry="FrameStart")


def _balance(colour: str) -> _Wording:
    spellings = (_Spelling("BalanceRatio"), _Spelling("BalanceRatioAbs"), _Spelling("BalanceRatioRaw"))
    return _Wording(f"BalanceRatio{colour}", spellings, selector="BalanceRatioSelector", entry=colour)


_WORDINGS = (
    _Wording(
        "ExposureTime",
        (
            _Spelling("ExposureTime"),
            _Spelling("ExposureTimeAbs"),
            _Spelling("ExposureTimeRaw", base="ExposureTimeBaseAbs"),
        ),
        "us",
    ),
    _plain("ExposureAuto"),
    _Wording("Gain", (_Spelling("Gain"), _Spelling("GainAbs"), _Spelling("GainRaw"))),
    _plain("GainAuto"),
    _plain("BalanceWhiteAuto"),
    _balance("Red"),
    _balance("Blue"),
    _Wording("BlackLevel", (_Spelling("BlackLevel"), _Spelling("BlackLevelAbs"), _Spelling("BlackLevelRaw"))),
    _plain("Gamma"),
    _plain("PixelFormat"),
    _plain("Width"),
    _plain("Height"),
    _plain("OffsetX"),
    _plain("OffsetY"),
    _Wording(
        "AcquisitionFrameRate",
        (_Spelling("AcquisitionFrameRate"), _Spelling("AcquisitionFrameRateAbs")),
        "Hz",
        enable=("AcquisitionFrameRateEnable", "AcquisitionFrameRateEnabled"),
    ),
    _trigger("TriggerMode"),
    _trigger("TriggerSource"),
    _trigger("TriggerActivation"),
    _trigger("TriggerDelay", "TriggerDelayAbs", unit="us"),
    _plain("GevSCPSPacketSize", "B"),
    _plain("GevSCPD"),
    _plain("DeviceLinkThroughputLimit", "Bps"),
)

FEATURE_NAMES = tuple(wording.name for wording in _WORDINGS)
"""The features that matter to an inspection, in the order in which they are shown and set."""

SMALLEST_PACKET = 576
"""Bytes that every network carries; libraries refuse to receive smaller packets, whatever the camera can send."""

_BY_NAME = {wording.name: wording for wording in _WORDINGS}


def _every_format(name: str) -> bool:
    return bool(name)


class GenicamFeatures:
    """The features of one camera. As safe between threads as its `nodes` are; a selector may be moved by each call.

    `readable_format` says which pixel formats this program can read: others are not offered.
    """

    def __init__(self, nodes: Nodes, readable_format: Callable[[str], bool] = _every_format) -> None:
        self._nodes = nodes
        self._readable_format = readable_format

    def all(self) -> tuple[Feature, ...]:
        """Read those features that the camera has, in the order of `FEATURE_NAMES`. Raises NodeFailed."""
        found = (self.find(name) for name in FEATURE_NAMES)
        return tuple(feature for feature in found if feature is not None)

    def find(self, name: str) -> Feature | None:
        """Read one feature; None where the camera has none of that name. Raises NodeFailed."""
        wording = _BY_NAME.get(name)
        if wording is None or not self._select(wording):
            return None
        for spelling in wording.spellings:
            node = self._nodes.read(spelling.node)
            if node is not None:
                return self._feature(wording, node, self._step(spelling))
        return None

    def change(self, name: str, value: FeatureValue) -> Feature:
        """Check a value, write it and return the feature as read back.

        Raises FeatureRefused where the camera has no such feature or cannot take the value; then nothing was written.
        """
        taken = checked_value(self._known(name), value)
        wording = _BY_NAME[name]
        for switch in wording.enable:
            node = self._nodes.read(switch)
            if node is not None and node.value is False:
                self._nodes.write(switch, True)
        self._select(wording)
        for spelling in wording.spellings:
            if self._nodes.read(spelling.node) is not None:
                self._nodes.write(spelling.node, _unscaled(taken, self._step(spelling)))
                break
        return self._known(name)

    def _known(self, name: str) -> Feature:
        feature = self.find(name)
        if feature is None:
            raise FeatureRefused(f"this camera has no feature {name}")
        return feature

    def _select(self, wording: _Wording) -> bool:
        """Move the selector to this feature's entry; False where there is none, so that the feature is another's."""
        if not wording.selector:
            return True
        selector = self._nodes.read(wording.selector)
        if selector is None:
            # A camera with one trigger needs no selector for it; a ratio without one is nobody's.
            return wording.selector == "TriggerSelector"
        if selector.value == wording.entry:
            return True
        if wording.entry not in selector.choices:
            return wording.selector == "TriggerSelector"
        self._nodes.write(wording.selector, wording.entry)
        return True

    def _step(self, spelling: _Spelling) -> float:
        """Return how many units of the feature one unit of the node is."""
        base = self._nodes.read(spelling.base) if spelling.base else None
        return float(base.value) if base is not None and not isinstance(base.value, str) else 1.0

    def _feature(self, wording: _Wording, node: Node, step: float) -> Feature:
        writable = node.writable or any(self._nodes.read(switch) is not None for switch in wording.enable)
        feature = Feature(
            wording.name,
            node.kind,
            node.value,
            node.minimum,
            node.maximum,
            node.increment or None,
            node.choices,
            _unit(node.unit or wording.unit),
            writable,
        )
        if wording.name == "PixelFormat":
            offered = tuple(choice for choice in node.choices if self._readable_format(choice))
            feature = replace(feature, choices=offered)
        if wording.name == "GevSCPSPacketSize":
            feature = replace(feature, minimum=_smallest_packet(node))
        return feature if step == 1.0 else _scaled(feature, step)


def _smallest_packet(node: Node) -> float:
    low, step = node.minimum or 0, node.increment or 1
    return low if low >= SMALLEST_PACKET else low + math.ceil((SMALLEST_PACKET - low) / step) * step


def _unit(unit: str) -> str:
    return "us" if unit in ("\u00b5s", "\u03bcs", "usec", "microseconds") else unit


def _scaled(feature: Feature, step: float) -> Feature:
    """Return a feature in steps as one in its unit."""

    def times(number: float | None) -> float | None:
        return None if number is None else number * step

    value = feature.value if isinstance(feature.value, str) else feature.value * step
    return replace(
        feature,
        kind=FeatureKind.NUMBER,
        value=value,
        minimum=times(feature.minimum),
        maximum=times(feature.maximum),
        increment=times(feature.increment) or step,
    )


def _unscaled(value: FeatureValue, step: float) -> FeatureValue:
    return value if step == 1.0 or isinstance(value, bool | str) else round(value / step)
