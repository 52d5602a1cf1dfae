"""What limits a camera, told from how its pictures came in: one sentence each, with what mends it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inspector.cameras.camera_check import Measurement

NETWORK_DRIVERS = frozenset({"gige", "gige2"})
PLAIN_PACKET = 1400
RECEIVE_BUFFER = 33_554_432
GIGABIT = 105.0  # MB/s: what one gigabit a second carries of pictures, near its end
USB_2 = 30.0  # MB/s: what a port of USB 2 carries of pictures, near its end

_SHORT_OF = 0.9  # of the rate that the camera is set to
_BUSY = 0.85  # of one core
_OLD_PERIODS = 2.0
_IP_MTU = 14  # of Linux; Python's socket module does not name it
_RAW_FORMATS = ("YUY", "UYVY", "RGB", "BGR", "NV12", "Mono")


@dataclass(frozen=True)
class Surroundings:
    """What this computer gives the camera, None where it is not known.

    `receive_buffer` is the largest that a program may ask for, in bytes (`net.core.rmem_max`); `way` the largest packet
    that reaches the camera's address.
    """

    receive_buffer: int | None = None
    way: int | None = None


def surroundings(place: str, setting: Path = Path("/proc/sys/net/core/rmem_max")) -> Surroundings:
    """Return them for a camera at the network address `place`, empty for a camera that is on no network."""
    try:
        receive_buffer = int(setting.read_text(encoding="ascii")) if place else None
    except (OSError, ValueError):
        receive_buffer = None
    return Surroundings(receive_buffer, _largest_packet(place))


def limits(measured: Measurement, around: Surroundings) -> tuple[str, ...]:
    """Return one sentence for each thing that limits the camera; none where it does what it is set to."""
    found = [measured.lost] if measured.lost else []
    if measured.frames == 0:
        found += [_nothing_came(measured)] if not (measured.lost or measured.incomplete) else []
    found += _network(measured, around)
    if measured.frames > 1:
        found += [*_pace(measured), *_usb(measured), *_computer(measured)]
    if not found and _short(measured):
        wanted = _number(measured, "AcquisitionFrameRate")
        found.append(
            f"The camera gives {measured.rate:.1f} pictures a second of {wanted:.1f} set, and nothing says why."
        )
    return tuple(found)


def _nothing_came(measured: Measurement) -> str:
    values = _values(measured)
    if values.get("TriggerMode") == "On":
        source = str(values.get("TriggerSource", "a trigger"))
        if source == "Software":
            return (
                "The camera answers, but no software trigger brought a picture; set TriggerMode to Off and test again."
            )
        return f"The camera waits for its trigger {source}: wire it, or set TriggerMode to Off for the test."
    if measured.camera.driver in NETWORK_DRIVERS:
        return (
            "The camera answers, but none of its pictures comes through: let the firewall pass UDP to this program, "
            f"and try smaller packets ({measured.camera.address.split('?')[0]}?packet={PLAIN_PACKET})."
        )
    return "The camera is open but sends no picture; unplug it, plug it in again, and try another port or cable."


def _network(measured: Measurement, around: Surroundings) -> Iterator[str]:
    if measured.camera.driver not in NETWORK_DRIVERS:
        return
    values = _values(measured)
    packet = _number(measured, "GevSCPSPacketSize")
    if packet and around.way and packet > around.way:
        yield (
            f"Packets of {packet:.0f} bytes do not fit the way to the camera, which carries {around.way}: set "
            f"GevSCPSPacketSize to {around.way}, or allow jumbo frames at the network card and the switch."
        )
    if not _losing(measured):
        return
    if measured.bytes == 0:
        yield (
            "The camera announces its pictures and nothing more of them gets through: its packets are larger than the "
            f"way carries; try {measured.camera.address.split('?')[0]}?packet={PLAIN_PACKET}, then 576."
        )
        return
    picture = measured.width * measured.height
    if around.receive_buffer is not None and around.receive_buffer < max(RECEIVE_BUFFER, picture):
        yield (
            f"Packets are lost and the receive buffer is {around.receive_buffer:,} bytes at most: "
            f"sudo sysctl -w net.core.rmem_max={RECEIVE_BUFFER}."
        )
    if values.get("GevSCPD") == 0:
        yield "Packets are lost and the camera sends them without a pause: raise the packet delay GevSCPD."
    elif not (packet and around.way and packet > around.way):
        yield "Packets are lost on the way: check the cable, the switch, and what else uses this network card."


def _pace(measured: Measurement) -> Iterator[str]:
    exposure, wanted = _number(measured, "ExposureTime"), _number(measured, "AcquisitionFrameRate")
    most = 1e6 / exposure if exposure else None
    if most and wanted and most < wanted and _values(measured).get("TriggerMode") != "On":
        yield (
            f"An exposure of {exposure / 1000:.1f} ms allows {most:.1f} of {wanted:.1f} pictures a second: "
            "shorten it and give more light."
        )
    throughput = _number(measured, "DeviceLinkThroughputLimit")
    if throughput and measured.bytes * 1.1 >= throughput * measured.seconds:
        yield f"The camera keeps to its own limit of {throughput / 1e6:.0f} MB/s: raise DeviceLinkThroughputLimit."
    if measured.camera.driver in NETWORK_DRIVERS and GIGABIT <= measured.megabytes <= 1.2 * GIGABIT:
        yield (
            f"{measured.megabytes:.0f} MB/s are what a gigabit network carries: take a smaller region, "
            "a format of 8 bits, or a faster network card."
        )


def _usb(measured: Measurement) -> Iterator[str]:
    pixel_format = str(_values(measured).get("PixelFormat", ""))
    if measured.camera.driver != "usb" or not _short(measured):
        return
    wanted = _number(measured, "AcquisitionFrameRate")
    if pixel_format.startswith(_RAW_FORMATS):
        yield (
            f"The camera gives {measured.rate:.1f} of {wanted:.1f} pictures a second as {pixel_format}: raw pictures "
            f"of this size are more than the port carries ({USB_2:.0f} MB/s for USB 2); choose MJPG or a smaller size."
        )
    else:
        yield (
            f"The camera gives {measured.rate:.1f} of {wanted:.1f} pictures a second: in little light it exposes "
            "longer by itself; give more light or set ExposureAuto to Off."
        )


def _computer(measured: Measurement) -> Iterator[str]:
    packet = _number(measured, "GevSCPSPacketSize")
    if measured.processor >= _BUSY and not measured.camera.simulated:
        mend = "send larger packets (jumbo frames), or" if packet and packet <= 1500 else ""
        mended = " ".join(f"{mend} take smaller pictures or fewer of them".split())
        yield f"This program uses {measured.processor:.0%} of a core for taking pictures: {mended}."
    period = 1 / measured.rate if measured.rate else 0.0
    if measured.ages and measured.answer is None and measured.ages[0] > _OLD_PERIODS * period > 0:
        yield (
            f"Pictures are {measured.ages[0] * 1000:.0f} ms old when they come, more than {_OLD_PERIODS:.0f} periods: "
            "the driver or the camera keeps them waiting."
        )


def _short(measured: Measurement) -> bool:
    wanted = _number(measured, "AcquisitionFrameRate")
    runs_freely = _values(measured).get("TriggerMode") != "On"
    return bool(wanted and runs_freely and measured.frames > 1 and measured.rate < _SHORT_OF * wanted)


def _losing(measured: Measurement) -> bool:
    return bool(measured.incomplete or measured.dropped or measured.lost_packets or measured.resends)


def _values(measured: Measurement) -> dict[str, object]:
    return {feature.name: feature.value for feature in measured.features}


def _number(measured: Measurement, name: str) -> float:
    """Return the feature's number, 0 where the camera has none such."""
    value = _values(measured).get(name, 0)
    return float(value) if isinstance(value, int | float) else 0.0


def _largest_packet(place: str) -> int | None:
    """Return the largest packet that this computer sends that way. Sends nothing."""
    if not place or not hasattr(socket, "MSG_ERRQUEUE"):  # Linux alone answers
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect((place, 3956))
            return way.getsockopt(socket.IPPROTO_IP, _IP_MTU)
        except OSError:
            return None
