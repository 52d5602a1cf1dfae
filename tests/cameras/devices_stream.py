"""A camera that streams MJPEG over HTTP on loopback; each picture holds its number in its colour."""

import base64
import socket
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.cameras.address import parse_address
from inspector.cameras.camera import Camera, CameraIdentity
from inspector.cameras.stream import StreamCamera
from inspector.domain.clock import Clock
from inspector.domain.frame import Pixels
from tests.cameras.conformance import Ability, Kind

WIDTH, HEIGHT = 160, 120
_COLOURS = 12


def colour_of(number: int) -> tuple[int, int, int]:
    """Return the RGB colour of a picture; red, green and blue are told apart by it."""
    return 20 + 15 * (number % _COLOURS), 120, 230 - 15 * (number % _COLOURS)


def number_of(pixels: NDArray[np.uint8]) -> int:
    """Return the number, modulo 12, of a received RGB picture."""
    red, _, blue = pixels.reshape(-1, 3).mean(axis=0)
    number = round((red - 20) / 15)
    assert abs((230 - 15 * number) - blue) < 6, f"not one of our pictures: {red:.0f}, {blue:.0f}"
    return number


class MjpegServer:
    """Serves `/line` to anybody, `/locked` with a login. `hold` keeps connections open and sends nothing."""

    def __init__(self, rate: float = 25.0, login: str = "", port: int = 0) -> None:
        self.rate = rate
        self.login = login
        self.sent = 0
        self.queries: list[str] = []
        self.hold = threading.Event()
        self.ended = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = False
        self._server.block_on_close = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Stream until the other side leaves or the server ends."""
        self.queries.append(request.path)
        given = request.headers.get("Authorization", "")
        if request.path.startswith("/locked") and given != f"Basic {base64.b64encode(self.login.encode()).decode()}":
            request.send_response(401)
            request.send_header("WWW-Authenticate", 'Basic realm="camera"')
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        request.end_headers()
        try:
            while not self.ended.is_set():
                if not self.hold.is_set():
                    self._send(request)
                time.sleep(1 / self.rate)
        except OSError:
            pass

    def close(self) -> None:
        """End all connections and the server."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _send(self, request: BaseHTTPRequestHandler) -> None:
        picture = np.full((HEIGHT, WIDTH, 3), colour_of(self.sent)[::-1], np.uint8)
        jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
        head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        request.wfile.write(head.encode() + jpeg + b"\r\n")
        self.sent += 1


class StreamDevices:
    """The device under test of the driver `stream`, known by its port and path. It sends colours of its own."""

    def __init__(self, folder: Path, pictures: Sequence[Pixels]) -> None:  # noqa: ARG002 - it has its own
        self._ports: dict[str, int] = {}
        self._running: dict[str, MjpegServer] = {}

    def start(self, serial: str, loss: float = 0.0) -> None:  # noqa: ARG002 - it loses nothing
        """Start a server."""
        self._running[serial] = MjpegServer(port=self._port(serial))

    def kill(self, serial: str) -> None:
        """End a server and its connections."""
        self._running.pop(serial).close()

    def address(self, serial: str) -> str:
        """Return `stream:URL`."""
        return f"stream:http://127.0.0.1:{self._port(serial)}/{serial}"

    def make(self, address: str, clock: Clock) -> Camera:
        """Return the driver's camera."""
        return StreamCamera(parse_address(address), clock)

    def discover(self) -> tuple[CameraIdentity, ...]:
        """Return nothing: a stream must be told."""
        return ()

    def close(self) -> None:
        """End all servers."""
        for serial in list(self._running):
            self.kill(serial)

    def _port(self, serial: str) -> int:
        if serial not in self._ports:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self._ports[serial] = free.getsockname()[1]
        return self._ports[serial]


_ABILITIES = (Ability.SERIAL, Ability.RUNS, Ability.TWO, Ability.MORTAL, Ability.REOPENED)
DEVICES = (Kind("stream", StreamDevices, frozenset(_ABILITIES)),)
