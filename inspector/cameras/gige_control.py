"""The few words of the GigE Vision control protocol (GVCP) that need no control over the camera.

The libraries answer a dead camera with waits of many seconds, and tell neither the serial number of a camera that is
found nor who holds it. These questions go past them, each with a short patience.
"""

import socket
import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

GVCP_PORT = 3956

CONTROL_PRIVILEGE = 0x0A00
PRIMARY_APPLICATION_PORT = 0x0A04
PRIMARY_APPLICATION_ADDRESS = 0x0A14

_KEY = 0x42
_ACKNOWLEDGE = 0x01
_DISCOVERY, _DISCOVERY_ACK = 0x0002, 0x0003
_READ, _READ_ACK = 0x0080, 0x0081
_HEADER = struct.Struct(">BBHHH")
_ACK_HEADER = struct.Struct(">HHHH")
_DISCOVERY_BYTES = 0xF8
_TRIES = 3
_PATIENCE_SECONDS = 0.25


@dataclass(frozen=True)
class GigeNames:
    """Who a camera says it is; each empty where it does not say."""

    vendor: str
    model: str
    serial: str
    user_name: str


@dataclass(frozen=True)
class Holder:
    """The application that controls a camera: its address, both empty or 0 where the camera does not tell."""

    address: str
    port: int


def names_of(ip: str) -> GigeNames | None:
    """Ask the camera at an address who it is. None where it does not answer within a second."""
    data = _asked(ip, _DISCOVERY, _DISCOVERY_ACK, b"")
    if data is None or len(data) < _DISCOVERY_BYTES:
        return None
    return GigeNames(_text(data, 0x48, 32), _text(data, 0x68, 32), _text(data, 0xD8, 16), _text(data, 0xE8, 16))


def read_register(ip: str, address: int) -> int | None:
    """Read a register of 32 bits. None where the camera does not answer within a second, or refuses."""
    data = _asked(ip, _READ, _READ_ACK, struct.pack(">I", address))
    return int.from_bytes(data[:4], "big") if data is not None and len(data) >= 4 else None


def holder_of(ip: str) -> Holder | None:
    """Ask a camera who controls it. None where nobody does, or it does not answer."""
    if not read_register(ip, CONTROL_PRIVILEGE):
        return None
    address = read_register(ip, PRIMARY_APPLICATION_ADDRESS) or 0
    port = read_register(ip, PRIMARY_APPLICATION_PORT) or 0
    return Holder(str(IPv4Address(address)) if address else "", port & 0xFFFF)


def own_address(ip: str) -> str:
    """Return the address under which this computer reaches another, empty where it does not. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect((ip, GVCP_PORT))
        except OSError:
            return ""
        return str(channel.getsockname()[0])


def _asked(ip: str, command: int, acknowledge: int, payload: bytes) -> bytes | None:
    """Send a command, again where no answer comes, and return what the answer holds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.settimeout(_PATIENCE_SECONDS)
        try:
            channel.connect((ip, GVCP_PORT))
        except OSError:
            return None
        for number in range(1, _TRIES + 1):
            try:
                channel.send(_HEADER.pack(_KEY, _ACKNOWLEDGE, command, len(payload), number) + payload)
                answer = channel.recv(2048)
            except TimeoutError:
                continue
            except OSError:
                return None
            if len(answer) >= _ACK_HEADER.size:
                status, kind, length, _ = _ACK_HEADER.unpack_from(answer)
                if kind == acknowledge and status == 0:
                    return answer[_ACK_HEADER.size : _ACK_HEADER.size + length]
                return None
    return None


def _text(data: bytes, start: int, length: int) -> str:
    return data[start : start + length].split(b"\0", 1)[0].decode("utf-8", "replace").strip()
