import math

import pytest

from inspector.domain.camera_feature import (
    Feature,
    FeatureDifference,
    FeatureKind,
    FeatureRefused,
    FeatureSetting,
    FeatureValue,
    checked_value,
    differences,
)

EXPOSURE = Feature("ExposureTime", FeatureKind.NUMBER, 5000.0, 10.0, 100_000.0, unit="us")
WIDTH = Feature("Width", FeatureKind.WHOLE_NUMBER, 640, 16, 1280, 4)
FORMAT = Feature("PixelFormat", FeatureKind.CHOICE, "Mono8", choices=("Mono8", "BayerRG8"))
SWITCH = Feature("GammaEnable", FeatureKind.SWITCH, False)


@pytest.mark.parametrize(
    ("feature", "value", "taken"),
    [
        (EXPOSURE, 250, 250.0),
        (EXPOSURE, 10.0, 10.0),
        (WIDTH, 642, 640),
        (WIDTH, 1280, 1280),
        (FORMAT, "BayerRG8", "BayerRG8"),
        (SWITCH, True, True),
        (Feature("DeviceUserID", FeatureKind.TEXT, ""), "bench 3", "bench 3"),
    ],
)
def test_a_value_is_taken_as_the_feature_holds_it(feature: Feature, value: FeatureValue, taken: FeatureValue) -> None:
    result = checked_value(feature, value)
    assert (result, type(result)) == (taken, type(taken))


@pytest.mark.parametrize(
    ("feature", "value", "says"),
    [
        (WIDTH, 99_999, "Width lies within 16 to 1280 at this camera, not at 99999"),
        (EXPOSURE, 5, "within 10 to 100000 us"),
        (EXPOSURE, math.nan, "is a number"),
        (EXPOSURE, "fast", "is a number"),
        (WIDTH, True, "is a number"),
        (FORMAT, "RGB8", "one of Mono8, BayerRG8"),
        (SWITCH, 1, "true or false"),
        (Feature("Width", FeatureKind.WHOLE_NUMBER, 640, writable=False), 320, "cannot be changed"),
    ],
)
def test_what_the_camera_cannot_take_is_refused_with_the_bounds(
    feature: Feature, value: FeatureValue, says: str
) -> None:
    with pytest.raises(FeatureRefused, match=says):
        checked_value(feature, value)


def test_only_what_is_not_as_wanted_is_a_difference() -> None:
    wanted = [
        FeatureSetting("ExposureTime", 5000.2),
        FeatureSetting("Width", 1280),
        FeatureSetting("Gamma", 1.0),
        FeatureSetting("PixelFormat", "Mono8"),
        FeatureSetting("GammaEnable", 0),
    ]
    assert differences(wanted, [EXPOSURE, WIDTH, FORMAT, SWITCH]) == (
        FeatureDifference("Width", 1280, 640),
        FeatureDifference("Gamma", 1.0, None),
        FeatureDifference("GammaEnable", 0, False),
    )
