from dataclasses import replace

import pytest

from inspector.cameras.genicam_features import FEATURE_NAMES, GenicamFeatures, Node
from inspector.domain.camera_feature import FeatureKind, FeatureRefused, FeatureValue


def _number(value: float, low: float, high: float, unit: str = "", step: float | None = None) -> Node:
    return Node(FeatureKind.NUMBER, value, low, high, step, unit=unit)


def _whole(value: int, low: int, high: int, step: int = 1) -> Node:
    return Node(FeatureKind.WHOLE_NUMBER, value, low, high, step)


def _choice(value: str, *choices: str) -> Node:
    return Node(FeatureKind.CHOICE, value, choices=choices)


class FakeNodes:
    """Nodes in memory, some of them behind a selector; keeps what was written, in its order."""

    def __init__(self, nodes: dict[str, Node], selected: dict[str, tuple[str, dict[str, Node]]] | None = None) -> None:
        self.nodes = nodes
        self.selected = selected or {}
        self.written: list[tuple[str, FeatureValue]] = []

    def read(self, name: str) -> Node | None:
        if name in self.selected:
            selector, by_entry = self.selected[name]
            return by_entry.get(str(self.nodes[selector].value))
        return self.nodes.get(name)

    def write(self, name: str, value: FeatureValue) -> None:
        self.written.append((name, value))
        if name in self.selected:
            selector, by_entry = self.selected[name]
            entry = str(self.nodes[selector].value)
            by_entry[entry] = replace(by_entry[entry], value=value)
        else:
            self.nodes[name] = replace(self.nodes[name], value=value)

    def execute(self, name: str) -> bool:
        return name in self.nodes


def test_a_modern_camera_s_features_are_read_as_they_are_and_in_order() -> None:
    nodes = FakeNodes(
        {
            "Width": _whole(640, 8, 640, 4),
            "ExposureTime": _number(5000, 10, 1e6, "us"),
            "PixelFormat": _choice("Mono8", "Mono8", "RGB8"),
            "DeviceTemperature": _number(40, 0, 100),
        }
    )
    features = GenicamFeatures(nodes).all()
    assert [feature.name for feature in features] == ["ExposureTime", "PixelFormat", "Width"]
    assert [FEATURE_NAMES.index(feature.name) for feature in features] == sorted(
        FEATURE_NAMES.index(feature.name) for feature in features
    )
    exposure, _, width = features
    assert (exposure.value, exposure.minimum, exposure.maximum, exposure.unit) == (5000, 10, 1e6, "us")
    assert (width.increment, width.kind) == (4, FeatureKind.WHOLE_NUMBER)


def test_a_value_out_of_range_is_refused_before_it_is_written() -> None:
    nodes = FakeNodes({"Width": _whole(640, 8, 640, 4)})
    with pytest.raises(FeatureRefused, match="8 to 640"):
        GenicamFeatures(nodes).change("Width", 99999)
    assert nodes.written == []


def test_a_value_is_written_on_its_increment_and_read_back() -> None:
    nodes = FakeNodes({"Width": _whole(640, 8, 640, 4)})
    assert GenicamFeatures(nodes).change("Width", 323).value == 320
    assert nodes.written == [("Width", 320)]


def test_a_feature_that_the_camera_has_not_is_refused() -> None:
    with pytest.raises(FeatureRefused, match="no feature Gamma"):
        GenicamFeatures(FakeNodes({})).change("Gamma", 1.0)
    with pytest.raises(FeatureRefused, match="no feature DeviceReset"):
        GenicamFeatures(FakeNodes({"DeviceReset": _whole(0, 0, 1)})).change("DeviceReset", 1)


@pytest.mark.parametrize("node", ["ExposureTime", "ExposureTimeAbs"])
def test_exposure_is_in_microseconds_under_its_older_name_too(node: str) -> None:
    nodes = FakeNodes({node: _number(5000, 10, 1e6)})
    exposure = GenicamFeatures(nodes).find("ExposureTime")
    assert exposure is not None
    assert (exposure.value, exposure.unit) == (5000, "us")
    GenicamFeatures(nodes).change("ExposureTime", 750.0)
    assert nodes.written == [(node, 750.0)]


def test_raw_exposure_is_counted_in_its_base() -> None:
    nodes = FakeNodes({"ExposureTimeRaw": _whole(100, 1, 4000), "ExposureTimeBaseAbs": _number(20, 1, 100)})
    features = GenicamFeatures(nodes)
    exposure = features.find("ExposureTime")
    assert exposure is not None
    assert (exposure.kind, exposure.value, exposure.minimum, exposure.maximum, exposure.increment) == (
        FeatureKind.NUMBER,
        2000,
        20,
        80000,
        20,
    )
    assert features.change("ExposureTime", 1010).value == 1000
    assert nodes.written == [("ExposureTimeRaw", 50)]
    assert isinstance(nodes.written[0][1], int)


def test_raw_gain_is_a_whole_number_without_a_unit() -> None:
    gain = GenicamFeatures(FakeNodes({"GainRaw": _whole(10, 0, 500)})).find("Gain")
    assert gain is not None
    assert (gain.kind, gain.value, gain.unit) == (FeatureKind.WHOLE_NUMBER, 10, "")


def test_the_newer_name_wins() -> None:
    nodes = FakeNodes({"GainRaw": _whole(10, 0, 500), "Gain": _number(1.5, 0, 24, "dB")})
    assert GenicamFeatures(nodes).change("Gain", 3.0).value == 3.0
    assert nodes.written == [("Gain", 3.0)]


def test_each_colour_has_its_own_balance() -> None:
    ratios = {"Red": _number(1.1, 0.25, 4), "Green": _number(1, 0.25, 4), "Blue": _number(1.9, 0.25, 4)}
    nodes = FakeNodes(
        {"BalanceRatioSelector": _choice("Green", "Red", "Green", "Blue")},
        {"BalanceRatio": ("BalanceRatioSelector", ratios)},
    )
    features = GenicamFeatures(nodes)
    assert [(feature.name, feature.value) for feature in features.all()] == [
        ("BalanceRatioRed", 1.1),
        ("BalanceRatioBlue", 1.9),
    ]
    assert features.change("BalanceRatioRed", 2.0).value == 2.0
    assert (ratios["Red"].value, ratios["Green"].value, ratios["Blue"].value) == (2.0, 1, 1.9)


def test_a_grey_camera_with_one_ratio_has_no_colours() -> None:
    assert GenicamFeatures(FakeNodes({"BalanceRatio": _number(1, 0.25, 4)})).all() == ()


def test_the_trigger_is_that_of_the_frame_start() -> None:
    modes = {"AcquisitionStart": _choice("Off", "Off", "On"), "FrameStart": _choice("Off", "Off", "On")}
    nodes = FakeNodes(
        {"TriggerSelector": _choice("AcquisitionStart", "AcquisitionStart", "FrameStart")},
        {"TriggerMode": ("TriggerSelector", modes)},
    )
    GenicamFeatures(nodes).change("TriggerMode", "On")
    assert (modes["AcquisitionStart"].value, modes["FrameStart"].value) == ("Off", "On")


def test_a_camera_with_one_trigger_needs_no_selector() -> None:
    nodes = FakeNodes({"TriggerMode": _choice("Off", "Off", "On")})
    assert GenicamFeatures(nodes).change("TriggerMode", "On").value == "On"


def test_the_frame_rate_is_switched_on_when_it_is_set() -> None:
    nodes = FakeNodes(
        {
            "AcquisitionFrameRate": replace(_number(30, 1, 120), writable=False),
            "AcquisitionFrameRateEnable": Node(FeatureKind.SWITCH, False),
        }
    )
    features = GenicamFeatures(nodes)
    rate = features.find("AcquisitionFrameRate")
    assert rate is not None
    assert (rate.writable, rate.unit) == (True, "Hz")
    features.change("AcquisitionFrameRate", 25.0)
    assert nodes.written == [("AcquisitionFrameRateEnable", True), ("AcquisitionFrameRate", 25.0)]


def test_what_is_locked_is_refused() -> None:
    nodes = FakeNodes({"ExposureTime": replace(_number(5000, 10, 1e6), writable=False)})
    with pytest.raises(FeatureRefused, match="cannot be changed"):
        GenicamFeatures(nodes).change("ExposureTime", 100.0)


def test_pixel_formats_that_cannot_be_read_are_not_offered() -> None:
    nodes = FakeNodes({"PixelFormat": _choice("Mono8", "Mono8", "Confidence1")})
    features = GenicamFeatures(nodes, lambda name: name != "Confidence1")
    found = features.find("PixelFormat")
    assert found is not None
    assert found.choices == ("Mono8",)
    with pytest.raises(FeatureRefused, match="one of Mono8"):
        features.change("PixelFormat", "Confidence1")


def test_packets_are_never_smaller_than_every_network_carries() -> None:
    for low, step, smallest in ((220, 4, 576), (0, 1, 576), (222, 4, 578), (1000, 4, 1000)):
        nodes = FakeNodes({"GevSCPSPacketSize": _whole(1400, low, 16000, step)})
        packet = GenicamFeatures(nodes).find("GevSCPSPacketSize")
        assert packet is not None
        assert packet.minimum == smallest
