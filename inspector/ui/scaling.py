"""Pictures made ready for the screen on a thread of their own, so that the window only has to blit them."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from inspector.domain.frame import Frame, Pixels
from inspector.domain.recipe import Region

_LOG = logging.getLogger("inspector.window")
_HEAT_COLOUR = (230, 159, 0)
"""Okabe-Ito orange, as RGB: it stands out on grey parts and is told apart by every eye."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture to be shown: its pixels, where it came from, and the heat map of its region if it has one."""

    pixels: Pixels
    source: str = ""
    region: Region = Region()
    heat_map: Pixels | None = None


@dataclass(frozen=True, eq=False)
class ReadyPicture:
    """A picture at the size of its view. `width` and `height` are the source's own, in pixels."""

    image: QImage
    width: int
    height: int
    source: str = ""
    heat: QImage | None = None


@dataclass(frozen=True)
class Room:
    """How large the view is, in device pixels."""

    width: int
    height: int


def make_ready(scene: Scene, room: Room) -> ReadyPicture:
    """Scale a picture to fit into the room, keeping its proportions, and its heat map to its region's place in it."""
    height, width = scene.pixels.shape[:2]
    fit = min(room.width / width, room.height / height)
    size = max(1, round(width * fit)), max(1, round(height * fit))
    way = cv2.INTER_AREA if fit < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(scene.pixels, size, interpolation=way)
    image = _opaque_image(np.asarray(scaled, dtype=np.uint8))
    heat = None
    if scene.heat_map is not None:
        left, top, right, bottom = scene.region.pixels(*size)
        heat = _heat_image(scene.heat_map, right - left, bottom - top)
    return ReadyPicture(image, width, height, scene.source, heat)


def _opaque_image(scaled: Pixels) -> QImage:
    code = cv2.COLOR_GRAY2BGRA if scaled.ndim == 2 else cv2.COLOR_RGB2BGRA
    return _owned(np.asarray(cv2.cvtColor(scaled, code), dtype=np.uint8), QImage.Format.Format_RGB32)


def _heat_image(heat_map: Pixels, width: int, height: int) -> QImage:
    warm = np.asarray(cv2.resize(heat_map, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint16)
    red, green, blue = _HEAT_COLOUR
    layers = [(warm * part // 255).astype(np.uint8) for part in (blue, green, red)]
    return _owned(np.dstack([*layers, warm.astype(np.uint8)]), QImage.Format.Format_ARGB32_Premultiplied)


def _owned(pixels: NDArray[np.uint8], kind: QImage.Format) -> QImage:
    whole = np.ascontiguousarray(pixels)
    return QImage(whole.data, whole.shape[1], whole.shape[0], whole.strides[0], kind).copy()


@dataclass(frozen=True, eq=False)
class _Done:
    """What the newest answer was made of. The live picture and the last part may be the very same pixels."""

    room: Room
    pixels: Pixels
    live: bool

    def equals(self, other: "_Done | None") -> bool:
        """Say whether the answer would be the same again."""
        if other is None or self.pixels is not other.pixels:
            return False
        return (self.room, self.live) == (other.room, other.live)


class PictureThread:
    """Scales the newest live frame, or a given picture, each time it is asked; the newest question wins.

    `take` returns the newest frame that was not yet taken, or None. Nothing here blocks the one who asks.
    """

    def __init__(self, take: Callable[[], Frame | None]) -> None:
        self._take = take
        self._condition = threading.Condition()
        self._asked: tuple[Room, Scene | None] | None = None
        self._ready: ReadyPicture | None = None
        self._ending = False
        self._newest: Frame | None = None
        self._done: _Done | None = None
        self._thread = threading.Thread(target=self._run, name="window pictures", daemon=True)
        self._thread.start()

    def ask(self, room: Room, scene: Scene | None = None) -> None:
        """Ask for a picture that fits the room: of the scene, or of the newest live frame if there is a new one."""
        with self._condition:
            self._asked = (room, scene)
            self._condition.notify()

    def answer(self) -> ReadyPicture | None:
        """Return the newest finished picture, once."""
        with self._condition:
            ready, self._ready = self._ready, None
            return ready

    def forget_others(self, camera: str) -> bool:
        """Drop the frame in hand if it is of another camera than this one; return whether it was."""
        with self._condition:
            if self._newest is None or self._newest.camera == camera:
                return False
            self._newest = self._ready = self._done = None
            return True

    def close(self) -> None:
        """End the thread and wait for it; a picture takes a few milliseconds."""
        with self._condition:
            self._ending = True
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._ending or self._asked is not None)
                asked, self._asked = self._asked, None
                if self._ending or asked is None:
                    return
            try:
                ready = self._make(*asked)
            except (cv2.error, ValueError):
                _LOG.exception("a picture could not be made ready for the screen")
                continue
            if ready is not None:
                with self._condition:
                    self._ready = ready

    def _make(self, room: Room, scene: Scene | None) -> ReadyPicture | None:
        if room.width < 1 or room.height < 1:
            return None
        live = scene is None
        if scene is None:
            frame = self._take()
            with self._condition:
                self._newest = frame or self._newest
                frame = self._newest
            if frame is None:
                return None
            scene = Scene(frame.pixels, frame.source or frame.camera)
        done = _Done(room, scene.pixels, live)
        with self._condition:
            before, self._done = self._done, done
        return None if done.equals(before) else make_ready(scene, room)
