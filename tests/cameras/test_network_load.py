"""Which network card carries a camera, and how full it is."""

import struct
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from inspector.cameras.network_load import NetworkCard, card_towards, loads

GIGABIT = 125e6


def route(card: str, target: str, mask: str) -> str:
    """Return a line of /proc/net/route as this machine would write it."""
    words = (f"{struct.unpack('=I', IPv4Address(one).packed)[0]:08X}" for one in (target, mask))
    target_digits, mask_digits = words
    return f"{card}\t{target_digits}\t00000000\t0001\t0\t0\t0\t{mask_digits}\t0\t0\t0"


@pytest.fixture
def system(tmp_path: Path) -> tuple[Path, Path]:
    """Return the files of a computer with two cards: `eth1` for cameras, `eth0` for all else, and one half dead."""
    routes, devices = tmp_path / "route", tmp_path / "net"
    lines = (
        "Iface\tDestination\tGateway\tFlags",
        route("eth0", "0.0.0.0", "0.0.0.0"),
        route("eth1", "192.168.5.0", "255.255.255.0"),
        route("eth2", "192.168.5.64", "255.255.255.192"),
        "broken",
    )
    routes.write_text("\n".join(lines) + "\n")
    for name, speed in (("eth0", "2500"), ("eth1", "1000"), ("eth2", "-1")):
        (devices / name).mkdir(parents=True)
        (devices / name / "speed").write_text(speed + "\n")
    return routes, devices


@pytest.mark.parametrize(
    ("place", "card"),
    [
        ("192.168.5.7", NetworkCard("eth1", GIGABIT)),
        ("192.168.5.70", NetworkCard("eth2", None)),
        ("10.1.1.1", NetworkCard("eth0", 2.5 * GIGABIT)),
        ("127.0.0.2", NetworkCard("lo", None)),
        ("usb 3-1", None),
        ("", None),
    ],
)
def test_the_narrowest_route_says_which_card(system: tuple[Path, Path], place: str, card: NetworkCard | None) -> None:
    assert card_towards(place, *system) == card


def test_where_the_system_has_no_such_files_no_card_is_known(tmp_path: Path) -> None:
    assert card_towards("192.168.5.7", tmp_path / "none", tmp_path) is None


def test_the_cameras_of_one_card_are_summed_up() -> None:
    cards = {"a": NetworkCard("eth1", GIGABIT), "b": NetworkCard("eth1", GIGABIT), "c": NetworkCard("eth2")}
    found = loads([("a", 60e6), ("b", 58e6), ("c", 10e6), ("usb", 300e6)], cards.get)
    assert [(load.card.name, load.rate, load.cameras, load.full) for load in found] == [
        ("eth1", 118e6, 2, True),
        ("eth2", 10e6, 1, False),
    ]
    assert found[0].share == pytest.approx(118 / 125)
    assert found[1].share is None
