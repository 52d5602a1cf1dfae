"""A camera behind a GenTL producer, which runs in a process of its own."""

import contextlib
import json
from dataclasses import dataclass
from typing import Any

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.genicam_device import StreamBroken
from inspector.cameras.genicam_features import Node, NodeFailed
from inspector.cameras.genicam_pictures import RawPicture
from inspector.cameras.gentl_process import ProducerLost, ProducerProcess, ProducerRefused, Reply
from inspector.cameras.shared_frames import SharedFrames
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import FeatureKind, FeatureValue

_PLACES = 6
_NODE_SECONDS = 2.0
_START_SECONDS = 5.0
_STOP_SECONDS = 2.0
_PING_SECONDS = 1.0
_LARGEST_PICTURE = 1 << 30


class GentlDevice:
    """An open device. Meets `GenicamDevice`. It owns the worker process and ends it with `close`."""

    def __init__(self, process: ProducerProcess, identity: CameraIdentity) -> None:
        self._process = process
        self._identity = identity
        self._nodes = GentlNodes(process)
        self._streams = 0

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is."""
        return self._identity

    @property
    def nodes(self) -> "GentlNodes":
        """Its nodes."""
        return self._nodes

    @property
    def pid(self) -> int:
        """The process identifier of the worker."""
        return self._process.pid

    def start(self, negotiate: bool) -> "GentlStream":  # noqa: ARG002 - packets are the producer's own concern
        """Have it send pictures. Raises NodeFailed."""
        self._streams += 1
        size = int(_asked(self._process, "size", _NODE_SECONDS)["size"])
        if not 0 < size <= _LARGEST_PICTURE:
            raise NodeFailed(f"a picture of it takes {size} bytes")
        frames, token = self._process.memory.places(size, _PLACES)
        stream = GentlStream(self._process, frames, self._streams)
        try:
            asked: dict[str, FeatureValue] = {"token": token, "size": size, "count": _PLACES, "stream": self._streams}
            _asked(self._process, "start", _START_SECONDS, **asked)
        except NodeFailed:
            frames.close()
            raise
        return stream

    def trouble(self) -> str:
        """Ask producer and device: empty, or one sentence why they are lost. From any thread."""
        return self._process.trouble(_PING_SECONDS)

    def tend(self) -> None:
        """Do nothing: the producer keeps hold of its camera by itself."""

    def close(self) -> None:
        """Let it go, and end the process."""
        self._process.end()


class GentlNodes:
    """The nodes of a camera behind a worker process. Meets `Nodes`."""

    def __init__(self, process: ProducerProcess) -> None:
        self._process = process

    def read(self, name: str) -> Node | None:
        """Read a node from the camera; None where it has none of that name. Raises NodeFailed."""
        node = _asked(self._process, "read", _NODE_SECONDS, name=name)["node"]
        return None if node is None else _node(node)

    def write(self, name: str, value: FeatureValue) -> None:
        """Write a node. Raises NodeFailed."""
        _asked(self._process, "write", _NODE_SECONDS, name=name, value=value)

    def execute(self, name: str) -> bool:
        """Send a command; False where the camera has none of that name. Raises NodeFailed."""
        return bool(_asked(self._process, "execute", _NODE_SECONDS, name=name)["there"])


@dataclass
class _Tally:
    """How the pictures of one stream have come in."""

    frames: int = 0
    incomplete: int = 0
    dropped: int = 0
    bytes: int = 0


class GentlStream:
    """A running stream. Meets `PictureStream`."""

    def __init__(self, process: ProducerProcess, frames: SharedFrames, number: int) -> None:
        self._process = process
        self._frames = frames
        self._number = number
        self._tally = _Tally()

    def next(self, seconds: float) -> RawPicture | None:
        """Wait so long for the next picture. Raises StreamBroken."""
        pipe = self._process.pictures
        try:
            if not pipe.poll(seconds):
                return None
            told = json.loads(pipe.recv_bytes())
            if told["stream"] != self._number:
                return None
            if "broken" in told:
                raise StreamBroken(told["broken"])
            picture = self._picture(told)
            if told["place"] >= 0:
                pipe.send_bytes(json.dumps({"stream": self._number, "place": told["place"]}).encode())
        except (OSError, EOFError, ValueError, LookupError) as error:
            raise StreamBroken(str(error) or "its process has ended") from error
        return picture

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in."""
        tally = self._tally
        return CameraCounts(tally.frames, tally.incomplete, tally.dropped, tally.bytes)

    def stop(self, answers: bool) -> None:
        """Stop the camera if it answers, and let the memory go."""
        if answers:
            with contextlib.suppress(NodeFailed):
                _asked(self._process, "stop", _STOP_SECONDS)
        self._frames.close()

    def _picture(self, told: Reply) -> RawPicture:
        """Copy a picture out of the shared memory; an incomplete one has no bytes."""
        place, length = told["place"], told["length"]
        complete = place >= 0
        data = self._frames.read(place, length) if complete else b""
        self._tally.frames += complete
        self._tally.incomplete += not complete
        self._tally.dropped = told["dropped"]
        self._tally.bytes += len(data)
        return RawPicture(data, told["code"], told["width"], told["height"], told["block"], complete, told["padding"])


def _asked(process: ProducerProcess, what: str, seconds: float, **details: FeatureValue) -> Reply:
    try:
        return process.ask(what, seconds, **details)
    except (ProducerLost, ProducerRefused) as error:
        raise NodeFailed(str(error)) from error


def _node(described: dict[str, Any]) -> Node:
    return Node(
        FeatureKind(described["kind"]),
        described["value"],
        described.get("minimum"),
        described.get("maximum"),
        described.get("increment"),
        tuple(described.get("choices", ())),
        described.get("unit") or "",
        described["writable"],
    )
