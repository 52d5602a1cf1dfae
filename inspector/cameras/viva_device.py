"""GigE Vision and USB3 Vision devices through viva-genicam."""

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
    import viva_genicam
    from viva_genicam.node import FeatureState


class VivaDevice:
    """An open device. Meets `GenicamDevice`.

    `trouble` asks it past the library, whose own questions to a dead camera take from two to nine seconds.
    """

    def __init__(self, camera: viva_genicam.Camera, identity: CameraIdentity, trouble: Callable[[], str]) -> None:
        self._camera = camera
        self._identity = identity
        self._trouble = trouble
        self._nodes = VivaNodes(camera, trouble)

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is."""
        return self._identity

    @property
    def nodes(self) -> Nodes:
        """Its nodes."""
        return self._nodes

    def start(self, negotiate: bool) -> VivaStream:
        """Have it send pictures, incomplete ones too. Raises NodeFailed."""
        import viva_genicam

        try:
            stream = self._stream(negotiate)
            try:
                self._camera.acquisition_start()
            except viva_genicam.GenicamError:
                stream.close()
                raise
        except viva_genicam.GenicamError as error:
            raise NodeFailed(str(error)) from error
        return VivaStream(self._camera, stream)

    def trouble(self) -> str:
        """Ask the device itself: empty, or one sentence why it is lost."""
        return self._trouble()

    def tend(self) -> None:
        """Ask for the control over a GigE camera again where it got lost: else the camera soon stops by itself."""
        _reclaimed(self._camera)

    def close(self) -> None:
        """Let it go; the control over a GigE camera is given back."""
        import viva_genicam

        with contextlib.suppress(viva_genicam.GenicamError):
            self._camera.close()

    def _stream(self, negotiate: bool) -> viva_genicam.FrameStream:
        import viva_genicam

        if negotiate:
            # The library begins with what the network card carries; a camera that carries less may refuse that.
            with contextlib.suppress(viva_genicam.GenicamError):
                return self._camera.stream(auto_packet_size=True, deliver_incomplete=True)
        return self._camera.stream(deliver_incomplete=True)


class VivaNodes:
    """The nodes of a viva-genicam camera. Meets `Nodes`."""

    def __init__(self, camera: viva_genicam.Camera, trouble: Callable[[], str]) -> None:
        self._camera = camera
        self._trouble = trouble
        self._names = frozenset(camera.nodes())

    def read(self, name: str) -> Node | None:
        """Read a node from the camera. None also for one that its description gets wrong, so that others are read."""
        import viva_genicam

        if name not in self._names:
            return None
        try:
            self._camera.invalidate(name)
            return _node(self._camera.feature_state(name))
        except viva_genicam.GenicamError as error:
            if self._trouble():
                raise NodeFailed(f"{name}: {error}") from error
            return None

    def write(self, name: str, value: FeatureValue) -> None:
        """Write a node. Raises NodeFailed."""
        if isinstance(value, bool):
            self._do(name, lambda: self._camera.set_bool(name, value))
        elif isinstance(value, int):
            self._do(name, lambda: self._camera.set_integer(name, value))
        elif isinstance(value, float):
            self._do(name, lambda: self._camera.set_float(name, value))
        else:
            self._do(name, lambda: self._camera.set(name, value))

    def execute(self, name: str) -> bool:
        """Send a command without waiting for its end. Raises NodeFailed."""
        if name not in self._names:
            return False
        self._do(name, lambda: self._camera.execute(name, wait=False))
        return True

    def _do(self, name: str, action: Callable[[], object]) -> None:
        """Do what alters the camera; the library does nothing at all where it believes the control to be lost."""
        import viva_genicam

        try:
            try:
                action()
            except viva_genicam.GenicamError:
                if not _reclaimed(self._camera):
                    raise
                action()
        except viva_genicam.GenicamError as error:
            raise NodeFailed(f"{name}: {error}") from error


class VivaStream:
    """A running stream. Meets `PictureStream`."""

    def __init__(self, camera: viva_genicam.Camera, stream: viva_genicam.FrameStream) -> None:
        self._camera = camera
        self._stream = stream

    def next(self, seconds: float) -> RawPicture | None:
        """Wait so long for the next picture. Raises StreamBroken."""
        import viva_genicam

        try:
            frame = self._stream.next_frame(round(seconds * 1000))
        except viva_genicam.GenicamError as error:
            if "timeout" in str(error):
                return None
            raise StreamBroken(str(error)) from error
        if frame is None:
            raise StreamBroken("it has ended")
        return RawPicture(
            frame.payload(),
            frame.pixel_format_code,
            frame.width,
            frame.height,
            frame.block_id,
            frame.is_complete,
            frame.padding_x,
        )

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in."""
        stats = self._stream.stats()
        return CameraCounts(
            frames=stats.frames_complete,
            incomplete=stats.frames_incomplete,
            dropped=stats.frames_missed + stats.frames_backpressure + stats.frames_unsupported,
            bytes=stats.bytes,
            resends=stats.resend_requested,
            recovered=stats.resend_recovered,
            lost_packets=stats.packets_missing,
        )

    def stop(self, answers: bool) -> None:
        """Stop the camera if it answers, and let the stream go."""
        import viva_genicam

        if answers:
            with contextlib.suppress(viva_genicam.GenicamError):
                self._camera.acquisition_stop()
        with contextlib.suppress(viva_genicam.GenicamError):
            self._stream.close()


def _reclaimed(camera: viva_genicam.Camera) -> bool:
    """Take the control over a GigE camera again; False where it was not lost, or another has it."""
    import viva_genicam
    from viva_genicam.camera import ControlState

    if camera.transport != "gige":
        return False
    try:
        if camera.control_state is not ControlState.LOST:
            return False
        camera.reclaim_control()
    except viva_genicam.GenicamError:
        return False
    return True


def _node(state: FeatureState) -> Node | None:
    if not state.is_implemented or not state.is_available or state.value is None:
        return None
    value = state.value
    choices: tuple[str, ...] = ()
    if state.kind == "Enumeration":
        kind, choices = FeatureKind.CHOICE, tuple(state.enum_entries or ())
    elif isinstance(value, bool):
        kind = FeatureKind.SWITCH
    elif isinstance(value, int):
        kind = FeatureKind.WHOLE_NUMBER
    elif isinstance(value, float):
        kind = FeatureKind.NUMBER
    else:
        kind = FeatureKind.TEXT
    bounds = state.range
    return Node(
        kind,
        value,
        bounds.min if bounds else None,
        bounds.max if bounds else None,
        bounds.inc if bounds else None,
        choices,
        state.unit or "",
        state.access == "RW",
    )
