"""The serial scanner on a pseudo terminal, which is a real port to it."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="pseudo terminals are there on Linux only")

from inspector.inspection.scanner import Scanner

PATIENCE = 5.0


class Port:
    """A port under a name that stays, behind which a scanner can be plugged in and out."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._ends: tuple[int, int] | None = None

    def plug_in(self) -> None:
        here, there = os.openpty()
        self._ends = here, there
        self.name.symlink_to(os.ttyname(there))

    def pull_out(self) -> None:
        if self._ends is not None:
            self.name.unlink()
            for end in self._ends:
                os.close(end)
            self._ends = None

    def send(self, data: bytes) -> None:
        assert self._ends is not None
        os.write(self._ends[0], data)


class Heard:
    def __init__(self) -> None:
        self.codes: list[str] = []
        self.problems: list[str] = []

    def wait(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, (self.codes, self.problems)
            time.sleep(0.01)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[Port]:
    made = Port(tmp_path / "scanner")
    made.plug_in()
    yield made
    made.pull_out()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def listen(port: Port, heard: Heard) -> Iterator[Callable[..., Scanner]]:
    scanners: list[Scanner] = []

    def start(**options: int) -> Scanner:
        scanner = Scanner(str(port.name), heard.codes.append, heard.problems.append, retry=0.05, **options)
        scanners.append(scanner)
        return scanner

    yield start
    for scanner in scanners:
        scanner.close()


def _settled() -> None:
    """Give the scanner the time to open its port, which discards what was sent before."""
    time.sleep(0.2)


def test_lines_are_codes_however_they_end_and_come(listen: Callable[..., Scanner], port: Port, heard: Heard) -> None:
    listen(baud_rate=115200)
    _settled()
    port.send(b"4006381")
    time.sleep(0.3)
    port.send(b"333931\r\nA-1\rB-2\n\r\n\n")
    port.send("Größe\n".encode() + b"Gr\xf6\xdfe\r" + b"0104012345\x1d10LOT\r" + b"\x02C-3\x03\r")
    heard.wait(lambda: len(heard.codes) == 7)
    assert heard.codes == ["4006381333931", "A-1", "B-2", "Größe", "Größe", "0104012345\x1d10LOT", "C-3"]
    assert heard.problems == []


def test_an_unplugged_scanner_is_told_once_and_taken_again(
    listen: Callable[..., Scanner], port: Port, heard: Heard
) -> None:
    listen()
    _settled()
    port.send(b"before\r")
    heard.wait(lambda: heard.codes == ["before"])
    port.pull_out()
    heard.wait(lambda: len(heard.problems) == 1)
    time.sleep(0.3)
    assert len(heard.problems) == 1
    assert str(port.name) in heard.problems[0]
    port.plug_in()
    _settled()
    port.send(b"after\r")
    heard.wait(lambda: heard.codes == ["before", "after"])
    port.pull_out()
    heard.wait(lambda: len(heard.problems) == 2)


def test_a_listener_that_fails_does_not_end_the_scanner(port: Port, heard: Heard, expected_logs: list[str]) -> None:
    expected_logs.append("could not be taken")
    codes: list[str] = []

    def take(code: str) -> None:
        codes.append(code)
        if code == "bad":
            raise RuntimeError("no room")

    scanner = Scanner(str(port.name), take, heard.problems.append)
    _settled()
    port.send(b"bad\rgood\r")
    heard.wait(lambda: codes == ["bad", "good"])
    scanner.close()


def test_closing_is_quick_while_the_port_is_away(listen: Callable[..., Scanner], port: Port, heard: Heard) -> None:
    port.pull_out()
    scanner = listen()
    heard.wait(lambda: len(heard.problems) == 1)
    start = time.monotonic()
    scanner.close()
    assert time.monotonic() - start < 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scanner")]
