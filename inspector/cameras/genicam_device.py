"""What a driver's library must bring so that `GenicamCamera` can drive its cameras."""

from typing import Protocol

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.genicam_features import Nodes
from inspector.cameras.genicam_pictures import RawPicture
from inspector.domain.camera_counts import CameraCounts


class StreamBroken(Exception):
    """The library says that no picture will come any more. The message is its own; no sentence for a person."""


class PictureStream(Protocol):
    """The running stream of a device. Its calls come from one thread at a time."""

    def next(self, seconds: float) -> RawPicture | None:
        """Wait so long for the next picture; None where none came. Raises StreamBroken."""
        ...

    def counts(self) -> CameraCounts:
        """Return how the pictures of this stream have come in."""
        ...

    def stop(self, answers: bool) -> None:
        """Stop the camera if it `answers`, and let the stream go. Raises nothing."""
        ...


class GenicamDevice(Protocol):
    """An open device. Its calls come from one thread at a time, except those of `trouble`."""

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is, as it says itself."""
        ...

    @property
    def nodes(self) -> Nodes:
        """Its nodes."""
        ...

    def start(self, negotiate: bool) -> PictureStream:
        """Have it send pictures; with `negotiate` in packets as long as the way carries. Raises NodeFailed."""
        ...

    def trouble(self) -> str:
        """Ask the device itself, within a second: empty, or one sentence why it is lost. From any thread."""
        ...

    def tend(self) -> None:
        """Keep hold of it; called about once a second while it sends. Raises nothing."""
        ...

    def close(self) -> None:
        """Let it go, so that it can be opened again at once. Raises nothing."""
        ...
