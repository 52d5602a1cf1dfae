"""`gentl:SERIAL?producer=PATH`: cameras through the GenTL producer (`.cti`) of their vendor, each in its own process.

Producers are named in the address or handed in (from the settings); besides, all are taken that lie in the folders of
GENICAM_GENTL64_PATH, as the vendors' installers write it. A producer is listed and opened in a worker process, never in
this one: see `gentl_worker`.
"""

import importlib.util
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from inspector.cameras.address import Address, parse_address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable
from inspector.cameras.genicam_camera import GenicamCamera
from inspector.cameras.gentl_device import GentlDevice
from inspector.cameras.gentl_process import ProducerLost, ProducerProcess, ProducerRefused
from inspector.domain.clock import Clock

OPTIONS = frozenset({"producer"})
LIBRARIES = ("harvesters", "genicam")

_VARIABLE = "GENICAM_GENTL64_PATH"
_LIST_SECONDS = 10.0
_OPEN_SECONDS = 15.0
# Of the genicam wheels: they send drawn pictures.
_SIMULATORS = frozenset({"viky.cti", "tlsimu.cti"})


@dataclass(frozen=True)
class ProducerReport:
    """What one producer says of its cameras. `problem` is empty, or one sentence why it says nothing."""

    producer: Path
    cameras: tuple[CameraIdentity, ...] = ()
    problem: str = ""


def problem() -> str:
    """Return why this driver cannot be used here, and the line that mends it; empty where it can."""
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if not missing:
        return ""
    return f'{" and ".join(missing)} missing; install with: pip install "inspector-station[gentl]"'


def gentl_camera(
    address: Address, clock: Clock, producers: Sequence[Path] = (), seconds: float = _OPEN_SECONDS
) -> GenicamCamera:
    """Return the camera at an address, not yet open. Raises CameraUnavailable for an address that says nothing.

    `producers` are those of the settings, for an address that names none; each may take so many `seconds` to open it.
    """
    address.check_options(OPTIONS)
    if not address.target.strip():
        raise CameraUnavailable(
            f"camera address '{address.text}' names no camera; write it as gentl:SERIAL, "
            "as `inspector cameras` lists it"
        )
    identity = CameraIdentity("gentl", address.text, f"GenTL camera {address.target}", serial=address.target)
    return GenicamCamera(identity, clock, lambda: _connect(address, producers, seconds))


def discover_gentl(producers: Sequence[Path] = ()) -> tuple[CameraIdentity, ...]:
    """Return the cameras of all producers. One that crashes or stands still hides those of no other."""
    return tuple(camera for report in reports(known_producers(producers)) for camera in report.cameras)


def known_producers(producers: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Return the producer files: those given, then those in the folders of GENICAM_GENTL64_PATH; each once."""
    folders = [Path(folder) for folder in os.environ.get(_VARIABLE, "").split(os.pathsep) if folder.strip()]
    found = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.cti"))]
    return tuple(dict.fromkeys(Path(file).resolve() for file in (*producers, *found)))


def reports(producers: Sequence[Path], seconds: float = _LIST_SECONDS) -> tuple[ProducerReport, ...]:
    """Ask all producers at once for their cameras, each in a process of its own and for so many seconds at most."""
    if not producers:
        return ()
    with ThreadPoolExecutor(len(producers), "listing a GenTL producer") as pool:
        return tuple(pool.map(lambda producer: _report(producer, seconds), producers))


def _report(producer: Path, seconds: float) -> ProducerReport:
    try:
        process = _process_of(producer)
        try:
            listed = process.ask("list", seconds, producer=str(producer))["devices"]
        finally:
            process.end()
    except (CameraUnavailable, ProducerLost) as error:
        return ProducerReport(producer, problem=str(error))
    except ProducerRefused as refused:
        return ProducerReport(producer, problem=_unreadable(producer, refused))
    return ProducerReport(producer, tuple(_identity(device, _address(device, producer), producer) for device in listed))


def _connect(address: Address, producers: Sequence[Path], seconds: float) -> GentlDevice:
    """Open the camera at the first producer that sees it. Raises CameraUnavailable."""
    given = address.options.get("producer")
    candidates = (Path(given).expanduser().resolve(),) if given else known_producers(producers)
    if not candidates:
        raise CameraUnavailable(
            f"'{address.text}': no GenTL producer is known; install the software of the camera's vendor, or name its "
            ".cti file in the settings"
        )
    whys = []
    for producer in candidates:
        try:
            return _open(producer, address, seconds)
        except (ProducerLost, ProducerRefused) as error:
            held = isinstance(error, ProducerRefused) and error.kind == "held"
            if held:
                raise CameraUnavailable(
                    f"the camera {address.target} is held by another program, says the GenTL producer '{producer}'; "
                    "close that program, or wait a few seconds if the station was ended hard"
                ) from error
            absent = isinstance(error, ProducerRefused) and error.kind == "absent"
            whys.append("" if absent else _why(producer, error))
    broken = "; ".join(filter(None, whys))
    if broken and len(candidates) == 1:
        raise CameraUnavailable(broken)
    asked = ", ".join(f"'{producer}'" for producer in candidates)
    raise CameraUnavailable(
        f"no GenTL producer sees a camera {address.target} ({asked}); check power, cable and serial number"
        + (f", and mend this: {broken}" if broken else "")
    )


def _open(producer: Path, address: Address, seconds: float) -> GentlDevice:
    process = _process_of(producer)
    try:
        device = process.ask("open", seconds, producer=str(producer), serial=address.target)["device"]
    except BaseException:
        process.end()
        raise
    return GentlDevice(process, _identity(device, address.text, producer))


def _process_of(producer: Path) -> ProducerProcess:
    if not producer.is_file():
        raise CameraUnavailable(f"there is no GenTL producer '{producer}'; check its path")
    return ProducerProcess(producer)


def _why(producer: Path, error: Exception) -> str:
    return str(error) if isinstance(error, ProducerLost) else _unreadable(producer, error)


def _unreadable(producer: Path, error: Exception) -> str:
    return f"the GenTL producer '{producer}' cannot be used ({error}); name the .cti file of the camera's vendor"


def _address(device: dict[str, str], producer: Path) -> str:
    """Return what opens a camera again, through the same producer where its path can be part of an address."""
    serial = device["serial"]
    whole = f"gentl:{serial}?producer={producer}"
    parsed = parse_address(whole)
    return whole if parsed.options.get("producer") == str(producer) else f"gentl:{serial}"


def _identity(device: dict[str, str], address: str, producer: Path) -> CameraIdentity:
    name = device["user_name"] or f"{device['vendor']} {device['model']} {device['serial']}".strip()
    return CameraIdentity(
        driver="gentl",
        address=address,
        name=name,
        simulated=producer.name.lower() in _SIMULATORS,
        serial=device["serial"],
        vendor=device["vendor"],
        model=device["model"],
        place=producer.name,
        used_by=device["used_by"],
    )
