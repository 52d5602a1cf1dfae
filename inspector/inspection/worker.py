"""A thread that does what it is given, one thing after the other."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")
_LOG = logging.getLogger("inspector.inspection")
_LONGEST_LEAVE = 10.0


class WorkerClosed(RuntimeError):
    """The worker was closed before this was done."""


class Worker:
    """Runs calls in order on a thread of its own, which begins with the first of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, call: Callable[[], Result]) -> "Future[Result]":
        """Have this called; the future brings what it returns or raises, or WorkerClosed. Returns at once."""
        future: Future[Result] = Future()
        with self._lock:
            if not self._closed:
                self._calls.put((future, call))
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                    self._thread.start()
                return future
        future.set_exception(WorkerClosed(f"the {self._name} is closed"))
        return future

    def close(self) -> None:
        """Refuse what still waits; what is being done may still end."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._calls.put(None)

    def join(self) -> None:
        """Wait for the thread's end. A call that hangs is given up, which is said aloud."""
        if self._thread is not None:
            self._thread.join(_LONGEST_LEAVE)
            if self._thread.is_alive():
                _LOG.critical("the %s does not come back; it is given up", self._name)

    def _run(self) -> None:
        while (item := self._calls.get()) is not None:
            future, call = item
            if self._closed:
                future.set_exception(WorkerClosed(f"the {self._name} is closed"))
            elif future.set_running_or_notify_cancel():
                _do(future, call)


def _do(future: "Future[Any]", call: Callable[[], Any]) -> None:
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - whatever a driver raises belongs to whoever asked
        future.set_exception(error)
