"""A time in which a lane has no camera."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from inspector.cameras.camera import CameraIdentity


@dataclass(frozen=True)
class Outage:
    """The lane's camera is away, and it is tried again and again.

    `since` is UTC, `started` the same moment in seconds of the monotonic clock. `reason` is why the camera was lost or
    could not be opened, `latest` why it could not be opened the last time; both are one sentence for a person.
    """

    camera: CameraIdentity
    since: datetime
    started: float
    reason: str
    latest: str

    def seconds(self, monotonic: float) -> float:
        """Return how long it lasts at a moment of the monotonic clock."""
        return max(0.0, monotonic - self.started)

    def details(self, end: datetime, monotonic: float) -> Mapping[str, str]:
        """Return what the journal keeps of an outage that ends at this moment."""
        return {
            "camera": self.camera.address,
            "start": self.since.isoformat(),
            "end": end.isoformat(),
            "seconds": f"{self.seconds(monotonic):.1f}",
            "reason": self.reason,
        }
