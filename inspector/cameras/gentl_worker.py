"""The process in which a vendor's GenTL producer (`.cti`) runs, so that its crash or standstill stays its own.

    python -m inspector.cameras.gentl_worker CONTROL PICTURES

The arguments are inherited pipe handles. On the first the parent asks (JSON, one answer each), on the second each
picture is told of, which lies in shared memory then, and the parent says which places it has emptied. The process ends
when the parent closes its pipes or dies, also while the producer stands still. It knows neither Qt nor onnxruntime.

The library holds Python's lock through each call into the producer, so a second thread would win nothing: one loop
asks the producer for a picture for some milliseconds at a time and looks for questions in between.
"""

import contextlib
import faulthandler
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from inspector.cameras.gentl_session import DeviceAbsent, GentlSession, ProducerError
from inspector.cameras.shared_frames import SharedFrames

_LONGEST_STANDSTILL = 30.0
"""Seconds after which this process ends itself where the producer does not come back and nobody has ended it yet."""

_FETCH_SECONDS = 0.005
_IDLE_SECONDS = 1.0

Details = Mapping[str, Any]
Answer = dict[str, Any]


class Worker:
    """Answers the parent and sends pictures until the parent is gone."""

    def __init__(self, control: Connection, pictures: Connection, still: Callable[[], None]) -> None:
        """Make a worker; `still` is called each time round its loop, to show that it does not stand still."""
        self._control = control
        self._pictures = pictures
        self._still = still
        self._session: GentlSession | None = None
        self._frames: SharedFrames | None = None
        self._free: deque[int] = deque()
        self._stream = 0
        self._dropped = 0
        self._answers: dict[str, Callable[[Details], Answer]] = {
            "list": self._list,
            "open": self._open,
            "read": lambda details: {"node": self._opened().read(details["name"])},
            "write": self._write,
            "execute": lambda details: {"there": self._opened().execute(details["name"])},
            "ping": self._ping,
            "size": lambda _: {"size": self._opened().payload_size()},
            "start": self._start,
            "stop": self._stop,
        }

    def run(self) -> None:
        """Work until the parent closes its pipes, then let the camera go."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._still()
                if self._frames is not None:
                    self._send_next(self._frames)
                ready = wait([self._control, self._pictures], 0 if self._frames else _IDLE_SECONDS)
                if self._pictures in ready:
                    self._free_place()
                if self._control in ready:
                    self._answer()
        if self._session is not None:
            self._session.close()

    def _answer(self) -> None:
        asked = json.loads(self._control.recv_bytes())
        try:
            answer = self._answers[asked["what"]](asked)
        except DeviceAbsent as absent:
            answer = {"error": str(absent), "kind": absent.kind}
        except ProducerError as error:
            answer = {"error": str(error), "kind": "failed"}
        answer["number"] = asked["number"]
        self._control.send_bytes(json.dumps(answer).encode())

    def _opened(self) -> GentlSession:
        if self._session is None:
            raise ProducerError("no camera is open")
        return self._session

    def _list(self, details: Details) -> Answer:
        session = GentlSession(details["producer"])
        try:
            return {"devices": session.devices()}
        finally:
            session.close()

    def _open(self, details: Details) -> Answer:
        self._session = session = GentlSession(details["producer"])
        return {"device": session.open(details["serial"])}

    def _write(self, details: Details) -> Answer:
        self._opened().write(details["name"], details["value"])
        return {}

    def _ping(self, _: Details) -> Answer:
        if self._session is not None:
            self._session.ping()
        return {}

    def _start(self, details: Details) -> Answer:
        self._end_stream()
        frames = SharedFrames(details["token"], details["size"], details["count"])
        try:
            self._opened().start()
        except ProducerError:
            frames.close()
            raise
        self._frames = frames
        self._free = deque(range(details["count"]))
        self._stream = details["stream"]
        self._dropped = 0
        return {}

    def _stop(self, _: Details) -> Answer:
        self._end_stream()
        self._opened().stop()
        return {}

    def _end_stream(self) -> None:
        if self._frames is not None:
            self._frames.close()
            self._frames = None

    def _free_place(self) -> None:
        freed = json.loads(self._pictures.recv_bytes())
        if freed["stream"] == self._stream:
            self._free.append(freed["place"])

    def _send_next(self, frames: SharedFrames) -> None:
        try:
            picture = self._opened().next(_FETCH_SECONDS)
        except ProducerError as error:
            self._end_stream()
            self._tell({"stream": self._stream, "broken": str(error)})
            return
        if picture is None:
            return
        with picture:
            if picture.length and not self._free:
                self._dropped += 1
                return
            place = self._free.popleft() if picture.length else -1
            if place >= 0:
                frames.write(place, picture.address, picture.length)
            told = picture.description() | {"place": place, "stream": self._stream, "dropped": self._dropped}
        self._tell(told)

    def _tell(self, what: Answer) -> None:
        self._pictures.send_bytes(json.dumps(what).encode())


def main() -> None:
    """Work on the pipes whose handles are the two arguments."""
    with Path(os.devnull).open("w") as nowhere:

        def still() -> None:
            # Runs on a thread of its own that needs no lock of Python's, so that it ends us even in a hanging call.
            faulthandler.dump_traceback_later(_LONGEST_STANDSTILL, exit=True, file=nowhere)

        still()
        control, pictures = (_pipe(int(handle)) for handle in sys.argv[1:3])
        Worker(control, pictures, still).run()
        faulthandler.cancel_dump_traceback_later()


def _pipe(handle: int) -> Connection:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)
    return Connection(handle)


if __name__ == "__main__":
    main()
