"""The live picture of the set-up screen made ready and measured, on a thread of its own."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import cv2
import numpy as np
from PySide6.QtGui import QImage

from inspector.domain.frame import Frame, Pixels
from inspector.domain.recipe import Region
from inspector.ui.scaling import ReadyPicture, Room, Scene, make_ready
from inspector.vision.picture_health import PictureHealth, clipped, picture_health

_LOG = logging.getLogger("inspector.window")
MEASURE_EVERY = 0.2
"""Seconds between two measures, counted from the end of the one before."""
BRIGHT_COLOUR, DARK_COLOUR = "#D55E00", "#56B4E9"
_BRIGHT, _DARK = (0xD5, 0x5E, 0x00), (0x56, 0xB4, 0xE9)
_HATCH = 8
"""Device pixels from stripe to stripe: what is too bright rises to the right, what is too dark falls."""


@dataclass(frozen=True)
class Wish:
    """What the screen wants to see: where the newest frame lies, how large, what of it, with clipping marked or not."""

    peek: Callable[[], Frame | None]
    room: Room
    region: Region | None = None
    marked: bool = False


@dataclass(frozen=True, eq=False)
class LivePicture:
    """A frame made ready for the screen; `health` is there when it was measured too."""

    frame: Frame
    ready: ReadyPicture
    health: PictureHealth | None = None


class LivePictures:
    """Makes the newest frame ready each time it is asked, and measures it now and then. Nothing here blocks."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._wish: Wish | None = None
        self._answer: LivePicture | None = None
        self._ending = False
        self._done: tuple[object, ...] = ()
        self._measured: Frame | None = None
        self._measure_next = 0.0
        self._thread = threading.Thread(target=self._run, name="window camera set-up", daemon=True)
        self._thread.start()

    def ask(self, wish: Wish) -> None:
        """Ask for the newest frame; the newest question wins."""
        with self._condition:
            self._wish = wish
            self._condition.notify()

    def answer(self) -> LivePicture | None:
        """Return the newest picture, once."""
        with self._condition:
            answer, self._answer = self._answer, None
            return answer

    def close(self) -> None:
        """End the thread and wait for it; a picture takes some milliseconds."""
        with self._condition:
            self._ending = True
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._ending or self._wish is not None)
                wish, self._wish = self._wish, None
            if self._ending or wish is None:
                return
            try:
                made = self._make(wish)
            except (cv2.error, ValueError):
                _LOG.exception("a picture could not be made ready for the set-up screen")
                continue
            if made is not None:
                self._put(made)

    def _put(self, made: LivePicture) -> None:
        """Keep the answer; measures that nobody took yet are not lost with the picture that they came with."""
        with self._condition:
            before = self._answer
            if made.health is None and before is not None and before.frame.camera == made.frame.camera:
                made = replace(made, health=before.health)
            self._answer = made

    def _make(self, wish: Wish) -> LivePicture | None:
        frame = wish.peek()
        if frame is None or wish.room.width < 1 or wish.room.height < 1:
            return None
        now = monotonic()
        due = frame is not self._measured and now >= self._measure_next
        done = (frame, wish.room, wish.marked)
        if not due and done == self._done:
            return None
        self._done = done
        ready = make_ready(Scene(frame.pixels, frame.source or frame.camera), wish.room)
        if wish.marked:
            ready = replace(ready, heat=clipping_image(frame.pixels, ready.image.width(), ready.image.height()))
        if not due:
            return LivePicture(frame, ready)
        health = picture_health(frame.pixels, wish.region)
        self._measured, self._measure_next = frame, monotonic() + MEASURE_EVERY
        return LivePicture(frame, ready, health)


def clipping_image(pixels: Pixels, width: int, height: int) -> QImage:
    """Return the marks of clipped pixels at the size of the view: striped, each kind in its own colour and slant.

    One clipped pixel is enough to mark the place of the view that it falls on, so that no small highlight is lost.
    """
    bright, dark = (_shrunk(mask, width, height) for mask in clipped(pixels))
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    stripes = (columns + rows) % _HATCH < _HATCH * 5 // 8, (columns - rows) % _HATCH < _HATCH * 5 // 8
    marks = np.zeros((height, width, 4), np.uint8)
    for mask, stripe, (red, green, blue) in ((dark, stripes[1], _DARK), (bright, stripes[0], _BRIGHT)):
        marks[mask & stripe] = (blue, green, red, 255)
    return QImage(marks.data, width, height, marks.strides[0], QImage.Format.Format_ARGB32_Premultiplied).copy()


def _shrunk(mask: Pixels, width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    smaller = width < mask.shape[1]
    if not cv2.countNonZero(mask):
        return np.zeros((height, width), np.bool_)
    fitted = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_NEAREST)
    return np.asarray(fitted > 0)
