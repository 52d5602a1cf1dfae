"""Which camera drivers there are, which cameras are found, and the way from an address to a camera."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inspector.cameras import gentl, gige, gige2, pylon, u3v, usb
from inspector.cameras.address import Address, parse_address
from inspector.cameras.camera import Camera, CameraIdentity, CameraUnavailable
from inspector.cameras.demo import DemoCamera
from inspector.cameras.replay import ReplayCamera, record_folder, record_list, record_video
from inspector.cameras.stream import StreamCamera
from inspector.cameras.usb import UsbCamera
from inspector.domain.clock import Clock, SystemClock

_LOG = logging.getLogger("inspector.cameras")


def _find_nothing() -> tuple[CameraIdentity, ...]:
    return ()


@dataclass(frozen=True)
class Driver:
    """One kind of camera. `description` says what it is, `pattern` how its addresses are written.

    `problem` is empty, or one sentence why the driver cannot be used here and the line that mends it. `discover` looks
    for cameras and may take seconds; `make` raises CameraUnavailable for an address that it does not understand.
    """

    name: str
    description: str
    pattern: str
    make: Callable[[Address, Clock], Camera]
    discover: Callable[[], tuple[CameraIdentity, ...]] = _find_nothing
    problem: str = ""


def drivers(producers: Sequence[str] = ()) -> tuple[Driver, ...]:
    """Return all drivers, the usable and those whose library is not installed.

    `producers` are the GenTL producers (.cti) of the settings, beside those of GENICAM_GENTL64_PATH.
    """
    return (*_device_drivers(tuple(Path(producer) for producer in producers)), *_recording_drivers())


def discover(producers: Sequence[str] = ()) -> tuple[CameraIdentity, ...]:
    """Return the cameras that are found without being told where, of all usable drivers; takes seconds.

    A driver that fails hides nobody else's cameras; the log says what it said. One is asked after the other, since the
    vendors' libraries do not bear being loaded at the same moment.
    """
    return tuple(found for driver in drivers(producers) if not driver.problem for found in _found_by(driver))


def open_camera(address: str, clock: Clock | None = None, producers: Sequence[str] = ()) -> Camera:
    """Return the camera at an address. The device itself is taken hold of by its `open`, on the thread that uses it.

    Raises CameraUnavailable for an address that no driver understands. `clock` stamps the frames, the machine's own
    unless another is given; `producers` as for `drivers`.
    """
    parsed = parse_address(address)
    for driver in drivers(producers):
        if driver.name == parsed.driver:
            if driver.problem:
                raise CameraUnavailable(f"'{address}': {driver.problem}")
            return driver.make(parsed, clock or SystemClock())
    known = ", ".join(driver.name for driver in drivers())
    # Only the driver is repeated: the rest could be a stream's address with a password in it.
    raise CameraUnavailable(
        f"there is no camera driver '{parsed.driver}'; known are {known}; a network stream is written stream:rtsp://HOST"
    )


def is_recording(address: str) -> bool:
    """Say whether an address names pictures on a disk, which begin anew when they are opened again."""
    return address.partition(":")[0].lower() in {driver.name for driver in _recording_drivers()}


def _device_drivers(producers: tuple[Path, ...]) -> tuple[Driver, ...]:
    return (
        Driver("demo", "Demo: rendered parts on a belt", "demo:SEED?fps=20&parts=1", DemoCamera, _demo_cameras),
        Driver("usb", "USB camera (UVC)", "usb:SERIAL?format=mjpg&size=1280x1024&fps=30", UsbCamera, usb.discover),
        Driver("gige", "GigE Vision camera", "gige:SERIAL?packet=1400", gige.gige_camera, gige.discover),
        Driver(
            "gige2",
            "GigE Vision camera, by a second library",
            "gige2:SERIAL",
            gige2.gige2_camera,
            problem=gige2.problem(),  # not asked for cameras: `gige` finds the same ones
        ),
        Driver("u3v", "USB3 Vision camera", "u3v:SERIAL", u3v.u3v_camera, u3v.discover),
        Driver(
            "gentl",
            "Camera by its vendor's GenTL producer (.cti)",
            "gentl:SERIAL?producer=PATH",
            partial(gentl.gentl_camera, producers=producers),
            partial(gentl.discover_gentl, producers),
            gentl.problem(),
        ),
        Driver("pylon", "Basler camera", "pylon:SERIAL", pylon.pylon_camera, pylon.discover_pylon, pylon.problem()),
        Driver(
            "stream", "Network stream: RTSP, or MJPEG over HTTP", "stream:rtsp://HOST/PATH#login=NAME", StreamCamera
        ),
    )


def _recording_drivers() -> tuple[Driver, ...]:
    return (
        Driver(
            "folder",
            "Pictures in a folder and its sub-folders",
            "folder:PATH?fps=5&loop=1",
            lambda address, clock: ReplayCamera(address, clock, record_folder),
        ),
        Driver(
            "list",
            "Pictures named in a text file, one path a line",
            "list:FILE?fps=5&loop=1",
            lambda address, clock: ReplayCamera(address, clock, record_list),
        ),
        Driver(
            "video",
            "A video file or an animated GIF",
            "video:PATH?fps=5&loop=1",
            lambda address, clock: ReplayCamera(address, clock, record_video),
        ),
    )


def _found_by(driver: Driver) -> tuple[CameraIdentity, ...]:
    try:
        return driver.discover()
    except Exception as error:  # noqa: BLE001 - drivers raise many kinds
        _LOG.info("the driver '%s' could not look for cameras: %s", driver.name, error)
        return ()


def _demo_cameras() -> tuple[CameraIdentity, ...]:
    return (CameraIdentity("demo", "demo:7", "Demo 7", simulated=True),)
