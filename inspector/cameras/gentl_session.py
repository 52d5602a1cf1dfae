"""One GenTL producer and at most one of its cameras, through harvesters. Used in the worker process alone."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from inspector.cameras.gentl_nodes import NodeAccess, ProducerError

if TYPE_CHECKING:
    from genicam.gentl import Buffer, DeviceInfo
    from harvesters.core import Callback

_BUFFERS = 4
_POLL_MILLISECONDS = 5
# GenTL's BUFFER_INFO_BASE, DEVICE_ACCESS_STATUS_NOACCESS, _BUSY, _OPEN_READWRITE and _OPEN_READONLY.
_BASE = 0
_IN_USE = frozenset({3, 4, 5, 6})

__all__ = ["DeviceAbsent", "GentlPicture", "GentlSession", "ProducerError"]


class DeviceAbsent(Exception):
    """The camera cannot be had: it is not there (`kind` is "absent") or another's ("held")."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class GentlPicture:
    """A picture in a buffer of the producer, which is given back at the end of the `with`.

    `address` and `length` say where its bytes are; a length of 0 stands for a picture that came incomplete, which
    harvesters throws away.
    """

    def __init__(self, buffer: Buffer | None, code: int, width: int, height: int, block: int) -> None:
        self._buffer = buffer
        self.code, self.width, self.height, self.block = code, width, height, block
        self.address, self.length, self.padding = 0, 0, 0
        if buffer is not None:
            offset = _known(lambda: buffer.image_offset, 0)
            self.padding = _known(lambda: buffer.padding_x, 0)
            self.address = buffer.get_info_ptr(_BASE) + offset
            filled = _known(lambda: buffer.size_filled, buffer.size) - offset
            bits = code >> 16 & 0xFF  # a pixel takes, by the PFNC number; what follows the picture is not copied
            self.length = max(0, min(filled, -(-width * height * bits // 8) + self.padding * height))

    def __enter__(self) -> GentlPicture:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._buffer is not None:
            self._buffer.parent.queue_buffer(self._buffer)

    def description(self) -> dict[str, int]:
        """Return what the parent must know of it."""
        return {
            "code": self.code,
            "width": self.width,
            "height": self.height,
            "block": self.block,
            "padding": self.padding,
            "length": self.length,
        }


class GentlSession:
    """One producer file, opened; then one of its cameras. All raise ProducerError where the producer refuses."""

    def __init__(self, producer: str) -> None:
        from harvesters.core import Harvester

        self._said: list[str] = []
        self._harvester = Harvester(logger=_listening_logger(self._said))
        self._harvester.add_file(producer)
        self._acquirer: Any = None
        self._nodes: NodeAccess | None = None
        self._incomplete = 0
        self._block = 0
        with _refusals():
            self._harvester.update()

    def devices(self) -> list[dict[str, str]]:
        """Return what the producer says of each camera that it sees: serial, vendor, model, place and used_by."""
        if not self._harvester.device_info_list and not self._harvester.has_revised_device_info_list:
            raise ProducerError("; ".join(self._said) or "it does not list its cameras")
        if not self._harvester.device_info_list and self._said:
            raise ProducerError("; ".join(self._said))
        return [_described(info) for info in self._harvester.device_info_list]

    def open(self, serial: str) -> dict[str, str]:
        """Take hold of the camera with a serial number or, for want of one, a GenTL identifier. Raises DeviceAbsent."""
        from genicam import gentl
        from harvesters.core import ParameterKey, ParameterSet

        found = [at for at, device in enumerate(self.devices()) if serial in (device["serial"], device["id"])]
        if not found:
            raise DeviceAbsent("absent", f"it sees no camera {serial}")
        device = self.devices()[found[0]]
        config = ParameterSet(
            {
                ParameterKey.ENABLE_AUTO_CHUNK_DATA_UPDATE: False,
                ParameterKey.NUM_BUFFERS_FOR_FETCH_CALL: _BUFFERS,
                ParameterKey.TIMEOUT_PERIOD_ON_UPDATE_EVENT_DATA_CALL: _POLL_MILLISECONDS,
            }
        )
        try:
            with _refusals(gentl.AccessDeniedException, gentl.ResourceInUseException, gentl.BusyException):
                self._acquirer = self._harvester.create(found[0], config=config)
        except (gentl.AccessDeniedException, gentl.ResourceInUseException, gentl.BusyException) as error:
            raise DeviceAbsent("held", str(error)) from error
        self._nodes = NodeAccess(self._acquirer.remote_device.node_map)
        self._acquirer.add_callback(self._acquirer.Events.INCOMPLETE_BUFFER, _counting(self._note_incomplete))
        return device

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a node as `NodeAccess.read` does."""
        return self._access().read(name)

    def write(self, name: str, value: bool | int | float | str) -> None:
        """Write a node."""
        self._access().write(name, value)

    def execute(self, name: str) -> bool:
        """Send a command; False where the camera has none of that name."""
        return self._access().execute(name)

    def ping(self) -> None:
        """Read a register from the camera itself."""
        if self._nodes is not None:
            self._nodes.read("Width")

    def payload_size(self) -> int:
        """Return how many bytes the next pictures take at most."""
        with _refusals():
            stream = self._acquirer.data_streams[0]
            if stream.defines_payload_size():
                return int(stream.payload_size)
            return int(self._acquirer.remote_device.node_map.PayloadSize.value)

    def start(self) -> None:
        """Have the camera send."""
        self._said.clear()
        with _refusals():
            self._acquirer.start()

    def stop(self) -> None:
        """Have the camera send no more."""
        with _refusals():
            self._acquirer.stop()

    def next(self, seconds: float) -> GentlPicture | None:
        """Wait about so long for the next picture; None where none came."""
        from genicam import gentl

        with _refusals():
            buffer = self._acquirer.try_fetch(timeout=seconds, is_raw=True)
            if buffer is None:
                return self._next_incomplete()
            try:
                self._block = _known(lambda: int(buffer.frame_id), self._block + 1)
                return GentlPicture(buffer, buffer.pixel_format, buffer.width, buffer.height, self._block)
            except gentl.GenericException:
                buffer.parent.queue_buffer(buffer)
                raise

    def close(self) -> None:
        """Let camera and producer go. Raises nothing."""
        with contextlib.suppress(Exception):
            if self._acquirer is not None:
                self._acquirer.destroy()
        with contextlib.suppress(Exception):
            self._harvester.reset()

    def _access(self) -> NodeAccess:
        if self._nodes is None:
            raise ProducerError("no camera is open")
        return self._nodes

    def _note_incomplete(self) -> None:
        self._incomplete += 1

    def _next_incomplete(self) -> GentlPicture | None:
        if self._incomplete == 0:
            return None
        self._incomplete -= 1
        self._block += 1
        nodes = self._acquirer.remote_device.node_map
        code, width, height = nodes.PixelFormat.get_int_value(), nodes.Width.value, nodes.Height.value
        return GentlPicture(None, code, width, height, self._block)


def _refusals(*but: type[Exception]) -> contextlib.AbstractContextManager[None]:
    """Return a `with` that turns what genicam raises into ProducerError, except the kinds `but`."""
    from genicam import genapi, gentl

    @contextlib.contextmanager
    def turned() -> Iterator[None]:
        try:
            yield
        except but:
            raise
        except (gentl.GenericException, genapi.GenericException, AttributeError, ValueError) as error:
            raise ProducerError(" ".join(str(error).split()) or type(error).__name__) from error

    return turned()


def _known(ask: Callable[[], int], otherwise: int) -> int:
    """Return a whole number that not every producer knows."""
    from genicam import gentl

    try:
        return int(ask())
    except gentl.GenericException:
        return otherwise


def _described(info: DeviceInfo) -> dict[str, str]:
    from genicam import gentl

    def text(name: str) -> str:
        try:
            return str(getattr(info, name)).strip()
        except gentl.GenericException:
            return ""

    identifier = text("id_")
    held = _known(lambda: info.access_status, 0) in _IN_USE
    return {
        "id": identifier,
        "serial": text("serial_number") or identifier,
        "vendor": text("vendor"),
        "model": text("model"),
        "user_name": text("user_defined_name"),
        "used_by": "another program" if held else "",
    }


def _counting(note: Callable[[], None]) -> Callback:
    from harvesters.core import Callback

    class Counting(Callback):  # type: ignore[misc]
        def emit(self, context: object | None = None) -> None:  # noqa: ARG002 - as its base class has it
            note()

    return Counting()


def _listening_logger(said: list[str]) -> logging.Logger:
    """Return a logger for harvesters, which only writes down why a producer could not be opened."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(" ".join(record.getMessage().split()))

    logger = logging.Logger("harvesters", logging.WARNING)
    logger.addHandler(Listener())
    return logger
