"""Recorded pictures as a camera: a folder, a list of files, a video or an animated GIF; each at its own pixels."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable, Delivery
from inspector.cameras.pace import Pace
from inspector.domain.clock import Clock
from inspector.domain.frame import Frame, FrameFault, Pixels
from inspector.pictures import PICTURE_SUFFIXES, PictureUnreadable, read_picture

OPTIONS = frozenset({"fps", "loop"})
NOT_PARTS = frozenset({"masks", "annotations"})
"""Folders beside the pictures of a data set that hold no parts."""

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Recorded:
    """One recorded picture: what it is called, and its pixels or the sentence why there are none."""

    source: str
    content: Pixels | str


Recording = Callable[[], Iterator[Recorded]]


class ReplayCamera:
    """`folder:PATH`, `list:FILE` or `video:PATH`, with `?fps=5&loop=1`.

    A recording is seen whole: it stands still until its next picture is asked for, and `fps` only says how fast it may
    be asked. With `fps` and `loop` together it runs on by itself, as a camera does.
    """

    def __init__(self, address: Address, clock: Clock, record: Callable[[Path], Recording]) -> None:
        address.check_options(OPTIONS)
        if not address.target.strip():
            raise CameraUnavailable(f"camera address '{address.text}' names no path; write it as {address.driver}:PATH")
        self._path = Path(address.target).expanduser()
        self._fps = address.number("fps", 0)
        self._loop = address.switch("loop")
        self._clock = clock
        self._record = record
        self._recording: Recording | None = None
        self._identity = CameraIdentity(address.driver, address.text, self._path.name or address.target)
        self._pace = Pace(self._fps, clock)

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is; named after the folder or file."""
        return self._identity

    @property
    def waits(self) -> bool:
        """True unless it is paced and loops."""
        return not (self._fps > 0 and self._loop)

    def open(self) -> None:
        """Look the pictures up. Raises CameraUnavailable where there are none."""
        self._recording = self._record(self._path)

    def frames(self) -> Iterator[Delivery]:
        """Return the recorded pictures in order, a FrameFault with the file's name for each that cannot be read."""
        if self._recording is None:
            raise CameraUnavailable(f"'{self._identity.address}' must be opened before pictures are taken from it")
        sequence = 0
        while True:
            first = sequence
            for recorded in self._recording():
                if not self._pace.wait():
                    return
                yield self._delivery(recorded, sequence)
                sequence += 1
            if not self._loop or self._pace.stopped:
                return
            if sequence == first:
                raise CameraUnavailable(f"'{self._identity.address}' holds no picture any more")

    def close(self) -> None:
        """End `frames`."""
        self._pace.stop()

    def _delivery(self, recorded: Recorded, sequence: int) -> Delivery:
        moment, time = self._clock.monotonic(), self._clock.now()
        camera = self._identity.address
        if isinstance(recorded.content, str):
            return FrameFault(sequence, moment, time, camera, recorded.content, recorded.source)
        return Frame(recorded.content, sequence, moment, time, camera, recorded.source)


def record_folder(folder: Path) -> Recording:
    """Return the pictures under a folder in natural order, `source` being the path of the file.

    It begins as the folder was given, so that it leads to the file again. Sub-folders are walked, except `masks` and
    `annotations` and what begins with a dot. Raises CameraUnavailable for a missing or empty one.
    """
    if not folder.is_dir():
        raise CameraUnavailable(f"there is no folder '{folder}'; check the path after folder:")
    names = sorted(_pictures_under(folder), key=_natural)
    if not names:
        kinds = ", ".join(sorted(PICTURE_SUFFIXES))
        raise CameraUnavailable(f"there is no picture in '{folder}' ({kinds} are read)")

    def recording() -> Iterator[Recorded]:
        return (_read(folder / name) for name in names)

    return recording


def record_list(file: Path) -> Recording:
    """Return the pictures that a text file names, one path a line, from the file's own folder; in its order.

    Empty lines and those that begin with `#` are left out. `source` is the path of the file. Raises CameraUnavailable
    for a missing, unreadable or empty list.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise CameraUnavailable(f"the list '{file}' cannot be read: {error}") from error
    names = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not names:
        raise CameraUnavailable(f"the list '{file}' names no picture; it holds one path a line")

    def recording() -> Iterator[Recorded]:
        return (_read(file.parent / name) for name in names)

    return recording


def record_video(file: Path) -> Recording:
    """Return the pictures of a video or an animated GIF, `source` being `name#000000` and so on.

    Raises CameraUnavailable for what is no video. A video that breaks off ends there.
    """
    if not file.is_file():
        raise CameraUnavailable(f"there is no video file '{file}'; check the path after video:")
    capture = cv2.VideoCapture(str(file))
    try:
        readable = capture.isOpened() and capture.grab()
    finally:
        capture.release()
    if not readable:
        raise CameraUnavailable(f"'{file}' is no video that can be read")
    return lambda: _read_video(file)


def _pictures_under(folder: Path) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name.lower() not in NOT_PARTS and not name.startswith(".")]
        for name in files:
            if Path(name).suffix.lower() in PICTURE_SUFFIXES and not name.startswith("."):
                yield (Path(here) / name).relative_to(folder).as_posix()


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key under which `part2` comes before `part10`."""
    pieces = [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in _DIGITS.split(name.casefold())]
    return [*pieces, (1, 0, name)]


def _read(path: Path) -> Recorded:
    try:
        return Recorded(str(path), read_picture(path))
    except PictureUnreadable as error:
        return Recorded(str(path), str(error))


def _read_video(file: Path) -> Iterator[Recorded]:
    capture = cv2.VideoCapture(str(file))
    try:
        index = 0
        while True:
            there, picture = capture.read()
            if not there:
                return
            pixels = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)
            yield Recorded(f"{file.name}#{index:06d}", pixels)
            index += 1
    finally:
        capture.release()
