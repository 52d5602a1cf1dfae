"""Telling others what happened, without knowing who they are."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
_LOG = logging.getLogger("inspector.subscribers")


class Subscribers(Generic[Item]):
    """A list of callbacks that may be changed from any thread.

    A callback runs on the thread that publishes and must return at once. One that raises is logged and stays
    subscribed: a broken lamp must not stop the line.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: tuple[Callable[[Item], None], ...] = ()

    def subscribe(self, callback: Callable[[Item], None]) -> Callable[[], None]:
        """Add a callback and return the function that takes it away again."""
        with self._lock:
            self._callbacks = (*self._callbacks, callback)

        def unsubscribe() -> None:
            with self._lock:
                self._callbacks = tuple(known for known in self._callbacks if known is not callback)

        return unsubscribe

    def publish(self, item: Item) -> None:
        """Call every callback with the item, in the order of their subscription."""
        for callback in self._callbacks:
            try:
                callback(item)
            except Exception:  # noqa: BLE001 - whatever a subscriber does, the others are told
                _LOG.exception("a subscriber failed on %s", type(item).__name__)
