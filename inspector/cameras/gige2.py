"""`gige2:SERIAL?packet=1400&delay=0`: GigE Vision cameras through telegenicam, a second and independent driver."""

from importlib.util import find_spec

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.genicam_device import GenicamDevice
from inspector.cameras.gige import gige_identity, gige_settings
from inspector.cameras.gige_discovery import Watch, discover_gige, find_camera, refused
from inspector.cameras.telegenic_device import TelegenicDevice
from inspector.domain.clock import Clock

_ANSWER_SECONDS = 0.2
_TRIES_AGAIN = 2


def gige2_camera(address: Address, clock: Clock) -> GenicamCamera:
    """Return the camera at an address, not yet open; the options are those of `gige`. Raises CameraUnavailable."""
    return GenicamCamera(gige_identity(address), clock, lambda: _connect(address), gige_settings(address))


def discover() -> tuple[CameraIdentity, ...]:
    """Return the cameras there are, as `gige` finds them: this library's own search passes over some."""
    return discover_gige("gige2")


def problem() -> str:
    """Return an empty text, or what is missing and the line that installs it."""
    if find_spec("telegenic") is not None:
        return ""
    return "the second GigE driver is not installed; install it with: pip install 'inspector-station[gige2]'"


def _connect(address: Address) -> GenicamDevice:
    import telegenic

    camera = find_camera(address.target, address.text)
    # By its IP address: the library's own search leaves out cameras that another finds.
    opened = telegenic.Camera(camera.ip, gvcp_timeout=_ANSWER_SECONDS, retries=_TRIES_AGAIN)
    try:
        opened.connect()
    except (telegenic.CameraError, telegenic.GenicamError) as error:
        raise refused(camera, str(error)) from error
    return TelegenicDevice(opened, camera.identity(address.driver), Watch(camera).trouble)
