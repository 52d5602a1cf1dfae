"""`gige:SERIAL?packet=1400&delay=0`: GigE Vision cameras through viva-genicam, without a vendor's kit."""

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.genicam_device import GenicamDevice
from inspector.cameras.gige_discovery import Watch, discover_gige, find_camera, refused
from inspector.cameras.viva_device import VivaDevice
from inspector.domain.camera_feature import FeatureValue
from inspector.domain.clock import Clock

OPTIONS = frozenset({"packet", "delay"})
_OPTION_FEATURES = (("packet", "GevSCPSPacketSize"), ("delay", "GevSCPD"))


def gige_camera(address: Address, clock: Clock) -> GenicamCamera:
    """Return the camera at an address, not yet open. Raises CameraUnavailable for an address that says nothing.

    `packet` is the size of the packets in bytes, negotiated unless given; `delay` the pause between two of them, in
    ticks of the camera's clock.
    """
    return GenicamCamera(gige_identity(address), clock, lambda: _connect(address), gige_settings(address))


def discover() -> tuple[CameraIdentity, ...]:
    """Return the cameras there are, on all network cards. Takes half a second and more where many are."""
    return discover_gige("gige")


def gige_settings(address: Address) -> tuple[tuple[str, FeatureValue], ...]:
    """Return the features that an address asks for. Raises CameraUnavailable for options that there are not."""
    address.check_options(OPTIONS)
    if not address.target.strip():
        raise CameraUnavailable(
            f"camera address '{address.text}' names no camera; write it as {address.driver}:SERIAL, "
            "as `inspector cameras` lists it"
        )
    return tuple(
        (feature, round(address.number(option, 0))) for option, feature in _OPTION_FEATURES if option in address.options
    )


def gige_identity(address: Address) -> CameraIdentity:
    """Return what is known of a GigE camera before it is open."""
    return CameraIdentity(address.driver, address.text, f"GigE camera {address.target}", serial=address.target)


def _connect(address: Address) -> GenicamDevice:
    import viva_genicam

    camera = find_camera(address.target, address.text)
    try:
        opened = viva_genicam.connect_gige(camera.info)
    except viva_genicam.GenicamError as error:
        raise refused(camera, str(error)) from error
    return VivaDevice(opened, camera.identity(address.driver), Watch(camera).trouble)
