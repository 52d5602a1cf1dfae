"""GigE Vision devices through telegenicam."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.genicam_device import StreamBroken
from inspector.cameras.genicam_features import Node, NodeFailed, Nodes
from inspector.cameras.genicam_pictures import RawPicture
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import FeatureKind, FeatureValue

if TYPE_CHECKING:
    import telegenic

_BUFFERS = 16
_DISCONNECT_SECONDS = 0.3


class TelegenicDevice:
    """An open device. Meets `GenicamDevice`. `trouble` asks it past the library."""

    def __init__(self, camera: telegenic.Camera, identity: CameraIdentity, trouble: Callable[[], str]) -> None:
        self._camera = camera
        self._identity = identity
        self._trouble = trouble
        self._nodes = TelegenicNodes(camera, trouble)

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is."""
        return self._identity

    @property
    def nodes(self) -> Nodes:
        """Its nodes."""
        return self._nodes

    def start(self, negotiate: bool) -> TelegenicStream:
        """Have it send pictures, incomplete ones too. Raises NodeFailed."""
        import telegenic

        packet_size = None if negotiate else self._packet_size()
        try:
            return TelegenicStream(self._camera.start_acquisition(n_buffers=_BUFFERS, packet_size=packet_size))
        except (telegenic.CameraError, telegenic.GenicamError, ValueError) as error:
            raise NodeFailed(str(error)) from error

    def trouble(self) -> str:
        """Ask the device itself: empty, or one sentence why it is lost."""
        return self._trouble()

    def tend(self) -> None:
        """Do nothing: the library keeps hold of it by itself, and what it has lost it cannot take again."""

    def close(self) -> None:
        """Let it go; the control over it is given back."""
        import telegenic

        with contextlib.suppress(telegenic.CameraError, telegenic.GenicamError, ValueError):
            self._camera.disconnect(_DISCONNECT_SECONDS)

    def _packet_size(self) -> int | None:
        node = self._nodes.read("GevSCPSPacketSize")
        return node.value if node is not None and isinstance(node.value, int) else None


class TelegenicNodes:
    """The nodes of a telegenicam camera. Meets `Nodes`. The library tells no units."""

    def __init__(self, camera: telegenic.Camera, trouble: Callable[[], str]) -> None:
        self._camera = camera
        self._trouble = trouble

    def read(self, name: str) -> Node | None:
        """Read a node from the camera. None also for one that its description gets wrong, so that others are read."""
        import telegenic

        if not self._camera.has_feature(name):
            return None
        try:
            self._camera.invalidate_caches()
            writable = self._camera.access_mode(name)
            if writable is telegenic.AccessMode.WO:
                return None
            return self._typed(name, writable is telegenic.AccessMode.RW)
        except telegenic.CameraError as error:
            if self._trouble():
                raise NodeFailed(f"{name}: {error}") from error
            return None
        except telegenic.GenicamError:
            return None

    def write(self, name: str, value: FeatureValue) -> None:
        """Write a node. Raises NodeFailed."""
        import telegenic

        try:
            if isinstance(value, bool):
                self._camera.set_boolean(name, value)
            elif isinstance(value, int):
                self._camera.set_integer(name, value)
            elif isinstance(value, float):
                self._camera.set_float(name, value)
            else:
                self._camera.set_enum(name, value)
        except (telegenic.CameraError, telegenic.GenicamError, ValueError) as error:
            raise NodeFailed(f"{name}: {error}") from error

    def execute(self, name: str) -> bool:
        """Send a command. Raises NodeFailed."""
        import telegenic

        if not self._camera.has_feature(name):
            return False
        try:
            self._camera.execute(name)
        except (telegenic.CameraError, telegenic.GenicamError) as error:
            raise NodeFailed(f"{name}: {error}") from error
        return True

    def _typed(self, name: str, writable: bool) -> Node | None:
        """Read a node as the type it has: the library tells it only by refusing the others."""
        import telegenic

        for read in (self._choice, self._whole_number, self._number, self._switch):
            with contextlib.suppress(telegenic.GenicamError):
                return read(name, writable)
        return None

    def _choice(self, name: str, writable: bool) -> Node:
        choices = tuple(self._camera.enum_entries(name))
        return Node(FeatureKind.CHOICE, self._camera.get_enum(name), choices=choices, writable=writable)

    def _whole_number(self, name: str, writable: bool) -> Node:
        low, high = self._camera.integer_bounds(name)
        step = self._camera.integer_increment(name)
        value = self._camera.get_integer(name)
        return Node(FeatureKind.WHOLE_NUMBER, value, low, high, step, writable=writable)

    def _number(self, name: str, writable: bool) -> Node:
        low, high = self._camera.float_bounds(name)
        return Node(FeatureKind.NUMBER, self._camera.get_float(name), low, high, writable=writable)

    def _switch(self, name: str, writable: bool) -> Node:
        return Node(FeatureKind.SWITCH, self._camera.get_boolean(name), writable=writable)


class TelegenicStream:
    """A running stream. Meets `PictureStream`."""

    def __init__(self, acquisition: telegenic.Acquisition) -> None:
        self._acquisition = acquisition
        self._last = CameraCounts()

    def next(self, seconds: float) -> RawPicture | None:
        """Wait so long for the next picture. Raises StreamBroken."""
        import telegenic

        try:
            frame = self._acquisition.wait_for(seconds)
        except (telegenic.CameraError, telegenic.GenicamError, ValueError) as error:
            raise StreamBroken(str(error)) from error
        if frame is None:
            return None
        return RawPicture(
            frame.data(), frame.pixel_format_code, frame.width, frame.height, frame.frame_id, frame.is_complete
        )

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in; those of the end once it was stopped."""
        with contextlib.suppress(ValueError):
            stats = self._acquisition.stats()
            incomplete = stats.failed_frames + stats.timed_out_frames
            self._last = CameraCounts(
                frames=stats.completed_frames,
                incomplete=incomplete,
                dropped=stats.missing_frames + stats.underruns + stats.frames_dropped + stats.unsupported_frames,
                bytes=stats.bytes,
                resends=stats.resend_requests,
                recovered=stats.resent_packets,
                lost_packets=stats.missing_packets,
            )
        return self._last

    def stop(self, answers: bool) -> None:  # noqa: ARG002 - other libraries need to know
        """Stop the camera and let the stream go; one that does not answer is waited for by the library, 0.6 s."""
        import telegenic

        with contextlib.suppress(telegenic.CameraError, telegenic.GenicamError, ValueError):
            self._acquisition.stop()
