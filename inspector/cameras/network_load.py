"""How full the network cards are that carry pictures, told from the system's own files.

Known on Linux; elsewhere there are no such files, and the cards are `not known`.
"""

import ipaddress
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FULL = 0.9
"""From this share of a card's speed on packets are lost: the rest goes for headers, resends and what else is sent."""
_LOOPBACK = "lo"


@dataclass(frozen=True)
class NetworkCard:
    """A network card by the system's name (`eth1`); `speed` is that of its link in bytes a second, None: not known."""

    name: str
    speed: float | None = None


@dataclass(frozen=True)
class CardLoad:
    """What the cameras at one network card send together, in bytes a second."""

    card: NetworkCard
    rate: float
    cameras: int

    @property
    def share(self) -> float | None:
        """The load as a share of the link's speed; None where that is not known."""
        return None if not self.card.speed else self.rate / self.card.speed

    @property
    def full(self) -> bool:
        """Whether the card is too full to carry all pictures whole."""
        return self.share is not None and self.share > FULL


def card_towards(
    place: str, routes: Path = Path("/proc/net/route"), devices: Path = Path("/sys/class/net")
) -> NetworkCard | None:
    """Return the network card by which `place` is reached; None where that is no IPv4 address or it is not known."""
    try:
        address = ipaddress.IPv4Address(place)
    except ValueError:
        return None
    name = _LOOPBACK if address.is_loopback else _route(int(address), routes)
    return None if name is None else NetworkCard(name, _speed(devices / name / "speed"))


def loads(
    streams: Iterable[tuple[str, float]], card_of: Callable[[str], NetworkCard | None] = card_towards
) -> tuple[CardLoad, ...]:
    """Return the load of each card. A stream is a camera's place and what it sends, in bytes a second.

    Cameras that are on no network card, or on none that is known, are left out.
    """
    found: dict[str, CardLoad] = {}
    for place, rate in streams:
        card = card_of(place)
        if card is not None:
            before = found.get(card.name, CardLoad(card, 0.0, 0))
            found[card.name] = CardLoad(card, before.rate + rate, before.cameras + 1)
    return tuple(found.values())


def _route(address: int, routes: Path) -> str | None:
    """Return the card of the narrowest route to the address."""
    try:
        lines = routes.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return None
    best, name = -1, None
    for line in lines:
        words = line.split()
        if len(words) < 8:
            continue
        target, mask = _host_order(words[1]), _host_order(words[7])
        if address & mask == target and mask > best:
            best, name = mask, words[0]
    return name


def _host_order(digits: str) -> int:
    """Return the number of eight hexadecimal digits in the order in which this machine keeps bytes."""
    return int.from_bytes(struct.pack("=I", int(digits, 16)), "big")


def _speed(file: Path) -> float | None:
    """Return the link's speed in bytes a second. Cards without a link, and most virtual ones, do not say."""
    try:
        megabits = int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return megabits * 1e6 / 8 if megabits > 0 else None
