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
from inspector.domain.placement import Placement
from inspector.domain.recipe import Region
from inspector.vision.heat_overlay import HEAT_COLOUR

_LOG = logging.getLogger("inspector.window")


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture to be shown: its pixels, where it came from, and the heat map of the part in it if it has one.

    `placement` says where in the pixels the part lies; without one it is the region.
    """

    pixels: Pixels
    source: str = ""
    region: Region = Region()
    heat_map: Pixels | None = None
    placement: Placement | None = None


@dataclass(frozen=True, eq=False)
class ReadyPicture:
    """A picture at the size of its view. `width` and `height` are the source's own, in pixels.

    `heat` is as large as `image` and clear where there is no part.
    """

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


def whole(pixels: Pixels) -> Placement:
    """Return the placement of a part that fills a picture."""
    return Placement(pixels.shape[1], pixels.shape[0], (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))


def make_ready(scene: Scene, room: Room) -> ReadyPicture:
    """Scale a picture to fit into the room, keeping its proportions, and lay its heat map over the part in it."""
    height, width = scene.pixels.shape[:2]
    fit = min(room.width / width, room.height / height)
    size = max(1, round(width * fit)), max(1, round(height * fit))
    way = cv2.INTER_AREA if fit < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(scene.pixels, size, interpolation=way)
    image = _opaque_image(np.asarray(scaled, dtype=np.uint8))
    heat = None if scene.heat_map is None else _heat_image(scene, scene.heat_map, size)
    return ReadyPicture(image, width, height, scene.source, heat)


def _opaque_image(scaled: Pixels) -> QImage:
    code = cv2.COLOR_GRAY2BGRA if scaled.ndim == 2 else cv2.COLOR_RGB2BGRA
    return _owned(np.asarray(cv2.cvtColor(scaled, code), dtype=np.uint8), QImage.Format.Format_RGB32)


def _heat_image(scene: Scene, heat_map: Pixels, size: tuple[int, int]) -> QImage:
    """Return the heat in orange, as strong as it is hot, at the size of the view.

    The centre of each of the map's cells comes to lie where that of what it stands for lies in the picture.
    """
    height, width = scene.pixels.shape[:2]
    placement = scene.placement or _placement_of(scene.region, width, height)
    across, down = size[0] / width, size[1] / height
    # Not smaller than the view needs it: OpenCV counts places in 32nds of a cell, too coarse where cells are large.
    fine = max(placement.width, heat_map.shape[1]), max(placement.height, heat_map.shape[0])
    part = cv2.resize(heat_map, fine, interpolation=cv2.INTER_LINEAR)
    a, b, c, d, e, f = placement.matrix
    to_frame = np.array([[a, b, c], [d, e, f], [0, 0, 1]]) @ _centred(
        placement.width / fine[0], placement.height / fine[1]
    )
    to_view = (_centred(across, down) @ to_frame)[:2]
    warm = cv2.warpAffine(part, to_view, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = np.zeros(size[::-1], np.uint8)
    corners = np.array([((x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5) for x, y in placement.corners()])
    cv2.fillConvexPoly(inside, np.rint(corners * 256).astype(np.int32), 1, shift=8)
    warm = (warm * inside).astype(np.uint16)
    layers = [(warm * part // 255).astype(np.uint8) for part in HEAT_COLOUR[::-1]]
    return _owned(np.dstack([*layers, warm.astype(np.uint8)]), QImage.Format.Format_ARGB32_Premultiplied)


def _placement_of(region: Region, width: int, height: int) -> Placement:
    """Return the placement of a part that is the region of a picture of that size, pixel for pixel."""
    left, top, right, bottom = region.pixels(width, height)
    return Placement(right - left, bottom - top, (1.0, 0.0, float(left), 0.0, 1.0, float(top)))


def _centred(across: float, down: float) -> NDArray[np.float64]:
    """Return the scaling that takes pixels to pixels, with the centre of the first at (0, 0) before and after."""
    return np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])


def _owned(pixels: NDArray[np.uint8], kind: QImage.Format) -> QImage:
    whole = np.ascontiguousarray(pixels)
    return QImage(whole.data, whole.shape[1], whole.shape[0], whole.strides[0], kind).copy()


def _same_subject(one: Scene | None, other: Scene | None) -> bool:
    """Say whether both are the live picture, or the same picture."""
    if one is None or other is None:
        return one is other
    return one.pixels is other.pixels


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
        self._subject: Scene | None = None
        self._ready: ReadyPicture | None = None
        self._ending = False
        self._newest: Frame | None = None
        self._done: _Done | None = None
        self._thread = threading.Thread(target=self._run, name="window pictures", daemon=True)
        self._thread.start()

    def ask(self, room: Room, scene: Scene | None = None) -> None:
        """Ask for a picture that fits the room: of the scene, or of the newest live frame if there is a new one."""
        with self._condition:
            if not _same_subject(scene, self._subject):
                self._ready = self._done = None
            self._subject = scene
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
            with self._condition:
                # Meanwhile something else may have been asked for: this picture would only flash up.
                if ready is not None and _same_subject(asked[1], self._subject):
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
