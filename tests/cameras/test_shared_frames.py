"""Memory shared with another process."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.cameras.shared_frames import SharedFrames, SharedMemory

OTHER = """
import ctypes, sys
from inspector.cameras.shared_frames import SharedFrames
frames = SharedFrames(sys.argv[1], 16, 3)
data = ctypes.create_string_buffer(b"from the other one")
frames.write(2, ctypes.addressof(data), 100)
frames.close()
"""


def write(frames: SharedFrames, place: int, data: bytes) -> None:
    buffer = ctypes.create_string_buffer(data)
    frames.write(place, ctypes.addressof(buffer), len(data))


def test_both_processes_see_the_same_places(checkout: Path) -> None:
    memory = SharedMemory()
    frames, token = memory.places(16, 3)
    write(frames, 0, b"ours")
    command = [sys.executable, "-c", OTHER, token]
    subprocess.run(command, pass_fds=memory.inherited, cwd=checkout, check=True, timeout=20)
    assert frames.read(0, 4) == b"ours"
    assert frames.read(1, 16) == bytes(16)
    assert frames.read(2, 99) == b"from the other o"  # no more than a place has
    frames.close()
    memory.close()


def test_new_places_of_another_size() -> None:
    memory = SharedMemory()
    for size in (8, 1 << 20, 4):
        frames, _ = memory.places(size, 2)
        write(frames, 1, bytes([size % 251]) * size)
        assert frames.read(1, size) == bytes([size % 251]) * size
        assert frames.size == size
        frames.close()
    memory.close()
    memory.close()


@pytest.mark.parametrize("place", [-1, 3])
def test_a_place_that_is_not_there_is_refused(place: int) -> None:
    memory = SharedMemory()
    frames, _ = memory.places(8, 3)
    with pytest.raises(IndexError, match="no place"):
        frames.read(place, 1)
    with pytest.raises(IndexError, match="no place"):
        write(frames, place, b"x")
    frames.close()
    memory.close()
