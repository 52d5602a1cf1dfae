"""A barcode scanner on a serial port: each line that it sends is a code."""

import logging
import threading
from collections.abc import Callable

import serial

_LOG = logging.getLogger("inspector.inspection")
_READ_SECONDS = 0.2
_RETRY_SECONDS = 1.0
_LONGEST_LEAVE = 5.0
_LONGEST_CODE = 4096
_LINE_ENDS = b"\r\n"
_ONLY_AROUND = "\x00\x02\x03 \t"


class Scanner:
    """Reads codes from a serial port on a thread of its own, and opens the port again when the scanner was unplugged.

    Codes are UTF-8, or Latin-1 where they are not valid UTF-8; separators of GS1 codes (0x1d) stay in them. A line ends
    with CR, LF or both. `on_code` and `on_problem` are called on the scanner's thread and must return at once.
    """

    def __init__(
        self,
        port: str,
        on_code: Callable[[str], None],
        on_problem: Callable[[str], None],
        baud_rate: int = 9600,
        retry: float = _RETRY_SECONDS,
    ) -> None:
        """Begin to read from `port` ("COM3", "/dev/ttyACM0"), opened again after `retry` seconds when it is lost.

        `on_problem` gets one sentence when the scanner is lost or not there, once for each loss.
        """
        self._port = port
        self._baud_rate = baud_rate
        self._on_code = on_code
        self._on_problem = on_problem
        self._retry = retry
        self._closing = threading.Event()
        self._told = False
        self._thread = threading.Thread(target=self._run, name=f"scanner {port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading and let the port go."""
        self._closing.set()
        self._thread.join(_LONGEST_LEAVE)
        if self._thread.is_alive():
            _LOG.critical("the scanner on '%s' does not let go; it is given up", self._port)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with serial.Serial(self._port, self._baud_rate, timeout=_READ_SECONDS) as port:
                    self._told = False
                    self._read(port)
            except (OSError, ValueError) as error:
                # pyserial's SerialException is an OSError; ValueError is a baud rate that the port does not take.
                self._tell_once(error)
                self._closing.wait(self._retry)

    def _read(self, port: serial.Serial) -> None:
        """Read lines until the scanner is closed. Raises OSError when it is unplugged."""
        line = bytearray()
        while not self._closing.is_set():
            for byte in port.read(max(1, port.in_waiting)):
                if byte not in _LINE_ENDS:
                    line.append(byte)
                else:
                    self._take(bytes(line))
                    line.clear()
            if len(line) > _LONGEST_CODE:
                line.clear()

    def _take(self, line: bytes) -> None:
        code = _text(line).strip(_ONLY_AROUND)
        if not code:
            return
        try:
            self._on_code(code)
        except Exception:  # noqa: BLE001 - whatever a listener does, the scanner goes on
            _LOG.exception("the code '%s' from the scanner on '%s' could not be taken", code, self._port)

    def _tell_once(self, error: Exception) -> None:
        if self._told or self._closing.is_set():
            return
        self._told = True
        self._on_problem(
            f"The barcode scanner on '{self._port}' cannot be read ({error}); plug it in or correct the port in the "
            "settings, it is tried again by itself"
        )


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
