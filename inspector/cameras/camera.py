"""What a camera is to the station, whatever stands behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureValue
from inspector.domain.frame import Capture, Frame
from inspector.domain.refusal import Refusal


class CameraUnavailable(Refusal, RuntimeError):
    """A camera that cannot be had. The message is one sentence: which, why, and how to mend it."""


@dataclass(frozen=True)
class CameraIdentity:
    """Which camera this is.

    `address` is what opens it again (`demo:7`, `gige:40123456`) and goes into the records: by the serial number or the
    place it is plugged in, never by an index. `name` is for people, `place` says where it is (`192.168.1.20`, a USB
    port), `used_by` who holds it, empty where that is nobody or not known. `simulated` marks pictures that no lens has
    taken: DEMO on the screen, in the journal and on the report.
    """

    driver: str
    address: str
    name: str
    simulated: bool = False
    serial: str = ""
    vendor: str = ""
    model: str = ""
    place: str = ""
    used_by: str = ""


@dataclass(frozen=True, eq=False)
class Preview:
    """A picture for the live view between two parts. No part is counted for it unless somebody asks just then.

    A camera whose trigger line says when a part is in place delivers that picture as a plain `Frame` and those before
    and after as previews, so that the operator sees the belt run while every part is judged once.
    """

    frame: Frame


Delivery = Capture | Preview


class Camera(Protocol):
    """A source of pictures. Made without touching the device; `open` and `frames` belong to one thread.

    One object is one session: after a loss the device is opened again through a new one of the same address.
    """

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is; known before it is open."""
        ...

    @property
    def waits(self) -> bool:
        """Whether the source stands still until its next picture is asked for, so that none is lost by waiting."""
        ...

    def open(self) -> None:
        """Take hold of the device. May take seconds. Raises CameraUnavailable."""
        ...

    def frames(self) -> Iterator[Delivery]:
        """Return pictures as they come, and a `FrameFault` for each that should have come and did not.

        Blocks for the next one. Ends when the source is through or soon after `close`; raises CameraUnavailable when
        the camera is lost.
        """
        ...

    def close(self) -> None:
        """Let the device go and end `frames`. From any thread, more than once, also before `open`; returns at once."""
        ...


class CameraControls(Protocol):
    """What can be asked of and set at an open camera. From any thread; each call takes as long as the device needs.

    All raise CameraUnavailable when the camera is not open or does not answer.
    """

    def features(self) -> tuple[Feature, ...]:
        """Read all features that matter to an inspection, under their SFNC names."""
        ...

    def change(self, name: str, value: FeatureValue) -> Feature:
        """Check and set one feature and return it as read back. Raises FeatureRefused; then nothing was changed."""
        ...

    def trigger(self) -> bool:
        """Have the camera take its next picture now; False where it runs freely and needs no such word."""
        ...

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in."""
        ...


@runtime_checkable
class AdjustableCamera(Camera, Protocol):
    """A camera with something to set."""

    @property
    def controls(self) -> CameraControls:
        """What can be asked and set while it is open."""
        ...
