"""Basler's cameras through pypylon."""

from __future__ import annotations

import contextlib
import importlib
import time
import warnings
from typing import TYPE_CHECKING

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.genicam_device import StreamBroken
from inspector.cameras.genicam_features import Node, NodeFailed
from inspector.cameras.genicam_pictures import RawPicture
from inspector.cameras.pixels import PixelFormatUnknown, format_code
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import FeatureKind, FeatureValue

if TYPE_CHECKING:
    from pypylon.genicam import INodeMap
    from pypylon.pylon import ConfigurationEventHandler, GrabResult, InstantCamera, Parameter

_BUFFERS = 8
_TRIGGER_WAIT = "FrameTriggerWait"
_TRIGGER_SECONDS = 0.5
_TRIGGER_POLL_SECONDS = 0.002


def load_pylon() -> None:
    """Import pypylon, which must come before all else that is asked of it here.

    On Python 3.11 its modules warn as they are made, and bring the whole process down where warnings are errors.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        importlib.import_module("pypylon.pylon")


class PylonDevice:
    """An open device. Meets `GenicamDevice`."""

    def __init__(self, camera: InstantCamera, identity: CameraIdentity, handler: ConfigurationEventHandler) -> None:
        """Own an open camera; `handler` is kept for as long, since the camera calls it."""
        self._camera = camera
        self._handler = handler
        self._identity = identity
        self._nodes = PylonNodes(camera.GetNodeMap())

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is."""
        return self._identity

    @property
    def nodes(self) -> PylonNodes:
        """Its nodes."""
        return self._nodes

    def start(self, negotiate: bool) -> PylonStream:
        """Have it send pictures; with `negotiate` pylon finds the packet size. Raises NodeFailed."""
        from pypylon import genicam, pylon

        try:
            PylonNodes(self._camera.GetStreamGrabberNodeMap()).write_if_there("AutoPacketSize", negotiate)
            self._camera.MaxNumBuffer.SetValue(_BUFFERS)
            self._camera.StartGrabbing(pylon.GrabStrategy_OneByOne)
        except genicam.GenericException as error:
            raise NodeFailed(_said(error)) from error
        return PylonStream(self._camera, self._nodes)

    def trouble(self) -> str:
        """Ask the device itself: empty, or one sentence why it is lost. From any thread."""
        try:
            removed = self._camera.IsCameraDeviceRemoved()
            if not removed:
                self._nodes.read("Width")
        except NodeFailed:
            removed = True
        return f"the {self._identity.name} does not answer; check its cable and power" if removed else ""

    def tend(self) -> None:
        """Do nothing: pylon keeps hold of its camera by itself."""

    def close(self) -> None:
        """Let it go."""
        from pypylon import genicam

        with contextlib.suppress(genicam.GenericException):
            # Whichever of the two is freed first, pylon then does not call what is gone.
            self._camera.DeregisterConfiguration(self._handler)
        with contextlib.suppress(genicam.GenericException):
            self._camera.Close()
        with contextlib.suppress(genicam.GenericException):
            self._camera.DestroyDevice()


class PylonNodes:
    """The nodes of one of pylon's node maps. Meets `Nodes`.

    It knows nothing of the device: in a ring of references pylon's objects are freed late, on any thread, and crash.
    """

    def __init__(self, nodes: INodeMap) -> None:
        self._nodes = nodes

    def read(self, name: str) -> Node | None:
        """Read a node from the camera; None where it has none of that name or does not offer it. Raises NodeFailed."""
        from pypylon import genicam

        node = self._nodes.GetNode(name)
        try:
            if not node.IsValid() or not node.IsReadable():
                return None
            node.GetNode().InvalidateNode()
            return _node(node)
        except genicam.AccessException:
            return None
        except genicam.GenericException as error:
            raise NodeFailed(f"{name}: {_said(error)}") from error

    def write(self, name: str, value: FeatureValue) -> None:
        """Write a node. Raises NodeFailed."""
        from pypylon import genicam, pylon

        node = self._nodes.GetNode(name)
        try:
            node.SetValue(float(value) if isinstance(node, pylon.FloatParameter) else value)
        except (genicam.GenericException, AttributeError, TypeError) as error:
            raise NodeFailed(f"{name}: {_said(error)}") from error

    def write_if_there(self, name: str, value: FeatureValue) -> None:
        """Write a node that not every camera has. Raises NodeFailed."""
        if self._nodes.GetNode(name).IsWritable():
            self.write(name, value)

    def execute(self, name: str) -> bool:
        """Send a command; False where the camera has none of that name. Raises NodeFailed."""
        from pypylon import genicam

        node = self._nodes.GetNode(name)
        if not node.IsValid():
            return False
        try:
            if name == "TriggerSoftware":
                self._await_trigger()
            node.Execute()
        except (genicam.GenericException, AttributeError) as error:
            raise NodeFailed(f"{name}: {_said(error)}") from error
        return True

    def _await_trigger(self) -> None:
        """Wait until a trigger will be heard: one that comes too early, as just after the start, is lost.

        Not by pylon's own WaitForFrameTriggerReady, which may stand still with another thread in RetrieveResult.
        """
        selector = self.read("AcquisitionStatusSelector")
        if selector is None or _TRIGGER_WAIT not in selector.choices:
            return
        if selector.value != _TRIGGER_WAIT:
            self.write("AcquisitionStatusSelector", _TRIGGER_WAIT)
        patience = time.monotonic() + _TRIGGER_SECONDS
        while (status := self.read("AcquisitionStatus")) and not status.value and time.monotonic() < patience:
            time.sleep(_TRIGGER_POLL_SECONDS)


class PylonStream:
    """A running stream. Meets `PictureStream`."""

    def __init__(self, camera: InstantCamera, nodes: PylonNodes) -> None:
        self._camera = camera
        self._nodes = nodes
        self._statistics = PylonNodes(camera.GetStreamGrabberNodeMap())
        self._frames = self._incomplete = self._bytes = self._skipped = 0

    def next(self, seconds: float) -> RawPicture | None:
        """Wait so long for the next picture. Raises StreamBroken."""
        from pypylon import genicam, pylon

        try:
            result = self._camera.RetrieveResult(round(seconds * 1000), pylon.TimeoutHandling_Return)
            if not result.IsValid():
                return None
            try:
                return self._picture(result)
            finally:
                result.Release()
        except (genicam.GenericException, NodeFailed) as error:
            raise StreamBroken(_said(error)) from error

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in; of resends what pylon says."""
        return CameraCounts(
            frames=self._frames,
            incomplete=self._incomplete,
            dropped=self._skipped + (self._said_count("Statistic_Buffer_Underrun_Count") or 0),
            bytes=self._bytes,
            resends=self._said_count("Statistic_Resend_Request_Count"),
            lost_packets=self._said_count("Statistic_Failed_Packet_Count"),
        )

    def stop(self, answers: bool) -> None:  # noqa: ARG002 - pylon knows itself whether the camera is still there
        """Stop the camera and let the stream go."""
        from pypylon import genicam

        with contextlib.suppress(genicam.GenericException):
            self._camera.StopGrabbing()

    def _picture(self, result: GrabResult) -> RawPicture:
        whole = result.GrabSucceeded()
        data = _bytes_of(result)
        self._frames += whole
        self._incomplete += not whole
        self._bytes += len(data)
        self._skipped += max(0, result.GetNumberOfSkippedImages())
        code, width, height = result.GetPixelType() & 0xFFFFFFFF, result.GetWidth(), result.GetHeight()
        if not whole and not (width and height):
            code, width, height = self._set_format()
        return RawPicture(data, code, width, height, result.GetBlockID(), whole, result.GetPaddingX())

    def _set_format(self) -> tuple[int, int, int]:
        """Return format, width and height as the camera is set, for a picture of which not even those came."""
        found = [node.value if node else 0 for node in map(self._nodes.read, ("PixelFormat", "Width", "Height"))]
        try:
            return format_code(str(found[0])), int(found[1]), int(found[2])
        except PixelFormatUnknown:
            return 0, 0, 0

    def _said_count(self, name: str) -> int | None:
        try:
            node = self._statistics.read(name)
        except NodeFailed:
            return None
        return int(node.value) if node is not None else None


def _bytes_of(result: GrabResult) -> bytes:
    from pypylon import genicam

    try:
        return bytes(result.GetBuffer())
    except genicam.GenericException:  # nothing at all came of it
        return b""


def _node(parameter: Parameter) -> Node:
    from pypylon import pylon

    writable = parameter.IsWritable()
    if isinstance(parameter, pylon.EnumParameter):
        choices = tuple(parameter.GetSettableValues()) or (parameter.GetValue(),)
        return Node(FeatureKind.CHOICE, parameter.GetValue(), choices=choices, writable=writable)
    if isinstance(parameter, pylon.BooleanParameter):
        return Node(FeatureKind.SWITCH, parameter.GetValue(), writable=writable)
    if isinstance(parameter, pylon.IntegerParameter | pylon.FloatParameter):
        whole = isinstance(parameter, pylon.IntegerParameter)
        return Node(
            FeatureKind.WHOLE_NUMBER if whole else FeatureKind.NUMBER,
            parameter.GetValue(),
            parameter.GetMin(),
            parameter.GetMax(),
            parameter.GetInc() if whole or parameter.HasInc() else None,
            unit=parameter.GetUnit(),
            writable=writable,
        )
    return Node(FeatureKind.TEXT, parameter.ToString(), writable=writable)


def _said(error: Exception) -> str:
    """Return the first sentence of what pylon says; what follows names its source files."""
    text = " ".join(str(error).split())
    return text.split(" : ")[0] or type(error).__name__
