"""A camera played by hand that can be set, and the usual features of one."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureKind, FeatureRefused, FeatureValue, checked_value
from tests.ui.staging import StagedCamera


class StagedControls:
    """Holds features as a camera does; says what the test wrote down. `gate` holds every answer back while closed."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.known = {feature.name: feature for feature in features}
        self.changes: list[tuple[str, FeatureValue]] = []
        self.refusals: dict[str, str] = {}
        self.counted = CameraCounts()
        self.gate = threading.Event()
        self.gate.set()

    def features(self) -> tuple[Feature, ...]:
        self.gate.wait()
        return tuple(self.known.values())

    def change(self, name: str, value: FeatureValue) -> Feature:
        self.gate.wait()
        if name in self.refusals:
            raise FeatureRefused(self.refusals[name])
        taken = checked_value(self.known[name], value)
        self.changes.append((name, taken))
        self.known[name] = replace(self.known[name], value=taken)
        return self.known[name]

    def trigger(self) -> bool:
        return False

    def counts(self) -> CameraCounts:
        return self.counted


class SettableStagedCamera(StagedCamera):
    """A camera whose pictures the test hands in, with something to set."""

    def __init__(self, features: Sequence[Feature], name: str = "Bench camera 1", address: str = "hand:1") -> None:
        super().__init__(name, address=address)
        self.controls = StagedControls(features)

    def stand_at(self, place: str, driver: str = "gige") -> None:
        """Be at that network address."""
        self.identity = replace(self.identity, place=place, driver=driver)


def usual_features() -> tuple[Feature, ...]:
    """Return what a GigE colour camera of five million pixels has; the gain is automatic, so it stands fast."""
    number, whole, choice = FeatureKind.NUMBER, FeatureKind.WHOLE_NUMBER, FeatureKind.CHOICE
    automatic = ("Off", "Once", "Continuous")
    return (
        Feature("ExposureTime", number, 5000.0, 15.0, 1e6, unit="us"),
        Feature("ExposureAuto", choice, "Off", choices=automatic),
        Feature("Gain", number, 6.0, 0.0, 24.0, unit="dB", writable=False),
        Feature("GainAuto", choice, "Continuous", choices=automatic),
        Feature("BalanceWhiteAuto", choice, "Off", choices=automatic),
        Feature("BalanceRatioRed", number, 1.42, 0.0, 15.99),
        Feature("BalanceRatioBlue", number, 1.9, 0.0, 15.99),
        Feature("PixelFormat", choice, "BayerRG8", choices=("Mono8", "BayerRG8", "BayerRG12p"), writable=False),
        Feature("Width", whole, 2448, 64, 2448, 8),
        Feature("Height", whole, 2048, 64, 2048, 2),
        Feature("OffsetX", whole, 0, 0, 0, 8),
        Feature("AcquisitionFrameRate", number, 22.0, 0.5, 24.3, unit="Hz"),
        Feature("TriggerMode", choice, "Off", choices=("Off", "On")),
        Feature("TriggerSource", choice, "Line0", choices=("Line0", "Software")),
        Feature("TriggerDelay", number, 0.0, 0.0, 1e6, unit="us"),
        Feature("GevSCPSPacketSize", whole, 1500, 576, 9000, 4, unit="B"),
        Feature("GevSCPD", whole, 0, 0, 2**31 - 1),
        Feature("ReverseX", FeatureKind.SWITCH, False),
        Feature("DeviceUserID", FeatureKind.TEXT, "Ofen 3, links"),
    )
