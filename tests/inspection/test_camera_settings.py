"""A camera is set to what a recipe wants, in an order that works."""

import pytest

from inspector.cameras.camera import CameraUnavailable
from inspector.domain.camera_feature import Feature, FeatureDifference, FeatureKind, FeatureSetting, FeatureValue
from inspector.inspection.camera_settings import FeatureChange, apply_settings, not_settable, working_order
from tests.inspection.hand_played import HandControls, exposure


def whole(name: str, value: int, maximum: int, minimum: int = 0) -> Feature:
    return Feature(name, FeatureKind.WHOLE_NUMBER, value, minimum, maximum, 1)


def choice(name: str, value: str, *choices: str) -> Feature:
    return Feature(name, FeatureKind.CHOICE, value, choices=choices)


class Sensor(HandControls):
    """A camera as they are: the region must fit, an automatic locks its value, a trigger locks the format."""

    def change(self, name: str, value: FeatureValue) -> Feature:
        now = {one: feature.value for one, feature in self.known.items()}
        region = {"Width": ("OffsetX", 640), "Height": ("OffsetY", 480)}
        pairs = {**region, "OffsetX": ("Width", 640), "OffsetY": ("Height", 480)}
        if name in pairs and value + now[pairs[name][0]] > pairs[name][1]:  # type: ignore[operator]
            self.refusals[name] = f"{name} does not fit"
        elif name == "ExposureTime" and now["ExposureAuto"] != "Off":
            self.refusals[name] = "the exposure is automatic"
        elif name == "PixelFormat" and now["TriggerMode"] == "On":
            self.refusals[name] = "the format is locked"
        else:
            self.refusals.pop(name, None)
        return super().change(name, value)


def sensor() -> Sensor:
    return Sensor(
        [
            exposure(9000.0),
            choice("ExposureAuto", "Continuous", "Off", "Continuous"),
            choice("PixelFormat", "Mono8", "Mono8", "BayerRG8"),
            whole("Width", 640, 640, 16),
            whole("Height", 480, 480, 16),
            whole("OffsetX", 0, 624),
            whole("OffsetY", 0, 464),
            choice("TriggerMode", "On", "Off", "On"),
            choice("TriggerSource", "Line1", "Line1", "Software"),
        ]
    )


WANTED = tuple(
    FeatureSetting(name, value)
    for name, value in {
        "TriggerMode": "On",
        "TriggerSource": "Software",
        "ExposureTime": 5000.0,
        "ExposureAuto": "Off",
        "OffsetX": 100,
        "OffsetY": 50,
        "Width": 320,
        "Height": 240,
        "PixelFormat": "BayerRG8",
    }.items()
)


def test_all_is_set_whatever_the_camera_was_before() -> None:
    controls = sensor()
    applied = apply_settings(controls, WANTED)
    assert applied.differences == ()
    assert {name: feature.value for name, feature in controls.known.items()} == {s.name: s.value for s in WANTED}
    assert [name for name, _ in controls.written] == [
        "TriggerMode", "PixelFormat", "Width", "Height", "OffsetX", "OffsetY",
        "ExposureAuto", "ExposureTime", "TriggerSource", "TriggerMode",
    ]  # fmt: skip
    assert FeatureChange("ExposureTime", 9000.0, 5000.0) in applied.changes
    assert "TriggerMode" not in [change.name for change in applied.changes]


def test_another_region_is_reached_through_the_corner() -> None:
    controls = sensor()
    apply_settings(controls, WANTED)
    controls.written.clear()
    wider = [FeatureSetting("OffsetX", 0), FeatureSetting("Width", 640)]
    assert apply_settings(controls, wider).differences == ()
    assert controls.written == [("OffsetX", 0), ("Width", 640)]


def test_a_camera_that_is_as_wanted_is_left_alone() -> None:
    controls = sensor()
    apply_settings(controls, WANTED)
    controls.written.clear()
    applied = apply_settings(controls, WANTED)
    assert (controls.written, applied.changes, applied.differences) == ([], (), ())


def test_nothing_is_asked_where_nothing_is_wanted() -> None:
    controls = sensor()
    apply_settings(controls, ())
    assert controls.threads == set()


def test_what_is_refused_or_missing_is_said_and_keeps_nothing_else_from_being_set() -> None:
    controls = sensor()
    wanted = [FeatureSetting("Gain", 3.0), FeatureSetting("Width", 9999), FeatureSetting("PixelFormat", "BayerRG8")]
    controls.known["TriggerMode"] = choice("TriggerMode", "Off", "Off", "On")
    applied = apply_settings(controls, wanted)
    assert applied.differences == (
        FeatureDifference("Gain", 3.0, None),
        FeatureDifference("Width", 9999, 640, "Width does not fit"),
    )
    assert [change.name for change in applied.changes] == ["PixelFormat"]


def test_a_camera_that_takes_a_value_and_holds_another_is_found_out() -> None:
    class Rounding(HandControls):
        def change(self, name: str, value: FeatureValue) -> Feature:
            assert isinstance(value, float)
            return super().change(name, value * 2)

    applied = apply_settings(Rounding([exposure(1000.0)]), [FeatureSetting("ExposureTime", 2000.0)])
    assert applied.differences == (FeatureDifference("ExposureTime", 2000.0, 4000.0),)


def test_a_feature_that_nobody_knows_is_set_before_the_triggers() -> None:
    wanted = [FeatureSetting("TriggerMode", "On"), FeatureSetting("VendorLamp", 1), FeatureSetting("Gain", 1.0)]
    assert [setting.name for setting in working_order(wanted)] == ["Gain", "VendorLamp", "TriggerMode"]


def test_a_camera_that_is_lost_meanwhile_says_so() -> None:
    controls = sensor()
    controls.failure = CameraUnavailable("it does not answer")
    with pytest.raises(CameraUnavailable):
        apply_settings(controls, WANTED)
    assert not_settable(WANTED[:1], "why") == (FeatureDifference("TriggerMode", "On", None, "why"),)
