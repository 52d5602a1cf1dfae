"""Memory that two processes share, for pictures on their way from a worker process to the station.

It never has a name in the file system (Linux) or lives only as long as a process holds it (Windows), so whatever end
either process meets, nothing is left behind.
"""

import ctypes
import mmap
import os
import secrets
import sys


class SharedMemory:
    """A piece of memory that a child process can be given. Made by the parent; `close` when the child has ended.

    `inherited` are the file descriptors that the child must inherit; none on Windows, where a name of the moment is
    enough.
    """

    def __init__(self) -> None:
        self._descriptor = _anonymous_file()

    @property
    def inherited(self) -> tuple[int, ...]:
        """File descriptors to hand to the child."""
        return () if self._descriptor is None else (self._descriptor,)

    def places(self, size: int, count: int) -> tuple["SharedFrames", str]:
        """Return `count` new places of `size` bytes, and the token by which the child finds the same ones.

        The places of before must be closed on both sides.
        """
        if self._descriptor is None:
            token = f"inspector-{os.getpid()}-{secrets.token_hex(8)}"
        else:
            os.ftruncate(self._descriptor, size * count)
            token = str(self._descriptor)
        return SharedFrames(token, size, count), token

    def close(self) -> None:
        """Let the memory go. More than once does no harm."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class SharedFrames:
    """Places of equal size for one picture each, the same in both processes. Who may use which, they agree elsewhere.

    `token` is what `SharedMemory.places` returned.
    """

    def __init__(self, token: str, size: int, count: int) -> None:
        self._size = size
        self._count = count
        if sys.platform == "win32":
            self._memory = mmap.mmap(-1, size * count, tagname=token)
        else:
            self._memory = mmap.mmap(int(token), size * count)

    @property
    def size(self) -> int:
        """Bytes of each place."""
        return self._size

    def read(self, place: int, length: int) -> bytes:
        """Return a copy of the first `length` bytes of a place; no more than it has. Raises IndexError."""
        start = self._start(place)
        return self._memory[start : start + min(length, self._size)]

    def write(self, place: int, address: int, length: int) -> None:
        """Copy `length` bytes that begin at a memory address of this process into a place; no more than it has."""
        target = ctypes.c_char.from_buffer(self._memory, self._start(place))
        ctypes.memmove(ctypes.addressof(target), address, min(length, self._size))

    def close(self) -> None:
        """Let the memory go. More than once does no harm."""
        self._memory.close()

    def _start(self, place: int) -> int:
        if not 0 <= place < self._count:
            raise IndexError(f"there is no place {place} of {self._count}")
        return place * self._size


def _anonymous_file() -> int | None:
    """Return the descriptor of a file that only this process knows; None where memory is shared by a name."""
    if sys.platform == "win32":
        return None
    return os.memfd_create("inspector-pictures")
