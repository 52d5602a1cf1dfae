"""Which camera drivers there are, which cameras are found, and the way from an address to a camera."""

from collections.abc import Callable
from dataclasses import dataclass

from inspector.cameras.address import Address, parse_address
from inspector.cameras.camera import Camera, CameraIdentity, CameraUnavailable
from inspector.cameras.demo import DemoCamera
from inspector.cameras.replay import ReplayCamera, record_folder, record_list, record_video
from inspector.domain.clock import Clock, SystemClock


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


def drivers() -> tuple[Driver, ...]:
    """Return all drivers, the usable and those whose library is not installed."""
    return (
        Driver("demo", "Demo: rendered parts on a belt", "demo:SEED?fps=20&parts=1", DemoCamera, _demo_cameras),
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


def discover() -> tuple[CameraIdentity, ...]:
    """Return the cameras that are found without being told where, of all usable drivers."""
    return tuple(found for driver in drivers() if not driver.problem for found in driver.discover())


def open_camera(address: str, clock: Clock | None = None) -> Camera:
    """Return the camera at an address. The device itself is taken hold of by its `open`, on the thread that uses it.

    Raises CameraUnavailable for an address that no driver understands. `clock` stamps the frames, the machine's own
    unless another is given.
    """
    parsed = parse_address(address)
    for driver in drivers():
        if driver.name == parsed.driver:
            if driver.problem:
                raise CameraUnavailable(f"'{address}': {driver.problem}")
            return driver.make(parsed, clock or SystemClock())
    known = ", ".join(driver.name for driver in drivers())
    raise CameraUnavailable(f"'{address}': there is no camera driver '{parsed.driver}'; known are {known}")


def _demo_cameras() -> tuple[CameraIdentity, ...]:
    return (CameraIdentity("demo", "demo:7", "Demo 7", simulated=True),)
