"""One camera on a thread of its own, from taking hold of it to letting it go."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Optional, Protocol

from inspector.cameras.camera import Camera, CameraIdentity, CameraUnavailable, Delivery
from inspector.inspection.retry import USUAL_PAUSES, RetryPauses, Tries

_LOG = logging.getLogger("inspector.inspection")
_LONGEST_LEAVE = 10.0


class FeedSink(Protocol):
    """Where the pictures go; told on the camera's thread. Each must return at once, but for `adjust`."""

    def adjust(self, feed: "CameraFeed") -> None:
        """Set the open camera up before its first picture. May take seconds. Raises CameraUnavailable."""
        ...

    def opened(self, feed: "CameraFeed") -> None:
        """Note that the camera is there, or there again."""
        ...

    def wants(self, feed: "CameraFeed") -> bool:
        """Say whether a source that stands still shall move on to its next picture."""
        ...

    def take(self, feed: "CameraFeed", delivery: Delivery) -> bool:
        """Take a picture; False when it is not wanted just now. A source that stands still offers it again later."""
        ...

    def ended(self, feed: "CameraFeed") -> None:
        """Note that the source is through. It can begin anew."""
        ...

    def failed(self, feed: "CameraFeed", why: str, opened: bool) -> None:
        """Note that the camera could not be opened or, after that, is lost, and that is the end."""
        ...

    def lost(self, feed: "CameraFeed", why: str) -> None:
        """Note that the camera could not be opened or is lost, and is tried again."""
        ...


@dataclass(frozen=True)
class _Loss:
    """Why a camera is not there, and whether it had been."""

    problem: CameraUnavailable
    opened: bool


class CameraFeed:
    """Opens a camera, hands its pictures to the sink and closes it, all on one thread.

    A camera that runs on by itself is followed; a source that stands still is asked only when the sink wants a picture,
    and what it gave is not lost when the sink has changed its mind meanwhile.
    A camera that is away is tried again with what `again` makes, until it is back or the feed is closed.
    """

    def __init__(
        self,
        camera: Camera,
        sink: FeedSink,
        before: Optional["CameraFeed"] = None,
        again: Callable[[], Camera] | None = None,
        pauses: RetryPauses = USUAL_PAUSES,
    ) -> None:
        """Make a feed that is not yet running; it opens its camera when the feed `before` has let its own go."""
        self.camera = camera
        self._sink = sink
        self._before = before
        self._again = again
        self._tries = Tries(pauses)
        self._future: Future[CameraIdentity] = Future()
        self._moved = threading.Event()
        self._left = threading.Event()
        self._lock = threading.Lock()
        self._closing = False
        self._through = False
        self._anew = False
        self._thread = threading.Thread(target=self._run, name=f"camera {camera.identity.name}", daemon=True)

    def start(self) -> "Future[CameraIdentity]":
        """Open the camera; the future brings its identity, or CameraUnavailable when the first try fails."""
        self._thread.start()
        return self._future

    def wake(self) -> None:
        """Have the sink asked again what it wants."""
        self._moved.set()

    def begin_anew(self) -> None:
        """Have a source that is through begin again; nothing happens to one that is not."""
        with self._lock:
            self._anew = self._through
        self._moved.set()

    def close(self) -> None:
        """Have the camera closed and the thread ended. Returns at once."""
        with self._lock:
            self._closing = True
        self._moved.set()
        self._left.set()
        self._let_go()

    def join(self) -> None:
        """Wait for the thread's end. A camera that hangs in its driver is given up, which is said aloud."""
        if self._thread.ident is not None:
            self._thread.join(_LONGEST_LEAVE)
            if self._thread.is_alive():
                _LOG.critical("the camera '%s' does not let go; it is given up", self.camera.identity.address)

    def _run(self) -> None:
        if self._before is not None:
            self._before.join()
            self._before = None
        try:
            while (loss := self._session()) is not None:
                if self._again is None:
                    self._sink.failed(self, str(loss.problem), loss.opened)
                else:
                    self._sink.lost(self, str(loss.problem))
                self._answer(loss.problem)
                self._let_go()
                if self._again is None or not self._renew(self._again, loss):
                    return
        finally:
            self._let_go()

    def _session(self) -> _Loss | None:
        """Follow the camera from opening it until it is lost; None when the feed was closed."""
        try:
            self.camera.open()
            if not self._closing:
                self._sink.adjust(self)
        except Exception as error:  # noqa: BLE001 - drivers raise many kinds; a person is told one sentence
            if self._closing:
                self._answer(self._closed_while_opening())
                return None
            return _Loss(self._problem(error, "could not be opened"), opened=False)
        if self._closing:
            self._answer(self._closed_while_opening())
            return None
        self._sink.opened(self)
        if not self._future.done():
            self._future.set_result(self.camera.identity)
        return self._follow()

    def _closed_while_opening(self) -> CameraUnavailable:
        return CameraUnavailable(f"'{self.camera.identity.address}' was closed while opening")

    def _answer(self, problem: CameraUnavailable) -> None:
        """Tell whoever started the feed, unless the camera was there before."""
        if not self._future.done():
            self._future.set_exception(problem)

    def _renew(self, again: Callable[[], Camera], loss: _Loss) -> bool:
        """Wait until the camera shall be tried again and make it; False when the feed was closed instead."""
        why, opened = str(loss.problem), loss.opened
        while not self._left.wait(self._tries.pause(why, opened)):
            try:
                camera = again()
            except Exception as error:  # noqa: BLE001 - as above
                why, opened = str(self._problem(error, "could not be found")), False
                self._sink.lost(self, why)
                continue
            with self._lock:
                if self._closing:
                    return False
                self.camera = camera
            return True
        return False

    def _follow(self) -> _Loss | None:
        try:
            while not self._closing:
                with self._lock:
                    self._through = self._anew = False
                self._once_through()
                with self._lock:
                    self._through = True
                if not self._closing:
                    self._sink.ended(self)
                while not (self._closing or self._anew):
                    self._moved.wait()
                    self._moved.clear()
        except Exception as error:  # noqa: BLE001 - as above
            if not self._closing:
                return _Loss(self._problem(error, "is lost"), opened=True)
        return None

    def _once_through(self) -> None:
        pictures = self.camera.frames()
        while self._ready_for_next():
            delivery = next(pictures, None)
            if delivery is None:
                return
            self._tries.worked()
            while not self._sink.take(self, delivery) and self.camera.waits:
                if not self._ready_for_next():
                    return

    def _ready_for_next(self) -> bool:
        """Wait until the next picture is wanted; False when the feed is closed instead."""
        while self.camera.waits and not self._closing:
            self._moved.clear()
            if self._closing or self._sink.wants(self):
                break
            self._moved.wait()
        return not self._closing

    def _problem(self, error: Exception, what: str) -> CameraUnavailable:
        if isinstance(error, CameraUnavailable):
            return error
        _LOG.error("the camera '%s' %s", self.camera.identity.address, what, exc_info=error)
        return CameraUnavailable(f"the camera '{self.camera.identity.address}' {what}: {error or type(error).__name__}")

    def _let_go(self) -> None:
        try:
            self.camera.close()
        except Exception:  # noqa: BLE001 - whatever a driver does at its end, the others go on
            _LOG.exception("the camera '%s' could not be closed", self.camera.identity.address)
